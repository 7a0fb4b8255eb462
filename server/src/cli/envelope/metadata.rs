//! What a message says of itself, as JSON: the shape and the spelling of aws-encryption-cli 4.3.0, so that whatever reads
//! its lines reads ours.
//!
//! Source: the official tool's guide, "Output metadata"; the spelling is that of Python's `json.dumps`, sorted.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use envelope::{ContentType, MessageHeader, MessageVersion};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Map, Value, json};
use std::io;

/// The header, everything that is not text in base64.
pub(super) fn header(header: &MessageHeader) -> Value {
    let is_old = header.version == MessageVersion::One;
    let mut keys: Vec<_> = header.encrypted_data_keys.iter().collect();
    keys.sort_by_cached_key(|key| [key.provider_id.as_bytes(), &key.provider_info].concat());
    let keys: Vec<_> = keys
        .into_iter()
        .map(|key| {
            json!({
                "encrypted_data_key": STANDARD.encode(&key.ciphertext),
                "key_provider": {
                    "provider_id": STANDARD.encode(&key.provider_id),
                    "key_info": STANDARD.encode(&key.provider_info),
                },
            })
        })
        .collect();
    let context: Map<_, _> =
        header.context.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect();
    json!({
        "version": if is_old { "1.0" } else { "2.0" },
        "algorithm": header.suite.name(),
        // Version 2 has neither field.
        "type": is_old.then_some(128),
        "header_iv_length": is_old.then_some(header.iv.len()),
        "message_id": STANDARD.encode(&header.message_id),
        "encryption_context": context,
        "encrypted_data_keys": keys,
        "content_type": match header.content_type { ContentType::Unframed => 1, ContentType::Framed => 2 },
        "frame_length": header.frame_length,
        "commitment_key": header.commitment.map(|commitment| STANDARD.encode(commitment)),
    })
}

/// The header's tag and its IV.
pub(super) fn header_auth(header: &MessageHeader) -> Value {
    json!({ "iv": STANDARD.encode(header.iv), "tag": STANDARD.encode(header.tag) })
}

/// One line, with its end, as Python writes it: keys in order, a space behind commas and colons, ASCII only.
pub(super) fn line(value: &Value) -> Vec<u8> {
    let mut line = Vec::new();
    // Writing a value to memory cannot fail.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut line, Python));
    line.push(b'\n');
    line
}

struct Python;

impl Formatter for Python {
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        for character in fragment.chars() {
            if matches!(character, ' '..='~') {
                writer.write_all(&[character as u8])?;
                continue;
            }
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_spelled_as_python_spells_them() {
        let value = json!({ "b": [1, null, true], "a": { "é": "\u{1f600}\"\\\u{7f}\n/" }, "c": [], "d": {} });
        let expected = r#"{"a": {"\u00e9": "\ud83d\ude00\"\\\u007f\n/"}, "b": [1, null, true], "c": [], "d": {}}"#;
        assert_eq!(String::from_utf8(line(&value)).unwrap(), format!("{expected}\n"));
    }
}
