//! Every operation in every protocol: random valid values, and values on every boundary.

use crate::support::{Sent, everything};
use base::{SeededRng, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{Kind, Service, ShapeId, TimestampFormat, Value, probe, services};
use wire::{Protocol, Routed};

#[test]
fn a_request_that_was_sent_is_the_request_that_is_read() {
    let rng = SeededRng::new(4);
    for (service, operation, protocol) in everything() {
        for _ in 0..6 {
            let input = operation.input.map_or(Value::Struct(Vec::new()), |shape| probe::any(service, shape, &rng));
            let sent = send(service.name, operation.name, protocol, &input);
            let routed = sent
                .route(Some(service.signing_name))
                .unwrap_or_else(|error| panic!("{}: {}", operation.name, error.fault.code));
            assert!(routed.protocol == protocol && routed.operation.name == operation.name);
            let read = wire::decode(&routed, &sent.request());
            let read = read.unwrap_or_else(|fault| panic!("{} {protocol:?}: {:?}", operation.name, fault.message));
            assert!(read == input, "{} {protocol:?}", operation.name);
        }
    }
}

#[test]
fn boundaries_are_kept_on_the_wire() {
    let rng = SeededRng::new(5);
    for (service, operation, protocol) in everything() {
        let Some(input) = operation.input else { continue };
        for probe in probe::boundaries(service, input, &rng) {
            let sent = send(service.name, operation.name, protocol, &probe.value);
            let outcome = sent.decode();
            assert_eq!(outcome.is_ok(), probe.is_valid, "{} {protocol:?} {}", operation.name, probe.what);
            if let Err(fault) = outcome {
                let code = if protocol == Protocol::Query { "ValidationError" } else { "ValidationException" };
                assert_eq!((fault.code.as_ref(), fault.status), (code, 400), "{} {}", operation.name, probe.what);
            }
        }
    }
}

#[test]
fn an_answer_that_was_sent_is_the_answer_that_a_client_reads() {
    let rng = SeededRng::new(6);
    for (service, operation, protocol) in everything() {
        let Some(shape) = operation.output else { continue };
        for _ in 0..6 {
            let output = probe::any(service, shape, &rng);
            let answer = wire::encode(&Routed { service, operation, protocol }, Some(&output), "id");
            let read = match protocol {
                Protocol::Query => {
                    let document = String::from_utf8(answer.body().to_vec()).unwrap();
                    let elements = xml_elements(&mut document.as_str());
                    let result = &elements[0].1[0];
                    assert_eq!(Some(result.0.as_str()), operation.result_wrapper);
                    from_xml(service, shape, result)
                }
                _ => wire::json::read(service, shape, answer.body())
                    .unwrap_or_else(|fault| panic!("{:?}", fault.message)),
            };
            assert!(read == output, "{} {protocol:?}", operation.name);
        }
    }
}

fn send(service: &str, operation: &str, protocol: Protocol, input: &Value) -> Sent {
    let service = services().by_name(service).unwrap();
    let request = wire::encode_request(service, service.operation(operation).unwrap(), protocol, input);
    let (parts, body) = request.into_parts();
    Sent { method: parts.method, uri: parts.uri, headers: parts.headers, body: body.to_vec() }
}

/// Name, children, text.
pub(crate) struct Element(pub(crate) String, pub(crate) Vec<Element>, pub(crate) String);

/// As much XML as our own answers use, and an assertion at everything else.
pub(crate) fn xml_elements(rest: &mut &str) -> Vec<Element> {
    let mut elements = Vec::new();
    while let Some(tag) = rest.strip_prefix('<').filter(|tag| !tag.starts_with('/')) {
        let (opening, after) = tag.split_once('>').unwrap();
        let name = opening.split(' ').next().unwrap();
        *rest = after;
        let children = xml_elements(rest);
        let (text, after) = rest.split_once(&format!("</{name}>")).unwrap();
        assert!(!text.contains('<') && (children.is_empty() || text.is_empty()));
        *rest = after;
        elements.push(Element(name.to_owned(), children, unescape(text)));
    }
    elements
}

fn unescape(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#xD;", "\r"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

/// The children of a structure by their names, several of a name for flattened lists and maps.
pub(crate) fn from_xml(service: &Service, shape: ShapeId, element: &Element) -> Value {
    let Element(_, children, text) = element;
    match &service.shape(shape).kind {
        Kind::Structure(structure) => {
            let read = |member: &model::Member| {
                let name = member.location_name.unwrap_or(member.name);
                let named = children.iter().filter(|child| child.0 == name).collect::<Vec<_>>();
                let first = named.first()?;
                Some(match &service.shape(member.shape).kind {
                    Kind::List(list) if list.flattened => {
                        Value::List(named.iter().map(|child| from_xml(service, list.element, child)).collect())
                    }
                    Kind::Map(map) if map.flattened => entries(service, map, &named),
                    _ => from_xml(service, member.shape, first),
                })
            };
            Value::Struct(structure.members.iter().map(read).collect())
        }
        Kind::List(list) => Value::List(children.iter().map(|child| from_xml(service, list.element, child)).collect()),
        Kind::Map(map) => entries(service, map, &children.iter().collect::<Vec<_>>()),
        Kind::String(_) => Value::String(text.clone()),
        Kind::Blob(_) => Value::Blob(STANDARD.decode(text).unwrap()),
        Kind::Boolean => Value::Bool(text.parse().unwrap()),
        Kind::Integer(_) | Kind::Long(_) => Value::Integer(text.parse().unwrap()),
        Kind::Float(_) => Value::Float(text.parse().unwrap()),
        Kind::Document => panic!("no XML protocol carries documents"),
        Kind::Timestamp(Some(TimestampFormat::UnixTimestamp)) => {
            let millis = text.parse::<f64>().unwrap() * 1000.0;
            Value::Timestamp(Timestamp::from_millis(millis.round() as i64))
        }
        Kind::Timestamp(_) => Value::Timestamp(Timestamp::from_rfc3339(text).unwrap()),
    }
}

fn entries(service: &Service, map: &model::Map, elements: &[&Element]) -> Value {
    let entry = |Element(_, children, _): &&Element| {
        let [key, value] = children.as_slice() else { panic!("an entry has a key and a value") };
        assert_eq!(
            (key.0.as_str(), value.0.as_str()),
            (map.key_name.unwrap_or("key"), map.value_name.unwrap_or("value"))
        );
        (key.2.clone(), from_xml(service, map.value, value))
    };
    Value::Map(elements.iter().map(entry).collect())
}
