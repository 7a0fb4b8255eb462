//! What can go wrong in a handler: an answer for the caller, or a store that cannot serve.

use crate::exchange::Asking;
use model::Fault;

/// The result of resolvers and handlers.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a handler did not produce its output.
pub enum Error {
    /// AWS's error, for the caller.
    Fault(Fault),
    /// The store refused; a conflict makes the road run the handler again.
    Store(store::Error),
    /// The run ends with a question to the world outside; the road makes the handler run again with the answer.
    Asking(Box<Asking>),
    /// A defect or a damaged record: the caller learns only that it is internal, the operator's log has the words.
    Internal(String),
}

impl Error {
    /// What went wrong, in words for the operator.
    pub fn words(self) -> String {
        match self {
            Self::Fault(fault) => fault.message.unwrap_or_else(|| fault.code.into_owned()),
            Self::Store(error) => error.to_string(),
            Self::Asking(_) => "it asks the world outside, which cannot be asked here".to_owned(),
            Self::Internal(words) => words,
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<audit::Error> for Error {
    fn from(error: audit::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<crypto::Error> for Error {
    fn from(error: crypto::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<model::Mismatch> for Error {
    fn from(mismatch: model::Mismatch) -> Self {
        Self::Internal(format!("a validated input does not fit its type: {mismatch}"))
    }
}
