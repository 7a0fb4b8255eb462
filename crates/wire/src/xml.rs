//! Values as XML: written for the answers of query and its relatives, read and written for restXml.
//!
//! Guarantees: no value can break out of its element; characters that XML cannot hold become U+FFFD. Namespaces and
//! attributes are where the model puts them: a member's namespace on its element, an element shape's on the parts of
//! lists and maps, and an attribute on the element of the structure that has it.

mod read;
mod scan;

pub(crate) use read::read;
pub(crate) use scan::Malformed;

use crate::text;
use model::{Kind, Location, Map, Member, Namespace, Service, ShapeId, TimestampFormat, Value};

/// Appends the members of a structure, or one scalar, without an element around it. Members that REST protocols carry
/// elsewhere are left out.
pub(crate) fn write(service: &Service, id: ShapeId, value: &Value, out: &mut String) {
    match (&service.shape(id).kind, value) {
        (Kind::Structure(structure), Value::Struct(members)) => {
            for (member, value) in structure.members.iter().zip(members) {
                if let Some(value) =
                    value.as_ref().filter(|_| !member.xml_attribute && member.location == Location::Body)
                {
                    self::member(service, member, value, out);
                }
            }
        }
        (Kind::List(list), Value::List(elements)) => {
            for element in elements {
                part(service, list.element, element, list.location_name.unwrap_or("member"), out);
            }
        }
        (Kind::Map(map), Value::Map(entries)) => {
            for (key, value) in entries {
                entry(service, map, (key, value), ("entry", None), out);
            }
        }
        (_, Value::String(text)) => escape(text, out),
        (kind, scalar) => escape(&text(kind, scalar), out),
    }
}

/// Appends a member of a structure in elements of its name: one, or one for each element of a flattened list or map.
pub(crate) fn member(service: &Service, member: &Member, value: &Value, out: &mut String) {
    let name = member.location_name.unwrap_or(member.name);
    let own = member.xml_namespace.as_deref();
    match (&service.shape(member.shape).kind, value) {
        (Kind::List(list), Value::List(elements)) if list.flattened => {
            let namespace = own.or(service.shape(list.element).xml_namespace.as_deref());
            for element in elements {
                whole(service, list.element, element, name, namespace, out);
            }
        }
        (Kind::Map(map), Value::Map(entries)) if map.flattened => {
            for (key, value) in entries {
                entry(service, map, (key, value), (name, own), out);
            }
        }
        _ => whole(service, member.shape, value, name, own, out),
    }
}

/// Appends an entry of a map in an element of that name and namespace.
fn entry(
    service: &Service,
    map: &Map,
    (key, value): (&str, &Value),
    (name, namespace): (&str, Option<&Namespace>),
    out: &mut String,
) {
    open(name, namespace, out);
    out.push('>');
    let key_name = map.key_name.unwrap_or("key");
    open(key_name, service.shape(map.key).xml_namespace.as_deref(), out);
    out.push('>');
    escape(key, out);
    close(key_name, out);
    part(service, map.value, value, map.value_name.unwrap_or("value"), out);
    close(name, out);
}

/// An element of a list or a value of a map. The references to these lend their traits to the shape.
fn part(service: &Service, id: ShapeId, value: &Value, name: &str, out: &mut String) {
    whole(service, id, value, name, service.shape(id).xml_namespace.as_deref(), out);
}

/// Appends one element with everything that the value holds.
pub(crate) fn whole(
    service: &Service,
    id: ShapeId,
    value: &Value,
    name: &str,
    namespace: Option<&Namespace>,
    out: &mut String,
) {
    let shape = service.shape(id);
    // A prefix of the shape's is one that its attributes use.
    let own = shape.xml_namespace.as_deref().filter(|namespace| namespace.prefix.is_some());
    open(name, namespace.or(own), out);
    if let (Kind::Structure(structure), Value::Struct(members)) = (&shape.kind, value) {
        for (member, value) in structure.members.iter().zip(members).filter(|(member, _)| member.xml_attribute) {
            if let Some(value) = value {
                attribute(member.location_name.unwrap_or(member.name), &text_of(service, member.shape, value), out);
            }
        }
    }
    out.push('>');
    write(service, id, value, out);
    close(name, out);
}

/// Appends an element around what `content` appends.
pub(crate) fn element(name: &str, out: &mut String, content: impl FnOnce(&mut String)) {
    out.extend(["<", name, ">"]);
    content(out);
    close(name, out);
}

/// Begins an element, without the bracket that ends its attributes.
pub(crate) fn open(name: &str, namespace: Option<&Namespace>, out: &mut String) {
    out.extend(["<", name]);
    match namespace {
        None => {}
        Some(Namespace { uri, prefix: None }) => attribute("xmlns", uri, out),
        Some(Namespace { uri, prefix: Some(prefix) }) => attribute(&format!("xmlns:{prefix}"), uri, out),
    }
}

fn close(name: &str, out: &mut String) {
    out.extend(["</", name, ">"]);
}

fn attribute(name: &str, value: &str, out: &mut String) {
    out.extend([" ", name, "=\""]);
    for char in value.chars() {
        match char {
            // An attribute's white space would be read as spaces.
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            _ => escape_char(char, out),
        }
    }
    out.push('"');
}

fn text_of(service: &Service, id: ShapeId, value: &Value) -> String {
    text(&service.shape(id).kind, value)
}

/// A scalar as text, as query and XML write it.
pub(crate) fn text(kind: &Kind, value: &Value) -> String {
    text::write(kind, value, TimestampFormat::Iso8601)
}

/// Appends text so that it reads back as itself.
pub(crate) fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(may_need_escape) {
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut chars = tail.chars();
        if let Some(special) = chars.next() {
            escape_char(special, out);
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// 0xEF begins U+FFFE and U+FFFF, among others that [`escape_char`] passes on as they are.
fn may_need_escape(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'' | 0xEF)
}

fn escape_char(char: char, out: &mut String) {
    match char {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&apos;"),
        // A bare carriage return would be read as a line feed.
        '\r' => out.push_str("&#xD;"),
        '\t' | '\n' => out.push(char),
        '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
        _ => out.push(char),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_its_element() {
        let mut out = String::new();
        element("A", &mut out, |out| escape("</A>&\"'\r\n\u{0}\u{ffff}é", out));
        assert_eq!(out, "<A>&lt;/A&gt;&amp;&quot;&apos;&#xD;\n\u{fffd}\u{fffd}é</A>");
    }

    #[test]
    fn nothing_breaks_out_of_its_attribute() {
        let mut out = String::new();
        open("A", Some(&Namespace { uri: "x\"y", prefix: Some("p") }), &mut out);
        attribute("b", "\" c=\"\n\t\r<é", &mut out);
        assert_eq!(out, "<A xmlns:p=\"x&quot;y\" b=\"&quot; c=&quot;&#xA;&#x9;&#xD;&lt;é\"");
    }
}
