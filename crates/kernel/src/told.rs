//! What a request came to, for those who watch the server: not for its caller, and not for the audit log.
//!
//! Guarantees: it names operations by the registry's own names, never by what a client sent, so that labels made of it
//! are bounded; telling it allocates nothing. The stages of the road are written down only for a request that asks for it.

use crate::call::Call;
use crate::registry::{Operation, Registry};
use crate::usage::Outcome;
use base::{Region, Scope};
use model::{Fault, Value};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Stages that are written down of one call; a call that is run again and again has more.
const MAX_STAGES: usize = 64;

/// What a request came to.
#[derive(Clone, Copy)]
pub struct Told {
    /// Which operation it was: its place in [`Registry::names`].
    pub number: u16,
    /// Where it happened, if that is known.
    pub region: Option<Region>,
    /// How it ended.
    pub ending: Ending,
}

impl Told {
    /// A request of no known operation.
    pub fn unknown(ending: Ending) -> Self {
        Self { number: Registry::UNKNOWN, region: None, ending }
    }
}

/// Which operation a call is of, and where it happens.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) number: u16,
    pub(crate) scope: Scope,
}

impl Place {
    pub(crate) fn of(call: &Call, operation: &Operation) -> Self {
        Self { number: operation.number, scope: call.scope }
    }

    pub(crate) fn told(self, outcome: Outcome, answer: &Result<Value, Fault>) -> Told {
        let ending = Ending::of(outcome, answer.as_ref().err());
        Told { number: self.number, region: Some(self.scope.region), ending }
    }
}

/// How a request ended, finer than it is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It succeeded.
    Success,
    /// Its sender is known, but may not do this.
    Denied,
    /// Its sender did not prove who it is.
    Unauthenticated,
    /// Its sender was above a quota.
    Throttled,
    /// Its sender was at fault otherwise.
    ClientError,
    /// The server was at fault.
    ServerError,
}

impl Ending {
    /// All of them, in the order of [`Ending::index`].
    pub const ALL: [Self; 6] =
        [Self::Success, Self::Denied, Self::Unauthenticated, Self::Throttled, Self::ClientError, Self::ServerError];

    /// Its name in metrics, logs and traces.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Denied => "denied",
            Self::Unauthenticated => "unauthenticated",
            Self::Throttled => "throttled",
            Self::ClientError => "client_error",
            Self::ServerError => "server_error",
        }
    }

    /// Its place in [`Ending::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    pub(crate) fn of(outcome: Outcome, fault: Option<&Fault>) -> Self {
        match outcome {
            Outcome::Success => Self::Success,
            Outcome::Throttled => Self::Throttled,
            Outcome::ServerError => Self::ServerError,
            Outcome::ClientError if fault.is_some_and(is_denial) => Self::Denied,
            Outcome::ClientError => Self::ClientError,
        }
    }
}

/// Whether this is how AWS's services say that somebody may not: `AccessDenied`, `AccessDeniedException`, EC2's own.
fn is_denial(fault: &Fault) -> bool {
    fault.code.starts_with("AccessDenied") || fault.code == "UnauthorizedOperation"
}

/// A stage of the road that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Routed, and its sender verified.
    Authenticate,
    /// Charged to its quota, decoded and held against the model.
    Validate,
    /// What it needs of the world outside was fetched.
    Errand,
    /// What it reaches is known.
    Resolve,
    /// It was decided.
    Authorise,
    /// The operation itself ran.
    Handle,
    /// Its record was written, or made part of a commit.
    Record,
    /// Its changes were committed.
    Commit,
}

impl Stage {
    /// Its name in traces.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authenticate => "authenticate",
            Self::Validate => "validate",
            Self::Errand => "errand",
            Self::Resolve => "resolve",
            Self::Authorise => "authorise",
            Self::Handle => "handle",
            Self::Record => "record",
            Self::Commit => "commit",
        }
    }
}

/// When a call passed the stages of the road. A request that carries it among its extensions, in an `Arc`, has them
/// written down; each stage begins where the one before it ended.
pub struct Stages {
    began: Instant,
    passed: Mutex<Vec<(Stage, Instant)>>,
}

impl Stages {
    /// Of a request that begins now.
    pub fn new() -> Self {
        Self { began: Instant::now(), passed: Mutex::new(Vec::new()) }
    }

    /// When the request began.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// The stages with their ends, in order.
    pub fn passed(&self) -> Vec<(Stage, Instant)> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn pass(&self, stage: Stage) {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        if passed.len() < MAX_STAGES {
            passed.push((stage, Instant::now()));
        }
    }
}

impl Default for Stages {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_stand_where_their_index_says_and_have_names_of_their_own() {
        for (index, ending) in Ending::ALL.into_iter().enumerate() {
            assert_eq!(ending.index(), index);
            assert_eq!(Ending::ALL.iter().filter(|other| other.as_str() == ending.as_str()).count(), 1);
        }
    }

    #[test]
    fn a_denial_is_told_from_other_mistakes_of_the_caller() {
        let told = |code: &'static str| Ending::of(Outcome::ClientError, Some(&Fault::client(code, "")));
        assert_eq!(told("AccessDeniedException"), Ending::Denied);
        assert_eq!(told("AccessDenied"), Ending::Denied);
        assert_eq!(told("NotFoundException"), Ending::ClientError);
    }

    #[test]
    fn the_stages_of_one_call_are_bounded() {
        let stages = Stages::new();
        (0..1000).for_each(|_| stages.pass(Stage::Handle));
        assert_eq!(stages.passed().len(), MAX_STAGES);
    }
}
