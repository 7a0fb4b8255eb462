//! The typed store and its transactions.
//!
//! Guarantees: a transaction reads one snapshot and its own writes; everything that it looked at, found or not, is in its
//! read set; writes are sealed when they are buffered, so no plaintext waits in memory for the commit; a transaction
//! that only read commits nothing.

use crate::record::{decode, encode};
use crate::stats::Stats;
use crate::{
    Batch, Commits, Committed, Engine, Error, Key, KeyRange, Marker, Pending, ReadSet, Record, Seal, Snapshot, Watch,
};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

/// How often [`Store::transact`] runs a transaction again.
pub const MAX_RERUNS: u32 = 24;
/// The longest pause before a run; the first is a hundredth of it.
const MAX_PAUSE: Duration = Duration::from_millis(100);
/// How often the outcome of an ambiguous commit is asked for.
const OUTCOME_ATTEMPTS: u32 = 8;

/// An engine and the seal over it. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Arc<dyn Engine>,
    shared: Arc<Shared>,
}

/// What a store and its transactions share.
struct Shared {
    seal: Arc<dyn Seal>,
    stats: Arc<Stats>,
}

impl Store {
    /// Joins an engine and a seal.
    pub fn new(engine: Arc<dyn Engine>, seal: Arc<dyn Seal>) -> Self {
        Self { engine, shared: Arc::new(Shared { seal, stats: Arc::default() }) }
    }

    /// A transaction over the state as of now.
    pub fn begin(&self) -> Result<Transaction, Error> {
        Ok(Transaction {
            snapshot: self.engine.snapshot()?,
            shared: self.shared.clone(),
            reads: ReadSet::default(),
            writes: BTreeMap::new(),
        })
    }

    /// Runs `body` in transactions until one commits, on this thread. Conflicts run it again, a bounded number of times
    /// and after growing pauses; an ambiguous commit is looked up, never repeated. For housekeeping: calls of users travel
    /// the road, which does this with more care.
    pub fn transact<T, E: From<Error>>(
        &self,
        marker: Marker,
        mut body: impl FnMut(&mut Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut run = 0;
        loop {
            let mut transaction = self.begin()?;
            let answer = body(&mut transaction)?;
            match transaction.commit(marker).wait_blocking() {
                Ok(_) => return Ok(answer),
                Err(Error::Ambiguous) if self.outcome(marker)? => return Ok(answer),
                Err(Error::Ambiguous | Error::Conflict) if run < MAX_RERUNS => run += 1,
                Err(error) => return Err(error.into()),
            }
            std::thread::sleep(pause(run, marker));
        }
    }

    /// Whether an ambiguous commit took effect, asked until the engine answers.
    fn outcome(&self, marker: Marker) -> Result<bool, Error> {
        let mut attempt = 0;
        loop {
            match self.engine.committed(marker) {
                Err(Error::Unavailable(_)) if attempt < OUTCOME_ATTEMPTS => attempt += 1,
                // Still unknown: the caller must not be told anything else.
                Err(Error::Unavailable(_)) => return Err(Error::Ambiguous),
                answer => return answer,
            }
            std::thread::sleep(MAX_PAUSE);
        }
    }

    /// What commits through this store came to so far.
    pub fn commits(&self) -> Commits {
        self.shared.stats.read()
    }

    /// The engine beneath.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// Every change committed from now on.
    pub fn watch(&self) -> Result<Box<dyn Watch>, Error> {
        self.engine.watch()
    }

    /// Whether calls wait on a network and must stay off async threads.
    pub fn is_remote(&self) -> bool {
        self.engine.is_remote()
    }
}

/// Doubling pauses, spread by the marker, which is random, so that those who met do not meet again.
fn pause(run: u32, marker: Marker) -> Duration {
    let full = (MAX_PAUSE / 100).saturating_mul(1 << run.min(10)).min(MAX_PAUSE);
    let byte = marker.0.0.iter().fold(run as u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte));
    full / 2 + full.mul_f64(f64::from(byte) / 512.0)
}

/// Reads of one snapshot and buffered writes. Dropping it gives up.
pub struct Transaction {
    snapshot: Box<dyn Snapshot>,
    shared: Arc<Shared>,
    reads: ReadSet,
    writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl Transaction {
    /// The record at a key.
    pub fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>, Error> {
        match self.stored(key)? {
            Some(stored) => decode(&*self.shared.seal, key, &stored).map(Some),
            None => Ok(None),
        }
    }

    /// Whether there is a record at a key.
    pub fn exists(&mut self, key: &Key) -> Result<bool, Error> {
        Ok(self.stored(key)?.is_some())
    }

    /// The bytes at a key that the store's seal does not cover: the root key's record, on which that seal rests.
    pub fn bare(&mut self, key: &Key) -> Result<Option<Vec<u8>>, Error> {
        self.stored(key)
    }

    /// Writes bytes as they are, for such a key. What they hold must be sealed by other means.
    pub fn put_bare(&mut self, key: &Key, bytes: Vec<u8>) -> Result<(), Error> {
        key.check()?;
        self.writes.insert(key.as_bytes().to_vec(), Some(bytes));
        Ok(())
    }

    fn stored(&mut self, key: &Key) -> Result<Option<Vec<u8>>, Error> {
        // What callers name is part of keys, and nothing can lie under a key that no write takes.
        if key.check().is_err() {
            return Ok(None);
        }
        if let Some(written) = self.writes.get(key.as_bytes()) {
            return Ok(written.clone());
        }
        let found = self.snapshot.get(key.as_bytes())?;
        self.reads.points.insert(key.as_bytes().to_vec());
        Ok(found)
    }

    /// Writes a record, whatever was there.
    pub fn put<R: Record>(&mut self, key: &Key, record: &R) -> Result<(), Error> {
        key.check()?;
        let stored = encode(&*self.shared.seal, key, record)?;
        self.writes.insert(key.as_bytes().to_vec(), Some(stored));
        Ok(())
    }

    /// Writes a record where there is none; `false`, and nothing written, where there is one.
    pub fn insert<R: Record>(&mut self, key: &Key, record: &R) -> Result<bool, Error> {
        if self.exists(key)? {
            return Ok(false);
        }
        self.put(key, record)?;
        Ok(true)
    }

    /// Removes a record, if there is one.
    pub fn delete(&mut self, key: &Key) -> Result<(), Error> {
        key.check()?;
        self.writes.insert(key.as_bytes().to_vec(), None);
        Ok(())
    }

    /// The first `limit` records under a prefix, in key order, beginning after a key if one is given.
    pub fn scan<R: Record>(&mut self, prefix: &Key, after: Option<&Key>, limit: usize) -> Result<Vec<(Key, R)>, Error> {
        if prefix.check().is_err() {
            return Ok(Vec::new());
        }
        let mut range = prefix.children();
        if let Some(after) = after {
            range.start = range.start.max(successor(after.as_bytes()));
        }
        let entries = self.merged(range, limit)?;
        let mut records = Vec::with_capacity(entries.len().min(limit));
        for (key, stored) in entries.into_iter().take(limit) {
            let key = Key::from_bytes(&key)
                .ok_or_else(|| Error::Damaged(format!("under {prefix} lies something that is no key")))?;
            let record = decode(&*self.shared.seal, &key, &stored)?;
            records.push((key, record));
        }
        Ok(records)
    }

    /// The snapshot's entries with this transaction's writes laid over them: at least `limit`, if there are so many.
    fn merged(&mut self, range: KeyRange, limit: usize) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, Error> {
        let mut merged = BTreeMap::new();
        let mut left = range.clone();
        while merged.len() < limit && !left.is_empty() {
            let wanted = limit - merged.len();
            let found = self.snapshot.range(&left, wanted)?;
            // What lies beyond the last entry of a full page was not looked at.
            let reached = match found.last() {
                Some(last) if found.len() == wanted => successor(&last.key),
                _ => left.end.clone(),
            };
            let seen = KeyRange { start: left.start.clone(), end: reached.clone() };
            self.reads.ranges.push(seen.clone());
            merged.extend(found.into_iter().map(|entry| (entry.key, entry.value)));
            for (key, written) in
                self.writes.range::<[u8], _>((Bound::Included(&*seen.start), Bound::Excluded(&*seen.end)))
            {
                match written {
                    Some(value) => merged.insert(key.clone(), value.clone()),
                    None => merged.remove(key),
                };
            }
            left.start = reached;
        }
        Ok(merged)
    }

    /// The version of the snapshot; see [`Snapshot::version`].
    pub fn version(&self) -> u64 {
        self.snapshot.version()
    }

    /// Whether there is anything to commit.
    pub fn has_writes(&self) -> bool {
        !self.writes.is_empty()
    }

    /// The keys to be written or deleted, in key order.
    pub fn written_keys(&self) -> impl Iterator<Item = &[u8]> {
        self.writes.keys().map(Vec::as_slice)
    }

    /// Makes the writes durable, unless something read has changed.
    pub fn commit(self, marker: Marker) -> Pending {
        if self.writes.is_empty() {
            return Ok(Committed { version: self.snapshot.version() }).into();
        }
        let pending = self.snapshot.commit(Batch { reads: self.reads, writes: self.writes, marker });
        pending.timed(self.shared.stats.clone())
    }
}

/// The first key after this one.
fn successor(key: &[u8]) -> Vec<u8> {
    [key, &[0]].concat()
}
