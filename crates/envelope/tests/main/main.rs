//! What users of the library rely on, through its public interface.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

extern crate fastness_envelope as envelope;

mod asynchronous;
mod contexts;
mod fuzz;
mod limits;
mod managers;
mod memory;
mod pipeline;
mod round_trip;
mod streams;
mod support;
mod tampering;
mod vectors;
