//! Calls that need something computed for long in the middle of their run.

use kernel::testing::House;
use kernel::{Ctx, Lookup, Overloaded, Result, Service, Target, op};
use model::{Fault, Op};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const LIST_KEYS: Op<(), ()> = Op::new("kms", "ListKeys");
const ENABLE_KEY: Op<(), ()> = Op::new("kms", "EnableKey");
const LIST_ALIASES: Op<(), ()> = Op::new("kms", "ListAliases");

fn service() -> Service {
    Service::new("kms", || Fault::client("ThrottlingException", "slow down"))
}

fn anything(_: &mut Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
    Ok(vec![Target::any("kms:ListKeys")])
}

#[test]
fn what_was_computed_outlives_a_conflict_and_is_computed_once() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    static COMPUTED: AtomicUsize = AtomicUsize::new(0);
    fn contended(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        let number = match ctx.computed::<u64>("number") {
            Some(number) => number,
            None => return Err(ctx.compute("number", |_| 7_u64 + COMPUTED.fetch_add(1, Ordering::SeqCst) as u64, ())),
        };
        assert_eq!(number, Ok(&7));
        assert_eq!(ctx.computed::<u64>("another"), None);
        if RUNS.fetch_add(1, Ordering::SeqCst) < 2 { Err(store::Error::Conflict.into()) } else { Ok(()) }
    }
    let house = House::new(vec![service().with(op(ENABLE_KEY, contended).on(anything).writes())]);
    assert_eq!(house.call("kms", "EnableKey", &json!({"KeyId": "k"})).status, 200);
    assert_eq!((RUNS.load(Ordering::SeqCst), COMPUTED.load(Ordering::SeqCst)), (3, 1));
    assert_eq!(house.records().len(), 1);
}

#[test]
fn a_call_that_only_reads_has_it_computed_too_and_counts_once() {
    fn reads(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        for name in ["first", "second"] {
            match ctx.computed::<String>(name) {
                Some(text) => assert_eq!(text, Ok(&name.to_owned())),
                None => return Err(ctx.compute(name, move |_| name.to_owned(), ())),
            }
        }
        Ok(())
    }
    let house = House::new(vec![service().with(op(LIST_KEYS, reads).on(anything))]);
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 200);
    assert_eq!(house.records().len(), 1);
}

#[test]
fn nothing_is_computed_before_it_is_decided_that_the_caller_may() {
    static COMPUTED: AtomicUsize = AtomicUsize::new(0);
    fn computes(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        match ctx.computed::<()>("it") {
            Some(_) => Ok(()),
            None => Err(ctx.compute("it", |_| _ = COMPUTED.fetch_add(1, Ordering::SeqCst), ())),
        }
    }
    let house = House::new(vec![service().with(op(LIST_KEYS, computes).on(anything))]);
    let denied = house.call_as(kernel::testing::ALICE, "us-east-1", "kms", "ListKeys", &json!({}));
    assert_eq!(denied.code(), "AccessDeniedException");
    assert_eq!(COMPUTED.load(Ordering::SeqCst), 0);
}

#[test]
fn a_handler_that_takes_another_type_than_it_had_made_fails_rather_than_go_on_for_ever() {
    fn mistaken(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        match ctx.computed::<u8>("it") {
            Some(_) => Ok(()),
            None => Err(ctx.compute("it", |_| 1_u16, ())),
        }
    }
    let house = House::new(vec![service().with(op(LIST_KEYS, mistaken).on(anything))]);
    assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 500);
}

#[test]
fn a_computation_that_panics_is_an_internal_error_and_gives_its_turn_back() {
    fn panics(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        match ctx.computed::<()>("it") {
            Some(_) => Ok(()),
            None => Err(ctx.compute("it", |_| panic!("on purpose"), ())),
        }
    }
    fn computes(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        match ctx.computed::<()>("it") {
            Some(_) => Ok(()),
            None => Err(ctx.compute("it", |_| (), ())),
        }
    }
    let both = service().with(op(LIST_KEYS, panics).on(anything)).with(op(LIST_ALIASES, computes).on(anything));
    let house = House::new(vec![both]);
    for _ in 0..64 {
        assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 500);
    }
    assert_eq!(house.call("kms", "ListAliases", &json!({})).status, 200);
}

#[test]
fn fewer_threads_compute_than_there_are_cores_and_other_calls_are_answered_meanwhile() {
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    static DONE: AtomicUsize = AtomicUsize::new(0);
    const CALLS: usize = 12;
    fn long(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        let work = |_: &dyn base::Rng| {
            MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(20));
            NOW.fetch_sub(1, Ordering::SeqCst);
            DONE.fetch_add(1, Ordering::SeqCst);
        };
        match ctx.computed::<()>("it") {
            Some(Ok(())) => Ok(()),
            Some(Err(Overloaded)) => Err(Fault::client("Overloaded", "too much").into()),
            None => Err(ctx.compute("it", work, ())),
        }
    }
    fn short(_: &mut Ctx<'_>, (): ()) -> Result<()> {
        Ok(())
    }
    let both = service().with(op(LIST_KEYS, long).on(anything)).with(op(LIST_ALIASES, short).on(anything));
    let house = House::new(vec![both]);
    std::thread::scope(|scope| {
        for _ in 0..CALLS {
            scope.spawn(|| assert_eq!(house.call("kms", "ListKeys", &json!({})).status, 200));
        }
        let mut answered = 0;
        while DONE.load(Ordering::SeqCst) < CALLS {
            assert_eq!(house.call("kms", "ListAliases", &json!({})).status, 200);
            answered += 1;
        }
        assert!(answered > CALLS, "only {answered} calls were answered beside {CALLS} computations");
    });
    let cores = std::thread::available_parallelism().unwrap().get();
    let most = MOST.load(Ordering::SeqCst);
    assert!(most <= cores.saturating_sub(1).max(1), "{most} at once on {cores} cores");
}
