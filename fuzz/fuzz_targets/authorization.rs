//! Authorization headers.
#![no_main]

#[path = "../bodies/authorization.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
