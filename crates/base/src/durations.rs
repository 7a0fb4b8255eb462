//! How long things took, counted by classes: what histograms are made of.
//!
//! Guarantees: counting takes no lock and allocates nothing; each duration is in one class and in the sum.

use std::ops::AddAssign;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counters of durations. There is one class for each of the bounds, which are given where they are counted, and one for
/// what is above all of them.
pub struct Durations<const CLASSES: usize> {
    classes: [AtomicU64; CLASSES],
    nanos: AtomicU64,
}

/// What was counted at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread<const CLASSES: usize> {
    /// How many took at most as long as the bound of each class, and longer than the bound before it; last, those above all.
    pub classes: [u64; CLASSES],
    /// How long they took together.
    pub total: Duration,
}

impl<const CLASSES: usize> Durations<CLASSES> {
    /// Counts one. `bounds` ascend; those beyond the classes but one do not count.
    pub fn count(&self, bounds: &[Duration], took: Duration) {
        let class = bounds.iter().position(|bound| took <= *bound).unwrap_or(bounds.len());
        if let Some(counter) = self.classes.get(class).or(self.classes.last()) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        self.nanos.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// What was counted so far.
    pub fn read(&self) -> Spread<CLASSES> {
        let classes = self.classes.each_ref().map(|counter| counter.load(Ordering::Relaxed));
        Spread { classes, total: Duration::from_nanos(self.nanos.load(Ordering::Relaxed)) }
    }
}

impl<const CLASSES: usize> Default for Durations<CLASSES> {
    fn default() -> Self {
        Self { classes: std::array::from_fn(|_| AtomicU64::new(0)), nanos: AtomicU64::new(0) }
    }
}

impl<const CLASSES: usize> Default for Spread<CLASSES> {
    fn default() -> Self {
        Self { classes: [0; CLASSES], total: Duration::ZERO }
    }
}

impl<const CLASSES: usize> AddAssign for Spread<CLASSES> {
    fn add_assign(&mut self, other: Self) {
        self.classes.iter_mut().zip(other.classes).for_each(|(sum, count)| *sum += count);
        self.total += other.total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(5)];

    #[test]
    fn a_duration_is_in_the_first_class_that_holds_it_and_in_the_sum() {
        let durations = Durations::<3>::default();
        for micros in [0, 1_000, 1_001, 5_000, 5_001, 60_000_000] {
            durations.count(&BOUNDS, Duration::from_micros(micros));
        }
        let mut read = durations.read();
        assert_eq!(read, Spread { classes: [2, 2, 2], total: Duration::from_micros(60_012_002) });
        read += durations.read();
        assert_eq!(read.classes, [4, 4, 4]);
        assert_eq!(read.total, Duration::from_micros(120_024_004));
    }

    #[test]
    fn more_bounds_than_classes_lose_nothing() {
        let durations = Durations::<2>::default();
        durations.count(&BOUNDS, Duration::from_secs(1));
        assert_eq!(durations.read().classes, [0, 1]);
    }
}
