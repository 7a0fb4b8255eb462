//! The kernel: what it is put together from, its background work, and what the operator's commands reach.
//!
//! Guarantees: background work stops when the kernel is shut down, and the log is synced last.

use crate::compute;
use crate::denials::Denials;
use crate::errand::{Errands, Outside};
use crate::faults::Faults;
use crate::guesses::Guesses;
use crate::jobs::JobRunner;
use crate::last_seen::LastSeen;
use crate::last_use::LastUses;
use crate::meter::Meter;
use crate::quota::Quotas;
use crate::registry::Registry;
use crate::usage::Usage;
use crate::views::{VIEW_CAPACITY, Views};
use crate::workers::{Freshness, Keeper, Watcher};
use audit::{Log, Sequencer};
use authn::Verifier;
use base::{Clock, Region, Rng, ServiceClock, ServiceTime, Timestamp, Uuid};
use bus::Scheduler;
use crypto::Hierarchy;
use directory::Directory;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use store::{Key, Marker, Space, Store};
use tokio::sync::Semaphore;

/// Calls that may wait on a remote engine at once; beyond it they queue.
const REMOTE_CALLS: usize = 64;

/// What a kernel is made of.
pub struct Parts {
    /// The services.
    pub registry: Registry,
    /// Where state lives.
    pub store: Store,
    /// The key hierarchy that seals it.
    pub crypto: Arc<Hierarchy>,
    /// The audit log.
    pub log: Arc<Log>,
    /// Identities.
    pub directory: Directory,
    /// Request quotas.
    pub quotas: Quotas,
    /// Service time.
    pub clock: Arc<ServiceClock>,
    /// Wall time.
    pub wall: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// The way outside, for errands and exchanges.
    pub outside: Arc<dyn Outside>,
    /// This node's name, under which its outbox waits; the same after every restart.
    pub node: String,
    /// The Region that calls are for which name several: see [`authn::Claim::region`].
    pub home: Region,
    /// Believe any credentials (`--open`).
    pub open: bool,
    /// Let through what would be denied, and say so (`--soft`).
    pub soft: bool,
    /// Whether faults may be set (`dev`).
    pub faults: bool,
}

/// One road for all calls, and everything that it passes.
pub struct Kernel {
    pub(crate) registry: Registry,
    pub(crate) store: Store,
    pub(crate) crypto: Arc<Hierarchy>,
    pub(crate) log: Arc<Log>,
    pub(crate) directory: Directory,
    pub(crate) quotas: Quotas,
    pub(crate) clock: Arc<ServiceClock>,
    pub(crate) wall: Arc<dyn Clock>,
    pub(crate) rng: Arc<dyn Rng>,
    pub(crate) home: Region,
    pub(crate) open: bool,
    pub(crate) soft: bool,
    pub(crate) faults: Faults,
    pub(crate) meter: Meter,
    pub(crate) denials: Denials,
    pub(crate) verifier: Verifier,
    pub(crate) views: Views,
    pub(crate) errands: Errands,
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) guesses: Guesses,
    pub(crate) usage: Usage,
    pub(crate) last_uses: LastUses,
    pub(crate) last_seen: LastSeen,
    pub(crate) remote_calls: Arc<Semaphore>,
    /// Turns of computations.
    pub(crate) computing: Arc<Semaphore>,
    pub(crate) sequencer: Arc<Sequencer>,
    pub(crate) freshness: Freshness,
    pub(crate) scheduler: Arc<Scheduler>,
    pub(crate) watcher: Mutex<Option<Watcher>>,
    pub(crate) keeper: Mutex<Option<Keeper>>,
    /// Whether notes are not to be kept any more.
    pub(crate) abandoned: AtomicBool,
}

impl Kernel {
    /// Puts a kernel together. Calls may be made at once; background work begins with [`Kernel::start`].
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts {
            registry,
            store,
            crypto,
            log,
            directory,
            quotas,
            clock,
            wall,
            rng,
            outside,
            node,
            home,
            open,
            soft,
            faults,
        } = parts;
        let faults = Faults::new(faults, wall.clone());
        Arc::new_cyclic(|kernel: &Weak<Self>| Self {
            registry,
            scheduler: Scheduler::new(store.clone(), clock.clone(), rng.clone(), Arc::new(JobRunner(kernel.clone()))),
            sequencer: Sequencer::new(store.clone(), log.clone(), &node),
            freshness: Freshness::new(!store.is_remote()),
            store,
            crypto,
            log,
            directory,
            quotas,
            clock,
            errands: Errands::new(outside.clone(), wall.clone()),
            outside,
            guesses: Guesses::new(wall.clone()),
            wall,
            rng,
            home,
            open,
            soft,
            faults,
            meter: Meter::new(&node),
            denials: Denials::default(),
            verifier: Verifier::new(),
            views: Views::new(VIEW_CAPACITY),
            usage: Usage::default(),
            last_uses: LastUses::default(),
            last_seen: LastSeen::default(),
            remote_calls: Arc::new(Semaphore::new(REMOTE_CALLS)),
            computing: Arc::new(Semaphore::new(compute::most_at_once())),
            watcher: Mutex::new(None),
            keeper: Mutex::new(None),
            abandoned: AtomicBool::new(false),
        })
    }

    /// Moves what an earlier process left in the outbox, then starts the background work. Without it (in tests) the
    /// outbox and the jobs are driven by hand.
    pub fn start(self: &Arc<Self>) -> Result<(), String> {
        self.sequencer.recover().map_err(|error| error.to_string())?;
        self.load_quotas().map_err(|error| format!("the quotas cannot be read: {error}"))?;
        let started = self.sequencer.start().and_then(|()| self.scheduler.start());
        started.map_err(|error| format!("no thread for the background work: {error}"))?;
        let keeper =
            Keeper::start(Arc::downgrade(self)).map_err(|error| format!("no thread to keep notes: {error}"))?;
        *self.keeper.lock().unwrap_or_else(PoisonError::into_inner) = Some(keeper);
        if self.store.is_remote() {
            let watcher =
                Watcher::start(Arc::downgrade(self)).map_err(|error| format!("no thread to watch: {error}"))?;
            *self.watcher.lock().unwrap_or_else(PoisonError::into_inner) = Some(watcher);
        }
        Ok(())
    }

    /// Runs the jobs that are due, by hand.
    pub fn run_due_jobs(&self) -> Result<usize, store::Error> {
        self.scheduler.run_due()
    }

    /// Moves committed records into the log, by hand.
    pub fn drain_outbox(&self) -> Result<usize, audit::Error> {
        self.sequencer.drain()
    }

    /// Identities.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The services.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The audit log.
    pub fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// Request quotas.
    pub fn quotas(&self) -> &Quotas {
        &self.quotas
    }

    /// The counters of use.
    pub fn usage(&self) -> &Usage {
        &self.usage
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The key hierarchy.
    pub fn crypto(&self) -> &Arc<Hierarchy> {
        &self.crypto
    }

    /// Service time.
    pub fn clock(&self) -> &ServiceClock {
        &self.clock
    }

    /// Randomness.
    pub fn rng(&self) -> &Arc<dyn Rng> {
        &self.rng
    }

    /// Moves service time by `change`, keeps the new relation to wall time in the store, and wakes the scheduler.
    /// `None` when `change` refused.
    pub fn move_clock(
        &self,
        change: impl FnOnce(&ServiceClock) -> Option<ServiceTime>,
    ) -> Result<Option<ServiceTime>, store::Error> {
        // What was used before belongs to the month that it was used in.
        self.keep_meter()?;
        let Some(moved) = change(&self.clock) else { return Ok(None) };
        self.begin_month();
        let record = ClockRecord::from(moved);
        self.store
            .transact(Marker(Uuid::random(self.rng.as_ref())), |transaction| transaction.put(&clock_key(), &record))?;
        self.scheduler.clock_moved();
        Ok(Some(moved))
    }

    /// Service time as it was kept in the store.
    pub fn kept_time(store: &Store) -> Result<ServiceTime, store::Error> {
        let record = store.begin()?.get::<ClockRecord>(&clock_key())?;
        Ok(record.map(ServiceTime::from).unwrap_or_default())
    }

    /// Writes down nothing more of what calls left in memory: the store is about to be emptied.
    pub fn abandon_notes(&self) {
        if let Some(keeper) = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take() {
            keeper.stop();
        }
        self.abandoned.store(true, Ordering::Release);
    }

    /// Ends the background work, moves what is committed into the log and syncs it.
    pub fn shut_down(&self) {
        self.scheduler.stop();
        if let Some(watcher) = self.watcher.lock().unwrap_or_else(PoisonError::into_inner).take() {
            watcher.stop();
        }
        if let Some(keeper) = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take() {
            keeper.stop();
        }
        if let Err(error) = self.keep_notes() {
            tracing::warn!(%error, "explanations and last uses could not be written");
        }
        if let Err(error) = self.sequencer.stop() {
            tracing::error!(%error, "committed audit records wait in the outbox for the next start");
        }
        self.store.engine().close();
        if let Err(error) = self.log.close() {
            tracing::error!(%error, "the audit log did not close cleanly");
        }
    }
}

/// How service time relates to wall time, as it is stored.
#[derive(Serialize, Deserialize)]
struct ClockRecord {
    offset_millis: i64,
    frozen_at_millis: Option<i64>,
}

impl store::Record for ClockRecord {
    const VERSION: u8 = 1;
}

impl From<ServiceTime> for ClockRecord {
    fn from(time: ServiceTime) -> Self {
        Self { offset_millis: time.offset_millis, frozen_at_millis: time.frozen_at.map(Timestamp::millis) }
    }
}

impl From<ClockRecord> for ServiceTime {
    fn from(record: ClockRecord) -> Self {
        Self { offset_millis: record.offset_millis, frozen_at: record.frozen_at_millis.map(Timestamp::from_millis) }
    }
}

fn clock_key() -> Key {
    Key::new(Space::system(), "kernel.clock")
}
