//! The outcome of a commit can be asked for, and an unknown one is looked up, not repeated.

use crate::support::faults::{Fate, Faulty};
use crate::support::*;
use std::sync::Arc;
use store::{Engine, Error};

super::on_every_engine!(
    a_marker_tells_whether_its_transaction_took_effect,
    an_ambiguous_commit_that_took_effect_is_not_repeated,
    an_ambiguous_commit_that_did_not_is_run_again,
);

fn a_marker_tells_whether_its_transaction_took_effect(engine: Arc<dyn Engine>) {
    let store = store(engine.clone());
    let (good, bad, never) = (marker(), marker(), marker());
    let mut first = store.begin().unwrap();
    let mut second = store.begin().unwrap();
    for transaction in [&mut first, &mut second] {
        transaction.insert(&at("a"), &note(1)).unwrap();
    }
    first.commit(good).wait_blocking().unwrap();
    assert_eq!(second.commit(bad).wait_blocking(), Err(Error::Conflict));
    assert_eq!(engine.committed(good), Ok(true));
    assert_eq!(engine.committed(bad), Ok(false));
    assert_eq!(engine.committed(never), Ok(false));
    // Asking leaves no trace: the marker can still be committed.
    let mut third = store.begin().unwrap();
    third.put(&at("b"), &note(1)).unwrap();
    third.commit(never).wait_blocking().unwrap();
    assert_eq!(engine.committed(never), Ok(true));
}

fn an_ambiguous_commit_that_took_effect_is_not_repeated(engine: Arc<dyn Engine>) {
    let faulty = Faulty::new(engine, [Fate::AnswerLost]);
    let (runs, total) = increments_under(faulty);
    assert_eq!((runs, total), (1, Some(1)));
}

fn an_ambiguous_commit_that_did_not_is_run_again(engine: Arc<dyn Engine>) {
    let faulty = Faulty::new(engine, [Fate::RequestLost, Fate::RequestLost, Fate::AnswerLost]);
    let (runs, total) = increments_under(faulty);
    assert_eq!((runs, total), (3, Some(1)));
}

/// Adds one under faults; how often the body ran, and what came of it.
fn increments_under(faulty: Arc<Faulty>) -> (u32, Option<u64>) {
    let store = store(faulty.clone());
    let mut runs = 0;
    let added = store.transact::<_, Error>(marker(), |transaction| {
        runs += 1;
        let seen = transaction.get::<Note>(&at("a"))?.map_or(0, |note| note.count);
        transaction.put(&at("a"), &note(seen + 1))
    });
    assert_eq!(added, Ok(()));
    assert_eq!(faulty.fates_left(), 0);
    (runs, count(&store, &at("a")))
}
