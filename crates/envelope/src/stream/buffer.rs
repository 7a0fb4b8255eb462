//! Bytes between a reader and a writer.
//!
//! Guarantees: memory grows with what has arrived, at most doubling, never with what is announced; once a buffer has the
//! size of whole frames, frames fill it without being moved.

/// A piece of memory, of which a piece is filled.
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes behind `end` that are there but not to be given out yet.
    held: usize,
}

impl Buffer {
    /// With room for so many bytes, at least one.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { bytes: vec![0; capacity.max(1)], start: 0, end: 0, held: 0 }
    }

    /// What is filled and not consumed.
    pub(crate) fn filled(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Takes from the begin of what is filled.
    pub(crate) fn consume(&mut self, length: usize) {
        self.start = self.end.min(self.start + length);
        if self.start == self.end && self.held == 0 {
            (self.start, self.end) = (0, 0);
        }
    }

    /// All room behind what is filled.
    pub(crate) fn space(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.end..).unwrap_or_default()
    }

    /// Room of this length behind what is filled. An empty buffer grows to it; one that is not has it or `None`.
    pub(crate) fn room(&mut self, length: usize) -> Option<&mut [u8]> {
        if self.bytes.len() - self.end < length {
            if !self.is_empty() {
                return None;
            }
            self.bytes.resize(length, 0);
        }
        self.bytes.get_mut(self.end..self.end + length)
    }

    /// Counts room that was written to as filled.
    pub(crate) fn commit(&mut self, length: usize) {
        self.end = self.bytes.len().min(self.end + length);
    }

    /// Keeps room that was written to, without giving it out.
    pub(crate) fn hold(&mut self, length: usize) {
        self.held = length;
    }

    /// Gives out what was held.
    pub(crate) fn release(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.commit(held);
    }

    /// Makes some room for more, towards `needs` bytes in all: by moving what is filled to the begin if they fit
    /// there only, by growing if there is no other room.
    pub(crate) fn make_room(&mut self, needs: usize) {
        if self.start > 0 && self.start.saturating_add(needs) > self.bytes.len() {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.end == self.bytes.len() {
            let length = needs.min(self.bytes.len().saturating_mul(2)).max(self.bytes.len() + 1);
            self.bytes.resize(length, 0);
        }
    }

    /// Gives it this capacity, or what is filled needs; stays as it is while something is held.
    pub(crate) fn set_capacity(&mut self, capacity: usize) {
        if self.held > 0 {
            return;
        }
        let length = self.end - self.start;
        if length == 0 {
            // Memory that nobody touched yet costs nothing.
            *self = Self::new(capacity);
            return;
        }
        self.bytes.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, length);
        self.bytes.resize(capacity.max(length), 0);
    }

    /// All that is filled, alone.
    pub(crate) fn into_vec(mut self) -> Vec<u8> {
        self.bytes.truncate(self.end);
        self.bytes.drain(..self.start);
        self.bytes
    }

    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.len()
    }
}
