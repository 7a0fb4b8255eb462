//! The hierarchy over a real engine: what survives, what is refused, what never shows.

// Helpers of tests may fail as tests do; the lint set knows test functions only.
#![allow(clippy::unwrap_used)]

extern crate fastness_crypto as crypto;

mod fixtures;
mod hierarchy;
mod kinds;
mod material;
mod support;
mod tokens;
mod wrapping;
