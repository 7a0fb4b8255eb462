//! Group sync: one fsync for all who appended meanwhile.
//!
//! Guarantees: what was written is synced within the window after it was written, plus the time of one sync; who waits
//! for a record waits for the first sync that began after it was written. A failed sync is told to everyone from then
//! on, since the operating system may have dropped what it could not write.

use crate::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// While the log is unwell, how often it looks whether that is over.
const RECOVERY_INTERVAL: Duration = Duration::from_secs(1);

pub(crate) struct Syncer {
    window: Duration,
    /// Something was written since the last sync began.
    dirty: AtomicBool,
    state: Mutex<State>,
    work: Condvar,
    done: Condvar,
}

#[derive(Default)]
struct State {
    /// Records below this number are on disk.
    synced: u64,
    /// Records below this number are being waited for.
    demanded: u64,
    closing: bool,
    /// The thread has returned; nobody will sync any more.
    ended: bool,
    failed: Option<String>,
    /// When the last sync that succeeded ended.
    synced_at: Option<Instant>,
}

impl Syncer {
    pub(crate) fn new(window: Duration) -> Self {
        let state = Mutex::new(State::default());
        Self { window, dirty: AtomicBool::new(false), state, work: Condvar::new(), done: Condvar::new() }
    }

    /// Notes that something was written. Cheap: the thread is woken once per window.
    pub(crate) fn written(&self) {
        if !self.dirty.swap(true, Ordering::AcqRel) {
            let _state = self.lock();
            self.work.notify_one();
        }
    }

    /// Waits until all records below `next` are on disk, and does not let the window pass first.
    pub(crate) fn wait(&self, next: u64) -> Result<(), Error> {
        let mut state = self.lock();
        if state.demanded < next {
            state.demanded = next;
            self.work.notify_one();
        }
        while state.synced < next {
            if let Some(failed) = &state.failed {
                return Err(Error::Failed(failed.clone()));
            }
            if state.ended {
                return Err(Error::Closed);
            }
            state = self.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    /// Below which number records are on disk, and how long ago the last sync ended.
    pub(crate) fn synced(&self) -> (u64, Option<Duration>) {
        let state = self.lock();
        (state.synced, state.synced_at.map(|at| at.elapsed()))
    }

    /// Lets [`Syncer::run`] return after what is left to do.
    pub(crate) fn close(&self) {
        self.lock().closing = true;
        self.work.notify_one();
    }

    /// The body of the syncing thread. `sync` brings all that is written to disk and tells the next record's number;
    /// `unwell` tells whether it should be called now and then although nothing was written.
    pub(crate) fn run(&self, mut sync: impl FnMut() -> Result<u64, Error>, unwell: impl Fn() -> bool) {
        while self.rest(&unwell) {
            self.dirty.store(false, Ordering::Release);
            let result = sync();
            let mut state = self.lock();
            match result {
                Ok(next) => {
                    state.synced = state.synced.max(next);
                    state.synced_at = Some(Instant::now());
                }
                Err(error) => state.failed = Some(error.to_string()),
            }
            state.ended = state.failed.is_some();
            self.done.notify_all();
            if state.ended {
                return;
            }
        }
        self.lock().ended = true;
        self.done.notify_all();
    }

    /// Waits for work; false when there will be none any more.
    fn rest(&self, unwell: impl Fn() -> bool) -> bool {
        let idle = |state: &State| !self.dirty.load(Ordering::Acquire) && state.demanded <= state.synced;
        let mut state = self.lock();
        while idle(&state) {
            if state.closing {
                return false;
            }
            if unwell() {
                let waited = self.work.wait_timeout(state, RECOVERY_INTERVAL).unwrap_or_else(PoisonError::into_inner);
                if waited.1.timed_out() {
                    return true;
                }
                state = waited.0;
            } else {
                state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        if !self.window.is_zero() {
            let linger = |state: &mut State| !state.closing && state.demanded <= state.synced;
            drop(self.work.wait_timeout_while(state, self.window, linger));
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn many_who_wait_share_a_sync() {
        let syncer = Arc::new(Syncer::new(Duration::ZERO));
        let (written, syncs) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let thread = std::thread::spawn({
            let (syncer, written, syncs) = (syncer.clone(), written.clone(), syncs.clone());
            move || {
                let sync = || {
                    let next = written.load(Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(2));
                    syncs.fetch_add(1, Ordering::SeqCst);
                    Ok(next)
                };
                syncer.run(sync, || false);
            }
        });
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let next = written.fetch_add(1, Ordering::SeqCst) + 1;
                        syncer.written();
                        syncer.wait(next).unwrap();
                    }
                });
            }
        });
        syncer.close();
        thread.join().unwrap();
        assert!(syncs.load(Ordering::SeqCst) < 200, "{} syncs for 320 records", syncs.load(Ordering::SeqCst));
    }

    #[test]
    fn a_failed_sync_is_told_to_all_who_wait_and_all_who_come() {
        let syncer = Syncer::new(Duration::from_secs(3600));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| syncer.wait(1));
            scope.spawn(|| syncer.run(|| Err(Error::Io("the disk is gone".into())), || false));
            assert!(matches!(waiting.join().unwrap(), Err(Error::Failed(_))));
            assert!(matches!(syncer.wait(2), Err(Error::Failed(_))));
        });
    }

    #[test]
    fn closing_syncs_what_was_written() {
        let syncer = Syncer::new(Duration::from_secs(3600));
        let syncs = AtomicU64::new(0);
        std::thread::scope(|scope| {
            syncer.written();
            scope.spawn(|| syncer.run(|| Ok(syncs.fetch_add(1, Ordering::SeqCst) + 1), || false));
            syncer.close();
        });
        assert_eq!(syncs.into_inner(), 1);
    }
}
