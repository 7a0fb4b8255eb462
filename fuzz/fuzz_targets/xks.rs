//! The XKS proxy API, both sides.
#![no_main]

#[path = "../bodies/xks.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
