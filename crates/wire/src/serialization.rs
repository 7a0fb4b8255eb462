//! How JSON and CBOR refuse what cannot be read: one code, and one text for each reason that both have.

use crate::limits::MAX_DEPTH;
use model::{Fault, Kind};

/// The code of a request that is not what its protocol asks for.
pub(crate) fn refusal(text: &str) -> Fault {
    Fault::client("SerializationException", text)
}

/// One level further in; refused at the deepest.
pub(crate) fn deeper(depth: usize) -> Result<usize, Fault> {
    depth.checked_sub(1).ok_or_else(|| refusal(&format!("The request is nested deeper than {MAX_DEPTH} levels.")))
}

/// Decoding would take more memory than the input is worth.
pub(crate) fn unfolds() -> Fault {
    refusal("The request unfolds into too much.")
}

/// A scalar of another type than the shape's.
pub(crate) fn wrong_type(wanted: &Kind, found: &str) -> Fault {
    let wanted = match wanted {
        Kind::Structure(_) => "Structure",
        Kind::List(_) => "List",
        Kind::Map(_) => "Map",
        Kind::String(_) => "String",
        Kind::Blob(_) => "Blob",
        Kind::Boolean => "Boolean",
        Kind::Integer(_) => "Integer",
        Kind::Long(_) => "Long",
        Kind::Float(_) => "Float",
        Kind::Timestamp(_) => "Timestamp",
        Kind::Document => "Document",
    };
    refusal(&format!("{found} cannot be converted to {wanted}"))
}
