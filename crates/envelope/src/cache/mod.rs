//! Caches of cryptographic materials: data keys and branch keys that are used more than once.
//!
//! Guarantees: an entry is never given out once its time is over, nor before it began (a clock that was set back); a
//! cache holds no more entries than its capacity; values are shared, not copied, and wiped with their last holder.
//! Source: AWS Encryption SDK specification, "Cryptographic Materials Cache Interface".

mod local;
mod storm;

pub use local::LocalCache;
pub use storm::{StormSettings, StormTrackingCache};

use crate::Error;
use base::Timestamp;
use primitives::{HashAlgorithm, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many entries a cache holds where nothing else is asked for.
pub const DEFAULT_CACHE_CAPACITY: usize = 1000;

/// A cache of materials of one kind.
pub trait MaterialsCache<V>: Send + Sync {
    /// The entry of an id. `None` makes it the caller's to get the materials and to [`put`](Self::put) them; a cache may
    /// let other callers wait for that, and fail if it takes too long.
    fn get(&self, id: &EntryId) -> Result<Option<Arc<Entry<V>>>, Error>;

    /// Stores an entry, in place of one with the same id.
    fn put(&self, id: EntryId, entry: Arc<Entry<V>>);

    /// Says that the caller, who was told that there is no entry, cannot get the materials either: others who wait need not
    /// wait for this one, and will hear from the key service themselves why. Gives the entry that is there all the same,
    /// which the caller was to renew, and can go on with.
    fn abandon(&self, _id: &EntryId) -> Option<Arc<Entry<V>>> {
        None
    }

    /// Takes an entry out, unless another has taken its place already.
    fn remove(&self, id: &EntryId, entry: &Arc<Entry<V>>);

    /// The time by which entries begin and end.
    fn now(&self) -> Timestamp;

    /// What the cache holds and has dropped.
    fn metrics(&self) -> CacheMetrics;
}

/// What a cache holds and has dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheMetrics {
    /// Entries that it holds.
    pub entries: usize,
    /// Entries that gave way to newer ones.
    pub evictions: u64,
    /// Entries whose time was over.
    pub expirations: u64,
}

/// Names an entry: SHA-384 over fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntryId([u8; 48]);

impl EntryId {
    /// The id of fields, which a zero byte separates.
    pub fn of(fields: &[&[u8]]) -> Self {
        let mut hasher = Hasher::new(HashAlgorithm::Sha384);
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                hasher.update(&[0]);
            }
            hasher.update(field);
        }
        let mut id = [0; 48];
        id.iter_mut().zip(hasher.finish()).for_each(|(to, from)| *to = from);
        Self(id)
    }

    /// The hash.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A cached value, with its time and how much it was used.
pub struct Entry<V> {
    value: V,
    created: Timestamp,
    expires: Timestamp,
    messages: AtomicU64,
    bytes: AtomicU64,
}

impl<V> Entry<V> {
    /// An entry that begins now and is over after `time_to_live`, not used yet.
    pub fn new(value: V, now: Timestamp, time_to_live: Duration) -> Self {
        let expires = now.plus(time_to_live);
        Self { value, created: now, expires, messages: AtomicU64::new(0), bytes: AtomicU64::new(0) }
    }

    /// What is cached.
    pub fn value(&self) -> &V {
        &self.value
    }

    /// When it was made.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// When it is over.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// Whether it may be given out.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.created <= now && now < self.expires
    }

    /// Counts a message of so many bytes; false if that is one message or one byte too many, after which the entry should
    /// not be used any more.
    pub fn charge(&self, bytes: u64, most_messages: u64, most_bytes: u64) -> bool {
        let add = |counter: &AtomicU64, more: u64, most: u64| {
            let grown = |used: u64| used.checked_add(more).filter(|sum| *sum <= most);
            counter.fetch_update(Ordering::Relaxed, Ordering::Relaxed, grown).is_ok()
        };
        add(&self.messages, 1, most_messages) && add(&self.bytes, bytes, most_bytes)
    }

    /// Messages and bytes that were counted.
    pub fn usage(&self) -> (u64, u64) {
        (self.messages.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_hash_of_its_fields_with_zeros_between() {
        let whole = primitives::hash(HashAlgorithm::Sha384, &[b"\x02\0\x01\0key"]);
        assert_eq!(EntryId::of(&[&[2], &[1], b"key"]).as_bytes(), whole);
        assert_ne!(EntryId::of(&[b"a", b"", b"b"]), EntryId::of(&[b"a", b"b"]));
    }

    #[test]
    fn an_entry_takes_as_many_messages_and_bytes_as_it_may_and_no_more() {
        let entry = Entry::new((), Timestamp::from_millis(0), Duration::from_secs(1));
        assert!(entry.charge(60, 2, 100));
        assert!(entry.charge(40, 2, 100));
        assert!(!entry.charge(0, 2, 100), "a third message");
        assert_eq!(entry.usage(), (2, 100));
        let entry = Entry::new((), Timestamp::from_millis(0), Duration::from_secs(1));
        assert!(!entry.charge(101, 2, 100));
        assert!(
            !entry.charge(u64::MAX, u64::MAX, u64::MAX) || !entry.charge(1, u64::MAX, u64::MAX),
            "no sum overflows"
        );
    }
}
