//! The crate from outside: the language as its documentation has it, a second evaluator, the published cases that come from
//! it, and the two evaluators compared.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

extern crate fastness_policy as policy;

mod accounts;
mod case;
mod conditions;
mod conformance;
mod differential;
mod documents;
mod explanations;
mod grants;
mod laws;
mod linting;
mod messages;
mod naive;
mod organizations;
mod principals;
mod rename;
mod resources;
mod smoke;
