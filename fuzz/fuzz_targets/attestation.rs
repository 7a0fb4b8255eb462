//! Attestation documents.
#![no_main]

#[path = "../bodies/attestation.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
