//! The embedded engine against its file: restarts, a second process, damage.

use crate::support::*;
use std::path::Path;
use std::sync::Arc;
use store::{Engine, Error, Record, Redb, RedbOptions};

fn open(path: &Path) -> Result<Redb, Error> {
    Redb::open(path, RedbOptions::default())
}

/// Makes a store of some records and closes it.
fn filled(path: &Path, records: u64) {
    let engine = Arc::new(open(path).unwrap());
    let store = store(engine.clone());
    for number in 0..records {
        put(&store, &table().number(number), &note(number));
    }
    engine.close();
}

#[test]
fn what_was_acknowledged_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state");
    filled(&path, 20);
    let store = store(Arc::new(open(&path).unwrap()));
    let mut transaction = store.begin().unwrap();
    assert_eq!(transaction.scan::<Note>(&table(), None, 100).unwrap().len(), 20);
    assert_eq!(transaction.version(), 20, "versions go on where they were");
}

#[test]
fn a_peek_reads_a_file_that_nobody_has_open_and_changes_none() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state");
    let key = table().number(1);
    let peek = || Redb::peek(&path, key.as_bytes());
    assert_eq!(peek(), None);
    assert!(!path.exists());
    filled(&path, 2);
    let before = std::fs::read(&path).unwrap();
    assert!(peek().is_some_and(|stored| stored[0] == Note::VERSION));
    assert_eq!(Redb::peek(&path, table().number(2).as_bytes()), None);
    assert!(std::fs::read(&path).unwrap() == before);
    let engine = open(&path).unwrap();
    assert_eq!(peek(), None, "it is in use");
    let crashed = directory.path().join("crashed");
    std::fs::copy(&path, &crashed).unwrap();
    let left = std::fs::read(&crashed).unwrap();
    assert!(Redb::peek(&crashed, key.as_bytes()).is_some(), "it was not closed in order");
    assert!(std::fs::read(&crashed).unwrap() == left);
    engine.close();
    std::fs::write(&path, &before[..before.len() / 2]).unwrap();
    assert_eq!(peek(), None, "it is damaged");
    assert!(std::fs::read(&path).unwrap() == before[..before.len() / 2]);
}

#[test]
fn a_second_opening_is_refused_naming_the_holder() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state");
    let first = open(&path).unwrap();
    match open(&path) {
        Err(Error::InUse(text)) => {
            assert!(text.contains(&path.display().to_string()), "{text}");
            assert!(text.contains(&std::process::id().to_string()), "{text}");
        }
        _ => panic!("the second opening must be refused"),
    }
    first.close();
    assert!(open(&path).is_ok());
}

#[test]
fn a_missing_directory_is_an_error_with_its_name() {
    let directory = tempfile::tempdir().unwrap();
    match open(&directory.path().join("absent/state")) {
        Err(Error::Unavailable(text)) => assert!(text.contains("absent"), "{text}"),
        _ => panic!("there is no such directory"),
    }
}

#[test]
fn a_half_made_file_is_no_obstacle() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state");
    std::fs::write(directory.path().join("state.new"), b"cut off while it was made").unwrap();
    filled(&path, 1);
    assert!(!directory.path().join("state.new").exists());
}

#[test]
fn a_file_that_is_no_store_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state");
    for content in [Vec::new(), b"x".to_vec(), vec![0; 5000], b"somebody's diary\n".repeat(1000)] {
        std::fs::write(&path, &content).unwrap();
        assert!(matches!(open(&path), Err(Error::Damaged(_))), "{} bytes", content.len());
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
}

#[test]
fn a_truncated_file_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state");
    filled(&path, 40);
    let whole = std::fs::read(&path).unwrap();
    for kept in [1, 100, 512, 4096, 8192, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        std::fs::write(&path, &whole[..kept]).unwrap();
        let opened = open(&path);
        assert!(matches!(opened, Err(Error::Damaged(_))), "{kept} bytes of {}: {:?}", whole.len(), opened.err());
        assert_eq!(std::fs::read(&path).unwrap(), whole[..kept], "{kept} bytes kept");
    }
}

#[test]
fn a_damaged_page_is_refused_and_left_alone_or_was_not_in_use() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state");
    filled(&path, 60);
    let whole = std::fs::read(&path).unwrap();
    let mut refused = 0;
    for at in (0..whole.len()).step_by(512).map(|sector| sector + 37).filter(|at| *at < whole.len()) {
        let mut damaged = whole.clone();
        damaged[at..(at + 64).min(whole.len())].iter_mut().for_each(|byte| *byte ^= 0x5a);
        std::fs::write(&path, &damaged).unwrap();
        match open(&path) {
            Ok(engine) => {
                let store = store(Arc::new(engine));
                let read = store.begin().unwrap().scan::<Note>(&table(), None, 100).unwrap();
                assert!(read.iter().map(|(_, note)| note.count).eq(0..60), "damage at {at} went unseen");
            }
            Err(Error::Damaged(_) | Error::Version(_)) => {
                refused += 1;
                assert!(std::fs::read(&path).unwrap() == damaged, "damage at {at} was written over");
            }
            Err(error) => panic!("damage at {at}: {error}"),
        }
    }
    assert!(refused > 4, "only {refused} damages were found");
}

#[test]
fn many_writers_share_syncs_and_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state");
    let store = store(Arc::new(open(&path).unwrap()));
    std::thread::scope(|scope| {
        for writer in 0..16u64 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..20 {
                    put(store, &table().number(writer).number(number), &note(number));
                }
            });
        }
    });
    store.engine().close();
    let again = super::support::store(Arc::new(open(&path).unwrap()));
    assert_eq!(again.begin().unwrap().scan::<Note>(&table(), None, 1000).unwrap().len(), 320);
}
