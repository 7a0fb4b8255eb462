//! What a backup says of itself, first and last.

use serde::{Deserialize, Serialize};

/// The first frame: what the backup is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the program that made it.
    pub product: String,
    /// The format of the store's content; see `docs/formats.md`.
    pub store_format: u32,
    /// When the snapshot was taken, in milliseconds of wall time.
    pub taken_at_millis: i64,
    /// Which engine it was taken from, in words.
    pub engine: String,
    /// The engine's version of the snapshot.
    pub snapshot: u64,
    /// The node that made it. A restored one gets a name of its own.
    pub node: String,
    /// Where the audit log stood right after the snapshot; absent when the log is not part of the backup.
    pub audit: Option<AuditHead>,
}

/// Where an audit log stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// The number of the record that comes next.
    pub next: u64,
    /// The chain's value there.
    pub hash: [u8; 32],
}

/// The last frame: how much there was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Entries of the store.
    pub entries: u64,
    /// Files.
    pub files: u64,
    /// Bytes of keys, values and files.
    pub bytes: u64,
}
