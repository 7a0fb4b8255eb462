//! Power cuts, full disks and failing syncs, below the database's storage.
//!
//! The simulated disk keeps what was synced. A power cut adds any subset of what was written since, sector by sector. A
//! sync is all that makes a promise.

use super::medium::Medium;
use super::*;
use crate::ReadSet;
use base::{Rng, SeededRng, Uuid};
use std::collections::BTreeSet;
use std::io;

const SECTOR: usize = 512;
const BLOCK: usize = 4096;

/// A disk that can lose power, be full, and fail to sync.
#[derive(Clone, Debug, Default)]
struct Disk(Arc<Mutex<Platter>>);

#[derive(Debug, Default)]
struct Platter {
    /// What a read shows.
    seen: Vec<u8>,
    /// What a power cut cannot take.
    synced: Vec<u8>,
    /// What was done since the last sync.
    unsynced: Vec<Change>,
    /// How many more operations succeed before the power fails.
    power_left: Option<u64>,
    /// Blocks that were ever written, as a file system allocates them.
    allocated: BTreeSet<usize>,
    /// How many blocks there are.
    capacity: Option<usize>,
    /// How many more changes there is room for, whatever they are.
    changes_left: Option<u64>,
    /// The next syncs fail.
    syncs_fail: bool,
}

#[derive(Debug)]
enum Change {
    Length(usize),
    Write(usize, Vec<u8>),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Length(length) => bytes.resize(*length, 0),
            Self::Write(offset, data) => {
                if bytes.len() < offset + data.len() {
                    bytes.resize(offset + data.len(), 0);
                }
                bytes[*offset..offset + data.len()].copy_from_slice(data);
            }
        }
    }
}

impl Platter {
    fn power(&mut self) -> io::Result<()> {
        match &mut self.power_left {
            Some(0) => Err(io::Error::other("no power")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn room(&mut self) -> io::Result<()> {
        match &mut self.changes_left {
            Some(0) => Err(io::ErrorKind::StorageFull.into()),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn allocate(&mut self, offset: usize, length: usize) -> io::Result<()> {
        let wanted: Vec<usize> =
            (offset / BLOCK..(offset + length).div_ceil(BLOCK)).filter(|b| !self.allocated.contains(b)).collect();
        if self.capacity.is_some_and(|capacity| self.allocated.len() + wanted.len() > capacity) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.allocated.extend(wanted);
        Ok(())
    }
}

impl Disk {
    /// The disk after a power cut: what was synced, and any part of the rest.
    fn after_power_cut(&self, chance: &Chance) -> Self {
        let platter = lock(&self.0);
        let mut bytes = platter.synced.clone();
        for change in &platter.unsynced {
            match change {
                Change::Length(_) => {
                    if chance.one_in(2) {
                        change.apply(&mut bytes);
                    }
                }
                Change::Write(offset, data) => {
                    for (index, sector) in data.chunks(SECTOR).enumerate() {
                        if chance.one_in(2) {
                            Change::Write(offset + index * SECTOR, sector.to_vec()).apply(&mut bytes);
                        }
                    }
                }
            }
        }
        Self(Arc::new(Mutex::new(Platter { seen: bytes.clone(), synced: bytes, ..Platter::default() })))
    }

    fn set_power(&self, operations: Option<u64>) {
        lock(&self.0).power_left = operations;
    }

    fn set_capacity(&self, blocks: Option<usize>) {
        lock(&self.0).capacity = blocks;
    }

    fn blocks(&self) -> usize {
        lock(&self.0).allocated.len()
    }

    fn open(&self) -> Result<Redb, Error> {
        Redb::start(Arc::new(self.clone()), RedbOptions { cache_bytes: 1 << 20 }, None, VERIFY_UP_TO)
    }
}

impl Medium for Disk {
    fn backend(&self) -> Result<Box<dyn ::redb::StorageBackend>, Error> {
        Ok(Box::new(self.clone()))
    }

    fn name(&self) -> String {
        "a simulated disk".into()
    }
}

impl ::redb::StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(lock(&self.0).seen.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let platter = lock(&self.0);
        let from = platter.seen.get(offset as usize..offset as usize + out.len());
        out.copy_from_slice(from.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut platter = lock(&self.0);
        platter.power()?;
        platter.room()?;
        let change = Change::Length(len as usize);
        change.apply(&mut platter.seen);
        platter.unsynced.push(change);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut platter = lock(&self.0);
        platter.power()?;
        if platter.syncs_fail {
            return Err(io::Error::other("the device reports an error"));
        }
        platter.synced = platter.seen.clone();
        platter.unsynced.clear();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut platter = lock(&self.0);
        platter.power()?;
        platter.room()?;
        platter.allocate(offset as usize, data.len())?;
        let change = Change::Write(offset as usize, data.to_vec());
        change.apply(&mut platter.seen);
        platter.unsynced.push(change);
        Ok(())
    }
}

/// Seeded chance.
struct Chance(SeededRng);

impl Chance {
    fn new(seed: u64) -> Self {
        Self(SeededRng::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678))
    }

    fn below(&self, limit: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_be_bytes(bytes) % limit
    }

    fn one_in(&self, count: u64) -> bool {
        self.below(count) == 0
    }
}

fn key(transaction: u64, half: u8) -> Vec<u8> {
    [&[0x20], &transaction.to_be_bytes()[..], &[half]].concat()
}

fn batch(writes: impl IntoIterator<Item = (Vec<u8>, Option<Vec<u8>>)>) -> Batch {
    Batch { reads: ReadSet::default(), writes: writes.into_iter().collect(), marker: Marker(Uuid([0; 16])) }
}

/// Two halves under keys of its own, and the number of the transaction under a key that all share.
fn transaction(number: u64, bytes: usize) -> Batch {
    let value = Some(vec![number as u8; bytes]);
    batch([
        (key(number, 0), value.clone()),
        (key(number, 1), value),
        (b"\x21last".to_vec(), Some(number.to_be_bytes().to_vec())),
    ])
}

/// Which transactions are wholly there, and the last one by the shared key. Fails on a torn one.
fn present(engine: &Redb) -> (BTreeSet<u64>, u64) {
    let mut snapshot = engine.snapshot().unwrap();
    let all = snapshot.range(&KeyRange { start: vec![0x20], end: vec![0x21] }, usize::MAX).unwrap();
    let mut halves = BTreeSet::new();
    for entry in &all {
        let number = u64::from_be_bytes(entry.key[1..9].try_into().unwrap());
        assert!(entry.value.iter().all(|byte| *byte == number as u8), "the value of {number} is torn");
        halves.insert((number, entry.key[9]));
    }
    for (number, half) in &halves {
        assert!(halves.contains(&(*number, 1 - half)), "transaction {number} is torn");
    }
    let last = snapshot.get(b"\x21last").unwrap().map_or(0, |value| u64::from_be_bytes(value.try_into().unwrap()));
    (halves.into_iter().map(|(number, _)| number).collect(), last)
}

#[test]
fn a_power_cut_takes_nothing_acknowledged_and_tears_nothing() {
    let mut cuts_under_load = 0;
    let mut acknowledged_in_all = 0;
    for seed in 0..400 {
        let chance = Chance::new(seed);
        let mut disk = Disk::default();
        // A file gets its name only when it is complete, so no cut meets an unfinished one.
        disk.open().unwrap().close();
        let mut acknowledged = 0;
        let mut next = 1;
        // Several lives of the same disk: each ends in a cut, some while recovering from the last.
        for _life in 0..3 {
            disk.set_power(Some(chance.below(if chance.one_in(3) { 12 } else { 160 })));
            if let Ok(engine) = disk.open() {
                let first = next;
                let pending: Vec<_> = (0..chance.below(40) + 1)
                    .filter_map(|_| {
                        let snapshot = engine.snapshot().ok()?;
                        let pending = snapshot.commit(transaction(next, chance.below(3000) as usize));
                        next += 1;
                        // Sometimes wait, so that syncs carry one transaction as well as many.
                        Some(if chance.one_in(3) { pending.wait_blocking().into() } else { pending })
                    })
                    .collect();
                for (number, pending) in (first..).zip(pending) {
                    if pending.wait_blocking().is_ok() {
                        assert!(acknowledged < number);
                        acknowledged = number;
                        acknowledged_in_all += 1;
                    } else {
                        cuts_under_load += 1;
                    }
                }
            }
            disk = disk.after_power_cut(&chance);
        }
        let engine = disk.open().unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let (present, last) = present(&engine);
        assert!(last >= acknowledged, "seed {seed}: {acknowledged} was acknowledged, the last one there is {last}");
        assert_eq!(present.last().copied().unwrap_or(0), last, "seed {seed}");
        // The engine still works.
        engine.snapshot().unwrap().commit(transaction(next, 10)).wait_blocking().unwrap();
    }
    assert!(
        cuts_under_load > 400 && acknowledged_in_all > 4000,
        "{cuts_under_load} cuts, {acknowledged_in_all} writes"
    );
}

#[test]
fn a_full_disk_fails_the_write_and_damages_nothing() {
    for seed in 0..40 {
        let chance = Chance::new(seed);
        let disk = Disk::default();
        let engine = disk.open().unwrap();
        engine.snapshot().unwrap().commit(transaction(1, 3000)).wait_blocking().unwrap();
        disk.set_capacity(Some(disk.blocks() + chance.below(60) as usize));
        let mut acknowledged = BTreeSet::from([1]);
        let mut refused = BTreeSet::new();
        for number in 2..120 {
            // A snapshot from before a refusal must not stay useless for long: a second one always works.
            match engine.snapshot().unwrap().commit(transaction(number, 3000)).wait_blocking() {
                Ok(_) => assert!(acknowledged.insert(number)),
                Err(Error::Full) => assert!(refused.insert(number)),
                Err(error) => panic!("seed {seed}: {error}"),
            }
        }
        assert!(!refused.is_empty(), "seed {seed}: the disk was never full");
        assert_eq!(present(&engine).0, acknowledged, "seed {seed}: reads go on, and what was refused is not there");
        disk.set_capacity(None);
        engine.snapshot().unwrap().commit(transaction(1000, 3000)).wait_blocking().unwrap();
        acknowledged.insert(1000);
        engine.close();
        assert_eq!(present(&disk.open().unwrap()).0, acknowledged, "seed {seed}");
    }
}

#[test]
fn a_store_that_a_full_disk_closed_opens_again_once_there_is_room_and_tells_what_happened() {
    let mut refused = 0;
    for room in 0..80 {
        let disk = Disk::default();
        let engine = disk.open().unwrap();
        engine.snapshot().unwrap().commit(transaction(1, 3000)).wait_blocking().unwrap();
        lock(&disk.0).changes_left = Some(room);
        let marker = Marker(Uuid([7; 16]));
        let batch = Batch { marker, ..transaction(2, 3000) };
        let outcome = engine.snapshot().unwrap().commit(batch).wait_blocking();
        lock(&disk.0).changes_left = None;
        let mut begun = engine.snapshot();
        for _ in 0..2000 {
            if begun.is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
            begun = engine.snapshot();
        }
        begun
            .unwrap_or_else(|error| panic!("room for {room}: {error}"))
            .commit(transaction(3, 10))
            .wait_blocking()
            .unwrap();
        let happened = present(&engine).0.contains(&2);
        refused += usize::from(outcome.is_err());
        match outcome {
            Ok(_) => assert!(happened, "room for {room}"),
            Err(Error::Full) => assert!(!happened, "room for {room}"),
            Err(Error::Ambiguous) => assert_eq!(engine.committed(marker), Ok(happened), "room for {room}"),
            Err(error) => panic!("room for {room}: {error}"),
        }
    }
    assert!((1..80).contains(&refused), "{refused}");
}

#[test]
fn a_failed_sync_stops_the_engine_and_a_new_start_finds_one_of_both_states() {
    let disk = Disk::default();
    let engine = disk.open().unwrap();
    engine.snapshot().unwrap().commit(transaction(1, 100)).wait_blocking().unwrap();
    lock(&disk.0).syncs_fail = true;
    let outcome = engine.snapshot().unwrap().commit(transaction(2, 100)).wait_blocking();
    assert_eq!(outcome, Err(Error::Ambiguous));
    assert!(matches!(engine.committed(Marker(Uuid([0; 16]))), Err(Error::Unavailable(_))));
    // The device works again, but what it lost on the way nobody knows: the engine stays down.
    lock(&disk.0).syncs_fail = false;
    assert!(
        matches!(engine.snapshot().err(), Some(Error::Unavailable(text)) if text.contains("start the server again"))
    );
    engine.close();
    let again = disk.after_power_cut(&Chance::new(1)).open().unwrap();
    let (present, _) = present(&again);
    assert!(present == BTreeSet::from([1]) || present == BTreeSet::from([1, 2]));
}

#[test]
fn transactions_of_one_sync_are_validated_against_each_other() {
    let window = Feed::local(0);
    let request = |reads: ReadSet, written: &[u8]| {
        let (completer, pending) = Completer::new();
        let batch = Batch { reads, ..batch([(written.to_vec(), Some(Vec::new()))]) };
        (Request { work: Work::Commit { snapshot: 0, batch }, completer }, pending)
    };
    let point = |key: &[u8]| ReadSet { points: [key.to_vec()].into(), ranges: Vec::new() };
    let range =
        || ReadSet { points: BTreeSet::new(), ranges: vec![KeyRange { start: b"a".to_vec(), end: b"c".to_vec() }] };
    let (requests, pending): (Vec<_>, Vec<_>) = [
        request(point(b"a"), b"b"),
        request(point(b"b"), b"x"),
        request(range(), b"y"),
        request(point(b"x"), b"z"),
        request(ReadSet::default(), b"b"),
    ]
    .into_iter()
    .unzip();
    let merged = writer::merge(&window.lock(), 7, requests);
    assert_eq!(merged.version, 10);
    merged
        .completers
        .into_iter()
        .zip(8..)
        .for_each(|(completer, version)| completer.complete(Ok(crate::Committed { version })));
    let outcomes: Vec<_> =
        pending.into_iter().map(|pending| pending.wait_blocking().map(|committed| committed.version)).collect();
    assert_eq!(outcomes, [Ok(8), Err(Error::Conflict), Err(Error::Conflict), Ok(9), Ok(10)]);
}
