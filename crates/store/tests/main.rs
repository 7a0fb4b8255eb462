//! What the store promises, asked of every engine; and what happens to the embedded one when the world breaks.

// Helpers of tests fail by panicking, as tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

extern crate fastness_store as store;

mod embedded;
mod history;
mod killed;
mod remote;
mod suite;
mod support;
