//! Walks a service's registry and checks of every operation what nobody must forget.
//!
//! For each operation a service gives one [`Sample`]; one that is missing fails the walk. Then: the operation is in the
//! model (I6); strangers, callers without permissions, with an explicit deny, outside their boundary and of another account
//! are turned away, unless the operation is public (I2; see `outsiders`); every broken constraint of its top-level
//! members is refused in AWS's words (I5); both the success and the denial are in the audit log (I11); and what the model
//! marks as secret is written nowhere (see `secrecy`).

use super::outsiders::Outsiders;
use super::secrecy::Ledger;
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
    let mut walk = Walk { house, outsiders: Outsiders::new(house), who, service, ledger: Ledger::new() };
    for operation in registered {
        walk.visit(operation, samples.iter().find(|sample| sample.operation == operation.name));
    }
    walk.ledger.check(house);
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
        let mut walk = Walk { house, outsiders: Outsiders::new(house), who: None, service, ledger: Ledger::new() };
        for sample in samples {
            let mut operations = registered.into_iter().flat_map(|s| s.operations());
            let operation = operations.find(|operation| operation.name == sample.operation);
            let operation = operation.unwrap_or_else(|| panic!("{} is not registered", sample.operation));
            walk.visit(operation, Some(sample));
            missing.remove(sample.operation);
        }
        walk.ledger.check(house);
    }
    missing.retain(|operation| !alone.contains(operation));
    assert!(missing.is_empty(), "no scene has a sample of {missing:?}");
}

struct Walk<'a> {
    house: &'a House,
    outsiders: Outsiders,
    who: Option<&'a Person>,
    service: &'a str,
    ledger: Ledger,
}

impl Walk<'_> {
    fn visit(&mut self, operation: &Operation, sample: Option<&Sample>) {
        let (name, service) = (operation.name, self.service);
        let Some(sample) = sample else {
            panic!("{name} has no sample: give it one, so that its denial, its limits and its record are checked");
        };
        let known = model::services().by_name(service).and_then(|table| table.operation(name));
        assert!(known.is_some(), "{name} is unknown");
        self.refuses_broken_input(sample);
        let denied = if speaks_query(service) { "AccessDenied" } else { "AccessDeniedException" };
        if !operation.public && !is_unsigned(service, name) {
            self.denies(sample, denied);
        }
        self.outsiders.visit(self.house, service, operation, sample, denied);
        self.runs_dry(sample);
        self.succeeds_on_the_record(sample);
    }

    /// Calls as the one who succeeds.
    fn call(&mut self, operation: &str, input: &Value) -> Answer {
        let (house, service) = (self.house, self.service);
        let answer = match self.who {
            _ if is_unsigned(service, operation) => house.call_unsigned(service, operation, input),
            Some(who) => house.call_by(who, service, operation, input),
            None => house.call_as(ROOT, REGION, service, operation, input),
        };
        self.ledger.note(service, operation, input, &answer);
        answer
    }

    fn denies(&mut self, sample: &Sample, denied: &str) {
        let (house, name) = (self.house, sample.operation);
        let answer = house.call_as(ALICE, REGION, self.service, name, &sample.input);
        assert_eq!(answer.code(), denied, "{name} let a caller without permissions pass: {}", answer.body);
        self.ledger.note(self.service, name, &sample.input, &answer);
        let record = last_record(house, name);
        assert_eq!(record["errorCode"], denied, "{name}: the denial is not on record");
        assert_eq!(record["userIdentity"]["userName"], "alice", "{name}");
    }

    fn succeeds_on_the_record(&mut self, sample: &Sample) {
        let name = sample.operation;
        let answer = self.call(name, &sample.input);
        assert_eq!(answer.status, 200, "the sample of {name} does not succeed: {}", answer.body);
        let record = last_record(self.house, name);
        assert_eq!(record["errorCode"], Value::Null, "{name}: {record}");
        if sample.input.as_object().is_some_and(|input| !input.is_empty()) {
            assert!(record["requestParameters"].is_object(), "{name} records no parameters: {record}");
        }
        let text = record.to_string();
        for secret in secrets(self.service, name, &sample.input) {
            assert!(!text.contains(&secret), "{name} records a secret: {text}");
        }
    }

    /// Where an operation can be tried without effect, that is on record as well.
    fn runs_dry(&mut self, sample: &Sample) {
        let name = sample.operation;
        if !members(self.service, name).iter().any(|member| member.name == "DryRun") {
            return;
        }
        let mut input = sample.input.clone();
        input["DryRun"] = true.into();
        let answer = self.call(name, &input);
        assert!(answer.code().starts_with("DryRunOperation"), "{name} does not run dry: {}", answer.body);
        let record = last_record(self.house, name);
        assert_eq!(record["errorCode"], answer.code(), "{name}: the dry run is not on record");
    }

    fn refuses_broken_input(&mut self, sample: &Sample) {
        let name = sample.operation;
        for member in members(self.service, name) {
            for (what, broken) in broken(self.service, member, &sample.input) {
                let answer = self.call(name, &broken);
                let refused = REFUSALS.contains(&answer.code().as_str());
                assert!(refused && answer.status == 400, "{name} took {what} of {}: {}", member.name, answer.body);
                names_the_member(&answer, name, member);
            }
        }
    }
}

fn is_unsigned(service: &str, operation: &str) -> bool {
    let table = model::services().by_name(service);
    table.and_then(|table| table.operation(operation)).is_some_and(|operation| operation.auth == Auth::None)
}

/// How a broken constraint is refused, in JSON and in query.
const REFUSALS: [&str; 4] = ["ValidationException", "SerializationException", "ValidationError", "MalformedInput"];

fn speaks_query(service: &str) -> bool {
    model::services().by_name(service).is_some_and(|table| table.target_prefix.is_none())
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
            // What is secret is looked for later, and must not look like what is not.
            let letter = if table.shape(member.shape).sensitivity == Sensitivity::Public { "a" } else { "Z" };
            inputs.extend(above(&text.length).map(|max| ("an overlong text", with(json!(letter.repeat(max + 1))))));
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
