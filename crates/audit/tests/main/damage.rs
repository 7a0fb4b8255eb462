//! A log that is not what was written.

use crate::support::{contents, copy, entry, keys, keys_with, never, numbers, open};
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
    let report = verify(dir.path(), &keys()).unwrap();
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
            assert!(!verify(dir.path(), &keys()).unwrap().is_sound(), "{} byte {at}", file.display());
        }
        fs::write(&file, &sound).unwrap();
    }
    assert!(verify(dir.path(), &keys()).unwrap().is_sound());
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
        assert!(!verify(dir.path(), &keys()).unwrap().is_sound());
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
        assert!(!verify(&copied, &keys()).unwrap().is_sound());
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

/// The frames of a segment and where they begin, as anyone can take them apart.
fn frames(segment: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = &segment[HEADER..];
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let size = 4 + u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        frames.push(rest[..size].to_vec());
        rest = &rest[size..];
    }
    frames
}

/// A segment of these frames, numbered and linked as well as someone without the chain's key can.
fn forged(segment: &[u8], frames: &[Vec<u8>]) -> Vec<u8> {
    let mut out = segment[..HEADER].to_vec();
    let mut hash = segment[HEADER - 32..HEADER].to_vec();
    for (number, frame) in (0_u64..).zip(frames) {
        let mut frame = frame[..frame.len() - 32].to_vec();
        frame[4..12].copy_from_slice(&number.to_be_bytes());
        hash = primitives::sha256(&[&hash, &frame[..]].concat()).to_vec();
        out.extend(frame);
        out.extend(&hash);
    }
    out
}

#[test]
fn a_record_is_not_cut_out_or_moved_by_linking_the_rest_again() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), never()).unwrap();
    (0..3).for_each(|number| log.append(&entry(number)).unwrap());
    log.sync().unwrap();
    let early_mark = fs::read(dir.path().join("mark")).unwrap();
    (3..7).for_each(|number| log.append(&entry(number)).unwrap());
    log.close().unwrap();
    drop(log);
    let name = "00000000000000000000.segment";
    let sound = fs::read(dir.path().join(name)).unwrap();
    let (mut exchanged, mut cut) = (frames(&sound), frames(&sound));
    exchanged.swap(1, 2);
    cut.remove(4);

    let forge = |frames: &[Vec<u8>], mark: Option<&[u8]>| {
        let forgery = tempfile::tempdir().unwrap();
        copy(dir.path(), forgery.path());
        fs::write(forgery.path().join(name), forged(&sound, frames)).unwrap();
        mark.iter().for_each(|mark| fs::write(forgery.path().join("mark"), mark).unwrap());
        forgery
    };
    let forgery = forge(&exchanged, None);
    assert!(!verify(forgery.path(), &keys()).unwrap().is_sound());
    refused(forgery.path());
    // With a mark from before the record, nothing else tells that the chain is another one.
    let forgery = forge(&cut, Some(&early_mark));
    assert!(!verify(forgery.path(), &keys()).unwrap().is_sound());
    assert!(open(forgery.path(), never()).map_or(true, |log| numbers(&log, 9) == [0, 1, 2]));
}

#[test]
fn the_strangers_log_does_not_stand_in_for_the_records() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path(), never()).unwrap();
    log.append(&entry(1)).unwrap();
    log.append_stranger(&entry(2)).unwrap();
    drop(log);
    let strangers = dir.path().join("strangers");
    assert!(!verify(&strangers, &keys()).unwrap().is_sound());
    refused(&strangers);
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
    let opened = Log::open(Storage::Directory(dir.path().into()), keys_with(Arc::new(Other)), never());
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
