//! Keys that are kept while files are worked on, several at once.
//!
//! Guarantees: of files that need the same key, one asks for it and the others wait; none waits in vain, since one that
//! waited too long asks for itself.

use base::Timestamp;
use envelope::{CacheMetrics, Entry, EntryId, Error, MaterialsCache, StormSettings, StormTrackingCache};
use std::sync::Arc;
use std::time::Duration;

/// The most keys that can be kept: each is some hundred bytes.
const CAPACITY_MAX: usize = 1 << 20;
/// The longest that one file waits for the key that another asks for.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Keys that are kept.
pub(super) struct Cache<V>(StormTrackingCache<V>);

impl<V: Send + Sync> Cache<V> {
    /// Keeps so many keys, whose time is `max_age`.
    pub(super) fn new(capacity: usize, max_age: Duration) -> Result<Self, String> {
        if !(1..=CAPACITY_MAX).contains(&capacity) {
            return Err(format!("a cache keeps 1 to {CAPACITY_MAX} keys"));
        }
        let mut settings = StormSettings::default();
        settings.capacity = capacity;
        // Keys are renewed in the last tenth of their time, by one file while the others go on with the old one.
        let wait = WAIT_MAX.min(max_age / 10).max(Duration::from_millis(1));
        (settings.grace_period, settings.grace_interval, settings.in_flight_time) = (wait, wait, wait);
        StormTrackingCache::new(settings).map(Self).map_err(|error| error.to_string())
    }
}

impl<V: Send + Sync> MaterialsCache<V> for Cache<V> {
    fn get(&self, id: &EntryId) -> Result<Option<Arc<Entry<V>>>, Error> {
        match self.0.get(id) {
            Err(Error::InFlight { .. }) => Ok(None),
            answer => answer,
        }
    }

    fn put(&self, id: EntryId, entry: Arc<Entry<V>>) {
        self.0.put(id, entry);
    }

    fn abandon(&self, id: &EntryId) -> Option<Arc<Entry<V>>> {
        self.0.abandon(id)
    }

    fn remove(&self, id: &EntryId, entry: &Arc<Entry<V>>) {
        self.0.remove(id, entry);
    }

    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn metrics(&self) -> CacheMetrics {
        self.0.metrics()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_in_vain_for_the_key_of_another() {
        let cache = Cache::<()>::new(10, Duration::from_millis(10)).unwrap();
        let id = EntryId::of(&[b"one"]);
        assert!(cache.get(&id).unwrap().is_none());
        assert!(cache.get(&id).unwrap().is_none());
    }

    #[test]
    fn every_age_and_capacity_that_can_be_asked_for_makes_a_cache() {
        for max_age in [Duration::from_nanos(1), Duration::from_secs(1), Duration::from_secs(1 << 40)] {
            assert!(Cache::<()>::new(10, max_age).is_ok(), "{max_age:?}");
        }
        let sized = |capacity| Cache::<()>::new(capacity, Duration::from_secs(1));
        assert!(sized(0).is_err() && sized(CAPACITY_MAX + 1).is_err());
        assert!(sized(CAPACITY_MAX).is_ok());
    }
}
