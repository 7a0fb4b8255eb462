//! Backups of a node: made while it serves or while it rests, restored into an empty place, and checks of what is stored.
//!
//! What is in one: every entry of one snapshot of the store, as the engine holds it (sealed), the audit log up to a moment
//! right after that snapshot. What is not: key files, passphrases and shares, the development CA, `ca.pem`, which the store
//! gives sealed and a backup could only give unproven, and the node's name, since a restored machine is another node.
//!
//! Guarantees:
//! - Consistent. The log is copied after the snapshot was taken. A record leaves the outbox only once it is in the log, so
//!   each change in the snapshot has its record in the snapshot's outbox or in the copied log, or, for a moment, in both;
//!   the first start after a restore moves what waits into the log, each event once.
//! - Nothing of a backup is usable before all of it was verified, and an interrupted restore can be repeated.
//! - Nothing that exists is overwritten.

mod check;
mod make;
mod noted;
mod restore;
mod restored;
mod stream;

pub(crate) use check::{Scrub, Whole, check_file, scrub_directory};
pub(crate) use make::from_directory;
pub(crate) use noted::{note, noted};
pub(crate) use restore::{Given, restore};
pub(crate) use restored::{STAGING, adopt_if_restored, awaits_first_start};
pub(crate) use stream::{Piece, Streams, Wanted};

/// The certificate that clients trust.
const CA: &str = "ca.pem";
/// Its key, where it lies in clear, as that of the development CA does.
const CA_KEY: &str = "ca-key.pem";

/// A size for readers.
pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{}.{} MiB", bytes >> 20, ((bytes % (1 << 20)) * 10) >> 20)
}
