//! JSON requests.
#![no_main]

#[path = "../bodies/json.rs"]
mod body;
#[path = "../bodies/decoder.rs"]
mod decoder;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
