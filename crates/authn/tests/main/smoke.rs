//! The fuzz targets for a bounded time: mutations of valid input, the same on every run.

use crate::{Message, NOW, home, secret};
use authn::{Request, Signer, presign};
use base::{Rng, SeededRng};
use http::{HeaderMap, HeaderValue};

#[path = "../../../../fuzz/bodies/authorization.rs"]
mod authorization;
#[path = "../../../../fuzz/bodies/chunks.rs"]
mod chunks;
#[path = "../../../../fuzz/bodies/post_policy.rs"]
mod post_policy;
#[path = "../../../../fuzz/bodies/presigned.rs"]
mod presigned;

/// Runs a body on `rounds` inputs, each the valid one with a few changes; `kept` bytes at its beginning stay.
fn mutate(valid: &[u8], kept: usize, tokens: &[u8], rounds: usize, body: fn(&[u8])) {
    body(valid);
    let rng = SeededRng::new(4);
    for _ in 0..rounds {
        let mut data = valid.to_vec();
        let mut dice = [0; 16];
        rng.fill(&mut dice);
        for change in dice.chunks(4).take(1 + usize::from(dice[0] % 4)) {
            let room = data.len() - kept;
            let at = kept + usize::from(u16::from_le_bytes([change[0], change[1]])) % room.max(1);
            match change[3] % 4 {
                0 if at < data.len() => data[at] = change[2],
                1 if at < data.len() && room > 1 => drop(data.remove(at)),
                2 if at < data.len() => data.truncate(at.max(kept + 1)),
                _ => data.insert(at.min(data.len()), tokens[usize::from(change[2]) % tokens.len()]),
            }
        }
        body(&data);
    }
}

#[test]
fn mutated_authorization_headers_never_make_the_reader_panic() {
    let header = Message::kms().signed(NOW).authorization();
    // The signature is of another request, so nothing may verify.
    let data = format!("{}\na=%20&b\n{header}", NOW.to_basic());
    mutate(data.as_bytes(), 0, b"/=,; %\n", 20_000, authorization::run);
}

#[test]
fn mutated_presigned_requests_never_make_the_reader_panic() {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("elsewhere.amazonaws.com"));
    let secret = secret();
    let signer = Signer { access_key_id: "AKIDEXAMPLE", secret: &secret, region: home(), service: "s3" };
    let request = Request { method: "GET", path: "/", query: "a=%20&b", headers: &headers, body: &[] };
    let query = presign(&request, &signer, Some("token//=="), 60, NOW).unwrap();
    for rules in 0..4 {
        let data = [&[rules], query.as_bytes()].concat();
        mutate(&data, 1, b"&=%+/;2", 5_000, presigned::run);
    }
}

#[test]
fn mutated_chunks_never_make_the_decoder_panic() {
    let signed = format!("5;chunk-signature={}\r\nhello\r\n", "0".repeat(64));
    let unsigned = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    for (mode, body) in [(0, signed.as_str()), (1, &signed), (2, unsigned)] {
        for cut in [1, 7] {
            let data = [&[mode, 5, cut], body.as_bytes()].concat();
            mutate(&data, 3, b"\r\n;:=0fx", 1_500, chunks::run);
        }
    }
}

#[test]
fn mutated_policies_never_make_the_reader_panic() {
    let document = "key=user/a\nacl=private\n\n{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[{\"bucket\":\"photos\"},\
                    [\"starts-with\",\"$key\",\"user/\"],{\"acl\":\"private\"},[\"content-length-range\",0,10]]}";
    mutate(document.as_bytes(), 0, b"\"{}[],:$\n=", 5_000, post_policy::run);
}
