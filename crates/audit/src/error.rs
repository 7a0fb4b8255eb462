//! Why the log could not do what was asked.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A failure of the audit log. Except for [`Error::TooLarge`], the call that was to be recorded must fail with it.
#[derive(Debug)]
pub enum Error {
    /// The disk has no room for the record. Nothing was written; it may be tried again.
    Full,
    /// What lies on disk is not what was written there. Nothing was changed.
    Damaged(String),
    /// Another process has this directory open.
    InUse(PathBuf),
    /// A directory or file could not be used.
    Io(String),
    /// The record could not be sealed, or a stored one not opened.
    Seal(String),
    /// An earlier write or sync failed, so that nothing more can be promised until the log is opened anew.
    Failed(String),
    /// The log was closed.
    Closed,
    /// The record has this many bytes, which is more than any record may have.
    TooLarge(usize),
    /// The store that holds the outbox failed.
    Store(store::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("the audit log's disk is full: free some space"),
            Self::Damaged(what) => {
                write!(f, "the audit log is damaged: {what}; nothing was changed, keep a copy before repairing it")
            }
            Self::InUse(dir) => write!(f, "the audit log in {} is in use by another process", dir.display()),
            Self::Io(what) => write!(f, "the audit log cannot be used: {what}"),
            Self::Seal(what) => write!(f, "an audit record could not be sealed or opened: {what}"),
            Self::Failed(what) => write!(f, "the audit log stopped after a failure: {what}"),
            Self::Closed => f.write_str("the audit log is closed"),
            Self::TooLarge(bytes) => write!(f, "an audit record of {bytes} bytes is too large"),
            Self::Store(error) => write!(f, "the audit outbox could not be used: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl Error {
    /// Says which file or directory failed; a full disk is told apart, since the operator can mend it.
    pub(crate) fn io(path: &Path, error: &io::Error) -> Self {
        if is_full(error) { Self::Full } else { Self::Io(format!("{}: {error}", path.display())) }
    }
}

/// Whether writing failed for want of space.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
