//! What is said of a log without its keys, and of a copy of one that is being written.

use crate::support::{entry, keys, never, open};
use fastness_audit::{Options, examine, verify_copy};
use std::fs;

#[test]
fn missing_cut_and_exchanged_segments_are_noticed_without_a_key() {
    let dir = tempfile::tempdir().unwrap();
    let small = Options { segment_bytes: 4096, ..never() };
    let log = open(dir.path(), small).unwrap();
    (0..200).for_each(|number| log.append(&entry(number)).unwrap());
    let head = log.head();
    log.close().unwrap();
    assert_eq!(examine(dir.path()).unwrap(), (Some(head), Vec::new()));
    let mut segments: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    segments.retain(|path| path.extension().is_some_and(|ending| ending == "segment"));
    segments.sort();
    assert!(segments.len() > 3);
    let problems = |what: &str| {
        let (_, problems) = examine(dir.path()).unwrap();
        assert!(problems.iter().any(|problem| problem.contains(what)), "{what}: {problems:?}");
    };
    let whole = fs::read(&segments[1]).unwrap();
    fs::remove_file(&segments[1]).unwrap();
    problems("does not follow");
    fs::write(&segments[1], &whole[..whole.len() - 10]).unwrap();
    problems("no record");
    fs::write(&segments[1], &whole[..50]).unwrap();
    problems("cut short");
    let mut newer = whole.clone();
    newer[11] += 1;
    fs::write(&segments[1], newer).unwrap();
    problems("of version 3");
    fs::copy(&segments[2], &segments[1]).unwrap();
    problems("another segment's name");
    fs::write(&segments[1], &whole).unwrap();
    assert_eq!(examine(dir.path()).unwrap(), (Some(head), Vec::new()));
}

#[test]
fn a_copy_is_verified_while_the_log_goes_on_and_damage_before_its_end_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), Options { segment_bytes: 4096, ..never() }).unwrap();
    (0..100).for_each(|number| log.append(&entry(number)).unwrap());
    log.append_stranger(&entry(500)).unwrap();
    let copy = log.copy().unwrap().unwrap();
    (100..200).for_each(|number| log.append(&entry(number)).unwrap());
    let [main, strangers] = verify_copy(&copy, &keys()).unwrap();
    assert_eq!((main.records, main.head, main.problems), (100, copy.head, Vec::new()));
    assert_eq!((strangers.records, strangers.problems), (1, Vec::new()));
    let first = dir.path().join(format!("{:020}.segment", 0));
    let mut bytes = fs::read(&first).unwrap();
    bytes[300] ^= 1;
    fs::write(&first, bytes).unwrap();
    let [main, _] = verify_copy(&copy, &keys()).unwrap();
    assert!(main.problems.iter().any(|problem| problem.contains("00000.segment")), "{:?}", main.problems);
}
