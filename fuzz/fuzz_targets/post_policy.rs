//! Policies of browser uploads.
#![no_main]

#[path = "../bodies/post_policy.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
