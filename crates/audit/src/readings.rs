//! What those who watch the server are told of the log.

use crate::{reserve, segment};
use std::path::Path;
use std::time::Duration;

/// How a log fares at one moment.
#[derive(Clone, Debug)]
pub struct Readings {
    /// Records that the chain has had since it began.
    pub records: u64,
    /// The same of strangers.
    pub strangers: u64,
    /// Bytes of records that are kept.
    pub bytes: u64,
    /// Records that wait for their sync.
    pub unsynced: u64,
    /// How long ago the last sync ended, or the log was opened; none in memory.
    pub last_sync: Option<Duration>,
    /// Whether the space set aside is still there; none in memory.
    pub reserve_held: Option<bool>,
    /// As [`crate::Log::is_healthy`].
    pub healthy: bool,
}

/// What the files of a log tell that is not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtRest {
    /// Bytes of records that are kept.
    pub bytes: u64,
    /// Whether the space set aside is still there.
    pub reserve_held: bool,
}

impl AtRest {
    /// Looks into a log's directory, without its keys; `None` where there is no log.
    pub fn of(dir: &Path) -> Option<Self> {
        let length = |path: &Path| path.metadata().map_or(0, |found| found.len());
        let firsts = segment::list(dir).ok().filter(|firsts| !firsts.is_empty())?;
        let bytes = firsts.into_iter().map(|first| length(&segment::path(dir, first))).sum();
        Some(Self { bytes, reserve_held: length(&dir.join(reserve::NAME)) > 0 })
    }
}
