//! The error that any layer answers with, before a protocol gives it its form.

use crate::Value;
use std::borrow::Cow;

/// An AWS error. Services answer with shape names as codes; protocols translate them where they must.
#[derive(Clone, PartialEq)]
pub struct Fault {
    /// The error's shape name, such as `NotFoundException`.
    pub code: Cow<'static, str>,
    /// What the caller reads; `None` leaves the member out altogether, as KMS does for corrupt ciphertexts.
    pub message: Option<String>,
    /// HTTP status.
    pub status: u16,
    /// The caller's fault (`Sender`), not ours (`Receiver`).
    pub sender: bool,
    /// Further members of the error's shape, by the model's names. Strings, booleans and numbers only.
    pub members: Vec<(Cow<'static, str>, Value)>,
}

impl Fault {
    /// The caller's fault, 400.
    pub fn client(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: Some(message.into()), status: 400, sender: true, members: Vec::new() }
    }

    /// Our fault, 500.
    pub fn server(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status: 500, sender: false, ..Self::client(code, message) }
    }

    /// The caller's fault, 400, without a message member.
    pub fn bare(code: impl Into<Cow<'static, str>>) -> Self {
        Self { code: code.into(), message: None, status: 400, sender: true, members: Vec::new() }
    }

    /// A broken constraint, under the code of the JSON protocols.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::client("ValidationException", message)
    }

    /// What the caller asked for exists at AWS but not here: 501, which no SDK retries.
    pub fn not_implemented(service: &str, operation: &str) -> Self {
        let message = format!("The operation {operation} of the service {service} is not implemented.");
        Self { status: 501, sender: false, ..Self::client("NotImplemented", message) }
    }

    /// The same with another HTTP status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same with a further member.
    #[must_use]
    pub fn with_member(mut self, name: impl Into<Cow<'static, str>>, value: Value) -> Self {
        self.members.push((name.into(), value));
        self
    }
}
