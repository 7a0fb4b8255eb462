//! Every operation in every protocol: random values, and values on every boundary.

use crate::support::{self, Sent, everything};
use base::{SeededRng, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::probe::Probe;
use model::{Document, Kind, Operation, Service, ShapeId, TimestampFormat, Value, check, probe};
use wire::{Protocol, Routed};

#[test]
fn a_request_that_was_sent_is_the_request_that_is_read() {
    let rng = SeededRng::new(4);
    for (service, operation, protocol) in everything() {
        let input = operation.input.map_or(Value::Struct(Vec::new()), |shape| probe::any(service, shape, &rng));
        let sent = send(service, operation, protocol, &input);
        let routed = sent
            .route(Some(service.signing_name))
            .unwrap_or_else(|error| panic!("{} {}: {}", service.name, operation.name, error.fault.code));
        assert!((routed.operation.name, routed.protocol) == (operation.name, protocol), "{}", operation.name);
        if routed.service.name != service.name {
            // DocumentDB is RDS where both have an operation.
            assert_eq!(routed.service.name, service.signing_name);
            continue;
        }
        let read = wire::read(&routed, &sent.request());
        let read = read.unwrap_or_else(|fault| panic!("{} {protocol:?}: {:?}", operation.name, fault.message));
        let said = operation.input.and_then(|shape| said(service, shape, &input, protocol));
        assert!(read == said.unwrap_or(nothing(service, operation)), "{} {protocol:?}", operation.name);
    }
}

#[test]
fn boundaries_are_kept_on_the_wire() {
    let rng = SeededRng::new(5);
    for service in model::services().all() {
        let inputs = || service.operations().iter().filter_map(|operation| Some((operation, operation.input?)));
        let probes = probe::boundaries_of_all(service, inputs().map(|(_, input)| input), &rng);
        for ((operation, input), (_, probes)) in inputs().zip(probes) {
            for (probe, protocol) in probes.iter().flat_map(|probe| protocols(service).map(move |name| (probe, name))) {
                kept(&Routed { service, operation, protocol }, input, probe);
            }
        }
    }
}

/// Protocols that read in different ways: both versions of JSON read alike.
fn protocols(service: &'static Service) -> impl Iterator<Item = Protocol> {
    let all = support::protocols(service).into_iter();
    all.filter(|protocol| !matches!(protocol, Protocol::AwsJson11 | Protocol::RestJson | Protocol::RestXml))
}

fn kept(routed: &Routed, input: ShapeId, probe: &Probe) {
    let Routed { service, operation, protocol } = *routed;
    let sent = send(service, operation, protocol, &probe.value);
    let what = format!("{} {} {protocol:?} {}", service.name, operation.name, probe.what);
    let outcome = wire::decode(routed, &sent.request());
    if sent.body.len() > wire::limits::MAX_BODY {
        assert_eq!(outcome.err().map(|fault| fault.status), Some(413), "{what}");
        return;
    }
    let said = said(service, input, &probe.value, protocol).unwrap_or(nothing(service, operation));
    let is_valid = if said == probe.value { probe.is_valid } else { check(service, input, &said).is_empty() };
    assert_eq!(outcome.is_ok(), is_valid, "{what}");
    if let Err(fault) = outcome {
        let query = matches!(protocol, Protocol::Query | Protocol::Ec2Query);
        // Where the bound is that of the type, what is beyond it is no number of the type.
        let beyond = ["value 2147483648", "value -2147483649"].iter().any(|end| probe.what.ends_with(end));
        let code = match (beyond, query) {
            (false, true) => "ValidationError",
            (false, false) => "ValidationException",
            (true, true) => "MalformedInput",
            (true, false) => "SerializationException",
        };
        assert_eq!((fault.code.as_ref(), fault.status), (code, 400), "{what}");
    }
}

#[test]
fn an_answer_that_was_sent_is_the_answer_that_a_client_reads() {
    let rng = SeededRng::new(6);
    for (service, operation, protocol) in everything() {
        let Some(shape) = operation.output else { continue };
        let output = probe::any(service, shape, &rng);
        let answer = wire::encode(&Routed { service, operation, protocol }, Some(&output), "id");
        let read = match protocol {
            Protocol::Query | Protocol::Ec2Query => {
                let document = String::from_utf8(answer.body().to_vec()).unwrap();
                let root = &xml_elements(&mut document.as_str())[0];
                let result = if protocol == Protocol::Query { &root.1[0] } else { root };
                assert!(protocol == Protocol::Ec2Query || Some(result.0.as_str()) == operation.result_wrapper);
                Ok(from_xml(service, shape, result))
            }
            Protocol::Cbor => wire::cbor::read(service, shape, answer.body()),
            _ => wire::json::read(service, shape, answer.body()),
        };
        let read = read.unwrap_or_else(|fault| panic!("{:?}", fault.message));
        let shown = match protocol {
            Protocol::Query | Protocol::Ec2Query => Some(shown(service, shape, &output)),
            _ => said(service, shape, &output, protocol),
        };
        let body = String::from_utf8_lossy(answer.body());
        assert!(Some(read) == shown, "{} {} {protocol:?} {body}", service.name, operation.name);
    }
}

fn send(service: &Service, operation: &Operation, protocol: Protocol, input: &Value) -> Sent {
    let (parts, body) = wire::encode_request(service, operation, protocol, input).into_parts();
    Sent { method: parts.method, uri: parts.uri, headers: parts.headers, body: body.to_vec() }
}

/// What is read where nothing was said.
fn nothing(service: &Service, operation: &Operation) -> Value {
    operation.input.map_or(Value::Struct(Vec::new()), |shape| empty(service, shape))
}

/// A structure without any member.
fn empty(service: &Service, shape: ShapeId) -> Value {
    match &service.shape(shape).kind {
        Kind::Structure(structure) => Value::Struct(vec![None; structure.members.len()]),
        _ => panic!("only structures can say nothing"),
    }
}

/// What of a request its protocol can say: in JSON a `null` is nothing, in a form an empty structure, and in EC2's also
/// an empty list.
fn said(service: &Service, shape: ShapeId, value: &Value, protocol: Protocol) -> Option<Value> {
    let is_form = matches!(protocol, Protocol::Query | Protocol::Ec2Query);
    match (&service.shape(shape).kind, value) {
        (_, Value::Document(Document::Null)) => None,
        (Kind::Structure(structure), Value::Struct(members)) => {
            let members = structure.members.iter().zip(members);
            let members = members
                .map(|(member, value)| said(service, member.shape, value.as_ref()?, protocol))
                .collect::<Vec<_>>();
            (!is_form || members.iter().any(Option::is_some)).then_some(Value::Struct(members))
        }
        (Kind::List(list), Value::List(elements)) => {
            let spoken = elements.iter().filter_map(|element| said(service, list.element, element, protocol));
            let spoken = spoken.collect::<Vec<_>>();
            let is_said = !spoken.is_empty() || (elements.is_empty() && protocol != Protocol::Ec2Query);
            (!is_form || is_said).then_some(Value::List(spoken))
        }
        (Kind::Map(map), Value::Map(entries)) => {
            let entries = entries.iter().map(|(key, entry)| {
                let spoken = said(service, map.value, entry, protocol);
                (key.clone(), spoken.unwrap_or_else(|| empty(service, map.value)))
            });
            Some(Value::Map(entries.collect()))
        }
        _ => Some(value.clone()),
    }
}

fn legible(text: &str) -> String {
    let is_control = |char: char| char < ' ' && !matches!(char, '\t' | '\n' | '\r');
    text.replace(|char| is_control(char) || matches!(char, '\u{fffe}' | '\u{ffff}'), "\u{fffd}")
}

/// What of an answer XML can show: of a flattened list or map that is empty, nothing, and not every character.
fn shown(service: &Service, shape: ShapeId, value: &Value) -> Value {
    match (&service.shape(shape).kind, value) {
        (Kind::Structure(structure), Value::Struct(members)) => {
            let members = structure.members.iter().zip(members).map(|(member, value)| {
                let is_silent = match (&service.shape(member.shape).kind, value.as_ref()?) {
                    (Kind::List(list), Value::List(elements)) => list.flattened && elements.is_empty(),
                    (Kind::Map(map), Value::Map(entries)) => map.flattened && entries.is_empty(),
                    _ => false,
                };
                value.as_ref().filter(|_| !is_silent).map(|value| shown(service, member.shape, value))
            });
            Value::Struct(members.collect())
        }
        (Kind::List(list), Value::List(elements)) => {
            Value::List(elements.iter().map(|element| shown(service, list.element, element)).collect())
        }
        (Kind::Map(map), Value::Map(entries)) => {
            Value::Map(entries.iter().map(|(key, entry)| (legible(key), shown(service, map.value, entry))).collect())
        }
        (_, Value::String(text)) => Value::String(legible(text)),
        _ => value.clone(),
    }
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
        Kind::Timestamp(Some(TimestampFormat::HttpDate)) => Value::Timestamp(Timestamp::from_http_date(text).unwrap()),
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
