//! The log as its users and its enemies meet it: crashes, damage, restarts, the outbox.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "Tests may panic: that is how they fail."
)]

mod staging;
mod support;

mod copies;
mod crash;
mod damage;
mod limits;
mod outbox;
