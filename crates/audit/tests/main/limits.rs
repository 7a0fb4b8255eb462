//! Bounds: retention, strangers, memory, and failures that end the log.

use crate::support::{entry, id, keys, never, number, numbers, open};
use fastness_audit::{AtRest, Entry, Error, Log, Options, Storage, verify};
use std::fs;
use std::path::Path;

fn bytes_in(dir: &Path) -> u64 {
    let files = fs::read_dir(dir).unwrap().map(|file| file.unwrap().metadata().unwrap());
    files.filter(fs::Metadata::is_file).map(|of| of.len()).sum()
}

#[test]
fn the_oldest_segments_go_beyond_the_retained_size_and_the_rest_stays_verifiable() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { segment_bytes: 5_000, retain_bytes: 40_000, ..never() };
    let log = open(dir.path(), options).unwrap();
    for number in 0..1_000 {
        log.append(&entry(number)).unwrap();
        // One segment is being written, with room for records to come.
        assert!(number % 50 > 0 || bytes_in(dir.path()) < 46_000 + (32 << 10));
    }
    drop(log);
    let report = verify(dir.path(), &keys()).unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert!(bytes_in(dir.path()) < 46_000, "the room is given back");
    assert!(report.oldest > 500 && report.oldest + report.records == 1_000);
    let log = open(dir.path(), options).unwrap();
    assert_eq!(numbers(&log, 2), [998, 999]);
}

#[test]
fn strangers_cannot_fill_the_disk_nor_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), never()).unwrap();
    log.append(&entry(0)).unwrap();
    let head = log.head();
    let json = entry(1).json.replace('}', &format!(",\"userAgent\":\"{}\"}}", "x".repeat(60_000)));
    for number in 0..200 {
        log.append_stranger(&Entry { id: id(number), json: json.clone() }).unwrap();
    }
    assert_eq!(log.head(), head);
    assert!(bytes_in(&dir.path().join("strangers")) < 5 << 20);
    let kept = log.tail_strangers(500).unwrap();
    assert!((30..80).contains(&kept.len()), "{}", kept.len());
    assert_eq!(number(&kept[0]), 1);
}

#[test]
fn a_log_in_memory_keeps_the_newest_within_its_bound() {
    let log = Log::open(Storage::Memory { max_bytes: 50_000 }, keys(), never()).unwrap();
    (0..5_000).for_each(|number| log.append(&entry(number)).unwrap());
    (0..10).for_each(|number| log.append_stranger(&entry(number)).unwrap());
    log.sync().unwrap();
    let kept = numbers(&log, usize::MAX);
    assert!((100..500).contains(&kept.len()));
    assert_eq!(kept.last(), Some(&4_999));
    assert!(log.contains(id(4_999)) && !log.contains(id(0)));
    assert_eq!((log.head().next, log.tail_strangers(20).unwrap().len()), (5_000, 10));
    log.close().unwrap();
    assert!(matches!(log.append(&entry(0)), Err(Error::Closed)));
}

#[test]
fn after_a_failure_every_call_fails_and_the_log_is_unwell() {
    let dir = tempfile::tempdir().unwrap();
    let inner = dir.path().join("log");
    let log = open(&inner, Options { segment_bytes: 300, ..never() }).unwrap();
    assert!(log.is_healthy());
    (0..2).for_each(|number| log.append(&entry(number)).unwrap());
    fs::remove_dir_all(&inner).unwrap();
    let failed = (2..9).find_map(|number| log.append(&entry(number)).err());
    assert!(matches!(failed, Some(Error::Io(_))), "{failed:?}");
    assert!(!log.is_healthy());
    for result in [log.append(&entry(9)), log.append_stranger(&entry(9)), log.sync(), log.check(), log.close()] {
        assert!(matches!(result, Err(Error::Failed(_))), "{result:?}");
    }
}

#[test]
fn a_record_longer_than_any_may_be_is_refused_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), never()).unwrap();
    let large = Entry { id: id(1), json: "x".repeat((1 << 20) + 1) };
    assert!(matches!(log.append(&large), Err(Error::TooLarge(_))));
    log.append(&Entry { json: "x".repeat(1 << 20), ..large }).unwrap();
    log.append(&entry(2)).unwrap();
    drop(log);
    assert_eq!(open(dir.path(), never()).unwrap().head().next, 2);
}

#[test]
fn without_its_reserve_the_log_is_unwell_but_writes() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), Options { reserve_bytes: 1 << 60, ..never() }).unwrap();
    assert!(!log.is_healthy());
    log.append(&entry(0)).unwrap();
    log.sync().unwrap();
    assert_eq!(numbers(&log, 5), [0]);
}

#[test]
fn what_waits_for_its_sync_is_counted_and_what_was_found_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), never()).unwrap();
    (0..3).for_each(|number| log.append(&entry(number)).unwrap());
    let before = log.readings();
    assert_eq!((before.records, before.unsynced, before.reserve_held), (3, 3, Some(true)));
    assert!(before.healthy && before.bytes > 0);
    log.sync().unwrap();
    assert_eq!(log.readings().unsynced, 0);
    log.close().unwrap();
    drop(log);
    let again = open(dir.path(), never()).unwrap().readings();
    assert_eq!((again.records, again.unsynced, again.bytes), (3, 0, before.bytes));
}

/// The numbers of all records from `from` on, read page by page, and how many pages that took.
fn paged(log: &Log, from: u64, records: usize, bytes: usize) -> (Vec<u64>, usize) {
    let (mut found, mut from, mut pages) = (Vec::new(), from, 0);
    loop {
        let page = log.read(from, records, bytes).unwrap();
        assert!(page.records.len() <= records && page.next == page.first + page.records.len() as u64);
        if page.records.is_empty() {
            assert_eq!(page.next, from);
            return (found, pages);
        }
        found.extend(page.records.iter().map(|json| number(json)));
        (from, pages) = (page.next, pages + 1);
    }
}

#[test]
fn whoever_reads_page_by_page_sees_each_record_once_and_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let disk = open(dir.path(), Options { segment_bytes: 5_000, ..never() }).unwrap();
    let memory = Log::open(Storage::Memory { max_bytes: 1 << 20 }, keys(), never()).unwrap();
    for log in [disk, memory] {
        (0..200).for_each(|number| log.append(&entry(number)).unwrap());
        for from in [0, 1, 77, 199, 200] {
            let expected: Vec<u64> = (from..200).collect();
            assert_eq!(paged(&log, from, 7, usize::MAX).0, expected);
            assert_eq!(paged(&log, from, 1_000, usize::MAX).0, expected);
            // A record that is larger than a page is a page.
            assert_eq!(paged(&log, from, 1_000, 1), (expected.clone(), expected.len()));
        }
        let page = log.read(500, 7, 1_000).unwrap();
        assert_eq!(
            (page.records.len(), page.next, page.end),
            (0, 500, 200),
            "a log that began anew is told by its end"
        );
        assert_eq!(log.read(3, 0, 1_000).unwrap().records.len(), 0);
    }
}

#[test]
fn a_page_tells_how_many_records_are_no_longer_kept() {
    let dir = tempfile::tempdir().unwrap();
    let disk = open(dir.path(), Options { segment_bytes: 5_000, retain_bytes: 40_000, ..never() }).unwrap();
    let memory = Log::open(Storage::Memory { max_bytes: 50_000 }, keys(), never()).unwrap();
    for log in [disk, memory] {
        (0..1_000).for_each(|number| log.append(&entry(number)).unwrap());
        let page = log.read(10, 5, usize::MAX).unwrap();
        assert!(page.first > 500 && page.next == page.first + 5, "{} to {}", page.first, page.next);
        assert_eq!(number(&page.records[0]), page.first);
    }
}

#[test]
fn a_log_at_rest_tells_what_it_told_while_it_was_open() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(AtRest::of(dir.path()), None);
    assert_eq!(AtRest::of(&dir.path().join("absent")), None);
    let log = open(dir.path(), Options { segment_bytes: 5_000, ..never() }).unwrap();
    (0..200).for_each(|number| log.append(&entry(number)).unwrap());
    let told = log.readings();
    log.close().unwrap();
    let rest = AtRest::of(dir.path()).unwrap();
    assert_eq!((rest.bytes, Some(rest.reserve_held)), (told.bytes, told.reserve_held));
    fs::remove_file(dir.path().join("reserve")).unwrap();
    assert!(!AtRest::of(dir.path()).unwrap().reserve_held);
}
