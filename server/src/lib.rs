//! The Fastness server: listener, TLS, configuration, seeds, control and command line around the kernel.
//!
//! Guarantees: no call reaches the kernel before its framing, size and timing have been checked; nothing here knows an
//! AWS service.

pub mod admin;
mod authority;
mod backup;
pub mod budget;
pub mod ca;
pub mod certificates;
pub mod cli;
mod clock;
mod commands;
pub mod config;
pub mod confine;
mod connection;
pub mod control;
mod costs;
mod custody;
mod der;
mod exchange;
mod faults;
mod files;
mod frames;
mod framing;
pub mod front;
mod guard;
pub mod handler;
mod http2;
pub mod limits;
pub mod listener;
mod logs;
mod making;
pub mod node;
mod notify;
mod operation;
mod outside;
mod persistence;
mod process;
pub mod proxies;
pub mod proxy_protocol;
mod quota_requests;
mod refusal;
mod reload;
mod seals;
pub mod seed;
mod service;
mod services;
pub mod settings;
mod socket;
mod sow;
pub mod tls;
mod tokens;
mod toml_reader;
mod trace;
mod unopened;
pub mod watch;
mod xks_proxy;
