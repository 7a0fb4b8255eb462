//! Calls before which their service has something to do of its own.

use kernel::testing::{ALICE, House};
use kernel::{Chore, Ctx, Lookup, Result, Service, Target, op};
use model::{Fault, Op};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::{Key, Record, Space};

const LIST_KEYS: Op<(), ()> = Op::new("kms", "ListKeys");
const ENABLE_KEY: Op<(), ()> = Op::new("kms", "EnableKey");

#[derive(serde::Serialize, serde::Deserialize)]
struct Made(String);

impl Record for Made {
    const VERSION: u8 = 1;
}

fn place(scope: base::Scope) -> Key {
    Key::new(Space::regional(scope), "test.made")
}

/// Writes what it is about, once.
fn make(ctx: &mut Ctx<'_>, about: &str) -> Result<()> {
    let place = place(ctx.scope()).text("it");
    if !ctx.exists(&place)? {
        ctx.put(&place, &Made(about.to_owned()))?;
        ctx.service_event("MakeIt", &[], "{}");
    }
    Ok(())
}

/// Has it made if it is not there.
fn needs(lookup: &mut Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
    let place = place(lookup.scope()).text("it");
    if lookup.get::<Made>(&place)?.is_none() {
        lookup.first(Chore { name: "test.make", about: "a".to_owned(), run: make });
    }
    Ok(vec![Target::any("kms:ListKeys")])
}

fn found(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
    let place = place(ctx.scope()).text("it");
    assert_eq!(ctx.get::<Made>(&place)?.map(|made| made.0).as_deref(), Some("a"));
    Ok(())
}

fn service() -> Service {
    Service::new("kms", || Fault::client("ThrottlingException", "slow down"))
        .with(op(LIST_KEYS, found).on(needs))
        .with(op(ENABLE_KEY, found).on(needs).writes())
}

#[test]
fn a_call_finds_done_what_it_needs_whether_it_reads_or_writes() {
    for (operation, input) in [("ListKeys", json!({})), ("EnableKey", json!({ "KeyId": "k" }))] {
        let house = House::new(vec![service()]);
        assert_eq!(house.call("kms", operation, &input).status, 200, "{operation}");
        assert_eq!(house.call("kms", operation, &input).status, 200, "{operation}");
        let records = house.records();
        let told = |name: &str| records.iter().filter(|record| record["eventName"] == name).count();
        assert_eq!((told("MakeIt"), told(operation)), (1, 2), "{operation}");
    }
}

#[test]
fn nothing_is_done_for_who_may_not_call() {
    let house = House::new(vec![service()]);
    let denied = house.call_as(ALICE, "us-east-1", "kms", "ListKeys", &json!({}));
    assert_eq!(denied.code(), "AccessDeniedException");
    let records = house.records();
    assert!(records.iter().all(|record| record["eventName"] != "MakeIt"));
}

#[test]
fn a_chore_that_changes_nothing_does_not_keep_its_call_for_ever() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    fn idle(_: &mut Ctx<'_>, _: &str) -> Result<()> {
        RUNS.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
    fn wants(lookup: &mut Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
        lookup.first(Chore { name: "test.idle", about: String::new(), run: idle });
        Ok(vec![Target::any("kms:ListKeys")])
    }
    let lines = Service::new("kms", || Fault::client("ThrottlingException", "slow down"));
    let house =
        House::new(vec![lines.with(op(LIST_KEYS, found).on(wants)).with(op(ENABLE_KEY, found).on(wants).writes())]);
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 500);
    assert_eq!(house.call("kms", "EnableKey", &json!({ "KeyId": "k" })).status, 500);
    assert_eq!(RUNS.load(Ordering::SeqCst), 2, "each call had it done once");
}
