//! Values as CloudTrail shows them.
//!
//! Guarantees: a member whose shape is marked is left out, at any depth; so is a list or map of marked things. Member
//! names begin in lower case (`keyId`, `aWSAccountId`). Times read `Nov 25, 2026, 1:02:03 PM`, as in KMS's records.

use crate::check::lower_first;
use crate::{Kind, Sensitivity, Service, ShapeId, Value, json};
use base::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write;

/// `value` as JSON for `requestParameters` or `responseElements`; an empty object if all of it is marked.
pub fn redacted_json(service: &Service, shape: ShapeId, value: &Value) -> String {
    let mut out = String::new();
    if is_shown(service, shape) {
        write(service, shape, value, &mut out);
    } else {
        out.push_str("{}");
    }
    out
}

fn is_shown(service: &Service, id: ShapeId) -> bool {
    let shape = service.shape(id);
    shape.sensitivity == Sensitivity::Public
        && match &shape.kind {
            Kind::List(list) => is_shown(service, list.element),
            Kind::Map(map) => is_shown(service, map.key) && is_shown(service, map.value),
            // The members of a structure are looked at one by one.
            _ => true,
        }
}

fn write(service: &Service, id: ShapeId, value: &Value, out: &mut String) {
    match (&service.shape(id).kind, value) {
        (Kind::Structure(structure), Value::Struct(members)) => {
            let members = structure.members.iter().zip(members);
            let shown = members.filter_map(|(member, value)| Some((member, value.as_ref()?)));
            let shown = shown.filter(|(member, _)| is_shown(service, member.shape));
            json::bracketed(out, '{', '}', shown, |out, (member, value)| {
                json::string(out, &lower_first(member.name));
                out.push(':');
                write(service, member.shape, value, out);
            });
        }
        (Kind::List(list), Value::List(elements)) => {
            json::bracketed(out, '[', ']', elements, |out, element| write(service, list.element, element, out));
        }
        (Kind::Map(map), Value::Map(entries)) => json::bracketed(out, '{', '}', entries, |out, (key, entry)| {
            json::string(out, key);
            out.push(':');
            write(service, map.value, entry, out);
        }),
        (_, Value::Bool(truth)) => out.push_str(if *truth { "true" } else { "false" }),
        // Writing to a String cannot fail.
        (_, Value::Integer(number)) => _ = write!(out, "{number}"),
        (_, Value::Float(number)) => json::float(out, *number),
        (_, Value::String(text)) => json::string(out, text),
        (_, Value::Blob(bytes)) => json::string(out, &STANDARD.encode(bytes)),
        (_, Value::Timestamp(time)) => json::string(out, &spoken(*time)),
        (_, Value::Document(document)) => json::document(out, document),
        // A value of another shape's form: shown as nothing.
        (_, Value::Struct(_) | Value::List(_) | Value::Map(_)) => out.push_str("null"),
    }
}

/// `Nov 25, 2026, 1:02:03 PM`
fn spoken(time: Timestamp) -> String {
    // Thu, 01 Jan 1970 00:00:00 GMT
    let date = time.to_http_date();
    let part = |from: usize, to: usize| date.get(from..to).unwrap_or_default();
    let number = |text: &str| text.parse::<u8>().unwrap_or_default();
    let (day, hour) = (number(part(5, 7)), number(part(17, 19)));
    let half = if hour < 12 { "AM" } else { "PM" };
    let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    format!("{} {day}, {}, {hour}{} {half}", part(8, 11), part(12, 16), part(19, 25))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_in_cloudtrail_records() {
        let spoken_at = |text: &str| spoken(Timestamp::from_rfc3339(text).unwrap());
        assert_eq!(spoken_at("2026-11-25T13:02:03Z"), "Nov 25, 2026, 1:02:03 PM");
        assert_eq!(spoken_at("2026-01-05T00:00:00Z"), "Jan 5, 2026, 12:00:00 AM");
        assert_eq!(spoken_at("2026-01-05T12:59:59Z"), "Jan 5, 2026, 12:59:59 PM");
    }
}
