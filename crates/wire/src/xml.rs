//! Values as XML, for the answers of query and its relatives.
//!
//! Guarantees: no value can break out of its element; characters that XML cannot hold become U+FFFD.

use base64_simd::STANDARD;
use model::{Kind, Service, ShapeId, TimestampFormat, Value};

/// Appends the members of a structure, or one scalar, without an element around it.
pub(crate) fn write(service: &Service, id: ShapeId, value: &Value, out: &mut String) {
    match (&service.shape(id).kind, value) {
        (Kind::Structure(structure), Value::Struct(members)) => {
            for (member, value) in structure.members.iter().zip(members) {
                if let Some(value) = value {
                    named(service, member.shape, value, member.location_name.unwrap_or(member.name), out);
                }
            }
        }
        (Kind::List(list), Value::List(elements)) => {
            for element in elements {
                named(service, list.element, element, list.location_name.unwrap_or("member"), out);
            }
        }
        (Kind::Map(_), Value::Map(entries)) => {
            for entry in entries {
                self::entry(service, id, entry, "entry", out);
            }
        }
        (kind, scalar) => escape(&text(kind, scalar), out),
    }
}

/// Appends `value` in elements of that name: one, or one for each element of a flattened list or map.
fn named(service: &Service, id: ShapeId, value: &Value, name: &str, out: &mut String) {
    match (&service.shape(id).kind, value) {
        (Kind::List(list), Value::List(elements)) if list.flattened => {
            for item in elements {
                element(name, out, |out| write(service, list.element, item, out));
            }
        }
        (Kind::Map(map), Value::Map(entries)) if map.flattened => {
            for entry in entries {
                self::entry(service, id, entry, name, out);
            }
        }
        _ => element(name, out, |out| write(service, id, value, out)),
    }
}

fn entry(service: &Service, id: ShapeId, (key, value): &(String, Value), name: &str, out: &mut String) {
    let Kind::Map(map) = &service.shape(id).kind else { return };
    element(name, out, |out| {
        element(map.key_name.unwrap_or("key"), out, |out| escape(key, out));
        named(service, map.value, value, map.value_name.unwrap_or("value"), out);
    });
}

/// Appends an element around what `content` appends.
pub(crate) fn element(name: &str, out: &mut String, content: impl FnOnce(&mut String)) {
    out.extend(["<", name, ">"]);
    content(out);
    out.extend(["</", name, ">"]);
}

/// A scalar as text, as query and XML write it.
pub(crate) fn text(kind: &Kind, value: &Value) -> String {
    match (kind, value) {
        (_, Value::String(text)) => text.clone(),
        (_, Value::Bool(truth)) => truth.to_string(),
        (_, Value::Integer(number)) => number.to_string(),
        (_, Value::Float(number)) if number.is_infinite() => {
            if *number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
        }
        (_, Value::Float(number)) => number.to_string(),
        (_, Value::Blob(bytes)) => STANDARD.encode_to_string(bytes),
        (Kind::Timestamp(Some(TimestampFormat::UnixTimestamp)), time @ Value::Timestamp(_)) => {
            let mut seconds = String::new();
            crate::json::scalar(time, &mut seconds);
            seconds
        }
        (_, Value::Timestamp(time)) => time.to_string(),
        (_, Value::Struct(_) | Value::List(_) | Value::Map(_) | Value::Document(_)) => String::new(),
    }
}

/// Appends text so that it reads back as itself.
pub(crate) fn escape(text: &str, out: &mut String) {
    for char in text.chars() {
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
}
