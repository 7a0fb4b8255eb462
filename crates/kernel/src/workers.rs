//! What goes on beside the calls: hearing of other nodes' changes, and writing down what calls left in memory.
//!
//! Guarantees: the threads end with the kernel's shutdown; a failure is logged and tried again after a pause; caches
//! that are not known to be fresh are not believed.

use crate::control::Kernel;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often a node asks a remote engine for others' changes.
const WATCH_PERIOD: Duration = Duration::from_millis(200);

/// The pause after the engine could not be asked.
const RETRY: Duration = Duration::from_millis(500);

/// Caches older than this are not believed: what another node changed may be missing.
const FRESH_FOR: Duration = Duration::from_secs(1);

/// When the caches were last known to be fresh, of a node that is not alone.
pub(crate) struct Freshness {
    began: Instant,
    /// Milliseconds after `began`; `u64::MAX` for a node that is alone and hears of every change at once.
    until: AtomicU64,
}

impl Freshness {
    pub(crate) fn new(alone: bool) -> Self {
        Self { began: Instant::now(), until: AtomicU64::new(if alone { u64::MAX } else { 0 }) }
    }

    pub(crate) fn holds(&self) -> bool {
        let until = self.until.load(Ordering::Acquire);
        until == u64::MAX || self.began.elapsed().as_millis() < u128::from(until)
    }

    fn confirm(&self, as_of: Instant) {
        let until = as_of.saturating_duration_since(self.began) + FRESH_FOR;
        self.until.store(u64::try_from(until.as_millis()).unwrap_or(0), Ordering::Release);
    }
}

/// The thread that follows a remote engine's changes.
pub(crate) struct Watcher {
    stopping: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Watcher {
    pub(crate) fn start(kernel: Weak<Kernel>) -> std::io::Result<Self> {
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = stopping.clone();
        let thread = std::thread::Builder::new().name("watcher".to_owned()).spawn(move || {
            let mut watch = None;
            while !stop.load(Ordering::Acquire) {
                let Some(kernel) = kernel.upgrade() else { return };
                kernel.follow(&mut watch);
            }
        })?;
        Ok(Self { stopping, thread })
    }

    pub(crate) fn stop(self) {
        self.stopping.store(true, Ordering::Release);
        // Dropping the last reference to the kernel may fall to the watcher itself, which cannot wait for itself.
        if self.thread.thread().id() != std::thread::current().id() && self.thread.join().is_err() {
            tracing::error!("the watcher panicked");
        }
    }
}

/// How often what calls left in memory is written.
const KEEP_PERIOD: Duration = Duration::from_secs(5);

/// The thread that writes down what calls left in memory: denials, and uses of keys and roles.
pub(crate) struct Keeper {
    stopping: Arc<(Mutex<bool>, Condvar)>,
    thread: JoinHandle<()>,
}

impl Keeper {
    pub(crate) fn start(kernel: Weak<Kernel>) -> std::io::Result<Self> {
        let stopping = Arc::new((Mutex::new(false), Condvar::new()));
        let stop = stopping.clone();
        let thread = std::thread::Builder::new().name("keeper".to_owned()).spawn(move || {
            let (stopping, wake) = &*stop;
            if let Some(Err(error)) = kernel.upgrade().map(|kernel| kernel.keep_seen()) {
                tracing::warn!(%error, "that the store is in use could not be written");
            }
            loop {
                let waiting = stopping.lock().unwrap_or_else(PoisonError::into_inner);
                let (stopping, _) = wake
                    .wait_timeout_while(waiting, KEEP_PERIOD, |stop| !*stop)
                    .unwrap_or_else(PoisonError::into_inner);
                if *stopping {
                    return;
                }
                drop(stopping);
                let Some(kernel) = kernel.upgrade() else { return };
                if let Err(error) = kernel.keep_notes() {
                    tracing::warn!(%error, "explanations and last uses could not be written");
                }
            }
        })?;
        Ok(Self { stopping, thread })
    }

    pub(crate) fn stop(self) {
        let (stopping, wake) = &*self.stopping;
        *stopping.lock().unwrap_or_else(PoisonError::into_inner) = true;
        wake.notify_all();
        // As with the watcher.
        if self.thread.thread().id() != std::thread::current().id() && self.thread.join().is_err() {
            tracing::error!("the keeper panicked");
        }
    }
}

impl Kernel {
    fn follow(&self, watch: &mut Option<Box<dyn store::Watch>>) {
        let heard = match watch {
            Some(watch) => watch.next(WATCH_PERIOD),
            None => match self.store.watch() {
                Ok(begun) => {
                    *watch = Some(begun);
                    // What happened before the watch began is unknown.
                    self.forget();
                    return;
                }
                Err(error) => Err(error),
            },
        };
        match heard {
            Ok(changes) => {
                if changes.missed {
                    self.forget();
                }
                self.views.outdate(changes.keys.iter().map(Vec::as_slice));
                self.directory.outdate(changes.keys.iter().map(Vec::as_slice));
                self.quotas_changed(changes.keys.iter().map(Vec::as_slice));
                self.freshness.confirm(changes.as_of);
            }
            Err(error) => {
                tracing::warn!(%error, "other nodes' changes cannot be followed; caches are out of use meanwhile");
                *watch = None;
                std::thread::sleep(RETRY);
            }
        }
    }

    fn forget(&self) {
        self.views.clear();
        self.directory.clear();
        if let Err(error) = self.load_quotas() {
            tracing::warn!(%error, "quotas that other nodes changed could not be read");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_hears_nothing_of_others_does_not_believe_its_caches() {
        let freshness = Freshness::new(false);
        assert!(!freshness.holds(), "nothing was heard yet");
        freshness.confirm(Instant::now() + Duration::from_secs(60));
        assert!(freshness.holds());
        freshness.confirm(freshness.began);
        std::thread::sleep(FRESH_FOR);
        assert!(!freshness.holds(), "what was heard is too old");
        assert!(Freshness::new(true).holds(), "a node alone hears of every change at once");
    }
}
