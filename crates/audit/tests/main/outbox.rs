//! State changes and their records: both or neither, once.

use crate::support::{entry, id, keys, never, numbers, open, seal};
use base::{Scope, Uuid};
use fastness_audit::{Log, Options, OutboxReadings, Sequencer, Storage};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{Batch, Engine, Error, Key, KeyRange, Marker, Memory, Pending, Record, Snapshot, Space, Store, Watch};
use tempfile::TempDir;

#[derive(Serialize, Deserialize)]
struct Change(u64);

impl Record for Change {
    const VERSION: u8 = 1;
}

fn store() -> Store {
    Store::new(Arc::new(Memory::new()), seal())
}

fn fixture() -> (TempDir, Store, Arc<Log>, Arc<Sequencer>) {
    let dir = tempfile::tempdir().unwrap();
    let (store, log) = (store(), open(dir.path(), never()).unwrap());
    let sequencer = Sequencer::new(store.clone(), log.clone(), "node");
    (dir, store, log, sequencer)
}

fn space(number: u64) -> Space {
    let account = format!("{number:012}").parse().unwrap();
    Space::regional(Scope { account, region: "eu-central-1".parse().unwrap() })
}

/// Commits a change of `space` with its record.
fn change(store: &Store, sequencer: &Sequencer, space: Space, number: u64) {
    let committed = store.transact(Marker(id(number)), |tx| {
        tx.put(&Key::new(space, "test").number(number), &Change(number))?;
        sequencer.enqueue(tx, space, &entry(number))
    });
    committed.unwrap();
    sequencer.committed(space);
}

/// Whether no entry of any node waits: reading one as something else would fail.
fn outbox_is_empty(store: &Store, space: Space) -> bool {
    store.begin().unwrap().scan::<Change>(&Key::new(space, "audit.outbox"), None, 1).is_ok_and(|found| found.is_empty())
}

#[test]
fn committed_changes_reach_the_log_in_order_and_leave_the_outbox() {
    let (_dir, store, log, sequencer) = fixture();
    (0..1_300).for_each(|number| change(&store, &sequencer, space(number % 2), number));
    assert_eq!(log.head().next, 0);
    assert!(!outbox_is_empty(&store, space(0)));
    assert_eq!(sequencer.readings().spaces, 2);
    assert_eq!(sequencer.drain().unwrap(), 1_300);
    assert_eq!(sequencer.readings(), OutboxReadings::default());
    for number in 0..2 {
        let of_space: Vec<u64> = numbers(&log, 2_000).into_iter().filter(|of| of % 2 == number).collect();
        assert_eq!(of_space, (0..650).map(|step| step * 2 + number).collect::<Vec<_>>());
        assert!(outbox_is_empty(&store, space(number)));
    }
    assert_eq!(sequencer.drain().unwrap(), 0);
}

#[test]
fn a_change_that_is_given_up_leaves_no_record() {
    let (_dir, store, log, sequencer) = fixture();
    let mut tx = store.begin().unwrap();
    sequencer.enqueue(&mut tx, space(1), &entry(1)).unwrap();
    drop(tx);
    sequencer.committed(space(1));
    assert_eq!(sequencer.drain().unwrap(), 0);
    assert_eq!(log.head().next, 0);
}

#[test]
fn what_a_crash_left_in_the_outbox_is_moved_at_the_next_start() {
    let (_dir, store, log, before) = fixture();
    (0..700).for_each(|number| change(&store, &before, space(number), number));
    let after = Sequencer::new(store.clone(), log.clone(), "node");
    assert_eq!(after.recover().unwrap(), 700);
    assert_eq!(numbers(&log, 1_000), (0..700).collect::<Vec<_>>());
}

#[test]
fn a_crash_between_the_log_and_the_deletion_writes_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    let store = store();
    {
        let log = open(dir.path(), never()).unwrap();
        let dead = Sequencer::new(store.clone(), log.clone(), "node");
        (0..5).for_each(|number| change(&store, &dead, space(1), number));
        // It came as far as the third record.
        (0..3).for_each(|number| log.append(&entry(number)).unwrap());
    }
    let log = open(dir.path(), never()).unwrap();
    let sequencer = Sequencer::new(store.clone(), log.clone(), "node");
    assert_eq!(sequencer.recover().unwrap(), 2);
    assert_eq!(numbers(&log, 10), [0, 1, 2, 3, 4]);
    assert!(outbox_is_empty(&store, space(1)));
}

#[test]
fn while_the_log_is_closed_records_wait_in_the_outbox() {
    let (dir, store, log, sequencer) = fixture();
    change(&store, &sequencer, space(1), 1);
    log.close().unwrap();
    assert!(sequencer.drain().is_err());
    let refused = sequencer.enqueue(&mut store.begin().unwrap(), space(1), &entry(2));
    assert!(matches!(refused, Err(store::Error::Unavailable(_))), "a change that would not be recorded must fail");
    assert!(!outbox_is_empty(&store, space(1)));
    let waits = sequencer.readings();
    assert!(waits.spaces == 1 && waits.waited > Duration::ZERO, "{waits:?}");
    assert!(sequencer.drain().is_err());
    assert!(sequencer.readings().waited > waits.waited, "an attempt that failed begins nothing anew");
    drop((log, sequencer));
    let log = open(dir.path(), never()).unwrap();
    assert_eq!(Sequencer::new(store, log.clone(), "node").recover().unwrap(), 1);
    assert_eq!(numbers(&log, 5), [1]);
}

#[test]
fn nodes_drain_their_own_outbox_only() {
    let (_dir, store, log, sequencer) = fixture();
    change(&store, &sequencer, space(1), 1);
    let other = Log::open(Storage::Memory { max_bytes: 1 << 20 }, keys(), never()).unwrap();
    assert_eq!(Sequencer::new(store.clone(), other.clone(), "other").recover().unwrap(), 0);
    assert_eq!((sequencer.drain().unwrap(), log.head().next, other.head().next), (1, 1, 0));
}

#[test]
fn under_load_from_many_threads_every_change_is_recorded_once() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { sync_window: Duration::from_millis(2), ..never() };
    let (store, log) = (store(), open(dir.path(), options).unwrap());
    let sequencer = Sequencer::new(store.clone(), log.clone(), "node");
    sequencer.recover().unwrap();
    sequencer.start().unwrap();
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    change(&store, &sequencer, space(number % 2), number);
                    log.append(&entry(10_000 + number)).unwrap();
                }
            });
        }
    });
    sequencer.stop().unwrap();
    let mut found = numbers(&log, usize::MAX);
    found.sort_unstable();
    assert_eq!(found, (0..800).chain(10_000..10_800).collect::<Vec<_>>());
    assert!(outbox_is_empty(&store, space(0)) && outbox_is_empty(&store, space(1)));
}

#[test]
fn enqueueing_never_conflicts() {
    let (_dir, store, _log, sequencer) = fixture();
    let (mut one, mut other) = (store.begin().unwrap(), store.begin().unwrap());
    sequencer.enqueue(&mut one, space(1), &entry(1)).unwrap();
    sequencer.enqueue(&mut other, space(1), &entry(2)).unwrap();
    assert!(one.commit(Marker(Uuid([1; 16]))).wait_blocking().is_ok());
    assert!(other.commit(Marker(Uuid([2; 16]))).wait_blocking().is_ok());
}

/// An engine in memory that answers the next deletions with these errors and does not carry them out.
#[derive(Default)]
struct Keeping {
    memory: Memory,
    refusals: Arc<Mutex<VecDeque<Error>>>,
}

impl Engine for Keeping {
    fn is_remote(&self) -> bool {
        false
    }

    fn snapshot(&self) -> Result<Box<dyn Snapshot>, Error> {
        Ok(Box::new(KeepingSnapshot { snapshot: self.memory.snapshot()?, refusals: self.refusals.clone() }))
    }

    fn committed(&self, marker: Marker) -> Result<bool, Error> {
        self.memory.committed(marker)
    }

    fn watch(&self) -> Result<Box<dyn Watch>, Error> {
        self.memory.watch()
    }

    fn clear(&self) -> Result<(), Error> {
        self.memory.clear()
    }

    fn close(&self) {
        self.memory.close();
    }
}

struct KeepingSnapshot {
    snapshot: Box<dyn Snapshot>,
    refusals: Arc<Mutex<VecDeque<Error>>>,
}

impl Snapshot for KeepingSnapshot {
    fn version(&self) -> u64 {
        self.snapshot.version()
    }

    fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.snapshot.get(key)
    }

    fn range(&mut self, range: &KeyRange, limit: usize) -> Result<Vec<store::Entry>, Error> {
        self.snapshot.range(range, limit)
    }

    fn commit(self: Box<Self>, batch: Batch) -> Pending {
        let deletes = batch.writes.values().any(Option::is_none);
        match self.refusals.lock().unwrap().pop_front_if(|_| deletes) {
            Some(error) => Err(error).into(),
            None => self.snapshot.commit(batch),
        }
    }
}

/// A log of small segments over an engine that refuses so many deletions.
fn keeping(refusals: impl IntoIterator<Item = Error>) -> (TempDir, Store, Arc<Log>, Arc<Sequencer>) {
    let engine = Keeping::default();
    engine.refusals.lock().unwrap().extend(refusals);
    let dir = tempfile::tempdir().unwrap();
    let store = Store::new(Arc::new(engine), seal());
    let log = open(dir.path(), Options { segment_bytes: 500, ..never() }).unwrap();
    let sequencer = Sequencer::new(store.clone(), log.clone(), "node");
    (dir, store, log, sequencer)
}

#[test]
fn a_deletion_that_met_another_change_is_made_again() {
    let (_dir, store, log, sequencer) = keeping([Error::Conflict, Error::Ambiguous, Error::Conflict]);
    (0..4).for_each(|number| change(&store, &sequencer, space(number % 2), number));
    assert_eq!(sequencer.drain().unwrap(), 4);
    assert!(outbox_is_empty(&store, space(0)) && outbox_is_empty(&store, space(1)));
    assert_eq!(numbers(&log, 10).len(), 4);
}

#[test]
fn a_record_is_written_once_however_long_its_deletion_fails() {
    let gone = || Error::Unavailable("no route to the database".into());
    let (_dir, store, log, sequencer) = keeping([gone(), gone()]);
    change(&store, &sequencer, space(1), 1);
    assert!(sequencer.drain().is_err());
    // Meanwhile the log grows by far more than it remembers the ids of.
    (100..130).for_each(|number| log.append(&entry(number)).unwrap());
    assert!(!log.contains(id(1)));
    assert!(sequencer.drain().is_err());
    assert_eq!(sequencer.drain().unwrap(), 0);
    assert_eq!(numbers(&log, 100).into_iter().filter(|number| *number == 1).count(), 1);
    assert!(outbox_is_empty(&store, space(1)));
}

#[test]
fn a_restored_store_adopts_what_other_nodes_left_but_not_what_a_kept_log_has_already_however_long_ago() {
    let dir = tempfile::tempdir().unwrap();
    let small = Options { segment_bytes: 4096, ..never() };
    let (store, log) = (store(), open(dir.path(), small).unwrap());
    let gone = Sequencer::new(store.clone(), log.clone(), "gone");
    (0..4).for_each(|number| change(&store, &gone, space(1), number));
    // The kept log went on: it moved two of them, and much since, so that they are in none of its newest segments.
    (0..2).for_each(|number| log.append(&entry(number)).unwrap());
    (100..400).for_each(|number| log.append(&entry(number)).unwrap());
    assert!(!log.contains(id(0)));
    assert_eq!(fastness_audit::count_waiting(&store).unwrap(), 4);
    assert_eq!(fastness_audit::adopt(&store, &log, "own").unwrap(), 2);
    let found = numbers(&log, 1_000);
    assert_eq!(found.iter().filter(|number| **number < 4).count(), 4);
    assert_eq!(found.len(), 304);
    assert!(outbox_is_empty(&store, space(1)));
    assert_eq!(fastness_audit::count_waiting(&store).unwrap(), 0);
}
