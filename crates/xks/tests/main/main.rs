//! The proxy API from outside: whatever comes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

extern crate fastness_xks as xks;

#[path = "../../../../fuzz/bodies/xks.rs"]
mod body;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;

use xks::{Asker, Refusal, RefusalName, Sealed, integrity_value};

#[test]
fn no_message_breaks_either_side() {
    let asker = Asker {
        principal: Some("arn:aws:iam::111122223333:user/alice"),
        key: Some("arn:aws:kms:us-east-1:111122223333:key/k"),
        operation: "Encrypt",
        request_id: "r",
        via: Some("s3.amazonaws.com"),
    };
    let sealed = Sealed { ciphertext: vec![1; 5], iv: [2; 12], tag: [3; 16], metadata: vec![4; 20] };
    let value = integrity_value(b"bound", &sealed);
    let messages = [
        asker.health(),
        asker.metadata(),
        asker.encrypt(b"plain", b"bound"),
        asker.decrypt(&sealed, b"bound"),
        xks::health("v", "m", &["n"]),
        xks::metadata(true),
        xks::encrypted(&sealed, Some(&value)),
        xks::decrypted(b"plain"),
        Refusal::new(RefusalName::Throttling, "slower").body(),
    ];
    let mut seeds: Vec<Vec<u8>> = messages.iter().map(|message| message.expose().clone()).collect();
    seeds.push(sealed.to_bytes());
    seeds.push(b"/bank/kms/xks/v1/keys/ledger/encrypt".to_vec());
    seeds.push(b"/kms/xks/v1/health".to_vec());
    let words: [&[u8]; 8] = [b"null", b"\"\"", b"\\u0000", b"AAAA", b"/keys/", b"AES_GCM", b"requestMetadata", b"{}"];
    mutation::run(body::run, &seeds, &words);
}
