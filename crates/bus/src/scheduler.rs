//! Runs jobs when their time has come.
//!
//! Guarantees: see the crate. Jobs of one account and Region run one after the other, different ones beside each other,
//! at most [`WORKERS`] at once. A job that returns without having completed itself has failed. Waiting costs nothing:
//! the thread sleeps until the next due time, and is woken by commits and by moves of the clock.

use crate::job::{self, Job};
use base::{Clock, Rng, Timestamp, Uuid};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use store::{Error, Marker, Space, Store};

/// Spaces whose jobs run at the same time.
const WORKERS: usize = 4;
/// Jobs of a space, and registered spaces, that are read at a time.
const PAGE: usize = 64;
/// How often all spaces are looked through for jobs that other nodes scheduled.
const RESCAN: Duration = Duration::from_secs(60);
/// How long the thread rests after the store failed.
const RETRY: Duration = Duration::from_millis(500);

/// What knows how to do jobs.
pub trait Runner: Send + Sync {
    /// Does the job, and calls [`crate::complete`] in the transaction of its effect. An error tells the operator why the
    /// attempt failed.
    fn run(&self, job: &Job) -> Result<(), String>;
}

/// Runs the jobs of a store.
pub struct Scheduler {
    store: Store,
    /// Service time.
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    runner: Arc<dyn Runner>,
    state: Mutex<State>,
    wake: Condvar,
    stopping: AtomicBool,
    /// Held during a round: one at a time.
    round: Mutex<()>,
    thread: Mutex<Option<JoinHandle<()>>>,
    attempts: AtomicU64,
    failures: AtomicU64,
}

/// How the scheduler fares at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readings {
    /// Attempts at jobs so far.
    pub attempts: u64,
    /// Those that failed.
    pub failures: u64,
    /// Accounts and Regions with jobs that wait for their time.
    pub spaces: usize,
    /// How long the job that is most overdue waits by now; zero if none is.
    pub overdue: Duration,
}

struct State {
    /// When the first job of each space is to be attempted, as far as known.
    next: BTreeMap<Space, Timestamp>,
    /// Spaces of which this must be looked up.
    stale: BTreeSet<Space>,
    /// All spaces must be looked up.
    all_stale: bool,
    /// Something happened since the thread went to rest.
    woken: bool,
}

impl Scheduler {
    /// A scheduler that reads service time from `clock`; it does nothing before [`Scheduler::start`].
    pub fn new(store: Store, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>, runner: Arc<dyn Runner>) -> Arc<Self> {
        let state = State { next: BTreeMap::new(), stale: BTreeSet::new(), all_stale: true, woken: false };
        Arc::new(Self {
            store,
            clock,
            rng,
            runner,
            state: Mutex::new(state),
            wake: Condvar::new(),
            stopping: AtomicBool::new(false),
            round: Mutex::new(()),
            thread: Mutex::new(None),
            attempts: AtomicU64::new(0),
            failures: AtomicU64::new(0),
        })
    }

    /// A transaction that changed jobs of this space was committed.
    pub fn committed(&self, space: Space) {
        let mut state = lock(&self.state);
        state.stale.insert(space);
        state.woken = true;
        self.wake.notify_one();
    }

    /// Service time was moved, or the store was emptied: look at everything anew.
    pub fn clock_moved(&self) {
        let mut state = lock(&self.state);
        state.all_stale = true;
        state.woken = true;
        self.wake.notify_one();
    }

    /// Runs all jobs that are due now, also those that become due by running; the result is how many attempts were made.
    pub fn run_due(&self) -> Result<usize, Error> {
        let _round = lock(&self.round);
        let mut attempts = 0;
        loop {
            self.refresh()?;
            let now = self.clock.now();
            let ready: Vec<Space> =
                lock(&self.state).next.iter().filter(|(_, next)| **next <= now).map(|(space, _)| *space).collect();
            if ready.is_empty() || self.is_stopping() {
                return Ok(attempts);
            }
            lock(&self.state).stale.extend(&ready);
            attempts += self.run_spaces(&ready, now)?;
        }
    }

    /// Starts the thread.
    pub fn start(self: &Arc<Self>) -> std::io::Result<()> {
        let scheduler = self.clone();
        let thread = std::thread::Builder::new().name("bus-scheduler".into()).spawn(move || scheduler.run())?;
        *lock(&self.thread) = Some(thread);
        Ok(())
    }

    /// Ends the thread after the jobs that are under way.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        lock(&self.state).woken = true;
        self.wake.notify_one();
        let thread = lock(&self.thread).take();
        // The last owner may be dropped by a job, on the thread itself, which cannot wait for itself.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != std::thread::current().id()) {
            // A panic has been reported; its jobs are still in the store.
            let _ = thread.join();
        }
    }

    /// How it fares.
    pub fn readings(&self) -> Readings {
        let state = lock(&self.state);
        let first = state.next.values().min().copied();
        Readings {
            attempts: self.attempts.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            spaces: state.next.len(),
            overdue: first.map_or(Duration::ZERO, |due| self.clock.now().since(due)),
        }
    }

    fn run(&self) {
        while !self.is_stopping() {
            let rest = match self.run_due() {
                Ok(_) => self.until_next(),
                Err(error) => {
                    tracing::error!(%error, "jobs cannot be read");
                    lock(&self.state).all_stale = true;
                    RETRY
                }
            };
            let state = lock(&self.state);
            let rested = self.wake.wait_timeout_while(state, rest, |state| !state.woken);
            let (mut state, timeout) = rested.unwrap_or_else(PoisonError::into_inner);
            state.woken = false;
            state.all_stale |= timeout.timed_out() && rest == RESCAN;
        }
    }

    /// Brings what is known of due times up to date.
    fn refresh(&self) -> Result<(), Error> {
        let (mut stale, all) = {
            let mut state = lock(&self.state);
            (std::mem::take(&mut state.stale), std::mem::take(&mut state.all_stale))
        };
        if all {
            let mut after = None;
            loop {
                let page = job::spaces(&mut self.store.begin()?, after, PAGE)?;
                after = page.last().copied();
                stale.extend(page);
                if after.is_none() {
                    break;
                }
            }
            lock(&self.state).next.clear();
        }
        for space in stale {
            let next = job::next_due(&mut self.store.begin()?, space)?;
            let mut state = lock(&self.state);
            match next {
                Some(next) => state.next.insert(space, next),
                None => state.next.remove(&space),
            };
        }
        Ok(())
    }

    /// Runs what is due in these spaces, several of them at once.
    fn run_spaces(&self, spaces: &[Space], now: Timestamp) -> Result<usize, Error> {
        if let [space] = spaces {
            return self.run_space(*space, now);
        }
        let (position, attempts) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let failure = Mutex::new(None);
        let work = || {
            while let Some(space) = spaces.get(position.fetch_add(1, Ordering::Relaxed)) {
                match self.run_space(*space, now) {
                    Ok(made) => _ = attempts.fetch_add(made, Ordering::Relaxed),
                    Err(error) => *lock(&failure) = Some(error),
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..WORKERS.min(spaces.len()) {
                scope.spawn(work);
            }
        });
        let failure = lock(&failure).take();
        failure.map_or(Ok(attempts.into_inner()), Err)
    }

    /// Runs a page of what is due in a space.
    fn run_space(&self, space: Space, now: Timestamp) -> Result<usize, Error> {
        let jobs = job::due(&mut self.store.begin()?, space, now, PAGE)?;
        let mut attempts = 0;
        for job in jobs {
            // A job before it may have cancelled it.
            if self.is_stopping() || !self.is_waiting(&job)? {
                continue;
            }
            attempts += 1;
            self.attempt(&job)?;
        }
        Ok(attempts)
    }

    fn attempt(&self, job: &Job) -> Result<(), Error> {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        let error = match self.runner.run(job) {
            Err(error) => error,
            Ok(()) if self.is_waiting(job)? => "the job ended without being completed".into(),
            Ok(()) => return Ok(()),
        };
        self.failures.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(job = job.id, kind = job.kind, error, "a job failed");
        let marker = Marker(Uuid::random(&*self.rng));
        self.store.transact(marker, |tx| job::park_or_retry(tx, job, self.clock.now(), &error))
    }

    fn is_waiting(&self, job: &Job) -> Result<bool, Error> {
        Ok(job::find(&mut self.store.begin()?, job.space, &job.id)?.as_ref() == Some(job))
    }

    /// How long nothing will be due if the clock keeps running.
    fn until_next(&self) -> Duration {
        let next = lock(&self.state).next.values().min().copied();
        // At least a millisecond, which is as fine as time is kept.
        let wait = next.map_or(RESCAN, |next| next.since(self.clock.now()).max(Duration::from_millis(1)));
        wait.min(RESCAN)
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
