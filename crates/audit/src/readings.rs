//! What those who watch the server are told of the log.

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
