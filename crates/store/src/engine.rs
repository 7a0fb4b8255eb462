//! The one small interface that every engine implements.
//!
//! Guarantees asked of an engine: a snapshot never changes; a commit takes effect wholly or not at all, and only when
//! nothing that its transaction read has changed since its snapshot; a committed change is durable and visible to new
//! snapshots before its [`Pending`] resolves; watches tell of every commit in commit order.

use crate::{Completer, Pending};
use base::Uuid;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{Duration, Instant};

/// What keeps bytes. One per process and database; shared by reference.
pub trait Engine: Send + Sync {
    /// Whether calls wait on a network: such calls must not run on async threads.
    fn is_remote(&self) -> bool;

    /// The state as of now. It stays as it is for as long as it is held; hold it briefly.
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, Error>;

    /// As [`Engine::snapshot`], to be read through from one end to the other while others write, however long that takes.
    /// Nothing can be committed on it.
    fn snapshot_to_copy(&self) -> Result<Box<dyn Snapshot>, Error> {
        self.snapshot()
    }

    /// Whether the transaction with this marker took effect: the question to ask after [`Error::Ambiguous`]. The answer
    /// is final: a commit still under way is waited for. Engines remember markers for a while only.
    fn committed(&self, marker: Marker) -> Result<bool, Error>;

    /// Every change committed from now on.
    fn watch(&self) -> Result<Box<dyn Watch>, Error>;

    /// Forgets everything at once, for a reset of `dev`: watches are told that all may have changed, and what began
    /// before conflicts.
    fn clear(&self) -> Result<(), Error>;

    /// Finishes what was handed in, then refuses everything with [`Error::Closed`].
    fn close(&self);
}

/// A frozen state, and the one commit that may be based on it.
pub trait Snapshot: Send {
    /// Orders snapshots and changes: a snapshot of version `v` holds every change that a watch delivers with a version
    /// of at most `v`.
    fn version(&self) -> u64;

    /// The value at a key.
    fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Error>;

    /// The first `limit` entries of a range in key order.
    fn range(&mut self, range: &KeyRange, limit: usize) -> Result<Vec<Entry>, Error>;

    /// Makes the batch durable, unless something that it read has changed.
    fn commit(self: Box<Self>, batch: Batch) -> Pending;
}

/// A key and its value, both as the engine holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// An encoded key.
    pub key: Vec<u8>,
    /// A sealed value.
    pub value: Vec<u8>,
}

/// What a transaction read and what it wants written.
pub struct Batch {
    /// All that the decision to write was based on.
    pub reads: ReadSet,
    /// New values; `None` deletes.
    pub writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// Names the attempt, to be asked for when its outcome is unknown.
    pub marker: Marker,
}

/// The id of the audit event written in a transaction: it marks the transaction's outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Marker(pub Uuid);

/// Keys and ranges that were looked at, found or not.
#[derive(Default)]
pub struct ReadSet {
    /// Single keys.
    pub points: BTreeSet<Vec<u8>>,
    /// Ranges read to their end.
    pub ranges: Vec<KeyRange>,
}

impl ReadSet {
    /// Whether a change of this key would have been seen by the reader.
    pub fn covers(&self, key: &[u8]) -> bool {
        self.points.contains(key) || self.ranges.iter().any(|range| range.contains(key))
    }

    /// Whether a change of any of these keys would have been seen by the reader.
    pub(crate) fn meets(&self, keys: &BTreeSet<Vec<u8>>) -> bool {
        let points = self.points.iter().any(|point| keys.contains(point));
        points
            || self
                .ranges
                .iter()
                .filter(|r| !r.is_empty())
                .any(|r| keys.range(r.start.clone()..r.end.clone()).next().is_some())
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.ranges.is_empty()
    }
}

/// All keys from `start` (inclusive) up to `end` (exclusive).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    /// The first key that may be in it.
    pub start: Vec<u8>,
    /// The first key after it.
    pub end: Vec<u8>,
}

impl KeyRange {
    /// Whether the key lies in it.
    pub fn contains(&self, key: &[u8]) -> bool {
        self.start.as_slice() <= key && key < self.end.as_slice()
    }

    /// Whether no key can lie in it.
    pub fn is_empty(&self) -> bool {
        self.start >= self.end
    }
}

/// A commit that took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Every later snapshot of this process has at least this version.
    pub version: u64,
}

/// A stream of changes. Each watch has its own place in it.
pub trait Watch: Send {
    /// Waits for changes, at most about `timeout`. Returning, even with no keys, confirms that the caller has now heard of
    /// everything committed before [`Changes::as_of`]; an engine that cannot confirm that answers with an error.
    fn next(&mut self, timeout: Duration) -> Result<Changes, Error>;
}

/// Changes since the last look.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The keys written or deleted, in commit order; a key may appear more than once.
    pub keys: Vec<Vec<u8>>,
    /// The watch fell too far behind and changes are unknown: take everything as changed.
    pub missed: bool,
    /// The version that these changes lead to.
    pub version: u64,
    /// Everything committed before this instant has been told.
    pub as_of: Instant,
}

/// Why the store did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// Something that was read has changed, or the snapshot is too old to tell: run again in a new snapshot.
    Conflict,
    /// The connection or the disk failed during the commit: ask [`Engine::committed`] before anything runs again.
    Ambiguous,
    /// There is no space left. Nothing was changed; later writes work once there is space.
    Full,
    /// The engine was closed.
    Closed,
    /// What is stored cannot be trusted. Nothing was overwritten.
    Damaged(String),
    /// The engine cannot be reached or has stopped.
    Unavailable(String),
    /// A key, a value or a transaction is over its limit.
    TooLarge(&'static str),
    /// A value could not be sealed or opened.
    Seal(String),
    /// Another process has the store open.
    InUse(String),
    /// The data was written by a newer version than this one.
    Version(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict => f.write_str("the transaction met a concurrent change"),
            Self::Ambiguous => f.write_str("the outcome of the commit is unknown"),
            Self::Full => f.write_str("no space is left for the store"),
            Self::Closed => f.write_str("the store is closed"),
            Self::Damaged(text) => write!(f, "the store is damaged: {text}"),
            Self::Unavailable(text) => write!(f, "the store is unavailable: {text}"),
            Self::TooLarge(what) => write!(f, "over a limit of the store: {what}"),
            Self::Seal(text) => write!(f, "a stored value cannot be sealed or opened: {text}"),
            Self::InUse(text) => write!(f, "the store is in use: {text}"),
            Self::Version(text) => write!(f, "the store was written by a newer version: {text}"),
        }
    }
}

impl std::error::Error for Error {}

/// A commit whose outcome is already known.
impl From<Result<Committed, Error>> for Pending {
    fn from(outcome: Result<Committed, Error>) -> Self {
        let (completer, pending) = Completer::new();
        completer.complete(outcome);
        pending
    }
}
