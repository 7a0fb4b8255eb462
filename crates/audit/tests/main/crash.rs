//! What a killed process and a power cut leave.

use crate::support::{contents, copy, end_of_records, entry, id, keys, never, numbers, open};
use fastness_audit::{Error, Options, verify};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const CHILD_DIR: &str = "AUDIT_TEST_CHILD_DIR";

fn segment(dir: &Path) -> PathBuf {
    dir.join("00000000000000000000.segment")
}

/// Not a test of its own: what the next one starts, and kills.
#[test]
fn child_that_appends_until_it_is_killed() {
    let Ok(dir) = std::env::var(CHILD_DIR) else { return };
    let options = Options { segment_bytes: 20_000, reserve_bytes: 4096, ..Options::default() };
    let log = open(Path::new(&dir), options).unwrap();
    let mut out = std::io::stdout();
    // By ones, twos and threes, as calls that end at the same moment are.
    for together in (1..=3).cycle() {
        let numbers = log.head().next..log.head().next + together;
        let staged: Vec<_> = numbers.clone().map(|number| log.stage(&entry(number)).unwrap()).collect();
        staged.into_iter().for_each(|staged| log.settle(staged).unwrap());
        numbers.for_each(|number| writeln!(out, "\nacknowledged {number}").unwrap());
    }
}

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = None;
    for round in 0..12_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child_that_appends_until_it_is_killed", "--nocapture", "--test-threads=1"])
            .env(CHILD_DIR, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Killed at a different place each time, with the pipe full of acknowledgements that were not read yet.
        let read_first = 20 + round * 37;
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let number = |line: String| line.strip_prefix("acknowledged ").and_then(|number| number.parse::<u64>().ok());
        let mut seen: Vec<u64> = lines.by_ref().filter_map(number).take(read_first as usize).collect();
        child.kill().unwrap();
        seen.extend(lines.filter_map(number));
        child.wait().unwrap();
        assert!(seen.len() as u64 >= read_first);
        let newest = seen.last().copied();
        assert!(newest > acknowledged);
        acknowledged = newest;

        let log = open(dir.path(), Options { segment_bytes: 20_000, ..never() }).unwrap();
        let next = log.head().next;
        assert!(next > newest.unwrap(), "{next} records, {newest:?} was acknowledged");
        assert_eq!(numbers(&log, usize::MAX), (0..next).collect::<Vec<_>>());
        drop(log);
        let report = verify(dir.path(), &keys()).unwrap();
        assert!(report.is_sound() && report.records == next, "{report:?}");
    }
}

#[test]
fn a_power_cut_takes_only_what_was_not_synced() {
    let (dir, cut) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = open(dir.path(), never()).unwrap();
    (0..3).for_each(|number| log.append(&entry(number)).unwrap());
    log.sync().unwrap();
    let synced = end_of_records(&fs::read(segment(dir.path())).unwrap()) as u64;
    (3..6).for_each(|number| log.append(&entry(number)).unwrap());
    let written = fs::read(segment(dir.path())).unwrap();
    let written = &written[..end_of_records(&written)];
    // The disk kept the synced part and any prefix of the rest, or only the length of the rest and zeros in it.
    for length in (synced..=written.len() as u64).step_by(13) {
        for zeros in [false, true] {
            let after = cut.path().join(format!("{length}-{zeros}"));
            copy(dir.path(), &after);
            let mut kept = written[..length as usize].to_vec();
            if zeros {
                kept[synced as usize..].fill(0);
            }
            fs::write(segment(&after), &kept).unwrap();
            let log = open(&after, never()).unwrap();
            let next = log.head().next;
            assert!(next >= 3 && numbers(&log, 10) == (0..next).collect::<Vec<_>>());
            assert!(!zeros || next == 3);
            log.append(&entry(next)).unwrap();
            drop(log);
            assert!(verify(&after, &keys()).unwrap().is_sound());
            fs::remove_dir_all(&after).unwrap();
        }
    }
}

#[test]
fn room_for_records_to_come_is_no_damage_at_the_end_of_the_log_and_is_damage_anywhere_else() {
    let (dir, cut) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = open(dir.path(), Options { segment_bytes: 2_000, ..never() }).unwrap();
    (0..30).for_each(|number| log.append(&entry(number)).unwrap());
    log.sync().unwrap();
    copy(dir.path(), cut.path());
    drop(log);
    let report = verify(cut.path(), &keys()).unwrap();
    assert!(report.is_sound() && report.records == 30, "{report:?}");
    assert!(report.segments > 1);
    let mut first = fs::read(segment(cut.path())).unwrap();
    assert_eq!(end_of_records(&first), first.len(), "a segment that another follows ends with its last record");
    first.extend([0; 100]);
    fs::write(segment(cut.path()), &first).unwrap();
    assert!(!verify(cut.path(), &keys()).unwrap().is_sound());
}

#[test]
fn with_a_window_of_zero_a_record_is_synced_before_append_returns() {
    let (dir, cut) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = open(dir.path(), Options { sync_window: Duration::ZERO, ..never() }).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let log = &log;
            scope.spawn(move || (0..20).for_each(|number| log.append(&entry(thread * 100 + number)).unwrap()));
        }
    });
    copy(dir.path(), cut.path());
    let whole = end_of_records(&fs::read(segment(cut.path())).unwrap()) as u64;
    fs::File::options().write(true).open(segment(cut.path())).unwrap().set_len(whole - 1).unwrap();
    let before = contents(cut.path());
    assert!(
        matches!(open(cut.path(), never()), Err(Error::Damaged(_))),
        "a synced record is never cut off as unfinished"
    );
    assert_eq!(contents(cut.path()), before);
}

#[test]
fn within_the_window_records_reach_the_disk_without_being_asked_to() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), Options { sync_window: Duration::from_millis(5), ..never() }).unwrap();
    let mark = || fs::read(dir.path().join("mark")).unwrap();
    let before = mark();
    log.append(&entry(1)).unwrap();
    // The mark moves after a sync, whenever that is.
    while mark() == before {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_restart_continues_the_chain_and_knows_the_newest_ids() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { segment_bytes: 2_000, ..never() };
    let mut head = None;
    for round in 0..5 {
        let log = open(dir.path(), options).unwrap();
        assert!(head.is_none_or(|head| head == log.head()));
        (0..7).for_each(|number| log.append(&entry(round * 7 + number)).unwrap());
        head = Some(log.head());
        assert!(log.contains(id(round * 7)) && !log.contains(id(1000)));
    }
    let log = open(dir.path(), options).unwrap();
    assert!(log.contains(id(34)) && log.contains(id(30)));
    assert_eq!(numbers(&log, 3), [32, 33, 34]);
    assert_eq!(numbers(&log, 30).len(), 30);
}

#[test]
fn a_second_process_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), never()).unwrap();
    assert!(matches!(open(dir.path(), never()), Err(Error::InUse(_))));
    drop(log);
    open(dir.path(), never()).unwrap();
}
