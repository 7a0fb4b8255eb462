//! Request quotas: token buckets by account, Region and pool.
//!
//! A bucket holds one second's worth of calls and refills evenly, in wall time. The values are each service's data, or
//! what an operator set in their place (see `raised`); a call that a service makes for a caller draws on the caller's
//! bucket. Guarantees: buckets that are full again are dropped, so memory follows the accounts that are active; a value
//! that is changed counts from the next call on.

use crate::raised::Raised;
use crate::registry::Registry;
use base::{Clock, Region, Scope, Timestamp};
use quick_cache::DefaultHashBuilder;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Operations that share one quota.
pub struct Pool {
    /// Its name, unique in the process: the service and what it is for, such as `kms.CreateKey`.
    pub name: &'static str,
    /// Calls a second for an account in a Region.
    pub rate: fn(Region) -> f64,
}

const SHARDS: usize = 16;

/// A shard is swept when it holds this many buckets.
const SWEEP_AT: usize = 1_024;

/// What a bucket is for: an account and Region, a pool, and what in it has a bucket of its own (0 for the pool itself).
type Place = (Scope, &'static str, u64);

/// The buckets of a process.
pub struct Quotas {
    clock: Arc<dyn Clock>,
    enforced: AtomicBool,
    raised: Raised,
    hasher: RandomState,
    shards: [Mutex<Buckets>; SHARDS],
    /// Draws refused, by pool.
    refused: Mutex<BTreeMap<&'static str, u64>>,
}

type Buckets = HashMap<Place, Bucket, DefaultHashBuilder>;

struct Bucket {
    tokens: f64,
    rate: f64,
    filled: Timestamp,
}

impl Quotas {
    /// Buckets in the wall time of `clock`; not `enforced`, they let everything pass.
    pub fn new(clock: Arc<dyn Clock>, enforced: bool) -> Self {
        let (raised, hasher) = (Raised::default(), RandomState::new());
        let enforced = AtomicBool::new(enforced);
        Self { clock, enforced, raised, hasher, shards: Default::default(), refused: Mutex::default() }
    }

    /// Sets the value of a quota, by the name of its pool or limit, for all accounts and Regions that have none of their
    /// own.
    pub fn set_everywhere(&self, name: &str, value: f64) {
        self.raised.set_everywhere(name, value);
        self.shards.iter().for_each(|shard| Self::lock(shard).retain(|(_, pool, _), _| *pool != name));
    }

    /// Whether request quotas are enforced, and values for all accounts by the names that operators write; in place of
    /// what was set before. An unknown name changes nothing and is given back.
    pub fn set_named<'n>(
        &self,
        registry: &Registry,
        enforced: bool,
        values: &'n [(String, f64)],
    ) -> Result<(), &'n str> {
        let known = |(name, value): &'n (String, f64)| Ok((registry.quota_named(name).ok_or(name.as_str())?, *value));
        let values = values.iter().map(known).collect::<Result<Vec<_>, &'n str>>()?;
        self.replace_everywhere(enforced, &values);
        Ok(())
    }

    /// Whether anything is enforced from now on, and the values of quotas for all accounts and Regions that have none of
    /// their own, in place of all that were set before.
    fn replace_everywhere(&self, enforced: bool, values: &[(&'static str, f64)]) {
        let before = self.raised.replace_everywhere(values);
        let is_changed = |pool: &str| before.contains_key(pool) || values.iter().any(|(name, _)| *name == pool);
        self.shards.iter().for_each(|shard| Self::lock(shard).retain(|(_, pool, _), _| !is_changed(pool)));
        self.enforced.store(enforced, Ordering::Relaxed);
    }

    /// Sets the value of a quota for an account in a Region; `None` takes it back.
    pub(crate) fn set(&self, scope: Scope, name: &str, value: Option<f64>) {
        self.raised.set(scope, name, value);
        let Some(shard) = self.shard(scope) else { return };
        let (mut buckets, now) = (Self::lock(shard), self.clock.now());
        for ((_, _, _), bucket) in buckets.iter_mut().filter(|((of, pool, _), _)| *of == scope && *pool == name) {
            match value {
                Some(rate) => bucket.change(rate, now),
                // It is made anew with the value that counts now.
                None => bucket.rate = f64::INFINITY,
            }
        }
        buckets.retain(|_, bucket| bucket.rate.is_finite());
    }

    /// The value of a quota of this name and default for an account in a Region.
    pub(crate) fn value(&self, scope: Scope, name: &str, default: f64) -> f64 {
        self.raised.value(scope, name).unwrap_or(default)
    }

    /// The value that was set for just this account and Region.
    pub(crate) fn own(&self, scope: Scope, name: &str) -> Option<f64> {
        self.raised.own(scope, name)
    }

    /// Draws one call from the bucket; false when it is empty.
    pub fn take(&self, scope: Scope, pool: &Pool) -> bool {
        self.take_at((scope, pool.name, 0), pool)
    }

    /// Draws one call from the bucket that `id` has for itself.
    pub(crate) fn take_of(&self, scope: Scope, pool: &Pool, id: &str) -> bool {
        self.take_at((scope, pool.name, self.hasher.hash_one(id)), pool)
    }

    fn take_at(&self, place: Place, pool: &Pool) -> bool {
        if !self.enforced.load(Ordering::Relaxed) {
            return true;
        }
        let scope = place.0;
        let Some(shard) = self.shard(scope) else { return false };
        let mut buckets = Self::lock(shard);
        let now = self.clock.now();
        if buckets.len() >= SWEEP_AT {
            buckets.retain(|_, bucket| !bucket.full_at(now));
        }
        let bucket = buckets.entry(place).or_insert_with(|| {
            let rate = self.value(scope, pool.name, (pool.rate)(scope.region));
            Bucket { tokens: capacity(rate), rate, filled: now }
        });
        let taken = bucket.take(now);
        drop(buckets);
        if !taken {
            *self.refused.lock().unwrap_or_else(PoisonError::into_inner).entry(pool.name).or_default() += 1;
        }
        taken
    }

    /// How many draws were refused so far, by pool. Pools are constants of services, so they are few.
    pub fn refused(&self) -> Vec<(&'static str, u64)> {
        self.refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|(pool, count)| (*pool, *count))
            .collect()
    }

    /// Neighbouring accounts differ in their last digits; where accounts meet they wait a moment for each other.
    fn shard(&self, scope: Scope) -> Option<&Mutex<Buckets>> {
        let digits = scope.account.as_str().bytes().fold(0, |sum, digit| sum * 7 + usize::from(digit));
        self.shards.get(digits % SHARDS)
    }

    fn lock(shard: &Mutex<Buckets>) -> std::sync::MutexGuard<'_, Buckets> {
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a bucket holds. One that refills slower than once a second still holds a call; one of rate 0 holds none.
fn capacity(rate: f64) -> f64 {
    if rate > 0.0 { rate.max(1.0) } else { 0.0 }
}

impl Bucket {
    fn level(&self, now: Timestamp) -> f64 {
        (self.tokens + now.since(self.filled).as_secs_f64() * self.rate).min(capacity(self.rate))
    }

    fn full_at(&self, now: Timestamp) -> bool {
        self.level(now) >= capacity(self.rate)
    }

    /// What was drawn so far stays drawn; a second's worth at the new rate is there at once where it grew.
    fn change(&mut self, rate: f64, now: Timestamp) {
        let drawn = capacity(self.rate) - self.level(now);
        self.tokens = (capacity(rate) - drawn).max(0.0);
        (self.rate, self.filled) = (rate, self.filled.max(now));
    }

    fn take(&mut self, now: Timestamp) -> bool {
        self.tokens = self.level(now);
        self.filled = self.filled.max(now);
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::TestClock;
    use std::time::Duration;

    static POOL: Pool = Pool { name: "test", rate: |_| 5.0 };

    fn scope(account: &str) -> Scope {
        Scope { account: account.parse().unwrap(), region: "us-east-1".parse().unwrap() }
    }

    fn quotas() -> (Arc<TestClock>, Quotas) {
        let clock = Arc::new(TestClock::new(Timestamp::from_millis(0)));
        (clock.clone(), Quotas::new(clock, true))
    }

    /// How many of `n` calls at once are let through.
    fn burst(quotas: &Quotas, account: &str, n: usize) -> usize {
        (0..n).filter(|_| quotas.take(scope(account), &POOL)).count()
    }

    #[test]
    fn a_bucket_gives_a_seconds_worth_and_refills_evenly() {
        let (clock, quotas) = quotas();
        assert_eq!(burst(&quotas, "111122223333", 8), 5);
        assert_eq!(quotas.refused(), [("test", 3)]);
        clock.advance(Duration::from_millis(400));
        assert_eq!(burst(&quotas, "111122223333", 8), 2);
        clock.advance(Duration::from_secs(3600));
        assert_eq!(burst(&quotas, "111122223333", 8), 5, "an idle hour saves no more than a second");
    }

    #[test]
    fn a_value_that_is_set_counts_from_the_next_call_on_and_for_that_account_alone() {
        let (clock, quotas) = quotas();
        assert_eq!(burst(&quotas, "111122223333", 8), 5);
        quotas.set(scope("111122223333"), "test", Some(7.0));
        assert_eq!(burst(&quotas, "111122223333", 8), 2, "what was drawn stays drawn");
        clock.advance(Duration::from_secs(1));
        assert_eq!(burst(&quotas, "111122223333", 20), 7);
        assert_eq!(burst(&quotas, "444455556666", 8), 5);
        quotas.set(scope("111122223333"), "test", None);
        assert_eq!(burst(&quotas, "111122223333", 20), 5, "taken back, the default counts again");
    }

    #[test]
    fn a_value_for_everybody_gives_way_to_an_accounts_own() {
        let (_, quotas) = quotas();
        quotas.set(scope("111122223333"), "test", Some(3.0));
        quotas.set_everywhere("test", 0.0);
        assert_eq!((burst(&quotas, "111122223333", 8), burst(&quotas, "444455556666", 8)), (3, 0));
        assert_eq!(quotas.value(scope("444455556666"), "test", 5.0), 0.0);
        assert_eq!(quotas.value(scope("444455556666"), "other", 5.0), 5.0);
    }

    #[test]
    fn values_for_all_can_be_replaced_and_enforcement_turned_off_and_on() {
        let (_, quotas) = quotas();
        quotas.replace_everywhere(true, &[("test", 2.0)]);
        assert_eq!(burst(&quotas, "111122223333", 8), 2);
        quotas.replace_everywhere(true, &[]);
        assert_eq!(burst(&quotas, "111122223333", 8), 5, "the default is back");
        quotas.replace_everywhere(false, &[]);
        assert_eq!(burst(&quotas, "111122223333", 8), 8);
        quotas.replace_everywhere(true, &[]);
        assert_eq!(burst(&quotas, "111122223333", 8), 0);
    }

    #[test]
    fn what_has_a_bucket_of_its_own_does_not_draw_on_others() {
        let (_, quotas) = quotas();
        let calls = |id: &str| (0..8).filter(|_| quotas.take_of(scope("111122223333"), &POOL, id)).count();
        assert_eq!((calls("cks-1"), calls("cks-2"), burst(&quotas, "111122223333", 8)), (5, 5, 5));
        quotas.set(scope("111122223333"), "test", Some(6.0));
        assert_eq!(calls("cks-1"), 1, "its rate is the pool's");
    }

    #[test]
    fn accounts_do_not_share_a_bucket_and_idle_buckets_are_dropped() {
        let (clock, quotas) = quotas();
        for account in 0..40_000 {
            assert!(quotas.take(scope(&format!("{account:012}")), &POOL));
            clock.advance(Duration::from_millis(10));
        }
        let kept: usize = quotas.shards.iter().map(|shard| shard.lock().unwrap().len()).sum();
        assert!(kept <= SHARDS * SWEEP_AT, "{kept}");
    }

    #[test]
    fn switched_off_quotas_let_everything_pass() {
        let quotas = Quotas::new(Arc::new(TestClock::default()), false);
        assert!((0..100).all(|_| quotas.take(scope("111122223333"), &POOL)));
    }
}
