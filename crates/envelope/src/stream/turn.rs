//! Several threads on one stream, with little said between them.
//!
//! Each thread takes a piece of the stream through all its steps, so that the bytes stay in its core's cache; what the
//! steps need in order (hash state, writer) passes from piece to piece as a *turn*. Guarantees: a turn is at one piece at
//! a time, in the order of the pieces; when it stops, or a thread panics, nobody waits any longer.

use super::{MEMORY, SINGLE};
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Builder};

/// Threads on one stream, unless the caller asks for another number: reading, sealing and writing overlap with two, and
/// where the cipher is slow, with four.
const MAX_THREADS: usize = 4;

/// Something that the pieces of a stream get one after another.
pub(crate) struct Turn<T> {
    state: Mutex<State<T>>,
    passed: Condvar,
}

struct State<T> {
    /// Away while a piece has it.
    value: Option<T>,
    /// The piece whose turn it is.
    next: u64,
    stopped: bool,
}

impl<T> Turn<T> {
    /// It is piece 0's turn.
    pub(crate) fn new(value: T) -> Self {
        Self { state: Mutex::new(State { value: Some(value), next: 0, stopped: false }), passed: Condvar::new() }
    }

    /// Waits for the turn of a piece, which then owes [`Self::pass`]; `None` if there are no more turns.
    pub(crate) fn take(&self, piece: u64) -> Option<T> {
        let mut state = lock(&self.state);
        while state.next != piece && !state.stopped {
            state = self.passed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopped { None } else { state.value.take() }
    }

    /// Passes it to the next piece.
    pub(crate) fn pass(&self, value: T) {
        let mut state = lock(&self.state);
        state.value = Some(value);
        state.next += 1;
        drop(state);
        self.passed.notify_all();
    }

    /// There are no more turns.
    pub(crate) fn stop(&self) {
        lock(&self.state).stopped = true;
        self.passed.notify_all();
    }

    /// What went round, when all is over; `None` if it was not passed on.
    pub(crate) fn into_inner(self) -> Option<T> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).value
    }
}

/// What a stream's pieces take.
pub(crate) struct Size {
    /// Bytes of plaintext in a piece.
    pub(crate) plaintext: usize,
    /// Memory of a thread that works on one.
    pub(crate) memory: usize,
}

/// Takes a stream through `step`, a piece at a time, until that tells that there are no more: on this thread as long as
/// starting others does not pay, then on as many as are wanted and as memory allows. Each has buffers of its own.
pub(crate) fn in_pieces<B>(
    wanted: Option<NonZeroUsize>,
    size: &Size,
    buffers: impl Fn() -> B + Sync,
    step: impl Fn(&mut B) -> bool + Sync,
    stop: impl Fn() + Sync,
) {
    let mut own = buffers();
    // A thread takes as long to start as some hundred kilobytes to work on.
    for _ in 0..(SINGLE / size.plaintext.max(1)).max(1) {
        if !step(&mut own) {
            return;
        }
    }
    let threads = threads(wanted, size.memory, MEMORY);
    if threads == 1 {
        while step(&mut own) {}
        return;
    }
    drop(own);
    let work = || {
        let mut buffers = buffers();
        while step(&mut buffers) {}
    };
    together(threads, work, stop);
}

/// Runs `work` on so many threads, the caller's among them, or on as many as can be had. `stop` is called when one of them
/// panics, so that the others end; then the panic goes on.
fn together(threads: usize, work: impl Fn() + Sync, stop: impl Fn() + Sync) {
    let guarded = || {
        let _guard = OnPanic(&stop);
        work();
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            if Builder::new().name("fastness-stream".into()).spawn_scoped(scope, guarded).is_err() {
                break;
            }
        }
        guarded();
    });
}

struct OnPanic<F: Fn()>(F);

impl<F: Fn()> Drop for OnPanic<F> {
    fn drop(&mut self) {
        if thread::panicking() {
            (self.0)();
        }
    }
}

/// The threads for a stream whose pieces take so much memory each, within `memory` in all.
fn threads(wanted: Option<NonZeroUsize>, piece: usize, memory: usize) -> usize {
    // Asking the system reads half a dozen files.
    static CORES: OnceLock<usize> = OnceLock::new();
    let cores = || *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZeroUsize::get));
    let wanted = wanted.map_or_else(|| cores().min(MAX_THREADS), NonZeroUsize::get);
    wanted.min(memory / piece.max(1)).max(1)
}

/// What another thread left behind is whole: it is changed in single steps.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn turns_come_in_the_order_of_the_pieces_whoever_is_ready_first() {
        let (turn, pieces) = (Turn::new(Vec::new()), AtomicU64::new(0));
        let work = || {
            loop {
                let piece = pieces.fetch_add(1, Ordering::Relaxed);
                if piece >= 1000 {
                    break;
                }
                let mut seen = turn.take(piece).unwrap();
                seen.push(piece);
                turn.pass(seen);
            }
        };
        together(4, work, || turn.stop());
        assert_eq!(turn.into_inner().unwrap(), (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn a_panic_lets_nobody_wait_for_ever() {
        let (turn, pieces) = (Turn::new(()), AtomicU64::new(0));
        let work = || {
            while let Some(()) = turn.take(pieces.fetch_add(1, Ordering::Relaxed)) {
                assert!(pieces.load(Ordering::Relaxed) < 50, "that is meant to happen");
                turn.pass(());
            }
        };
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| together(4, work, || turn.stop())));
        assert!(outcome.is_err());
        assert!(turn.take(0).is_none());
    }

    #[test]
    fn threads_are_as_many_as_wanted_and_as_memory_allows() {
        let wanted = |number| NonZeroUsize::new(number);
        assert_eq!(threads(wanted(3), 1 << 20, 8 << 20), 3);
        assert_eq!(threads(wanted(3), 4 << 20, 8 << 20), 2);
        assert_eq!(threads(wanted(3), 16 << 20, 8 << 20), 1);
        assert!((1..=MAX_THREADS).contains(&threads(None, 1, 8 << 20)));
    }
}
