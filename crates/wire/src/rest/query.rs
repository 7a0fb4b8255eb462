//! Members that travel in the query string, both ways.
//!
//! Guarantees: a parameter of one value that is sent twice is refused; no parameter is read into two members: a map
//! takes those that belong to no other member, nor to the template, nor to a presigned request's signature.

use crate::json::has_duplicate;
use crate::limits::MAX_ELEMENTS;
use crate::rest::Refusal;
use crate::rest::escape::{Pairs, encode};
use crate::rest::template::Template;
use crate::text;
use model::{Kind, Location, Map, Member, Service, ShapeId, Structure, TimestampFormat, Value};

const FORMAT: TimestampFormat = TimestampFormat::Iso8601;

/// A member's parameter.
fn name_of(member: &Member) -> &'static str {
    member.location_name.unwrap_or(member.name)
}

/// Reads the parameters of a member; `None` if there are none.
pub(crate) fn read(service: &Service, member: &Member, pairs: &Pairs<'_>) -> Result<Option<Value>, Refusal> {
    let name = name_of(member);
    let refused = || Refusal::new(format!("The parameter {name} does not have the form of its type."));
    let texts = pairs.iter().filter(|(other, _)| other == name).map(|(_, text)| text.as_ref()).collect::<Vec<_>>();
    match (&service.shape(member.shape).kind, texts.as_slice()) {
        (_, []) => Ok(None),
        (Kind::List(list), texts) => list_of(service, list.element, texts).ok_or_else(refused).map(Some),
        (kind, [text]) => text::parse(kind, text, FORMAT).ok_or_else(refused).map(Some),
        _ => Err(Refusal::new(format!("The parameter {name} occurs twice."))),
    }
}

/// Reads the parameters that nothing else claims into a map of texts, or of lists of texts.
pub(crate) fn read_map(
    service: &Service,
    (structure, map): (&Structure, &Map),
    template: &Template,
    pairs: &Pairs<'_>,
) -> Result<Option<Value>, Refusal> {
    let mut entries: Vec<(String, Value)> = Vec::new();
    let lists = matches!(service.shape(map.value).kind, Kind::List(_));
    for (name, text) in pairs.iter().filter(|(name, _)| !is_claimed(service, structure, &template.fixed, name)) {
        let text = Value::String(text.as_ref().to_owned());
        if entries.len() >= MAX_ELEMENTS {
            return Err(Refusal::new("The request has too many parameters.".to_owned()));
        }
        match entries.iter_mut().find(|(other, _)| lists && other == name) {
            Some((_, Value::List(texts))) => texts.push(text),
            _ if lists => entries.push((name.as_ref().to_owned(), Value::List(vec![text]))),
            _ => entries.push((name.as_ref().to_owned(), text)),
        }
    }
    if has_duplicate(&entries) {
        return Err(Refusal::new("A parameter occurs twice.".to_owned()));
    }
    Ok(if entries.is_empty() { None } else { Some(Value::Map(entries)) })
}

/// Whether a parameter belongs to a member of its own, to the template, or to how the request is signed.
pub(crate) fn is_claimed(
    service: &Service,
    structure: &Structure,
    fixed: &[(&'static str, Option<&'static str>)],
    name: &str,
) -> bool {
    let is_map = |member: &Member| matches!(service.shape(member.shape).kind, Kind::Map(_));
    let bound = |member: &Member| member.location == Location::Query && !is_map(member) && name_of(member) == name;
    name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
        || fixed.iter().any(|(fixed, _)| *fixed == name)
        || structure.members.iter().any(bound)
}

fn list_of(service: &Service, element: ShapeId, texts: &[&str]) -> Option<Value> {
    if texts.len() > MAX_ELEMENTS {
        return None;
    }
    let kind = &service.shape(element).kind;
    texts.iter().map(|text| text::parse(kind, text, FORMAT)).collect::<Option<Vec<_>>>().map(Value::List)
}

/// Appends the parameters of a member.
pub(crate) fn write(service: &Service, member: &Member, value: &Value, out: &mut String) {
    let name = name_of(member);
    match (&service.shape(member.shape).kind, value) {
        (Kind::List(list), Value::List(elements)) => {
            for element in elements {
                parameter(name, &text::write(&service.shape(list.element).kind, element, FORMAT), out);
            }
        }
        (Kind::Map(_), Value::Map(entries)) => {
            for (key, value) in entries {
                match value {
                    Value::List(texts) => {
                        texts.iter().for_each(|text| parameter(key, text.as_str().unwrap_or_default(), out));
                    }
                    text => parameter(key, text.as_str().unwrap_or_default(), out),
                }
            }
        }
        (kind, scalar) => parameter(name, &text::write(kind, scalar, FORMAT), out),
    }
}

/// Appends one parameter.
pub(crate) fn parameter(name: &str, value: &str, out: &mut String) {
    out.push(if out.contains('?') { '&' } else { '?' });
    encode(name, false, out);
    out.push('=');
    encode(value, false, out);
}
