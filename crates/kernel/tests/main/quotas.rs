//! Quotas that depend on what a call reaches, and values that an operator set.

use crate::road::{anything, nothing, service};
use kernel::testing::{House, REGION};
use kernel::{Charge, Ctx, Limit, Measure, Pool, Quota, Result, Target, op};
use model::{Fault, Op};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use store::Memory;

const LIST_KEYS: Op<(), ()> = Op::new("kms", "ListKeys");
const ENABLE_KEY: Op<(), ()> = Op::new("kms", "EnableKey");
const LIST_ALIASES: Op<(), ()> = Op::new("kms", "ListAliases");

static ONE: Pool = Pool { name: "kms.One", rate: |_| 1.0 };
static TWO: Pool = Pool { name: "kms.Two", rate: |_| 2.0 };
static THINGS: Limit = Limit { name: "kms.Things", default: 3, most: 10 };
static QUOTAS: &[Quota] = &[
    Quota { code: "L-00000001", name: "One", adjustable: true, of: Measure::Rate(&ONE) },
    Quota { code: "L-00000002", name: "Things", adjustable: true, of: Measure::Count(&THINGS) },
];

fn call(house: &House, operation: &str) -> String {
    house.call("kms", operation, &json!({"KeyId": "k"})).message()
}

#[test]
fn what_a_call_reaches_tells_which_quota_it_draws_on() {
    fn draws(charge: &mut Charge<'_, '_>, (): &(), targets: &[Target]) {
        assert_eq!(targets.len(), 1);
        charge.draw(&TWO);
    }
    let house = House::with_quotas(vec![service().with(op(LIST_KEYS, nothing).on(anything).quota_of(&ONE, draws))]);
    let answers: Vec<_> = (0..3).map(|_| call(&house, "ListKeys")).collect();
    assert_eq!(answers, ["", "", "slow down"]);
    let codes: Vec<_> = house.records().iter().map(|record| record["errorCode"].clone()).collect();
    assert_eq!(codes, [json!(null), json!(null), json!("ThrottlingException")]);
}

#[test]
fn a_call_that_reaches_nothing_draws_on_the_quota_of_its_line() {
    fn lost(_: &mut kernel::Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
        Err(Fault::client("NotFoundException", "nowhere").into())
    }
    fn draws(charge: &mut Charge<'_, '_>, (): &(), _: &[Target]) {
        charge.draw(&TWO);
    }
    let house = House::with_quotas(vec![service().with(op(LIST_KEYS, nothing).on(lost).quota_of(&ONE, draws))]);
    assert_eq!([call(&house, "ListKeys"), call(&house, "ListKeys")], ["nowhere", "slow down"]);
}

#[test]
fn a_call_may_draw_on_other_quotas_and_in_other_regions_as_well() {
    fn draws(charge: &mut Charge<'_, '_>, (): &(), _: &[Target]) {
        charge.draw_in("eu-west-1".parse().unwrap(), &ONE);
    }
    let house =
        House::with_quotas(vec![service().with(op(LIST_KEYS, nothing).on(anything).quota(&TWO).quota_also(draws))]);
    assert_eq!([call(&house, "ListKeys"), call(&house, "ListKeys")], ["", "slow down"]);
    house.advance(Duration::from_secs(1));
    assert_eq!(call(&house, "ListKeys"), "");
}

#[test]
fn a_single_thing_has_a_bucket_that_all_its_users_share() {
    fn draws(charge: &mut Charge<'_, '_>, (): &(), _: &[Target]) {
        let owner = base::Scope { account: "999988887777".parse().unwrap(), region: REGION.parse().unwrap() };
        charge.draw_of(owner, &ONE, "store-1");
    }
    let house = House::with_quotas(vec![service().with(op(LIST_KEYS, nothing).on(anything).quota_also(draws))]);
    assert_eq!(call(&house, "ListKeys"), "");
    let other = house.call_as(kernel::testing::OTHER, REGION, "kms", "ListKeys", &json!({}));
    assert_eq!(other.message(), "slow down");
}

#[test]
fn a_call_that_runs_again_pays_once() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    fn draws(charge: &mut Charge<'_, '_>, (): &(), _: &[Target]) {
        charge.draw(&ONE);
    }
    fn contended(_: &mut Ctx<'_>, (): ()) -> Result<()> {
        if RUNS.fetch_add(1, Ordering::SeqCst) < 2 { Err(store::Error::Conflict.into()) } else { Ok(()) }
    }
    let house =
        House::with_quotas(vec![service().with(op(ENABLE_KEY, contended).on(anything).quota_of(&ONE, draws).writes())]);
    assert_eq!([call(&house, "EnableKey"), call(&house, "EnableKey")], ["", "slow down"]);
    assert_eq!(RUNS.load(Ordering::SeqCst), 3);
}

#[test]
fn a_value_that_is_approved_counts_from_the_next_call_on_and_after_a_restart() {
    fn approve(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        let scope = ctx.scope();
        ctx.set_quota(scope, &QUOTAS[0], 4.0)?;
        ctx.set_quota(scope, &QUOTAS[1], 5.0)
    }
    fn told(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        let text = format!("{} {}", ctx.limit(&THINGS), ctx.quota(ctx.scope(), &QUOTAS[0]));
        Err(Fault::client("Told", text).into())
    }
    let services = || {
        vec![
            service()
                .listed("kms", "Keys", QUOTAS)
                .with(op(LIST_KEYS, nothing).on(anything).quota(&ONE))
                .with(op(LIST_ALIASES, told).on(anything))
                .with(op(ENABLE_KEY, approve).on(anything).writes()),
        ]
    };
    let engine = Arc::new(Memory::new());
    let house = House::over_with_quotas(services(), engine.clone());
    assert_eq!(
        [call(&house, "ListAliases"), call(&house, "ListKeys"), call(&house, "ListKeys")],
        ["3 1", "", "slow down"]
    );
    assert_eq!(call(&house, "EnableKey"), "");
    assert_eq!(call(&house, "ListAliases"), "5 4");
    let answers: Vec<_> = (0..4).map(|_| call(&house, "ListKeys")).collect();
    assert_eq!(answers, ["", "", "", "slow down"], "one was drawn before");
    drop(house);
    let again = House::over_with_quotas(services(), engine);
    again.kernel.load_quotas().unwrap();
    assert_eq!(call(&again, "ListAliases"), "5 4");
}

#[test]
fn an_operator_names_a_quota_by_operation_code_or_name() {
    let house =
        House::new(vec![service().listed("kms", "Keys", QUOTAS).with(op(LIST_KEYS, nothing).on(anything).quota(&TWO))]);
    let named = |text: &str| house.kernel.registry().quota_named(text);
    assert_eq!(named("kms:ListKeys"), Some("kms.Two"));
    assert_eq!(named("kms:L-00000002"), Some("kms.Things"));
    assert_eq!(named("kms:One"), Some("kms.One"));
    assert_eq!((named("kms:Enable"), named("ListKeys"), named("s3:ListKeys")), (None, None, None));
}
