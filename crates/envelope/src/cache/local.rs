//! The local cache: bounded, in memory, the least recently used entry goes first.
//!
//! Guarantees: callers never wait for anything but each other's map operations; each operation drops what is over among
//! the least recently used. Source: AWS Encryption SDK specification, "Local Cryptographic Materials Cache".

use super::{CacheMetrics, Entry, EntryId, MaterialsCache};
use crate::Error;
use base::{Clock, SystemClock, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many of the least recently used entries each operation looks at for what is over.
const PRUNED: usize = 10;

/// A cache that many threads may use; each that finds nothing goes and gets its own.
pub struct LocalCache<V> {
    clock: Arc<dyn Clock>,
    capacity: usize,
    entries: Mutex<Entries<V>>,
    evictions: AtomicU64,
    expirations: AtomicU64,
}

struct Entries<V> {
    /// When each entry was used last.
    by_id: HashMap<EntryId, u64>,
    /// The entries by when they were used last.
    by_use: BTreeMap<u64, (EntryId, Arc<Entry<V>>)>,
    uses: u64,
}

impl<V> Entries<V> {
    fn get(&self, id: &EntryId) -> Option<&Arc<Entry<V>>> {
        self.by_use.get(self.by_id.get(id)?).map(|(_, entry)| entry)
    }

    fn remove(&mut self, id: &EntryId) -> bool {
        let used = self.by_id.remove(id);
        used.is_some_and(|used| self.by_use.remove(&used).is_some())
    }

    fn insert(&mut self, id: EntryId, entry: Arc<Entry<V>>) {
        self.uses += 1;
        if let Some(used) = self.by_id.insert(id, self.uses) {
            self.by_use.remove(&used);
        }
        self.by_use.insert(self.uses, (id, entry));
    }

    /// The entry, which is the most recently used from now on.
    fn touch(&mut self, id: &EntryId) -> Option<Arc<Entry<V>>> {
        let used = self.by_id.get_mut(id)?;
        let whole = self.by_use.remove(used)?;
        let entry = whole.1.clone();
        self.uses += 1;
        *used = self.uses;
        self.by_use.insert(self.uses, whole);
        Some(entry)
    }
}

impl<V> LocalCache<V> {
    /// A cache of at most `capacity` entries. With none it holds nothing.
    pub fn new(capacity: usize) -> Self {
        Self::with_clock(capacity, Arc::new(SystemClock))
    }

    /// The same by another clock.
    pub fn with_clock(capacity: usize, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            capacity,
            entries: Mutex::new(Entries { by_id: HashMap::new(), by_use: BTreeMap::new(), uses: 0 }),
            evictions: AtomicU64::new(0),
            expirations: AtomicU64::new(0),
        }
    }

    /// The entry if it may be given out.
    pub(super) fn find(&self, id: &EntryId) -> Option<Arc<Entry<V>>> {
        let now = self.clock.now();
        let mut entries = self.lock();
        self.prune(&mut entries, now);
        let entry = entries.touch(id)?;
        if entry.is_fresh(now) {
            return Some(entry);
        }
        self.expire(&mut entries, id);
        None
    }

    fn prune(&self, entries: &mut Entries<V>, now: Timestamp) {
        let oldest = entries.by_use.values().take(PRUNED);
        // Usually nothing, and then nothing is allocated.
        let over: Vec<EntryId> = oldest.filter(|(_, entry)| !entry.is_fresh(now)).map(|(id, _)| *id).collect();
        for id in over {
            self.expire(entries, &id);
        }
    }

    fn expire(&self, entries: &mut Entries<V>, id: &EntryId) {
        if entries.remove(id) {
            self.expirations.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Entries<V>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Send + Sync> MaterialsCache<V> for LocalCache<V> {
    fn get(&self, id: &EntryId) -> Result<Option<Arc<Entry<V>>>, Error> {
        Ok(self.find(id))
    }

    fn put(&self, id: EntryId, entry: Arc<Entry<V>>) {
        let now = self.now();
        let mut entries = self.lock();
        self.prune(&mut entries, now);
        entries.insert(id, entry);
        while entries.by_id.len() > self.capacity {
            let Some((_, (oldest, _))) = entries.by_use.pop_first() else { break };
            entries.by_id.remove(&oldest);
            self.evictions.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn remove(&self, id: &EntryId, entry: &Arc<Entry<V>>) {
        let mut entries = self.lock();
        if entries.get(id).is_some_and(|present| Arc::ptr_eq(present, entry)) {
            entries.remove(id);
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn metrics(&self) -> CacheMetrics {
        CacheMetrics {
            entries: self.lock().by_id.len(),
            evictions: self.evictions.load(Ordering::Relaxed),
            expirations: self.expirations.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::TestClock;
    use std::time::Duration;

    fn cache(capacity: usize) -> (Arc<TestClock>, LocalCache<u32>) {
        let clock = Arc::new(TestClock::new(Timestamp::from_millis(1_000_000)));
        (clock.clone(), LocalCache::with_clock(capacity, clock))
    }

    fn id(number: u32) -> EntryId {
        EntryId::of(&[&number.to_be_bytes()])
    }

    fn put(cache: &LocalCache<u32>, number: u32, seconds: u64) -> Arc<Entry<u32>> {
        let entry = Arc::new(Entry::new(number, cache.now(), Duration::from_secs(seconds)));
        cache.put(id(number), entry.clone());
        entry
    }

    fn has(cache: &LocalCache<u32>, number: u32) -> bool {
        cache.get(&id(number)).unwrap().is_some_and(|entry| *entry.value() == number)
    }

    #[test]
    fn the_least_recently_used_entry_gives_way() {
        let (_, cache) = cache(2);
        put(&cache, 1, 60);
        put(&cache, 2, 60);
        assert!(has(&cache, 1));
        put(&cache, 3, 60);
        assert_eq!([1, 2, 3].map(|number| has(&cache, number)), [true, false, true]);
        assert_eq!(cache.metrics(), CacheMetrics { entries: 2, evictions: 1, expirations: 0 });
        put(&cache, 3, 60);
        assert_eq!(cache.metrics().entries, 2, "an entry in place of another is no new one");
    }

    #[test]
    fn a_cache_without_capacity_holds_nothing() {
        let (_, cache) = cache(0);
        put(&cache, 1, 60);
        assert!(!has(&cache, 1));
        assert_eq!(cache.metrics().entries, 0);
    }

    #[test]
    fn an_entry_is_there_until_its_time_is_over_and_not_a_millisecond_longer() {
        let (clock, cache) = cache(9);
        put(&cache, 1, 10);
        clock.advance(Duration::from_millis(9_999));
        assert!(has(&cache, 1));
        clock.advance(Duration::from_millis(1));
        assert!(!has(&cache, 1));
        assert_eq!(cache.metrics(), CacheMetrics { entries: 0, evictions: 0, expirations: 1 });
    }

    #[test]
    fn an_entry_of_the_future_is_not_believed() {
        let (_, cache) = cache(9);
        let later = cache.now().plus(Duration::from_secs(1));
        cache.put(id(1), Arc::new(Entry::new(1, later, Duration::from_secs(60))));
        assert!(!has(&cache, 1));
    }

    #[test]
    fn each_operation_drops_what_is_over_among_the_least_recently_used() {
        let (clock, cache) = cache(100);
        for number in 0..30 {
            put(&cache, number, 10);
        }
        clock.advance(Duration::from_secs(10));
        let entries = |cache: &LocalCache<u32>| cache.metrics().entries;
        assert!(!has(&cache, 1_000));
        assert_eq!(entries(&cache), 30 - PRUNED);
        put(&cache, 31, 10);
        assert_eq!(entries(&cache), 30 - 2 * PRUNED + 1);
        assert!(has(&cache, 31));
        assert_eq!(entries(&cache), 1);
    }

    #[test]
    fn what_was_replaced_meanwhile_is_not_removed() {
        let (_, cache) = cache(9);
        let first = put(&cache, 1, 60);
        let second = put(&cache, 1, 60);
        cache.remove(&id(1), &first);
        assert!(has(&cache, 1));
        cache.remove(&id(1), &second);
        assert!(!has(&cache, 1));
        cache.remove(&id(1), &second);
    }

    #[test]
    fn both_orders_hold_the_same_whatever_is_done() {
        let (clock, cache) = cache(7);
        for step in 0..2_000_u32 {
            let number = step.wrapping_mul(2_654_435_761) >> 28;
            match step % 5 {
                0 | 1 => drop(put(&cache, number, u64::from(step % 11))),
                2 | 3 => drop(has(&cache, number)),
                _ => clock.advance(Duration::from_secs(1)),
            }
            let entries = cache.lock();
            assert!(entries.by_id.len() <= 7);
            assert_eq!(entries.by_id.len(), entries.by_use.len());
            assert!(entries.by_use.iter().all(|(used, (id, _))| entries.by_id.get(id) == Some(used)));
        }
    }
}
