//! Values as CBOR.
//!
//! Guarantees: what is written is well-formed CBOR whatever the value holds, with definite lengths and the shortest
//! heads; absent members are left out. Times are doubles, as AWS writes them; other floats are single where that loses
//! nothing.

use super::read::EPOCH_TAG;
use model::{Kind, Service, ShapeId, Value};

/// Appends `value`, of the shape `id`.
pub(crate) fn write(service: &Service, id: ShapeId, value: &Value, out: &mut Vec<u8>) {
    match (&service.shape(id).kind, value) {
        (Kind::Structure(structure), Value::Struct(members)) => {
            let present = || structure.members.iter().zip(members).filter(|(_, value)| value.is_some());
            map_head(present().count(), out);
            for (member, value) in present() {
                text(member.name, out);
                if let Some(value) = value {
                    write(service, member.shape, value, out);
                }
            }
        }
        (Kind::List(list), Value::List(elements)) => {
            head(4, elements.len() as u64, out);
            elements.iter().for_each(|element| write(service, list.element, element, out));
        }
        (Kind::Map(map), Value::Map(entries)) => {
            map_head(entries.len(), out);
            for (key, entry) in entries {
                text(key, out);
                write(service, map.value, entry, out);
            }
        }
        _ => scalar(value, out),
    }
}

/// Appends the head of a map of so many entries.
pub(crate) fn map_head(entries: usize, out: &mut Vec<u8>) {
    head(5, entries as u64, out);
}

/// Appends a text.
pub(crate) fn text(text: &str, out: &mut Vec<u8>) {
    head(3, text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

/// A value that needs no shape to be written; collections without one, and documents, are `null`.
pub(crate) fn scalar(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Bool(truth) => out.push(if *truth { TRUE } else { FALSE }),
        Value::Integer(number) => match u64::try_from(*number) {
            Ok(number) => head(0, number, out),
            Err(_) => head(1, !number.cast_unsigned(), out),
        },
        Value::Float(number) => float(*number, out),
        Value::String(string) => text(string, out),
        Value::Blob(bytes) => {
            head(2, bytes.len() as u64, out);
            out.extend_from_slice(bytes);
        }
        Value::Timestamp(time) => {
            head(6, EPOCH_TAG, out);
            double(time.as_seconds_f64(), out);
        }
        Value::Struct(_) | Value::List(_) | Value::Map(_) | Value::Document(_) => out.push(NULL),
    }
}

const FALSE: u8 = 0xF4;
const TRUE: u8 = 0xF5;
const NULL: u8 = 0xF6;
const SINGLE: u8 = 0xFA;
const DOUBLE: u8 = 0xFB;

fn float(number: f64, out: &mut Vec<u8>) {
    let single = number as f32;
    if number.is_nan() || f64::from(single) == number {
        out.push(SINGLE);
        out.extend_from_slice(&single.to_be_bytes());
    } else {
        double(number, out);
    }
}

fn double(number: f64, out: &mut Vec<u8>) {
    out.push(DOUBLE);
    out.extend_from_slice(&number.to_be_bytes());
}

fn head(major: u8, argument: u64, out: &mut Vec<u8>) {
    let first = |info: u8| (major << 5) | info;
    if let Ok(argument) = u8::try_from(argument) {
        match argument {
            0..24 => out.push(first(argument)),
            _ => out.extend_from_slice(&[first(24), argument]),
        }
    } else if let Ok(argument) = u16::try_from(argument) {
        out.push(first(25));
        out.extend_from_slice(&argument.to_be_bytes());
    } else if let Ok(argument) = u32::try_from(argument) {
        out.push(first(26));
        out.extend_from_slice(&argument.to_be_bytes());
    } else {
        out.push(first(27));
        out.extend_from_slice(&argument.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Value) -> Vec<u8> {
        let mut out = Vec::new();
        scalar(value, &mut out);
        out
    }

    #[test]
    fn examples_of_rfc_8949_appendix_a_are_written_so() {
        for (number, bytes) in [
            (0, &[0x00][..]),
            (23, &[0x17]),
            (24, &[0x18, 0x18]),
            (1000, &[0x19, 0x03, 0xE8]),
            (1_000_000, &[0x1A, 0x00, 0x0F, 0x42, 0x40]),
            (1_000_000_000_000, &[0x1B, 0, 0, 0, 0xE8, 0xD4, 0xA5, 0x10, 0]),
            (-1, &[0x20]),
            (-1000, &[0x39, 0x03, 0xE7]),
            (i64::MIN, &[0x3B, 0x7F, 255, 255, 255, 255, 255, 255, 255]),
        ] {
            assert_eq!(written(&Value::Integer(number)), bytes, "{number}");
        }
        assert_eq!(written(&Value::Float(100_000.0)), [0xFA, 0x47, 0xC3, 0x50, 0]);
        assert_eq!(written(&Value::Float(1.1)), [0xFB, 0x3F, 0xF1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9A]);
        assert_eq!(written(&Value::Float(f64::NAN)), [0xFA, 0x7F, 0xC0, 0, 0]);
        assert_eq!(written(&Value::String("ü".into())), [0x62, 0xC3, 0xBC]);
        assert_eq!(written(&Value::Blob(vec![1, 2])), [0x42, 1, 2]);
        let time = base::Timestamp::from_millis(1_363_896_240_500);
        assert_eq!(written(&Value::Timestamp(time)), [0xC1, 0xFB, 0x41, 0xD4, 0x52, 0xD9, 0xEC, 0x20, 0, 0]);
    }
}
