//! An engine whose commits answer that nobody knows, as after a lost connection.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use store::{Batch, Engine, Entry, Error, KeyRange, Marker, Pending, Snapshot, Watch};

/// What really happens to a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It takes effect, and the answer is lost.
    AnswerLost,
    /// It never arrives.
    RequestLost,
}

/// Gives the next commits these fates; later ones go well.
pub(crate) struct Faulty {
    engine: Arc<dyn Engine>,
    fates: Arc<Mutex<VecDeque<Fate>>>,
}

impl Faulty {
    pub(crate) fn new(engine: Arc<dyn Engine>, fates: impl IntoIterator<Item = Fate>) -> Arc<Self> {
        Arc::new(Self { engine, fates: Arc::new(Mutex::new(fates.into_iter().collect())) })
    }

    pub(crate) fn fates_left(&self) -> usize {
        self.fates.lock().unwrap().len()
    }
}

impl Engine for Faulty {
    fn is_remote(&self) -> bool {
        self.engine.is_remote()
    }

    fn snapshot(&self) -> Result<Box<dyn Snapshot>, Error> {
        Ok(Box::new(FaultySnapshot { snapshot: self.engine.snapshot()?, fates: self.fates.clone() }))
    }

    fn committed(&self, marker: Marker) -> Result<bool, Error> {
        self.engine.committed(marker)
    }

    fn watch(&self) -> Result<Box<dyn Watch>, Error> {
        self.engine.watch()
    }

    fn clear(&self) -> Result<(), Error> {
        self.engine.clear()
    }

    fn close(&self) {
        self.engine.close();
    }
}

struct FaultySnapshot {
    snapshot: Box<dyn Snapshot>,
    fates: Arc<Mutex<VecDeque<Fate>>>,
}

impl Snapshot for FaultySnapshot {
    fn version(&self) -> u64 {
        self.snapshot.version()
    }

    fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.snapshot.get(key)
    }

    fn range(&mut self, range: &KeyRange, limit: usize) -> Result<Vec<Entry>, Error> {
        self.snapshot.range(range, limit)
    }

    fn commit(self: Box<Self>, batch: Batch) -> Pending {
        match self.fates.lock().unwrap().pop_front() {
            None => self.snapshot.commit(batch),
            Some(Fate::RequestLost) => Err(Error::Ambiguous).into(),
            Some(Fate::AnswerLost) => {
                self.snapshot.commit(batch).wait_blocking().unwrap();
                Err(Error::Ambiguous).into()
            }
        }
    }
}
