//! Chores: what a service does once, in its own name, before somebody's call can go on, such as the key that AWS makes for
//! a service on first use.
//!
//! A resolver that misses something of the kind says so with [`Lookup::first`], beside what the call would reach. Once it is
//! decided that the caller may, the road does the chore in a transaction of its own, and runs the call again, as it does
//! with what is computed or asked outside (ADR 0008). So calls that only read can be the first, and stay calls that only read.
//!
//! Guarantees: nothing is done before it is decided that the caller may; a call has a chore of a name done once; who comes
//! second finds it done.

use crate::call::Call;
use crate::compute::Computed;
use crate::control::Kernel;
use crate::ctx::{Ctx, Lookup, Work};
use crate::error::{Error, Result};
use crate::road::outbox;
use base::Scope;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use store::{Marker, Pending, Space};

/// Runs of a chore before it is given up as too contended.
const MAX_RUNS: usize = 12;

/// Something that a service has to do first.
#[derive(Clone)]
pub struct Chore {
    /// Unique in the process, such as `kms.make-managed-key`.
    pub name: &'static str,
    /// What it is about.
    pub about: String,
    /// Does it, unless it is done already.
    pub run: fn(&mut Ctx<'_>, &str) -> Result<()>,
}

/// A chore that is due, of which service and where.
pub(crate) struct Due {
    pub(crate) chore: Chore,
    service: &'static model::Service,
    scope: Scope,
}

/// A commit of a chore under way.
struct Doing {
    pending: Pending,
    marker: Marker,
    written: Vec<Vec<u8>>,
    jobs_changed: Vec<Space>,
}

impl Lookup<'_, '_> {
    /// Has something done before the handler runs, if the call is permitted. The call begins anew then.
    pub fn first(&mut self, chore: Chore) {
        let ctx = self.ctx();
        let (service, scope) = (ctx.call.service, ctx.call.scope);
        ctx.chore = Some(Due { chore, service, scope });
    }
}

impl Kernel {
    /// Does a chore for a call: the call with that among its facts.
    pub(crate) async fn did(&self, call: &Call, name: String, due: Due) -> Result<Call> {
        let done = Computed::nothing(name, call.computed.clone())?;
        for _ in 0..MAX_RUNS {
            let outcome = match self.begin(&due) {
                Ok(None) => Ok(()),
                Ok(Some(doing)) => self.end(due.scope, doing).await,
                Err(Error::Store(error)) => Err(error),
                Err(error) => return Err(error),
            };
            match outcome {
                Ok(()) => return Ok(Call { computed: Some(Arc::new(done)), ..call.clone() }),
                Err(store::Error::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Store(store::Error::Conflict))
    }

    fn begin(&self, due: &Due) -> Result<Option<Doing>> {
        let chore = &due.chore;
        let own = self.own_call(due.service, chore.name, due.scope);
        let mut work = Work::new(true);
        let mut ctx = Ctx::new(self, &own, &mut work);
        catch_unwind(AssertUnwindSafe(|| (chore.run)(&mut ctx, &chore.about)))
            .unwrap_or_else(|_| Err(Error::Internal(format!("{} panicked", chore.name))))?;
        let Work { transaction, entries, jobs_changed, .. } = work;
        let Some(mut transaction) = transaction.filter(store::Transaction::has_writes) else { return Ok(None) };
        for aside in &entries {
            self.sequencer.enqueue(&mut transaction, outbox(own.scope), &aside.entry)?;
        }
        let written = transaction.written_keys().map(<[u8]>::to_vec).collect();
        let marker = Marker(own.event_id);
        Ok(Some(Doing { pending: transaction.commit(marker), marker, written, jobs_changed }))
    }

    async fn end(&self, scope: Scope, doing: Doing) -> std::result::Result<(), store::Error> {
        let Doing { pending, marker, written, jobs_changed } = doing;
        let outcome = match pending.wait().await {
            Err(store::Error::Ambiguous) => match self.store.engine().committed(marker) {
                Ok(true) => Ok(()),
                Ok(false) => Err(store::Error::Conflict),
                Err(error) => Err(error),
            },
            outcome => outcome.map(|_| ()),
        };
        match outcome {
            Ok(()) => self.changed(scope, &written, &jobs_changed),
            Err(store::Error::Conflict) => {}
            Err(_) => self.perhaps_changed(scope, &written, &jobs_changed),
        }
        outcome
    }
}
