//! What commits came to and how long they took, for those who watch the server.
//!
//! Guarantees: counting takes no lock and allocates nothing.

use crate::{Committed, Error};
use base::{Durations, Spread};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The upper bounds of the classes of duration: what an fsync takes, from a fast disk to one in trouble.
pub const COMMIT_BOUNDS: [Duration; 12] = [
    Duration::from_micros(500),
    Duration::from_millis(1),
    Duration::from_micros(2_500),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(25),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_millis(2_500),
    Duration::from_secs(10),
];

const CLASSES: usize = COMMIT_BOUNDS.len() + 1;

/// The counters of a store.
#[derive(Default)]
pub(crate) struct Stats {
    committed: AtomicU64,
    conflicts: AtomicU64,
    ambiguous: AtomicU64,
    failed: AtomicU64,
    /// Of successful commits.
    durations: Durations<CLASSES>,
}

/// The counters at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commits {
    /// Commits that took effect.
    pub committed: u64,
    /// Those given up because something that they had read was changed.
    pub conflicts: u64,
    /// Those whose outcome the engine could not tell.
    pub ambiguous: u64,
    /// Those that failed otherwise.
    pub failed: u64,
    /// How long those took that took effect, by [`COMMIT_BOUNDS`].
    pub durations: Spread<CLASSES>,
}

impl Stats {
    pub(crate) fn read(&self) -> Commits {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Commits {
            committed: of(&self.committed),
            conflicts: of(&self.conflicts),
            ambiguous: of(&self.ambiguous),
            failed: of(&self.failed),
            durations: self.durations.read(),
        }
    }

    fn count(&self, outcome: &Result<Committed, Error>, took: Duration) {
        let counter = match outcome {
            Ok(_) => {
                self.durations.count(&COMMIT_BOUNDS, took);
                &self.committed
            }
            Err(Error::Conflict) => &self.conflicts,
            Err(Error::Ambiguous) => &self.ambiguous,
            Err(_) => &self.failed,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// A commit that is counted when its outcome is known.
pub(crate) struct Timed {
    stats: Arc<Stats>,
    begun: Instant,
}

impl Timed {
    pub(crate) fn new(stats: Arc<Stats>) -> Self {
        Self { stats, begun: Instant::now() }
    }

    pub(crate) fn count(self, outcome: &Result<Committed, Error>) {
        self.stats.count(outcome, self.begun.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_counted_apart_and_only_successes_have_a_duration() {
        let stats = Stats::default();
        stats.count(&Ok(Committed { version: 1 }), Duration::from_millis(5));
        stats.count(&Ok(Committed { version: 2 }), Duration::from_secs(60));
        stats.count(&Err(Error::Conflict), Duration::from_secs(60));
        stats.count(&Err(Error::Closed), Duration::from_secs(60));
        let read = stats.read();
        assert_eq!((read.committed, read.conflicts, read.ambiguous, read.failed), (2, 1, 0, 1));
        assert_eq!((read.durations.classes[3], read.durations.classes[COMMIT_BOUNDS.len()]), (1, 1));
        assert_eq!(read.durations.classes.iter().sum::<u64>(), read.committed);
        assert_eq!(read.durations.total, Duration::from_millis(60_005));
    }
}
