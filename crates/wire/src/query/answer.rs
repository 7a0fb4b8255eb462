//! Answers and errors of the query protocols.
//!
//! Sources: Smithy, "AWS query protocol" and "AWS EC2 query protocol", response and error serialisation.

use super::Dialect;
use crate::encode::{member, query_code, respond};
use crate::{Protocol, Routed, xml};
use bytes::Bytes;
use http::{Response, StatusCode};
use model::{Fault, Kind, Service, ShapeId, Value};

/// A successful answer.
pub(crate) fn answer(routed: &Routed, output: Option<(ShapeId, &Value)>, request_id: &str) -> Response<Bytes> {
    let Routed { service, operation, protocol } = routed;
    let mut body = String::with_capacity(BODY_RESERVE);
    let members = |body: &mut String| {
        if let Some((shape, value)) = output {
            xml::write(service, shape, value, body);
        }
    };
    body.extend(["<", operation.name, "Response xmlns=\"", service.xml_namespace, "\">"]);
    match Dialect::of(*protocol) {
        Dialect::Ec2 => {
            xml::element("requestId", &mut body, |body| xml::escape(request_id, body));
            members(&mut body);
        }
        Dialect::Query => {
            if let Some(wrapper) = operation.result_wrapper {
                xml::element(wrapper, &mut body, members);
            }
            xml::element("ResponseMetadata", &mut body, |body| {
                xml::element("RequestId", body, |body| xml::escape(request_id, body));
            });
        }
    }
    body.extend(["</", operation.name, "Response>"]);
    respond(StatusCode::OK, *protocol, request_id, body)
}

/// Most answers fit in this without growing.
const BODY_RESERVE: usize = 512;

/// EC2 has other names for what every service answers (EC2 API Reference, "Error codes for the Amazon EC2 API").
const EC2_CODES: &[(&str, &str, u16)] =
    &[("AccessDeniedException", "UnauthorizedOperation", 403), ("ThrottlingException", "RequestLimitExceeded", 503)];

/// An error. Its code and status may be others than in JSON.
pub(crate) fn fault(protocol: Protocol, service: Option<&Service>, fault: &Fault, request_id: &str) -> Response<Bytes> {
    let dialect = Dialect::of(protocol);
    let of_ec2 = EC2_CODES.iter().find(|(code, ..)| dialect == Dialect::Ec2 && *code == fault.code);
    let (code, status) = of_ec2.map_or_else(|| query_code(service, fault), |(_, code, status)| (code, *status));
    let mut body = String::new();
    match dialect {
        Dialect::Ec2 => xml::element("Response", &mut body, |body| {
            xml::element("Errors", body, |body| xml::element("Error", body, |body| error(service, fault, code, body)));
            xml::element("RequestID", body, |body| xml::escape(request_id, body));
        }),
        Dialect::Query => {
            match service.map_or("", |service| service.xml_namespace) {
                "" => body.push_str("<ErrorResponse>"),
                namespace => body.extend(["<ErrorResponse xmlns=\"", namespace, "\">"]),
            }
            xml::element("Error", &mut body, |body| {
                xml::element("Type", body, |body| body.push_str(if fault.sender { "Sender" } else { "Receiver" }));
                error(service, fault, code, body);
            });
            xml::element("RequestId", &mut body, |body| xml::escape(request_id, body));
            body.push_str("</ErrorResponse>");
        }
    }
    respond(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), protocol, request_id, body)
}

/// Code, message and what else the error has.
pub(crate) fn error(service: Option<&Service>, fault: &Fault, code: &str, body: &mut String) {
    xml::element("Code", body, |body| xml::escape(code, body));
    if let Some(message) = &fault.message {
        xml::element("Message", body, |body| xml::escape(message, body));
    }
    for (name, value) in &fault.members {
        match service.and_then(|service| Some((service, member(service, &fault.code, name)?))) {
            Some((service, member)) => xml::member(service, member, value, body),
            None => xml::element(name, body, |body| xml::escape(&xml::text(&Kind::Boolean, value), body)),
        }
    }
}
