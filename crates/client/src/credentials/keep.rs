//! Credentials kept while they are good, and renewed in time by one thread at a time.

use super::{Credentials, Source};
use crate::Error;
use crate::world::World;
use base::Timestamp;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

/// How long before their end credentials are renewed, and what chance may add so that not all do so at once.
const RENEW: Duration = Duration::from_secs(5 * 60);
const RENEW_SPREAD_MILLIS: u64 = 60_000;
/// How long renewal rests after it failed, while there are credentials that are good.
const REST: Duration = Duration::from_secs(30);
/// How long credentials serve that were expired when they came: their source may be cut off while services still take
/// them.
const OVERTIME: Duration = Duration::from_secs(5 * 60);

const NONE: &str = "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a profile that has \
                    some (nothing was found in the environment, the profile, a container or an instance)";

/// Gives credentials.
pub(crate) struct Provider {
    sources: Vec<Box<dyn Source>>,
    world: World,
    kept: Mutex<Option<Kept>>,
    /// Held by whoever renews.
    renewing: Mutex<Renewing>,
    /// How many renewals have ended.
    ended: AtomicU64,
}

/// What is known of renewals.
#[derive(Default)]
struct Renewing {
    /// The source that had credentials, which is asked again then and no other.
    chosen: Option<usize>,
    /// Why the last one failed, if it did.
    failure: Option<Error>,
}

#[derive(Clone)]
struct Kept {
    credentials: Arc<Credentials>,
    /// From when on they are to be renewed; `None` if never.
    renew_at: Option<Timestamp>,
    /// From when on they are no good; `None` if never.
    over_at: Option<Timestamp>,
}

/// What is known of the credentials kept.
enum State {
    Good(Arc<Credentials>),
    /// Good still, but to be renewed.
    Aging(Arc<Credentials>),
    None,
}

impl Provider {
    /// Asks these sources, in this order.
    pub(crate) fn new(sources: Vec<Box<dyn Source>>, world: &World) -> Self {
        let (kept, renewing, ended) = Default::default();
        Self { sources, world: world.clone(), kept, renewing, ended }
    }

    /// Gives these, whenever they expire.
    pub(crate) fn of(credentials: Credentials, world: &World) -> Self {
        let kept = Kept { credentials: Arc::new(credentials), renew_at: None, over_at: None };
        Self { kept: Mutex::new(Some(kept)), ..Self::new(Vec::new(), world) }
    }

    /// Credentials that are good now.
    pub(crate) fn current(&self) -> Result<Arc<Credentials>, Error> {
        let ended = self.ended.load(Ordering::SeqCst);
        let aging = match self.state() {
            State::Good(credentials) => return Ok(credentials),
            State::Aging(credentials) => credentials,
            State::None => {
                let mut renewing = lock(&self.renewing);
                // What whoever held the lock meanwhile found out is good enough, be it a failure.
                if let State::Good(credentials) | State::Aging(credentials) = self.state() {
                    return Ok(credentials);
                }
                return match &renewing.failure {
                    Some(failure) if self.ended.load(Ordering::SeqCst) != ended => Err(failure.clone()),
                    _ => self.renew(&mut renewing),
                };
            }
        };
        let mut renewing = match self.renewing.try_lock() {
            Ok(renewing) => renewing,
            Err(TryLockError::Poisoned(renewing)) => renewing.into_inner(),
            // Somebody does it.
            Err(TryLockError::WouldBlock) => return Ok(aging),
        };
        if let State::Good(credentials) = self.state() {
            return Ok(credentials);
        }
        Ok(self.renew(&mut renewing).unwrap_or_else(|_| {
            if let Some(kept) = lock(&self.kept).as_mut() {
                kept.renew_at = Some(self.world.clock.now().plus(REST));
            }
            aging
        }))
    }

    /// Drops credentials that a service called expired. `false` if their source has no others to give.
    pub(crate) fn forget(&self, refused: &Arc<Credentials>) -> bool {
        if refused.expires.is_none() || self.sources.is_empty() {
            return false;
        }
        let mut kept = lock(&self.kept);
        if kept.as_ref().is_some_and(|kept| Arc::ptr_eq(&kept.credentials, refused)) {
            *kept = None;
        }
        true
    }

    fn state(&self) -> State {
        let now = self.world.clock.now();
        match &*lock(&self.kept) {
            Some(kept) if kept.over_at.is_some_and(|over| over <= now) => State::None,
            Some(kept) if kept.renew_at.is_some_and(|renew| renew <= now) => State::Aging(kept.credentials.clone()),
            Some(kept) => State::Good(kept.credentials.clone()),
            None => State::None,
        }
    }

    fn renew(&self, renewing: &mut Renewing) -> Result<Arc<Credentials>, Error> {
        let outcome = self.ask(&mut renewing.chosen);
        renewing.failure = outcome.as_ref().err().cloned();
        self.ended.fetch_add(1, Ordering::SeqCst);
        outcome
    }

    fn ask(&self, chosen: &mut Option<usize>) -> Result<Arc<Credentials>, Error> {
        let last = self.sources.len().saturating_sub(1);
        for (index, source) in self.sources.iter().enumerate() {
            if chosen.is_some_and(|chosen| chosen != index) {
                continue;
            }
            match source.fetch() {
                Ok(None) => {}
                Ok(Some(credentials)) => {
                    *chosen = Some(index);
                    return Ok(self.keep(credentials));
                }
                // The last is asked by everybody who configured nothing.
                Err(error) if index == last && chosen.is_none() => {
                    return Err(Error::Configuration(format!("{NONE}; {error}")));
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::Configuration(NONE.into()))
    }

    fn keep(&self, credentials: Credentials) -> Arc<Credentials> {
        let now = self.world.clock.now();
        let (renew_at, over_at) = match credentials.expires {
            None => (None, None),
            Some(expires) if expires <= now => (Some(now.plus(OVERTIME)), Some(now.plus(OVERTIME))),
            Some(expires) => {
                let early = RENEW.saturating_add(self.spread()).min(expires.since(now) / 2);
                (Some(expires.minus(early)), Some(expires))
            }
        };
        let credentials = Arc::new(credentials);
        *lock(&self.kept) = Some(Kept { credentials: credentials.clone(), renew_at, over_at });
        credentials
    }

    fn spread(&self) -> Duration {
        let mut bytes = [0; 4];
        self.world.rng.fill(&mut bytes);
        Duration::from_millis(u64::from(u32::from_le_bytes(bytes)) % RENEW_SPREAD_MILLIS)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Environment;
    use base::Clock;
    use std::sync::atomic::AtomicUsize;

    const THREADS: usize = 16;

    /// A clock that counts who looks at it: each thread does so before it waits for another.
    #[derive(Default)]
    struct Looks(AtomicUsize);

    impl Clock for Looks {
        fn now(&self) -> Timestamp {
            self.0.fetch_add(1, Ordering::SeqCst);
            Timestamp::from_millis(0)
        }
    }

    /// Fails once all have come, and counts how often.
    struct Failing(Arc<Looks>, Arc<AtomicUsize>);

    impl Source for Failing {
        fn fetch(&self) -> Result<Option<Credentials>, Error> {
            self.1.fetch_add(1, Ordering::SeqCst);
            // Whoever is here looked twice.
            while self.0.0.load(Ordering::SeqCst) < THREADS + 1 {
                std::thread::yield_now();
            }
            Err(Error::Connection("down".into()))
        }
    }

    #[test]
    fn those_who_waited_share_the_failure_and_who_comes_later_tries_again() {
        let (looks, asked) = (Arc::new(Looks::default()), Arc::new(AtomicUsize::default()));
        let world = World { clock: looks.clone(), ..World::with(Environment::of(&[])) };
        let sources: [Box<dyn Source>; 2] =
            [Box::new(Failing(looks.clone(), asked.clone())), Box::new(Failing(looks, asked.clone()))];
        let provider = Provider::new(sources.into(), &world);
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| assert_eq!(provider.current().err(), Some(Error::Connection("down".into()))));
            }
        });
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        assert!(provider.current().is_err());
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
}
