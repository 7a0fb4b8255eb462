//! The hierarchy over a real engine: what survives, what is refused, what never shows.

// Helpers of tests may fail as tests do; the lint set knows test functions only.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests fail by panicking")]

extern crate fastness_crypto as crypto;

mod fixtures;
mod hierarchy;
mod kinds;
mod material;
mod root;
mod smoke;
mod support;
mod tokens;
mod wrapping;
