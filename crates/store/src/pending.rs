//! The outcome of a commit, to be waited for by async and by plain code.
//!
//! Guarantees: every [`Pending`] resolves. An engine that drops a [`Completer`] without an outcome, as a thread that
//! dies does, leaves the outcome unknown, and the waiter is told so. Waiting on a plain thread is allowed everywhere,
//! also where an async runtime is entered, since start-up code and handlers run there.

use crate::stats::{Stats, Timed};
use crate::{Committed, Error};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// A commit under way.
#[must_use = "a commit is durable only when this has resolved"]
pub struct Pending(Arc<Slot>, Option<Timed>);

impl Pending {
    /// Waits without holding a thread.
    pub async fn wait(self) -> Result<Committed, Error> {
        counted(Waiting(self.0).await, self.1)
    }

    /// The same, counted when it is waited for to its end.
    pub(crate) fn timed(self, stats: Arc<Stats>) -> Self {
        Self(self.0, Some(Timed::new(stats)))
    }

    /// Waits on this thread.
    pub fn wait_blocking(self) -> Result<Committed, Error> {
        let mut state = self.0.lock();
        loop {
            if let Some(outcome) = state.outcome.take() {
                return counted(outcome, self.1);
            }
            state = self.0.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn counted(outcome: Result<Committed, Error>, timed: Option<Timed>) -> Result<Committed, Error> {
    if let Some(timed) = timed {
        timed.count(&outcome);
    }
    outcome
}

/// The engine's end of a [`Pending`].
pub struct Completer(Option<Arc<Slot>>);

impl Completer {
    /// A pair of ends.
    pub fn new() -> (Self, Pending) {
        let slot = Arc::new(Slot::default());
        (Self(Some(slot.clone())), Pending(slot, None))
    }

    /// Tells the outcome.
    pub fn complete(mut self, outcome: Result<Committed, Error>) {
        self.finish(outcome);
    }

    fn finish(&mut self, outcome: Result<Committed, Error>) {
        if let Some(slot) = self.0.take() {
            let mut state = slot.lock();
            state.outcome = Some(outcome);
            let waker = state.waker.take();
            drop(state);
            slot.done.notify_all();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

impl Drop for Completer {
    fn drop(&mut self) {
        self.finish(Err(Error::Ambiguous));
    }
}

#[derive(Default)]
struct Slot {
    state: Mutex<State>,
    done: Condvar,
}

#[derive(Default)]
struct State {
    outcome: Option<Result<Committed, Error>>,
    waker: Option<Waker>,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Waiting(Arc<Slot>);

impl Future for Waiting {
    type Output = Result<Committed, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.lock();
        match state.outcome.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Wake;

    struct Flag(Mutex<bool>);

    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            *self.0.lock().unwrap() = true;
        }
    }

    #[test]
    fn an_outcome_wakes_the_async_waiter() {
        let (completer, pending) = Completer::new();
        let flag = Arc::new(Flag(Mutex::new(false)));
        let waker = Waker::from(flag.clone());
        let mut waiting = Box::pin(pending.wait());
        assert!(waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        completer.complete(Ok(Committed { version: 7 }));
        assert!(*flag.0.lock().unwrap());
        let outcome = waiting.as_mut().poll(&mut Context::from_waker(&waker));
        assert_eq!(outcome, Poll::Ready(Ok(Committed { version: 7 })));
    }

    #[test]
    fn an_outcome_wakes_the_blocked_thread() {
        let (completer, pending) = Completer::new();
        let waiter = std::thread::spawn(|| pending.wait_blocking());
        completer.complete(Err(Error::Full));
        assert_eq!(waiter.join().unwrap(), Err(Error::Full));
    }

    #[test]
    fn an_engine_that_dies_leaves_the_outcome_unknown() {
        let (completer, pending) = Completer::new();
        drop(completer);
        assert_eq!(pending.wait_blocking(), Err(Error::Ambiguous));
    }
}
