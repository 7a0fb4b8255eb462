//! Every operation of every REST service: what a client sends is what is read, and what is answered is what it reads.

use crate::support::Sent;
use base::SeededRng;
use model::{Kind, Location, Member, Operation, Service, Structure, Value, check, probe, services};
use wire::limits::MAX_ELEMENTS;
use wire::{Protocol, Routed};

/// Longer texts do not fit into the target of a request as the `http` crate has it, whatever the model allows.
const MAX_TARGET: usize = 16_000;

/// Operations whose requests look like another one's (see `rest/s3.rs`).
const SUPERSEDED: &[&str] = &[
    "GetBucketLifecycle",
    "GetBucketNotification",
    "ListDirectoryBuckets",
    "PutBucketLifecycle",
    "PutBucketNotification",
];

pub(crate) fn rest_operations() -> impl Iterator<Item = (&'static Service, &'static Operation, Protocol)> {
    let protocol = |service: &Service| match service.protocols.first() {
        Some(model::ProtocolName::RestJson) => Some(Protocol::RestJson),
        Some(model::ProtocolName::RestXml) => Some(Protocol::RestXml),
        _ => None,
    };
    services().all().filter_map(move |service| Some((service, protocol(service)?))).flat_map(|(service, protocol)| {
        let operations = service.operations().iter().filter(|operation| !SUPERSEDED.contains(&operation.name));
        operations.map(move |operation| (service, operation, protocol))
    })
}

pub(crate) fn structure_of(service: &'static Service, shape: Option<model::ShapeId>) -> Option<&'static Structure> {
    match &service.shape(shape?).kind {
        Kind::Structure(structure) => Some(structure),
        _ => None,
    }
}

pub(crate) fn send(service: &'static Service, operation: &Operation, protocol: Protocol, input: &Value) -> Sent {
    let (parts, body) = wire::encode_request(service, operation, protocol, input).into_parts();
    Sent { method: parts.method, uri: parts.uri, headers: parts.headers, body: body.to_vec() }
}

#[test]
fn a_rest_request_that_was_sent_is_the_request_that_is_read() {
    let rng = SeededRng::new(21);
    let mut count = 0;
    for (service, operation, protocol) in rest_operations() {
        for _ in 0..4 {
            let mut input = operation.input.map_or(Value::Struct(Vec::new()), |shape| probe::any(service, shape, &rng));
            if let Some(structure) = structure_of(service, operation.input) {
                tame(service, structure, protocol, &mut input);
            }
            let sent = send(service, operation, protocol, &input);
            let place = format!("{} {} {} {}", service.name, operation.name, sent.method, sent.uri);
            let routed = sent.route(Some(service.signing_name));
            let routed =
                routed.unwrap_or_else(|error| panic!("{place}: {} {:?}", error.fault.code, error.fault.message));
            assert_eq!((routed.service.name, routed.operation.name), (service.name, operation.name), "{place}");
            assert_eq!(routed.protocol, protocol);
            let read = wire::read(&routed, &sent.request());
            let read = read.unwrap_or_else(|fault| {
                panic!("{place}: {} {:?} {}", fault.code, fault.message, String::from_utf8_lossy(&sent.body))
            });
            if read != input {
                let same = structure_of(service, operation.input).unwrap();
                let differing = same.members.iter().enumerate().filter(|(at, _)| read.member(*at) != input.member(*at));
                let names = differing.map(|(at, member)| difference(service, member, &input, &read, at));
                panic!("{place}: {:?} differ", names.collect::<Vec<_>>());
            }
            count += 1;
        }
    }
    assert!(count > 5000, "{count}");
}

/// The path to where two values differ.
fn difference(service: &'static Service, member: &Member, a: &Value, b: &Value, at: usize) -> String {
    fn walk(service: &Service, shape: model::ShapeId, a: Option<&Value>, b: Option<&Value>) -> String {
        match (&service.shape(shape).kind, a, b) {
            _ if a == b => String::new(),
            (Kind::Structure(structure), Some(a), Some(b)) => structure
                .members
                .iter()
                .enumerate()
                .filter(|(at, _)| a.member(*at) != b.member(*at))
                .map(|(at, member)| {
                    format!(".{}{}", member.name, walk(service, member.shape, a.member(at), b.member(at)))
                })
                .collect(),
            (Kind::List(list), Some(Value::List(a)), Some(Value::List(b))) if a.len() == b.len() => {
                a.iter().zip(b).map(|(a, b)| walk(service, list.element, Some(a), Some(b))).collect()
            }
            (Kind::Map(map), Some(Value::Map(a)), Some(Value::Map(b))) if a.len() == b.len() => {
                a.iter().zip(b).map(|((_, a), (_, b))| walk(service, map.value, Some(a), Some(b))).collect()
            }
            (_, a, b) => format!(": {} became {}", shown(a), shown(b)),
        }
    }
    format!("{}{}", member.name, walk(service, member.shape, a.member(at), b.member(at)))
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => format!("{text:?}"),
        Some(Value::Float(number)) => number.to_string(),
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Timestamp(time)) => time.to_string(),
        Some(_) => "something else".to_owned(),
    }
}

/// Makes of a random input one that HTTP can say.
fn tame(service: &'static Service, structure: &'static Structure, protocol: Protocol, input: &mut Value) {
    let Value::Struct(members) = input else { return };
    for (index, member) in structure.members.iter().enumerate() {
        let Some(slot) = members.get_mut(index) else { continue };
        let is_payload = structure.payload == Some(index);
        let kind = &service.shape(member.shape).kind;
        if slot.is_none() && is_payload && member.required && matches!(kind, Kind::Blob(_)) {
            *slot = Some(Value::Blob(Vec::new()));
        }
        // A client that is not told names the type itself.
        if slot.is_none() && member.location_name == Some("Content-Type") {
            *slot = Some(Value::String("image/png".to_owned()));
        }
        let Some(value) = slot else { continue };
        let is_gone = match (member.location, &mut *value) {
            (Location::Uri, Value::String(text)) => {
                if text.is_empty() {
                    text.push('a');
                }
                false
            }
            (Location::Header, value) => {
                printable(service, member, value);
                false
            }
            (Location::Headers, Value::Map(entries)) => {
                for (number, (key, value)) in entries.iter_mut().enumerate() {
                    *key = format!("key-{number}");
                    printable(service, member, value);
                }
                entries.is_empty()
            }
            (Location::Query, Value::List(elements)) => elements.is_empty(),
            (Location::Query, Value::Map(entries)) => {
                entries.iter_mut().enumerate().for_each(|(number, (key, _))| *key = format!("p {number}"));
                entries.is_empty()
            }
            (Location::Body, Value::Blob(bytes)) if is_payload => bytes.is_empty() && !member.required,
            (Location::Body, Value::String(text)) if is_payload => text.is_empty() && !member.required,
            (Location::Body, _) if matches!(kind, Kind::Structure(inner) if inner.event_stream) => true,
            (Location::Body, value) => {
                sayable(service, member.shape, value, protocol);
                protocol == Protocol::RestXml && is_empty_flat(service, member, value)
            }
            _ => false,
        };
        if is_gone {
            *slot = None;
        }
    }
}

/// XML cannot say that a flattened list or map is there but empty, and lacks some characters; in JSON a document that is
/// null is an absent one.
fn sayable(service: &'static Service, shape: model::ShapeId, value: &mut Value, protocol: Protocol) {
    match (&service.shape(shape).kind, value) {
        (Kind::Structure(structure), Value::Struct(members)) => {
            for (member, slot) in structure.members.iter().zip(members) {
                if let Some(value) = slot {
                    sayable(service, member.shape, value, protocol);
                }
                let is_empty = slot.as_ref().is_some_and(|value| is_empty_flat(service, member, value));
                if is_empty && protocol == Protocol::RestXml {
                    *slot = None;
                }
            }
        }
        (Kind::List(list), Value::List(elements)) => {
            elements.iter_mut().for_each(|element| sayable(service, list.element, element, protocol));
        }
        (Kind::Map(map), Value::Map(entries)) => {
            for (key, value) in entries {
                if protocol == Protocol::RestXml {
                    *key = key.replace(is_unsayable, "-");
                }
                sayable(service, map.value, value, protocol);
            }
        }
        (_, Value::String(text)) if protocol == Protocol::RestXml => *text = text.replace(is_unsayable, "-"),
        (_, Value::Document(document)) if *document == model::Document::Null => {
            *document = model::Document::Bool(true);
        }
        _ => {}
    }
}

fn is_unsayable(char: char) -> bool {
    matches!(char, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn is_empty_flat(service: &'static Service, member: &Member, value: &Value) -> bool {
    match (&service.shape(member.shape).kind, value) {
        (Kind::List(list), Value::List(elements)) => list.flattened && elements.is_empty(),
        (Kind::Map(map), Value::Map(entries)) => map.flattened && entries.is_empty(),
        _ => false,
    }
}

/// Headers hold no line ends, and lose white space at their ends.
fn printable(service: &'static Service, member: &Member, value: &mut Value) {
    match value {
        Value::String(text) if !is_enum(service, member) => {
            *text = text.trim().replace(|char: char| char.is_ascii_control(), "-");
            if member.location_name == Some("Content-Encoding") {
                text.retain(|char| char.is_ascii_alphanumeric());
            }
        }
        Value::List(elements) => elements.iter_mut().for_each(|element| printable(service, member, element)),
        _ => {}
    }
}

fn is_enum(service: &'static Service, member: &Member) -> bool {
    matches!(&service.shape(member.shape).kind, Kind::String(text) if !text.values.is_empty())
}

#[test]
fn boundaries_are_kept_by_rest_too() {
    let rng = SeededRng::new(22);
    let (mut refused, mut accepted) = (0, 0);
    for (service, operation, protocol) in rest_operations().step_by(7) {
        let (Some(input), Some(structure)) = (operation.input, structure_of(service, operation.input)) else {
            continue;
        };
        for mut probe in probe::boundaries(service, input, &rng).into_iter().step_by(2) {
            tame(service, structure, protocol, &mut probe.value);
            if matches!(probe.what.rsplit_once(' '), Some((_, length)) if length.parse().is_ok_and(|length: usize| length > MAX_ELEMENTS))
                || structure.members.iter().enumerate().any(|(index, member)| {
                    let text = probe.value.member(index).and_then(Value::as_str);
                    member.location != Location::Body && text.is_some_and(|text| text.len() > MAX_TARGET)
                })
            {
                continue;
            }
            let is_valid = check(service, input, &probe.value).is_empty();
            let routed = Routed { service, operation, protocol };
            let outcome = wire::decode(&routed, &send(service, operation, protocol, &probe.value).request());
            // A request without a label is another request.
            let lacks_label = structure.members.iter().enumerate().any(|(index, member)| {
                let text = probe.value.member(index);
                member.location == Location::Uri && text.is_none_or(|text| text.as_str() == Some(""))
            });
            if is_valid || !lacks_label {
                assert_eq!(outcome.is_ok(), is_valid, "{} {} {}", service.name, operation.name, probe.what);
            }
            refused += usize::from(outcome.is_err());
            accepted += usize::from(outcome.is_ok());
        }
    }
    assert!(refused > 500 && accepted > 500, "{refused} {accepted}");
}
