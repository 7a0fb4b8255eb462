//! Durable jobs: what a service does later, at a point in service time.
//!
//! Guarantees: a job's work, its records and its removal are one transaction, so it happens once; it runs on the road's
//! terms (a conflict runs it again, what it did is audited) as the service itself; one that keeps failing waits longer
//! each time and is parked in the end, never lost and never in the way of others.

use crate::call::{Call, Caller};
use crate::control::Kernel;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::road::outbox;
use base::{Clock, Scope, Uuid};
use bus::Job;
use policy::Principal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use store::{Marker, Space};

/// Runs of one job, on conflicts, before its turn is over.
const MAX_RUNS: u32 = 8;

/// A kind of job that a service knows how to do.
pub struct JobKind {
    /// Unique in the process, such as `kms.delete-key`.
    pub name: &'static str,
    /// Does it; what it writes is committed with the job's removal.
    pub run: fn(&mut Ctx<'_>, &Job) -> Result<()>,
}

impl Kernel {
    /// Does one job. An error leaves it for later.
    pub(crate) fn do_job(&self, job: &Job) -> std::result::Result<(), String> {
        let (service, kind) = self.registry.job(&job.kind).ok_or_else(|| format!("no service does {}", job.kind))?;
        let table = model::services().by_name(service.name).ok_or("no such service")?;
        let Space::Regional(account, region) = job.space else {
            return Err(format!("{} belongs to no account and Region", job.kind));
        };
        let mut call = self.own_call(table, kind.name, Scope { account, region });
        for _ in 0..MAX_RUNS {
            let outcome = match self.run_job(&call, kind, job) {
                Err(Error::Asking(asking)) => self.answered_here(&call, *asking).map(|answered| call = answered),
                Ok(()) => return Ok(()),
                failed => failed,
            };
            match outcome {
                Ok(()) | Err(Error::Store(store::Error::Conflict)) => {}
                Err(Error::Asking(_)) => return Err("a question led to another".to_owned()),
                Err(Error::Store(error)) => return Err(error.to_string()),
                Err(Error::Internal(words)) => return Err(words),
                Err(Error::Fault(fault)) => return Err(fault.message.unwrap_or_else(|| fault.code.into_owned())),
            }
        }
        Err("too many conflicts".to_owned())
    }

    /// The facts of what the server does on its own, in the name of a service.
    pub(crate) fn own_call(&self, service: &'static model::Service, name: &'static str, scope: Scope) -> Call {
        Call {
            service,
            name,
            operation: None,
            scope,
            caller: Caller::service(Principal::service(scope.account, service.event_source)),
            request_id: Uuid::random(self.rng.as_ref()).to_string(),
            part_of: None,
            event_id: Uuid::random(self.rng.as_ref()),
            now: self.clock.now(),
            parameters: "null".to_owned(),
            tls: None,
            host: String::new(),
            drawn: Arc::default(),
            brought: None,
            exchanged: None,
            computed: None,
            stages: None,
        }
    }

    fn run_job(&self, call: &Call, kind: &JobKind, job: &Job) -> Result<()> {
        let mut work = Work::new(true);
        let mut ctx = Ctx::new(self, call, &mut work);
        catch_unwind(AssertUnwindSafe(|| (kind.run)(&mut ctx, job)))
            .unwrap_or_else(|_| Err(Error::Internal("the job panicked".into())))?;
        if !bus::complete(ctx.transaction()?, job)? {
            // Cancelled or done meanwhile: nothing of this run may happen.
            return Ok(());
        }
        let Work { transaction, entries, jobs_changed, .. } = work;
        let Some(mut transaction) = transaction else { return Ok(()) };
        for aside in &entries {
            self.sequencer.enqueue(&mut transaction, outbox(call.scope), &aside.entry)?;
        }
        let written: Vec<_> = transaction.written_keys().map(<[u8]>::to_vec).collect();
        let marker = Marker(call.event_id);
        let outcome = match transaction.commit(marker).wait_blocking() {
            Err(store::Error::Ambiguous) => match self.store.engine().committed(marker) {
                Ok(true) => Ok(()),
                Ok(false) => Err(store::Error::Conflict),
                Err(error) => Err(error),
            },
            outcome => outcome.map(|_| ()),
        };
        match outcome {
            Ok(()) => self.changed(call.scope, &written, &jobs_changed),
            Err(store::Error::Conflict) => {}
            Err(_) => self.perhaps_changed(call.scope, &written, &jobs_changed),
        }
        Ok(outcome?)
    }
}

impl Ctx<'_> {
    /// Records what the service did on its own, such as `DeleteKey`; `details` is a JSON object.
    pub fn service_event(&mut self, name: &str, resources: &[crate::AuditResource], details: &str) {
        self.service_event_in(self.scope().region, name, resources, details);
    }
}

/// Hands due jobs to the kernel for as long as it lives.
pub(crate) struct JobRunner(pub(crate) Weak<Kernel>);

impl bus::Runner for JobRunner {
    fn run(&self, job: &Job) -> std::result::Result<(), String> {
        self.0.upgrade().ok_or("the kernel is gone")?.do_job(job)
    }
}
