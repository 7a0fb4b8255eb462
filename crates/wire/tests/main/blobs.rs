//! Base64 of blobs, read exactly as the standard says: a second implementation is the judge.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use wire::{Protocol, Request, route};

/// The plaintext that an Encrypt with this text for it asks to encrypt; `None` if it is refused.
fn plaintext(text: &str) -> Option<Vec<u8>> {
    let service = model::services().by_name("kms").unwrap();
    let body = body(text);
    let request = http::Request::post("/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", "TrentService.Encrypt")
        .body(())
        .unwrap();
    let request =
        Request { method: request.method(), uri: request.uri(), headers: request.headers(), body: body.as_bytes() };
    let routed = route(&request, Some("kms")).ok().unwrap();
    assert!(matches!(routed.protocol, Protocol::AwsJson11));
    let value = wire::decode(&routed, &request).ok()?;
    let model::Kind::Structure(structure) = &service.shape(routed.operation.input.unwrap()).kind else { panic!() };
    match value.member(structure.index_of("Plaintext").unwrap()) {
        Some(model::Value::Blob(bytes)) => Some(bytes.clone()),
        _ => None,
    }
}

fn body(text: &str) -> String {
    format!(r#"{{"KeyId":"k","Plaintext":"{text}"}}"#)
}

proptest! {
    #[test]
    fn every_blob_reads_back(bytes in proptest::collection::vec(any::<u8>(), 1..300)) {
        prop_assert_eq!(plaintext(&STANDARD.encode(&bytes)), Some(bytes));
    }

    #[test]
    fn what_is_not_canonical_is_refused(text in "[A-Za-z0-9+/=_ -]{1,40}") {
        // An empty blob breaks the length constraint, whatever its text.
        let judged = STANDARD.decode(&text).ok().filter(|bytes| !bytes.is_empty());
        prop_assert_eq!(plaintext(&text), judged);
    }
}
