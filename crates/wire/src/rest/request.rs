//! REST requests as clients write them, unsigned.

use crate::rest::body::{self, Body};
use crate::rest::escape::encode;
use crate::rest::template::{Segment, Template};
use crate::rest::{answer, query};
use crate::{Protocol, text};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Uri};
use model::{Kind, Location, Operation, Service, Structure, TimestampFormat, Value};

/// A request. A member that a label needs and that is absent leaves the label empty, which no server accepts.
pub(crate) fn request(service: &Service, operation: &Operation, protocol: Protocol, input: &Value) -> Request<Bytes> {
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = operation.http.method.parse().unwrap_or_default();
    let id = operation.input;
    let structure = id.and_then(|id| match &service.shape(id).kind {
        Kind::Structure(structure) => Some(structure),
        _ => None,
    });
    let target = target(service, operation, structure, input);
    *request.uri_mut() = target.parse::<Uri>().unwrap_or_default();
    if let (Some(id), Some(structure)) = (id, structure) {
        let root = body::request_root(service, operation, id);
        let Body { bytes, content_type } = body::write(service, protocol, id, input, &root);
        if let Some(content_type) = content_type {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        answer::bind(service, structure, input, request.headers_mut());
        *request.body_mut() = bytes.into();
    }
    request
}

/// Path and query string.
fn target(service: &Service, operation: &Operation, structure: Option<&Structure>, input: &Value) -> String {
    let template = Template::parse(operation.http.uri);
    let members = || {
        let members = structure.map_or(&[][..], |structure| &structure.members).iter().enumerate();
        members.filter_map(|(index, member)| Some((member, input.member(index)?)))
    };
    let label = |name: &str| {
        let bound = members().find(|(member, _)| {
            member.location == Location::Uri && member.location_name.unwrap_or(member.name) == name
        });
        bound.map_or(String::new(), |(member, value)| {
            text::write(&service.shape(member.shape).kind, value, TimestampFormat::Iso8601)
        })
    };
    let mut target = String::new();
    for segment in &template.segments {
        target.push('/');
        match segment {
            Segment::Literal(literal) => target.push_str(literal),
            Segment::Label(name) => encode(&label(name), false, &mut target),
            Segment::Greedy(name) => encode(&label(name), true, &mut target),
        }
    }
    if template.segments.is_empty() {
        target.push('/');
    }
    for (name, value) in &template.fixed {
        match value {
            Some(value) => query::parameter(name, value, &mut target),
            None => {
                target.push(if target.contains('?') { '&' } else { '?' });
                target.push_str(name);
            }
        }
    }
    for (member, value) in members().filter(|(member, _)| member.location == Location::Query) {
        query::write(service, member, value, &mut target);
    }
    target
}
