//! The materials manager behind a command: a keyring, and what is put before it.

use base::Timestamp;
use clap::ArgMatches;
use envelope::{
    CacheMetrics, CachedMaterials, CachingLimits, CachingMaterialsManager, DefaultMaterialsManager, Entry, EntryId,
    Error, Keyring, MaterialsCache, MaterialsManager, RequiredContextMaterialsManager, StormSettings,
    StormTrackingCache,
};
use std::sync::Arc;
use std::time::Duration;

/// Data keys that are kept where nothing else is said.
const CAPACITY: usize = 100;
/// The most that can be asked for: each is some hundred bytes.
const CAPACITY_MAX: usize = 1 << 20;

/// The longest that one file waits for the data key that another asks for.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// How data keys are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Caching {
    pub(super) capacity: usize,
    pub(super) max_age: Duration,
    pub(super) max_messages: Option<u64>,
    pub(super) max_bytes: Option<u64>,
}

impl Caching {
    /// As the options `--cache…` have it.
    pub(super) fn of(matches: &ArgMatches) -> Option<Self> {
        let max_age = matches.get_one::<Duration>("cache")?;
        let number = |name| matches.get_one::<u64>(name).copied();
        let capacity = number("cache-capacity").map_or(Ok(CAPACITY), usize::try_from).unwrap_or(usize::MAX);
        Some(Self {
            capacity,
            max_age: *max_age,
            max_messages: number("cache-messages"),
            max_bytes: number("cache-bytes"),
        })
    }

    fn limits(&self) -> Result<CachingLimits, envelope::Error> {
        let mut limits = CachingLimits::new(self.max_age)?;
        if let Some(messages) = self.max_messages {
            limits = limits.max_messages(messages)?;
        }
        if let Some(bytes) = self.max_bytes {
            limits = limits.max_bytes(bytes)?;
        }
        Ok(limits)
    }
}

/// The manager of a command, and the part of it that keeps data keys, if any does.
pub(super) struct Managers {
    pub(super) manager: Arc<dyn MaterialsManager>,
    pub(super) caching: Option<Arc<CachingMaterialsManager>>,
}

/// Puts a manager together. `not_stored`: keys of the context that messages do not carry.
pub(super) fn managers(
    keyring: Arc<dyn Keyring>,
    caching: Option<Caching>,
    not_stored: &[&str],
) -> Result<Managers, String> {
    let says = |error: Error| error.to_string();
    let mut manager: Arc<dyn MaterialsManager> = Arc::new(DefaultMaterialsManager::new(keyring));
    let caching = match caching {
        None => None,
        Some(caching) => {
            let limits = caching.limits().map_err(says)?;
            Some(Arc::new(CachingMaterialsManager::new(manager.clone(), Arc::new(Cache::new(caching)?), limits)))
        }
    };
    if let Some(caching) = &caching {
        manager = caching.clone();
    }
    if !not_stored.is_empty() {
        let keys = not_stored.iter().copied();
        manager = Arc::new(RequiredContextMaterialsManager::new(manager, keys).map_err(says)?);
    }
    Ok(Managers { manager, caching })
}

/// Data keys that are kept. Files that are worked on at once wait for the one that asks for their data key first, but not in
/// vain: one that waited too long asks for itself.
struct Cache(StormTrackingCache<CachedMaterials>);

impl Cache {
    fn new(caching: Caching) -> Result<Self, String> {
        if !(1..=CAPACITY_MAX).contains(&caching.capacity) {
            return Err(format!("a cache keeps 1 to {CAPACITY_MAX} data keys"));
        }
        let mut settings = StormSettings::default();
        settings.capacity = caching.capacity;
        // Keys are renewed in the last tenth of their time, by one file while the others go on with the old one.
        let wait = WAIT_MAX.min(caching.max_age / 10).max(Duration::from_millis(1));
        (settings.grace_period, settings.grace_interval, settings.in_flight_time) = (wait, wait, wait);
        StormTrackingCache::new(settings).map(Self).map_err(|error| error.to_string())
    }
}

impl MaterialsCache<CachedMaterials> for Cache {
    fn get(&self, id: &EntryId) -> Result<Option<Arc<Entry<CachedMaterials>>>, Error> {
        match self.0.get(id) {
            Err(Error::InFlight { .. }) => Ok(None),
            answer => answer,
        }
    }

    fn put(&self, id: EntryId, entry: Arc<Entry<CachedMaterials>>) {
        self.0.put(id, entry);
    }

    fn abandon(&self, id: &EntryId) -> Option<Arc<Entry<CachedMaterials>>> {
        self.0.abandon(id)
    }

    fn remove(&self, id: &EntryId, entry: &Arc<Entry<CachedMaterials>>) {
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

    fn caching(max_age: Duration) -> Caching {
        Caching { capacity: 10, max_age, max_messages: None, max_bytes: None }
    }

    #[test]
    fn nobody_waits_in_vain_for_the_data_key_of_another() {
        let cache = Cache::new(caching(Duration::from_millis(10))).unwrap();
        let id = EntryId::of(&[b"one"]);
        assert!(cache.get(&id).unwrap().is_none());
        assert!(cache.get(&id).unwrap().is_none());
    }

    #[test]
    fn every_age_and_capacity_that_can_be_asked_for_makes_a_cache() {
        for max_age in [Duration::from_nanos(1), Duration::from_secs(1), Duration::from_secs(1 << 40)] {
            assert!(Cache::new(caching(max_age)).is_ok(), "{max_age:?}");
        }
        let sized = |capacity| Cache::new(Caching { capacity, ..caching(Duration::from_secs(1)) });
        assert!(sized(0).is_err() && sized(CAPACITY_MAX + 1).is_err());
        assert!(sized(CAPACITY_MAX).is_ok());
    }
}
