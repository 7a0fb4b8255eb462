//! Smithy's RPC v2 in CBOR.

use crate::Routed;
use bytes::Bytes;
use http::Response;
use model::{Fault, Operation, Service, ShapeId, Value};

/// Reads a whole body.
pub(crate) fn read(_: &Service, _: ShapeId, _: &[u8]) -> Result<Value, Fault> {
    Err(Fault::server("NotImplemented", ""))
}

/// A successful answer.
pub(crate) fn answer(_: &Routed, _: Option<(ShapeId, &Value)>, _: &str) -> Response<Bytes> {
    Response::new(Bytes::new())
}

/// An error.
pub(crate) fn fault(_: Option<&Service>, _: &Fault, _: &str) -> Response<Bytes> {
    Response::new(Bytes::new())
}

/// A request as a client sends it.
pub(crate) fn request(_: &Service, _: &Operation, _: &Value) -> http::Request<Bytes> {
    http::Request::new(Bytes::new())
}
