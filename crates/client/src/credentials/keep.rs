//! Credentials kept while they are good, and renewed in time by one thread at a time.

use super::{Credentials, Source};
use crate::Error;
use crate::world::World;
use base::Timestamp;
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
    /// Held by whoever renews: the source that had credentials, which is asked again then and no other.
    renewing: Mutex<Option<usize>>,
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
        Self { sources, world: world.clone(), kept: Mutex::default(), renewing: Mutex::default() }
    }

    /// Gives these, whenever they expire.
    pub(crate) fn of(credentials: Credentials, world: &World) -> Self {
        let kept = Kept { credentials: Arc::new(credentials), renew_at: None, over_at: None };
        Self { kept: Mutex::new(Some(kept)), ..Self::new(Vec::new(), world) }
    }

    /// Credentials that are good now.
    pub(crate) fn current(&self) -> Result<Arc<Credentials>, Error> {
        let aging = match self.state() {
            State::Good(credentials) => return Ok(credentials),
            State::Aging(credentials) => credentials,
            State::None => {
                let mut chosen = lock(&self.renewing);
                // Whoever held the lock before may have been successful.
                return match self.state() {
                    State::Good(credentials) | State::Aging(credentials) => Ok(credentials),
                    State::None => self.renew(&mut chosen),
                };
            }
        };
        let mut chosen = match self.renewing.try_lock() {
            Ok(chosen) => chosen,
            Err(TryLockError::Poisoned(chosen)) => chosen.into_inner(),
            // Somebody does it.
            Err(TryLockError::WouldBlock) => return Ok(aging),
        };
        if let State::Good(credentials) = self.state() {
            return Ok(credentials);
        }
        Ok(self.renew(&mut chosen).unwrap_or_else(|_| {
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

    fn renew(&self, chosen: &mut Option<usize>) -> Result<Arc<Credentials>, Error> {
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
