//! Faults on demand, on the road.

use crate::road::{anything, nothing, service};
use kernel::testing::{ALICE, House, OTHER, REGION, ROOT};
use kernel::{ALWAYS, Ctx, Disturbance, Lookup, Outcome, Result, Target, op};
use model::{Fault, Op, Value};
use serde_json::json;

const LIST_KEYS: Op<(), ()> = Op::new("kms", "ListKeys");
const LIST_ALIASES: Op<(), ()> = Op::new("kms", "ListAliases");
const ENABLE_KEY: Op<(), ()> = Op::new("kms", "EnableKey");

fn failing() -> Fault {
    Fault::server("KMSInternalException", "something broke")
}

fn house() -> House {
    fn forwards(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        ctx.forward("kms", "EnableKey", vec![("KeyId", Value::String("k".into()))]).map(|_| ())
    }
    fn key(_: &mut Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
        let (arn, owner) = ("arn:aws:kms:us-east-1:111122223333:key/k1", "111122223333");
        Ok(vec![Target::arn("kms:EnableKey", arn.into(), owner.parse().unwrap())])
    }
    House::new(vec![
        service()
            .fails_with(failing)
            .with(op(LIST_KEYS, nothing).on(anything))
            .with(op(LIST_ALIASES, forwards).on(anything).writes())
            .with(op(ENABLE_KEY, nothing).on(key).writes()),
    ])
}

fn on(operation: &str) -> Disturbance {
    Disturbance { service: "kms".into(), operation: operation.into(), ..Disturbance::default() }
}

fn codes(house: &House) -> Vec<String> {
    ["ListKeys", "EnableKey"].map(|operation| house.call("kms", operation, &json!({"KeyId": "k"})).code()).to_vec()
}

#[test]
fn a_throttled_call_gets_the_services_own_error_and_is_on_record_and_counted() {
    let house = house();
    house.kernel.add_fault(Disturbance { throttle: ALWAYS, ..on("ListKeys") }).unwrap();
    let answer = house.call("kms", "ListKeys", &json!({}));
    assert_eq!((answer.status, answer.message().as_str()), (400, "slow down"));
    assert_eq!(codes(&house), ["ThrottlingException", ""]);
    let records = house.records();
    assert_eq!(records[0]["errorCode"], "ThrottlingException");
    assert_eq!(records[0]["userIdentity"]["accessKeyId"], ROOT.0);
    let throttled: u64 = house
        .kernel
        .usage()
        .read()
        .iter()
        .filter(|line| line.outcome == Outcome::Throttled)
        .map(|line| line.count)
        .sum();
    assert_eq!(throttled, 2);
    let set = &house.kernel.faults()[0];
    assert_eq!((set.met, set.outcomes), (2, [2, 0, 0]));
}

#[test]
fn a_failing_call_gets_the_services_internal_error_or_that_it_is_unavailable() {
    let house = house();
    let id = house.kernel.add_fault(Disturbance { fail: ALWAYS, ..Disturbance::default() }).unwrap();
    assert_eq!(codes(&house), ["KMSInternalException", "KMSInternalException"]);
    assert!(house.kernel.remove_fault(id) && !house.kernel.remove_fault(id));
    house.kernel.add_fault(Disturbance { fail: ALWAYS, unavailable: true, ..on("ListKeys") }).unwrap();
    let answer = house.call("kms", "ListKeys", &json!({}));
    assert_eq!((answer.status, answer.code().as_str()), (503, "ServiceUnavailable"));
    assert_eq!(house.kernel.clear_faults(), 1);
    assert_eq!(codes(&house), ["", ""]);
}

#[test]
fn a_call_that_is_cut_off_changes_nothing_and_is_on_record() {
    let house = house();
    house.kernel.add_fault(Disturbance { reset: ALWAYS, ..on("EnableKey") }).unwrap();
    let answer = house.call("kms", "EnableKey", &json!({"KeyId": "k"}));
    assert!(answer.is_cut_off && answer.body.is_empty());
    assert_eq!(house.records()[0]["errorCode"], "InternalFailure");
    assert!(!house.call("kms", "ListKeys", &json!({})).is_cut_off);
}

#[test]
fn a_fault_may_be_for_one_principal_or_one_key() {
    let house = house();
    let alice = Some("arn:aws:iam::111122223333:user/alice".to_owned());
    house.kernel.add_fault(Disturbance { throttle: ALWAYS, principal: alice, ..on("ListKeys") }).unwrap();
    house.kernel.add_fault(Disturbance { fail: ALWAYS, resource: Some("k1".into()), ..on("") }).unwrap();
    assert_eq!(codes(&house), ["", "KMSInternalException"]);
    assert_eq!(house.call_as(ALICE, REGION, "kms", "ListKeys", &json!({})).code(), "ThrottlingException");
    house.kernel.clear_faults();
    house.kernel.add_fault(Disturbance { fail: ALWAYS, resource: Some("k2".into()), ..on("") }).unwrap();
    assert_eq!(codes(&house), ["", ""]);
}

#[test]
fn a_call_that_a_service_makes_meets_faults_too() {
    let house = house();
    house.kernel.add_fault(Disturbance { throttle: ALWAYS, resource: Some("k1".into()), ..on("EnableKey") }).unwrap();
    assert_eq!(house.call("kms", "ListAliases", &json!({})).code(), "ThrottlingException");
}

#[test]
fn strangers_are_turned_away_before_any_fault() {
    let house = house();
    house.kernel.add_fault(Disturbance { throttle: ALWAYS, ..Disturbance::default() }).unwrap();
    let answer = house.call_as((OTHER.0, "guessed"), REGION, "kms", "ListKeys", &json!({}));
    assert_eq!(answer.code(), "InvalidSignatureException");
}

#[test]
fn what_makes_no_sense_is_refused_with_a_reason() {
    let house = house();
    let refused = |what: Disturbance| house.kernel.add_fault(what).err().unwrap_or_default();
    assert!(refused(Disturbance::default()).contains("what shall happen"));
    assert!(refused(Disturbance { throttle: ALWAYS + 1, ..on("") }).contains("probability"));
    assert!(refused(Disturbance { throttle: 1, ..on("Enrcypt") }).contains("Enrcypt"));
    assert!(refused(Disturbance { throttle: 1, service: "kmss".into(), ..on("") }).contains("kmss"));
    let late = kernel::MAX_LATENCY + std::time::Duration::from_millis(1);
    assert!(refused(Disturbance { latency: late, ..on("") }).contains("60 s"));
}
