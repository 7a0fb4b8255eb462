//! When this store was last in use, so that a clock that is years off is noticed before anything believes it.
//!
//! Guarantees: the time in the store is at most [`KEEP_EVERY`] older than the last moment that a kernel ran on it, and is
//! never after it, unless the clock was; [`Kernel::check_time`] changes nothing. What a wrong clock would do: ahead, every key
//! whose deletion is scheduled is deleted for good, and what expires expires; behind, records come to lie before those that
//! they follow, and what has expired is valid again.

use crate::control::Kernel;
use base::{Clock, Timestamp, Uuid};
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::{Error, Key, Marker, Space, Store};

/// How old the time in the store may be while a kernel runs.
const KEEP_EVERY: Duration = Duration::from_secs(3_600);

/// How far a clock may go back without a word: more than anything that corrects a good one.
pub const MAX_BEHIND: Duration = Duration::from_secs(86_400);

/// How long a store may lie unused without a word: longer than any waiting period of a deletion.
pub const MAX_AHEAD: Duration = Duration::from_secs(366 * 86_400);

/// A time that the clock cannot be right about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLeap {
    /// What the clock says.
    pub now: Timestamp,
    /// When the store was last in use.
    pub seen: Timestamp,
}

impl TimeLeap {
    /// Whether `now` is too far from `seen`.
    fn between(seen: Timestamp, now: Timestamp) -> Option<Self> {
        (seen.since(now) > MAX_BEHIND || now.since(seen) > MAX_AHEAD).then_some(Self { now, seen })
    }
}

impl std::fmt::Display for TimeLeap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (now, seen) = (self.now.to_seconds_rfc3339(), self.seen.to_seconds_rfc3339());
        if self.now < self.seen {
            write!(f, "the clock says {now}, but this store was in use at {seen}, which is later")
        } else {
            write!(f, "the clock says {now}, but this store was last in use at {seen}, more than a year before")
        }
    }
}

impl std::error::Error for TimeLeap {}

/// What was last written.
#[derive(Default)]
pub(crate) struct LastSeen(Mutex<Option<Timestamp>>);

impl Kernel {
    /// Whether the service time `now` can be right, by when the store was last in use. Asked before a kernel starts, since
    /// jobs that are due run at once.
    pub fn check_time(store: &Store, now: Timestamp) -> Result<Option<TimeLeap>, Error> {
        let seen = store.begin()?.get::<SeenRecord>(&place())?;
        Ok(seen.and_then(|seen| TimeLeap::between(Timestamp::from_millis(seen.0), now)))
    }

    /// Writes down that the store is in use now, unless that was done a short while ago.
    pub(crate) fn keep_seen(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let recent = |last: &Timestamp| now.since(*last) < KEEP_EVERY && last.since(now) < KEEP_EVERY;
        if self.last_seen.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(recent) {
            return Ok(());
        }
        self.store.transact(Marker(Uuid::random(self.rng.as_ref())), |transaction| {
            transaction.put(&place(), &SeenRecord(now.millis()))
        })?;
        *self.last_seen.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(())
    }
}

/// Milliseconds of service time.
#[derive(Serialize, Deserialize)]
struct SeenRecord(i64);

impl store::Record for SeenRecord {
    const VERSION: u8 = 1;
}

fn place() -> Key {
    Key::new(Space::system(), "kernel.seen")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_good_clock_does_is_a_leap() {
        let seen = Timestamp::from_rfc3339("2026-11-01T00:00:00Z").unwrap();
        for good in [seen, seen.plus(MAX_AHEAD), seen.minus(MAX_BEHIND), seen.plus(Duration::from_secs(60))] {
            assert_eq!(TimeLeap::between(seen, good), None);
        }
        let behind = TimeLeap::between(seen, seen.minus(MAX_BEHIND + Duration::from_secs(1))).unwrap();
        assert_eq!(
            behind.to_string(),
            "the clock says 2026-10-30T23:59:59Z, but this store was in use at 2026-11-01T00:00:00Z, which is later"
        );
        let ahead = TimeLeap::between(seen, seen.plus(MAX_AHEAD + Duration::from_secs(1))).unwrap();
        assert!(ahead.to_string().ends_with("last in use at 2026-11-01T00:00:00Z, more than a year before"));
    }
}
