//! Answers and errors in the form of the request's protocol; and requests, for clients and tests.
//!
//! Guarantees: every answer carries `x-amzn-requestid` and the content type of its protocol, empty ones included.

use crate::{Protocol, Routed, json, query, xml};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Response, StatusCode};
use model::{Fault, Kind, Operation, Service, Value};

/// A successful answer. Without an output shape the body is empty, or in XML has no result.
pub fn encode(routed: &Routed, output: Option<&Value>, request_id: &str) -> Response<Bytes> {
    let Routed { service, operation, protocol } = routed;
    let output = operation.output.zip(output);
    let mut body = String::new();
    match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => {
            if let Some((shape, value)) = output {
                body.reserve(json::length(value));
                json::write(service, shape, value, &mut body);
            }
        }
        Protocol::Query => {
            let name = operation.name;
            body.extend(["<", name, "Response xmlns=\"", service.xml_namespace, "\">"]);
            if let Some(wrapper) = operation.result_wrapper {
                xml::element(wrapper, &mut body, |body| {
                    if let Some((shape, value)) = output {
                        xml::write(service, shape, value, body);
                    }
                });
            }
            xml::element("ResponseMetadata", &mut body, |body| {
                xml::element("RequestId", body, |body| xml::escape(request_id, body));
            });
            body.extend(["</", name, "Response>"]);
        }
    }
    respond(StatusCode::OK, *protocol, request_id, body)
}

/// An error. `service` gives codes and namespaces; without it the answer is as plain as the protocol allows.
pub fn encode_fault(protocol: Protocol, service: Option<&Service>, fault: &Fault, request_id: &str) -> Response<Bytes> {
    let mut body = String::new();
    let mut status = fault.status;
    match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => json_fault(protocol, service, fault, &mut body),
        Protocol::Query => {
            let code;
            (code, status) = query_code(service, fault);
            let namespace = service.map_or("", |service| service.xml_namespace);
            let opening = if namespace.is_empty() {
                "<ErrorResponse>".into()
            } else {
                format!("<ErrorResponse xmlns=\"{namespace}\">")
            };
            body.push_str(&opening);
            xml::element("Error", &mut body, |body| {
                xml::element("Type", body, |body| body.push_str(if fault.sender { "Sender" } else { "Receiver" }));
                xml::element("Code", body, |body| xml::escape(code, body));
                if let Some(message) = &fault.message {
                    xml::element("Message", body, |body| xml::escape(message, body));
                }
                for (name, value) in &fault.members {
                    xml::element(name, body, |body| xml::escape(&xml::text(&Kind::Boolean, value), body));
                }
            });
            xml::element("RequestId", &mut body, |body| xml::escape(request_id, body));
            body.push_str("</ErrorResponse>");
        }
    }
    respond(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), protocol, request_id, body)
}

fn json_fault(protocol: Protocol, service: Option<&Service>, fault: &Fault, body: &mut String) {
    let modelled = service.filter(|service| service.error(&fault.code).is_some());
    let kind = match (protocol, modelled) {
        (Protocol::AwsJson10, Some(service)) => format!("com.amazonaws.{}#{}", service.name, fault.code),
        (Protocol::AwsJson10, None) => format!("com.amazon.coral.service#{}", fault.code),
        _ => fault.code.to_string(),
    };
    body.push_str("{\"__type\":");
    model::json::string(body, &kind);
    if let Some(message) = &fault.message {
        body.push(',');
        model::json::string(body, message_member(modelled, &fault.code));
        body.push(':');
        model::json::string(body, message);
    }
    for (name, value) in &fault.members {
        body.push(',');
        model::json::string(body, name);
        body.push(':');
        json::scalar(value, body);
    }
    body.push('}');
}

/// Some models write `Message`.
fn message_member(service: Option<&Service>, code: &str) -> &'static str {
    match service.and_then(|service| service.shape_named(code)).map(|shape| &shape.kind) {
        Some(Kind::Structure(structure)) if structure.index_of("Message").is_some() => "Message",
        _ => "message",
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

fn query_code<'a>(service: Option<&'a Service>, fault: &'a Fault) -> (&'a str, u16) {
    if let Some(error) = service.and_then(|service| service.error(&fault.code)) {
        return (error.code.unwrap_or(&fault.code), error.status);
    }
    let known = QUERY_CODES.iter().find(|(code, ..)| *code == fault.code);
    known.map_or((&fault.code, fault.status), |(_, code, status)| (code, *status))
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

fn respond(status: StatusCode, protocol: Protocol, request_id: &str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer_type(protocol)));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn answer_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::AwsJson10 => "application/x-amz-json-1.0",
        Protocol::AwsJson11 => "application/x-amz-json-1.1",
        Protocol::Query => "text/xml",
    }
}

/// A request as a client sends it: POST `/`, unsigned.
pub fn encode_request(
    service: &Service,
    operation: &Operation,
    protocol: Protocol,
    input: &Value,
) -> http::Request<Bytes> {
    let mut body = String::new();
    let mut request = http::Request::new(Bytes::new());
    *request.method_mut() = http::Method::POST;
    let (content_type, target) = match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => {
            match operation.input {
                Some(shape) => json::write(service, shape, input, &mut body),
                None => body.push_str("{}"),
            }
            let target = format!("{}.{}", service.target_prefix.unwrap_or_default(), operation.name);
            (answer_type(protocol), HeaderValue::from_str(&target).ok())
        }
        Protocol::Query => {
            body.extend(["Action=", operation.name, "&Version=", service.api_version]);
            if let Some(shape) = operation.input {
                query::write(service, shape, input, "", &mut body);
            }
            ("application/x-www-form-urlencoded", None)
        }
    };
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(target) = target {
        request.headers_mut().insert("x-amz-target", target);
    }
    *request.body_mut() = Bytes::from(body);
    request
}
