//! The two clocks.
//!
//! *Wall time* serves signatures, leases, throttling and timeouts. *Service time* stamps stored state and audit
//! records, drives jobs, and is what policies see; `dev` can move it, forward only. Keeping them apart means that a
//! moved clock never makes a client's signature fail.

use crate::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Something that knows the time.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// Wall time from the operating system.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until a test moves it.
#[derive(Default)]
pub struct TestClock(Mutex<Timestamp>);

impl TestClock {
    /// Starts at `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves forward.
    pub fn advance(&self, by: Duration) {
        let mut now = lock(&self.0);
        *now = now.plus(by);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *lock(&self.0)
    }
}

/// How service time relates to wall time; kept across restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServiceTime {
    /// Service time minus wall time while running, in milliseconds.
    pub offset_millis: i64,
    /// The instant at which the clock stands, if frozen.
    pub frozen_at: Option<Timestamp>,
}

/// Service time: wall time plus an offset, or frozen. Never goes back.
pub struct ServiceClock {
    wall: Arc<dyn Clock>,
    state: Mutex<(ServiceTime, Timestamp)>,
}

impl ServiceClock {
    /// Service time that runs with `wall`, moved by `state`.
    pub fn new(wall: Arc<dyn Clock>, state: ServiceTime) -> Self {
        Self { wall, state: Mutex::new((state, Timestamp::from_millis(i64::MIN))) }
    }

    /// The relation to wall time, to be stored.
    pub fn state(&self) -> ServiceTime {
        lock(&self.state).0
    }

    /// Moves forward to `target`; `None`, and nothing happens, when that lies in the past.
    pub fn set(&self, target: Timestamp) -> Option<ServiceTime> {
        self.change(|_| target)
    }

    /// Moves forward by `by`, to the millisecond.
    pub fn advance(&self, by: Duration) -> Option<ServiceTime> {
        self.change(|now| now.plus(by))
    }

    fn change(&self, target: impl FnOnce(Timestamp) -> Timestamp) -> Option<ServiceTime> {
        let mut state = lock(&self.state);
        let now = self.read(&mut state);
        let target = target(now);
        if target < now {
            return None;
        }
        match &mut state.0.frozen_at {
            Some(frozen) => *frozen = target,
            None => state.0.offset_millis += target.millis() - now.millis(),
        }
        Some(state.0)
    }

    /// Stops the clock where it stands.
    pub fn freeze(&self) -> ServiceTime {
        let mut state = lock(&self.state);
        let now = self.read(&mut state);
        state.0.frozen_at = Some(now);
        state.0
    }

    /// Lets a frozen clock run on from where it stood.
    pub fn resume(&self) -> ServiceTime {
        let mut state = lock(&self.state);
        if let Some(frozen) = state.0.frozen_at.take() {
            state.0.offset_millis = frozen.millis() - self.wall.now().millis();
        }
        state.0
    }

    /// Back to wall time: the one way to go back, for a reset of everything.
    pub fn reset(&self) {
        *lock(&self.state) = (ServiceTime::default(), Timestamp::from_millis(i64::MIN));
    }

    fn read(&self, state: &mut (ServiceTime, Timestamp)) -> Timestamp {
        let running = Timestamp::from_millis(self.wall.now().millis().saturating_add(state.0.offset_millis));
        // A wall clock that steps back holds service time still instead.
        state.1 = state.0.frozen_at.unwrap_or(running).max(state.1);
        state.1
    }
}

impl Clock for ServiceClock {
    fn now(&self) -> Timestamp {
        let mut state = lock(&self.state);
        self.read(&mut state)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clocks() -> (Arc<TestClock>, ServiceClock) {
        let wall = Arc::new(TestClock::new(Timestamp::from_millis(1_000_000)));
        (wall.clone(), ServiceClock::new(wall, ServiceTime::default()))
    }

    #[test]
    fn service_time_moves_forward_only() {
        let (_, service) = clocks();
        assert!(service.advance(Duration::from_secs(60)).is_some());
        assert_eq!(service.now().millis(), 1_060_000);
        assert!(service.set(Timestamp::from_millis(1_000_000)).is_none());
        assert_eq!(service.now().millis(), 1_060_000);
    }

    #[test]
    fn a_frozen_clock_can_be_advanced_and_runs_on_when_resumed() {
        let (wall, service) = clocks();
        service.freeze();
        wall.advance(Duration::from_secs(5));
        assert_eq!(service.now().millis(), 1_000_000);
        service.advance(Duration::from_secs(1));
        assert_eq!(service.now().millis(), 1_001_000);
        service.resume();
        wall.advance(Duration::from_secs(2));
        assert_eq!(service.now().millis(), 1_003_000);
    }

    #[test]
    fn a_restart_keeps_the_offset_and_wall_time_stepping_back_is_hidden() {
        let (wall, service) = clocks();
        let state = service.advance(Duration::from_secs(60)).unwrap();
        let again = ServiceClock::new(wall, state);
        assert_eq!(again.now(), service.now());
    }
}
