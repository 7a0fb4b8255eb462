//! Envelope encryption on the command line: `encrypt`, `decrypt`, `inspect`, `branch-key`, and the official tool's arguments.
//!
//! Guarantees: no output is half there; nothing secret is an argument; the status is 0 only if everything that was asked
//! for was done. None of it starts the server's runtime or reads a model: a file of six bytes takes milliseconds.

mod arguments;
mod base64_stream;
pub(super) mod branch_key;
mod cache;
pub(super) mod compat;
mod context;
pub(super) mod decrypt;
pub(super) mod encrypt;
pub(super) mod inspect;
mod keys;
mod leftovers;
mod managers;
mod material;
mod metadata;
mod naming;
mod output;
mod plan;
mod progress;
mod report;
mod run;
mod walk;
mod work;
