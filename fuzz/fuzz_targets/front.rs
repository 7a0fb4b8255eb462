//! The listener: TLS, framing and HTTP over a real socket.
#![no_main]

#[path = "../bodies/front.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
