//! Records: their own writes are read back, their bytes are sealed, their versions migrate.

use crate::support::seal::ToySeal;
use crate::support::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Batch, Engine, Error, Key, MAX_KEY_BYTES, MAX_VALUE_BYTES, ReadSet, Record, Space};

super::on_every_engine!(
    a_transaction_reads_its_own_writes,
    a_scan_pages_through_a_prefix,
    engine_bytes_show_no_plaintext,
    a_value_moved_to_another_key_does_not_open,
    a_value_with_another_version_byte_does_not_open,
    an_old_record_is_migrated_and_a_newer_one_is_refused,
    limits_are_refused_with_words,
    everything_is_forgotten_when_cleared,
    an_engine_shows_no_keys_of_its_own,
    a_closed_engine_refuses,
);

fn a_transaction_reads_its_own_writes(engine: Arc<dyn Engine>) {
    let store = store(engine);
    for name in ["a", "b", "c", "d"] {
        put(&store, &at(name), &note(1));
    }
    let mut transaction = store.begin().unwrap();
    transaction.delete(&at("a")).unwrap();
    transaction.delete(&at("c")).unwrap();
    transaction.put(&at("bb"), &note(2)).unwrap();
    transaction.put(&at("d"), &note(3)).unwrap();
    assert_eq!(transaction.get::<Note>(&at("a")).unwrap(), None);
    assert!(!transaction.exists(&at("c")).unwrap());
    assert!(transaction.insert(&at("a"), &note(4)).unwrap());
    assert!(!transaction.insert(&at("a"), &note(5)).unwrap());
    transaction.delete(&at("a")).unwrap();
    let names = |limit, after: Option<&Key>, transaction: &mut store::Transaction| -> Vec<(String, u64)> {
        let found = transaction.scan::<Note>(&table(), after, limit).unwrap();
        found.iter().map(|(key, note)| (key.to_string().rsplit('/').next().unwrap().to_owned(), note.count)).collect()
    };
    assert_eq!(names(10, None, &mut transaction), [("b".into(), 1), ("bb".into(), 2), ("d".into(), 3)]);
    assert_eq!(names(1, None, &mut transaction), [("b".into(), 1)]);
    assert_eq!(names(2, Some(&at("b")), &mut transaction), [("bb".into(), 2), ("d".into(), 3)]);
    assert_eq!(transaction.written_keys().count(), 4);
    transaction.commit(marker()).wait_blocking().unwrap();
    let mut after = store.begin().unwrap();
    assert_eq!(names(10, None, &mut after), [("b".into(), 1), ("bb".into(), 2), ("d".into(), 3)]);
}

fn a_scan_pages_through_a_prefix(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let mut transaction = store.begin().unwrap();
    for number in (0..25).rev() {
        transaction.put(&table().number(number), &note(number)).unwrap();
    }
    transaction.put(&table(), &note(99)).unwrap();
    transaction.put(&Key::new(Space::regional(scope()), "test.notes").number(1), &note(98)).unwrap();
    transaction.put(&Key::new(Space::account(scope().account), "test.note").number(1), &note(97)).unwrap();
    transaction.commit(marker()).wait_blocking().unwrap();
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let page = store.begin().unwrap().scan::<Note>(&table(), after.as_ref(), 7).unwrap();
        assert!(page.len() <= 7);
        let Some((last, _)) = page.last() else { break };
        after = Some(last.clone());
        seen.extend(page.iter().map(|(_, note)| note.count));
    }
    assert_eq!(seen, (0..25).collect::<Vec<_>>());
}

fn engine_bytes_show_no_plaintext(engine: Arc<dyn Engine>) {
    let store = store(engine.clone());
    put(&store, &at("a"), &note(7));
    let raw = engine.snapshot().unwrap().get(at("a").as_bytes()).unwrap().unwrap();
    assert_eq!(raw[0], Note::VERSION);
    let planted = note(7).text;
    assert!(!raw.windows(planted.len()).any(|window| window == planted.as_bytes()));
}

fn a_value_moved_to_another_key_does_not_open(engine: Arc<dyn Engine>) {
    let store = store(engine.clone());
    put(&store, &at("a"), &note(7));
    let raw = engine.snapshot().unwrap().get(at("a").as_bytes()).unwrap().unwrap();
    plant(&engine, &at("b"), raw);
    let moved = store.begin().unwrap().get::<Note>(&at("b"));
    assert!(matches!(moved, Err(Error::Seal(text)) if text.contains("111122223333/us-east-1/test.note/b")));
}

fn a_value_with_another_version_byte_does_not_open(engine: Arc<dyn Engine>) {
    let store = store(engine.clone());
    put(&store, &at("a"), &note(7));
    let mut raw = engine.snapshot().unwrap().get(at("a").as_bytes()).unwrap().unwrap();
    raw[0] = 0;
    plant(&engine, &at("a"), raw);
    assert!(matches!(store.begin().unwrap().get::<Note>(&at("a")), Err(Error::Seal(_))));
    plant(&engine, &at("a"), Vec::new());
    assert!(matches!(store.begin().unwrap().get::<Note>(&at("a")), Err(Error::Damaged(_))));
}

/// What [`Note`] became in a later version of the server.
#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct NoteV2 {
    text: String,
    count: i64,
    tags: Vec<String>,
}

impl Record for NoteV2 {
    const VERSION: u8 = 2;

    fn migrate(version: u8, bytes: &[u8]) -> Result<Self, Error> {
        match version {
            1 => {
                let old: Note = postcard::from_bytes(bytes).map_err(|error| Error::Damaged(error.to_string()))?;
                Ok(Self { text: old.text, count: old.count as i64, tags: Vec::new() })
            }
            _ => Err(Error::Damaged(format!("no version {version}"))),
        }
    }
}

fn an_old_record_is_migrated_and_a_newer_one_is_refused(engine: Arc<dyn Engine>) {
    let store = store(engine);
    put(&store, &at("a"), &note(7));
    let mut transaction = store.begin().unwrap();
    let migrated: NoteV2 = transaction.get(&at("a")).unwrap().unwrap();
    assert_eq!(migrated, NoteV2 { text: note(7).text, count: 7, tags: Vec::new() });
    transaction.put(&at("a"), &migrated).unwrap();
    transaction.commit(marker()).wait_blocking().unwrap();
    let mut transaction = store.begin().unwrap();
    assert_eq!(transaction.get::<NoteV2>(&at("a")).unwrap(), Some(migrated));
    let refused = transaction.get::<Note>(&at("a"));
    assert!(matches!(refused, Err(Error::Version(text)) if text.contains("version 2") && text.contains("test.note/a")));
}

fn limits_are_refused_with_words(engine: Arc<dyn Engine>) {
    let store = store(engine);
    let mut transaction = store.begin().unwrap();
    let room = MAX_KEY_BYTES - at("").as_bytes().len();
    let longest = at(&"k".repeat(room));
    transaction.put(&longest, &note(1)).unwrap();
    let too_long = at(&"k".repeat(room + 1));
    assert!(matches!(transaction.put(&too_long, &note(1)), Err(Error::TooLarge(_))));
    assert!(matches!(transaction.insert(&too_long, &note(1)), Err(Error::TooLarge(_))));
    assert_eq!(transaction.get::<Note>(&too_long), Ok(None));
    assert_eq!(transaction.scan::<Note>(&too_long, None, 1), Ok(Vec::new()));
    let huge = Note { text: "x".repeat(MAX_VALUE_BYTES), count: 0 };
    assert!(matches!(transaction.put(&at("huge"), &huge), Err(Error::TooLarge(_))));
    let large = Note { text: "x".repeat(MAX_VALUE_BYTES - 100), count: 0 };
    transaction.put(&at("large"), &large).unwrap();
    transaction.commit(marker()).wait_blocking().unwrap();
    assert_eq!(count(&store, &longest), Some(1));
    assert_eq!(store.begin().unwrap().get::<Note>(&at("large")).unwrap(), Some(large));
}

fn everything_is_forgotten_when_cleared(engine: Arc<dyn Engine>) {
    let store = store(engine.clone());
    put(&store, &at("a"), &note(1));
    let mut watch = store.watch().unwrap();
    let mut before = store.begin().unwrap();
    assert!(before.exists(&at("a")).unwrap());
    before.put(&at("b"), &note(1)).unwrap();
    engine.clear().unwrap();
    assert_eq!(before.commit(marker()).wait_blocking(), Err(Error::Conflict));
    assert!(store.begin().unwrap().scan::<Note>(&table(), None, 10).unwrap().is_empty());
    let changes = crate::suite::watches::wait_for(&mut *watch, |changes| changes.missed);
    assert!(changes.missed);
    put(&store, &at("c"), &note(1));
    assert_eq!(count(&store, &at("c")), Some(1));
}

fn an_engine_shows_no_keys_of_its_own(engine: Arc<dyn Engine>) {
    let everything = store::KeyRange { start: Vec::new(), end: vec![u8::MAX; store::MAX_KEY_BYTES] };
    assert!(engine.snapshot().unwrap().range(&everything, 1).unwrap().is_empty());
    let store = store(engine.clone());
    put(&store, &at("a"), &note(1));
    assert_eq!(engine.snapshot().unwrap().range(&everything, 10).unwrap().len(), 1);
    engine.clear().unwrap();
    assert!(engine.snapshot().unwrap().range(&everything, 1).unwrap().is_empty());
}

fn a_closed_engine_refuses(engine: Arc<dyn Engine>) {
    let store = store(engine.clone());
    put(&store, &at("a"), &note(1));
    let mut watch = store.watch().unwrap();
    engine.close();
    assert_eq!(store.begin().err(), Some(Error::Closed));
    assert_eq!(watch.next(std::time::Duration::ZERO).err(), Some(Error::Closed));
}

/// Writes raw bytes, as an attacker with the disk would.
fn plant(engine: &Arc<dyn Engine>, key: &Key, value: Vec<u8>) {
    let writes = BTreeMap::from([(key.as_bytes().to_vec(), Some(value))]);
    let batch = Batch { reads: ReadSet::default(), writes, marker: marker() };
    engine.snapshot().unwrap().commit(batch).wait_blocking().unwrap();
}

#[test]
fn the_toy_seal_binds_the_path() {
    use store::Seal;
    let sealed = ToySeal.seal(b"path", b"value").unwrap();
    assert!(ToySeal.open(b"path", &sealed).is_ok());
    assert!(ToySeal.open(b"other", &sealed).is_err());
}
