//! ID tokens and key sets of identity providers.
#![no_main]

#[path = "../bodies/id_token.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
