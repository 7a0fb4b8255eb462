//! Answers of REST operations.
//!
//! Guarantees: a HEAD is answered without a body; an answer whose output has no member for the body has none either.

use crate::Routed;
use crate::rest::body::{self, Body, Root};
use crate::rest::{headers, s3};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use model::{Kind, Location, Namespace, Service, ShapeId, Signing, Structure, Value};

/// A successful answer.
pub(crate) fn answer(routed: &Routed, output: Option<(ShapeId, &Value)>, request_id: &str) -> Response<Bytes> {
    let Routed { service, operation, protocol } = routed;
    let mut response = Response::new(Bytes::new());
    let mut status = operation.http.status;
    if let Some((id, value)) = output
        && let Kind::Structure(structure) = &service.shape(id).kind
    {
        let name = s3::is_s3(service).then(|| s3::root(operation)).flatten();
        let root =
            Root { name: name.unwrap_or(service.shape(id).name), namespace: namespace(service), is_answer: true };
        let Body { bytes, content_type } = if s3::is_s3(service) {
            s3::declared(match s3::unwrapped(operation, structure) {
                Some(member) => body::text_root(service, member, value.member(0), &root),
                None => body::write(service, *protocol, id, value, &root),
            })
        } else {
            body::write(service, *protocol, id, value, &root)
        };
        if let Some(content_type) = content_type {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        // After the content type, which a member may know better.
        bind(service, structure, value, response.headers_mut());
        status = status_of(structure, value).unwrap_or(status);
        if operation.http.method != "HEAD" {
            *response.body_mut() = bytes.into();
        }
    }
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    identify(Some(service), request_id, response.headers_mut());
    response
}

/// Writes the members that are bound to headers.
pub(crate) fn bind(service: &Service, structure: &Structure, value: &Value, headers: &mut HeaderMap) {
    for (index, member) in structure.members.iter().enumerate() {
        match (member.location, value.member(index)) {
            (Location::Header, Some(value)) => headers::write(service, member, value, headers),
            (Location::Headers, Some(value)) => headers::write_prefixed(member, value, headers),
            _ => {}
        }
    }
}

/// Says under which id the request is on record.
pub(crate) fn identify(service: Option<&Service>, request_id: &str, headers: &mut HeaderMap) {
    let Ok(id) = HeaderValue::from_str(request_id) else { return };
    if service.is_some_and(|service| service.signing == Signing::S3) {
        headers.insert("x-amz-request-id", id);
        if let Ok(id) = HeaderValue::from_str(&s3::host_id(request_id)) {
            headers.insert("x-amz-id-2", id);
        }
    } else {
        headers.insert("x-amzn-requestid", id);
    }
}

/// The status that a member gives.
fn status_of(structure: &Structure, value: &Value) -> Option<u16> {
    let index = structure.members.iter().position(|member| member.location == Location::Status)?;
    match value.member(index)? {
        Value::Integer(status) => u16::try_from(*status).ok().filter(|status| (200..600).contains(status)),
        _ => None,
    }
}

/// The namespace of a service's answers: the service's own, or the one that its requests have.
pub(crate) fn namespace(service: &Service) -> Option<Namespace> {
    if !service.xml_namespace.is_empty() {
        return Some(Namespace { uri: service.xml_namespace, prefix: None });
    }
    if s3::is_s3(service) {
        return Some(Namespace { uri: s3::NAMESPACE, prefix: None });
    }
    service.operations().iter().find_map(|operation| operation.input_namespace)
}
