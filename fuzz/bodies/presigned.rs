//! Any text as the query string of a presigned request: never a panic, and nothing that verifies.

use authn::{Dialect, Expected, Request, SigningSecret, Verifier, claim};
use base::{Secret, Timestamp};
use http::{HeaderMap, HeaderValue};

/// The first byte picks the rules; the rest is the query string.
pub(crate) fn run(data: &[u8]) {
    let Some((pick, query)) = data.split_first() else { return };
    let Ok(query) = std::str::from_utf8(query) else { return };
    let Ok(home) = "us-east-1".parse() else { return };
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("s3.us-east-1.amazonaws.com"));
    let request = Request { method: "GET", path: "/a%20b//c", query, headers: &headers, body: &[] };
    let Ok(Some(claim)) = claim(&request) else { return };
    let secret = SigningSecret::new(Secret::new("nobody signs with this".into()));
    let now = Timestamp::from_millis(1_790_000_000_000);
    let dialect = if pick & 1 == 0 { Dialect::Standard } else { Dialect::S3 };
    let expected = Expected { dialect, sigv4a: pick & 2 == 0, ..Expected::of("s3", home) };
    let verified = Verifier::new().verify(&request, &claim, &expected, &secret, now);
    assert!(verified.is_err(), "verified without a signature");
}
