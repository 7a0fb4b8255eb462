//! Smithy's RPC v2 in CBOR.
//!
//! Guarantees: every answer carries `smithy-protocol`, and none an error in a header other than the code for clients
//! that once spoke query. Source: Smithy, "Smithy RPC v2 CBOR protocol".

mod read;
mod scan;
mod write;

pub use read::read;

use crate::encode::{answer_type, kind_of_error, member, message_member, query_error, respond};
use crate::{Protocol, Routed};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use model::{Fault, Operation, Service, ShapeId, Value};
use write::{map_head, scalar, text, write};

/// The header that names the protocol.
pub(crate) const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");

/// The value of that header.
pub(crate) const RPC_V2_CBOR: &str = "rpc-v2-cbor";

/// A successful answer. Without an output shape there is neither body nor content type.
pub(crate) fn answer(routed: &Routed, output: Option<(ShapeId, &Value)>, request_id: &str) -> Response<Bytes> {
    let mut body = Vec::new();
    match (output, routed.operation.output) {
        (Some((shape, value)), _) => write(routed.service, shape, value, &mut body),
        (None, Some(_)) => map_head(0, &mut body),
        (None, None) => {}
    }
    let is_empty = body.is_empty();
    let mut response = marked(respond(StatusCode::OK, Protocol::Cbor, request_id, body));
    if is_empty {
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    response
}

/// An error: a map with its absolute shape id, its message and its other members.
pub(crate) fn fault(service: Option<&Service>, fault: &Fault, request_id: &str) -> Response<Bytes> {
    let mut body = Vec::new();
    map_head(1 + usize::from(fault.message.is_some()) + fault.members.len(), &mut body);
    text("__type", &mut body);
    text(&kind_of_error(service, &fault.code), &mut body);
    if let Some(message) = &fault.message {
        text(message_member(service, &fault.code), &mut body);
        text(message, &mut body);
    }
    for (name, value) in &fault.members {
        text(name, &mut body);
        match service.and_then(|service| Some((service, member(service, &fault.code, name)?))) {
            Some((service, member)) => write(service, member.shape, value, &mut body),
            None => scalar(value, &mut body),
        }
    }
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = marked(respond(status, Protocol::Cbor, request_id, body));
    query_error(service, fault, response.headers_mut());
    response
}

fn marked(mut response: Response<Bytes>) -> Response<Bytes> {
    response.headers_mut().insert(SMITHY_PROTOCOL, HeaderValue::from_static(RPC_V2_CBOR));
    response
}

/// A request as a client sends it. Without an input shape there is neither body nor content type.
pub(crate) fn request(service: &Service, operation: &Operation, input: &Value) -> Request<Bytes> {
    let mut body = Vec::new();
    if let Some(shape) = operation.input {
        write(service, shape, input, &mut body);
    }
    let content_type = HeaderValue::from_static(answer_type(Protocol::Cbor));
    let mut request = Request::new(Bytes::from(body));
    let path = format!("/service/{}/operation/{}", service.target_prefix.unwrap_or_default(), operation.name);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = path.parse().unwrap_or_else(|_| Uri::default());
    request.headers_mut().insert(SMITHY_PROTOCOL, HeaderValue::from_static(RPC_V2_CBOR));
    request.headers_mut().insert(header::ACCEPT, content_type.clone());
    if operation.input.is_some() {
        request.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    request
}
