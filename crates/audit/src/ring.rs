//! The log in memory: the newest records in a bounded ring.
//!
//! Guarantees: the same frames and the same chain as on disk; memory stays within the bound, the oldest records go first.

use crate::Error;
use crate::frame::{self, GENESIS, Hash, Head, OVERHEAD};
use crate::page::{Page, Room};
use base::Uuid;
use primitives::HmacKey;
use std::collections::{HashSet, VecDeque};
use store::Seal;

pub(crate) struct Ring {
    key: HmacKey,
    max_bytes: usize,
    bytes: usize,
    records: VecDeque<(Uuid, Box<[u8]>)>,
    ids: HashSet<Uuid>,
    next: u64,
    hash: Hash,
    buffer: Vec<u8>,
}

impl Ring {
    /// An empty ring that holds records of `max_bytes` together, and at least the newest one.
    pub(crate) fn new(max_bytes: usize, key: HmacKey) -> Self {
        Self {
            key,
            max_bytes,
            bytes: 0,
            records: VecDeque::new(),
            ids: HashSet::new(),
            next: 0,
            hash: GENESIS,
            buffer: Vec::new(),
        }
    }

    pub(crate) fn append(&mut self, id: Uuid, sealed: &[u8]) {
        self.buffer.clear();
        self.hash = frame::write(&mut self.buffer, &self.key, &self.hash, self.next, id, sealed);
        self.next += 1;
        self.bytes += sealed.len() + OVERHEAD;
        self.records.push_back((id, sealed.into()));
        self.ids.insert(id);
        while self.bytes > self.max_bytes && self.records.len() > 1 {
            let Some((id, sealed)) = self.records.pop_front() else { return };
            self.bytes -= sealed.len() + OVERHEAD;
            self.ids.remove(&id);
        }
    }

    /// Bytes of the records that are held.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn contains(&self, id: &Uuid) -> bool {
        self.ids.contains(id)
    }

    pub(crate) fn head(&self) -> Head {
        Head { next: self.next, hash: self.hash }
    }

    /// The newest `count` records, oldest first.
    pub(crate) fn tail(&self, count: usize) -> Vec<(Uuid, Vec<u8>)> {
        let skip = self.records.len().saturating_sub(count);
        self.records.iter().skip(skip).map(|(id, sealed)| (*id, sealed.to_vec())).collect()
    }

    /// Fills a page.
    pub(crate) fn read(&self, seal: &dyn Seal, mut page: Page, mut room: Room) -> Result<Page, Error> {
        let (oldest, from) = (self.next - self.records.len() as u64, page.next);
        let skip = usize::try_from(from.saturating_sub(oldest)).unwrap_or(usize::MAX);
        for (seq, (id, sealed)) in (from.max(oldest)..).zip(self.records.iter().skip(skip)) {
            if !room.take(&mut page, seal, seq, id, sealed)? {
                break;
            }
        }
        Ok(page)
    }

    #[cfg(test)]
    fn held(&self) -> usize {
        self.records.iter().map(|(_, sealed)| sealed.len() + OVERHEAD).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_the_newest_stay() {
        let mut ring = Ring::new(10_000, HmacKey::new(&[1; 32]));
        for number in 0..1000_u32 {
            let mut id = [0; 16];
            id[..4].copy_from_slice(&number.to_be_bytes());
            ring.append(Uuid(id), &vec![1; 100 + number as usize % 300]);
            assert!(ring.held() <= 10_000 && ring.held() == ring.bytes && ring.ids.len() == ring.records.len());
        }
        assert_eq!(ring.head().next, 1000);
        assert!(ring.records.len() > 20);
        let newest = ring.tail(1).remove(0).0;
        assert_eq!(newest.0[..4], 999_u32.to_be_bytes());
        assert!(ring.contains(&newest) && !ring.contains(&Uuid([0; 16])));
    }
}
