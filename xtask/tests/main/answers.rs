//! Answers of both sides in a form that can be compared: what the case shows, and what we write.

use crate::cases::Case;
use crate::compare::{Element, same_json, same_text};
use crate::values::shaped;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use model::{Fault, Kind};
use serde_json::{Value, json};
use wire::Protocol;

/// An answer on its way to a client.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// Writes the case's result and compares it with the case's answer.
pub(crate) fn check_result(case: &Case) -> Result<(), String> {
    let output = case.operation.output.map(|shape| shaped(case.service, shape, &case.told["result"]));
    let ours = written(wire::encode(&case.routed(), output.as_ref(), REQUEST_ID));
    let theirs = shown(case);
    check_head(&theirs, &ours)?;
    if case.told["response"].get("body").is_none_or(Value::is_null) {
        return Ok(());
    }
    let (Answer { body: wanted, .. }, Answer { body: found, .. }) = (theirs, ours);
    let is_same = match case.protocol {
        _ if has_raw_payload(case) => wanted == found,
        Protocol::AwsJson10 | Protocol::AwsJson11 | Protocol::RestJson => {
            same_json(&json_of(&wanted)?, &json_of(&found)?)
        }
        Protocol::Cbor => same_json(&cbor_of(&wanted), &cbor_of(&found)),
        Protocol::Query | Protocol::Ec2Query | Protocol::RestXml => same_xml(&wanted, &found)?,
    };
    is_same.then_some(()).ok_or_else(|| differ(&wanted, &found))
}

/// Writes the case's error and compares what a client reads in it with what it reads in the case's answer.
pub(crate) fn check_error(case: &Case) -> Result<(), String> {
    let code = case.told["errorCode"].as_str().unwrap();
    let errors = || case.operation.errors.iter().map(|id| case.service.shape(*id));
    let own_code = |shape: &&model::Shape| match &shape.kind {
        Kind::Structure(structure) => structure.error.as_ref().and_then(|error| error.code) == Some(code),
        _ => false,
    };
    let shape = errors().find(own_code).or_else(|| errors().find(|shape| shape.name == code)).ok_or("no such error")?;
    let mut fault = case.service.fault(shape.name, "");
    let theirs = shown(case);
    let wanted = read_error(case.protocol, &theirs)?;
    if case.told.get("errorMessage").is_some_and(|told| told.as_str() != wanted.message.as_deref()) {
        return Err("the case does not say what it shows".to_owned());
    }
    fault.message.clone_from(&wanted.message);
    fill(case, shape, &mut fault);
    let ours = written(wire::encode_fault(case.protocol, Some(case.service), &fault, REQUEST_ID));
    check_head(&theirs, &ours)?;
    let found = read_error(case.protocol, &ours)?;
    if wanted.code != code || found.code != code || wanted.message != found.message {
        return Err(format!("{:?} instead of {:?}", (found.code, found.message), (code, wanted.message)));
    }
    let is_same = match (&wanted.members, &found.members) {
        (Members::Json(a), Members::Json(b)) => same_json(a, b),
        (Members::Xml(a), Members::Xml(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_same(b)),
        _ => false,
    };
    is_same.then_some(()).ok_or_else(|| differ(&theirs.body, &ours.body))
}

const REQUEST_ID: &str = "c6104cbe-af31-11e0-8154-cbc7ccf896c7";

fn fill(case: &Case, shape: &model::Shape, fault: &mut Fault) {
    let Kind::Structure(structure) = &shape.kind else { return };
    for (name, told) in case.told["error"].as_object().unwrap() {
        if !name.eq_ignore_ascii_case("message") {
            let member = &structure.members[structure.index_of(name).unwrap()];
            fault.members.push((member.name.into(), shaped(case.service, member.shape, told)));
        }
    }
}

fn shown(case: &Case) -> Answer {
    let response = &case.told["response"];
    let mut headers = HeaderMap::new();
    for (name, value) in response.get("headers").and_then(Value::as_object).into_iter().flatten() {
        headers.insert(
            name.parse::<http::HeaderName>().unwrap(),
            http::HeaderValue::from_str(value.as_str().unwrap()).unwrap(),
        );
    }
    let body = response["body"].as_str().unwrap_or_default();
    let body = if case.protocol == Protocol::Cbor { STANDARD.decode(body).unwrap() } else { body.as_bytes().to_vec() };
    Answer { status: response["status_code"].as_u64().unwrap() as u16, headers, body }
}

fn written(response: http::Response<bytes::Bytes>) -> Answer {
    let (head, body) = response.into_parts();
    Answer { status: head.status.as_u16(), headers: head.headers, body: body.to_vec() }
}

/// What an answer carries for everybody, and ways to tell an error of which clients need one.
const OF_NO_MEMBER: [&str; 8] = [
    "content-length",
    "content-type",
    "smithy-protocol",
    "x-amz-target",
    "x-amzn-errortype",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-amz-id-2",
];

fn check_head(wanted: &Answer, found: &Answer) -> Result<(), String> {
    if wanted.status != found.status {
        return Err(format!("status {} instead of {}", found.status, wanted.status));
    }
    let text = |headers: &HeaderMap, name: &str| {
        let value = headers.get(name)?.to_str().ok()?;
        let value = if name == "content-type" { value.split(';').next()? } else { value };
        Some(value.split(',').map(str::trim).collect::<Vec<_>>().join(","))
    };
    for name in wanted.headers.keys().chain(found.headers.keys()).map(http::HeaderName::as_str) {
        let (theirs, ours) = (text(&wanted.headers, name), text(&found.headers, name));
        let matters = match name {
            // A case that has no body names no type.
            "content-type" | "smithy-protocol" => theirs.is_some() && !wanted.body.is_empty(),
            _ => !OF_NO_MEMBER.contains(&name),
        };
        let is_same = match (&theirs, &ours) {
            (Some(theirs), Some(ours)) => same_text(theirs, ours),
            _ => theirs == ours,
        };
        if matters && !is_same {
            return Err(format!("header {name}: {ours:?} instead of {theirs:?}"));
        }
    }
    Ok(())
}

/// Whether the body is a text or bytes rather than a document.
fn has_raw_payload(case: &Case) -> bool {
    let Some(shape) = case.operation.output else { return false };
    let Kind::Structure(structure) = &case.service.shape(shape).kind else { return false };
    let payload = structure.payload.map(|index| &case.service.shape(structure.members[index].shape).kind);
    matches!(case.protocol, Protocol::RestJson | Protocol::RestXml)
        && matches!(payload, Some(Kind::Blob(_) | Kind::String(_)))
}

/// An empty body says as much as an empty object.
fn json_of(body: &[u8]) -> Result<Value, String> {
    if body.trim_ascii().is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(body).map_err(|error| format!("{error}: {}", String::from_utf8_lossy(body)))
}

fn cbor_of(body: &[u8]) -> Value {
    if body.is_empty() { json!({}) } else { crate::cbor::read(body) }
}

fn same_xml(wanted: &[u8], found: &[u8]) -> Result<bool, String> {
    let element = |body: &[u8]| {
        let text = String::from_utf8_lossy(body);
        let ids = ["ResponseMetadata", "requestId"];
        let read = || Element::read(text.trim()).map_err(|error| format!("{error}: {text}"));
        if text.trim().is_empty() { Ok(None) } else { read().map(|element| Some(element.without(&ids))) }
    };
    Ok(match (element(wanted)?, element(found)?) {
        (Some(a), Some(b)) => a.is_same(&b),
        // Nothing says as much as an element with nothing in it.
        (Some(one), None) | (None, Some(one)) => one.children.is_empty() && one.attributes.is_empty(),
        (None, None) => true,
    })
}

fn differ(wanted: &[u8], found: &[u8]) -> String {
    let text = |body: &[u8]| {
        std::str::from_utf8(body)
            .map_or_else(|_| format!("{:?}", crate::cbor::read(body)), |text| text.replace('\n', ""))
    };
    format!("wrote {} instead of {}", text(found), text(wanted))
}

/// What a client reads in an error.
struct ReadError {
    code: String,
    message: Option<String>,
    members: Members,
}

enum Members {
    Json(Value),
    Xml(Vec<Element>),
}

fn read_error(protocol: Protocol, answer: &Answer) -> Result<ReadError, String> {
    let query_code = answer.headers.get("x-amzn-query-error").and_then(|value| value.to_str().ok()?.split(';').next());
    let header = answer.headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    match protocol {
        Protocol::Query | Protocol::Ec2Query | Protocol::RestXml => read_xml_error(answer),
        _ => {
            let body = if protocol == Protocol::Cbor { cbor_of(&answer.body) } else { json_of(&answer.body)? };
            let fields = body.as_object().ok_or("no object")?;
            let field = |name: &str| fields.get(name).and_then(Value::as_str);
            let named = header.or(field("code")).or(field("__type")).ok_or("no code")?;
            // Clients cut off the namespace before and the address after.
            let named = named.split(':').next().unwrap_or_default();
            let named = named.rsplit('#').next().unwrap_or_default();
            let members =
                fields.iter().filter(|(name, _)| !["__type", "code", "message", "Message"].contains(&name.as_str()));
            Ok(ReadError {
                code: query_code.unwrap_or(named).to_owned(),
                message: field("message").or(field("Message")).map(str::to_owned),
                members: Members::Json(Value::Object(
                    members.map(|(name, value)| (name.clone(), value.clone())).collect(),
                )),
            })
        }
    }
}

fn read_xml_error(answer: &Answer) -> Result<ReadError, String> {
    let text = String::from_utf8_lossy(&answer.body);
    let root = Element::read(text.trim()).map_err(|error| format!("{error}: {text}"))?;
    let holder = root.child("Errors").unwrap_or(&root);
    let error = holder.child("Error").unwrap_or(holder);
    let field = |name: &str| error.child(name).map(|child| child.text.clone());
    let of_no_member = ["Code", "Message", "Type", "RequestId", "HostId"];
    let members = error.children.iter().filter(|child| !of_no_member.contains(&child.local_name()));
    Ok(ReadError {
        code: field("Code").ok_or("no code")?,
        message: field("Message"),
        members: Members::Xml(members.cloned().map(Element::without_namespaces).collect()),
    })
}
