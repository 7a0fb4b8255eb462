//! Answers, errors and requests of awsJson.

use super::{length, scalar, write};
use crate::encode::{answer_type, kind_of_error, member, message_member, query_error, respond};
use crate::{Protocol, Routed};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use model::{Fault, Operation, Service, ShapeId, Value, json};

/// A successful answer. Without an output shape the body is empty.
pub(crate) fn answer(routed: &Routed, output: Option<(ShapeId, &Value)>, request_id: &str) -> Response<Bytes> {
    let mut body = String::new();
    if let Some((shape, value)) = output {
        body.reserve(length(value));
        write(routed.service, shape, value, &mut body);
    }
    respond(StatusCode::OK, routed.protocol, request_id, body)
}

/// An error.
pub(crate) fn fault(protocol: Protocol, service: Option<&Service>, fault: &Fault, request_id: &str) -> Response<Bytes> {
    let mut body = "{\"__type\":".to_owned();
    match protocol {
        Protocol::AwsJson10 => json::string(&mut body, &kind_of_error(service, &fault.code)),
        _ => json::string(&mut body, &fault.code),
    }
    if let Some(message) = &fault.message {
        body.push(',');
        json::string(&mut body, message_member(service, &fault.code));
        body.push(':');
        json::string(&mut body, message);
    }
    for (name, value) in &fault.members {
        body.push(',');
        json::string(&mut body, name);
        body.push(':');
        match service.and_then(|service| Some((service, member(service, &fault.code, name)?))) {
            Some((service, member)) => write(service, member.shape, value, &mut body),
            None => scalar(value, &mut body),
        }
    }
    body.push('}');
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = respond(status, protocol, request_id, body);
    query_error(service, fault, response.headers_mut());
    response
}

/// A request as a client sends it.
pub(crate) fn request(service: &Service, operation: &Operation, protocol: Protocol, input: &Value) -> Request<Bytes> {
    let mut body = String::new();
    match operation.input {
        Some(shape) => write(service, shape, input, &mut body),
        None => body.push_str("{}"),
    }
    let mut request = Request::new(Bytes::from(body));
    *request.method_mut() = Method::POST;
    let target = format!("{}.{}", service.target_prefix.unwrap_or_default(), operation.name);
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(answer_type(protocol)));
    if let Ok(target) = HeaderValue::from_str(&target) {
        request.headers_mut().insert("x-amz-target", target);
    }
    request
}
