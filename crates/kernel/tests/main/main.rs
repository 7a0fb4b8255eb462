//! The kernel from outside: toy services on the real road.

// Helpers of tests may fail as tests do; the lint set knows test functions only.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

extern crate fastness_kernel as kernel;

mod chores;
mod computations;
mod decisions;
mod exchanges;
mod faults;
mod last_seen;
mod meter;
mod quotas;
mod remote;
mod road;
