//! Random values that hold every constraint of their shape.

use super::sample::Sampler;
use super::{MAX_DEPTH, MAX_PARTS, Maker, Place, SPREAD};
use crate::{Document, Kind, Location, Member, Range, ShapeId, Structure, Text, Value};
use base::Timestamp;
use std::collections::HashSet;

/// Deepest part of a document.
const MAX_DOCUMENT_DEPTH: usize = 3;

/// How often a text that holds both its pattern and its length is looked for.
const TRIES: usize = 64;

/// The same where the length is given.
const FEW_TRIES: usize = 8;

/// From here on, texts are all alike.
const INTERESTING: usize = 64;

/// Not every protocol has room for characters outside XML's.
const SPECIAL: [char; 16] = ['"', '\\', '<', '>', '&', '\'', '%', '+', '=', ' ', '\n', '\t', '.', 'é', '中', '😀'];

impl Maker<'_> {
    pub(super) fn any(&self, id: ShapeId, place: Place, depth: usize) -> Value {
        self.parts.set(self.parts.get() + 1);
        match &self.service.shape(id).kind {
            Kind::Structure(structure) => {
                // At least one, since forms cannot say that an empty structure is there.
                let flat = || structure.members.iter().position(|member| self.is_flat(member.shape));
                let random = || Some(self.below(structure.members.len() as u64) as usize);
                let one = if self.ends(depth) { flat() } else { random() };
                self.structure(structure, depth, |index| Some(index) == one || (!structure.union && self.below(2) == 0))
            }
            Kind::List(list) => {
                let count = self.count(list.length, depth);
                Value::List((0..count).map(|_| self.any(list.element, place.of_elements(), depth + 1)).collect())
            }
            Kind::Map(map) => Value::Map(self.map(map.key, map.value, self.count(map.length, depth), place, depth)),
            Kind::String(text) => Value::String(self.text(text, None, place).unwrap_or_default()),
            Kind::Blob(range) => Value::Blob(self.bytes(self.within(*range))),
            Kind::Boolean => Value::Bool(self.below(2) == 0),
            Kind::Integer(_) if place == Place::Status => Value::Integer(200 + self.below(100) as i64),
            Kind::Integer(range) => Value::Integer(self.number(*range, i64::from(i32::MIN), i64::from(i32::MAX))),
            Kind::Long(range) => Value::Integer(self.number(*range, i64::MIN, i64::MAX)),
            Kind::Float(range) => Value::Float(self.number(*range, -1_000_000, 1_000_000) as f64),
            // Whole seconds: not every format on the wire has room for more.
            Kind::Timestamp(_) => Value::Timestamp(Timestamp::from_millis(self.below(4_102_444_800) as i64 * 1000)),
            // JSON's null is a member that is not there.
            Kind::Document => Value::Document(match self.document(0) {
                Document::Null => Document::Bool(true),
                document => document,
            }),
        }
    }

    /// A structure with the members that are required and those that are wanted.
    pub(super) fn structure(&self, structure: &Structure, depth: usize, wanted: impl Fn(usize) -> bool) -> Value {
        let ends = self.ends(depth);
        // Where a value ends, a union still has its one member, the one that ends soonest.
        let height = |member: &Member| self.height(member.shape, MAX_DEPTH);
        let soonest = || structure.members.iter().enumerate().min_by_key(|(_, member)| height(member));
        let last = if ends && structure.union { soonest().map(|(index, _)| index) } else { None };
        let members = structure.members.iter().enumerate().map(|(index, member)| {
            let is_wanted = match (ends, structure.union) {
                (false, _) => wanted(index),
                (true, true) => last == Some(index),
                (true, false) => self.is_flat(member.shape) && wanted(index),
            };
            (member.required || is_wanted).then(|| self.any(member.shape, Place::of(member), depth + 1))
        });
        Value::Struct(members.collect())
    }

    /// As many entries as there are keys, at most `count`.
    pub(super) fn map(
        &self,
        key: ShapeId,
        value: ShapeId,
        count: usize,
        place: Place,
        depth: usize,
    ) -> Vec<(String, Value)> {
        let (mut entries, mut taken) = (Vec::new(), HashSet::new());
        // Keys must differ; where a shape has few of them, fewer entries must do.
        for _ in 0..count * 4 {
            if entries.len() == count {
                break;
            }
            let Value::String(name) = self.any(key, place.of_keys(), depth + 1) else { continue };
            if taken.insert(name.clone()) {
                entries.push((name, self.any(value, place, depth + 1)));
            }
        }
        entries
    }

    /// A text that holds its constraints, or one of `length` characters that holds all but perhaps the length. `None`
    /// where the pattern allows no such length.
    pub(super) fn text(&self, text: &Text, length: Option<usize>, place: Place) -> Option<String> {
        if !text.values.is_empty() {
            return self.one_of(&text.values).map(|value| (*value).to_owned());
        }
        let Some(pattern) = &text.pattern else {
            let least = usize::from(place != Place::Body);
            let count = length.unwrap_or_else(|| self.within(text.length).max(least));
            return Some(self.free_text(count, place));
        };
        let sampler = Sampler::of(pattern);
        let (low, high) = bounds(text.length);
        let (low, high) = (low.max(sampler.least()).max(usize::from(place == Place::Label)), high.min(sampler.most()));
        if length.is_some_and(|length| !(sampler.least()..=sampler.most()).contains(&length)) {
            return None;
        }
        (0..if length.is_some() { FEW_TRIES } else { TRIES })
            .map(|more| {
                let most = high.min(low.saturating_add(SPREAD as usize + more));
                let wanted = length.unwrap_or_else(|| self.between(low, most));
                sampler.text(self, wanted, place)
            })
            .find(|sample| {
                let count = sample.chars().count();
                length.map_or_else(|| around_holds(text.length, count), |length| length == count)
                    && pattern.matches(sample)
                    && place.carries(sample)
            })
    }

    /// Mostly letters; sometimes what escaping is for.
    fn free_text(&self, count: usize, place: Place) -> String {
        let letter = || char::from(b'a' + self.below(26) as u8);
        let text = (0..count).map(|index| match (self.below(4), place) {
            (0, Place::Body | Place::Label) => self.one_of(&SPECIAL).copied().unwrap_or('x'),
            (0, Place::Header) if index > 0 && index + 1 < count => {
                self.one_of(&[' ', ';', '=', '/', ':', '%', '+']).copied().unwrap_or('x')
            }
            _ => letter(),
        });
        let text = text.take(INTERESTING).chain(std::iter::repeat('x')).take(count).collect::<String>();
        if place.carries(&text) { text } else { "x".repeat(count) }
    }

    fn document(&self, depth: usize) -> Document {
        let parts = |maker: &Self| 0..maker.below(4);
        match self.below(if depth < MAX_DOCUMENT_DEPTH { 7 } else { 5 }) {
            0 => Document::Null,
            1 => Document::Bool(self.below(2) == 0),
            2 => Document::Integer(self.random() as i64),
            3 => Document::Float(self.below(1_000_000) as f64 + 0.5),
            4 => Document::String(self.free_text(self.below(SPREAD) as usize, Place::Body)),
            5 => Document::List(parts(self).map(|_| self.document(depth + 1)).collect()),
            _ => {
                let entry = |n| (format!("{n}{}", self.free_text(1, Place::Body)), self.document(depth + 1));
                Document::Map(parts(self).map(entry).collect())
            }
        }
    }

    /// Whether a value is deep or large enough.
    fn ends(&self, depth: usize) -> bool {
        depth >= MAX_DEPTH || self.parts.get() >= MAX_PARTS
    }

    /// What a value ends with.
    fn is_flat(&self, id: ShapeId) -> bool {
        !matches!(self.service.shape(id).kind, Kind::Structure(_) | Kind::List(_) | Kind::Map(_))
    }

    /// How deep a shape is at least, as far as `limit`.
    fn height(&self, id: ShapeId, limit: usize) -> usize {
        let Some(limit) = limit.checked_sub(1) else { return 0 };
        let of_member = |member: &Member| self.height(member.shape, limit);
        match &self.service.shape(id).kind {
            Kind::Structure(structure) if structure.union => {
                1 + structure.members.iter().map(of_member).min().unwrap_or(0)
            }
            Kind::Structure(structure) => {
                1 + structure.members.iter().filter(|member| member.required).map(of_member).max().unwrap_or(0)
            }
            Kind::List(list) if bounds(list.length).0 > 0 => 1 + self.height(list.element, limit),
            Kind::Map(map) if bounds(map.length).0 > 0 => 1 + self.height(map.value, limit),
            _ => 0,
        }
    }

    /// How many elements a list or map gets.
    fn count(&self, range: Range, depth: usize) -> usize {
        if self.ends(depth) { bounds(range).0 } else { self.within(range) }
    }

    fn within(&self, range: Range) -> usize {
        let (low, high) = bounds(range);
        self.between(low, high.min(low.saturating_add(SPREAD as usize)))
    }

    fn number(&self, range: Range, low: i64, high: i64) -> i64 {
        let (low, high) = (range.min.unwrap_or(low).max(low), range.max.unwrap_or(high).min(high));
        let span = high.abs_diff(low);
        let offset = if span == u64::MAX { self.random() } else { self.below(span + 1) };
        low.wrapping_add(offset as i64)
    }

    pub(super) fn bytes(&self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.rng.fill(&mut bytes);
        bytes
    }
}

impl Place {
    pub(super) fn of(member: &Member) -> Self {
        match member.location {
            // A member may travel in the host name and elsewhere too.
            _ if member.host_label => Self::Host,
            Location::Body | Location::Query => Self::Body,
            Location::Header | Location::Headers => Self::Header,
            Location::Uri => Self::Label,
            Location::Status => Self::Status,
        }
    }

    /// A list in a header is joined with commas, which its elements must not have.
    pub(super) fn of_elements(self) -> Self {
        if self == Self::Header { Self::Element } else { self }
    }

    /// A map in headers has its keys in their names.
    pub(super) fn of_keys(self) -> Self {
        if self == Self::Header { Self::HeaderName } else { self }
    }

    /// Whether a character can be anywhere in such a text.
    pub(super) fn has(self, char: char) -> bool {
        match self {
            Self::Body | Self::Status => true,
            Self::Header => char.is_ascii_graphic(),
            Self::Element => char.is_ascii_graphic() && !matches!(char, ',' | '"'),
            Self::Label => char != '/',
            Self::Host => char.is_ascii_alphanumeric() || char == '-',
            // Upper case would not survive.
            Self::HeaderName => char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-',
        }
    }

    /// Whether a text can travel there unchanged.
    pub(super) fn carries(self, text: &str) -> bool {
        match self {
            Self::Body | Self::Status => true,
            Self::Header => text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && text.trim() == text,
            Self::Label => !text.is_empty() && !text.split('/').any(|step| matches!(step, "" | "." | "..")),
            Self::Element | Self::Host | Self::HeaderName => text.chars().all(|char| self.has(char)),
        }
    }
}

/// Lengths as numbers that one can count to.
pub(super) fn bounds(range: Range) -> (usize, usize) {
    let count = |bound: Option<i64>| bound.map(|bound| usize::try_from(bound).unwrap_or(0));
    (count(range.min).unwrap_or(0), count(range.max).unwrap_or(usize::MAX))
}

pub(super) fn around_holds(range: Range, count: usize) -> bool {
    let (low, high) = bounds(range);
    (low..=high).contains(&count)
}
