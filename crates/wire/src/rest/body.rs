//! The body of REST requests and answers: the payload member as it is, or all members that are bound to nothing else.
//!
//! Guarantees: an empty body is an absent payload, or an empty blob or text where the member is required.

use crate::json::{self, Names};
use crate::rest::Refusal;
use crate::xml;
use crate::{Protocol, Routed};
use model::{Fault, Kind, Location, Member, Namespace, Operation, Service, ShapeId, Structure, Value};

/// What a body is written in.
pub(crate) struct Body {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// The content type; `None` where there is nothing.
    pub(crate) content_type: Option<&'static str>,
}

impl Body {
    /// No body.
    pub(crate) const EMPTY: Self = Self { bytes: Vec::new(), content_type: None };
}

/// Reads what a request's body holds into a structure; members that are bound elsewhere stay absent.
pub(crate) fn read(routed: &Routed, input: ShapeId, structure: &Structure, body: &[u8]) -> Result<Value, Fallible> {
    let Routed { service, operation, protocol } = routed;
    let mut members = vec![None; structure.members.len()];
    if let Some((index, member)) = payload(structure) {
        if let Some(slot) = members.get_mut(index) {
            *slot = read_payload(service, *protocol, member, body)?;
        }
        return Ok(Value::Struct(members));
    }
    if !has_body(structure) {
        return Ok(Value::Struct(members));
    }
    match protocol {
        Protocol::RestXml if body.trim_ascii().is_empty() => Ok(Value::Struct(members)),
        Protocol::RestXml => {
            let roots = [operation.input_element.unwrap_or_default(), service.shape(input).name];
            Ok(xml::read(service, input, body, &roots)?)
        }
        _ => Ok(json::read_as(Names::Wire, service, input, body)?),
    }
}

/// A refusal in words, or one that has its code already.
pub(crate) enum Fallible {
    /// In words.
    Refusal(Refusal),
    /// With its code.
    Fault(Fault),
}

impl From<Refusal> for Fallible {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<xml::Malformed> for Fallible {
    fn from(malformed: xml::Malformed) -> Self {
        Self::Refusal(Refusal::in_body(malformed.0))
    }
}

impl From<Fault> for Fallible {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The member that is the whole body.
pub(crate) fn payload(structure: &Structure) -> Option<(usize, &Member)> {
    let index = structure.payload?;
    Some((index, structure.members.get(index)?))
}

/// Whether any member is part of a body.
pub(crate) fn has_body(structure: &Structure) -> bool {
    structure.members.iter().any(|member| member.location == Location::Body)
}

fn read_payload(
    service: &Service,
    protocol: Protocol,
    member: &Member,
    body: &[u8],
) -> Result<Option<Value>, Fallible> {
    match &service.shape(member.shape).kind {
        Kind::Blob(_) => Ok((member.required || !body.is_empty()).then(|| Value::Blob(body.to_vec()))),
        Kind::String(_) => {
            let text = std::str::from_utf8(body).map_err(|_| Refusal::in_body("The request is not UTF-8."))?;
            Ok((member.required || !text.is_empty()).then(|| Value::String(text.to_owned())))
        }
        _ if body.trim_ascii().is_empty() => Ok(None),
        _ if protocol == Protocol::RestXml => {
            let roots = [member.location_name.unwrap_or_default(), service.shape(member.shape).name];
            Ok(Some(xml::read(service, member.shape, body, &roots)?))
        }
        _ => Ok(Some(json::read_as(Names::Wire, service, member.shape, body)?)),
    }
}

/// The root element of a body that is made of members.
pub(crate) struct Root<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// The namespace that it declares.
    pub(crate) namespace: Option<Namespace>,
    /// In JSON an answer without members is `{}`, a request has no body then.
    pub(crate) is_answer: bool,
}

/// Writes the body that holds `value`, of the shape `id`.
pub(crate) fn write(service: &Service, protocol: Protocol, id: ShapeId, value: &Value, root: &Root<'_>) -> Body {
    let Kind::Structure(structure) = &service.shape(id).kind else { return Body::EMPTY };
    if let Some((index, member)) = payload(structure) {
        return value.member(index).map_or(Body::EMPTY, |value| write_payload(service, protocol, member, value, root));
    }
    if !has_body(structure) && (protocol == Protocol::RestXml || !root.is_answer) {
        return Body::EMPTY;
    }
    structured(service, protocol, id, value, root)
}

fn write_payload(service: &Service, protocol: Protocol, member: &Member, value: &Value, root: &Root<'_>) -> Body {
    match value {
        Value::Blob(bytes) => Body { bytes: bytes.clone(), content_type: Some("application/octet-stream") },
        Value::String(text) => Body { bytes: text.clone().into_bytes(), content_type: Some("text/plain") },
        value => {
            let shape = service.shape(member.shape);
            if matches!(&shape.kind, Kind::Structure(structure) if structure.event_stream) {
                return Body::EMPTY;
            }
            let own = member.xml_namespace.as_deref().or(shape.xml_namespace.as_deref()).copied();
            let root =
                Root { name: member.location_name.unwrap_or(shape.name), namespace: own.or(root.namespace), ..*root };
            structured(service, protocol, member.shape, value, &root)
        }
    }
}

fn structured(service: &Service, protocol: Protocol, id: ShapeId, value: &Value, root: &Root<'_>) -> Body {
    let mut text = String::new();
    if protocol == Protocol::RestXml {
        // What the shape says is nearer than what is so in all of the service's answers.
        let namespace = service.shape(id).xml_namespace.as_deref().or(root.namespace.as_ref());
        xml::whole(service, id, value, root.name, namespace, &mut text);
        return Body { bytes: text.into_bytes(), content_type: Some("application/xml") };
    }
    json::write_as(Names::Wire, service, id, value, &mut text);
    Body { bytes: text.into_bytes(), content_type: Some("application/json") }
}

/// An XML body whose root element is the member itself, empty if it is absent.
pub(crate) fn text_root(service: &Service, member: &Member, value: Option<&Value>, root: &Root<'_>) -> Body {
    let (mut text, empty) = (String::new(), Value::String(String::new()));
    xml::whole(service, member.shape, value.unwrap_or(&empty), root.name, root.namespace.as_ref(), &mut text);
    Body { bytes: text.into_bytes(), content_type: Some("application/xml") }
}

/// The root of a request's body, as clients write it.
pub(crate) fn request_root<'a>(service: &'a Service, operation: &Operation, input: ShapeId) -> Root<'a> {
    let name = operation.input_element.unwrap_or(service.shape(input).name);
    Root { name, namespace: operation.input_namespace, is_answer: false }
}
