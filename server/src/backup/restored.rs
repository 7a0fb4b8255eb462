//! What a restored directory remembers of where it came from, and what its first start has to finish.

use audit::Log;
use base::Timestamp;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use store::Store;

/// Where a restore puts things until all is verified. While it exists, the directory is not used.
pub(crate) const STAGING: &str = "restoring";
/// From which backup a directory was restored, in words.
pub(super) const RESTORED: &str = "restored";
/// Present until the outboxes of the nodes of before have been moved into the log.
pub(super) const ADOPT: &str = "restored.adopt";

/// What a backup was, for those who run what was restored from it.
pub(crate) struct Restored {
    /// When it was taken, by the program of which version.
    pub(crate) text: String,
}

impl Restored {
    /// What the directory remembers, if it was restored.
    pub(crate) fn of(dir: &Path) -> Option<Self> {
        fs::read_to_string(dir.join(RESTORED)).ok().map(|text| Self { text: text.trim().to_owned() })
    }

    /// `notes` are what the operator was told, a loss that was accepted among them.
    pub(super) fn new(header: &::backup::Header, notes: &[String]) -> Self {
        let at = Timestamp::from_millis(header.taken_at_millis).to_seconds_rfc3339();
        let from = format!("{at} by Fastness {} of node {}", header.product, header.node);
        Self { text: std::iter::once(&from).chain(notes).map(String::as_str).collect::<Vec<_>>().join("; ") }
    }
}

/// Whether a directory was restored and not opened since, so that what the store gives is not there yet.
pub(crate) fn awaits_first_start(dir: &Path) -> bool {
    dir.join(ADOPT).exists()
}

/// On the first start after a restore, moves into the log what waited in the outboxes of the nodes of before; says at
/// every start what this directory was restored from.
pub(crate) fn adopt_if_restored(dir: &Path, store: &Store, log: &Arc<Log>, node: &str) -> Result<(), String> {
    if let Some(restored) = Restored::of(dir) {
        tracing::warn!(backup = restored.text, "this node runs from a restored backup");
    }
    let note = dir.join(ADOPT);
    if note.exists() {
        let moved = audit::adopt(store, log, node).map_err(|error| error.to_string())?;
        fs::remove_file(&note).map_err(|error| format!("{}: {error}", note.display()))?;
        tracing::info!(records = moved, "moved audit records that waited when the backup was made");
    }
    Ok(())
}
