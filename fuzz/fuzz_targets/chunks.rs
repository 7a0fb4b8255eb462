//! Bodies in chunks.
#![no_main]

#[path = "../bodies/chunks.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
