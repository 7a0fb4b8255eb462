//! Why a server stays sealed, and whether it makes sense to try again.

use crypto::OpenError;
use std::fmt;

/// Why a store was not opened.
pub(crate) struct Unopened {
    why: String,
    /// What keeps a seal could not be asked, and perhaps can be later.
    pub(crate) may_change: bool,
    /// What keeps a seal refused, and nobody but the operator should ask again.
    pub(crate) refused: bool,
}

impl Unopened {
    /// For a reason that does not go away.
    pub(crate) fn for_good(why: String) -> Self {
        Self { why, may_change: false, refused: false }
    }

    /// As the key hierarchy tells it.
    pub(crate) fn of(error: &OpenError) -> Self {
        let (may_change, refused) =
            (matches!(error, OpenError::Unavailable { .. }), matches!(error, OpenError::Refused { .. }));
        Self { why: error.to_string(), may_change, refused }
    }

    /// The same, with what was wrong besides.
    pub(crate) fn beside(self, problems: &[String]) -> Self {
        let reasons: Vec<&str> = problems.iter().map(String::as_str).chain([self.why.as_str()]).collect();
        Self { why: reasons.join("; "), ..self }
    }
}

impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}
