//! The road: what happens to every call, top to bottom.
//!
//! Admission (see `admission`) happens once, and so does an errand (see `errand`); the run (resolve, authorise, handle)
//! is repeated in a new snapshot when its commit conflicts, or when the outside has answered it (see `exchange`); the answer leaves only after its audit record is written or committed. Over a remote engine
//! the blocking steps run on the blocking pool; nothing else knows the difference.

use crate::admission::{Admitted, Refused};
use crate::answer::respond;
use crate::call::{Call, Connection};
use crate::control::Kernel;
use crate::ctx::{Aside, Ctx, Work};
use crate::error::Error;
use crate::exchange::Asking;
use crate::meter::Bill;
use crate::record::{self, Kind};
use crate::registry::{Given, Operation};
use crate::told::{Ending, Place, Stage, Told};
use crate::usage::Outcome;
use audit::Staged;
use base::{Rng, Scope, Uuid};
use bytes::Bytes;
use model::{Fault, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use store::{Marker, Pending, Space};
use tokio::task::JoinHandle;

/// Runs of one call before it is given up as too contended.
const MAX_RUNS: u32 = 12;

/// The first pause before a call runs again; it doubles up to [`MAX_PAUSE`] and is jittered.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const MAX_PAUSE: Duration = Duration::from_millis(100);

/// Attempts to learn whether an ambiguous commit happened.
const MAX_LOOKUPS: u32 = 6;

/// What one run came to.
enum Run {
    /// The answer, which may go out once its record is settled, if that is not written yet.
    Done(Result<Value, Fault>, Option<Staged>),
    /// The answer if the commit succeeds; the records are part of it.
    Committing { output: Value, commit: Commit },
    /// Something that it read changed meanwhile.
    Conflict,
    /// It needs something of the world outside before it can go on.
    Asking(Box<Asking>),
}

/// What became of a run's records.
enum Kept {
    /// They are in the log, but the last one is only staged.
    Logged(Option<Staged>),
    /// They are part of this commit.
    With(Commit),
}

/// An admitted call.
enum Proceeding {
    /// It has its answer.
    Answered(http::Response<Bytes>, Told),
    /// It has its answer, which may go out once its record is settled.
    Finished(wire::Routed, Finished),
    /// It runs.
    Running(wire::Routed, Place, JoinHandle<Result<Value, Fault>>),
}

/// A reading call at its end.
struct Finished {
    place: Place,
    name: &'static str,
    answer: Result<Value, Fault>,
    staged: Option<Staged>,
}

/// A reading call that asks the outside, and how it goes on.
struct Interrupted {
    call: Call,
    operation: Arc<Operation>,
    asking: Box<Asking>,
}

/// A commit under way, and what is to be told when it succeeds.
struct Commit {
    pending: Pending,
    written: Vec<Vec<u8>>,
    jobs_changed: Vec<Space>,
    bills: Vec<Bill>,
}

impl Kernel {
    /// Answers one request.
    pub fn call(
        self: Arc<Self>,
        request: http::Request<Bytes>,
        connection: Connection,
    ) -> impl Future<Output = http::Response<Bytes>> + Send {
        let serving = self.serve(request, connection);
        async move { serving.await.0 }
    }

    /// Answers one request, and tells what it came to. A HEAD is answered without a body, errors too.
    #[expect(clippy::manual_async_fn, reason = "it would keep its arguments twice, and they are moved on every call")]
    pub fn serve(
        self: Arc<Self>,
        request: http::Request<Bytes>,
        connection: Connection,
    ) -> impl Future<Output = (http::Response<Bytes>, Told)> + Send {
        async move {
            let is_head = request.method() == http::Method::HEAD;
            let request_id = Uuid::random(self.rng.as_ref()).to_string();
            let admitted = if self.store.is_remote() {
                let id = request_id.clone();
                Box::pin(self.off_thread(move |kernel| kernel.admit(request, connection, &id))).await
            } else {
                self.admit(request, connection, &request_id)
            };
            let admitted = if self.faults.is_quiet() {
                admitted
            } else {
                match Box::pin(self.disturb(admitted)).await {
                    Ok(admitted) => admitted,
                    Err(reset) => {
                        let mut closed = http::Response::new(Bytes::new());
                        closed.extensions_mut().insert(reset);
                        return (closed, Told::unknown(Ending::ServerError));
                    }
                }
            };
            let (mut response, told) = match self.proceed(admitted, &request_id) {
                Proceeding::Answered(response, told) => (response, told),
                Proceeding::Finished(routed, Finished { place, name, answer, staged }) => {
                    if staged.as_ref().is_some_and(|staged| self.log.expects_company(staged)) {
                        after_others().await;
                    }
                    let answer = self.settled(answer, staged, &request_id);
                    let outcome = self.outcome(routed.service.name, &answer);
                    self.usage.count(place.scope, routed.service.name, name, outcome);
                    let told = place.told(outcome, &answer);
                    (respond(&routed, answer, &request_id), told)
                }
                Proceeding::Running(routed, place, task) => {
                    let answer = task.await.unwrap_or_else(|_| Err(internal_fault()));
                    let told = place.told(self.outcome(routed.service.name, &answer), &answer);
                    (respond(&routed, answer, &request_id), told)
                }
            };
            if is_head {
                *response.body_mut() = Bytes::new();
            }
            (response, told)
        }
    }

    /// Answers what needs not wait, and sets the rest going.
    fn proceed(self: &Arc<Self>, admitted: Result<(wire::Routed, Admitted), Refused>, request_id: &str) -> Proceeding {
        match admitted {
            Err(Refused { protocol, service, fault, number, ending }) => {
                let told = Told { number, region: None, ending };
                Proceeding::Answered(wire::encode_fault(protocol, service, &fault, request_id), told)
            }
            // On a task of its own: a client that hangs up must not part a commit, or the use of a key that is on record
            // already, from its consequences.
            Ok((routed, admitted)) if admitted.operation.waits() || self.store.is_remote() => {
                let place = Place::of(&admitted.call, &admitted.operation);
                Proceeding::Running(routed, place, tokio::spawn(self.clone().finish(admitted)))
            }
            Ok((routed, admitted)) => match self.finish_here(admitted) {
                Ok(finished) => Proceeding::Finished(routed, finished),
                Err(interrupted) => {
                    let place = Place::of(&interrupted.call, &interrupted.operation);
                    Proceeding::Running(routed, place, tokio::spawn(self.clone().go_on(interrupted)))
                }
            },
        }
    }

    /// Runs a reading call over a local engine: nothing of it waits, so nothing of it is kept for later, unless it asks.
    fn finish_here(&self, admitted: Admitted) -> Result<Finished, Box<Interrupted>> {
        let Admitted { call, operation, input } = admitted;
        // It cannot conflict, so it needs its input, which may be secret, only once.
        let (answer, staged) = match self.run(&call, &operation, Given::Value(input)) {
            Run::Done(answer, staged) => (answer, staged),
            Run::Asking(asking) => return Err(Box::new(Interrupted { call, operation, asking })),
            Run::Conflict | Run::Committing { .. } => (Err(self.give_up(&call, store::Error::Conflict.into())), None),
        };
        Ok(Finished { place: Place::of(&call, &operation), name: call.name, answer, staged })
    }

    /// The answer, once its record is written; without the record there is none.
    fn settled(&self, answer: Result<Value, Fault>, staged: Option<Staged>, request_id: &str) -> Result<Value, Fault> {
        match staged.map_or(Ok(()), |staged| self.log.settle(staged)) {
            Ok(()) => answer,
            Err(error) => {
                tracing::error!(request_id, "{error}");
                Err(internal_fault())
            }
        }
    }

    /// Has the questions of a reading call over a local engine answered until it comes to its own answer, and counts it.
    async fn go_on(self: Arc<Self>, interrupted: Box<Interrupted>) -> Result<Value, Fault> {
        let Interrupted { mut call, operation, mut asking } = *interrupted;
        let answer = loop {
            let Some(input) = asking.back.take() else {
                let words = format!("{} forwards a call that asks outside, but is not registered so", call.name);
                break Err(self.give_up(&call, Error::Internal(words)));
            };
            match self.answered(&call, *asking).await {
                Ok(answered) => call = answered,
                Err(error) => break Err(self.give_up(&call, error)),
            }
            match self.run(&call, &operation, Given::Back(input)) {
                Run::Done(answer, staged) => break self.settled(answer, staged, &call.request_id),
                Run::Asking(again) => asking = again,
                Run::Conflict | Run::Committing { .. } => break Err(self.give_up(&call, store::Error::Conflict.into())),
            }
        };
        self.usage.count(call.scope, call.service.name, call.name, self.outcome(call.service.name, &answer));
        answer
    }

    /// Runs an admitted call until it has an answer, and counts it.
    async fn finish(self: Arc<Self>, admitted: Admitted) -> Result<Value, Fault> {
        let (scope, service, name) = (admitted.call.scope, admitted.call.service.name, admitted.call.name);
        let answer = self.answer(admitted).await;
        self.usage.count(scope, service, name, self.outcome(service, &answer));
        answer
    }

    fn outcome(&self, service: &str, answer: &Result<Value, Fault>) -> Outcome {
        match answer {
            Ok(_) => Outcome::Success,
            Err(fault) if fault.status >= 500 => Outcome::ServerError,
            Err(fault) => {
                let throttled = self.registry.service(service).map(|service| (service.throttled)());
                let is_throttled = throttled.is_some_and(|throttled| throttled.code == fault.code);
                if is_throttled { Outcome::Throttled } else { Outcome::ClientError }
            }
        }
    }

    async fn answer(self: &Arc<Self>, admitted: Admitted) -> Result<Value, Fault> {
        let Admitted { call, operation, input } = admitted;
        let call = self.run_errand(call, &operation, &input).await;
        if operation.errand.is_some() {
            call.pass(Stage::Errand);
        }
        let mut call = Arc::new(call);
        let mut conflicts = 0;
        while conflicts < MAX_RUNS {
            if conflicts > 0 {
                tokio::time::sleep(pause(self.rng.as_ref(), conflicts)).await;
            }
            let (facts, implementation, given) = (call.clone(), operation.clone(), input.clone());
            let step = move |kernel: &Kernel| kernel.run(&facts, &implementation, Given::Value(given));
            let run = if operation.slow { self.blocking(step).await } else { self.off_thread(step).await };
            match run {
                Run::Done(answer, staged) => return self.settled(answer, staged, &call.request_id),
                Run::Conflict => {}
                Run::Asking(asking) => match self.answered(&call, *asking).await {
                    Ok(answered) => {
                        call = Arc::new(answered);
                        continue;
                    }
                    Err(error) => return Err(self.give_up(&call, error)),
                },
                Run::Committing { output, commit } => match self.settle(commit.pending, Marker(call.event_id)).await {
                    Ok(()) => {
                        call.pass(Stage::Commit);
                        self.changed(call.scope, &commit.written, &commit.jobs_changed);
                        commit.bills.iter().for_each(|bill| bill.count(&self.meter));
                        return Ok(output);
                    }
                    Err(store::Error::Conflict) => {}
                    Err(error) => {
                        // It may have happened all the same: what it would have changed is not believed any more.
                        self.perhaps_changed(call.scope, &commit.written, &commit.jobs_changed);
                        return Err(self.give_up(&call, error.into()));
                    }
                },
            }
            conflicts += 1;
        }
        Err(self.give_up(&call, store::Error::Conflict.into()))
    }

    /// One run: resolve, authorise, handle; then the records into the log, or into the transaction that is committed.
    fn run(&self, call: &Call, operation: &Operation, input: Given) -> Run {
        let mut work = Work::new(operation.writes);
        let mut ctx = Ctx::new(self, call, &mut work);
        let result = catch_unwind(AssertUnwindSafe(|| ctx.run(operation, input)))
            .unwrap_or_else(|_| Err(Error::Internal("the handler panicked".into())));
        call.pass(Stage::Handle);
        let notes = std::mem::take(&mut ctx.notes);
        let (permits, class) = (std::mem::take(&mut ctx.permits), ctx.class);
        match result {
            Err(Error::Store(store::Error::Conflict)) => Run::Conflict,
            Err(Error::Asking(asking)) => Run::Asking(asking),
            Ok(output) => {
                let (entry, copies) = record::success(call, &notes, operation.kind(), &output, self.rng.as_ref());
                let events: Vec<_> = copies.iter().map(|(account, entry)| (*account, entry.id)).collect();
                work.entries.extend(copies.into_iter().map(|(_, entry)| Aside { entry, tells_change: true }));
                let mut bills = std::mem::take(&mut work.bills);
                match self.keep(call, work, entry, record::is_proven(call, &notes)) {
                    Ok(Kept::Logged(staged)) => {
                        call.pass(Stage::Record);
                        if operation.uses {
                            self.note_uses(call, &notes, &permits, &events);
                        }
                        bills.iter().chain(&Bill::of(class, call, permits)).for_each(|bill| bill.count(&self.meter));
                        Run::Done(Ok(output), staged)
                    }
                    Ok(Kept::With(mut commit)) => {
                        bills.extend(Bill::of(class, call, permits));
                        commit.bills = bills;
                        Run::Committing { output, commit }
                    }
                    Err(Error::Store(store::Error::Conflict)) => Run::Conflict,
                    Err(error) => Run::Done(Err(self.fault(call, error)), None),
                }
            }
            Err(error) => {
                let fault = self.fault(call, error);
                let entry = record::failure(call, &notes, operation.kind(), &fault);
                // What the run wrote is dropped with its transaction; the attempt is recorded all the same.
                work.transaction = None;
                work.entries.retain(|aside| !aside.tells_change);
                let is_proven = record::is_proven(call, &notes);
                match self.keep(call, work, entry, is_proven) {
                    Ok(Kept::Logged(staged)) => Run::Done(Err(fault), staged),
                    Ok(Kept::With(_)) => Run::Done(Err(fault), None),
                    Err(error) => Run::Done(Err(self.fault(call, error)), None),
                }
            }
        }
    }

    /// Writes a run's records: into the log, or, with its writes, into the outbox of its transaction.
    fn keep(&self, call: &Call, work: Work, entry: audit::Entry, is_proven: bool) -> Result<Kept, Error> {
        let Work { transaction, entries, jobs_changed, .. } = work;
        let marker = Marker(entry.id);
        let entries = entries.into_iter().map(|aside| aside.entry).chain([entry]);
        match transaction.filter(store::Transaction::has_writes) {
            None if is_proven => {
                let mut last = None;
                for entry in entries {
                    if let Some(staged) = last.replace(self.log.stage(&entry)?) {
                        self.log.settle(staged)?;
                    }
                }
                Ok(Kept::Logged(last))
            }
            None => {
                for entry in entries {
                    self.log.append_stranger(&entry)?;
                }
                Ok(Kept::Logged(None))
            }
            Some(mut transaction) => {
                for entry in entries {
                    self.sequencer.enqueue(&mut transaction, outbox(call.scope), &entry)?;
                }
                let written = transaction.written_keys().map(<[u8]>::to_vec).collect();
                Ok(Kept::With(Commit { pending: transaction.commit(marker), written, jobs_changed, bills: Vec::new() }))
            }
        }
    }

    /// Waits for a commit. An ambiguous one is looked up by its marker, never simply repeated.
    pub(crate) async fn settle(self: &Arc<Self>, pending: Pending, marker: Marker) -> Result<(), store::Error> {
        match pending.wait().await {
            Ok(_) => return Ok(()),
            Err(store::Error::Ambiguous) => {}
            Err(error) => return Err(error),
        }
        for attempt in 1..=MAX_LOOKUPS {
            tokio::time::sleep(pause(self.rng.as_ref(), attempt)).await;
            match self.off_thread(move |kernel| kernel.store.engine().committed(marker)).await {
                Ok(true) => return Ok(()),
                Ok(false) => return Err(store::Error::Conflict),
                Err(_) => {}
            }
        }
        Err(store::Error::Unavailable("a commit was cut off and its outcome could not be learnt".into()))
    }

    /// After a commit: caches forget what changed, the sequencer and the scheduler look up.
    pub(crate) fn changed(&self, scope: Scope, written: &[Vec<u8>], jobs_changed: &[Space]) {
        self.sequencer.committed(outbox(scope));
        self.perhaps_changed(scope, written, jobs_changed);
    }

    /// After a commit whose outcome is not known: the same, believing nothing.
    pub(crate) fn perhaps_changed(&self, scope: Scope, written: &[Vec<u8>], jobs_changed: &[Space]) {
        self.views.outdate(written.iter().map(Vec::as_slice));
        self.directory.outdate(written.iter().map(Vec::as_slice));
        self.quotas_changed(written.iter().map(Vec::as_slice));
        self.sequencer.perhaps_committed(outbox(scope));
        jobs_changed.iter().for_each(|space| self.scheduler.committed(*space));
    }

    /// Runs `step` here, or on the blocking pool when the engine is a network away.
    pub(crate) async fn off_thread<T: Send + 'static>(
        self: &Arc<Self>,
        step: impl FnOnce(&Kernel) -> T + Send + 'static,
    ) -> T {
        if self.store.is_remote() { self.blocking(step).await } else { step(self) }
    }

    /// Runs `step` on the blocking pool.
    async fn blocking<T: Send + 'static>(self: &Arc<Self>, step: impl FnOnce(&Kernel) -> T + Send + 'static) -> T {
        let kernel = self.clone();
        let permit = self.remote_calls.clone().acquire_owned().await;
        match tokio::task::spawn_blocking(move || (step(&kernel), permit)).await {
            Ok((outcome, _)) => outcome,
            // The runtime is going down, and with it the connection that waits.
            Err(_) => std::future::pending().await,
        }
    }

    /// The fault of a call that cannot be run to its end, recorded if the log still can.
    fn give_up(&self, call: &Call, error: Error) -> Fault {
        let fault = self.fault(call, error);
        // An event of its own: if the commit happened after all, its record comes through the outbox, where an event that
        // the log has already is taken for one that was moved before.
        let answered = Call { event_id: Uuid::random(self.rng.as_ref()), ..call.clone() };
        let entry = record::failure(&answered, &record::Notes::default(), Kind::CHANGE, &fault);
        if let Err(error) = self.log.append(&entry) {
            tracing::error!(request_id = %call.request_id, %error, "a failed call could not be recorded");
        }
        fault
    }

    /// What the caller learns of an error; the operator's log has the words.
    pub(crate) fn fault(&self, call: &Call, error: Error) -> Fault {
        let (words, fault) = match error {
            Error::Fault(fault) => return fault,
            Error::Store(error) => (error.to_string(), unavailable_fault()),
            Error::Internal(words) => (words, internal_fault()),
            Error::Asking(_) => ("a question to the outside was left open".to_owned(), internal_fault()),
        };
        tracing::error!(request_id = %call.request_id, operation = call.name, "{words}");
        fault
    }
}

/// Where records wait for the log: beside what they record, so that accounts do not meet in the outbox.
pub(crate) fn outbox(scope: Scope) -> Space {
    Space::regional(scope)
}

/// Lets the calls that are ready by now run first: their records are then written together with this one's.
async fn after_others() {
    let mut has_waited = false;
    std::future::poll_fn(|context| {
        if has_waited {
            return Poll::Ready(());
        }
        has_waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A pause that doubles with each run, jittered over its upper half.
fn pause(rng: &dyn Rng, run: u32) -> Duration {
    let full = FIRST_PAUSE.saturating_mul(1 << run.min(16)).min(MAX_PAUSE);
    let mut byte = [0];
    rng.fill(&mut byte);
    full / 2 + full.mul_f64(f64::from(byte[0]) / 512.0)
}

/// What a caller learns of a defect.
pub(crate) fn internal_fault() -> Fault {
    Fault::server(
        "InternalFailure",
        "The request failed inside the server; its log has the reason under this request id.",
    )
}

/// What a caller learns of a store or a log that cannot serve.
pub(crate) fn unavailable_fault() -> Fault {
    let text = "The service cannot serve the request at the moment. Try again later.";
    Fault::server("ServiceUnavailable", text).with_status(503)
}
