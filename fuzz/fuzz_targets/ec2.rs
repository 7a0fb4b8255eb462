//! Forms of EC2.
#![no_main]

#[path = "../bodies/ec2.rs"]
mod body;
#[path = "../bodies/decoder.rs"]
mod decoder;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
