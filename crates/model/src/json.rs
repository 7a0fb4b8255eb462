//! Writing the parts of JSON that have rules of their own: strings, numbers, and what stands between brackets.

use crate::Document;
use std::fmt::Write;

/// Appends `text` quoted. Escapes what JSON must have escaped, and U+2028, U+2029 for consumers that read JSON as script.
pub fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    // Nearly every text has none, which is seen without a branch for each byte.
    let any = text.bytes().fold(false, |found, byte| found | must_escape(byte));
    while any && let Some(at) = rest.bytes().position(must_escape) {
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut chars = tail.chars();
        if let Some(special) = chars.next() {
            escape(out, special);
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// 0xE2 begins U+2028 and U+2029, among others that `escape` passes on as they are.
fn must_escape(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, b'"' | b'\\' | 0x7F | 0xE2)
}

fn escape(out: &mut String, special: char) {
    match special {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{2028}' | '\u{2029}' => {
            // A String never refuses what is written to it.
            let _ = write!(out, "\\u{:04x}", u32::from(special));
        }
        _ => out.push(special),
    }
}

/// Appends a float; NaN and the infinities, which JSON lacks, as the strings that AWS's protocols use.
pub fn float(out: &mut String, number: f64) {
    if number.is_nan() {
        out.push_str("\"NaN\"");
    } else if number.is_infinite() {
        out.push_str(if number > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" });
    } else {
        let _ = write!(out, "{number}");
    }
}

/// Appends data without a shape.
pub fn document(out: &mut String, value: &Document) {
    match value {
        Document::Null => out.push_str("null"),
        Document::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        // Writing to a String cannot fail.
        Document::Integer(number) => _ = write!(out, "{number}"),
        Document::Float(number) => float(out, *number),
        Document::String(text) => string(out, text),
        Document::List(elements) => bracketed(out, '[', ']', elements, document),
        Document::Map(entries) => bracketed(out, '{', '}', entries, |out, (key, entry)| {
            string(out, key);
            out.push(':');
            document(out, entry);
        }),
    }
}

/// Writes the items of a list or an object, each by `item`, between its brackets.
pub fn bracketed<T>(
    out: &mut String,
    open: char,
    close: char,
    items: impl IntoIterator<Item = T>,
    item: impl Fn(&mut String, T),
) {
    out.push(open);
    for (index, next) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        item(out, next);
    }
    out.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_forbids_is_escaped_and_the_rest_left_alone() {
        let mut out = String::new();
        string(&mut out, "a\"\\\n\r\t\u{1}\u{7f}é\u{2028}\u{2013}😀");
        assert_eq!(out, "\"a\\\"\\\\\\n\\r\\t\\u0001\\u007fé\\u2028\u{2013}😀\"");
    }

    #[test]
    fn numbers_that_json_lacks_become_strings() {
        let mut out = String::new();
        for number in [1.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e3, -0.25] {
            float(&mut out, number);
            out.push(' ');
        }
        assert_eq!(out, "1.5 \"NaN\" \"Infinity\" \"-Infinity\" 1000 -0.25 ");
    }
}
