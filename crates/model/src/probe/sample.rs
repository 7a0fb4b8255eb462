//! Texts for patterns.
//!
//! A pattern is taken apart once into parts that know how long they can be; a text of a wanted length is then put
//! together from the top. What lengths alone cannot say (anchors inside, repetitions of a fixed length, what an override
//! forbids) is left to the caller, who tries again.

use super::{Maker, Place};
use crate::Pattern;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// More repetitions of a class than this are all of one character.
const LONG: usize = 64;

thread_local! {
    static SAMPLERS: RefCell<HashMap<&'static str, Rc<Sampler>>> = RefCell::default();
}

/// Makes texts for one pattern.
pub(super) struct Sampler(Part);

impl Sampler {
    pub(super) fn of(pattern: &Pattern) -> Rc<Self> {
        SAMPLERS.with_borrow_mut(|samplers| {
            let made = samplers.entry(pattern.source()).or_insert_with(|| {
                let nothing = || Part::text(String::new());
                Rc::new(Self(regex_syntax::parse(&pattern.meaning()).map_or_else(|_| nothing(), |hir| Part::of(&hir))))
            });
            Rc::clone(made)
        })
    }

    /// The shortest text, in characters.
    pub(super) fn least(&self) -> usize {
        self.0.least
    }

    /// The longest text.
    pub(super) fn most(&self) -> usize {
        self.0.most
    }

    /// A text of about `wanted` characters.
    pub(super) fn text(&self, maker: &Maker<'_>, wanted: usize, place: Place) -> String {
        let mut out = String::new();
        self.0.write(maker, wanted, place, &mut out);
        out
    }
}

/// A part of a pattern, and how many characters it can have.
struct Part {
    kind: PartKind,
    least: usize,
    most: usize,
}

enum PartKind {
    Text(String),
    /// Pleasant characters, and all others.
    Class(Vec<char>, Vec<(char, char)>),
    Concat(Vec<Part>),
    Choice(Vec<Part>),
    /// A part so many times.
    Repeat(Box<Part>, usize, usize),
}

impl Part {
    fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::text(String::new()),
            HirKind::Literal(literal) => Self::text(String::from_utf8_lossy(&literal.0).into_owned()),
            HirKind::Class(class) => Self::class(class),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Concat(parts) => {
                let parts = parts.iter().map(Self::of).collect::<Vec<_>>();
                let least = parts.iter().map(|part| part.least).sum();
                let most = parts.iter().fold(0, |sum: usize, part| sum.saturating_add(part.most));
                Self { kind: PartKind::Concat(parts), least, most }
            }
            HirKind::Alternation(branches) => {
                let branches = branches.iter().map(Self::of).collect::<Vec<_>>();
                let least = branches.iter().map(|part| part.least).min().unwrap_or(0);
                let most = branches.iter().map(|part| part.most).max().unwrap_or(0);
                Self { kind: PartKind::Choice(branches), least, most }
            }
            HirKind::Repetition(repetition) => {
                let part = Self::of(&repetition.sub);
                let (min, max) = (repetition.min as usize, repetition.max.map_or(usize::MAX, |max| max as usize));
                let (least, most) = (part.least.saturating_mul(min), part.most.saturating_mul(max));
                Self { kind: PartKind::Repeat(Box::new(part), min, max), least, most }
            }
        }
    }

    fn text(text: String) -> Self {
        let length = text.chars().count();
        Self { kind: PartKind::Text(text), least: length, most: length }
    }

    fn class(class: &Class) -> Self {
        let ranges = match class {
            Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
            Class::Bytes(class) => {
                class.ranges().iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect()
            }
        };
        let ranges: Vec<(char, char)> = ranges;
        let has = |char: &char| ranges.iter().any(|(start, end)| (start..=end).contains(&char));
        let pleasant = (' '..='~').chain(['é', '中', '😀']).filter(has).collect();
        Self { kind: PartKind::Class(pleasant, ranges), least: 1, most: 1 }
    }

    fn write(&self, maker: &Maker<'_>, wanted: usize, place: Place, out: &mut String) {
        match &self.kind {
            PartKind::Text(text) => out.push_str(text),
            PartKind::Class(pleasant, ranges) => out.extend(character(maker, pleasant, ranges, place)),
            PartKind::Concat(parts) => shared(maker, parts.iter(), wanted, place, out),
            PartKind::Choice(branches) => {
                let able =
                    branches.iter().filter(|part| (part.least..=part.most).contains(&wanted)).collect::<Vec<_>>();
                let chosen = maker.one_of(&able).copied().or_else(|| maker.one_of(branches));
                if let Some(chosen) = chosen {
                    chosen.write(maker, wanted, place, out);
                }
            }
            PartKind::Repeat(part, min, max) => {
                // So often that the parts together can have the length.
                let fewest = if part.most == 0 { 0 } else { wanted.div_ceil(part.most) };
                let fewest = fewest.clamp(*min, *max);
                let most = wanted.checked_div(part.least).unwrap_or(fewest).clamp(fewest, *max);
                let times = maker.between(fewest, most);
                if let (PartKind::Class(pleasant, ranges), true) = (&part.kind, times > LONG) {
                    // A whole text of one character is made and matched much faster.
                    let char = character(maker, pleasant, ranges, place);
                    return char.into_iter().for_each(|char| out.extend(std::iter::repeat_n(char, times)));
                }
                shared(maker, std::iter::repeat_n(part.as_ref(), times), wanted, place, out);
            }
        }
    }
}

/// Writes parts one after the other, the wanted length shared among them by chance.
fn shared<'p>(
    maker: &Maker<'_>,
    parts: impl Iterator<Item = &'p Part> + Clone,
    wanted: usize,
    place: Place,
    out: &mut String,
) {
    let least: usize = parts.clone().map(|part| part.least).sum();
    let mut extra = wanted.saturating_sub(least);
    let room = |part: &Part| part.most - part.least;
    let mut room_after = parts.clone().fold(0, |sum: usize, part| sum.saturating_add(room(part)));
    for part in parts {
        // Once past counting, the room stays unbounded until the last such part.
        room_after = if room_after == usize::MAX && room(part) < usize::MAX / 2 {
            room_after
        } else {
            room_after.saturating_sub(room(part))
        };
        let most = room(part).min(extra);
        let given = maker.between(extra.saturating_sub(room_after).min(most), most);
        extra -= given;
        part.write(maker, part.least + given, place, out);
    }
}

/// One character of a class: mostly one that any protocol can carry.
fn character(maker: &Maker<'_>, pleasant: &[char], ranges: &[(char, char)], place: Place) -> Option<char> {
    let able = pleasant.iter().filter(|char| place.has(**char)).collect::<Vec<_>>();
    if let Some(char) = maker.one_of(&able) {
        return Some(**char);
    }
    let (start, end) = *maker.one_of(ranges)?;
    let code = maker.between(start as usize, end as usize);
    Some(u32::try_from(code).ok().and_then(char::from_u32).unwrap_or(start))
}
