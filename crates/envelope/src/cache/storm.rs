//! A cache that keeps many callers from getting the same materials at once.
//!
//! Guarantees: as long as the first caller for an id is at work, nobody else is sent for the same, but for one more after
//! each grace interval; materials that are about to end are renewed by one caller while the others go on with the old
//! ones, also when that fails; at most `fan_out` ids are being got at a time, whoever takes longer than the in-flight time
//! not counted; nobody waits longer than that.
//! Source: AWS Encryption SDK specification, "Storm Tracking Cryptographic Materials Cache".

use super::{CacheMetrics, DEFAULT_CACHE_CAPACITY, Entry, EntryId, LocalCache, MaterialsCache};
use crate::Error;
use base::{Clock, SystemClock, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How a storm-tracking cache behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StormSettings {
    /// How many entries it holds.
    pub capacity: usize,
    /// How long before its end an entry is renewed. Should be much shorter than entries live.
    pub grace_period: Duration,
    /// How long one caller has to get materials before another is sent.
    pub grace_interval: Duration,
    /// How many ids may be got at a time.
    pub fan_out: usize,
    /// How long a caller waits for what others are getting.
    pub in_flight_time: Duration,
    /// How long a waiting caller sleeps before it looks again.
    pub sleep: Duration,
}

impl Default for StormSettings {
    /// AWS's own, but for the in-flight time: theirs (20 s) is longer than the grace period, which their rules forbid.
    fn default() -> Self {
        Self {
            capacity: DEFAULT_CACHE_CAPACITY,
            grace_period: Duration::from_secs(10),
            grace_interval: Duration::from_secs(1),
            fan_out: 20,
            in_flight_time: Duration::from_secs(10),
            sleep: Duration::from_millis(20),
        }
    }
}

impl StormSettings {
    fn check(&self) -> Result<(), Error> {
        if self.grace_interval.is_zero() || self.sleep.is_zero() || self.fan_out == 0 {
            return Err(Error::Configuration("grace interval, sleep and fan-out must be more than zero".into()));
        }
        if self.grace_interval > self.in_flight_time || self.in_flight_time > self.grace_period {
            return Err(Error::Configuration(
                "the grace interval must not be longer than the in-flight time, nor that than the grace period".into(),
            ));
        }
        Ok(())
    }
}

/// A local cache behind which callers queue.
pub struct StormTrackingCache<V> {
    local: LocalCache<V>,
    settings: StormSettings,
    /// Ids that somebody was sent for. Always locked before the local cache.
    in_flight: Mutex<HashMap<EntryId, Sent>>,
    pause: Box<dyn Fn(Duration) + Send + Sync>,
}

/// That somebody was sent for an id.
struct Sent {
    since: Timestamp,
    /// Whether they came back without it; at most `fan_out` did not.
    came_back: bool,
}

/// What a look into the cache comes to.
enum Look<V> {
    Found(Arc<Entry<V>>),
    /// The caller is the one to get it.
    Missing,
    /// Somebody else is at it.
    Wait,
}

impl<V: Send + Sync> StormTrackingCache<V> {
    /// A cache by the system's clock. Settings that contradict each other are refused.
    pub fn new(settings: StormSettings) -> Result<Self, Error> {
        Self::with_clock(settings, Arc::new(SystemClock), std::thread::sleep)
    }

    /// The same by another clock; `pause` is how a caller sleeps.
    pub fn with_clock(
        settings: StormSettings,
        clock: Arc<dyn Clock>,
        pause: impl Fn(Duration) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        settings.check()?;
        Ok(Self {
            local: LocalCache::with_clock(settings.capacity, clock),
            settings,
            in_flight: Mutex::new(HashMap::new()),
            pause: Box::new(pause),
        })
    }

    fn look(&self, id: &EntryId) -> Look<V> {
        let now = self.now();
        let mut in_flight = self.lock();
        let is_within = |sent: &Sent, time| sent.since <= now && now < sent.since.plus(time);
        let StormSettings { grace_interval, in_flight_time, fan_out, .. } = self.settings;
        in_flight.retain(|_, sent| is_within(sent, if sent.came_back { grace_interval } else { in_flight_time }));
        let sent = in_flight.get(id);
        let is_in_flight = sent.is_some_and(|sent| is_within(sent, grace_interval));
        let is_full = sent.is_none() && in_flight.values().filter(|sent| !sent.came_back).count() >= fan_out;
        match self.local.find(id) {
            Some(entry) if is_full || is_in_flight || !self.is_in_grace(&entry, now) => Look::Found(entry),
            None if is_full || is_in_flight => Look::Wait,
            _ => {
                in_flight.insert(*id, Sent { since: now, came_back: false });
                Look::Missing
            }
        }
    }

    fn is_in_grace(&self, entry: &Entry<V>, now: Timestamp) -> bool {
        entry.expires().minus(self.settings.grace_period) <= now
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<EntryId, Sent>> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Send + Sync> MaterialsCache<V> for StormTrackingCache<V> {
    fn get(&self, id: &EntryId) -> Result<Option<Arc<Entry<V>>>, Error> {
        // Nearly always: nobody is in anybody's way.
        if let Some(entry) = self.local.find(id).filter(|entry| !self.is_in_grace(entry, self.now())) {
            return Ok(Some(entry));
        }
        let began = self.now();
        let mut slept = Duration::ZERO;
        loop {
            let limit = self.settings.in_flight_time;
            match self.look(id) {
                Look::Found(entry) => return Ok(Some(entry)),
                Look::Missing => return Ok(None),
                // Also by what was slept, since a clock may be set back.
                Look::Wait if self.now().since(began).max(slept) > limit => return Err(Error::InFlight { limit }),
                Look::Wait => {
                    (self.pause)(self.settings.sleep);
                    slept = slept.saturating_add(self.settings.sleep);
                }
            }
        }
    }

    fn put(&self, id: EntryId, entry: Arc<Entry<V>>) {
        let mut in_flight = self.lock();
        self.local.put(id, entry);
        in_flight.remove(&id);
    }

    fn abandon(&self, id: &EntryId) -> Option<Arc<Entry<V>>> {
        let mut in_flight = self.lock();
        let old = self.local.find(id);
        match in_flight.get_mut(id) {
            // The next is sent to renew it after the grace interval only: what fails for one fails for the next.
            Some(sent) if old.is_some() => sent.came_back = true,
            _ => drop(in_flight.remove(id)),
        }
        old
    }

    fn remove(&self, id: &EntryId, entry: &Arc<Entry<V>>) {
        self.local.remove(id, entry);
    }

    fn now(&self) -> Timestamp {
        self.local.now()
    }

    fn metrics(&self) -> CacheMetrics {
        self.local.metrics()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::TestClock;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    type During = Arc<OnceLock<Box<dyn Fn(usize) + Send + Sync>>>;

    /// A cache whose callers sleep on a clock of the test's; while they sleep for the n-th time, `during(n)` happens.
    struct Setup {
        clock: Arc<TestClock>,
        cache: Arc<StormTrackingCache<u32>>,
        during: During,
        pauses: Arc<AtomicUsize>,
    }

    fn setup(fan_out: usize) -> Setup {
        let clock = Arc::new(TestClock::new(Timestamp::from_millis(1_000_000)));
        let (during, pauses) = (During::default(), Arc::new(AtomicUsize::new(0)));
        let pause = {
            let (clock, during, pauses) = (clock.clone(), during.clone(), pauses.clone());
            move |time| {
                clock.advance(time);
                let count = pauses.fetch_add(1, Ordering::SeqCst) + 1;
                if let Some(during) = during.get() {
                    during(count);
                }
            }
        };
        let settings = StormSettings { fan_out, ..StormSettings::default() };
        let cache = StormTrackingCache::with_clock(settings, clock.clone(), pause).unwrap();
        Setup { clock, cache: Arc::new(cache), during, pauses }
    }

    fn id(number: u32) -> EntryId {
        EntryId::of(&[&number.to_be_bytes()])
    }

    impl Setup {
        fn put(&self, number: u32, seconds: u64) {
            put(&self.cache, number, seconds);
        }

        /// Whether it is there; if not, the caller is the one to get it.
        fn has(&self, number: u32) -> bool {
            self.cache.get(&id(number)).unwrap().is_some()
        }
    }

    fn put(cache: &StormTrackingCache<u32>, number: u32, seconds: u64) {
        cache.put(id(number), Arc::new(Entry::new(number, cache.now(), Duration::from_secs(seconds))));
    }

    #[test]
    fn settings_that_contradict_each_other_are_refused() {
        let default = StormSettings::default();
        let new = |settings| StormTrackingCache::<u32>::new(settings);
        assert!(new(default).is_ok());
        let seconds = Duration::from_secs;
        for bad in [
            StormSettings { in_flight_time: seconds(20), ..default },
            StormSettings { grace_interval: seconds(11), in_flight_time: seconds(11), ..default },
            StormSettings { in_flight_time: Duration::from_millis(999), ..default },
            StormSettings { grace_interval: Duration::ZERO, ..default },
            StormSettings { fan_out: 0, ..default },
            StormSettings { sleep: Duration::ZERO, ..default },
        ] {
            assert!(new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn while_one_caller_gets_what_is_missing_another_waits_for_it() {
        let setup = setup(20);
        assert!(!setup.has(1));
        let cache = setup.cache.clone();
        let arrive = move |count| {
            if count == 5 {
                put(&cache, 1, 60)
            }
        };
        assert!(setup.during.set(Box::new(arrive)).is_ok());
        assert!(setup.has(1));
        assert_eq!(setup.pauses.load(Ordering::SeqCst), 5);
        assert!(!setup.has(2), "another id does not wait");
    }

    #[test]
    fn a_caller_who_gives_up_is_not_waited_for() {
        let setup = setup(20);
        assert!(!setup.has(1));
        let cache = setup.cache.clone();
        let give_up = move |count| {
            if count == 5 {
                assert!(cache.abandon(&id(1)).is_none())
            }
        };
        assert!(setup.during.set(Box::new(give_up)).is_ok());
        assert!(!setup.has(1));
        assert_eq!(setup.pauses.load(Ordering::SeqCst), 5);
    }

    #[test]
    fn when_the_first_caller_takes_too_long_one_more_is_sent() {
        let setup = setup(20);
        assert!(!setup.has(1));
        assert!(!setup.has(1));
        assert_eq!(setup.pauses.load(Ordering::SeqCst), 50, "after the grace interval of a second");
    }

    #[test]
    fn nobody_waits_longer_than_the_in_flight_time() {
        let setup = setup(20);
        assert!(!setup.has(1));
        // Whenever the interval is over, somebody else is quicker and sent first.
        let others = Arc::downgrade(&setup.cache);
        let race = move |_| {
            let Some(cache) = others.upgrade() else { return };
            let now = cache.now();
            cache.lock().entry(id(1)).and_modify(|sent| sent.since = now);
        };
        assert!(setup.during.set(Box::new(race)).is_ok());
        let refused = setup.cache.get(&id(1));
        assert!(matches!(refused, Err(Error::InFlight { limit }) if limit == Duration::from_secs(10)));
        assert_eq!(setup.pauses.load(Ordering::SeqCst), 501);
    }

    #[test]
    fn near_its_end_an_entry_is_renewed_by_one_caller_at_a_time() {
        let setup = setup(20);
        setup.put(1, 60);
        setup.clock.advance(Duration::from_millis(49_999));
        assert!(setup.has(1));
        setup.clock.advance(Duration::from_millis(1));
        assert!(!setup.has(1), "the first within the grace period is sent");
        assert!(setup.has(1), "the others go on with the old one");
        setup.clock.advance(Duration::from_secs(1));
        assert!(!setup.has(1), "one more after the grace interval");
        assert!(setup.has(1));
        setup.put(1, 60);
        setup.clock.advance(Duration::from_secs(2));
        assert!(setup.has(1));
        assert_eq!(setup.pauses.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn while_renewal_fails_all_go_on_with_the_old_entry() {
        let setup = setup(20);
        setup.put(1, 60);
        setup.clock.advance(Duration::from_secs(50));
        for _ in 0..3 {
            assert!(!setup.has(1));
            assert!(setup.cache.abandon(&id(1)).is_some_and(|entry| *entry.value() == 1));
            assert!(setup.has(1), "nobody else is sent at once");
            setup.clock.advance(Duration::from_secs(1));
        }
        setup.clock.advance(Duration::from_secs(7));
        assert!(!setup.has(1));
        assert!(setup.cache.abandon(&id(1)).is_none(), "its time is over");
        assert!(!setup.has(1));
    }

    #[test]
    fn who_came_back_without_it_takes_nobodys_place() {
        let setup = setup(1);
        setup.put(1, 10);
        setup.clock.advance(Duration::from_secs(1));
        assert!(!setup.has(1));
        assert!(setup.cache.abandon(&id(1)).is_some());
        assert!(!setup.has(2), "there is room for another id");
        assert!(setup.has(1));
        assert_eq!(setup.pauses.load(Ordering::SeqCst), 0);
        setup.clock.advance(Duration::from_secs(1));
        assert!(setup.has(1), "but none left");
        assert!(setup.cache.abandon(&id(2)).is_none());
        assert!(!setup.has(1));
    }

    #[test]
    fn a_slow_key_service_is_not_asked_for_more_ids_after_each_interval() {
        let setup = setup(2);
        assert!(!setup.has(1));
        assert!(!setup.has(2));
        setup.clock.advance(Duration::from_secs(2));
        assert!(!setup.has(1), "one more for the same id");
        assert!(!setup.has(3));
        let waited = Duration::from_millis(20) * setup.pauses.load(Ordering::SeqCst) as u32;
        assert_eq!(waited, Duration::from_secs(8), "until the second id's caller is out of the in-flight time");
        assert_eq!(setup.cache.lock().len(), 2);
    }

    #[test]
    fn no_more_ids_are_got_at_a_time_than_the_fan_out() {
        let setup = setup(2);
        setup.put(9, 10);
        assert!(!setup.has(1));
        assert!(!setup.has(2));
        assert!(setup.has(9), "in its grace period, but there is no room to renew it");
        let cache = setup.cache.clone();
        let arrive = move |count| {
            if count == 3 {
                put(&cache, 1, 60)
            }
        };
        assert!(setup.during.set(Box::new(arrive)).is_ok());
        assert!(!setup.has(3));
        assert_eq!(setup.pauses.load(Ordering::SeqCst), 3, "waited for room");
        assert_eq!(setup.cache.lock().len(), 2);
    }

    #[test]
    fn of_many_threads_one_is_sent() {
        // The clock stands still, so that no thread is too late however slow it is.
        let hour = Duration::from_secs(3_600);
        let settings = StormSettings { grace_period: hour, in_flight_time: hour, ..StormSettings::default() };
        let clock = Arc::new(TestClock::new(Timestamp::from_millis(0)));
        let pause = |_| std::thread::sleep(Duration::from_millis(1));
        let cache = StormTrackingCache::<u32>::with_clock(settings, clock, pause).unwrap();
        let sent = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    if cache.get(&id(1)).unwrap().is_none() {
                        sent.fetch_add(1, Ordering::SeqCst);
                        put(&cache, 1, 7_201);
                    }
                });
            }
        });
        assert_eq!(sent.load(Ordering::SeqCst), 1);
    }
}
