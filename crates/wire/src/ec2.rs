//! Query as EC2 speaks it.

use crate::Routed;
use crate::query::Parameter;
use model::{Fault, Service, ShapeId, Value};

/// Reads the members of a structure.
pub(crate) fn read(_: &Service, _: ShapeId, _: &[Parameter<'_>]) -> Result<Value, Fault> {
    Err(Fault::server("NotImplemented", ""))
}

/// Appends a successful answer.
pub(crate) fn answer(_: &Routed, _: Option<(ShapeId, &Value)>, _: &str, _: &mut String) {}

/// Appends an error; gives its status.
pub(crate) fn fault(_: Option<&Service>, fault: &Fault, _: &str, _: &mut String) -> u16 {
    fault.status
}

/// Appends the parameters of a structure, each preceded by `&`.
pub(crate) fn write(_: &Service, _: ShapeId, _: &Value, _: &mut String) {}
