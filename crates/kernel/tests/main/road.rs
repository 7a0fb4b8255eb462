//! What the road guarantees whatever a service does: toy handlers under real operation names.

use base::AccountId;
use kernel::testing::{ACCOUNT, ALICE, House, OTHER, REGION, ROOT};
use kernel::{Ctx, Error, JobKind, Lookup, Outcome, Pool, Result, Service, Target, op};
use model::{Fault, Op, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use store::{Key, Record, Space};

const LIST_KEYS: Op<(), ()> = Op::new("kms", "ListKeys");
const LIST_ALIASES: Op<(), ()> = Op::new("kms", "ListAliases");
const ENABLE_KEY: Op<(), ()> = Op::new("kms", "EnableKey");
const GENERATE_RANDOM: Op<(), ()> = Op::new("kms", "GenerateRandom");

static ONE_A_SECOND: Pool = Pool { name: "test.one", rate: |_| 1.0 };

#[derive(Serialize, Deserialize)]
struct Count(u64);

impl Record for Count {
    const VERSION: u8 = 1;
}

fn key(ctx: &Ctx<'_>) -> Key {
    Key::new(Space::regional(ctx.scope()), "test.count").text("count")
}

fn throttled() -> Fault {
    Fault::client("ThrottlingException", "slow down")
}

pub(crate) fn service() -> Service {
    Service::new("kms", throttled)
}

pub(crate) fn anything(_: &mut Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
    Ok(vec![Target::any("kms:ListKeys")])
}

pub(crate) fn nothing(_: &mut Ctx<'_>, (): ()) -> Result<()> {
    Ok(())
}

fn increment(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
    let key = key(ctx);
    let count = ctx.get::<Count>(&key)?.map_or(0, |count| count.0);
    ctx.put(&key, &Count(count + 1))
}

fn enable(house: &House) -> kernel::testing::Answer {
    house.call("kms", "EnableKey", &json!({"KeyId": "k"}))
}

fn stored(house: &House) -> u64 {
    let account: AccountId = ACCOUNT.parse().unwrap();
    let scope = base::Scope { account, region: REGION.parse().unwrap() };
    let key = Key::new(Space::regional(scope), "test.count").text("count");
    house.kernel.store().begin().unwrap().get::<Count>(&key).unwrap().map_or(0, |count| count.0)
}

#[test]
fn an_answer_without_a_decision_is_an_internal_error() {
    let undecided = |_: &mut Lookup<'_, '_>, (): &()| Ok(Vec::new());
    let house = House::new(vec![service().with(op(LIST_KEYS, nothing).on(undecided))]);
    let answer = house.call("kms", "ListKeys", &json!({}));
    assert_eq!((answer.status, answer.code().as_str()), (500, "InternalFailure"));
    assert!(!answer.message().contains("decision"), "defects are told to the operator, not to the caller");
    assert_eq!(house.records().last().unwrap()["errorCode"], "InternalFailure");
}

#[test]
fn a_panic_and_a_write_by_a_reader_are_internal_errors_and_the_house_stands() {
    fn panics(_: &mut Ctx<'_>, (): ()) -> Result<()> {
        panic!("a bug");
    }
    let house = House::new(vec![
        service()
            .with(op(LIST_KEYS, panics).on(anything))
            .with(op(LIST_ALIASES, increment).on(anything))
            .with(op(GENERATE_RANDOM, nothing).on(anything)),
    ]);
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 500);
    assert_eq!(house.call("kms", "ListAliases", &json!({})).status, 500);
    assert_eq!(stored(&house), 0);
    assert_eq!(house.call("kms", "GenerateRandom", &json!({})).status, 200);
}

#[test]
fn a_conflicting_call_runs_again_in_a_new_snapshot_and_counts_once() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    fn meddled(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        increment(ctx, ())?;
        let mut drawn = [0; 4];
        ctx.rng().fill(&mut drawn);
        if RUNS.fetch_add(1, Ordering::SeqCst) < 2 {
            // Somebody else commits between this run's read and its commit.
            let key = key(ctx);
            let house = MEDDLER.lock().unwrap().clone().unwrap();
            let marker = store::Marker(base::Uuid::random(&primitives_free()));
            house
                .store()
                .transact(marker, |transaction| {
                    let count = transaction.get::<Count>(&key)?.map_or(0, |count| count.0);
                    transaction.put(&key, &Count(count + 100))
                })
                .map_err(Error::Store)?;
        }
        Ok(())
    }
    static MEDDLER: std::sync::Mutex<Option<std::sync::Arc<kernel::Kernel>>> = std::sync::Mutex::new(None);
    fn primitives_free() -> base::SeededRng {
        base::SeededRng::new(u64::from(RUNS.load(Ordering::SeqCst)) + 77)
    }
    let house = House::new(vec![service().with(op(ENABLE_KEY, meddled).on(anything).writes())]);
    *MEDDLER.lock().unwrap() = Some(house.kernel.clone());
    assert_eq!(enable(&house).status, 200);
    assert_eq!(RUNS.load(Ordering::SeqCst), 3);
    assert_eq!(stored(&house), 201);
    let named = house.records().iter().filter(|record| record["eventName"] == "EnableKey").count();
    assert_eq!(named, 1, "audit counts the call, not its runs");
    let counted: u64 = house.kernel.usage().read().iter().map(|line| line.count).sum();
    assert_eq!(counted, 1);
    *MEDDLER.lock().unwrap() = None;
}

/// A client that hung up once kept its call out of the counters that the price is made of, though the change happened.
#[test]
fn a_call_whose_client_hung_up_has_all_its_consequences() {
    let house = House::new(vec![service().with(op(ENABLE_KEY, increment).on(anything).writes())]);
    house.call_and_hang_up("kms", "EnableKey", &json!({"KeyId": "k"}));
    assert_eq!(stored(&house), 1);
    assert_eq!(house.records().len(), 1);
    let counted: Vec<_> = house.kernel.usage().read().iter().map(|line| (line.outcome, line.count)).collect();
    assert_eq!(counted, [(Outcome::Success, 1)]);
}

#[test]
fn what_a_failed_call_wrote_is_gone_and_its_record_is_there() {
    fn fails_late(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        increment(ctx, ())?;
        Err(Fault::client("LimitExceededException", "enough").into())
    }
    let house = House::new(vec![service().with(op(ENABLE_KEY, fails_late).on(anything).writes())]);
    assert_eq!(enable(&house).code(), "LimitExceededException");
    assert_eq!(stored(&house), 0);
    let records = house.records();
    let record = records.last().unwrap();
    assert_eq!((&record["errorCode"], &record["errorMessage"]), (&json!("LimitExceededException"), &json!("enough")));
    assert_eq!(record["requestParameters"], json!({"keyId": "k"}));
}

#[test]
fn a_denied_caller_never_reaches_the_handler() {
    static REACHED: AtomicU32 = AtomicU32::new(0);
    fn reached(_: &mut Ctx<'_>, (): ()) -> Result<()> {
        REACHED.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
    let owned = |_: &mut Lookup<'_, '_>, (): &()| {
        let owner = ACCOUNT.parse().map_err(|_| Error::Internal("no account".into()))?;
        Ok(vec![Target::arn("kms:EnableKey", format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/k"), owner)])
    };
    let house = House::new(vec![service().with(op(LIST_KEYS, reached).on(owned))]);
    let user = house.call_as(ALICE, REGION, "kms", "ListKeys", &json!({}));
    assert_eq!((user.status, user.code().as_str()), (400, "AccessDeniedException"));
    assert!(user.message().ends_with("because no identity-based policy allows the kms:EnableKey action"));
    let foreign = house.call_as(OTHER, REGION, "kms", "ListKeys", &json!({}));
    assert!(foreign.message().ends_with("because no resource-based policy allows the kms:EnableKey action"));
    assert_eq!(REACHED.load(Ordering::SeqCst), 0);
    let records = house.records();
    assert!(records.iter().all(|record| record["errorCode"] == "AccessDeniedException"));
    assert_eq!(records.len(), 2);
}

#[test]
fn above_its_quota_a_caller_gets_the_services_own_words_and_is_counted_apart() {
    let house = House::with_quotas(vec![service().with(op(LIST_KEYS, nothing).on(anything).quota(&ONE_A_SECOND))]);
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 200);
    let answer = house.call("kms", "ListKeys", &json!({}));
    assert_eq!((answer.status, answer.message().as_str()), (400, "slow down"));
    assert_eq!(house.call_as(OTHER, REGION, "kms", "ListKeys", &json!({})).status, 200, "another account's bucket");
    house.advance(Duration::from_secs(1));
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 200);
    let throttled = house.kernel.usage().read().into_iter().find(|line| line.outcome == Outcome::Throttled);
    assert_eq!(throttled.map(|line| line.count), Some(1));
}

#[test]
fn what_is_not_implemented_cannot_be_asked_for_at_any_rate() {
    let house = House::with_quotas(vec![service()]);
    let mut statuses = (0..=500).map(|_| house.call("kms", "ListKeys", &json!({})).status);
    assert!(statuses.by_ref().take(500).all(|status| status == 501));
    assert_eq!(statuses.next(), Some(400));
}

#[test]
fn strangers_are_refused_and_leave_the_accounts_log_alone() {
    let house = House::new(vec![service().with(op(LIST_KEYS, nothing).on(anything))]);
    let wrong = house.call_as((ROOT.0, "guessed"), REGION, "kms", "ListKeys", &json!({}));
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "InvalidSignatureException"));
    let unknown = house.call_as(("AKIANOBODY", "x"), REGION, "kms", "ListKeys", &json!({}));
    assert_eq!(unknown.code(), "UnrecognizedClientException");
    assert!(house.records().is_empty());
    assert_eq!(house.log.tail_strangers(10).unwrap().len(), 2);
    assert_eq!(house.kernel.usage().strangers(), 2);
}

/// Requests for nothing that exists were counted nowhere, so that a flood of them could not be seen.
#[test]
fn a_header_that_the_operation_reads_cannot_be_added_to_a_signed_request() {
    let house = House::new(Vec::new());
    let copy = || {
        let request = http::Request::post("/2020-05-31/distribution/E1/copy");
        request
            .body(bytes::Bytes::from(
                "<CopyDistributionRequest><CallerReference>c</CallerReference></CopyDistributionRequest>",
            ))
            .unwrap()
    };
    let metric = || {
        let body = "Action=PutMetricData&Version=2010-08-01&Namespace=n&MetricData.member.1.MetricName=m";
        let request = http::Request::post("/").header("content-type", "application/x-www-form-urlencoded");
        request.body(bytes::Bytes::from(body)).unwrap()
    };
    let cases: [(&dyn Fn() -> http::Request<bytes::Bytes>, _, _, _); 2] =
        [(&copy, "cloudfront", "staging", "true"), (&metric, "monitoring", "content-encoding", "identity")];
    for (request, service, name, value) in cases {
        let mut signed = request();
        signed.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(house.send(ROOT, REGION, service, signed).status, 501, "{service}");
        let mut added = house.sign(ROOT, REGION, service, request());
        added.headers_mut().insert(name, value.parse().unwrap());
        let answer = house.deliver(added);
        assert!(answer.status == 403 && answer.body.contains("SignatureDoesNotMatch"), "{}", answer.body);
    }
}

#[test]
fn a_request_that_leads_nowhere_is_counted_as_a_strangers() {
    let house = House::new(vec![service()]);
    let request = http::Request::post("/").header("content-type", "application/x-amz-json-1.1");
    let request = request.header("x-amz-target", "TrentService.NoSuchThing").body("{}".into()).unwrap();
    assert_eq!(house.deliver(request).code(), "UnknownOperationException");
    assert_eq!(house.kernel.usage().strangers(), 1);
    assert!(house.records().is_empty());
}

#[test]
fn an_operation_that_is_not_there_says_so_after_its_input_was_checked() {
    let house = House::new(vec![service()]);
    let answer = house.call("kms", "EnableKey", &json!({"KeyId": "k"}));
    assert_eq!(answer.status, 501);
    assert!(answer.message().contains("EnableKey"));
    assert_eq!(house.call("kms", "EnableKey", &json!({})).code(), "ValidationException");
}

#[test]
fn an_operation_that_asks_for_no_signature_says_what_it_is_all_the_same() {
    let house = House::new(vec![service()]);
    let ask = |form: &str| {
        let request = http::Request::post("/").header("content-type", "application/x-www-form-urlencoded");
        house.deliver(request.body(form.to_owned().into()).unwrap())
    };
    let whole = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=me&WebIdentityToken=token\
        &RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fx";
    let answer = ask(whole);
    assert_eq!(answer.status, 501);
    assert!(answer.body.contains("AssumeRoleWithWebIdentity"), "{}", answer.body);
    assert_eq!(ask("Action=AssumeRoleWithWebIdentity&Version=2011-06-15").status, 400);
    assert_eq!(ask("Action=GetCallerIdentity&Version=2011-06-15").status, 403);
    assert!(house.records().is_empty(), "strangers have a log of their own");
}

#[test]
fn a_forwarded_call_is_charged_decided_and_recorded_as_the_callers_own() {
    fn forwards(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        ctx.forward("kms", "EnableKey", vec![("KeyId", Value::String("k".into()))]).map(|_| ())
    }
    let house = House::with_quotas(vec![
        service()
            .with(op(LIST_KEYS, forwards).on(anything).writes())
            .with(op(ENABLE_KEY, increment).on(anything).writes().quota(&ONE_A_SECOND)),
    ]);
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 200);
    assert_eq!(stored(&house), 1);
    let throttled = house.call("kms", "ListKeys", &json!({}));
    assert_eq!(throttled.message(), "slow down", "the caller's bucket is the one that is empty");
    assert_eq!(stored(&house), 1);
    let records = house.records();
    let nested = records.iter().find(|record| record["eventName"] == "EnableKey").unwrap();
    assert_eq!(nested["userIdentity"]["accessKeyId"], ROOT.0);
    assert_eq!(nested["userIdentity"]["invokedBy"], "kms.amazonaws.com");
    assert_eq!(nested["sourceIPAddress"], "kms.amazonaws.com");
    assert_eq!(nested["requestParameters"], json!({"keyId": "k"}));
    assert!(
        records.iter().any(|record| record["eventName"] == "EnableKey" && record["errorCode"] == "ThrottlingException")
    );
}

/// The records of a failed call once told of a forwarded change that had been undone with it.
#[test]
fn a_change_that_is_undone_with_its_caller_is_not_told_as_done() {
    fn forwards(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        ctx.forward("kms", "EnableKey", vec![("KeyId", Value::String("k".into()))])?;
        ctx.service_event("Incremented", &[], "{}");
        Err(Fault::client("LimitExceededException", "enough").into())
    }
    let house = House::new(vec![
        service()
            .with(op(LIST_KEYS, forwards).on(anything).writes())
            .with(op(ENABLE_KEY, increment).on(anything).writes()),
    ]);
    assert_eq!(house.call("kms", "ListKeys", &json!({})).code(), "LimitExceededException");
    assert_eq!(stored(&house), 0);
    let names: Vec<_> = house.records().iter().map(|record| record["eventName"].clone()).collect();
    assert_eq!(names, [json!("ListKeys")]);
}

/// Every run of a contended call once drew on the quota of what it forwarded, so that the last could find it empty.
#[test]
fn a_call_that_runs_again_pays_once_for_what_it_forwards() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    fn forwards(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        ctx.forward("kms", "EnableKey", vec![("KeyId", Value::String("k".into()))])?;
        if RUNS.fetch_add(1, Ordering::SeqCst) < 2 { Err(store::Error::Conflict.into()) } else { Ok(()) }
    }
    let house = House::with_quotas(vec![
        service()
            .with(op(LIST_KEYS, forwards).on(anything).writes())
            .with(op(ENABLE_KEY, increment).on(anything).writes().quota(&ONE_A_SECOND)),
    ]);
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 200);
    assert_eq!((RUNS.load(Ordering::SeqCst), stored(&house)), (3, 1));
    assert_eq!(house.call("kms", "ListKeys", &json!({})).message(), "slow down", "once it does pay");
}

#[test]
fn a_forwarded_call_with_a_broken_input_is_refused_by_the_model() {
    fn forwards(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        ctx.forward("kms", "EnableKey", Vec::new()).map(|_| ())
    }
    let house = House::new(vec![
        service()
            .with(op(LIST_KEYS, forwards).on(anything).writes())
            .with(op(ENABLE_KEY, increment).on(anything).writes()),
    ]);
    assert_eq!(house.call("kms", "ListKeys", &json!({})).code(), "ValidationException");
    assert_eq!(stored(&house), 0);
}

#[test]
fn a_job_runs_once_when_service_time_reaches_it_and_a_cancelled_one_never() {
    fn later(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        let job = |id: &str, ctx: &Ctx<'_>| bus::Job {
            id: id.into(),
            kind: "test.increment".into(),
            due: ctx.now().plus(Duration::from_secs(3600)),
            space: Space::regional(ctx.scope()),
            payload: Vec::new(),
        };
        let (kept, dropped) = (job("kept", ctx), job("dropped", ctx));
        ctx.schedule(&kept)?;
        ctx.schedule(&dropped)?;
        assert!(ctx.cancel("dropped")?);
        Ok(())
    }
    fn run(ctx: &mut Ctx<'_>, _: &bus::Job) -> Result<()> {
        increment(ctx, ())?;
        ctx.service_event("Incremented", &[], r#"{"by":1}"#);
        Ok(())
    }
    let house = House::new(vec![
        service().with(op(ENABLE_KEY, later).on(anything).writes()).job(JobKind { name: "test.increment", run }),
    ]);
    assert_eq!(enable(&house).status, 200);
    house.advance(Duration::from_secs(3599));
    assert_eq!(stored(&house), 0);
    house.advance(Duration::from_secs(1));
    assert_eq!(stored(&house), 1);
    house.advance(Duration::from_secs(7200));
    assert_eq!(stored(&house), 1);
    let records = house.records();
    let event = records.iter().find(|record| record["eventName"] == "Incremented").unwrap();
    assert_eq!(event["eventType"], "AwsServiceEvent");
    assert_eq!(event["userIdentity"]["invokedBy"], "AWS Internal");
    assert_eq!(event["serviceEventDetails"]["by"], 1);
}
