//! What calls cost: counted once, for who pays, and kept.

use crate::road::{anything, nothing, service};
use kernel::testing::{ACCOUNT, House, OTHER, REGION};
use kernel::{Charge, Class, Cost, Ctx, Lookup, Month, Reader, Rent, Result, Target, Tariff, Unit, op};
use model::{Fault, Op, Value};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use store::Memory;

const LIST_KEYS: Op<(), ()> = Op::new("kms", "ListKeys");
const LIST_ALIASES: Op<(), ()> = Op::new("kms", "ListAliases");
const ENABLE_KEY: Op<(), ()> = Op::new("kms", "EnableKey");
const DISABLE_KEY: Op<(), ()> = Op::new("kms", "DisableKey");

static CALLS: Class = Class { slot: 0, name: "calls", unit: Unit::Requests, nano_usd: 3_000, free: 3 };
static DEAR: Class = Class { slot: 1, name: "dear calls", unit: Unit::Requests, nano_usd: 1_000_000_000, free: 0 };
static MONTHS: Class = Class { slot: 2, name: "months", unit: Unit::Months, nano_usd: 1_000_000_000, free: 0 };
static TARIFF: Tariff = Tariff { as_of: "2026-01", classes: &[&CALLS, &DEAR, &MONTHS] };

fn services() -> Vec<kernel::Service> {
    fn dear(charge: &mut Charge<'_, '_>, (): &(), _: &[Target]) {
        charge.bill(&DEAR);
    }
    fn forwards(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        ctx.forward("kms", "EnableKey", vec![("KeyId", Value::String("k".into()))]).map(|_| ())
    }
    vec![
        service()
            .priced(&TARIFF)
            .with(op(LIST_KEYS, nothing).on(anything))
            .with(op(LIST_ALIASES, nothing).on(anything).quota_also(dear))
            .with(op(ENABLE_KEY, nothing).on(anything).quota_also(dear).writes())
            .with(op(DISABLE_KEY, forwards).on(anything).writes()),
    ]
}

/// Account, class, requests and amount of every line of the bill.
fn bill(house: &House, month: &str) -> Vec<(String, String, u64, String)> {
    let costs = house.kernel.costs(Month::parse(month).unwrap()).unwrap_or_else(|error| panic!("{}", error.words()));
    let line = |cost: &Cost| (cost.account.to_string(), cost.class.clone(), cost.requests, cost.cost.to_string());
    costs.iter().map(line).collect()
}

fn line(account: &str, class: &str, requests: u64, amount: &str) -> (String, String, u64, String) {
    (account.to_owned(), class.to_owned(), requests, amount.to_owned())
}

fn call(house: &House, operation: &str) {
    house.call("kms", operation, &json!({"KeyId": "k"}));
}

#[test]
fn calls_that_succeed_are_counted_by_account_and_class_and_some_are_free() {
    let house = House::new(services());
    (0..5).for_each(|_| call(&house, "ListKeys"));
    call(&house, "ListAliases");
    house.call_as(OTHER, REGION, "kms", "ListKeys", &json!({}));
    house.call_as(OTHER, REGION, "kms", "ListKeys", &json!({"Limit": "many"}));
    assert_eq!(
        bill(&house, "2026-01"),
        [
            line(ACCOUNT, "calls", 5, "0.000015"),
            line(ACCOUNT, "dear calls", 1, "1.000000"),
            line(ACCOUNT, "free tier", 3, "-0.000009"),
            line("444455556666", "calls", 1, "0.000003"),
            line("444455556666", "free tier", 1, "-0.000003"),
        ]
    );
    assert_eq!(bill(&house, "2025-12"), []);
}

#[test]
fn a_call_that_a_service_makes_counts_for_the_caller() {
    let house = House::new(services());
    call(&house, "DisableKey");
    let classes: Vec<_> =
        bill(&house, "2026-01").into_iter().map(|(_, class, requests, _)| (class, requests)).collect();
    assert_eq!(classes, [("calls".into(), 1), ("dear calls".into(), 1), ("free tier".into(), 1)]);
}

#[test]
fn counts_survive_a_restart_and_belong_to_the_month_that_the_clock_showed() {
    let engine = Arc::new(Memory::new());
    let house = House::over(services(), engine.clone());
    call(&house, "ListKeys");
    house.kernel.move_clock(|clock| clock.advance(Duration::from_secs(40 * 86_400))).unwrap();
    call(&house, "ListKeys");
    call(&house, "ListKeys");
    house.kernel.keep_meter().unwrap();
    drop(house);
    let again = House::over(services(), engine);
    call(&again, "ListKeys");
    let calls = |month| bill(&again, month).into_iter().find(|line| line.1 == "calls").map(|line| line.2);
    assert_eq!((calls("2026-01"), calls("2026-02")), (Some(2), Some(2)), "the second house begins in January again");
}

#[test]
fn what_is_there_is_paid_by_the_hour_until_it_is_closed() {
    fn renting(_: &mut Reader<'_>, scope: base::Scope, after: Option<&str>) -> Result<(Vec<Rent>, Option<String>)> {
        if scope.account.as_str() != ACCOUNT {
            return Ok((Vec::new(), None));
        }
        // Two pages of one each.
        let resource = if after.is_none() { "arn:first" } else { "arn:second" };
        let from = Month::parse("2026-01").unwrap().begin().plus(Duration::from_secs(15 * 86_400));
        let more = after.is_none().then(|| "first".to_owned());
        Ok((vec![Rent { resource: resource.into(), class: &MONTHS, from }], more))
    }
    fn close(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        let from = Month::parse("2026-01").unwrap().begin();
        let rent = Rent { resource: "arn:third".into(), class: &MONTHS, from };
        let scope = ctx.scope();
        ctx.close_rents(scope, "arn:third", &[rent])
    }
    let house = House::new(vec![
        service()
            .priced(&TARIFF)
            .rented(renting)
            .with(op(LIST_KEYS, nothing).on(anything))
            .with(op(ENABLE_KEY, close).on(anything).writes()),
    ]);
    house.advance(Duration::from_secs(31 * 86_400));
    call(&house, "EnableKey");
    house.advance(Duration::from_secs(14 * 86_400));
    let rents = |month| -> Vec<_> {
        bill(&house, month).into_iter().filter(|line| line.1 == "months").map(|line| line.3).collect()
    };
    assert_eq!(rents("2026-01"), ["0.516129", "0.516129", "1.000000"]);
    assert_eq!(rents("2026-02"), ["0.500000", "0.500000"], "what is closed costs nothing any more");
}

#[test]
fn metrics_tell_calls_by_outcome_and_the_cost_of_the_month() {
    let house = House::new(services());
    call(&house, "ListKeys");
    house.call_as(("AKIANOBODY", "x"), REGION, "kms", "ListKeys", &json!({}));
    let text = house.kernel.metrics().unwrap_or_else(|error| panic!("{}", error.words()));
    let calls = "account=\"111122223333\",region=\"us-east-1\",service=\"kms\"";
    assert!(
        text.contains(&format!("fastness_calls_total{{{calls},operation=\"ListKeys\",outcome=\"success\"}} 1\n")),
        "{text}"
    );
    assert!(text.contains("fastness_strangers_total 1\n"), "{text}");
    assert!(
        text.contains(&format!("fastness_month_cost_usd{{month=\"2026-01\",{calls},class=\"calls\"}} 0.000003\n")),
        "{text}"
    );
}

#[test]
fn a_call_that_fails_costs_nothing() {
    fn fails(_: &mut Ctx<'_>, (): ()) -> Result<()> {
        Err(Fault::client("NotFoundException", "nowhere").into())
    }
    fn lost(_: &mut Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
        Err(Fault::client("NotFoundException", "nowhere").into())
    }
    let house = House::new(vec![
        service().priced(&TARIFF).with(op(LIST_KEYS, fails).on(anything)).with(op(LIST_ALIASES, nothing).on(lost)),
    ]);
    call(&house, "ListKeys");
    call(&house, "ListAliases");
    assert_eq!(bill(&house, "2026-01"), []);
}
