//! Who may do what: the IAM policy language, and decisions by it.
//!
//! Pure: no I/O, no clock, no randomness. A [`Question`] brings everything that an answer depends on; a [`Decision`] names
//! what decided, and that one result feeds the error text, the audit record, the simulator and the explanation. What is
//! not understood never allows.

mod context;
mod decision;
mod document;
mod json;
mod policies;
mod principal;

pub use context::{Context, Value, Values};
pub use decision::{Decision, Decisive, Denial, Grounds, Question, Resource, decide};
pub use document::{Document, Kind, MAX_CHARACTERS, Malformed, Position};
pub use policies::{Attached, Origin, Policies, Policy, PolicyType};
pub use principal::{Entity, Identity, Principal, SessionFacts, SessionKind, Tags};
