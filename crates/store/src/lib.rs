//! An ordered, transactional, sealed key-value store, and the engines that hold it.
//!
//! Guarantees: transactions are serialisable, point and range reads alike; a change is durable before its
//! [`Pending`] resolves, and every snapshot taken afterwards shows it; no engine ever sees a plaintext value; the
//! reader of an old record gets it migrated, the reader of a newer one gets a clear error.
//!
//! A [`Store`] joins an [`Engine`] (what keeps bytes) with a [`Seal`] (what hides them). Callers hold typed
//! [`Record`]s under tuple-encoded [`Key`]s and never see either.

mod engine;
mod format;
mod key;
mod lease;
mod memory;
mod pending;
mod postgres;
mod record;
mod redb;
mod stats;
mod transaction;
mod window;

pub use engine::{Batch, Changes, Committed, Engine, Entry, Error, KeyRange, Marker, ReadSet, Snapshot, Watch};
pub use format::{FORMAT, check_format, format_path, judge_format, note_format, restoring_path};
pub use key::{Key, MAX_KEY_BYTES, Part, Space};
pub use lease::{Lease, Leases};
pub use memory::Memory;
pub use pending::{Completer, Pending};
pub use postgres::{Postgres, PostgresOptions};
pub use record::{MAX_VALUE_BYTES, Record, Seal, SealError};
pub use redb::{Redb, RedbOptions};
pub use stats::{COMMIT_BOUNDS, Commits};
pub use transaction::{MAX_RERUNS, Store, Transaction};
