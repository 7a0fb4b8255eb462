//! Answers and errors in the form of the request's protocol; and requests, for clients and tests.
//!
//! Guarantees: every answer carries its request id, in `x-amzn-requestid` or as S3 has it; those of the RPC protocols carry
//! their content type too, empty ones included.

use crate::{Protocol, Routed, cbor, json, query, rest};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use model::{Fault, Kind, Member, Operation, Service, Structure, Value};

/// A successful answer. Without an output shape the body is empty, or in XML has no result.
pub fn encode(routed: &Routed, output: Option<&Value>, request_id: &str) -> Response<Bytes> {
    let output = routed.operation.output.zip(output);
    match routed.protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => json::answer(routed, output, request_id),
        Protocol::Query | Protocol::Ec2Query => query::answer(routed, output, request_id),
        Protocol::RestJson | Protocol::RestXml => rest::answer(routed, output, request_id),
        Protocol::Cbor => cbor::answer(routed, output, request_id),
    }
}

/// An error. `service` gives codes and namespaces; without it the answer is as plain as the protocol allows.
pub fn encode_fault(protocol: Protocol, service: Option<&Service>, fault: &Fault, request_id: &str) -> Response<Bytes> {
    match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => json::fault(protocol, service, fault, request_id),
        Protocol::Query | Protocol::Ec2Query => query::fault(protocol, service, fault, request_id),
        Protocol::RestJson | Protocol::RestXml => rest::fault(protocol, service, fault, request_id),
        Protocol::Cbor => cbor::fault(service, fault, request_id),
    }
}

/// A request as a client sends it, unsigned.
pub fn encode_request(
    service: &Service,
    operation: &Operation,
    protocol: Protocol,
    input: &Value,
) -> http::Request<Bytes> {
    match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => json::request(service, operation, protocol, input),
        Protocol::Query | Protocol::Ec2Query => query::request(service, operation, protocol, input),
        Protocol::RestJson | Protocol::RestXml => rest::request(service, operation, protocol, input),
        Protocol::Cbor => cbor::request(service, operation, input),
    }
}

/// The model's structure of an error.
fn structure<'a>(service: &'a Service, code: &str) -> Option<&'a Structure> {
    match &service.shape_named(code)?.kind {
        Kind::Structure(structure) if structure.error.is_some() => Some(structure),
        _ => None,
    }
}

/// A member of an error.
pub(crate) fn member<'a>(service: &'a Service, code: &str, name: &str) -> Option<&'a Member> {
    let structure = structure(service, code)?;
    structure.members.get(structure.index_of(name)?)
}

/// The name of the member that holds the text; some models write `Message`.
pub(crate) fn message_member(service: Option<&Service>, code: &str) -> &'static str {
    let capital = service.and_then(|service| member(service, code, "Message"));
    if capital.is_some() { "Message" } else { "message" }
}

/// An error's absolute shape id. Errors that belong to no model come from the framework that all services stand on.
pub(crate) fn kind_of_error(service: Option<&Service>, code: &str) -> String {
    match service.filter(|service| service.error(code).is_some()) {
        Some(service) => format!("com.amazonaws.{}#{code}", service.name),
        None => format!("com.amazon.coral.service#{code}"),
    }
}

/// Errors that belong to no model have names of their own in query.
const QUERY_CODES: &[(&str, &str, u16)] = &[
    ("AccessDeniedException", "AccessDenied", 403),
    ("ThrottlingException", "Throttling", 400),
    ("ValidationException", "ValidationError", 400),
    ("UnknownOperationException", "InvalidAction", 400),
    ("SerializationException", "MalformedInput", 400),
];

/// Code and status of an error in query and its relatives.
pub(crate) fn query_code<'a>(service: Option<&'a Service>, fault: &'a Fault) -> (&'a str, u16) {
    if let Some(error) = service.and_then(|service| service.error(&fault.code)) {
        return (error.code.unwrap_or(&fault.code), error.status);
    }
    let known = QUERY_CODES.iter().find(|(code, ..)| *code == fault.code);
    known.map_or((&fault.code, fault.status), |(_, code, status)| (code, *status))
}

/// Services that once spoke query tell the code that the error had there, where it is another: clients written then
/// compare with that one (Smithy, `awsQueryCompatible`).
pub(crate) fn query_error(service: Option<&Service>, fault: &Fault, headers: &mut HeaderMap) {
    let Some(service) = service.filter(|service| service.query_compatible) else { return };
    let (code, _) = query_code(Some(service), fault);
    if code == fault.code {
        return;
    }
    let blame = if fault.sender { "Sender" } else { "Receiver" };
    if let Ok(value) = HeaderValue::from_str(&format!("{code};{blame}")) {
        headers.insert("x-amzn-query-error", value);
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// An answer with the headers that all have.
pub(crate) fn respond(
    status: StatusCode,
    protocol: Protocol,
    request_id: &str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer_type(protocol)));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The content type of answers; that of requests too where both are the same.
pub(crate) fn answer_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::AwsJson10 => "application/x-amz-json-1.0",
        Protocol::AwsJson11 => "application/x-amz-json-1.1",
        Protocol::Query => "text/xml",
        Protocol::Ec2Query => "text/xml;charset=UTF-8",
        Protocol::RestJson => "application/json",
        Protocol::RestXml => "application/xml",
        Protocol::Cbor => "application/cbor",
    }
}
