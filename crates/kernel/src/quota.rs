//! Request quotas: token buckets by account, Region and pool.
//!
//! A bucket holds one second's worth of calls and refills evenly, in wall time. The values are each service's data; a
//! call that a service makes for a caller draws on the caller's bucket. Buckets that are full again are dropped, so
//! memory follows the accounts that are active.

use base::{Clock, Region, Scope, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Operations that share one quota.
pub struct Pool {
    /// Its name, unique in the process.
    pub name: &'static str,
    /// Calls a second for an account in a Region.
    pub rate: fn(Region) -> f64,
}

const SHARDS: usize = 16;

/// A shard is swept when it holds this many buckets.
const SWEEP_AT: usize = 1_024;

/// The buckets of a process.
pub struct Quotas {
    clock: Arc<dyn Clock>,
    enforced: bool,
    shards: [Mutex<HashMap<(Scope, &'static str), Bucket>>; SHARDS],
}

struct Bucket {
    tokens: f64,
    rate: f64,
    filled: Timestamp,
}

impl Quotas {
    /// Buckets in the wall time of `clock`; not `enforced`, they let everything pass.
    pub fn new(clock: Arc<dyn Clock>, enforced: bool) -> Self {
        Self { clock, enforced, shards: Default::default() }
    }

    /// Draws one call from the bucket; false when it is empty.
    pub fn take(&self, scope: Scope, pool: &Pool) -> bool {
        if !self.enforced {
            return true;
        }
        let key = (scope, pool.name);
        // Neighbouring accounts differ in their last digits; where accounts meet they wait a moment for each other.
        let digits = scope.account.as_str().bytes().fold(0, |sum, digit| sum * 7 + usize::from(digit));
        let Some(shard) = self.shards.get(digits % SHARDS) else { return false };
        let mut buckets = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        if buckets.len() >= SWEEP_AT {
            buckets.retain(|_, bucket| !bucket.full_at(now));
        }
        let rate = (pool.rate)(scope.region);
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: rate.max(1.0), rate, filled: now });
        bucket.take(now)
    }
}

impl Bucket {
    fn level(&self, now: Timestamp) -> f64 {
        (self.tokens + now.since(self.filled).as_secs_f64() * self.rate).min(self.rate.max(1.0))
    }

    fn full_at(&self, now: Timestamp) -> bool {
        self.level(now) >= self.rate.max(1.0)
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

    #[test]
    fn a_bucket_gives_a_seconds_worth_and_refills_evenly() {
        let clock = Arc::new(TestClock::new(Timestamp::from_millis(0)));
        let quotas = Quotas::new(clock.clone(), true);
        let calls = |n: usize| (0..n).filter(|_| quotas.take(scope("111122223333"), &POOL)).count();
        assert_eq!(calls(8), 5);
        clock.advance(Duration::from_millis(400));
        assert_eq!(calls(8), 2);
        clock.advance(Duration::from_secs(3600));
        assert_eq!(calls(8), 5, "an idle hour saves no more than a second");
    }

    #[test]
    fn accounts_do_not_share_a_bucket_and_idle_buckets_are_dropped() {
        let clock = Arc::new(TestClock::new(Timestamp::from_millis(0)));
        let quotas = Quotas::new(clock.clone(), true);
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
