//! The event ids that were written lately.
//!
//! Guarantees: holds every id of the newest two segments, and no more, so that memory is bounded by the segments' size.

use base::Uuid;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

#[derive(Default)]
pub(crate) struct Index {
    current: Ids,
    previous: Ids,
}

type Ids = HashSet<Uuid, BuildHasherDefault<Random>>;

/// The hash of an id: a part of it, since this server drew it at random. Ids are noted while the log is locked.
#[derive(Default)]
struct Random(u64);

impl Hasher for Random {
    fn write(&mut self, bytes: &[u8]) {
        // The last bytes: those in the middle of a UUID say its version.
        self.0 ^= bytes.last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
    }

    fn finish(&self) -> u64 {
        self.0
    }
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
