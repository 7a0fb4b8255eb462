//! Houses over what another house stored: a server that starts again, or a world that goes its own way.

use super::House;
use crate::Service;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Batch, Engine, KeyRange, Marker, Memory, ReadSet};

/// More than a house draws: what a house drew before must not come again.
const DRAWN: usize = 1 << 16;

/// More entries than a house has.
const ALL: usize = 1_000_000;

impl House {
    /// The server again, over the same store, at the same time. What was only in memory is lost.
    pub fn restarted(&self, services: Vec<Service>) -> Self {
        self.again(services, self.engine.clone())
    }

    /// The same world once more; what happens there does not happen here.
    pub fn copied(&self, services: Vec<Service>) -> Self {
        let engine = Memory::new();
        let everything = KeyRange { start: Vec::new(), end: vec![0xff; 8] };
        let entries = self.engine.snapshot().and_then(|mut all| all.range(&everything, ALL)).expect("all entries");
        let writes: BTreeMap<_, _> = entries.into_iter().map(|entry| (entry.key, Some(entry.value))).collect();
        let marker = Marker(base::Uuid::random(self.kernel.rng().as_ref()));
        let batch = Batch { reads: ReadSet::default(), writes, marker };
        let copied = engine.snapshot().expect("a snapshot").commit(batch).wait_blocking();
        copied.expect("a copy");
        self.again(services, Arc::new(engine))
    }

    fn again(&self, services: Vec<Service>, engine: Arc<dyn Engine>) -> Self {
        let house = Self::over(services, engine);
        let draws = self.lives + 1;
        house.kernel.rng().fill(&mut vec![0; DRAWN * draws]);
        house.wall.advance(Duration::from_millis(self.elapsed_millis()));
        Self { lives: draws, ..house }
    }

    /// How long this house has been there.
    fn elapsed_millis(&self) -> u64 {
        use base::Clock as _;
        u64::try_from(self.wall.now().millis() - super::BEGIN.millis()).unwrap_or(0)
    }
}
