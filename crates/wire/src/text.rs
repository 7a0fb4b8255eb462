//! Scalars as text: in XML, headers, labels and query strings.
//!
//! Guarantees: what [`write`] writes, [`parse`] reads back as the same value, but for fractions of a second in HTTP
//! dates; a text that says a thing in a second way (`+1`, `TRUE`, `inf`) is refused.

use crate::time;
use base64_simd::STANDARD;
use model::{Kind, TimestampFormat, Value};

/// A scalar's text. `format` is how the place writes times, unless the shape has a format of its own. Structures, lists
/// and maps have no text.
pub(crate) fn write(kind: &Kind, value: &Value, format: TimestampFormat) -> String {
    match (kind, value) {
        (_, Value::String(text)) => text.clone(),
        (_, Value::Bool(truth)) => truth.to_string(),
        (_, Value::Integer(number)) => number.to_string(),
        (_, Value::Float(number)) if number.is_infinite() => {
            if *number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
        }
        (_, Value::Float(number)) => number.to_string(),
        (_, Value::Blob(bytes)) => STANDARD.encode_to_string(bytes),
        (kind, Value::Timestamp(moment)) => {
            let format = if let Kind::Timestamp(Some(own)) = kind { *own } else { format };
            let mut written = String::new();
            time::write(format, *moment, &mut written);
            written
        }
        (_, Value::Struct(_) | Value::List(_) | Value::Map(_) | Value::Document(_)) => String::new(),
    }
}

/// Reads a scalar of that kind; `None` if the text does not have its form.
pub(crate) fn parse(kind: &Kind, text: &str, format: TimestampFormat) -> Option<Value> {
    match kind {
        Kind::String(_) => Some(Value::String(text.to_owned())),
        Kind::Blob(_) => STANDARD.decode_to_vec(text).ok().map(Value::Blob),
        Kind::Boolean => match text {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Integer(_) => digits_only(text).parse::<i32>().ok().map(|number| Value::Integer(number.into())),
        Kind::Long(_) => digits_only(text).parse().ok().map(Value::Integer),
        Kind::Float(_) => float(text).map(Value::Float),
        Kind::Timestamp(own) => time::read(own.unwrap_or(format), text).map(Value::Timestamp),
        Kind::Structure(_) | Kind::List(_) | Kind::Map(_) | Kind::Document => None,
    }
}

/// The text, or nothing if it has a plus sign, which Rust's numbers take and AWS's do not.
fn digits_only(text: &str) -> &str {
    if text.starts_with('+') { "" } else { text }
}

fn float(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => {
            let is_number = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
            if is_number { digits_only(text).parse().ok() } else { None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Timestamp;
    use model::Range;

    fn reads(kind: &Kind, text: &str) -> bool {
        parse(kind, text, TimestampFormat::Iso8601).is_some()
    }

    #[test]
    fn each_thing_is_said_in_one_way() {
        let (integer, float) = (Kind::Integer(Range::default()), Kind::Float(Range::default()));
        for text in ["1", "-1", "2147483647", "007"] {
            assert!(reads(&integer, text), "{text}");
        }
        for text in ["", "+1", "1.0", " 1", "2147483648", "0x1", "1_000"] {
            assert!(!reads(&integer, text), "{text}");
        }
        for text in ["1", "1.5", "-1e3", "NaN", "Infinity", "-Infinity"] {
            assert!(reads(&float, text), "{text}");
        }
        for text in ["", "inf", "nan", "infinity", "+1", "1f"] {
            assert!(!reads(&float, text), "{text}");
        }
        for text in ["True", "TRUE", "1", "yes", ""] {
            assert!(!reads(&Kind::Boolean, text), "{text}");
        }
        assert!(!reads(&Kind::Blob(Range::default()), "*"));
    }

    #[test]
    fn times_read_back_in_each_format() {
        let time = Value::Timestamp(Timestamp::from_millis(1_576_540_098_000));
        let texts = [
            (TimestampFormat::Iso8601, "2019-12-16T23:48:18Z"),
            (TimestampFormat::HttpDate, "Mon, 16 Dec 2019 23:48:18 GMT"),
            (TimestampFormat::UnixTimestamp, "1576540098"),
        ];
        for (format, text) in texts {
            for kind in [Kind::Timestamp(None), Kind::Timestamp(Some(format))] {
                assert_eq!(write(&kind, &time, format), text);
                assert!(parse(&kind, text, format) == Some(time.clone()));
            }
        }
    }
}
