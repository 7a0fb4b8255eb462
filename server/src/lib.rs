//! The Fastness server: listener, TLS, configuration, seeds, control and command line around the kernel.
//!
//! Guarantees: no call reaches the kernel before its framing, size and timing have been checked; nothing here knows an
//! AWS service.

pub mod ca;
mod connection;
pub mod control;
mod files;
mod framing;
mod guard;
pub mod handler;
pub mod limits;
pub mod listener;
mod refusal;
mod service;
pub mod tls;
