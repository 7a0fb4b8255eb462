//! Bodies in chunks: whatever is sent comes out, however it is cut; whatever is changed is refused.

use crate::{NOW, SECRET, home, secret};
use authn::{BodyError, Dialect, Expected, MAX_SIGNED_CHUNK, Payload, Request, Signer, Verifier, claim, sign};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue};
use primitives::{Checksum, ChecksumAlgorithm, hmac_sha256, sha256};
use proptest::prelude::*;

/// Signs chunks one after another.
struct Chain {
    key: [u8; 32],
    previous: String,
}

impl Chain {
    fn new(seed: &str) -> Self {
        let day = NOW.to_basic()[..8].to_owned();
        let steps = [day.as_str(), "us-east-1", "s3", "aws4_request"];
        let key = steps
            .iter()
            .fold(format!("AWS4{SECRET}").into_bytes(), |key, step| hmac_sha256(&key, step.as_bytes()).to_vec());
        Self { key: key.try_into().unwrap(), previous: seed.to_owned() }
    }

    fn sign(&mut self, kind: &str, last: &str) -> String {
        let stamp = NOW.to_basic();
        let scope = format!("{}/us-east-1/s3/aws4_request", &stamp[..8]);
        let to_sign = format!("AWS4-HMAC-SHA256-{kind}\n{stamp}\n{scope}\n{}\n{last}", self.previous);
        self.previous = base::hex(&hmac_sha256(&self.key, to_sign.as_bytes()));
        self.previous.clone()
    }

    fn chunk(&mut self, data: &[u8]) -> String {
        self.sign("PAYLOAD", &format!("{}\n{}", base::hex(&sha256(b"")), base::hex(&sha256(data))))
    }
}

fn checksum(data: &[u8]) -> String {
    let mut checksum = Checksum::new(ChecksumAlgorithm::Crc64Nvme);
    checksum.update(data);
    format!("x-amz-checksum-crc64nvme:{}", STANDARD.encode(checksum.finish()))
}

/// The headers of a signed request, and the seed of its chain.
fn signed(mode: &'static str, length: usize) -> (HeaderMap, String) {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("example.amazonaws.com"));
    headers.insert("x-amz-content-sha256", HeaderValue::from_static(mode));
    headers.insert("x-amz-decoded-content-length", HeaderValue::from(length));
    if mode.ends_with("TRAILER") {
        headers.insert("x-amz-trailer", HeaderValue::from_static("x-amz-checksum-crc64nvme"));
    }
    let secret = secret();
    let signer = Signer { access_key_id: "AKIDEXAMPLE", secret: &secret, region: home(), service: "s3" };
    let request = Request { method: "PUT", path: "/a", query: "", headers: &headers, body: &[] };
    let headers = sign(&request, &signer, NOW).unwrap();
    let seed = headers["authorization"].to_str().unwrap().rsplit("Signature=").next().unwrap().to_owned();
    (headers, seed)
}

/// A verified request, and the seed of its chain.
fn verified(mode: &'static str, length: usize) -> (Payload, String) {
    let (headers, seed) = signed(mode, length);
    let request = Request { method: "PUT", path: "/a", query: "", headers: &headers, body: &[] };
    let claim = claim(&request).unwrap().unwrap();
    let expected = Expected { dialect: Dialect::S3, ..Expected::of("s3", home()) };
    (Verifier::new().verify(&request, &claim, &expected, &secret(), NOW).unwrap(), seed)
}

const SIGNED: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
const SIGNED_TRAILER: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
const UNSIGNED_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

fn encode(mode: &str, seed: &str, data: &[u8], size: usize) -> Vec<u8> {
    let mut chain = Chain::new(seed);
    let mut body = Vec::new();
    for chunk in data.chunks(size).chain([&[][..]]) {
        let extension =
            if mode == UNSIGNED_TRAILER { String::new() } else { format!(";chunk-signature={}", chain.chunk(chunk)) };
        body.extend(format!("{:x}{extension}\r\n", chunk.len()).into_bytes());
        body.extend(chunk);
        if !chunk.is_empty() {
            body.extend(b"\r\n");
        }
    }
    if mode.ends_with("TRAILER") {
        let line = checksum(data);
        body.extend(format!("{line}\r\n").into_bytes());
        if mode == SIGNED_TRAILER {
            let signature = chain.sign("TRAILER", &base::hex(&sha256(format!("{line}\n").as_bytes())));
            body.extend(format!("x-amz-trailer-signature:{signature}\r\n").into_bytes());
        }
    }
    body.extend(b"\r\n");
    body
}

/// Decodes a body that arrives in pieces.
fn decode(payload: Payload, body: &[u8], piece: usize) -> (Result<(), BodyError>, Vec<u8>) {
    let Payload::Chunked(chunked) = payload else { panic!("not in chunks") };
    let (mut decoder, mut out) = (chunked.decoder(), Vec::new());
    let pushed = body.chunks(piece).try_for_each(|piece| decoder.push(piece, &mut out));
    (pushed.and_then(|()| decoder.finish()), out)
}

fn mode() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just(SIGNED), Just(SIGNED_TRAILER), Just(UNSIGNED_TRAILER)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_is_sent_comes_out_however_it_arrives(
        mode in mode(), length in 0..30_000usize, size in 8192..12_000usize, piece in 1..5_000usize,
    ) {
        let data: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let (payload, seed) = verified(mode, length);
        let body = encode(mode, &seed, &data, size);
        let (result, out) = decode(payload, &body, piece);
        prop_assert_eq!(result, Ok(()));
        prop_assert!(out == data);
        let (payload, _) = verified(mode, length);
        prop_assert!(payload.accept(&body).unwrap() == data);
    }

    #[test]
    fn a_changed_or_missing_byte_is_refused_or_means_nothing(
        mode in mode(), length in 0..10_000usize, at in any::<prop::sample::Index>(), bit in 0..8u8,
    ) {
        let data = vec![b'a'; length];
        let (payload, seed) = verified(mode, length);
        let body = encode(mode, &seed, &data, 8192);
        let at = at.index(body.len());
        let mut changed = body.clone();
        changed[at] ^= 1 << bit;
        // The case of a digit or of a header's name is all that means nothing.
        if let Ok(out) = payload.accept(&changed) {
            prop_assert!(out == data && changed[at].eq_ignore_ascii_case(&body[at]), "{}: {}", at, changed[at]);
        }
        let (payload, _) = verified(mode, length);
        prop_assert!(payload.accept(&body[..at]).is_err(), "cut at {}", at);
    }
}

#[test]
fn data_appears_only_when_its_chunk_is_whole_and_right() {
    let data = [vec![b'a'; 8192], vec![b'z'; 8192]].concat();
    let (payload, seed) = verified(SIGNED, data.len());
    let body = encode(SIGNED, &seed, &data, 8192);
    let Payload::Chunked(chunked) = payload else { panic!("not in chunks") };
    let (mut decoder, mut out) = (chunked.decoder(), Vec::new());
    let (most, last) = body.split_at(8192 + 80);
    decoder.push(most, &mut out).unwrap();
    assert!(out.is_empty(), "the first chunk is not whole");
    decoder.push(&last[..100], &mut out).unwrap();
    assert_eq!(out, vec![b'a'; 8192]);
    let mut wrong = last[100..].to_vec();
    let at = wrong.iter().rposition(|byte| *byte == b'z').unwrap();
    wrong[at] = b'y';
    assert!(matches!(decoder.push(&wrong, &mut out), Err(BodyError::BadSignature(_))));
    assert_eq!(out.len(), 8192, "nothing of the second chunk appears");
}

#[test]
fn a_chunk_too_large_to_be_held_is_refused_at_once() {
    let length = usize::try_from(MAX_SIGNED_CHUNK).unwrap() + 1;
    let (payload, _) = verified(SIGNED, length);
    let line = format!("{length:x};chunk-signature={}\r\n", "0".repeat(64));
    let (result, out) = decode(payload, line.as_bytes(), 10);
    assert!(matches!(result, Err(BodyError::ChunkSize { chunk: 1, .. })));
    assert!(out.is_empty());
}

#[test]
fn where_no_signature_counts_chunks_are_taken_off_and_checksums_hold() {
    for mode in [SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER] {
        let (headers, _) = signed(mode, 5);
        let request = Request { method: "PUT", path: "/a", query: "", headers: &headers, body: &[] };
        let claim = claim(&request).unwrap().unwrap();
        let accept = |body: &[u8]| {
            let payload = Payload::unproven(&request, &claim, Dialect::S3).unwrap();
            payload.accept(body).map(std::borrow::Cow::into_owned)
        };
        let body = encode(mode, "anything", b"hello", 8192);
        assert_eq!(accept(&body).as_deref(), Ok(&b"hello"[..]), "{mode}");
        assert!(accept(b"hello").is_err() && accept(&body[1..]).is_err(), "{mode}");
        if mode != SIGNED {
            let other = encode(mode, "anything", b"jello", 8192);
            let other = String::from_utf8(other).unwrap().replace("jello", "hello");
            assert!(matches!(accept(other.as_bytes()), Err(BodyError::WrongChecksum(_))), "{mode}");
        }
    }
}
