//! AWS's service models as tables, values shaped by them, and the checks that they ask for.
//!
//! Guarantees: the tables are read, never written, at run time, and each service's is unpacked at its first use; a
//! [`Value`] that [`check`] finds nothing wrong with holds every constraint of its shape; what a table marks as secret
//! appears neither in a validation text nor in [`redacted_json`]. Knows nothing of HTTP or of any protocol.

mod catalog;
mod check;
mod fault;
pub mod json;
mod pattern;
pub mod probe;
mod redact;
mod services;
mod shape;
mod table;
mod typed;
mod value;
mod wipe;

pub use catalog::{Catalog, services};
pub use check::{MAX_ECHO, MAX_VIOLATIONS, Rule, Violation, check, validation_message};
pub use fault::Fault;
pub use pattern::Pattern;
pub use redact::redacted_json;
pub use shape::{
    Auth, Checksum, ErrorInfo, Http, Kind, List, Location, Map, Member, Namespace, Operation, Pagination, ProtocolName,
    Range, Sensitivity, Service, Shape, ShapeId, Signing, Structure, Text, TimestampFormat,
};
pub use typed::{FromValue, IntoValue, Members, Mismatch, Op};
pub use value::{Document, Value};
pub use wipe::wipe_secrets;
