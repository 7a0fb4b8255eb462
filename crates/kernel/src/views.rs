//! Views: all that decides about one resource, as one immutable value, cached.
//!
//! Everything about a resource is stored below one root key (table and id in a [`Space`]), so a view is what
//! [`View::load`] makes of that subtree, and any change below the root outdates it.
//!
//! Guarantees: the cache is bounded and holds no negative answers; a view loaded before a change of its resource is
//! never cached after it; a writing call loads views in its own transaction and so reads nothing stale.

use crate::call::Caller;
use crate::ctx::Lookup;
use crate::error::{Error, Result};
use crate::meter::{Meter, Tally};
use base::{AccountId, Scope};
use crypto::Hierarchy;
use directory::records::Reads;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use store::{Key, Record, Space, Transaction};

/// What the views kept in memory may weigh together, in KiB as [`View::weight`] has it: some 16 MiB.
pub(crate) const VIEW_CAPACITY: usize = 16_384;

/// Roots changed recently, remembered so that a load that raced with a change is not cached. Above this many, all
/// loads under way are forgotten instead.
const RECENT_CHANGES: usize = 4_096;

/// All that decides about one resource of an account and Region.
pub trait View: Send + Sync + Sized + 'static {
    /// The table below which everything of the resource is stored.
    const TABLE: &'static str;

    /// Reads the resource; `None` if there is none.
    fn load(reader: &mut Reader<'_>, scope: Scope, id: &str) -> Result<Option<Self>>;

    /// About how much memory it takes, in KiB and at least 1.
    fn weight(&self) -> u32 {
        1
    }

    /// The key below which everything of the resource is stored.
    fn root(scope: Scope, id: &str) -> Key {
        Key::new(Space::regional(scope), Self::TABLE).text(id)
    }
}

/// A view of something that permissions are about.
pub trait Guarded: View {
    /// CloudTrail's type of the resource.
    const KIND: &'static str;

    /// Its ARN.
    fn arn(&self) -> String;

    /// The account that owns it.
    fn owner(&self) -> AccountId;

    /// Its policy, if resources of this kind have one.
    fn policy(&self) -> Option<&policy::Attached> {
        None
    }

    /// The key below which everything about it is stored, if the service tells when its resources were last used.
    fn stored_at(&self) -> Option<Key> {
        None
    }

    /// Gives values to the service's own condition keys about the resource, whatever is asked for on it.
    fn add_to<'c>(&'c self, _caller: &'c Caller, _context: &mut policy::Context<'c>) {}

    /// Whether there may be grants on it.
    fn has_grants(&self) -> bool {
        false
    }

    /// The grants on it that may be the caller's for an action. They are asked for when policies alone do not settle it. An operation that chooses otherwise gives its choice with
    /// [`crate::Target::granted`].
    fn grants(&self, _lookup: &mut Lookup<'_, '_>, _action: &str) -> Result<Vec<Arc<policy::Grant>>> {
        Ok(Vec::new())
    }

    /// The counters of its use, if that has a price.
    fn tally(&self) -> Option<&Arc<Tally>> {
        None
    }

    /// Its tags, if resources of this kind have any.
    fn tags(&self) -> Option<&BTreeMap<String, String>> {
        None
    }
}

/// Reads records for a view.
pub struct Reader<'a> {
    pub(crate) transaction: &'a mut Transaction,
    pub(crate) crypto: &'a Hierarchy,
    pub(crate) meter: &'a Meter,
}

impl Reader<'_> {
    /// One record.
    pub fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>> {
        Ok(self.transaction.get(key)?)
    }

    /// The records below `prefix`, in order.
    pub fn scan<R: Record>(&mut self, prefix: &Key, limit: usize) -> Result<Vec<(Key, R)>> {
        Ok(self.transaction.scan(prefix, None, limit)?)
    }

    /// The records below `prefix` and after `after`, in order.
    pub fn scan_after<R: Record>(&mut self, prefix: &Key, after: Option<&Key>, limit: usize) -> Result<Vec<(Key, R)>> {
        Ok(self.transaction.scan(prefix, after, limit)?)
    }

    /// The counters of an account's use of a resource of its own.
    pub fn tally(&self, scope: Scope, service: &str, arn: &str) -> Arc<Tally> {
        self.meter.note(scope);
        self.meter.tally(scope, service, arn)
    }

    /// The key hierarchy, to open stored material into handles.
    pub fn crypto(&self) -> &Hierarchy {
        self.crypto
    }
}

impl Reads for Reader<'_> {
    type Error = Error;

    fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>> {
        Reader::get(self, key)
    }

    fn scan<R: Record>(&mut self, prefix: &Key, after: Option<&Key>, limit: usize) -> Result<Vec<(Key, R)>> {
        Ok(self.transaction.scan(prefix, after, limit)?)
    }
}

/// The cache of views.
pub(crate) struct Views {
    cache: Cache<Box<[u8]>, Kept, ByWeight>,
    epoch: AtomicU64,
    changed: RwLock<Changed>,
}

/// A view, and what it weighs.
#[derive(Clone)]
struct Kept {
    view: Arc<dyn Any + Send + Sync>,
    weight: u32,
}

#[derive(Clone)]
struct ByWeight;

impl Weighter<Box<[u8]>, Kept> for ByWeight {
    fn weight(&self, _: &Box<[u8]>, kept: &Kept) -> u64 {
        u64::from(kept.weight.max(1))
    }
}

#[derive(Default)]
struct Changed {
    /// The epoch at which a root last changed.
    roots: HashMap<Box<[u8]>, u64>,
    /// Loads that began before this epoch are not cached at all.
    floor: u64,
}

/// When a load began; see [`Views::keep`].
#[derive(Clone, Copy)]
pub(crate) struct Epoch(u64);

impl Views {
    pub(crate) fn new(capacity: usize) -> Self {
        let cache = Cache::with_weighter(capacity, capacity as u64, ByWeight);
        Self { cache, epoch: AtomicU64::new(1), changed: RwLock::default() }
    }

    pub(crate) fn get<V: View>(&self, root: &Key) -> Option<Arc<V>> {
        self.cache.get(root.as_bytes()).and_then(|kept| kept.view.downcast().ok())
    }

    /// Views that are cached.
    pub(crate) fn len(&self) -> usize {
        self.cache.len()
    }

    /// To be taken before the snapshot of a load.
    pub(crate) fn begin(&self) -> Epoch {
        Epoch(self.epoch.load(Ordering::SeqCst))
    }

    /// Caches a view that was loaded since `begun`, unless its resource changed meanwhile.
    pub(crate) fn keep<V: View>(&self, root: &Key, view: &Arc<V>, begun: Epoch) {
        let changed = self.changed.read().unwrap_or_else(PoisonError::into_inner);
        let last = changed.roots.get(root.as_bytes()).copied().unwrap_or(0).max(changed.floor);
        if last <= begun.0 {
            // Under the lock, so that a change cannot slip between the check and the insertion.
            let kept = Kept { view: view.clone(), weight: view.weight() };
            self.cache.insert(root.as_bytes().into(), kept);
        }
    }

    /// Forgets the views of everything that `keys` belong to.
    pub(crate) fn outdate<'k>(&self, keys: impl IntoIterator<Item = &'k [u8]>) {
        let mut changed = self.changed.write().unwrap_or_else(PoisonError::into_inner);
        let epoch = self.epoch.fetch_add(1, Ordering::SeqCst) + 1;
        for root in keys.into_iter().filter_map(Key::root_of) {
            if changed.roots.len() >= RECENT_CHANGES {
                changed.roots.clear();
                changed.floor = epoch;
            }
            changed.roots.insert(root.into(), epoch);
            self.cache.remove(root);
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        let mut changed = self.changed.write().unwrap_or_else(PoisonError::into_inner);
        changed.floor = self.epoch.fetch_add(1, Ordering::SeqCst) + 1;
        changed.roots.clear();
        self.cache.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing(u32);

    impl View for Thing {
        const TABLE: &'static str = "test.thing";

        fn load(_: &mut Reader<'_>, _: Scope, _: &str) -> Result<Option<Self>> {
            Ok(None)
        }
    }

    fn root(id: &str) -> Key {
        Thing::root(Scope { account: "111122223333".parse().unwrap(), region: "us-east-1".parse().unwrap() }, id)
    }

    fn cached(views: &Views, id: &str) -> Option<u32> {
        views.get::<Thing>(&root(id)).map(|thing| thing.0)
    }

    #[test]
    fn a_change_anywhere_below_the_root_outdates_the_view_and_no_other() {
        let views = Views::new(16);
        let begun = views.begin();
        views.keep(&root("a"), &Arc::new(Thing(1)), begun);
        views.keep(&root("b"), &Arc::new(Thing(2)), begun);
        views.outdate([root("a").text("alias").text("x").as_bytes()]);
        assert_eq!((cached(&views, "a"), cached(&views, "b")), (None, Some(2)));
    }

    #[test]
    fn a_view_loaded_before_a_change_is_not_cached_after_it() {
        let views = Views::new(16);
        let before = views.begin();
        views.outdate([root("a").as_bytes()]);
        views.keep(&root("a"), &Arc::new(Thing(1)), before);
        assert_eq!(cached(&views, "a"), None);
        views.keep(&root("a"), &Arc::new(Thing(2)), views.begin());
        assert_eq!(cached(&views, "a"), Some(2));
    }

    #[test]
    fn heavy_views_leave_room_for_fewer() {
        struct Heavy;
        impl View for Heavy {
            const TABLE: &'static str = "test.heavy";

            fn load(_: &mut Reader<'_>, _: Scope, _: &str) -> Result<Option<Self>> {
                Ok(None)
            }

            fn weight(&self) -> u32 {
                16
            }
        }
        let views = Views::new(4096);
        for n in 0..4096 {
            views.keep(&root(&n.to_string()), &Arc::new(Heavy), views.begin());
        }
        let kept = (0..4096).filter(|n| views.get::<Heavy>(&root(&n.to_string())).is_some()).count();
        assert!((1..=256).contains(&kept), "{kept} are kept");
    }

    #[test]
    fn forgotten_changes_still_keep_old_loads_out() {
        let views = Views::new(16);
        let before = views.begin();
        views.outdate([root("a").as_bytes()]);
        for n in 0..=RECENT_CHANGES {
            views.outdate([root(&format!("other-{n}")).as_bytes()]);
        }
        views.keep(&root("a"), &Arc::new(Thing(1)), before);
        assert_eq!(cached(&views, "a"), None);
        let before = views.begin();
        views.clear();
        views.keep(&root("b"), &Arc::new(Thing(1)), before);
        assert_eq!(cached(&views, "b"), None);
    }
}
