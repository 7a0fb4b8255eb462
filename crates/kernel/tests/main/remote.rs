//! The road over an engine that is a network away: cut connections, unknown outcomes.

use base::Uuid;
use kernel::testing::{Answer, House};
use kernel::{Ctx, JobKind, Lookup, Result, Service, Target, op};
use model::{Fault, Op};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{Batch, Completer, Engine, Entry, Error, Key, KeyRange, Marker, Memory, Pending, Record, Snapshot};
use store::{Space, Watch};

/// How a commit over the network goes wrong.
#[derive(Clone, Copy)]
enum Cut {
    /// The connection is lost after the commit took effect.
    After,
    /// The connection is lost before the commit arrived.
    Before,
}

/// A memory engine behind a network that fails as it is told.
struct Remote {
    inner: Memory,
    cuts: Arc<Mutex<VecDeque<Cut>>>,
    applied: Arc<Mutex<Vec<Uuid>>>,
    deaf: bool,
}

struct RemoteSnapshot {
    inner: Box<dyn Snapshot>,
    cuts: Arc<Mutex<VecDeque<Cut>>>,
    applied: Arc<Mutex<Vec<Uuid>>>,
}

impl Remote {
    fn new(cuts: &[Cut]) -> Self {
        let cuts = Arc::new(Mutex::new(cuts.iter().copied().collect()));
        Self { inner: Memory::new(), cuts, applied: Arc::default(), deaf: false }
    }
}

impl Engine for Remote {
    fn is_remote(&self) -> bool {
        true
    }

    fn snapshot(&self) -> std::result::Result<Box<dyn Snapshot>, Error> {
        let inner = self.inner.snapshot()?;
        Ok(Box::new(RemoteSnapshot { inner, cuts: self.cuts.clone(), applied: self.applied.clone() }))
    }

    fn committed(&self, Marker(id): Marker) -> std::result::Result<bool, Error> {
        if self.deaf {
            return Err(Error::Unavailable("the network is down".into()));
        }
        Ok(self.applied.lock().unwrap().contains(&id))
    }

    fn watch(&self) -> std::result::Result<Box<dyn Watch>, Error> {
        self.inner.watch()
    }

    fn clear(&self) -> std::result::Result<(), Error> {
        self.inner.clear()
    }

    fn close(&self) {
        self.inner.close();
    }
}

impl Snapshot for RemoteSnapshot {
    fn version(&self) -> u64 {
        self.inner.version()
    }

    fn get(&mut self, key: &[u8]) -> std::result::Result<Option<Vec<u8>>, Error> {
        self.inner.get(key)
    }

    fn range(&mut self, range: &KeyRange, limit: usize) -> std::result::Result<Vec<Entry>, Error> {
        self.inner.range(range, limit)
    }

    fn commit(self: Box<Self>, batch: Batch) -> Pending {
        // Only the commits of calls are cut: those write the test's record.
        let of_a_call = batch.writes.keys().any(|key| Key::from_bytes(key).is_some_and(|key| key.table() == TABLE));
        let cut = if of_a_call { self.cuts.lock().unwrap().pop_front() } else { None };
        let Marker(id) = batch.marker;
        if !matches!(cut, Some(Cut::Before)) {
            let outcome = self.inner.commit(batch).wait_blocking();
            match outcome {
                Ok(_) => self.applied.lock().unwrap().push(id),
                Err(error) => return Err(error).into(),
            }
            if cut.is_none() {
                return outcome.into();
            }
        }
        let (completer, pending) = Completer::new();
        completer.complete(Err(Error::Ambiguous));
        pending
    }
}

const ENABLE_KEY: Op<(), ()> = Op::new("kms", "EnableKey");
const TABLE: &str = "test.count";

#[derive(Serialize, Deserialize)]
struct Count(u64);

impl Record for Count {
    const VERSION: u8 = 1;
}

fn increment(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
    let key = Key::new(Space::regional(ctx.scope()), TABLE).text("count");
    let count = ctx.get::<Count>(&key)?.map_or(0, |count| count.0);
    ctx.put(&key, &Count(count + 1))
}

fn house(engine: Remote) -> House {
    let throttled = || Fault::client("ThrottlingException", "slow down");
    let anything = |_: &mut Lookup<'_, '_>, (): &()| Ok(vec![Target::any("kms:EnableKey")]);
    House::over(
        vec![Service::new("kms", throttled).with(op(ENABLE_KEY, increment).on(anything).writes())],
        Arc::new(engine),
    )
}

fn enable(house: &House) -> Answer {
    house.call("kms", "EnableKey", &json!({"KeyId": "k"}))
}

fn stored(house: &House) -> u64 {
    let scope = base::Scope {
        account: kernel::testing::ACCOUNT.parse().unwrap(),
        region: kernel::testing::REGION.parse().unwrap(),
    };
    let key = Key::new(Space::regional(scope), TABLE).text("count");
    house.kernel.store().begin().unwrap().get::<Count>(&key).unwrap().map_or(0, |count| count.0)
}

fn recorded(house: &House, error: &serde_json::Value) -> usize {
    let records = house.records();
    records.iter().filter(|record| record["eventName"] == "EnableKey" && record["errorCode"] == *error).count()
}

#[test]
fn a_commit_whose_answer_was_lost_is_looked_up_and_not_repeated() {
    let house = house(Remote::new(&[Cut::After]));
    assert_eq!(enable(&house).status, 200);
    assert_eq!(stored(&house), 1);
    assert_eq!(recorded(&house, &serde_json::Value::Null), 1);
}

#[test]
fn a_commit_that_never_arrived_is_run_again() {
    let house = house(Remote::new(&[Cut::Before, Cut::Before, Cut::After]));
    assert_eq!(enable(&house).status, 200);
    assert_eq!(stored(&house), 1);
    assert_eq!(recorded(&house, &serde_json::Value::Null), 1);
}

#[test]
fn an_outcome_that_cannot_be_learnt_is_told_as_unavailable_and_never_as_success() {
    let mut engine = Remote::new(&[Cut::After]);
    engine.deaf = true;
    let house = house(engine);
    let answer = enable(&house);
    assert_eq!((answer.status, answer.code().as_str()), (503, "ServiceUnavailable"));
    assert_eq!(recorded(&house, &json!("ServiceUnavailable")), 1);
    // The commit did happen. Its record once went missing, since the refusal had taken its event id.
    assert_eq!(stored(&house), 1);
    assert_eq!(recorded(&house, &serde_json::Value::Null), 1);
}

/// The record of a job's work once waited in the outbox for the next change of the same account.
#[test]
fn what_a_job_did_is_on_record_even_if_its_outcome_was_not_learnt() {
    fn later(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        ctx.schedule(&bus::Job {
            id: "once".into(),
            kind: "test.increment".into(),
            due: ctx.now().plus(Duration::from_secs(3600)),
            space: Space::regional(ctx.scope()),
            payload: Vec::new(),
        })
    }
    fn run(ctx: &mut Ctx<'_>, _: &bus::Job) -> Result<()> {
        increment(ctx, ())?;
        ctx.service_event("Incremented", &[], "{}");
        Ok(())
    }
    let mut engine = Remote::new(&[Cut::After]);
    engine.deaf = true;
    let throttled = || Fault::client("ThrottlingException", "slow down");
    let anything = |_: &mut Lookup<'_, '_>, (): &()| Ok(vec![Target::any("kms:EnableKey")]);
    let service = Service::new("kms", throttled)
        .with(op(ENABLE_KEY, later).on(anything).writes())
        .job(JobKind { name: "test.increment", run });
    let house = House::over(vec![service], Arc::new(engine));
    assert_eq!(enable(&house).status, 200);
    assert_eq!(house.records().len(), 1);
    house.advance(Duration::from_secs(3600));
    assert_eq!(stored(&house), 1);
    let told = |record: &&serde_json::Value| record["eventName"] == "Incremented";
    assert_eq!(house.records().iter().filter(told).count(), 1);
}
