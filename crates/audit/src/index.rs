//! The event ids that were written lately.
//!
//! Guarantees: holds every id of the newest two segments, and no more, so that memory is bounded by the segments' size.

use base::Uuid;
use std::collections::HashSet;

#[derive(Default)]
pub(crate) struct Index {
    current: HashSet<Uuid>,
    previous: HashSet<Uuid>,
}

impl Index {
    /// Notes an id of the current segment.
    pub(crate) fn insert(&mut self, id: Uuid) {
        self.current.insert(id);
    }

    /// A new segment begins; the one before the last is forgotten.
    pub(crate) fn turn(&mut self) {
        self.previous = std::mem::take(&mut self.current);
    }

    /// Whether the id is in one of the two segments.
    pub(crate) fn contains(&self, id: &Uuid) -> bool {
        self.current.contains(id) || self.previous.contains(id)
    }
}
