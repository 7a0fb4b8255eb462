//! Watches tell of every commit, in commit order, and say when they can vouch for it.

use crate::support::*;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Changes, Engine, Error, Key, Space, Watch};

super::on_every_engine!(
    every_change_is_told_in_commit_order,
    a_watch_begins_with_the_next_change,
    silence_confirms_freshness,
    a_snapshot_of_a_told_version_holds_the_change,
    concurrent_commits_are_told_in_the_order_of_their_states,
);

/// Waits until the condition holds for some batch of changes; a bound for broken engines, not a measure of good ones.
pub(crate) fn wait_for(watch: &mut dyn Watch, mut condition: impl FnMut(&Changes) -> bool) -> Changes {
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        match watch.next(Duration::from_millis(300)) {
            Ok(changes) if condition(&changes) => return changes,
            // A machine under load may keep the poller from confirming in time: that is told, not hidden.
            Ok(_) | Err(Error::Unavailable(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the watch never told");
}

fn every_change_is_told_in_commit_order(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let mut watch = store.watch().unwrap();
    let mut expected = Vec::new();
    for number in 0..30 {
        put(&store, &table().number(number), &note(number));
        expected.push(table().number(number).as_bytes().to_vec());
    }
    let mut transaction = store.begin().unwrap();
    transaction.delete(&table().number(3)).unwrap();
    transaction.commit(marker()).wait_blocking().unwrap();
    expected.push(table().number(3).as_bytes().to_vec());
    let mut told = Vec::new();
    wait_for(&mut *watch, |changes| {
        assert!(!changes.missed);
        told.extend(changes.keys.iter().cloned());
        told.len() >= expected.len()
    });
    assert_eq!(told, expected);
}

fn a_watch_begins_with_the_next_change(engine: Arc<dyn Engine>) {
    let store = store(engine);
    put(&store, &at("before"), &note(1));
    // A polled engine may tell a little of what was just before: too much is harmless, too little is not.
    let mut watch = store.watch().unwrap();
    put(&store, &at("after"), &note(1));
    let changes = wait_for(&mut *watch, |changes| changes.keys.contains(&at("after").as_bytes().to_vec()));
    assert!(store.is_remote() || changes.keys.len() == 1);
}

fn silence_confirms_freshness(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let mut watch = store.watch().unwrap();
    let called = Instant::now();
    let changes = wait_for(&mut *watch, |_| true);
    assert!(changes.keys.is_empty() && !changes.missed);
    assert!(changes.as_of >= called);
}

fn a_snapshot_of_a_told_version_holds_the_change(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let mut watch = store.watch().unwrap();
    for number in 0..20 {
        put(&store, &at("a"), &note(number));
        let told = wait_for(&mut *watch, |changes| !changes.keys.is_empty());
        let mut transaction = store.begin().unwrap();
        assert!(transaction.version() >= told.version);
        assert_eq!(transaction.get::<Note>(&at("a")).unwrap(), Some(note(number)));
    }
}

fn concurrent_commits_are_told_in_the_order_of_their_states(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let mut watch = store.watch().unwrap();
    // A chain: each transaction adds the number after the last one, so commit order is numeric order.
    let last = Key::new(Space::regional(scope()), "test.last");
    let rounds = 12;
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..rounds {
                    while store
                        .transact::<_, Error>(marker(), |transaction| {
                            let next = transaction.get::<Note>(&last)?.map_or(0, |note| note.count) + 1;
                            transaction.put(&last, &note(next))?;
                            transaction.put(&table().number(next), &note(next))
                        })
                        .is_err()
                    {}
                }
            });
        }
    });
    let mut told = Vec::new();
    wait_for(&mut *watch, |changes| {
        told.extend(changes.keys.iter().filter(|key| table().children().contains(key)).cloned());
        told.len() >= rounds * 3
    });
    let expected: Vec<_> = (1..=rounds as u64 * 3).map(|number| table().number(number).as_bytes().to_vec()).collect();
    assert_eq!(told, expected);
}
