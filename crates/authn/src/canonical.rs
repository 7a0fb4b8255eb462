//! Writes the canonical request and the string to sign: the bytes that both sides hash.
//!
//! Guarantees: two requests that differ in anything signed have different canonical requests; a signed header that the
//! request lacks is refused, so that nobody can strip one on the way. The rules are those of every service but S3: the
//! path is normalised (RFC 3986 §6.2.2.3) and then encoded once more than it was sent.

use crate::AuthnError;
use crate::claim::{ALGORITHM, Claim, Request, limits};
use crate::errors::MISMATCH;
use crate::scope::TERMINATOR;

/// Room for a usual canonical request, so that it is written without growing.
const USUAL_LENGTH: usize = 1024;

/// The canonical request; `body_hash` is in hexadecimal.
pub(crate) fn request(
    request: &Request<'_>,
    signed_headers: &str,
    body_hash: &[u8; 64],
) -> Result<Vec<u8>, AuthnError> {
    let mut out = Vec::with_capacity(USUAL_LENGTH);
    out.extend_from_slice(request.method.as_bytes());
    out.push(b'\n');
    write_path(request.path, &mut out);
    out.push(b'\n');
    write_query(request.query, &mut out)?;
    out.push(b'\n');
    for name in signed_headers.split(';') {
        write_header(request, name, &mut out)?;
    }
    out.push(b'\n');
    out.extend_from_slice(signed_headers.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(body_hash);
    Ok(out)
}

/// The string to sign; `request_hash` is in hexadecimal.
pub(crate) fn string_to_sign(claim: &Claim<'_>, request_hash: &[u8; 64]) -> Vec<u8> {
    let parts: [&[u8]; 13] = [
        ALGORITHM.as_bytes(),
        b"\n",
        claim.stamp.as_str().as_bytes(),
        b"\n",
        claim.date.as_bytes(),
        b"/",
        claim.region.as_str().as_bytes(),
        b"/",
        claim.service.as_bytes(),
        b"/",
        TERMINATOR.as_bytes(),
        b"\n",
        request_hash,
    ];
    parts.concat()
}

/// Lower-case hexadecimal, without an allocation.
pub(crate) fn hex(hash: &[u8; 32]) -> [u8; 64] {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    let mut out = [0; 64];
    for (slot, byte) in out.chunks_exact_mut(2).zip(hash) {
        slot.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    out
}

/// Removes empty, `.` and `..` segments and encodes what is left.
fn write_path(path: &str, out: &mut Vec<u8>) {
    let start = out.len();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                let parent = out.iter().skip(start).rposition(|byte| *byte == b'/').unwrap_or(0);
                out.truncate(start + parent);
            }
            _ => {
                out.push(b'/');
                encode(segment.bytes(), out);
            }
        }
    }
    let names_a_directory = path.rsplit('/').next().is_some_and(|last| matches!(last, "" | "." | ".."));
    if names_a_directory || out.len() == start {
        out.push(b'/');
    }
}

/// Sorts the parameters by encoded name, then value; encodes each anew, so that `%e1`, `%E1` and a raw byte are one.
fn write_query(query: &str, out: &mut Vec<u8>) -> Result<(), AuthnError> {
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if pairs.len() == limits::QUERY_PARAMETERS {
            let text = format!("The query string has more than {} parameters.", limits::QUERY_PARAMETERS);
            return Err(AuthnError::Incomplete(text));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let encoded = |text: &str| {
            let mut out = Vec::with_capacity(text.len());
            encode(decode(text.as_bytes()), &mut out);
            out
        };
        pairs.push((encoded(name), encoded(value)));
    }
    pairs.sort();
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(value);
    }
    Ok(())
}

/// A header's values in order of arrival, each trimmed and with single spaces, joined by commas.
fn write_header(request: &Request<'_>, name: &str, out: &mut Vec<u8>) -> Result<(), AuthnError> {
    let mut values = request.headers.get_all(name).iter().peekable();
    if values.peek().is_none() {
        return Err(AuthnError::BadSignature(MISMATCH.into()));
    }
    out.extend_from_slice(name.as_bytes());
    let mut separator = b':';
    for value in values {
        out.push(separator);
        separator = b',';
        let words = value.as_bytes().trim_ascii().split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        for (index, word) in words.enumerate() {
            if index > 0 {
                out.push(b' ');
            }
            out.extend_from_slice(word);
        }
    }
    out.push(b'\n');
    Ok(())
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn encode(bytes: impl Iterator<Item = u8>, out: &mut Vec<u8>) {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 };
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(byte);
        } else {
            out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// Undoes the encoding of a query; a `%` that begins no escape stands for itself.
fn decode(mut bytes: &[u8]) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let (first, rest) = bytes.split_first()?;
        bytes = rest;
        if *first == b'+' {
            return Some(b' ');
        }
        let escaped = match (first, rest) {
            (b'%', [high, low, after @ ..]) => {
                nibble(*high).zip(nibble(*low)).map(|(high, low)| (high << 4 | low, after))
            }
            _ => None,
        };
        let Some((byte, after)) = escaped else { return Some(*first) };
        bytes = after;
        Some(byte)
    })
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(path: &str) -> String {
        let mut out = b"before/".to_vec();
        write_path(path, &mut out);
        String::from_utf8(out.split_off(7)).unwrap()
    }

    #[test]
    fn paths_are_normalised_and_encoded_once_more() {
        let table = [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/./", "/"),
            ("/..", "/"),
            ("/../../a", "/a"),
            ("/a/..", "/"),
            ("/a/b/..", "/a/"),
            ("/a/b/../", "/a/"),
            ("/a/b/.", "/a/b/"),
            ("/a//b", "/a/b"),
            ("/a/...", "/a/..."),
            ("/a%20b", "/a%2520b"),
            ("/a b/ሴ", "/a%20b/%E1%88%B4"),
            ("/%2e%2e/a", "/%252e%252e/a"),
        ];
        for (sent, canonical) in table {
            assert_eq!(path(sent), canonical, "{sent}");
        }
    }

    #[test]
    fn queries_are_decoded_encoded_and_sorted() {
        let table = [
            ("", ""),
            ("a", "a="),
            ("b=2&a=1&&", "a=1&b=2"),
            ("a=2&a=1", "a=1&a=2"),
            ("a=b=c", "a=b%3Dc"),
            ("%e1%88%b4=+%2B", "%E1%88%B4=%20%2B"),
            ("a=%zz%4", "a=%25zz%254"),
            ("A=1&a=1&-=1", "-=1&A=1&a=1"),
        ];
        for (sent, canonical) in table {
            let mut out = Vec::new();
            write_query(sent, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), canonical, "{sent}");
        }
        let many = "a&".repeat(limits::QUERY_PARAMETERS + 1);
        assert!(write_query(&many, &mut Vec::new()).is_err());
    }
}
