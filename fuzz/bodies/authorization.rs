//! Any bytes as date, query string and Authorization header: never a panic, and nothing that verifies.

use authn::{Expected, Request, SigningSecret, Verifier, claim};
use base::{Secret, Timestamp};
use http::{HeaderMap, HeaderValue};

/// Date, query string and header, each on a line of its own.
pub(crate) fn run(data: &[u8]) {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let (Some(date), Some(query), Some(header)) = (lines.next(), lines.next(), lines.next()) else { return };
    let Ok(query) = std::str::from_utf8(query) else { return };
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("kms.us-east-1.amazonaws.com"));
    for (name, value) in [("x-amz-date", date), ("authorization", header)] {
        let Ok(value) = HeaderValue::from_bytes(value) else { return };
        headers.insert(name, value);
    }
    let request = Request { method: "POST", path: "/", query, headers: &headers, body: &[] };
    let Ok(Some(claim)) = claim(&request) else { return };
    let secret = SigningSecret::new(Secret::new("nobody signs with this".into()));
    let now = Timestamp::from_millis(1_790_000_000_000);
    let Ok(home) = "us-east-1".parse() else { return };
    let verified = Verifier::new().verify(&request, &claim, &Expected::of("kms", home), &secret, now);
    assert!(verified.is_err(), "verified without a signature");
}
