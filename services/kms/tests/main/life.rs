//! The life of keys under any sequence of calls, moves of the clock and restarts, against a small model of it.

use crate::{HELLO, Kms, arn, text};
use kernel::testing::House;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const BEGIN: i64 = 1_767_225_600;
const DAY: i64 = 86_400;
const QUIET: i64 = 20 * 60;

/// What happens next. Keys are named by their number, blobs by theirs among those of the key, both modulo how many there
/// are, so that a step means something whatever was left out before it.
#[derive(Clone, Debug)]
enum Step {
    Create,
    Enable(usize),
    Disable(usize),
    Schedule(usize, i64),
    Cancel(usize),
    RotateEvery(usize, i64),
    RotateNever(usize),
    RotateNow(usize),
    Encrypt(usize),
    Decrypt(usize, usize),
    ReEncrypt(usize, usize, usize),
    Name(usize, usize),
    Rename(usize, usize),
    Unname(usize),
    Tag(usize, usize, usize),
    Untag(usize, usize),
    Days(i64),
    Minutes(i64),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let key = 0..4_usize;
    let label = 0..3_usize;
    prop_oneof![
        2 => Just(Step::Create),
        3 => key.clone().prop_map(Step::Enable),
        2 => key.clone().prop_map(Step::Disable),
        2 => (key.clone(), 7..=30_i64).prop_map(|(key, days)| Step::Schedule(key, days)),
        2 => key.clone().prop_map(Step::Cancel),
        3 => (key.clone(), 90..=400_i64).prop_map(|(key, days)| Step::RotateEvery(key, days)),
        1 => key.clone().prop_map(Step::RotateNever),
        2 => key.clone().prop_map(Step::RotateNow),
        4 => key.clone().prop_map(Step::Encrypt),
        4 => (key.clone(), any::<usize>()).prop_map(|(key, blob)| Step::Decrypt(key, blob)),
        1 => (key.clone(), any::<usize>(), key.clone()).prop_map(|(from, blob, to)| Step::ReEncrypt(from, blob, to)),
        2 => (label.clone(), key.clone()).prop_map(|(name, key)| Step::Name(name, key)),
        1 => (label.clone(), key.clone()).prop_map(|(name, key)| Step::Rename(name, key)),
        1 => label.clone().prop_map(Step::Unname),
        2 => (key.clone(), label.clone(), label.clone()).prop_map(|(key, tag, value)| Step::Tag(key, tag, value)),
        1 => (key, label).prop_map(|(key, tag)| Step::Untag(key, tag)),
        4 => (1..=500_i64).prop_map(Step::Days),
        1 => (1..=40_i64).prop_map(Step::Minutes),
        1 => Just(Step::Restart),
    ]
}

/// What is left of a key.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Enabled,
    Disabled,
    /// Until then.
    Doomed(i64),
    Gone,
}

/// What is known of a key. Times are seconds.
struct Key {
    id: String,
    created: i64,
    state: State,
    /// Period in days, and when next.
    rotation: Option<(i64, i64)>,
    on_demand: usize,
    /// The materials' names, and when and how each came.
    materials: Vec<String>,
    rotations: Vec<(i64, &'static str)>,
    /// Ciphertexts of `hello`, and the material of each.
    blobs: Vec<(String, usize)>,
    tags: BTreeMap<String, String>,
    last_use: Option<(&'static str, i64)>,
}

impl Key {
    fn on(&self) -> Value {
        json!({ "KeyId": self.id })
    }

    /// The error of what needs an enabled key.
    fn unusable(&self) -> &'static str {
        match self.state {
            State::Enabled => "",
            State::Disabled => "DisabledException",
            State::Doomed(_) => "KMSInvalidStateException",
            State::Gone => "NotFoundException",
        }
    }

    /// The error of what needs a key that stays.
    fn leaving(&self) -> &'static str {
        match self.state {
            State::Disabled => "",
            _ => self.unusable(),
        }
    }

    /// What time brings: the key's end, or new material.
    fn live_until(&mut self, now: i64) {
        match (self.state, &mut self.rotation) {
            (State::Doomed(end), _) if end <= now => self.state = State::Gone,
            (State::Enabled, Some((days, next))) if *next <= now => {
                while *next <= now {
                    *next += *days * DAY;
                }
                self.rotations.push((now, "AUTOMATIC"));
            }
            _ => {}
        }
    }
}

struct Life {
    house: House,
    now: i64,
    keys: Vec<Key>,
    names: BTreeMap<String, usize>,
}

impl Life {
    fn new() -> Self {
        let mut life = Self {
            house: House::new(vec![fastness_kms::service()]),
            now: BEGIN,
            keys: Vec::new(),
            names: BTreeMap::new(),
        };
        life.create();
        life
    }

    fn create(&mut self) {
        let id = self.house.key();
        let key = Key {
            created: self.now,
            state: State::Enabled,
            rotation: None,
            on_demand: 0,
            materials: Vec::new(),
            rotations: Vec::new(),
            blobs: Vec::new(),
            tags: BTreeMap::new(),
            last_use: None,
            id,
        };
        self.keys.push(key);
        self.learn();
    }

    /// Calls an operation and holds its error, or the absence of one, against what was expected.
    fn call(&self, operation: &str, input: &Value, expected: &str) -> Option<Value> {
        let answer = self.house.kms(operation, input);
        assert_eq!(answer.code(), expected, "{operation} {input}: {}", answer.body);
        (answer.status == 200).then(|| answer.json())
    }

    /// Lets time pass.
    fn pass(&mut self, seconds: i64) {
        self.now += seconds;
        self.house.advance(Duration::from_secs(seconds.unsigned_abs()));
        for key in &mut self.keys {
            key.live_until(self.now);
        }
        let gone = |key: &usize| self.keys[*key].state == State::Gone;
        self.names.retain(|_, key| !gone(key));
        self.learn();
    }

    /// Learns the names of materials that came, one for each rotation, none that was there before.
    fn learn(&mut self) {
        for key in &mut self.keys {
            if key.state == State::Gone || key.materials.len() == key.rotations.len() + 1 {
                continue;
            }
            let told = self.house.ok("DescribeKey", &key.on());
            let current = text(&told["KeyMetadata"]["CurrentKeyMaterialId"]);
            assert!(!key.materials.contains(&current), "{} was not rotated", key.id);
            key.materials.push(current);
            assert_eq!(key.materials.len(), key.rotations.len() + 1, "{} was rotated more than once", key.id);
        }
    }

    fn does(&mut self, step: &Step) {
        let count = self.keys.len();
        let now = self.now;
        match *step {
            Step::Create => self.create(),
            Step::Enable(key) => {
                let key = key % count;
                if self.call("EnableKey", &self.keys[key].on(), self.keys[key].leaving()).is_some() {
                    self.keys[key].state = State::Enabled;
                }
                // A rotation that is due happens at once.
                self.pass(0);
            }
            Step::Disable(key) => {
                let key = key % count;
                if self.call("DisableKey", &self.keys[key].on(), self.keys[key].leaving()).is_some() {
                    self.keys[key].state = State::Disabled;
                }
            }
            Step::Schedule(key, days) => {
                let key = key % count;
                let input = json!({ "KeyId": self.keys[key].id, "PendingWindowInDays": days });
                if self.call("ScheduleKeyDeletion", &input, self.keys[key].leaving()).is_some() {
                    self.keys[key].state = State::Doomed(now + days * DAY);
                }
            }
            Step::Cancel(key) => {
                let key = key % count;
                let expected = match self.keys[key].state {
                    State::Doomed(_) => "",
                    State::Gone => "NotFoundException",
                    _ => "KMSInvalidStateException",
                };
                if self.call("CancelKeyDeletion", &self.keys[key].on(), expected).is_some() {
                    self.keys[key].state = State::Disabled;
                }
            }
            Step::RotateEvery(key, days) => {
                let key = key % count;
                let input = json!({ "KeyId": self.keys[key].id, "RotationPeriodInDays": days });
                let is_done = self.call("EnableKeyRotation", &input, self.keys[key].unusable()).is_some();
                let rotation = &mut self.keys[key].rotation;
                if is_done && rotation.is_none_or(|(period, _)| period != days) {
                    *rotation = Some((days, now + days * DAY));
                }
            }
            Step::RotateNever(key) => {
                let key = key % count;
                if self.call("DisableKeyRotation", &self.keys[key].on(), self.keys[key].unusable()).is_some() {
                    self.keys[key].rotation = None;
                }
            }
            Step::RotateNow(key) => {
                let key = key % count;
                let known = &self.keys[key];
                let expected = match known.rotation {
                    _ if known.state != State::Enabled => known.unusable(),
                    Some((_, next)) if next <= now + QUIET => "ConflictException",
                    _ if known.on_demand == 25 => "LimitExceededException",
                    _ => "",
                };
                if self.call("RotateKeyOnDemand", &known.on(), expected).is_some() {
                    self.keys[key].on_demand += 1;
                    self.keys[key].rotations.push((now, "ON_DEMAND"));
                    self.learn();
                }
            }
            Step::Encrypt(key) => {
                let key = key % count;
                let input = json!({ "KeyId": self.keys[key].id, "Plaintext": HELLO });
                if let Some(told) = self.call("Encrypt", &input, self.keys[key].unusable()) {
                    let known = &mut self.keys[key];
                    known.blobs.push((text(&told["CiphertextBlob"]), known.materials.len() - 1));
                    known.last_use = Some(("Encrypt", now));
                }
            }
            Step::Decrypt(key, blob) => {
                let key = key % count;
                let known = &self.keys[key];
                let Some((blob, material)) = known.blobs.get(blob % known.blobs.len().max(1)) else { return };
                let expected = if known.state == State::Gone { "AccessDeniedException" } else { known.unusable() };
                if let Some(told) = self.call("Decrypt", &json!({ "CiphertextBlob": blob }), expected) {
                    assert_eq!(told["Plaintext"], json!(HELLO));
                    assert_eq!(told["KeyMaterialId"], json!(known.materials[*material]), "by another material");
                    self.keys[key].last_use = Some(("Decrypt", now));
                }
            }
            Step::ReEncrypt(from, blob, to) => {
                let (from, to) = (from % count, to % count);
                let source = &self.keys[from];
                let Some((blob, _)) = source.blobs.get(blob % source.blobs.len().max(1)) else { return };
                let expected = match (source.state, self.keys[to].state) {
                    (State::Gone, _) => "AccessDeniedException",
                    (_, State::Gone) => "NotFoundException",
                    (State::Enabled, _) => self.keys[to].unusable(),
                    _ => source.unusable(),
                };
                let input = json!({ "CiphertextBlob": blob, "DestinationKeyId": self.keys[to].id });
                if let Some(told) = self.call("ReEncrypt", &input, expected) {
                    let target = &mut self.keys[to];
                    target.blobs.push((text(&told["CiphertextBlob"]), target.materials.len() - 1));
                    target.last_use = Some(("ReEncrypt", now));
                    self.keys[from].last_use = Some(("ReEncrypt", now));
                }
            }
            Step::Name(name, key) => {
                let (name, key) = (format!("alias/{name}"), key % count);
                let expected = match self.keys[key].leaving() {
                    "" if self.names.contains_key(&name) => "AlreadyExistsException",
                    other => other,
                };
                let input = json!({ "AliasName": name, "TargetKeyId": self.keys[key].id });
                if self.call("CreateAlias", &input, expected).is_some() {
                    self.names.insert(name, key);
                }
            }
            Step::Rename(name, key) => {
                let (name, key) = (format!("alias/{name}"), key % count);
                let expected = match self.names.get(&name) {
                    None => "NotFoundException",
                    Some(_) => self.keys[key].leaving(),
                };
                let input = json!({ "AliasName": name, "TargetKeyId": self.keys[key].id });
                if self.call("UpdateAlias", &input, expected).is_some() {
                    self.names.insert(name, key);
                }
            }
            Step::Unname(name) => {
                let name = format!("alias/{name}");
                let expected = if self.names.contains_key(&name) { "" } else { "NotFoundException" };
                self.call("DeleteAlias", &json!({ "AliasName": name }), expected);
                self.names.remove(&name);
            }
            Step::Tag(key, tag, value) => {
                let key = key % count;
                let (tag, value) = (format!("tag-{tag}"), format!("value-{value}"));
                let tags = json!([{ "TagKey": tag, "TagValue": value }]);
                let input = json!({ "KeyId": self.keys[key].id, "Tags": tags });
                if self.call("TagResource", &input, self.keys[key].leaving()).is_some() {
                    self.keys[key].tags.insert(tag, value);
                }
            }
            Step::Untag(key, tag) => {
                let (key, tag) = (key % count, format!("tag-{tag}"));
                let input = json!({ "KeyId": self.keys[key].id, "TagKeys": [tag] });
                if self.call("UntagResource", &input, self.keys[key].leaving()).is_some() {
                    self.keys[key].tags.remove(&tag);
                }
            }
            Step::Days(days) => self.pass(days * DAY),
            Step::Minutes(minutes) => self.pass(minutes * 60),
            Step::Restart => {
                self.house.kernel.keep_notes().unwrap();
                self.house = self.house.restarted(vec![fastness_kms::service()]);
            }
        }
    }

    /// Holds everything that is told of every key against the model.
    fn check(&self) {
        for key in &self.keys {
            let Some(told) =
                self.call("DescribeKey", &key.on(), if key.state == State::Gone { key.unusable() } else { "" })
            else {
                continue;
            };
            let (state, deletion) = match key.state {
                State::Enabled => ("Enabled", Value::Null),
                State::Disabled => ("Disabled", Value::Null),
                State::Doomed(end) => ("PendingDeletion", json!(end)),
                State::Gone => panic!("{} is gone and was found", key.id),
            };
            let metadata = &told["KeyMetadata"];
            assert_eq!((&metadata["KeyState"], &metadata["DeletionDate"]), (&json!(state), &deletion));
            assert_eq!(metadata["CurrentKeyMaterialId"], json!(key.materials.last()));
            self.check_rotation(key);
            let used = match key.last_use {
                Some((operation, at)) => (json!(operation), json!(at)),
                None => (Value::Null, Value::Null),
            };
            let usage = self.house.ok("GetKeyLastUsage", &key.on());
            let last = &usage["KeyLastUsage"];
            assert_eq!((last["Operation"].clone(), last["Timestamp"].clone()), used, "{}", key.id);
            assert_eq!(usage["TrackingStartDate"], json!(key.created));
            let tags = self.house.ok("ListResourceTags", &key.on());
            let told: BTreeMap<_, _> =
                list(&tags["Tags"]).iter().map(|tag| (text(&tag["TagKey"]), text(&tag["TagValue"]))).collect();
            assert_eq!(told, key.tags);
        }
        let listed = self.house.aliases();
        let told: BTreeMap<_, _> =
            listed.iter().map(|alias| (text(&alias["AliasName"]), text(&alias["TargetKeyId"]))).collect();
        let names = self.names.iter().map(|(name, key)| (name.clone(), self.keys[*key].id.clone()));
        assert_eq!(told, names.collect());
        let alive = self.keys.iter().filter(|key| key.state != State::Gone).count();
        assert_eq!(list(&self.house.ok("ListKeys", &json!({}))["Keys"]).len(), alive);
    }

    fn check_rotation(&self, key: &Key) {
        let status = self.house.ok("GetKeyRotationStatus", &key.on());
        let schedule = key.rotation.filter(|_| !matches!(key.state, State::Doomed(_)));
        assert_eq!(status["KeyRotationEnabled"], json!(schedule.is_some()));
        assert_eq!(status["RotationPeriodInDays"], json!(schedule.map(|(days, _)| days)));
        assert_eq!(status["NextRotationDate"], json!(schedule.map(|(_, next)| next)));
        let listed = self.house.ok("ListKeyRotations", &key.on());
        let told: Vec<_> = list(&listed["Rotations"])
            .iter()
            .map(|entry| (text(&entry["KeyMaterialId"]), entry["RotationDate"].clone(), text(&entry["RotationType"])))
            .collect();
        let expected: Vec<_> = key.materials[1..]
            .iter()
            .zip(&key.rotations)
            .map(|(material, (at, by))| (material.clone(), json!(at), (*by).to_owned()))
            .collect();
        assert_eq!(told, expected, "{}", arn(&key.id));
    }
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

proptest! {
    // A case is some forty calls and as many questions; together a few seconds.
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn keys_live_as_the_model_says_whatever_is_done_to_them(steps in proptest::collection::vec(step(), 1..40)) {
        let mut life = Life::new();
        for step in &steps {
            life.does(step);
        }
        life.check();
        // And once more by a server that has only what was stored.
        life.does(&Step::Restart);
        life.check();
    }
}
