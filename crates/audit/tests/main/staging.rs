//! Records that are staged and written together.

use crate::support::{copy, entry, id, keys, never, number, numbers, open};
use fastness_audit::{Options, verify};
use std::fs;
use std::time::Duration;

#[test]
fn staged_records_are_written_together_by_whoever_settles_first() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), never()).unwrap();
    let mut staged: Vec<_> = (0..10).map(|number| log.stage(&entry(number)).unwrap()).collect();
    assert_eq!((log.head().next, numbers(&log, 20).len(), log.contains(id(0))), (0, 0, false));
    log.settle(staged.pop().unwrap()).unwrap();
    assert_eq!(log.head().next, 10);
    staged.into_iter().for_each(|staged| log.settle(staged).unwrap());
    assert_eq!(numbers(&log, 20), (0..10).collect::<Vec<_>>());
    assert!((0..10).all(|number| log.contains(id(number))));
}

#[test]
fn a_record_that_nobody_settles_is_written_by_the_next_sync_and_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), Options { sync_window: Duration::from_millis(1), ..never() }).unwrap();
    let _forgotten = log.stage(&entry(0)).unwrap();
    while log.head().next == 0 {
        std::thread::yield_now();
    }
    drop(log);
    let log = open(dir.path(), never()).unwrap();
    let _forgotten = log.stage(&entry(1)).unwrap();
    let late = log.stage(&entry(2)).unwrap();
    log.close().unwrap();
    log.settle(late).unwrap();
    drop(log);
    assert_eq!(numbers(&open(dir.path(), never()).unwrap(), 5), [0, 1, 2]);
}

#[test]
fn records_from_many_threads_over_many_segments_form_one_chain() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), Options { segment_bytes: 2_000, ..never() }).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let log = &log;
            scope.spawn(move || {
                for number in 0..200 {
                    let number = 1_000 * thread + number;
                    let first = log.stage(&entry(number)).unwrap();
                    let second = log.stage(&entry(number + 500)).unwrap();
                    log.settle(second).unwrap();
                    log.settle(first).unwrap();
                    assert!(log.contains(id(number)) || log.head().next > 20, "settled, it is in the log");
                }
            });
        }
    });
    // What a kill leaves now.
    let left = tempfile::tempdir().unwrap();
    copy(dir.path(), left.path());
    let report = verify(left.path(), &keys()).unwrap();
    assert!(report.is_sound() && report.records == 1_600, "{report:?}");
    let log = open(left.path(), never()).unwrap();
    let mut seen: Vec<_> = log.tail(usize::MAX).unwrap().iter().map(|json| number(json)).collect();
    seen.sort_unstable();
    let expected = (0..4).flat_map(|thread| (0..200).chain(500..700).map(move |number| 1_000 * thread + number));
    assert_eq!(seen, expected.collect::<Vec<u64>>());
}

#[test]
fn records_that_cannot_be_written_are_told_to_each_who_staged_one() {
    let dir = tempfile::tempdir().unwrap();
    let inner = dir.path().join("log");
    let log = open(&inner, Options { segment_bytes: 300, ..never() }).unwrap();
    log.append(&entry(0)).unwrap();
    fs::remove_dir_all(&inner).unwrap();
    let mut staged = Vec::new();
    let refused = (1..9).find_map(|number| log.stage(&entry(number)).map(|one| staged.push(one)).err());
    assert!(refused.is_some(), "the next segment cannot be made");
    assert!(log.stage(&entry(10)).is_err());
}
