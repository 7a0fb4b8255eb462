//! Ciphertexts of KMS.
#![no_main]

#[path = "../bodies/blob.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
