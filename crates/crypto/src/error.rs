//! Why the hierarchy cannot serve, in words for the operator. Callers of services never see these.

use base::AccountId;
use std::fmt;

/// Why a key of the hierarchy is not at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The account has no keyring: it was never made, or it was shredded.
    NoKeyring(AccountId),
    /// What was to be opened is damaged, belongs to another account or was sealed by a keyring version that is gone.
    Damaged(&'static str),
    /// Key material of a form that its kind does not have, or of a kind that is not imported.
    BadMaterial,
    /// The engine failed.
    Store(store::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKeyring(account) => write!(f, "account {account} has no keyring"),
            Self::Damaged(what) => write!(f, "{what} does not open: it is damaged or not of this place"),
            Self::BadMaterial => f.write_str("the key material has not the form of its kind"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// Why the hierarchy cannot be opened. In every case nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The root key was sealed by another seal.
    WrongSeal {
        /// The seal that was offered.
        offered: String,
        /// The seal that sealed it.
        sealed_by: String,
    },
    /// The root key's record is damaged.
    Damaged(&'static str),
    /// The store holds data, but no root key that could open it.
    NoRootKey,
    /// The store has a root key already, and a new one was to be made.
    Initialised,
    /// The root key's record was written by a newer version.
    Newer,
    /// A seal that lies elsewhere could not be asked.
    Unavailable {
        /// The seal.
        seal: String,
        /// What happened.
        why: String,
    },
    /// What keeps a seal refused, and asking again unchanged would do harm.
    Refused {
        /// The seal.
        seal: String,
        /// Its words.
        why: String,
    },
    /// There is no seal at this place, counted from 1.
    NoSuchSeal(usize),
    /// The last seal cannot be taken away.
    LastSeal,
    /// There are this many seals already.
    TooManySeals(usize),
    /// The engine failed.
    Store(store::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongSeal { offered, sealed_by } => write!(
                f,
                "the root key of this store was sealed by {sealed_by}; the seal given, {offered}, is another one. \
                 Give the seal that the store was made with"
            ),
            Self::Damaged(what) => write!(f, "the root key of this store is damaged: {what}. Restore it from a backup"),
            Self::NoRootKey => {
                f.write_str("this store holds data but no root key to open it with. Restore the root key from a backup")
            }
            Self::Initialised => {
                f.write_str("this store has been initialised already; choose another, or run `fastness serve` over it")
            }
            Self::Newer => f.write_str(
                "the root key's record was written by a newer version of Fastness: run that version, or restore a backup \
                 that was made before the upgrade",
            ),
            Self::Unavailable { seal, why } | Self::Refused { seal, why } => write!(f, "the seal, {seal}, cannot be used: {why}"),
            Self::NoSuchSeal(place) => write!(f, "there is no seal {place}; `fastness seals list` tells which there are"),
            Self::LastSeal => f.write_str("a store needs a seal: the last one cannot be removed; add another first"),
            Self::TooManySeals(most) => write!(f, "a store has at most {most} seals; remove one first"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<store::Error> for OpenError {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
