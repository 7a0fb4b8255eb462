//! The fuzz targets for a bounded time: mutations of messages, the same on every run.

use envelope::{AlgorithmSuite, CommitmentPolicy, DefaultMaterialsManager, EncryptionContext, Encryptor};
use std::num::NonZeroU32;

#[path = "../../../../fuzz/bodies/message_header.rs"]
mod headers;
#[path = "../../../../fuzz/bodies/message.rs"]
mod messages;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;

const WORDS: [&[u8]; 8] = [
    b"\xff\xff\xff\xff",
    b"\0\0\0\x01",
    b"\0\0\0\0\0\0\0\0\0\0\0\x01",
    b"\x05\x78",
    b"\x04\x78",
    b"\x01\x80",
    b"AYA",
    b"\0\x15aws-crypto-public-key",
];

fn seeds() -> Vec<Vec<u8>> {
    let context = EncryptionContext::new([("purpose", "fuzzing")]).unwrap();
    let seeds = AlgorithmSuite::all().map(|suite| {
        let policy = if suite.is_committing() {
            CommitmentPolicy::RequireEncryptRequireDecrypt
        } else {
            CommitmentPolicy::ForbidEncryptAllowDecrypt
        };
        Encryptor::new(DefaultMaterialsManager::new(messages::OneKey))
            .commitment_policy(policy)
            .suite(suite)
            .frame_length(NonZeroU32::new(8).unwrap())
            .encrypt(b"some plaintext", &context)
            .unwrap()
            .message
    });
    seeds.collect()
}

#[test]
fn fuzz_message_header() {
    mutation::run(headers::run, &seeds(), &WORDS);
}

#[test]
fn fuzz_message() {
    mutation::run(messages::run, &seeds(), &WORDS);
}
