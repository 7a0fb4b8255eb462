//! HTTP bindings: restJson and restXml.

use crate::{Protocol, Request, Routed};
use bytes::Bytes;
use http::Response;
use model::{Fault, Operation, Service, ShapeId, Value};

/// Reads a request's input from its labels, query, headers and body.
pub(crate) fn read(_: &Routed, _: ShapeId, _: &Request<'_>) -> Result<Value, Fault> {
    Err(Fault::server("NotImplemented", ""))
}

/// A successful answer.
pub(crate) fn answer(_: &Routed, _: Option<(ShapeId, &Value)>, _: &str) -> Response<Bytes> {
    Response::new(Bytes::new())
}

/// An error.
pub(crate) fn fault(_: Protocol, _: Option<&Service>, _: &Fault, _: &str) -> Response<Bytes> {
    Response::new(Bytes::new())
}

/// A request as a client sends it.
pub(crate) fn request(_: &Service, _: &Operation, _: Protocol, _: &Value) -> http::Request<Bytes> {
    http::Request::new(Bytes::new())
}
