//! The client against servers on loopback that play AWS.

// Helpers of tests may fail as tests do; the lint set knows test functions only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

extern crate fastness_client as client;

mod configuration;
mod credentials;
mod operations;
mod retries;
mod server;
mod stage;
mod tls;
