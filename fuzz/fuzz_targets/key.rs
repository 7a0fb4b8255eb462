//! Private keys that are imported, and public keys of others.
#![no_main]

#[path = "../bodies/key.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
