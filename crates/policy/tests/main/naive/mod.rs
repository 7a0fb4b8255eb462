//! A second evaluator: slow, naive, and written from AWS's documentation alone.
//!
//! Guarantees: it shares no code with the crate; it works on the JSON of a case as it stands, compiles nothing, keeps
//! nothing, and does each step of the documented algorithm in the documentation's order. Where the two evaluators differ,
//! AWS's page decides which is wrong.
//!
//! What a case is, `conformance/authorization/README.md` says.

mod addresses;
mod algorithm;
mod arns;
mod binary;
mod conditions;
mod dates;
mod globs;
mod grants;
mod messages;
mod numbers;
mod principals;
mod statements;
mod variables;

pub(crate) use algorithm::{Answer, Outcome, answer};

use serde_json::Value;

/// An element that may be one value or a list of values ("Grammar of the IAM JSON policy language").
fn list(element: &Value) -> Vec<&Value> {
    match element {
        Value::Array(values) => values.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

/// A value's text. Quotation marks around numbers and Booleans are optional in policies.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The texts of an element that may be one value or a list.
fn texts(element: &Value) -> Vec<String> {
    list(element).into_iter().map(text).collect()
}
