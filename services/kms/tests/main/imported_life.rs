//! The life of a key with imported materials, which come, wait, expire and go: any sequence against a small model.

use crate::import::{DAY, OAEP, Offer, empty, offer};
use crate::{HELLO, Kms, text};
use kernel::testing::House;
use proptest::prelude::*;
use serde_json::{Value, json};

const BEGIN: i64 = 1_767_225_600;
const SECONDS: i64 = 86_400;

/// What happens next. Materials are told by the byte that they consist of.
#[derive(Clone, Debug)]
enum Step {
    /// As new, as existing or as either, and until when in days.
    Import(u8, Option<bool>, Option<i64>),
    /// The current one, or a certain one.
    Delete(Option<u8>),
    Rotate,
    Encrypt,
    Decrypt(usize),
    Enable,
    Disable,
    Schedule,
    Cancel,
    Days(i64),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let byte = 1..=4_u8;
    let expiry = prop_oneof![2 => Just(None), 1 => (1..=20_i64).prop_map(Some)];
    let kind = prop_oneof![2 => Just(None), 2 => Just(Some(true)), 2 => Just(Some(false))];
    prop_oneof![
        6 => (byte.clone(), kind, expiry).prop_map(|(byte, kind, days)| Step::Import(byte, kind, days)),
        2 => proptest::option::of(byte).prop_map(Step::Delete),
        3 => Just(Step::Rotate),
        2 => Just(Step::Encrypt),
        2 => any::<usize>().prop_map(Step::Decrypt),
        1 => Just(Step::Enable),
        1 => Just(Step::Disable),
        1 => Just(Step::Schedule),
        1 => Just(Step::Cancel),
        2 => (1..=10_i64).prop_map(Step::Days),
        1 => Just(Step::Restart),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Enabled,
    Disabled,
    /// For material that is missing.
    Waiting,
    Doomed(i64),
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    Current,
    Former,
    Next,
}

struct Material {
    byte: u8,
    id: String,
    role: Role,
    is_present: bool,
    expires: Option<i64>,
}

struct Life {
    house: House,
    now: i64,
    id: String,
    state: State,
    materials: Vec<Material>,
    blobs: Vec<(String, String)>,
    /// A wrapping key, and when it was given out.
    offer: Option<(Offer, i64)>,
}

impl Life {
    fn new() -> Self {
        let house = House::new(vec![fastness_kms::service()]);
        let id = empty(&house);
        let (state, materials, blobs) = (State::Waiting, Vec::new(), Vec::new());
        Self { house, now: BEGIN, id, state, materials, blobs, offer: None }
    }

    /// The error of what needs a key in one of these states.
    fn unless(&self, admitted: &[State]) -> &'static str {
        match self.state {
            state if admitted.contains(&state) => "",
            State::Disabled => "DisabledException",
            State::Gone => "NotFoundException",
            _ => "KMSInvalidStateException",
        }
    }

    fn call(&self, operation: &str, input: &Value, expected: &str) -> Option<Value> {
        let answer = self.house.kms(operation, input);
        assert_eq!(answer.code(), expected, "{operation} {input} in {:?}: {}", self.state, answer.body);
        (answer.status == 200).then(|| answer.json())
    }

    fn on_key(&self) -> Value {
        json!({ "KeyId": self.id })
    }

    fn has_all(&self) -> bool {
        let mut permanent = self.materials.iter().filter(|material| material.role != Role::Next).peekable();
        permanent.peek().is_some() && permanent.all(|material| material.is_present)
    }

    /// Takes a material away.
    fn lose(&mut self, place: usize) {
        if self.materials[place].role == Role::Next {
            self.materials.remove(place);
            return;
        }
        (self.materials[place].is_present, self.materials[place].expires) = (false, None);
        if matches!(self.state, State::Enabled | State::Disabled) {
            self.state = State::Waiting;
        }
    }

    fn import(&mut self, byte: u8, kind: Option<bool>, days: Option<i64>) {
        let is_known = self.materials.iter().any(|material| material.byte == byte);
        let is_new = kind.unwrap_or(self.materials.is_empty());
        let expected = match self.unless(&[State::Enabled, State::Disabled, State::Waiting]) {
            "" if is_new == is_known => "IncorrectKeyMaterialException",
            "" if is_new && self.materials.iter().any(|material| material.role == Role::Next) => {
                "KMSInvalidStateException"
            }
            other => other,
        };
        let is_open = !matches!(self.state, State::Doomed(_) | State::Gone);
        if is_open && self.offer.as_ref().is_none_or(|(_, since)| self.now - since >= SECONDS) {
            self.offer = Some((offer(&self.house, &self.id), self.now));
        }
        let (token, wrapped) = match &self.offer {
            Some((offer, _)) => (offer.token.clone(), offer.wrap(OAEP, &[byte; 32])),
            None => (HELLO.to_owned(), HELLO.to_owned()),
        };
        let mut input = json!({ "KeyId": self.id, "ImportToken": token, "EncryptedKeyMaterial": wrapped });
        let expires = days.map(|days| self.now + days * SECONDS);
        match expires {
            Some(time) => input["ValidTo"] = json!(time),
            None => input["ExpirationModel"] = json!("KEY_MATERIAL_DOES_NOT_EXPIRE"),
        }
        if let Some(is_new) = kind {
            input["ImportType"] = json!(if is_new { "NEW_KEY_MATERIAL" } else { "EXISTING_KEY_MATERIAL" });
        }
        let Some(told) = self.call("ImportKeyMaterial", &input, expected) else { return };
        let id = text(&told["KeyMaterialId"]);
        if is_new {
            let role = if self.materials.is_empty() { Role::Current } else { Role::Next };
            self.materials.push(Material { byte, id: id.clone(), role, is_present: false, expires: None });
        }
        let entry = self.materials.iter_mut().find(|material| material.byte == byte).unwrap();
        assert_eq!(entry.id, id, "the same material has another name");
        (entry.is_present, entry.expires) = (true, expires);
        if self.state == State::Waiting && self.has_all() {
            self.state = State::Enabled;
        }
    }

    fn does(&mut self, step: &Step) {
        match *step {
            Step::Import(byte, kind, days) => self.import(byte, kind, days),
            Step::Delete(byte) => {
                let place = match byte {
                    Some(byte) => self.materials.iter().position(|material| material.byte == byte),
                    None => self.materials.iter().position(|material| material.role == Role::Current),
                };
                let mut input = self.on_key();
                match (byte, place) {
                    (Some(_), None) => return,
                    (Some(_), Some(place)) => input["KeyMaterialId"] = json!(self.materials[place].id),
                    (None, _) => {}
                }
                let expected = if self.state == State::Gone { "NotFoundException" } else { "" };
                let is_done = self.call("DeleteImportedKeyMaterial", &input, expected).is_some();
                if let Some(place) = place.filter(|place| is_done && self.materials[*place].is_present) {
                    self.lose(place);
                }
            }
            Step::Rotate => {
                let waits = self.materials.iter().any(|material| material.role == Role::Next);
                let expected = match self.unless(&[State::Enabled]) {
                    "" if !waits => "KMSInvalidStateException",
                    other => other,
                };
                if self.call("RotateKeyOnDemand", &self.on_key(), expected).is_some() {
                    for material in &mut self.materials {
                        material.role = match material.role {
                            Role::Next => Role::Current,
                            Role::Current | Role::Former => Role::Former,
                        };
                    }
                }
            }
            Step::Encrypt => {
                let input = json!({ "KeyId": self.id, "Plaintext": HELLO });
                if let Some(told) = self.call("Encrypt", &input, self.unless(&[State::Enabled])) {
                    let current = self.materials.iter().find(|material| material.role == Role::Current).unwrap();
                    self.blobs.push((text(&told["CiphertextBlob"]), current.id.clone()));
                }
            }
            Step::Decrypt(blob) => {
                let Some((blob, id)) = self.blobs.get(blob % self.blobs.len().max(1)) else { return };
                let expected = match self.state {
                    State::Gone => "AccessDeniedException",
                    _ => self.unless(&[State::Enabled]),
                };
                if let Some(told) = self.call("Decrypt", &json!({ "CiphertextBlob": blob }), expected) {
                    assert_eq!((&told["Plaintext"], &told["KeyMaterialId"]), (&json!(HELLO), &json!(id)));
                }
            }
            Step::Enable | Step::Disable => {
                let (operation, state) = match step {
                    Step::Enable => ("EnableKey", State::Enabled),
                    _ => ("DisableKey", State::Disabled),
                };
                let expected = self.unless(&[State::Enabled, State::Disabled]);
                if self.call(operation, &self.on_key(), expected).is_some() {
                    self.state = state;
                }
            }
            Step::Schedule => {
                let input = json!({ "KeyId": self.id, "PendingWindowInDays": 7 });
                let expected = self.unless(&[State::Enabled, State::Disabled, State::Waiting]);
                if self.call("ScheduleKeyDeletion", &input, expected).is_some() {
                    self.state = State::Doomed(self.now + 7 * SECONDS);
                }
            }
            Step::Cancel => {
                let expected = match self.state {
                    State::Doomed(_) => "",
                    State::Gone => "NotFoundException",
                    _ => "KMSInvalidStateException",
                };
                if self.call("CancelKeyDeletion", &self.on_key(), expected).is_some() {
                    self.state = if self.has_all() { State::Disabled } else { State::Waiting };
                }
            }
            Step::Days(days) => {
                self.now += days * SECONDS;
                self.house.advance(DAY * u32::try_from(days).unwrap());
                let now = self.now;
                while let Some(place) =
                    self.materials.iter().position(|material| material.expires.is_some_and(|at| at <= now))
                {
                    self.lose(place);
                }
                if matches!(self.state, State::Doomed(end) if end <= now) {
                    self.state = State::Gone;
                }
            }
            Step::Restart => self.house = self.house.restarted(vec![fastness_kms::service()]),
        }
    }

    /// Holds everything that is told of the key against the model.
    fn check(&self) {
        let expected = if self.state == State::Gone { "NotFoundException" } else { "" };
        let Some(told) = self.call("DescribeKey", &self.on_key(), expected) else { return };
        let metadata = &told["KeyMetadata"];
        let state = match self.state {
            State::Enabled => "Enabled",
            State::Disabled => "Disabled",
            State::Waiting => "PendingImport",
            State::Doomed(_) => "PendingDeletion",
            State::Gone => "",
        };
        assert_eq!(metadata["KeyState"], json!(state));
        let permanent = || self.materials.iter().filter(|material| material.role != Role::Next);
        assert_eq!(metadata["ValidTo"], json!(permanent().filter_map(|material| material.expires).min()));
        let current = permanent().find(|material| material.role == Role::Current).map(|material| &material.id);
        assert_eq!(metadata["CurrentKeyMaterialId"], json!(current));
        let mut input = self.on_key();
        input["IncludeKeyMaterial"] = json!("ALL_KEY_MATERIAL");
        let listed = self.house.ok("ListKeyRotations", &input)["Rotations"].as_array().unwrap().clone();
        let listed: Vec<_> = listed
            .iter()
            .map(|entry| (text(&entry["KeyMaterialId"]), text(&entry["KeyMaterialState"]), text(&entry["ImportState"])))
            .collect();
        let known = self.materials.iter().map(|material| {
            let role = match material.role {
                Role::Current => "CURRENT",
                Role::Former => "NON_CURRENT",
                Role::Next => "PENDING_ROTATION",
            };
            let import = if material.is_present { "IMPORTED" } else { "PENDING_IMPORT" };
            (material.id.clone(), role.to_owned(), import.to_owned())
        });
        assert_eq!(listed, known.collect::<Vec<_>>());
    }
}

proptest! {
    // Wrapping keys take their time: they are made again only when a day has passed.
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn imported_materials_come_and_go_as_the_model_says(steps in proptest::collection::vec(step(), 1..30)) {
        let mut life = Life::new();
        for step in &steps {
            life.does(step);
            life.check();
        }
    }
}
