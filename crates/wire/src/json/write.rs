//! Values as JSON.
//!
//! Guarantees: what is written is JSON whatever the value holds; absent members are left out.

use super::Names;
use crate::time;
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
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Timestamp(_) | Value::Document(_) => 0,
        }
}

/// Appends `value`, of the shape `id`, by the model's names.
pub fn write(service: &Service, id: ShapeId, value: &Value, out: &mut String) {
    write_as(Names::Model, service, id, value, out);
}

/// Appends `value`, of the shape `id`.
pub(crate) fn write_as(names: Names, service: &Service, id: ShapeId, value: &Value, out: &mut String) {
    match (&service.shape(id).kind, value) {
        (Kind::Structure(structure), Value::Struct(members)) => {
            let members = structure.members.iter().zip(members);
            let present =
                members.filter_map(|(member, value)| Some((names.of(member)?, member.shape, value.as_ref()?)));
            json::bracketed(out, '{', '}', present, |out, (name, shape, value)| {
                json::string(out, name);
                out.push(':');
                write_as(names, service, shape, value, out);
            });
        }
        (Kind::List(list), Value::List(elements)) => {
            json::bracketed(out, '[', ']', elements, |out, element| {
                write_as(names, service, list.element, element, out)
            });
        }
        (Kind::Map(map), Value::Map(entries)) => json::bracketed(out, '{', '}', entries, |out, (key, entry)| {
            json::string(out, key);
            out.push(':');
            write_as(names, service, map.value, entry, out);
        }),
        (Kind::Timestamp(Some(format)), Value::Timestamp(moment)) if *format != TimestampFormat::UnixTimestamp => {
            out.push('"');
            // No format has a character that JSON must escape.
            time::write(*format, *moment, out);
            out.push('"');
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
        Value::Timestamp(moment) => time::write(TimestampFormat::UnixTimestamp, *moment, out),
        Value::Document(document) => json::document(out, document),
        Value::Struct(_) | Value::List(_) | Value::Map(_) => out.push_str("null"),
    }
}
