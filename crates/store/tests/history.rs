//! Random histories, replayed: what concurrent transactions read must be what they would have read one after the other,
//! in the order of their versions.

use crate::support::*;
use base::{Rng, SeededRng};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use store::{Engine, Error, Key, Memory, Part, Redb, RedbOptions, Store, Transaction};

const KEYS: u64 = 9;
const THREADS: u64 = 4;
const TRANSACTIONS: u64 = 60;

/// What a transaction did, and what it saw.
#[derive(Clone, Debug)]
enum Step {
    Get { key: u64, seen: Option<u64> },
    Scan { after: Option<u64>, limit: usize, seen: Vec<(u64, u64)> },
    Put { key: u64, value: u64 },
    Delete { key: u64 },
}

#[test]
fn memory_histories_are_serial() {
    for seed in 0..40 {
        check(Arc::new(Memory::new()), seed);
    }
}

#[test]
fn embedded_histories_are_serial() {
    for seed in 0..12 {
        let directory = tempfile::tempdir().unwrap();
        check(Arc::new(Redb::open(&directory.path().join("state"), RedbOptions::default()).unwrap()), seed);
    }
}

fn check(engine: Arc<dyn Engine>, seed: u64) {
    let store = store(engine);
    let history = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (store, history) = (&store, &history);
            scope.spawn(move || run(store, &SeededRng::new((seed * THREADS + thread + 1) * 0x9e37_79b9), history));
        }
    });
    let history = history.into_inner().unwrap();
    assert!(history.len() as u64 > TRANSACTIONS, "seed {seed}: too few transactions committed to mean anything");
    let mut state = BTreeMap::new();
    for (version, steps) in &history {
        replay(&mut state, steps, &format!("seed {seed}, version {version}"));
    }
    let end = store.begin().unwrap().scan::<Note>(&table(), None, 100).unwrap();
    assert!(end.iter().map(|(key, note)| (number(key), note.count)).eq(state), "seed {seed}");
}

fn run(store: &Store, rng: &SeededRng, history: &Mutex<BTreeMap<u64, Vec<Step>>>) {
    for _ in 0..TRANSACTIONS {
        let mut transaction = store.begin().unwrap();
        let mut steps: Vec<Step> = (0..below(rng, 4)).map(|_| step(&mut transaction, rng)).collect();
        // Something is always written, or there is no version to order by.
        steps.push(put(&mut transaction, rng));
        match transaction.commit(marker()).wait_blocking() {
            Ok(committed) => assert!(history.lock().unwrap().insert(committed.version, steps).is_none()),
            Err(error) => assert_eq!(error, Error::Conflict),
        }
    }
}

fn step(transaction: &mut Transaction, rng: &SeededRng) -> Step {
    let key = below(rng, KEYS);
    match below(rng, 5) {
        0 | 1 => Step::Get { key, seen: transaction.get::<Note>(&at(key)).unwrap().map(|note| note.count) },
        2 => {
            let after = (below(rng, 2) == 0).then_some(key);
            let limit = below(rng, KEYS) as usize + 1;
            let seen = transaction.scan::<Note>(&table(), after.map(at).as_ref(), limit).unwrap();
            Step::Scan { after, limit, seen: seen.iter().map(|(key, note)| (number(key), note.count)).collect() }
        }
        3 => put(transaction, rng),
        _ => {
            transaction.delete(&at(key)).unwrap();
            Step::Delete { key }
        }
    }
}

fn put(transaction: &mut Transaction, rng: &SeededRng) -> Step {
    let (key, value) = (below(rng, KEYS), below(rng, 1 << 40));
    transaction.put(&at(key), &note(value)).unwrap();
    Step::Put { key, value }
}

fn replay(state: &mut BTreeMap<u64, u64>, steps: &[Step], story: &str) {
    for step in steps {
        match step {
            Step::Get { key, seen } => assert_eq!(state.get(key), seen.as_ref(), "{story}: {steps:?}"),
            Step::Scan { after, limit, seen } => {
                let expected = state.iter().filter(|(key, _)| after.is_none_or(|after| **key > after)).take(*limit);
                assert!(expected.map(|(key, value)| (*key, *value)).eq(seen.iter().copied()), "{story}: {steps:?}");
            }
            Step::Put { key, value } => {
                state.insert(*key, *value);
            }
            Step::Delete { key } => {
                state.remove(key);
            }
        }
    }
}

fn at(number: u64) -> Key {
    table().number(number)
}

fn number(key: &Key) -> u64 {
    match key.parts().as_slice() {
        [Part::Number(number)] => *number,
        other => panic!("{other:?}"),
    }
}

fn below(rng: &SeededRng, limit: u64) -> u64 {
    let mut bytes = [0; 8];
    rng.fill(&mut bytes);
    u64::from_be_bytes(bytes) % limit
}
