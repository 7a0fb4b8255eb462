//! Who may do what: the types that every decision is made of, and the decision.
//!
//! Pure: no I/O, no clock, no randomness. A [`Decision`] names what decided, and that one result feeds the error text
//! and the audit record. The rule that stands today is the one every key's default policy gives: the root of the
//! account that owns a resource may do everything with it; everyone else is denied until a policy says otherwise.

mod decision;
mod principal;

pub use decision::{Access, Decision, Denial, Request, Resource, decide};
pub use principal::Principal;
