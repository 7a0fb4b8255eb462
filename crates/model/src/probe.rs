//! Values made from the tables: random valid ones, and those on either side of every boundary.
//!
//! For round trips, fuzzing and the conformance tests of every service. Guarantees: [`any`] holds every constraint of
//! its shape; each of [`boundaries`] breaks none, or exactly one.

use crate::{Document, Kind, Pattern, Range, Service, ShapeId, Structure, Text, Value};
use base::{Rng, Timestamp};
use regex_syntax::hir::{Class, Hir, HirKind};

/// A value on a boundary.
pub struct Probe {
    /// A whole value of the shape asked for.
    pub value: Value,
    /// Whether it holds every constraint.
    pub is_valid: bool,
    /// Which boundary: `Tags.TagKey length 128`.
    pub what: String,
}

/// Deepest structure that is filled; recursive shapes end there.
const MAX_DEPTH: usize = 8;

/// Deepest part of a document.
const MAX_DOCUMENT_DEPTH: usize = 3;

/// Most elements that a random list or map gets beyond its minimum, and most characters that a random text gets.
const SPREAD: u64 = 12;

/// A random value that holds every constraint of the shape. Optional members come and go.
pub fn any(service: &Service, shape: ShapeId, rng: &dyn Rng) -> Value {
    Maker { service, rng }.any(shape, 0)
}

/// Values at n−1, n and n+1 of every length and range, every value of an enum and a foreign one, a text that a pattern
/// refuses, and each required member left out: at every depth, one at a time.
pub fn boundaries(service: &Service, shape: ShapeId, rng: &dyn Rng) -> Vec<Probe> {
    Maker { service, rng }.boundaries(shape, 0)
}

struct Maker<'a> {
    service: &'a Service,
    rng: &'a dyn Rng,
}

impl Maker<'_> {
    fn any(&self, id: ShapeId, depth: usize) -> Value {
        match &self.service.shape(id).kind {
            Kind::Structure(structure) => {
                // At least one, since forms cannot say that an empty structure is there.
                let one = self.below(structure.members.len() as u64) as usize;
                self.structure(structure, depth, |index| index == one || (!structure.union && self.below(2) == 0))
            }
            Kind::List(list) => {
                let count = if depth < MAX_DEPTH { self.within(list.length) } else { 0 };
                Value::List((0..count).map(|_| self.any(list.element, depth + 1)).collect())
            }
            Kind::Map(map) => {
                let count = if depth < MAX_DEPTH { self.within(map.length) } else { 0 };
                self.map(map.key, map.value, count, depth)
            }
            Kind::String(text) => Value::String(self.text(text, None).unwrap_or_default()),
            Kind::Blob(range) => Value::Blob(self.bytes(self.within(*range))),
            Kind::Boolean => Value::Bool(self.below(2) == 0),
            Kind::Integer(range) => Value::Integer(self.number(*range, i64::from(i32::MIN), i64::from(i32::MAX))),
            Kind::Long(range) => Value::Integer(self.number(*range, i64::MIN, i64::MAX)),
            Kind::Float(range) => Value::Float(self.number(*range, -1_000_000, 1_000_000) as f64),
            // Whole seconds: not every format on the wire has room for more.
            Kind::Timestamp(_) => Value::Timestamp(Timestamp::from_millis(self.below(4_102_444_800) as i64 * 1000)),
            Kind::Document => Value::Document(self.document(0)),
        }
    }

    fn document(&self, depth: usize) -> Document {
        let parts = |maker: &Self| 0..maker.below(4);
        match self.below(if depth < MAX_DOCUMENT_DEPTH { 7 } else { 5 }) {
            0 => Document::Null,
            1 => Document::Bool(self.below(2) == 0),
            2 => Document::Integer(self.random() as i64),
            3 => Document::Float(self.below(1_000_000) as f64 + 0.5),
            4 => Document::String(self.free_text()),
            5 => Document::List(parts(self).map(|_| self.document(depth + 1)).collect()),
            _ => {
                Document::Map(parts(self).map(|n| (format!("{n}{}", self.char()), self.document(depth + 1))).collect())
            }
        }
    }

    fn free_text(&self) -> String {
        (0..self.below(SPREAD)).map(|_| self.char()).collect()
    }

    fn structure(&self, structure: &Structure, depth: usize, wanted: impl Fn(usize) -> bool) -> Value {
        let members = structure.members.iter().enumerate().map(|(index, member)| {
            (member.required || if depth < MAX_DEPTH { wanted(index) } else { self.is_flat(member.shape) })
                .then(|| self.any(member.shape, depth + 1))
        });
        Value::Struct(members.collect())
    }

    /// What the deepest structures are filled with.
    fn is_flat(&self, id: ShapeId) -> bool {
        !matches!(self.service.shape(id).kind, Kind::Structure(_) | Kind::List(_) | Kind::Map(_))
    }

    fn map(&self, key: ShapeId, value: ShapeId, count: usize, depth: usize) -> Value {
        let mut entries: Vec<(String, Value)> = Vec::new();
        // Keys must differ; where a shape has few of them, fewer entries must do.
        for _ in 0..count * 4 {
            let Value::String(name) = self.any(key, depth + 1) else { continue };
            if entries.len() < count && entries.iter().all(|(taken, _)| *taken != name) {
                entries.push((name, self.any(value, depth + 1)));
            }
        }
        Value::Map(entries)
    }

    fn boundaries(&self, id: ShapeId, depth: usize) -> Vec<Probe> {
        let mut probes = Vec::new();
        let mut put = |value: Value, is_valid: bool, what: String| probes.push(Probe { value, is_valid, what });
        match &self.service.shape(id).kind {
            Kind::Structure(structure) if depth < MAX_DEPTH => {
                let only_required = || match self.structure(structure, depth, |index| structure.union && index == 0) {
                    Value::Struct(members) => members,
                    _ => Vec::new(),
                };
                for (index, member) in structure.members.iter().enumerate() {
                    let mut with = |inner: Option<Value>, is_valid: bool, what: String| {
                        let mut members = only_required();
                        if structure.union {
                            members.fill(None);
                        }
                        if let Some(slot) = members.get_mut(index) {
                            *slot = inner;
                        }
                        put(Value::Struct(members), is_valid, format!("{}.{what}", member.name));
                    };
                    if member.required {
                        with(None, false, "absent".to_owned());
                    }
                    for Probe { value, is_valid, what } in self.boundaries(member.shape, depth + 1) {
                        with(Some(value), is_valid, what);
                    }
                }
            }
            Kind::List(list) if depth < MAX_DEPTH => {
                let fill = |count: usize| (0..count).map(|_| self.any(list.element, depth + 1)).collect::<Vec<_>>();
                for (count, is_valid) in around(list.length) {
                    put(Value::List(fill(count)), is_valid, format!("length {count}"));
                }
                let least = usize::try_from(list.length.min.unwrap_or(0)).unwrap_or(0).max(1);
                for Probe { value, is_valid, what } in self.boundaries(list.element, depth + 1) {
                    let mut elements = fill(least);
                    elements.pop();
                    elements.push(value);
                    put(Value::List(elements), is_valid, format!("element {what}"));
                }
            }
            Kind::Map(map) if depth < MAX_DEPTH => {
                for Probe { value: key, is_valid, what } in self.boundaries(map.key, depth + 1) {
                    let Value::String(key) = key else { continue };
                    put(Value::Map(vec![(key, self.any(map.value, depth + 1))]), is_valid, format!("key {what}"));
                }
                for Probe { value, is_valid, what } in self.boundaries(map.value, depth + 1) {
                    let Value::String(key) = self.any(map.key, depth + 1) else { continue };
                    put(Value::Map(vec![(key, value)]), is_valid, format!("value {what}"));
                }
            }
            Kind::String(text) => {
                for value in &text.values {
                    put(Value::String((*value).to_owned()), true, format!("value {value}"));
                }
                if !text.values.is_empty() {
                    put(Value::String("NO_SUCH_VALUE".to_owned()), false, "foreign value".to_owned());
                    return probes;
                }
                for (count, is_valid) in around(text.length) {
                    if let Some(sample) = self.text(text, Some(count)) {
                        put(Value::String(sample), is_valid, format!("length {count}"));
                    }
                }
                let least = usize::try_from(text.length.min.unwrap_or(0)).unwrap_or(0).max(1);
                let refused = |pattern: &Pattern| {
                    ["\u{1}", "é", "\u{3000}"]
                        .map(|char| char.repeat(least))
                        .into_iter()
                        .find(|text| !pattern.matches(text))
                };
                if let Some(sample) = text.pattern.as_ref().and_then(refused) {
                    put(Value::String(sample), false, "pattern".to_owned());
                }
            }
            Kind::Blob(range) => {
                for (count, is_valid) in around(*range) {
                    put(Value::Blob(self.bytes(count)), is_valid, format!("length {count}"));
                }
            }
            Kind::Integer(range) | Kind::Long(range) => {
                for (number, is_valid) in numbers_around(*range) {
                    put(Value::Integer(number), is_valid, format!("value {number}"));
                }
            }
            Kind::Float(range) => {
                for (number, is_valid) in numbers_around(*range) {
                    put(Value::Float(number as f64), is_valid, format!("value {number}"));
                }
            }
            _ => put(self.any(id, depth), true, "any".to_owned()),
        }
        probes
    }

    /// A text that holds its constraints, or one of `length` characters that holds all but perhaps the length. `None`
    /// where the pattern allows no such length.
    fn text(&self, text: &Text, length: Option<usize>) -> Option<String> {
        if !text.values.is_empty() {
            return text.values.get(self.below(text.values.len() as u64) as usize).map(|value| (*value).to_owned());
        }
        let wanted = length.unwrap_or_else(|| self.within(text.length));
        let Some(pattern) = &text.pattern else {
            return Some((0..wanted).map(|_| self.char()).collect());
        };
        let tries = (0..64).map(|more| if length.is_some() { wanted } else { wanted + more });
        tries.map(|wanted| self.sample(pattern, wanted)).find(|sample| {
            let count = sample.chars().count();
            let fits = match length {
                Some(length) => count == length,
                None => around_holds(text.length, count),
            };
            fits && pattern.matches(sample)
        })
    }

    /// A text for a pattern, as near to `wanted` characters as one repetition can bring it.
    fn sample(&self, pattern: &Pattern, wanted: usize) -> String {
        let Ok(hir) = regex_syntax::parse(&pattern.meaning()) else { return String::new() };
        let mut least = String::new();
        self.walk(&hir, &mut 0, &mut least);
        let mut extra = wanted.saturating_sub(least.chars().count());
        let mut out = String::new();
        self.walk(&hir, &mut extra, &mut out);
        out
    }

    fn walk(&self, hir: &Hir, extra: &mut usize, out: &mut String) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
            HirKind::Class(Class::Unicode(class)) => {
                let ranges = class.ranges();
                if let Some(range) = ranges.get(self.below(ranges.len() as u64) as usize) {
                    let (start, end) = (u32::from(range.start()), u32::from(range.end()));
                    let code = start + self.below(u64::from(end - start) + 1) as u32;
                    out.push(char::from_u32(code).unwrap_or(range.start()));
                }
            }
            HirKind::Class(Class::Bytes(class)) => {
                out.extend(class.ranges().first().map(|range| char::from(range.start())))
            }
            HirKind::Capture(capture) => self.walk(&capture.sub, extra, out),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.walk(part, extra, out)),
            HirKind::Alternation(branches) => {
                // The first, so that both walks of a sample agree on the length.
                branches.iter().take(1).for_each(|branch| self.walk(branch, extra, out));
            }
            HirKind::Repetition(repetition) => {
                let mut times = repetition.min as usize;
                if matches!(repetition.sub.kind(), HirKind::Class(_) | HirKind::Literal(_)) {
                    let room = repetition.max.map_or(usize::MAX, |max| max as usize) - times;
                    let more = room.min(*extra);
                    *extra -= more;
                    times += more;
                }
                (0..times).for_each(|_| self.walk(&repetition.sub, extra, out));
            }
        }
    }

    /// Mostly letters; sometimes what escaping is for.
    fn char(&self) -> char {
        const SPECIAL: [char; 16] =
            ['"', '\\', '<', '>', '&', '\'', '%', '+', '=', ' ', '\n', '\t', '.', 'é', '中', '😀'];
        match self.below(4) {
            0 => SPECIAL.get(self.below(16) as usize).copied().unwrap_or('x'),
            _ => char::from(b'a' + self.below(26) as u8),
        }
    }

    fn within(&self, range: Range) -> usize {
        let least = range.min.unwrap_or(0).max(0) as u64;
        let most = range.max.map_or(u64::MAX, |max| max as u64).min(least + SPREAD);
        (least + self.below(most - least + 1)) as usize
    }

    fn number(&self, range: Range, low: i64, high: i64) -> i64 {
        let (low, high) = (range.min.unwrap_or(low).max(low), range.max.unwrap_or(high).min(high));
        let span = high.abs_diff(low);
        let offset = if span == u64::MAX { self.random() } else { self.below(span + 1) };
        low.wrapping_add(offset as i64)
    }

    fn bytes(&self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.rng.fill(&mut bytes);
        bytes
    }

    fn below(&self, bound: u64) -> u64 {
        self.random() % bound.max(1)
    }

    fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        self.rng.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

fn around_holds(range: Range, count: usize) -> bool {
    i64::try_from(count)
        .is_ok_and(|count| range.min.is_none_or(|min| count >= min) && range.max.is_none_or(|max| count <= max))
}

/// Lengths at n−1, n and n+1 of both bounds, and whether they hold.
fn around(range: Range) -> Vec<(usize, bool)> {
    let mut counts = [range.min, range.max]
        .into_iter()
        .flatten()
        .flat_map(|bound| [bound - 1, bound, bound + 1])
        .collect::<Vec<_>>();
    counts.sort_unstable();
    counts.dedup();
    counts
        .into_iter()
        .filter_map(|count| usize::try_from(count).ok())
        .map(|count| (count, around_holds(range, count)))
        .collect()
}

fn numbers_around(range: Range) -> Vec<(i64, bool)> {
    let mut numbers = [range.min, range.max]
        .into_iter()
        .flatten()
        .flat_map(|bound| [bound - 1, bound, bound + 1])
        .collect::<Vec<_>>();
    numbers.sort_unstable();
    numbers.dedup();
    let holds = |number: i64| range.min.is_none_or(|min| number >= min) && range.max.is_none_or(|max| number <= max);
    numbers.into_iter().map(|number| (number, holds(number))).collect()
}
