//! Writes the canonical request and the string to sign: the bytes that both sides hash.
//!
//! Guarantees: two requests that differ in anything signed have different canonical requests; a signed header that the
//! request lacks is refused, so that nobody can strip one on the way. By the standard rules the path is normalised
//! (RFC 3986 §6.2.2.3) and then encoded once more than it was sent; S3's stays as it was sent, since to S3 `a//b` and
//! `a/./b` are names of their own.

use crate::AuthnError;
use crate::claim::{Claim, Regions};
use crate::malformed::Malformed;
use crate::presigned::{SECURITY_TOKEN, SIGNATURE};
use crate::request::{Request, limits};
use crate::scope::{Dialect, TERMINATOR};
use std::borrow::Cow;

/// Room for a usual canonical request, so that it is written without growing.
const USUAL_LENGTH: usize = 1024;

/// How the canonical request of a claim is written.
#[derive(Clone, Copy)]
pub(crate) struct Style<'a> {
    pub(crate) dialect: Dialect,
    /// The last line: the body's hash in hexadecimal, or the word that stands for it.
    pub(crate) payload: &'a [u8],
    /// Leave out the query string's token: it was added after signing.
    pub(crate) without_token: bool,
}

/// The canonical request.
pub(crate) fn request(request: &Request<'_>, claim: &Claim<'_>, style: Style<'_>) -> Result<Vec<u8>, AuthnError> {
    let mut out = Vec::with_capacity(USUAL_LENGTH);
    out.extend_from_slice(request.method.as_bytes());
    out.push(b'\n');
    match style.dialect {
        Dialect::Standard => write_path(request.path, &mut out),
        Dialect::S3 => write_path_as_sent(request.path, &mut out),
    }
    out.push(b'\n');
    let left_out: &[&str] = match (claim.is_query(), style.without_token) {
        (false, _) => &[],
        (true, false) => &[SIGNATURE],
        (true, true) => &[SIGNATURE, SECURITY_TOKEN],
    };
    write_query(request.query, left_out, &mut out)?;
    out.push(b'\n');
    for name in claim.signed_headers.split(';') {
        write_header(request, name, &mut out)?;
    }
    out.push(b'\n');
    out.extend_from_slice(claim.signed_headers.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(style.payload);
    Ok(out)
}

/// The scope as it is signed: without a Region in Signature Version 4a.
pub(crate) fn scope(claim: &Claim<'_>) -> String {
    let (date, service) = (&claim.date, &claim.service);
    match &claim.regions {
        Regions::One(region) => {
            let region = region.as_ref().map_or_else(AsRef::as_ref, |region| region.as_str());
            [date, "/", region, "/", service, "/", TERMINATOR].concat()
        }
        Regions::Set(_) => [date, "/", service, "/", TERMINATOR].concat(),
    }
}

/// The string to sign; `request_hash` is in hexadecimal.
pub(crate) fn string_to_sign(claim: &Claim<'_>, request_hash: &[u8; 64]) -> Vec<u8> {
    let scope = scope(claim);
    let parts: [&[u8]; 7] = [
        claim.algorithm().as_bytes(),
        b"\n",
        claim.stamp.as_str().as_bytes(),
        b"\n",
        scope.as_bytes(),
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

/// Keeps the path, but writes each byte in the one form that it has when encoded once.
fn write_path_as_sent(path: &str, out: &mut Vec<u8>) {
    let mut rest = path.as_bytes();
    if rest.is_empty() {
        out.push(b'/');
    }
    while let Some((byte, escaped, after)) = next(rest) {
        match byte {
            // A slash that was escaped belongs to a name.
            b'/' if !escaped => out.push(b'/'),
            _ => encode([byte].into_iter(), out),
        }
        rest = after;
    }
}

/// Sorts the parameters by encoded name, then value; encodes each anew, so that `%e1`, `%E1` and a raw byte are one.
fn write_query(query: &str, left_out: &[&str], out: &mut Vec<u8>) -> Result<(), AuthnError> {
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if pairs.len() == limits::QUERY_PARAMETERS {
            let text = format!("The query string has more than {} parameters.", limits::QUERY_PARAMETERS);
            return Err(Malformed::Header(text).in_query());
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let encoded = |text: &str| {
            let mut out = Vec::with_capacity(text.len());
            encode(decode(text.as_bytes()), &mut out);
            out
        };
        let name = encoded(name);
        if !left_out.iter().any(|other| other.as_bytes() == name) {
            pairs.push((name, encoded(value)));
        }
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
        return Err(AuthnError::BadSignature(None));
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

/// A value as it stands in a query string.
pub(crate) fn encoded(value: &str) -> String {
    let mut out = Vec::with_capacity(value.len());
    encode(value.bytes(), &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Undoes the encoding of a query; a `%` that begins no escape stands for itself.
fn decode(mut bytes: &[u8]) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let (byte, escaped, after) = next(bytes)?;
        bytes = after;
        Some(if byte == b'+' && !escaped { b' ' } else { byte })
    })
}

/// The first byte that `bytes` stands for, whether it was escaped, and what follows it.
fn next(bytes: &[u8]) -> Option<(u8, bool, &[u8])> {
    if let [b'%', high, low, after @ ..] = bytes
        && let Some((high, low)) = nibble(*high).zip(nibble(*low))
    {
        return Some((high << 4 | low, true, after));
    }
    bytes.split_first().map(|(byte, after)| (*byte, false, after))
}

/// A name or value of a query string, decoded; what is not UTF-8 then is left as it was sent.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    String::from_utf8(decode(text.as_bytes()).collect()).map_or(Cow::Borrowed(text), Cow::Owned)
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
    fn the_paths_of_s3_are_kept_and_encoded_once() {
        let table = [
            ("", "/"),
            ("/", "/"),
            ("//a//", "//a//"),
            ("/a/../b/./c", "/a/../b/./c"),
            ("/a%20b", "/a%20b"),
            ("/a b+c/ሴ", "/a%20b%2Bc/%E1%88%B4"),
            ("/a%2fb%41", "/a%2FbA"),
            ("/100%", "/100%25"),
        ];
        for (sent, canonical) in table {
            let mut out = Vec::new();
            write_path_as_sent(sent, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), canonical, "{sent}");
        }
    }

    #[test]
    fn what_is_not_signed_is_left_out() {
        let mut out = Vec::new();
        let query = "X-Amz-Signature=1&a=2&X%2DAmz-Signature=3&x-amz-signature=4";
        write_query(query, &[SIGNATURE], &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a=2&x-amz-signature=4");
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
            write_query(sent, &[], &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), canonical, "{sent}");
        }
        let many = "a&".repeat(limits::QUERY_PARAMETERS + 1);
        assert!(write_query(&many, &[], &mut Vec::new()).is_err());
    }
}
