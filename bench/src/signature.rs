//! What verifying a signature costs, beyond hashing the body, measured in this process.

use crate::{Failure, requests};
use authn::{ErrorFamily, Expected, Request, SigningSecret, Verifier, claim};
use base::{Clock as _, Secret, SystemClock};
use http::{HeaderMap, HeaderName, HeaderValue};
use primitives::sha256;
use serde_json::json;
use std::hint::black_box;
use std::time::{Duration, Instant};

const CALLS: u32 = 20_000;
/// The best of several batches is what the code costs when nothing else runs.
const BATCHES: usize = 7;

/// Time to read the claim of an Encrypt of 4 KiB and verify it, less the time to hash its body.
pub(crate) fn verification() -> Result<Duration, Failure> {
    let call = requests::signed("Encrypt", &json!({ "KeyId": "alias/key", "Plaintext": requests::plaintext() }))?;
    let (headers, body) = parts(&call)?;
    let request = Request { method: "POST", path: "/", query: "", headers: &headers, body: &body };
    let secret = SigningSecret::new(Secret::new(requests::SECRET.to_owned()));
    let verifier = Verifier::new();
    let now = SystemClock.now();
    let expected = Expected::of("kms", requests::REGION.parse()?);
    let verify = || -> Result<(), Failure> {
        let claim = claim(&request).ok().flatten().ok_or("no claim")?;
        match verifier.verify(&request, &claim, &expected, &secret, now) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.text(ErrorFamily::Json).into()),
        }
    };
    verify()?;
    let hashing = best(|| {
        black_box(sha256(black_box(&body)));
    });
    let whole = best(|| {
        let _ = black_box(verify());
    });
    Ok(whole.saturating_sub(hashing))
}

fn best(work: impl Fn()) -> Duration {
    let batch = || {
        let began = Instant::now();
        (0..CALLS).for_each(|_| work());
        began.elapsed() / CALLS
    };
    (0..BATCHES).map(|_| batch()).min().unwrap_or_default()
}

/// Takes a request apart again, as the server sees it.
fn parts(call: &[u8]) -> Result<(HeaderMap, Vec<u8>), Failure> {
    let text = std::str::from_utf8(call)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or("no head")?;
    let mut headers = HeaderMap::new();
    for line in head.split("\r\n").skip(1) {
        let (name, value) = line.split_once(": ").ok_or("no header")?;
        headers.insert(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    Ok((headers, body.as_bytes().to_vec()))
}
