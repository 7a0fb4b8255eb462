//! Values made from the tables: random valid ones, and those on either side of every boundary.
//!
//! For round trips, fuzzing and the conformance tests of every service. Guarantees: [`any`] holds every constraint of
//! its shape and can travel where its members travel (headers, labels); each of [`boundaries`] breaks none, or exactly
//! one; both are bounded, whatever the shape.

mod boundary;
mod random;
mod sample;

use crate::{Service, ShapeId, Value};
use base::Rng;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

/// A value on a boundary.
pub struct Probe {
    /// A whole value of the shape asked for.
    pub value: Value,
    /// Whether it holds every constraint.
    pub is_valid: bool,
    /// Which boundary: `Tags.TagKey length 128`.
    pub what: String,
}

/// A random value that holds every constraint of the shape. Optional members come and go.
pub fn any(service: &Service, shape: ShapeId, rng: &dyn Rng) -> Value {
    Maker::new(service, rng).any(shape, Place::Body, 0)
}

/// Values at n−1, n and n+1 of every length and range, every value of an enum and a foreign one, a text that a pattern
/// refuses, and each required member left out: at every depth, one at a time. What several members hold is looked at
/// where it is met first.
pub fn boundaries(service: &Service, shape: ShapeId, rng: &dyn Rng) -> Vec<Probe> {
    Maker::new(service, rng).boundaries(shape, Place::Body, 0)
}

/// Deepest structure that is filled; recursive shapes end there.
const MAX_DEPTH: usize = 8;

/// A random value stops growing when it has so many parts.
const MAX_PARTS: usize = 400;

/// Most elements that a random list or map gets beyond its minimum, and most characters that a random text gets.
const SPREAD: u64 = 12;

/// Where a value travels, which says what it may be made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Anything may.
    Body,
    /// In a header: visible characters.
    Header,
    /// In a header that holds a list, whose elements are parted by commas.
    Element,
    /// As the rest of a header's name.
    HeaderName,
    /// In a path: not empty, and no step to another path.
    Label,
    /// In a host name.
    Host,
    /// As the status of an answer.
    Status,
}

/// The same for several shapes of a service: what they share is looked at where it is met first.
pub fn boundaries_of_all<'a>(
    service: &'a Service,
    shapes: impl IntoIterator<Item = ShapeId>,
    rng: &'a dyn Rng,
) -> impl Iterator<Item = (ShapeId, Vec<Probe>)> {
    let maker = Maker::new(service, rng);
    shapes.into_iter().map(move |shape| (shape, maker.boundaries(shape, Place::Body, 0)))
}

struct Maker<'a> {
    service: &'a Service,
    rng: &'a dyn Rng,
    /// How many parts the random value has.
    parts: Cell<usize>,
    /// The shapes whose boundaries were looked at.
    seen: RefCell<HashSet<ShapeId>>,
}

impl<'a> Maker<'a> {
    fn new(service: &'a Service, rng: &'a dyn Rng) -> Self {
        Self { service, rng, parts: Cell::new(0), seen: RefCell::default() }
    }

    /// Less than `bound`.
    fn below(&self, bound: u64) -> u64 {
        self.random() % bound.max(1)
    }

    /// Between the two, both included.
    fn between(&self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) as u64 + 1) as usize
    }

    fn one_of<'t, T>(&self, things: &'t [T]) -> Option<&'t T> {
        things.get(self.below(things.len() as u64) as usize)
    }

    fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        self.rng.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}
