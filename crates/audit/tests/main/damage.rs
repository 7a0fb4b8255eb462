//! A log that is not what was written.

use crate::support::{TestSeal, contents, entry, never, open};
use base::Secret;
use fastness_audit::{Error, Log, Options, Storage, verify};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Seal, SealError};

const FEW: u64 = 500;
const HEADER: usize = 84;

/// A closed log of several segments.
fn closed(dir: &Path) -> Vec<PathBuf> {
    let log = open(dir, Options { segment_bytes: FEW, ..never() }).unwrap();
    (0..12).for_each(|number| log.append(&entry(number)).unwrap());
    log.close().unwrap();
    drop(log);
    let mut segments: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path()).collect();
    segments.retain(|path| path.extension().is_some_and(|extension| extension == "segment"));
    segments.sort();
    segments
}

/// Opening refuses, in words that name the place, and leaves every byte as it was.
fn refused(dir: &Path) {
    let before = contents(dir);
    match open(dir, Options { segment_bytes: FEW, ..never() }) {
        Err(Error::Damaged(words)) => assert!(words.contains(dir.to_str().unwrap()), "{words}"),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("a damaged log was opened"),
    }
    assert_eq!(before, contents(dir));
}

#[test]
fn an_untouched_log_is_sound() {
    let dir = tempfile::tempdir().unwrap();
    let segments = closed(dir.path());
    let report = verify(dir.path(), &TestSeal).unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.records, report.oldest, report.segments), (12, 0, segments.len()));
    assert!(segments.len() > 2);
    assert_eq!(report.head, Some(open(dir.path(), never()).unwrap().head()));
}

#[test]
fn every_changed_byte_is_found_by_the_verifier() {
    let dir = tempfile::tempdir().unwrap();
    for file in closed(dir.path()).into_iter().chain([dir.path().join("mark")]) {
        let sound = fs::read(&file).unwrap();
        for at in 0..sound.len() {
            let mut changed = sound.clone();
            changed[at] ^= 0x40;
            fs::write(&file, &changed).unwrap();
            assert!(!verify(dir.path(), &TestSeal).unwrap().is_sound(), "{} byte {at}", file.display());
        }
        fs::write(&file, &sound).unwrap();
    }
    assert!(verify(dir.path(), &TestSeal).unwrap().is_sound());
}

#[test]
fn every_changed_byte_of_the_newest_segments_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let mut segments = closed(dir.path());
    let newest = segments.split_off(segments.len() - 2);
    for file in newest.iter().chain([&dir.path().join("mark")]) {
        let sound = fs::read(file).unwrap();
        for at in 0..sound.len() {
            let mut changed = sound.clone();
            changed[at] ^= 0x40;
            fs::write(file, &changed).unwrap();
            refused(dir.path());
        }
        fs::write(file, &sound).unwrap();
    }
    open(dir.path(), never()).unwrap();
}

#[test]
fn a_closed_log_cannot_be_shortened_unnoticed() {
    let dir = tempfile::tempdir().unwrap();
    let segments = closed(dir.path());
    let newest = segments.last().unwrap();
    let sound = fs::read(newest).unwrap();
    for length in 0..sound.len() {
        fs::write(newest, &sound[..length]).unwrap();
        refused(dir.path());
        assert!(!verify(dir.path(), &TestSeal).unwrap().is_sound());
    }
}

#[test]
fn missing_segments_and_a_missing_mark_are_damage() {
    let dir = tempfile::tempdir().unwrap();
    let segments = closed(dir.path());
    let without = |name: &str, gone: &[&Path]| {
        let copied = dir.path().join(name);
        fs::create_dir(&copied).unwrap();
        for path in segments.iter().chain([&dir.path().join("mark")]) {
            fs::copy(path, copied.join(path.file_name().unwrap())).unwrap();
        }
        for path in gone {
            fs::remove_file(copied.join(path.file_name().unwrap())).unwrap();
        }
        refused(&copied);
        assert!(!verify(&copied, &TestSeal).unwrap().is_sound());
    };
    let all: Vec<&Path> = segments.iter().map(PathBuf::as_path).collect();
    without("newest", &all[all.len() - 1..]);
    without("middle", &all[all.len() - 2..all.len() - 1]);
    without("all", &all);
    without("unmarked", &[Path::new("mark")]);
}

#[test]
fn exchanged_and_repeated_records_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), never()).unwrap();
    (0..3).for_each(|number| log.append(&entry(number)).unwrap());
    drop(log);
    let segment = dir.path().join("00000000000000000000.segment");
    let sound = fs::read(&segment).unwrap();
    let (header, frames) = sound.split_at(HEADER);
    let frames: Vec<&[u8]> = frames.chunks(frames.len() / 3).collect();
    for order in [[1, 0, 2], [0, 2, 1], [0, 0, 1], [2, 1, 0]] {
        let mixed = order.map(|number| frames[number]).concat();
        fs::write(&segment, [header, &mixed].concat()).unwrap();
        refused(dir.path());
    }
    fs::write(&segment, &sound).unwrap();
    open(dir.path(), never()).unwrap();
}

#[test]
fn a_log_under_another_seal_is_refused() {
    struct Other;

    impl Seal for Other {
        fn seal(&self, _: &[u8], _: &[u8]) -> Result<Vec<u8>, SealError> {
            Err(SealError("another seal".into()))
        }

        fn open(&self, _: &[u8], _: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
            Err(SealError("another seal".into()))
        }
    }

    let dir = tempfile::tempdir().unwrap();
    closed(dir.path());
    let before = contents(dir.path());
    let opened = Log::open(Storage::Directory(dir.path().into()), Arc::new(Other), never());
    assert!(matches!(opened, Err(Error::Damaged(_))));
    assert_eq!(contents(dir.path()), before);
}

#[test]
fn nothing_is_written_in_clear() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), never()).unwrap();
    log.append(&entry(1)).unwrap();
    log.append_stranger(&entry(2)).unwrap();
    drop(log);
    for dir in [dir.path(), &dir.path().join("strangers")] {
        let files = contents(dir);
        assert!(files.iter().any(|(name, bytes)| name.ends_with(".segment") && bytes.len() > 2 * HEADER));
        for (name, bytes) in files {
            assert!(!bytes.windows(7).any(|window| window == b"eventID"), "{name}");
        }
    }
}
