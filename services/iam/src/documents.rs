//! Policy documents as IAM takes them and gives them back.
//!
//! Guarantees: what is stored is well formed for its purpose; a document comes back as it was given, percent-encoded by
//! RFC 3986 where AWS does so. Source: IAM API Reference, "GetPolicyVersion"; IAM User Guide, "IAM and AWS STS quotas".

use crate::error;
use model::Fault;
use policy::{Document, Kind};

/// Reads a document, or says what AWS says of it.
pub(crate) fn read(kind: Kind, text: &str) -> Result<Document, Fault> {
    Document::parse(kind, text).map_err(|malformed| error::malformed_policy(malformed.message))
}

/// A document in an answer.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0').to_ascii_uppercase();
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_unreserved_characters_is_encoded() {
        assert_eq!(encoded("{\"A\": [\"s3:*\"]}\n~"), "%7B%22A%22%3A%20%5B%22s3%3A%2A%22%5D%7D%0A~");
        assert_eq!(encoded("ü"), "%C3%BC");
    }
}
