//! The memory engine: for tests, and for `dev` without a data directory.
//!
//! Guarantees: as every engine, but nothing outlives the process. A snapshot is a clone of a persistent map and costs
//! well under a microsecond.

use crate::window::{Commit, Feed};
use crate::{Batch, Committed, Engine, Entry, Error, KeyRange, Marker, Pending, Snapshot, Watch};
use imbl::OrdMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An engine whose state is an ordered persistent map.
#[derive(Clone)]
pub struct Memory(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    feed: Arc<Feed>,
}

#[derive(Clone)]
struct State {
    entries: OrdMap<Vec<u8>, Vec<u8>>,
    version: u64,
}

impl Memory {
    /// An empty one.
    pub fn new() -> Self {
        let state = State { entries: OrdMap::new(), version: 0 };
        Self(Arc::new(Inner { state: Mutex::new(state), feed: Feed::local(0) }))
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine for Memory {
    fn is_remote(&self) -> bool {
        false
    }

    fn snapshot(&self) -> Result<Box<dyn Snapshot>, Error> {
        let state = self.0.lock().clone();
        if self.0.feed.lock().is_closed() {
            return Err(Error::Closed);
        }
        Ok(Box::new(MemorySnapshot { state, engine: self.0.clone() }))
    }

    fn committed(&self, marker: Marker) -> Result<bool, Error> {
        Ok(self.0.feed.lock().holds(marker))
    }

    fn watch(&self) -> Result<Box<dyn Watch>, Error> {
        Ok(self.0.feed.watch())
    }

    fn clear(&self) -> Result<(), Error> {
        let mut state = self.0.lock();
        state.entries = OrdMap::new();
        state.version += 1;
        self.0.feed.forget(state.version);
        Ok(())
    }

    fn close(&self) {
        self.0.feed.close();
    }
}

struct MemorySnapshot {
    state: State,
    engine: Arc<Inner>,
}

impl Snapshot for MemorySnapshot {
    fn version(&self) -> u64 {
        self.state.version
    }

    fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.state.entries.get(key).cloned())
    }

    fn range(&mut self, range: &KeyRange, limit: usize) -> Result<Vec<Entry>, Error> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let entries = self.state.entries.range(range.start.clone()..range.end.clone());
        Ok(entries.take(limit).map(|(key, value)| Entry { key: key.clone(), value: value.clone() }).collect())
    }

    fn commit(self: Box<Self>, batch: Batch) -> Pending {
        self.engine.commit(self.state.version, batch).into()
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn commit(&self, snapshot: u64, batch: Batch) -> Result<Committed, Error> {
        // The state's lock is held from validation to publication, so commits are one after the other.
        let mut state = self.lock();
        let window = self.feed.lock();
        if window.is_closed() {
            return Err(Error::Closed);
        }
        if !window.allows(snapshot, &batch.reads) {
            return Err(Error::Conflict);
        }
        drop(window);
        let version = state.version + 1;
        let keys = batch.writes.keys().cloned().collect();
        for (key, value) in batch.writes {
            match value {
                Some(value) => state.entries.insert(key, value),
                None => state.entries.remove(&key),
            };
        }
        state.version = version;
        self.feed.publish([Commit { version, marker: Some(batch.marker), keys }]);
        Ok(Committed { version })
    }
}
