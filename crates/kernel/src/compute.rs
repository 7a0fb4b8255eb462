//! Computations that take long (an RSA key: a tenth of a second to seconds), between two runs of a call's handler.
//!
//! A handler that needs one ends its run with [`Ctx::compute`]. The road lets go of the transaction, computes on a thread of
//! its own, and runs the call again with the result among its facts ([`Ctx::computed`]), as it does with what is asked
//! outside (`exchange`, ADR 0008). So no snapshot stays open for seconds, and a conflict does not compute again.
//!
//! Guarantees: at most one thread fewer than there are cores computes, and one always, each behind every other thread of the
//! process in the scheduler's eyes, so that other calls are answered meanwhile; who waits longer than [`LONGEST_WAIT`] for
//! its turn is told so; nothing is computed before it is decided that the caller may ask for it.

use crate::control::Kernel;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::exchange::Asked;
use base::Rng;
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// The longest that a call waits for its turn.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How far behind others computations stand: half of the steps that there are.
const NICENESS: i32 = 10;

type Made = Box<dyn Any + Send + Sync>;

/// What is to be computed.
pub(crate) type Computation = Box<dyn FnOnce(&dyn Rng) -> Made + Send>;

/// What was computed, as a fact of a call.
pub(crate) struct Computed {
    name: String,
    made: Result<Made, Overloaded>,
    before: Option<Arc<Computed>>,
}

impl Computed {
    /// The fact that something was done which nobody asks the result of.
    pub(crate) fn nothing(name: String, before: Option<Arc<Self>>) -> Result<Self, Error> {
        first_of_name(&name, before.as_deref())?;
        Ok(Self { name, made: Ok(Box::new(())), before })
    }
}

/// Refuses a second computation of a name.
fn first_of_name(name: &str, mut known: Option<&Computed>) -> Result<(), Error> {
    while let Some(computed) = known {
        if computed.name == name {
            return Err(Error::Internal(format!("{name} is computed a second time")));
        }
        known = computed.before.as_deref();
    }
    Ok(())
}

/// Others had to be computed first, for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overloaded;

impl<'a> Ctx<'a> {
    /// What the computation called `name` came to in an earlier run of this call; `None` if there was none.
    pub fn computed<T: Any>(&self, name: &str) -> Option<Result<&'a T, Overloaded>> {
        let name = self.asked(name);
        let mut computed = self.call.computed.as_deref();
        while let Some(known) = computed {
            if known.name == name {
                return known.made.as_ref().map_err(|error| *error).map(|made| made.downcast_ref()).transpose();
            }
            computed = known.before.as_deref();
        }
        None
    }

    /// Ends this run with a computation, called `name`: what is returned is the run's error. The call runs again with the
    /// result; `input` is handed back for that.
    pub fn compute<T: Any + Send + Sync, I: Send + 'static>(
        &self,
        name: &str,
        work: impl FnOnce(&dyn Rng) -> T + Send + 'static,
        input: I,
    ) -> Error {
        self.ask_for(name, Asked::Computation(Box::new(|rng| Box::new(work(rng)))), Box::new(input))
    }
}

/// How many threads may compute at once.
pub(crate) fn most_at_once() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1))
}

impl Kernel {
    /// Computes when it is this computation's turn; the fact that follows `before`.
    pub(crate) async fn computed(
        &self,
        name: String,
        computation: Computation,
        before: Option<Arc<Computed>>,
    ) -> Result<Computed, Error> {
        first_of_name(&name, before.as_deref())?;
        let turn = tokio::time::timeout(LONGEST_WAIT, self.computing.clone().acquire_owned());
        let Ok(Ok(turn)) = turn.await else { return Ok(Computed { name, made: Err(Overloaded), before }) };
        let (done, result) = oneshot::channel();
        let rng = self.rng.clone();
        let work = move || {
            // A thread that keeps its place only takes longer: nothing depends on this.
            let _ = rustix::process::nice(NICENESS);
            let made = computation(rng.as_ref());
            drop(turn);
            // Nobody hears it when the server goes down meanwhile.
            let _ = done.send(made);
        };
        let thread = std::thread::Builder::new().name("compute".to_owned()).spawn(work);
        thread.map_err(|error| Error::Internal(format!("no thread for {name}: {error}")))?;
        let made = result.await.map_err(|_| Error::Internal(format!("computing {name} panicked")))?;
        Ok(Computed { name, made: Ok(made), before })
    }
}
