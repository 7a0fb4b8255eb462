//! From a REST request to its input.

use crate::rest::body::{self, Fallible};
use crate::rest::escape::{Plus, decode, pairs};
use crate::rest::template::Template;
use crate::rest::{Refusal, headers, query, s3};
use crate::{Protocol, Request, Routed, text};
use model::{Fault, Kind, Location, Member, Service, ShapeId, Structure, TimestampFormat, Value};

/// Reads a request's input from its labels, query, headers and body.
pub(crate) fn read(routed: &Routed, input: ShapeId, request: &Request<'_>) -> Result<Value, Fault> {
    let Kind::Structure(structure) = &routed.service.shape(input).kind else {
        return Ok(Value::Struct(Vec::new()));
    };
    bound(routed, input, structure, request).map_err(|error| match error {
        Fallible::Fault(fault) => fault,
        Fallible::Refusal(refusal) => refused(routed, refusal),
    })
}

fn bound(routed: &Routed, input: ShapeId, structure: &Structure, request: &Request<'_>) -> Result<Value, Fallible> {
    let Routed { service, operation, .. } = routed;
    let template = Template::parse(operation.http.uri);
    let labels = template.labels(request.uri.path()).ok_or_else(|| not_decoded("path"))?;
    let pairs = pairs(request.uri.query().unwrap_or_default()).ok_or_else(|| not_decoded("query string"))?;
    let Value::Struct(mut members) = body::read(routed, input, structure, request.body)? else {
        return Ok(Value::Struct(Vec::new()));
    };
    for (member, slot) in structure.members.iter().zip(&mut members) {
        let found = match (member.location, &service.shape(member.shape).kind) {
            (Location::Body, _) | (Location::Status, _) => continue,
            (Location::Uri, _) => label(service, member, &labels)?,
            (Location::Query, Kind::Map(map)) => query::read_map(service, (structure, map), &template, &pairs)?,
            (Location::Query, _) => query::read(service, member, &pairs)?,
            (Location::Header, _) => headers::read(service, member, request.headers)?,
            (Location::Headers, _) => headers::read_prefixed(member, request.headers)?,
        };
        *slot = found;
    }
    Ok(Value::Struct(members))
}

fn label(service: &Service, member: &Member, labels: &[(&str, &str)]) -> Result<Option<Value>, Refusal> {
    let wanted = member.location_name.unwrap_or(member.name);
    let Some((name, text)) = labels.iter().find(|(name, _)| *name == wanted) else { return Ok(None) };
    let text = decode(text, Plus::Plus).ok_or_else(|| not_decoded("path"))?;
    let value = text::parse(&service.shape(member.shape).kind, &text, TimestampFormat::Iso8601);
    value.map(Some).ok_or_else(|| Refusal::new(format!("The label {name} does not have the form of its type.")))
}

fn not_decoded(place: &str) -> Refusal {
    Refusal::new(format!("The {place} is not percent-encoded UTF-8."))
}

/// A refusal under the code of the protocol.
fn refused(routed: &Routed, refusal: Refusal) -> Fault {
    match routed.protocol {
        Protocol::RestXml if refusal.in_body && s3::is_s3(routed.service) => s3::malformed_xml(),
        Protocol::RestXml => Fault::client("MalformedInput", refusal.text),
        _ => Fault::client("SerializationException", refusal.text),
    }
}
