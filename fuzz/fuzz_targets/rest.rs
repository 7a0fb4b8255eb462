//! REST requests.
#![no_main]

#[path = "../bodies/rest.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
