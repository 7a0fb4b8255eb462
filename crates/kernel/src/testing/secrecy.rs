//! Looks for secrets wherever a house writes.
//!
//! What a model marks, in the inputs that a walk sends and in the answers that it gets, is looked for in the audit log in
//! clear, the engine's bytes, the error texts, the denials with their explanations, the metrics and every trace. An
//! operation needs no line here: what its shapes mark is what is looked for.

use super::{Answer, House};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use model::{Kind, Sensitivity, ShapeId};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use store::KeyRange;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What is shorter may be written by chance.
const MIN_LENGTH: usize = 8;

/// Services whose marks are for what is personal (names, and whatever stands beside them), not for secrets.
const WITHOUT_SECRETS: [&str; 1] = ["organizations"];

/// The secrets of a walk, and the texts that came back to callers.
#[derive(Default)]
pub(super) struct Ledger {
    /// Every form of a secret, with the member that it was in.
    needles: BTreeMap<String, String>,
    /// Errors, with the operation that answered so.
    errors: Vec<(String, String)>,
}

impl Ledger {
    /// Begins; from now on traces are kept.
    pub(super) fn new() -> Self {
        static ONCE: Once = Once::new();
        // A binary that has a subscriber of its own keeps it, and is not looked at here.
        ONCE.call_once(|| _ = tracing::subscriber::set_global_default(Everything(AtomicU64::new(1))));
        Self::default()
    }

    /// Takes down what a call said and was told.
    pub(super) fn note(&mut self, service: &str, operation: &str, input: &Value, answer: &Answer) {
        let table = model::services().by_name(service).expect("a service");
        let known = table.operation(operation).filter(|_| !WITHOUT_SECRETS.contains(&service));
        let Some(known) = known else { return };
        if let Some(shape) = known.input {
            self.collect(table, shape, input, &format!("the input of {operation}"), false);
        }
        match known.output {
            Some(shape) if answer.status == 200 => {
                self.collect(table, shape, &answer.json(), &format!("the output of {operation}"), false);
            }
            _ if answer.status != 200 => self.errors.push((operation.to_owned(), answer.body.clone())),
            _ => {}
        }
    }

    fn collect(&mut self, table: &model::Service, shape: ShapeId, value: &Value, place: &str, is_marked: bool) {
        let shape = table.shape(shape);
        let is_marked = is_marked || shape.sensitivity != Sensitivity::Public;
        match (&shape.kind, value) {
            (Kind::Structure(structure), Value::Object(members)) => {
                for member in &structure.members {
                    if let Some(value) = members.get(member.name) {
                        self.collect(table, member.shape, value, &format!("{place}, {}", member.name), is_marked);
                    }
                }
            }
            (Kind::List(list), Value::Array(elements)) => {
                elements.iter().for_each(|element| self.collect(table, list.element, element, place, is_marked));
            }
            (Kind::Map(map), Value::Object(entries)) => {
                entries.values().for_each(|entry| self.collect(table, map.value, entry, place, is_marked));
            }
            (Kind::Blob(_), Value::String(text)) if is_marked => {
                if let Ok(bytes) = BASE64_STANDARD.decode(text) {
                    self.hide(&bytes, place);
                }
            }
            (Kind::String(_), Value::String(text)) if is_marked => self.hide(text.as_bytes(), place),
            _ => {}
        }
    }

    /// Remembers every form in which bytes may be written.
    fn hide(&mut self, bytes: &[u8], place: &str) {
        if bytes.len() < MIN_LENGTH {
            return;
        }
        let coded = BASE64_STANDARD.encode(bytes).trim_end_matches('=').to_owned();
        let url = coded.replace('+', "-").replace('/', "_");
        let hex = base::hex(bytes);
        let list = format!("{bytes:?}");
        let list = list.trim_matches(['[', ']']).to_owned();
        for form in [byte_by_byte(bytes), coded, url, hex.to_uppercase(), hex, list] {
            self.needles.entry(form).or_insert_with(|| place.to_owned());
        }
    }

    /// Looks for all of it in everything that was written until now.
    ///
    /// # Panics
    /// When a secret is found, naming it by its place.
    pub(super) fn check(&self, house: &House) {
        house.records();
        house.kernel.keep_notes().expect("notes are kept");
        let mut records = house.log.tail(usize::MAX).expect("the log").concat();
        records.extend(house.log.tail_strangers(usize::MAX).expect("the log of strangers"));
        let all = KeyRange { start: Vec::new(), end: vec![0xff; 64] };
        let entries = house.engine.snapshot().and_then(|mut all_of_it| all_of_it.range(&all, usize::MAX));
        let stored = entries.expect("all entries").iter().fold(String::new(), |mut text, entry| {
            text.extend([byte_by_byte(&entry.key), byte_by_byte(&entry.value)]);
            text
        });
        let errors = self.errors.iter().fold(String::new(), |text, (operation, body)| text + operation + body);
        let denials = format!("{:?}", house.kernel.denials(usize::MAX));
        let metrics = house.kernel.metrics().ok().expect("metrics");
        let usage = format!("{:?}", house.kernel.usage().read());
        tracing::trace!("the walk ends");
        let traces = TRACES.lock().unwrap_or_else(PoisonError::into_inner).clone();
        assert!(traces.contains("the walk ends"), "traces are not kept");
        for (where_to, text) in [
            ("the audit log", &records),
            ("the store", &stored),
            ("an error", &errors),
            ("a denial", &denials),
            ("the metrics", &metrics),
            ("the usage", &usage),
            ("a trace", &traces),
        ] {
            for (needle, place) in &self.needles {
                assert!(!text.contains(needle), "{where_to} holds what is secret in {place}: {needle:?}");
            }
        }
    }
}

/// One character for each byte, so that bytes can be looked for in bytes as in a text.
fn byte_by_byte(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

static TRACES: Mutex<String> = Mutex::new(String::new());

/// Keeps every trace of every level.
struct Everything(AtomicU64);

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(span.metadata().name().to_owned());
        span.record(&mut line);
        line.keep();
        Id::from_u64(self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        line.keep();
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        line.keep();
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Line {
    fn keep(self) {
        let mut traces = TRACES.lock().unwrap_or_else(PoisonError::into_inner);
        traces.extend([self.0.as_str(), "\n"]);
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        // Writing to a String cannot fail.
        _ = write!(self.0, " {}={value}", field.name());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        _ = write!(self.0, " {}={value:?}", field.name());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use store::{Batch, Marker, ReadSet};

    const SECRET: &[u8] = b"\xffwhat nobody may read>";

    /// Whether a house in which `leak` happens is found to leak.
    fn is_found(leak: impl Fn(&House, &mut Ledger)) -> bool {
        let house = House::new(Vec::new());
        let mut ledger = Ledger::new();
        ledger.hide(SECRET, "a test");
        leak(&house, &mut ledger);
        catch_unwind(AssertUnwindSafe(|| ledger.check(&house))).is_err()
    }

    #[test]
    fn a_secret_is_found_in_every_form_and_in_errors_the_store_and_traces() {
        assert!(!is_found(|_, _| ()));
        let (hex, coded) = (base::hex(SECRET), BASE64_STANDARD.encode(SECRET));
        let url = coded.replace('+', "-").replace('/', "_");
        for form in [hex.to_uppercase(), hex, url, coded, format!("{SECRET:?}")] {
            assert!(is_found(|_, ledger| ledger.errors.push(("Operation".to_owned(), form.clone()))), "{form}");
        }
        assert!(is_found(|house, _| {
            let writes = BTreeMap::from([(b"key".to_vec(), Some([b"before", SECRET, b"after"].concat()))]);
            let marker = Marker(base::Uuid::random(house.kernel.rng().as_ref()));
            let batch = Batch { reads: ReadSet::default(), writes, marker };
            house.engine.snapshot().expect("a snapshot").commit(batch).wait_blocking().expect("a commit");
        }));
        // Last, since traces of all houses of the process are kept together.
        assert!(is_found(|_, _| tracing::debug!(bytes = ?SECRET, "a leak")));
    }
}
