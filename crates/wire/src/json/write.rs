//! Values as JSON.
//!
//! Guarantees: what is written is JSON whatever the value holds; absent members are left out.

use base::Timestamp;
use base64_simd::STANDARD;
use model::{Kind, Service, ShapeId, TimestampFormat, Value, json};
use std::fmt::Write;

/// About how long `value` is when written: exact for blobs, which can be long, and enough for most else.
pub(crate) fn length(value: &Value) -> usize {
    /// Quotes, comma, colon, and the name of a member.
    const FRAME: usize = 32;
    FRAME
        + match value {
            Value::Blob(bytes) => bytes.len().div_ceil(3) * 4,
            Value::String(text) => text.len(),
            Value::List(elements) => elements.iter().map(length).sum(),
            Value::Map(entries) => entries.iter().map(|(key, entry)| key.len() + length(entry)).sum(),
            Value::Struct(members) => members.iter().flatten().map(length).sum(),
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Timestamp(_) => 0,
        }
}

/// Appends `value`, of the shape `id`.
pub fn write(service: &Service, id: ShapeId, value: &Value, out: &mut String) {
    match (&service.shape(id).kind, value) {
        (Kind::Structure(structure), Value::Struct(members)) => {
            let members = structure.members.iter().zip(members);
            let present = members.filter_map(|(member, value)| Some((member, value.as_ref()?)));
            json::bracketed(out, '{', '}', present, |out, (member, value)| {
                json::string(out, member.name);
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
        (Kind::Timestamp(Some(TimestampFormat::Iso8601)), Value::Timestamp(time)) => {
            json::string(out, &time.to_string())
        }
        _ => scalar(value, out),
    }
}

/// A value that needs no shape to be written; collections without one are `null`.
pub(crate) fn scalar(value: &Value, out: &mut String) {
    match value {
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        // Writing to a String cannot fail.
        Value::Integer(number) => _ = write!(out, "{number}"),
        Value::Float(number) => json::float(out, *number),
        Value::String(text) => json::string(out, text),
        Value::Blob(bytes) => {
            out.push('"');
            STANDARD.encode_append(bytes, out);
            out.push('"');
        }
        Value::Timestamp(time) => epoch(*time, out),
        Value::Struct(_) | Value::List(_) | Value::Map(_) => out.push_str("null"),
    }
}

/// Seconds with the milliseconds as fraction, from whole numbers, so that nothing is rounded.
fn epoch(time: Timestamp, out: &mut String) {
    let millis = time.millis();
    let sign = if millis < 0 { "-" } else { "" };
    let (seconds, fraction) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
    _ = match fraction {
        0 => write!(out, "{sign}{seconds}"),
        _ => write!(out, "{sign}{seconds}.{fraction:03}"),
    };
}
