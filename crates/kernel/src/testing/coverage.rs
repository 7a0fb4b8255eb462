//! Walks a service's registry and checks of every operation what nobody must forget.
//!
//! For each operation a service gives one [`Sample`]; one that is missing fails the walk. Then: the operation is in the
//! model (I6); strangers, callers without permissions, with an explicit deny, outside their boundary and of another account
//! are turned away, unless the operation is public (I2; see `outsiders`); every broken constraint of its top-level
//! members is refused in AWS's words (I5); and both the success and the denial are in the audit log, without what the
//! model marks as secret (I11).

use super::outsiders::Outsiders;
use super::{ALICE, Answer, House, Person, REGION, ROOT};
use crate::Operation;
use model::{Auth, Kind, Member, Range, Sensitivity};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// An input with which the root of [`super::ACCOUNT`] succeeds, once.
pub struct Sample {
    /// The operation.
    pub operation: &'static str,
    /// Its input.
    pub input: Value,
}

/// Walks the registry of a JSON or query service in `house`, in the order of the operations' names.
///
/// # Panics
/// When a promise is broken, naming the operation.
pub fn walk(house: &House, service: &str, samples: &[Sample]) {
    walk_by(house, None, service, samples);
}

/// The same where somebody else than the root succeeds with the samples: an account's root may not assume roles.
/// Operations that nobody signs are not signed.
///
/// # Panics
/// When a promise is broken, naming the operation.
pub fn walk_by(house: &House, who: Option<&Person>, service: &str, samples: &[Sample]) {
    let registered: Vec<_> =
        house.kernel.registry().service(service).into_iter().flat_map(|s| s.operations()).collect();
    assert!(!registered.is_empty(), "{service} has no operations");
    // What came before the walk must not come into the log during it.
    house.records();
    let outsiders = Outsiders::new(house);
    for operation in registered {
        visit(
            house,
            &outsiders,
            who,
            service,
            operation,
            samples.iter().find(|sample| sample.operation == operation.name),
        );
    }
}

/// The same where no one house can hold a sample of every operation: each scene is walked in the order of its samples,
/// and together they must hold every operation but those that the root cannot succeed with, which are named and have
/// tests of their own.
///
/// # Panics
/// When a promise is broken, naming the operation.
pub fn walk_scenes(service: &str, scenes: &[(House, Vec<Sample>)], alone: &[&str]) {
    let mut missing: BTreeSet<&str> = BTreeSet::new();
    for (house, _) in scenes {
        let registered = house.kernel.registry().service(service);
        missing.extend(registered.into_iter().flat_map(|s| s.operations()).map(|operation| operation.name));
    }
    assert!(!missing.is_empty(), "{service} has no operations");
    for (house, samples) in scenes {
        let registered = house.kernel.registry().service(service);
        let outsiders = Outsiders::new(house);
        for sample in samples {
            let mut operations = registered.into_iter().flat_map(|s| s.operations());
            let operation = operations.find(|operation| operation.name == sample.operation);
            let operation = operation.unwrap_or_else(|| panic!("{} is not registered", sample.operation));
            visit(house, &outsiders, None, service, operation, Some(sample));
            missing.remove(sample.operation);
        }
    }
    missing.retain(|operation| !alone.contains(operation));
    assert!(missing.is_empty(), "no scene has a sample of {missing:?}");
}

fn visit(
    house: &House,
    outsiders: &Outsiders,
    who: Option<&Person>,
    service: &str,
    operation: &Operation,
    sample: Option<&Sample>,
) {
    let name = operation.name;
    let Some(sample) = sample else {
        panic!("{name} has no sample: give it one, so that its denial, its limits and its record are checked");
    };
    let known = model::services().by_name(service).and_then(|table| table.operation(name));
    assert!(known.is_some(), "{name} is unknown");
    refuses_broken_input(house, who, service, sample);
    let denied = if speaks_query(service) { "AccessDenied" } else { "AccessDeniedException" };
    denies(house, service, sample, operation.public || is_unsigned(service, name), denied);
    outsiders.visit(house, service, operation, sample, denied);
    succeeds_on_the_record(house, who, service, sample);
}

fn is_unsigned(service: &str, operation: &str) -> bool {
    let table = model::services().by_name(service);
    table.and_then(|table| table.operation(operation)).is_some_and(|operation| operation.auth == Auth::None)
}

/// Calls as the one who succeeds.
fn call(house: &House, who: Option<&Person>, service: &str, operation: &str, input: &Value) -> Answer {
    match who {
        _ if is_unsigned(service, operation) => house.call_unsigned(service, operation, input),
        Some(who) => house.call_by(who, service, operation, input),
        None => house.call_as(ROOT, REGION, service, operation, input),
    }
}

fn denies(house: &House, service: &str, sample: &Sample, public: bool, denied: &str) {
    if public {
        return;
    }
    let name = sample.operation;
    let answer = house.call_as(ALICE, REGION, service, name, &sample.input);
    assert_eq!(answer.code(), denied, "{name} let a caller without permissions pass: {}", answer.body);
    let record = last_record(house, name);
    assert_eq!(record["errorCode"], denied, "{name}: the denial is not on record");
    assert_eq!(record["userIdentity"]["userName"], "alice", "{name}");
}

fn succeeds_on_the_record(house: &House, who: Option<&Person>, service: &str, sample: &Sample) {
    let name = sample.operation;
    let answer = call(house, who, service, name, &sample.input);
    assert_eq!(answer.status, 200, "the sample of {name} does not succeed: {}", answer.body);
    let record = last_record(house, name);
    assert_eq!(record["errorCode"], Value::Null, "{name}: {record}");
    if sample.input.as_object().is_some_and(|input| !input.is_empty()) {
        assert!(record["requestParameters"].is_object(), "{name} records no parameters: {record}");
    }
    let text = record.to_string();
    for secret in secrets(service, name, &sample.input) {
        assert!(!text.contains(&secret), "{name} records a secret: {text}");
    }
}

/// How a broken constraint is refused, in JSON and in query.
const REFUSALS: [&str; 4] = ["ValidationException", "SerializationException", "ValidationError", "MalformedInput"];

fn speaks_query(service: &str) -> bool {
    model::services().by_name(service).is_some_and(|table| table.target_prefix.is_none())
}

fn refuses_broken_input(house: &House, who: Option<&Person>, service: &str, sample: &Sample) {
    let name = sample.operation;
    for member in members(service, name) {
        for (what, broken) in broken(service, member, &sample.input) {
            let answer = call(house, who, service, name, &broken);
            let refused = REFUSALS.contains(&answer.code().as_str());
            assert!(refused && answer.status == 400, "{name} took {what} of {}: {}", member.name, answer.body);
            names_the_member(&answer, name, member);
        }
    }
}

fn names_the_member(answer: &Answer, operation: &str, member: &Member) {
    if matches!(answer.code().as_str(), "ValidationException" | "ValidationError") {
        let mut letters = member.name.chars();
        let lower: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
        assert!(answer.message().contains(&lower), "{operation} does not name {lower}: {}", answer.message());
    }
}

/// Inputs that break one constraint of one member each.
fn broken(service: &str, member: &Member, input: &Value) -> Vec<(&'static str, Value)> {
    let Some(table) = model::services().by_name(service) else { return Vec::new() };
    let with = |value: Value| {
        let mut object = input.as_object().cloned().unwrap_or_default();
        object.insert(member.name.to_owned(), value);
        Value::Object(object)
    };
    let mut inputs = Vec::new();
    if member.required {
        let mut object: Map<_, _> = input.as_object().cloned().unwrap_or_default();
        object.remove(member.name);
        inputs.push(("the absence", Value::Object(object)));
    }
    let below = |range: &Range| range.min.and_then(|min| usize::try_from(min).ok()).filter(|min| *min > 0);
    let above = |range: &Range| range.max.and_then(|max| usize::try_from(max).ok()).filter(|max| *max <= 200_000);
    match &table.shape(member.shape).kind {
        Kind::String(text) => {
            inputs.push(("a wrong type", with(json!({"not": "a string"}))));
            inputs.extend(above(&text.length).map(|max| ("an overlong text", with(json!("a".repeat(max + 1))))));
            inputs.extend(below(&text.length).map(|_| ("an empty text", with(json!("")))));
            if !text.values.is_empty() {
                inputs.push(("an unknown word", with(json!("NO_SUCH_WORD"))));
            }
        }
        Kind::Integer(range) | Kind::Long(range) => {
            inputs.push(("a wrong type", with(json!("a"))));
            inputs.extend(range.min.map(|min| ("too small a number", with(json!(min - 1)))));
            inputs.extend(range.max.map(|max| ("too large a number", with(json!(max + 1)))));
        }
        Kind::Boolean => inputs.push(("a wrong type", with(json!({})))),
        Kind::Blob(_) => inputs.push(("a wrong type", with(json!([])))),
        Kind::List(list) => {
            inputs.push(("a wrong type", with(json!("a"))));
            let many = |max: usize| with(Value::Array(vec![json!("a"); max + 1]));
            if matches!(table.shape(list.element).kind, Kind::String(_)) {
                inputs.extend(above(&list.length).map(|max| ("an overlong list", many(max))));
            }
        }
        Kind::Map(_) | Kind::Structure(_) => inputs.push(("a wrong type", with(json!("a")))),
        Kind::Float(_) | Kind::Timestamp(_) | Kind::Document => {}
    }
    // In a form everything is text, so only what is no number has a wrong type.
    let number = matches!(table.shape(member.shape).kind, Kind::Integer(_) | Kind::Long(_));
    inputs.retain(|(what, _)| number || *what != "a wrong type" || !speaks_query(service));
    inputs
}

/// The texts of the sample's members that must not be on record.
fn secrets(service: &str, operation: &str, input: &Value) -> Vec<String> {
    let Some(table) = model::services().by_name(service) else { return Vec::new() };
    let hidden = |member: &&Member| table.shape(member.shape).sensitivity != Sensitivity::Public;
    let texts = members(service, operation).iter().filter(hidden).filter_map(|member| input[member.name].as_str());
    texts.filter(|text| text.len() > 3).map(str::to_owned).collect()
}

fn members(service: &str, operation: &str) -> &'static [Member] {
    let input = model::services().by_name(service).and_then(|table| {
        let shape = table.operation(operation)?.input?;
        match &table.shape(shape).kind {
            Kind::Structure(structure) => Some(structure.members.as_slice()),
            _ => None,
        }
    });
    input.unwrap_or_default()
}

pub(super) fn last_record(house: &House, operation: &str) -> Value {
    let found = house.records().into_iter().rev().find(|record| record["eventName"] == operation);
    found.unwrap_or_else(|| panic!("{operation} left no record"))
}
