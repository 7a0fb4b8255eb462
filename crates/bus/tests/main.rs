//! Jobs over the memory engine, with a clock that the tests move.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "Tests may panic: that is how they fail."
)]

use base::{Clock, Secret, SeededRng, TestClock, Timestamp, Uuid};
use fastness_bus::{self as bus, Job, MAX_ATTEMPTS, Runner, Scheduler};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;
use store::{Error, Marker, Memory, Seal, SealError, Space, Store, Transaction};

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Shows what is bound to a value without hiding it.
struct Plain;

impl Seal for Plain {
    fn seal(&self, path: &[u8], value: &[u8]) -> Result<Vec<u8>, SealError> {
        Ok([&[path.len() as u8], path, value].concat())
    }

    fn open(&self, path: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let value = sealed[1..].strip_prefix(path).ok_or_else(|| SealError("sealed under another path".into()))?;
        Ok(Secret::new(value.to_vec()))
    }
}

/// Fails a job as often as the first byte of its payload says, then completes it.
struct Recorder {
    store: Store,
    clock: Arc<TestClock>,
    rng: SeededRng,
    attempts: Mutex<Vec<(Space, String, Timestamp)>>,
    changed: Condvar,
}

impl Recorder {
    fn attempts(&self, space: Space) -> Vec<(String, Timestamp)> {
        let of_space = |(of, id, at): &(Space, String, Timestamp)| (*of == space).then(|| (id.clone(), *at));
        self.attempts.lock().unwrap().iter().filter_map(of_space).collect()
    }
}

impl Runner for Recorder {
    fn run(&self, job: &Job) -> Result<(), String> {
        let mut attempts = self.attempts.lock().unwrap();
        attempts.push((job.space, job.id.clone(), self.clock.now()));
        let same = attempts.iter().filter(|(space, id, _)| (space, id) == (&job.space, &job.id)).count();
        self.changed.notify_all();
        drop(attempts);
        match job.kind.as_str() {
            "panicking" => return Err("it panicked".into()),
            "forgetful" => return Ok(()),
            _ if same <= usize::from(job.payload[0]) => return Err("not yet".into()),
            _ => (),
        }
        let marker = Marker(Uuid::random(&self.rng));
        let run = |tx: &mut Transaction| {
            assert!(bus::complete(tx, job)?);
            if job.kind == "yearly" {
                let due = job.due.plus(Duration::from_secs(365 * 86_400));
                bus::schedule(tx, &Job { due, ..job.clone() })?;
            }
            Ok::<_, Error>(())
        };
        self.store.transact(marker, run).map_err(|error| error.to_string())
    }
}

struct Bench {
    store: Store,
    clock: Arc<TestClock>,
    rng: SeededRng,
    recorder: Arc<Recorder>,
    scheduler: Arc<Scheduler>,
}

impl Bench {
    fn new() -> Self {
        Self::over(Store::new(Arc::new(Memory::new()), Arc::new(Plain)))
    }

    fn over(store: Store) -> Self {
        let clock = Arc::new(TestClock::new(START));
        let recorder = Arc::new(Recorder {
            store: store.clone(),
            clock: clock.clone(),
            rng: SeededRng::new(3),
            attempts: Mutex::default(),
            changed: Condvar::new(),
        });
        let scheduler = Scheduler::new(store.clone(), clock.clone(), Arc::new(SeededRng::new(5)), recorder.clone());
        Self { store, clock, rng: SeededRng::new(9), recorder, scheduler }
    }

    fn change<T>(&self, body: impl FnMut(&mut Transaction) -> Result<T, Error>) -> T {
        self.store.transact(Marker(Uuid::random(&self.rng)), body).unwrap()
    }

    fn schedule(&self, job: &Job) {
        self.change(|tx| bus::schedule(tx, job));
        self.scheduler.committed(job.space);
    }
}

fn space(number: u8) -> Space {
    Space::account(format!("{number:012}").parse().unwrap())
}

fn job(id: &str, after_secs: u64) -> Job {
    let due = START.plus(Duration::from_secs(after_secs));
    Job { id: id.into(), kind: "plain".into(), due, space: space(1), payload: vec![0] }
}

#[test]
fn a_job_runs_when_service_time_reaches_it_and_only_once() {
    let bench = Bench::new();
    bench.schedule(&job("a", 60));
    assert_eq!(bench.scheduler.run_due().unwrap(), 0);
    bench.clock.advance(Duration::from_secs(59));
    assert_eq!(bench.scheduler.run_due().unwrap(), 0);
    bench.clock.advance(Duration::from_secs(1));
    assert_eq!(bench.scheduler.run_due().unwrap(), 1);
    bench.clock.advance(Duration::from_secs(1_000_000));
    assert_eq!(bench.scheduler.run_due().unwrap(), 0);
}

#[test]
fn a_job_exists_only_if_its_transaction_committed() {
    let bench = Bench::new();
    let mut given_up = bench.store.begin().unwrap();
    bus::schedule(&mut given_up, &job("a", 0)).unwrap();
    assert!(bus::find(&mut given_up, space(1), "a").unwrap().is_some());
    drop(given_up);
    bench.scheduler.committed(space(1));
    assert_eq!(bench.scheduler.run_due().unwrap(), 0);
}

#[test]
fn years_that_pass_at_once_bring_every_year_s_run() {
    let bench = Bench::new();
    bench.schedule(&Job { kind: "yearly".into(), ..job("rotation", 365 * 86_400) });
    bench.clock.advance(Duration::from_secs(10 * 366 * 86_400));
    assert_eq!(bench.scheduler.run_due().unwrap(), 10);
    let next = bus::next_due(&mut bench.store.begin().unwrap(), space(1)).unwrap();
    assert_eq!(next, Some(START.plus(Duration::from_secs(11 * 365 * 86_400))));
}

#[test]
fn a_job_that_keeps_failing_is_parked_in_sight_and_can_be_scheduled_again() {
    let bench = Bench::new();
    bench.schedule(&Job { kind: "panicking".into(), ..job("bad", 0) });
    bench.schedule(&Job { kind: "forgetful".into(), ..job("lazy", 0) });
    bench.schedule(&job("good", 1));
    for _ in 0..MAX_ATTEMPTS * 2 {
        bench.scheduler.run_due().unwrap();
        bench.clock.advance(Duration::from_secs(3600));
    }
    let attempts = bench.recorder.attempts(space(1));
    let count = |id: &str| attempts.iter().filter(|(of, _)| of == id).count();
    assert_eq!((count("bad"), count("lazy"), count("good")), (MAX_ATTEMPTS as usize, MAX_ATTEMPTS as usize, 1));

    let mut tx = bench.store.begin().unwrap();
    let parked = bus::parked(&mut tx, space(1), None, 10).unwrap();
    let seen: Vec<_> = parked.iter().map(|parked| (parked.job.id.as_str(), parked.error.as_str())).collect();
    assert_eq!(seen, [("bad", "it panicked"), ("lazy", "the job ended without being completed")]);
    assert_eq!(bus::parked(&mut tx, space(1), Some("bad"), 10).unwrap().len(), 1);

    bench.schedule(&job("bad", 0));
    bench.scheduler.run_due().unwrap();
    let parked = bus::parked(&mut bench.store.begin().unwrap(), space(1), None, 10).unwrap();
    assert_eq!(parked.len(), 1);
}

#[test]
fn a_failed_job_is_tried_again_after_pauses_that_double() {
    let bench = Bench::new();
    bench.schedule(&Job { payload: vec![4], ..job("flaky", 0) });
    for _ in 0..20 {
        bench.scheduler.run_due().unwrap();
        bench.clock.advance(Duration::from_secs(1));
    }
    let at: Vec<u64> = bench.recorder.attempts(space(1)).iter().map(|(_, at)| at.since(START).as_secs()).collect();
    assert_eq!(at, [0, 1, 3, 7, 15]);
}

#[test]
fn a_job_that_was_moved_meanwhile_does_not_complete() {
    let bench = Bench::new();
    let seen = job("a", 0);
    bench.schedule(&seen);
    bench.schedule(&job("a", 60));
    assert!(!bench.change(|tx| bus::complete(tx, &seen)));
    assert!(bench.change(|tx| bus::complete(tx, &job("a", 60))));
    assert!(!bench.change(|tx| bus::complete(tx, &job("a", 60))));
}

#[test]
fn two_nodes_over_one_store_complete_a_job_once() {
    let bench = Bench::new();
    bench.schedule(&job("a", 0));
    let (mut one, mut other) = (bench.store.begin().unwrap(), bench.store.begin().unwrap());
    assert!(bus::complete(&mut one, &job("a", 0)).unwrap());
    assert!(bus::complete(&mut other, &job("a", 0)).unwrap());
    assert!(one.commit(Marker(Uuid([1; 16]))).wait_blocking().is_ok());
    assert_eq!(other.commit(Marker(Uuid([2; 16]))).wait_blocking(), Err(Error::Conflict));
}

#[test]
fn the_thread_is_woken_by_commits_and_by_moves_of_the_clock_and_stops() {
    let bench = Bench::new();
    bench.scheduler.start().unwrap();
    let wait_for = |count: usize| {
        let attempts = bench.recorder.attempts.lock().unwrap();
        let limit = Duration::from_secs(30);
        let waited = bench.recorder.changed.wait_timeout_while(attempts, limit, |attempts| attempts.len() < count);
        assert!(!waited.unwrap().1.timed_out(), "{count} jobs should have run");
    };
    bench.schedule(&job("now", 0));
    wait_for(1);
    bench.schedule(&job("later", 86_400));
    bench.clock.advance(Duration::from_secs(86_400));
    bench.scheduler.clock_moved();
    wait_for(2);
    bench.scheduler.stop();
    bench.schedule(&job("after the end", 0));
    assert_eq!(bench.recorder.attempts(space(1)).len(), 2);
}

#[test]
fn a_restart_finds_the_jobs_of_every_space() {
    let before = Bench::new();
    for number in 0..150 {
        before.schedule(&Job { space: space(number), ..job("a", 10) });
    }
    let after = Bench::over(before.store.clone());
    after.clock.advance(Duration::from_secs(10));
    assert_eq!(after.scheduler.run_due().unwrap(), 150);
}

/// What the tests believe about the jobs: next attempt by id, and what is parked.
#[derive(Default)]
struct Model {
    waiting: BTreeMap<(u8, String), Believed>,
    parked: BTreeSet<(u8, String)>,
    attempts: BTreeMap<u8, Vec<(String, Timestamp)>>,
}

#[derive(Clone)]
struct Believed {
    next: Timestamp,
    failures: u32,
    to_fail: bool,
}

impl Model {
    fn run(&mut self, now: Timestamp) {
        while let Some(((space, id), believed)) = self.first_due(now) {
            self.attempts.entry(space).or_default().push((id.clone(), now));
            self.waiting.remove(&(space, id.clone()));
            if !believed.to_fail {
                continue;
            }
            let failures = believed.failures + 1;
            if failures == MAX_ATTEMPTS {
                self.parked.insert((space, id));
            } else {
                let pause = Duration::from_secs(900.min(1 << (failures - 1)));
                self.waiting.insert((space, id), Believed { next: now.plus(pause), failures, to_fail: true });
            }
        }
    }

    fn first_due(&self, now: Timestamp) -> Option<((u8, String), Believed)> {
        let due = self.waiting.iter().filter(|(_, believed)| believed.next <= now);
        let first = due.min_by_key(|((space, id), believed)| (*space, believed.next, id.clone()))?;
        Some((first.0.clone(), first.1.clone()))
    }
}

#[derive(Clone, Debug)]
enum Step {
    Schedule { space: u8, id: u8, after: u64, to_fail: bool },
    Cancel { space: u8, id: u8 },
    Advance { secs: u64 },
    Run,
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..3_u8, 0..5_u8, 0..2000_u64, prop::bool::weighted(0.3))
            .prop_map(|(space, id, after, to_fail)| Step::Schedule { space, id, after, to_fail }),
        1 => (0..3_u8, 0..5_u8).prop_map(|(space, id)| Step::Cancel { space, id }),
        3 => (0..1500_u64).prop_map(|secs| Step::Advance { secs }),
        4 => Just(Step::Run),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn jobs_behave_as_the_model_says(steps in steps()) {
        let bench = Bench::new();
        let mut scheduler = bench.scheduler.clone();
        let mut model = Model::default();
        for step in steps {
            match step {
                Step::Schedule { space: number, id, after, to_fail } => {
                    let due = bench.clock.now().plus(Duration::from_secs(after));
                    let kind = if to_fail { "panicking" } else { "plain" }.into();
                    let id = id.to_string();
                    bench.change(|tx| {
                        bus::schedule(tx, &Job { id: id.clone(), kind: String::clone(&kind), due, space: space(number), payload: vec![0] })
                    });
                    scheduler.committed(space(number));
                    model.parked.remove(&(number, id.clone()));
                    model.waiting.insert((number, id), Believed { next: due, failures: 0, to_fail });
                }
                Step::Cancel { space: number, id } => {
                    let id = id.to_string();
                    let was = bench.change(|tx| bus::cancel(tx, space(number), &id));
                    scheduler.committed(space(number));
                    let believed = model.waiting.remove(&(number, id.clone())).is_some();
                    prop_assert_eq!(was, model.parked.remove(&(number, id)) || believed);
                }
                Step::Advance { secs } => bench.clock.advance(Duration::from_secs(secs)),
                Step::Run => {
                    scheduler.run_due().unwrap();
                    model.run(bench.clock.now());
                }
                Step::Restart => {
                    let rng = Arc::new(SeededRng::new(11));
                    scheduler = Scheduler::new(bench.store.clone(), bench.clock.clone(), rng, bench.recorder.clone());
                }
            }
        }
        for number in 0..3 {
            prop_assert_eq!(bench.recorder.attempts(space(number)), model.attempts.remove(&number).unwrap_or_default());
            let mut tx = bench.store.begin().unwrap();
            let next = model.waiting.iter().filter(|((of, _), _)| *of == number).map(|(_, believed)| believed.next).min();
            prop_assert_eq!(bus::next_due(&mut tx, space(number)).unwrap(), next);
            let parked: Vec<_> = bus::parked(&mut tx, space(number), None, 10).unwrap().into_iter().map(|p| p.job.id).collect();
            let believed: Vec<_> = model.parked.iter().filter(|(of, _)| *of == number).map(|(_, id)| id.clone()).collect();
            prop_assert_eq!(parked, believed);
        }
    }
}
