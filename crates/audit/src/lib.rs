//! The audit log: CloudTrail records, sealed, in an append-only keyed hash chain.
//!
//! Guarantees:
//! - A record that was acknowledged survives the death of the process; a power cut takes at most the sync window.
//! - Nothing is written in clear, and nothing written is ever changed: a record, a segment or a tail that differs from
//!   what was acknowledged is reported as damage, never repaired by guessing.
//! - A state change and its record are one transaction: the record waits in an outbox in the store until the
//!   [`Sequencer`] has moved it here, once.
//! - Strangers (callers without a verified identity) write to a bounded log of their own and cannot fill the disk.
//! - If the log cannot be written, the caller is told, and so is readiness before that happens.

mod chain;
mod copy;
mod error;
mod examine;
mod frame;
mod identity;
mod index;
mod json;
mod log;
mod mark;
mod outbox;
mod page;
mod readings;
mod record;
mod reserve;
mod ring;
mod segment;
mod syncer;
mod tickets;
mod verify;

pub use copy::{Content, Copy, outline, passed};
pub use error::Error;
pub use examine::examine;
pub use frame::Head;
pub use identity::{ExternalKind, Identity, Issuer, Member, MemberKind, SessionContext};
pub use log::{Entry, Keys, Log, Options, Staged, Storage};
pub use outbox::{OutboxReadings, Sequencer, adopt, count_waiting};
pub use page::Page;
pub use readings::{AtRest, Readings};
pub use record::{Category, EventType, Record, Resource, TlsDetails};
pub use verify::{Report, verify, verify_copy, verify_strangers};
