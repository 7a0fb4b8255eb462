//! CBOR as RFC 8949 tells it, into JSON that can be compared: bytes become `{"$bytes": […]}`, tags are dropped.

use serde_json::{Map, Value, json};

/// Reads one item and insists on the end.
pub(crate) fn read(bytes: &[u8]) -> Value {
    let mut rest = bytes;
    let value = item(&mut rest).unwrap();
    assert!(rest.is_empty(), "bytes follow the item");
    value
}

/// `None` is the break that ends an indefinite length.
fn item(rest: &mut &[u8]) -> Option<Value> {
    let head = take(rest, 1)[0];
    let (major, minor) = (head >> 5, head & 31);
    let length = match minor {
        0..=23 => Some(u64::from(minor)),
        24..=27 => Some(take(rest, 1 << (minor - 24)).iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))),
        31 => None,
        _ => panic!("a reserved length"),
    };
    Some(match (major, length) {
        (0, Some(number)) => json!(number),
        (1, Some(number)) => json!(-1 - i64::try_from(number).unwrap()),
        (2, length) => json!({ "$bytes": chunks(2, length, rest) }),
        (3, length) => json!(String::from_utf8(chunks(3, length, rest)).unwrap()),
        (4, length) => repeat(length, rest, item).into(),
        (5, length) => {
            let entries = repeat(length, rest, |rest| Some((item(rest)?, item(rest).unwrap())));
            let entries = entries.into_iter().map(|(key, value)| (key.as_str().unwrap().to_owned(), value));
            let (count, map) = entries.fold((0, Map::new()), |(count, mut map), (key, value)| {
                map.insert(key, value);
                (count + 1, map)
            });
            assert_eq!(map.len(), count, "a key occurs twice");
            Value::Object(map)
        }
        (6, Some(_)) => item(rest).unwrap(),
        (7, None) => return None,
        (7, Some(number)) => match minor {
            20 => json!(false),
            21 => json!(true),
            22 => Value::Null,
            25 => crate::values::float(half(number as u16)),
            26 => crate::values::float(f64::from(f32::from_bits(number as u32))),
            27 => crate::values::float(f64::from_bits(number)),
            _ => panic!("an unknown simple value"),
        },
        _ => panic!("an indefinite length where none can be"),
    })
}

fn half(bits: u16) -> f64 {
    let (sign, exponent, fraction) = (bits >> 15, i32::from((bits >> 10) & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    };
    if sign == 1 { -size } else { size }
}

fn chunks(major: u8, length: Option<u64>, rest: &mut &[u8]) -> Vec<u8> {
    if let Some(length) = length {
        return take(rest, length as usize).to_vec();
    }
    let mut whole = Vec::new();
    while rest[0] != 0xFF {
        assert_eq!(rest[0] >> 5, major);
        match item(rest).unwrap() {
            Value::String(text) => whole.extend(text.into_bytes()),
            chunk => whole.extend(chunk["$bytes"].as_array().unwrap().iter().map(|byte| byte.as_u64().unwrap() as u8)),
        }
    }
    take(rest, 1);
    whole
}

fn repeat<T>(length: Option<u64>, rest: &mut &[u8], next: impl Fn(&mut &[u8]) -> Option<T>) -> Vec<T> {
    match length {
        Some(length) => (0..length).map(|_| next(rest).unwrap()).collect(),
        None => std::iter::from_fn(|| next(rest)).collect(),
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, tail) = rest.split_at(count);
    *rest = tail;
    taken
}
