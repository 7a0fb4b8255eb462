//! Who may do what: the IAM policy language, and decisions by it.
//!
//! Pure: no I/O, no clock, no randomness. A [`Question`] brings everything that an answer depends on; a [`Decision`] names
//! what decided, and that one result feeds the error text, the audit record, the simulator and the explanation. What is
//! not understood never allows.
//!
//! A text becomes a [`Document`], which knows where everything stands, and that a [`Policy`], which decisions are made
//! with. [`decide`] answers in microseconds, [`explain`] tells everything that the answer rests on, [`lint`] tells what is
//! suspicious in a document. The examples are in `README.md`, and run as tests.

mod code;
mod compile;
mod condition;
mod context;
mod decision;
mod document;
mod elements;
mod explain;
mod explain_json;
mod glob;
mod grammar;
mod grant;
mod json;
mod keys;
mod lint;
mod message;
mod messages;
mod operator;
mod place;
mod policies;
mod principal;
mod rename;
mod standing;
mod statement;
mod values;
mod variables;

// What a question is made of beside this crate's own types.
pub use base::{AccountId, Partition, Timestamp};
pub use context::{Context, Value, Values};
pub use decision::{Decision, Decisive, Denial, Grounds, Question, Resource, decide};
pub use document::{
    Condition, Document, Effect, Kind, List, MAX_CHARACTERS, Malformed, Position, PrincipalKind, Principals, Statement,
    Text, Version,
};
pub use explain::{Consulted, Explanation, Held, Tested, Verdict, Weighed, explain};
pub use grant::{Constraint as GrantConstraint, Grant};
pub use lint::{Finding, Holds, KeyType, Severity, Vocabulary, lint};
pub use operator::{Comparison, Family, Operator, SetOperator};
pub use policies::{Attached, Origin, Policies, Policy, PolicyType};
pub use principal::{Entity, Identity, Principal, SessionFacts, SessionKind, Tags};

/// The examples of `README.md`, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
