//! Any bytes as a body in chunks: never a panic; nothing comes out that was not signed where chunks are; the data is as
//! long as declared; and it is the same however the bytes arrive.

use authn::{Dialect, Expected, Payload, Request, Signer, SigningSecret, Verifier, claim, sign};
use base::{Secret, Timestamp};
use http::{HeaderMap, HeaderValue};

const MODES: [(&str, bool); 3] = [
    ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", false),
    ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", true),
    ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", true),
];

/// The first byte picks the mode, the second the declared length, the third how the rest is cut.
pub(crate) fn run(data: &[u8]) {
    let [mode, length, cut, body @ ..] = data else { return };
    let Some((mode, trailer)) = MODES.get(usize::from(*mode) % MODES.len()) else { return };
    let Some(payload) = verified(mode, *trailer, u64::from(*length)) else { return };
    let whole = payload.accept(body).map(|data| data.into_owned());
    let Some(Payload::Chunked(chunked)) = verified(mode, *trailer, u64::from(*length)) else { return };
    let (mut decoder, mut out) = (chunked.decoder(), Vec::new());
    let mut pieces = body.chunks(usize::from(*cut).max(1));
    let cut = pieces
        .try_for_each(|piece| decoder.push(piece, &mut out))
        .and_then(|()| decoder.finish())
        .map(|()| out.clone());
    assert!(whole == cut, "read differently when it arrived in pieces");
    if let Ok(data) = &whole {
        assert!(data.len() == usize::from(*length), "not as long as declared");
    }
    assert!(!mode.contains("HMAC") || out.is_empty(), "data that nobody signed");
}

/// What the verified request says of its body.
fn verified(mode: &'static str, trailer: bool, length: u64) -> Option<Payload> {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("s3.us-east-1.amazonaws.com"));
    headers.insert("x-amz-content-sha256", HeaderValue::from_static(mode));
    headers.insert("x-amz-decoded-content-length", HeaderValue::from(length));
    if trailer {
        headers.insert("x-amz-trailer", HeaderValue::from_static("x-amz-checksum-crc32"));
    }
    let home = "us-east-1".parse().ok()?;
    let secret = SigningSecret::new(Secret::new("nobody signs chunks with this".into()));
    let signer = Signer { access_key_id: "AKIDEXAMPLE", secret: &secret, region: home, service: "s3" };
    let now = Timestamp::from_millis(1_790_000_000_000);
    let request = Request { method: "PUT", path: "/a/b", query: "", headers: &headers, body: &[] };
    let headers = sign(&request, &signer, now).ok()?;
    let request = Request { headers: &headers, ..request };
    let claim = claim(&request).ok()??;
    let expected = Expected { dialect: Dialect::S3, ..Expected::of("s3", home) };
    Verifier::new().verify(&request, &claim, &expected, &secret, now).ok()
}
