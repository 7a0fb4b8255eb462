//! Published vectors for the algorithms, and what other programs wrote for the formats.

// Helpers of tests may fail as tests do; the lint set knows test functions only.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

extern crate fastness_primitives as primitives;

mod certificates;
mod smoke;
mod vectors;
mod vectors_encrypt;
mod vectors_sign;
