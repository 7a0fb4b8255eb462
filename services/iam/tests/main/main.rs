//! IAM on the real road: signed calls, the memory engine, a clock that is moved by hand.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod aliases;
mod coverage;

use kernel::testing::{Answer, House, REGION, ROOT};
use serde_json::Value;

/// A house with IAM, quotas off.
fn house() -> House {
    House::new(vec![fastness_iam::service()])
}

/// What most tests do.
trait Iam {
    /// Calls an operation.
    fn iam_as(&self, who: (&str, &str), operation: &str, input: &Value) -> Answer;

    /// Calls an operation as the account's root.
    fn iam(&self, operation: &str, input: &Value) -> Answer {
        self.iam_as(ROOT, operation, input)
    }

    /// Calls an operation that succeeds; what it answers.
    fn ok(&self, operation: &str, input: &Value) -> Value {
        let answer = self.iam(operation, input);
        assert_eq!(answer.status, 200, "{operation} {input}: {}", answer.body);
        answer.json()
    }

    /// Calls an operation that fails; its status, code and text.
    fn refused(&self, operation: &str, input: &Value) -> (u16, String, String) {
        let answer = self.iam(operation, input);
        assert_ne!(answer.status, 200, "{operation} {input}: {}", answer.body);
        (answer.status, answer.code(), answer.message())
    }
}

impl Iam for House {
    fn iam_as(&self, who: (&str, &str), operation: &str, input: &Value) -> Answer {
        self.call_as(who, REGION, "iam", operation, input)
    }
}

/// An error as [`Iam::refused`] gives it.
fn error(status: u16, code: &str, text: &str) -> (u16, String, String) {
    (status, code.to_owned(), text.to_owned())
}
