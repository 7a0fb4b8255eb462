//! The crate from outside: a second evaluator, the published cases that come from it, and the two evaluators compared.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod conformance;
mod naive;
