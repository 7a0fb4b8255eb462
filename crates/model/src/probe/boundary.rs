//! Values on either side of every boundary.

use super::random::{around_holds, bounds};
use super::{MAX_DEPTH, MAX_PARTS, Maker, Place, Probe};
use crate::{Kind, List, Map, Pattern, Range, ShapeId, Structure, Text, Value};

/// Longest text and blob that is made. The few bounds beyond it are larger than any request, or far too slow to try.
const MAX_LENGTH: usize = 1 << 20;

/// Longest list and map.
const MAX_COUNT: usize = 1 << 10;

/// Texts that few patterns allow, the most portable first.
const STRANGE: [&str; 8] = ["!", "a", "~", " ", "é", "\u{3000}", "\n", "\u{1}"];

impl Maker<'_> {
    pub(super) fn boundaries(&self, id: ShapeId, place: Place, depth: usize) -> Vec<Probe> {
        let shape = self.service.shape(id);
        let is_large = matches!(shape.kind, Kind::Structure(_) | Kind::List(_) | Kind::Map(_));
        if is_large && (depth >= MAX_DEPTH || !self.seen.borrow_mut().insert(id)) {
            return Vec::new();
        }
        // What stands around a probe is as small as can be.
        self.parts.set(MAX_PARTS);
        let plain = |value: Value, is_valid: bool, what: String| Probe { value, is_valid, what };
        match &shape.kind {
            Kind::Structure(structure) => self.around_members(structure, depth),
            Kind::List(list) => self.around_list(list, place, depth),
            Kind::Map(map) => self.around_map(map, place, depth),
            Kind::String(text) => self.around_text(text, place),
            Kind::Blob(range) => around(*range, MAX_LENGTH)
                .map(|(count, is_valid)| plain(Value::Blob(self.bytes(count)), is_valid, format!("length {count}")))
                .collect(),
            Kind::Integer(range) | Kind::Long(range) => numbers_around(*range)
                .map(|(number, is_valid)| plain(Value::Integer(number), is_valid, format!("value {number}")))
                .collect(),
            Kind::Float(range) => numbers_around(*range)
                .map(|(number, is_valid)| plain(Value::Float(number as f64), is_valid, format!("value {number}")))
                .collect(),
            Kind::Boolean | Kind::Timestamp(_) | Kind::Document => {
                vec![plain(self.any(id, place, depth), true, "any".to_owned())]
            }
        }
    }

    fn around_members(&self, structure: &Structure, depth: usize) -> Vec<Probe> {
        let mut probes = Vec::new();
        for (index, member) in structure.members.iter().enumerate() {
            let mut with = |inner: Option<Value>, is_valid: bool, what: &str| {
                let Value::Struct(mut members) = self.structure(structure, depth, |_| false) else { return };
                if structure.union {
                    members.fill(None);
                }
                if let Some(slot) = members.get_mut(index) {
                    *slot = inner;
                }
                probes.push(Probe { value: Value::Struct(members), is_valid, what: format!("{}.{what}", member.name) });
            };
            if member.required {
                with(None, false, "absent");
            }
            for Probe { value, is_valid, what } in self.boundaries(member.shape, Place::of(member), depth + 1) {
                with(Some(value), is_valid, &what);
            }
        }
        probes
    }

    fn around_list(&self, list: &List, place: Place, depth: usize) -> Vec<Probe> {
        let place = place.of_elements();
        let mut probes = Vec::new();
        for (count, is_valid) in around(list.length, MAX_COUNT) {
            let elements = vec![self.any(list.element, place, depth + 1); count];
            probes.push(Probe { value: Value::List(elements), is_valid, what: format!("length {count}") });
        }
        let least = bounds(list.length).0.max(1);
        for Probe { value, is_valid, what } in self.boundaries(list.element, place, depth + 1) {
            let mut elements = vec![self.any(list.element, place, depth + 1); least - 1];
            elements.push(value);
            probes.push(Probe { value: Value::List(elements), is_valid, what: format!("element {what}") });
        }
        probes
    }

    fn around_map(&self, map: &Map, place: Place, depth: usize) -> Vec<Probe> {
        let mut probes = Vec::new();
        for (count, is_valid) in around(map.length, MAX_COUNT) {
            let entries = self.map(map.key, map.value, count, place, depth);
            // A shape may not have so many keys.
            if entries.len() == count {
                probes.push(Probe { value: Value::Map(entries), is_valid, what: format!("length {count}") });
            }
        }
        let spare = bounds(map.length).0.saturating_sub(1);
        let with = |key: String, value: Value| {
            let mut entries = self.map(map.key, map.value, spare, place, depth);
            entries.retain(|(taken, _)| *taken != key);
            entries.push((key, value));
            Value::Map(entries)
        };
        for Probe { value: key, is_valid, what } in self.boundaries(map.key, place.of_keys(), depth + 1) {
            let Value::String(key) = key else { continue };
            let value = with(key, self.any(map.value, place, depth + 1));
            probes.push(Probe { value, is_valid, what: format!("key {what}") });
        }
        for Probe { value, is_valid, what } in self.boundaries(map.value, place, depth + 1) {
            let Value::String(key) = self.any(map.key, place.of_keys(), depth + 1) else { continue };
            probes.push(Probe { value: with(key, value), is_valid, what: format!("value {what}") });
        }
        probes
    }

    fn around_text(&self, text: &Text, place: Place) -> Vec<Probe> {
        let mut probes = Vec::new();
        let mut put = |text: &str, is_valid: bool, what: String| {
            probes.push(Probe { value: Value::String(text.to_owned()), is_valid, what });
        };
        if !text.values.is_empty() {
            text.values.iter().for_each(|value| put(value, true, format!("value {value}")));
            put("NO_SUCH_VALUE", false, "foreign value".to_owned());
            return probes;
        }
        for (count, is_valid) in around(text.length, MAX_LENGTH) {
            if let Some(sample) = self.text(text, Some(count), place).filter(|sample| place.carries(sample)) {
                put(&sample, is_valid, format!("length {count}"));
            }
        }
        let least = bounds(text.length).0.max(1);
        let refused = |pattern: &Pattern| {
            let strange = STRANGE.map(|char| char.repeat(least));
            strange.into_iter().find(|text| place.carries(text) && !pattern.matches(text))
        };
        if let Some(sample) = text.pattern.as_ref().and_then(refused) {
            put(&sample, false, "pattern".to_owned());
        }
        probes
    }
}

/// Lengths at n−1, n and n+1 of both bounds, and whether they hold.
fn around(range: Range, most: usize) -> impl Iterator<Item = (usize, bool)> {
    let counts = numbers_around(range).filter_map(|(count, _)| usize::try_from(count).ok());
    counts.filter(move |count| *count <= most).map(move |count| (count, around_holds(range, count)))
}

fn numbers_around(range: Range) -> impl Iterator<Item = (i64, bool)> {
    let bounds = [range.min, range.max].into_iter().flatten();
    let mut numbers = bounds.flat_map(|bound| [bound - 1, bound, bound + 1]).collect::<Vec<_>>();
    numbers.sort_unstable();
    numbers.dedup();
    let holds =
        move |number: i64| range.min.is_none_or(|min| number >= min) && range.max.is_none_or(|max| number <= max);
    numbers.into_iter().map(move |number| (number, holds(number)))
}
