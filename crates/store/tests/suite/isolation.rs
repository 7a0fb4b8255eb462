//! Transactions are serialisable: what two of them did has an order in which they could have done it alone.

use crate::support::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Engine, Error, Key, Space};

super::on_every_engine!(
    a_lost_update_is_refused,
    write_skew_is_refused,
    write_skew_across_spaces_is_refused,
    a_phantom_across_spaces_is_refused,
    a_phantom_in_a_range_that_was_read_is_refused,
    a_key_that_was_looked_for_and_not_found_is_read,
    a_snapshot_stays_as_it_was,
    a_commit_is_seen_by_every_later_snapshot,
    a_commit_is_seen_wholly_or_not_at_all,
    concurrent_increments_all_count,
    transfers_keep_the_sum,
    a_conflict_runs_again_on_the_new_state,
    what_only_read_commits_nothing,
    disjoint_transactions_do_not_meet,
);

fn a_lost_update_is_refused(engine: Arc<dyn Engine>) {
    let store = store(engine);
    put(&store, &at("a"), &note(1));
    let mut first = store.begin().unwrap();
    let mut second = store.begin().unwrap();
    for transaction in [&mut first, &mut second] {
        let seen: Note = transaction.get(&at("a")).unwrap().unwrap();
        transaction.put(&at("a"), &note(seen.count + 1)).unwrap();
    }
    assert!(first.commit(marker()).wait_blocking().is_ok());
    assert_eq!(second.commit(marker()).wait_blocking(), Err(Error::Conflict));
    assert_eq!(count(&store, &at("a")), Some(2));
}

fn write_skew_is_refused(engine: Arc<dyn Engine>) {
    let store = store(engine);
    put(&store, &at("a"), &note(1));
    put(&store, &at("b"), &note(1));
    let mut first = store.begin().unwrap();
    let mut second = store.begin().unwrap();
    // Each takes one away because both together are enough; together they would leave none.
    for (transaction, mine) in [(&mut first, "a"), (&mut second, "b")] {
        let sum = transaction.scan::<Note>(&table(), None, 10).unwrap().iter().map(|(_, note)| note.count).sum::<u64>();
        assert_eq!(sum, 2);
        transaction.put(&at(mine), &note(0)).unwrap();
    }
    assert!(first.commit(marker()).wait_blocking().is_ok());
    assert_eq!(second.commit(marker()).wait_blocking(), Err(Error::Conflict));
}

/// A table in another Region: writing to it and to [`table`] never meets on anything but what was read.
fn elsewhere() -> Key {
    let scope = base::Scope { region: region("eu-central-1"), ..scope() };
    Key::new(Space::regional(scope), "test.note")
}

fn write_skew_across_spaces_is_refused(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let (here, there) = (at("a"), elsewhere().text("a"));
    put(&store, &here, &note(1));
    put(&store, &there, &note(1));
    let mut first = store.begin().unwrap();
    let mut second = store.begin().unwrap();
    for (transaction, mine) in [(&mut first, &here), (&mut second, &there)] {
        assert!(transaction.exists(&here).unwrap() && transaction.exists(&there).unwrap());
        transaction.delete(mine).unwrap();
    }
    assert!(first.commit(marker()).wait_blocking().is_ok());
    assert_eq!(second.commit(marker()).wait_blocking(), Err(Error::Conflict));
}

fn a_phantom_across_spaces_is_refused(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let mut first = store.begin().unwrap();
    let mut second = store.begin().unwrap();
    for (transaction, mine) in [(&mut first, table()), (&mut second, elsewhere())] {
        for table in [table(), elsewhere()] {
            assert!(transaction.scan::<Note>(&table, None, 10).unwrap().is_empty());
        }
        transaction.put(&mine.text("new"), &note(1)).unwrap();
    }
    assert!(first.commit(marker()).wait_blocking().is_ok());
    assert_eq!(second.commit(marker()).wait_blocking(), Err(Error::Conflict));
}

fn a_phantom_in_a_range_that_was_read_is_refused(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let mut first = store.begin().unwrap();
    let mut second = store.begin().unwrap();
    for (transaction, mine) in [(&mut first, "x"), (&mut second, "y")] {
        assert!(transaction.scan::<Note>(&table(), None, 10).unwrap().is_empty());
        transaction.put(&at(mine), &note(1)).unwrap();
    }
    assert!(first.commit(marker()).wait_blocking().is_ok());
    assert_eq!(second.commit(marker()).wait_blocking(), Err(Error::Conflict));
    assert_eq!(store.begin().unwrap().scan::<Note>(&table(), None, 10).unwrap().len(), 1);
}

fn a_key_that_was_looked_for_and_not_found_is_read(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let mut first = store.begin().unwrap();
    let mut second = store.begin().unwrap();
    for (transaction, count) in [(&mut first, 1), (&mut second, 2)] {
        assert!(transaction.insert(&at("name"), &note(count)).unwrap());
    }
    assert!(first.commit(marker()).wait_blocking().is_ok());
    assert_eq!(second.commit(marker()).wait_blocking(), Err(Error::Conflict));
    let mut third = store.begin().unwrap();
    assert!(!third.insert(&at("name"), &note(3)).unwrap());
    assert!(!third.has_writes());
}

fn a_snapshot_stays_as_it_was(engine: Arc<dyn Engine>) {
    let store = store(engine);
    put(&store, &at("a"), &note(1));
    put(&store, &at("b"), &note(1));
    let mut old = store.begin().unwrap();
    assert_eq!(old.get::<Note>(&at("a")).unwrap(), Some(note(1)));
    put(&store, &at("b"), &note(2));
    put(&store, &at("c"), &note(2));
    assert_eq!(old.get::<Note>(&at("b")).unwrap(), Some(note(1)));
    assert_eq!(old.scan::<Note>(&table(), None, 10).unwrap().len(), 2);
    drop(old);
    assert_eq!(store.begin().unwrap().scan::<Note>(&table(), None, 10).unwrap().len(), 3);
}

fn a_commit_is_seen_by_every_later_snapshot(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let mut last = 0;
    for round in 0..50 {
        let mut transaction = store.begin().unwrap();
        transaction.put(&at("a"), &note(round)).unwrap();
        let committed = transaction.commit(marker()).wait_blocking().unwrap();
        let mut next = store.begin().unwrap();
        assert_eq!(next.get::<Note>(&at("a")).unwrap(), Some(note(round)));
        assert!(next.version() >= committed.version && committed.version >= last);
        last = committed.version;
    }
}

fn a_commit_is_seen_wholly_or_not_at_all(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let done = Arc::new(AtomicU64::new(0));
    std::thread::scope(|scope| {
        let writing = store.clone();
        let finished = done.clone();
        scope.spawn(move || {
            for round in 1..=60 {
                let mut transaction = writing.begin().unwrap();
                for name in ["a", "b", "c"] {
                    transaction.put(&at(name), &note(round)).unwrap();
                }
                transaction.commit(marker()).wait_blocking().unwrap();
            }
            finished.store(1, Ordering::Release);
        });
        while done.load(Ordering::Acquire) == 0 {
            let seen = store.begin().unwrap().scan::<Note>(&table(), None, 10).unwrap();
            assert!(seen.is_empty() || seen.len() == 3);
            assert!(seen.windows(2).all(|pair| pair[0].1 == pair[1].1));
        }
    });
}

fn concurrent_increments_all_count(engine: Arc<dyn Engine>) {
    const THREADS: u64 = 6;
    const ROUNDS: u64 = 20;
    let store = store(engine);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..ROUNDS).for_each(|_| increment(&store, &at("counter"))));
        }
    });
    assert_eq!(count(&store, &at("counter")), Some(THREADS * ROUNDS));
}

/// Adds one, however often others come between.
fn increment(store: &store::Store, key: &Key) {
    loop {
        let added = store.transact::<_, Error>(marker(), |transaction| {
            let seen = transaction.get::<Note>(key)?.map_or(0, |note| note.count);
            transaction.put(key, &note(seen + 1))
        });
        match added {
            Ok(()) => return,
            Err(Error::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn transfers_keep_the_sum(engine: Arc<dyn Engine>) {
    const ACCOUNTS: u64 = 8;
    let store = store(engine);
    for index in 0..ACCOUNTS {
        put(&store, &table().number(index), &note(100));
    }
    std::thread::scope(|scope| {
        for thread in 0..4u64 {
            let store = &store;
            scope.spawn(move || {
                for round in 0..25u64 {
                    let (from, to) = ((thread + round * 3) % ACCOUNTS, (thread * 5 + round + 1) % ACCOUNTS);
                    transfer(store, from, to);
                }
            });
        }
    });
    let sum: u64 = store.begin().unwrap().scan::<Note>(&table(), None, 100).unwrap().iter().map(|(_, n)| n.count).sum();
    assert_eq!(sum, ACCOUNTS * 100);
}

fn transfer(store: &store::Store, from: u64, to: u64) {
    let (from, to) = (table().number(from), table().number(to));
    loop {
        let moved = store.transact::<_, Error>(marker(), |transaction| {
            let all = transaction.scan::<Note>(&table(), None, 100)?;
            assert_eq!(all.iter().map(|(_, note)| note.count).sum::<u64>(), 800, "a torn or stale state was read");
            let taken = transaction.get::<Note>(&from)?.unwrap();
            transaction.put(&from, &note(taken.count.saturating_sub(1)))?;
            let given = transaction.get::<Note>(&to)?.unwrap();
            transaction.put(&to, &note(given.count + u64::from(taken.count > 0)))
        });
        match moved {
            Ok(()) => return,
            Err(Error::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn a_conflict_runs_again_on_the_new_state(engine: Arc<dyn Engine>) {
    let store = store(engine);
    put(&store, &at("a"), &note(1));
    let mut runs = 0;
    let seen = store.transact::<_, Error>(marker(), |transaction| {
        runs += 1;
        let seen = transaction.get::<Note>(&at("a"))?.unwrap().count;
        if runs == 1 {
            put(&store, &at("a"), &note(5));
        }
        transaction.put(&at("a"), &note(seen + 1))?;
        Ok(seen)
    });
    assert_eq!((seen, runs, count(&store, &at("a"))), (Ok(5), 2, Some(6)));
}

fn what_only_read_commits_nothing(engine: Arc<dyn Engine>) {
    let store = store(engine);
    put(&store, &at("a"), &note(1));
    let mut transaction = store.begin().unwrap();
    transaction.get::<Note>(&at("a")).unwrap();
    put(&store, &at("a"), &note(2));
    let version = transaction.version();
    assert_eq!(transaction.commit(marker()).wait_blocking().unwrap().version, version);
}

fn disjoint_transactions_do_not_meet(engine: Arc<dyn Engine>) {
    let store = store(engine);
    if store.is_remote() {
        // PostgreSQL finds conflicts by page and by change sequence: it may refuse more than it must.
        return;
    }
    put(&store, &at("a"), &note(1));
    put(&store, &at("m"), &note(1));
    let mut reader = store.begin().unwrap();
    assert_eq!(reader.scan::<Note>(&table(), None, 1).unwrap().len(), 1);
    reader.put(&at("z"), &note(1)).unwrap();
    // Beyond the page that was read, and in another table.
    put(&store, &at("b"), &note(1));
    put(&store, &at("m"), &note(2));
    assert!(reader.commit(marker()).wait_blocking().is_ok());
}
