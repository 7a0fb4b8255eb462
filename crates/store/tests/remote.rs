//! The engine over PostgreSQL: several nodes, lost connections, foreign tables.

use crate::support::faults::Fate;
use crate::support::postgres;
use crate::support::proxy::Proxy;
use crate::support::*;
use std::sync::Arc;
use std::time::Duration;
use store::{Engine, Error, Postgres, PostgresOptions};

fn node(url: &str) -> Arc<Postgres> {
    Arc::new(Postgres::connect(url, PostgresOptions { connections: 4 }).unwrap())
}

/// Adds one; how often the body ran.
fn increment(store: &store::Store) -> Result<u32, Error> {
    let mut runs = 0;
    store.transact::<_, Error>(marker(), |transaction| {
        runs += 1;
        let seen = transaction.get::<Note>(&at("a"))?.map_or(0, |note| note.count);
        transaction.put(&at("a"), &note(seen + 1))
    })?;
    Ok(runs)
}

#[test]
fn a_connection_lost_in_commit_is_an_ambiguous_outcome_that_can_be_told() {
    let url = postgres::database();
    let proxy = Proxy::before(&url);
    let engine = node(&proxy.url(&url));
    let store = store(engine.clone());
    for (fate, took_effect) in [(Fate::AnswerLost, true), (Fate::RequestLost, false)] {
        proxy.set_fates([fate]);
        let marker = marker();
        let mut transaction = store.begin().unwrap();
        transaction.put(&at("a"), &note(1)).unwrap();
        assert_eq!(transaction.commit(marker).wait_blocking(), Err(Error::Ambiguous), "{fate:?}");
        assert_eq!(engine.committed(marker), Ok(took_effect), "{fate:?}");
    }
    assert_eq!(proxy.fates_left(), 0);
}

#[test]
fn an_increment_under_lost_connections_counts_once() {
    let url = postgres::database();
    let proxy = Proxy::before(&url);
    let store = store(node(&proxy.url(&url)));
    for (round, (fate, runs)) in (1..).zip([(Fate::AnswerLost, 1), (Fate::RequestLost, 2), (Fate::AnswerLost, 1)]) {
        proxy.set_fates([fate]);
        assert_eq!(increment(&store), Ok(runs), "{fate:?}");
        assert_eq!(count(&store, &at("a")), Some(round), "{fate:?}");
    }
}

#[test]
fn the_outcome_is_told_only_when_a_commit_under_way_has_ended() {
    let url = postgres::database();
    let engine = node(&url);
    let marker = marker();
    let mut other = postgres::connect(&url);
    let inserted = other
        .execute("BEGIN", &[])
        .and_then(|_| other.execute("INSERT INTO fastness_marker VALUES ($1, 0)", &[&&marker.0.0[..]]));
    assert_eq!(inserted.unwrap(), 1);
    let asking = std::thread::spawn({
        let engine = engine.clone();
        move || engine.committed(marker)
    });
    // Until the server shows that the question waits for the transaction.
    let mut watching = postgres::connect(&url);
    let waits =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'transactionid'";
    while watching.query_one(waits, &[]).unwrap().get::<_, i64>(0) == 0 {
        assert!(!asking.is_finished(), "an answer came before the end of the transaction");
        std::thread::sleep(Duration::from_millis(5));
    }
    other.execute("COMMIT", &[]).unwrap();
    assert_eq!(asking.join().unwrap(), Ok(true));
}

#[test]
fn nodes_hear_of_each_others_changes_and_see_them() {
    let url = postgres::database();
    let (one, two) = (store(node(&url)), store(node(&url)));
    let mut watch = two.watch().unwrap();
    for number in 0..10 {
        put(&one, &at("a"), &note(number));
        let told = crate::suite::watches::wait_for(&mut *watch, |changes| !changes.keys.is_empty());
        assert_eq!(told.keys, [at("a").as_bytes()]);
        assert_eq!(count(&two, &at("a")), Some(number));
    }
}

#[test]
fn a_commit_has_reached_the_watches_of_its_node_when_it_resolves() {
    let store = store(node(&postgres::database()));
    for number in 0..20 {
        let before = store.begin().unwrap().version();
        let mut watch = store.watch().unwrap();
        let mut transaction = store.begin().unwrap();
        transaction.put(&at("a"), &note(number)).unwrap();
        let committed = transaction.commit(marker()).wait_blocking().unwrap();
        assert!(committed.version > before);
        assert_eq!(watch.next(Duration::ZERO).unwrap().keys, [at("a").as_bytes()]);
    }
}

#[test]
fn concurrent_nodes_lose_no_increment() {
    const ROUNDS: u64 = 15;
    let url = postgres::database();
    let nodes = [store(node(&url)), store(node(&url))];
    std::thread::scope(|scope| {
        for store in nodes.iter().chain(&nodes) {
            scope.spawn(move || {
                for _ in 0..ROUNDS {
                    while let Err(error) = increment(store) {
                        assert_eq!(error, Error::Conflict);
                    }
                }
            });
        }
    });
    assert_eq!(count(&nodes[0], &at("a")), Some(4 * ROUNDS));
}

#[test]
fn connections_that_died_while_they_waited_are_passed_over() {
    let url = postgres::database();
    let store = store(node(&url));
    // Several connections, all idle.
    let mut open: Vec<_> = (0..3).map(|_| store.begin().unwrap()).collect();
    for transaction in &mut open {
        transaction.exists(&at("a")).unwrap();
    }
    drop(open);
    let mut other = postgres::connect(&url);
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(other.query_one(kill, &[]).unwrap().get::<_, i64>(0) >= 4);
    put(&store, &at("a"), &note(1));
    let mut watch = store.watch().unwrap();
    put(&store, &at("a"), &note(2));
    crate::suite::watches::wait_for(&mut *watch, |changes| !changes.keys.is_empty());
}

#[test]
fn a_connection_lost_before_commit_changes_nothing_and_is_no_riddle() {
    let url = postgres::database();
    let store = store(node(&url));
    let mut transaction = store.begin().unwrap();
    transaction.exists(&at("a")).unwrap();
    transaction.put(&at("a"), &note(1)).unwrap();
    let mut other = postgres::connect(&url);
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() \
                AND state = 'idle in transaction'";
    assert_eq!(other.query_one(kill, &[]).unwrap().get::<_, i64>(0), 1);
    assert!(matches!(transaction.commit(marker()).wait_blocking(), Err(Error::Unavailable(_))));
    assert_eq!(count(&store, &at("a")), None);
}

#[test]
fn a_server_may_start_reset_and_stop_from_async_code() {
    let url = postgres::database();
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
        let engine = node(&url);
        engine.clear().unwrap();
        engine.close();
        drop(engine);
    });
}

#[test]
fn when_all_connections_are_in_use_the_error_says_so() {
    let store = store(Arc::new(Postgres::connect(&postgres::database(), PostgresOptions { connections: 1 }).unwrap()));
    let mut first = store.begin().unwrap();
    first.exists(&at("a")).unwrap();
    let refused = store.begin().unwrap().exists(&at("a"));
    assert!(matches!(refused, Err(Error::Unavailable(text)) if text.contains("all 1 connections")));
    drop(first);
    assert_eq!(store.begin().unwrap().exists(&at("a")), Ok(false));
}

#[test]
fn a_failed_statement_is_never_followed_by_a_commit() {
    let url = postgres::database();
    let engine = node(&url);
    let store = store(engine.clone());
    put(&store, &at("a"), &note(1));
    let mut snapshot = engine.snapshot().unwrap();
    // Whatever the database refuses: here, a marker that is taken.
    let taken = marker();
    postgres::connect(&url).execute("INSERT INTO fastness_marker VALUES ($1, 0)", &[&&taken.0.0[..]]).unwrap();
    assert!(snapshot.get(at("a").as_bytes()).unwrap().is_some());
    let mut transaction = store.begin().unwrap();
    transaction.put(&at("a"), &note(2)).unwrap();
    assert!(transaction.commit(taken).wait_blocking().is_err());
    assert_eq!(count(&store, &at("a")), Some(1));
}

#[test]
fn tables_of_a_newer_version_are_refused() {
    let url = postgres::database();
    node(&url).close();
    postgres::connect(&url).execute("UPDATE fastness_note SET number = 99 WHERE name = 'version'", &[]).unwrap();
    let refused = Postgres::connect(&url, PostgresOptions::default());
    assert!(matches!(refused.err(), Some(Error::Version(text)) if text.contains("99")));
}

#[test]
fn many_nodes_may_start_at_once_on_an_empty_database() {
    let url = postgres::database();
    std::thread::scope(|scope| {
        let starting: Vec<_> = (0..6).map(|_| scope.spawn(|| node(&url))).collect();
        starting.into_iter().for_each(|thread| thread.join().unwrap().close());
    });
}

#[test]
fn a_database_that_is_not_there_is_an_error_with_words() {
    let url = postgres::database();
    let absent = url.replace("fastness_test_", "absent_");
    assert!(
        matches!(Postgres::connect(&absent, PostgresOptions::default()).err(), Some(Error::Unavailable(text)) if text.contains("absent_"))
    );
}

#[test]
fn a_dump_of_the_tables_shows_no_plaintext() {
    let url = postgres::database();
    let store = store(node(&url));
    put(&store, &at("a"), &note(1));
    let mut client = postgres::connect(&url);
    let mut dump = Vec::new();
    for table in ["note", "entry", "head", "change", "marker"] {
        let mut reader = client.copy_out(&format!("COPY fastness_{table} TO STDOUT (FORMAT binary)")).unwrap();
        std::io::Read::read_to_end(&mut reader, &mut dump).unwrap();
    }
    let holds = |needle: &[u8]| dump.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"test.note"), "the dump must hold the paths, or it is no dump");
    assert!(!holds(note(1).text.as_bytes()));
}
