//! `kill -9` under load: whatever was acknowledged is there, and nothing is torn.
//!
//! A child process writes from several threads and says over a pipe what was acknowledged. It is killed at random
//! moments, hundreds of times, over the same file.

use crate::support::*;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use store::{Engine, Redb, RedbOptions, Store};

const KILLS: u64 = 220;
const KILLS_AT_BIRTH: u64 = 40;
const WRITERS: u64 = 4;
const PATH: &str = "FASTNESS_TEST_CHILD_PATH";
const ROUND: &str = "FASTNESS_TEST_CHILD_ROUND";

#[test]
fn every_acknowledged_write_survives_kills_under_load() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state");
    let mut acknowledged = BTreeSet::new();
    let mut moments = Moments::new();
    for round in 0..KILLS {
        let mut child = Child::start(&path, round);
        // Most rounds are killed while they write, the others at any moment, also while they open the file.
        if round % 4 > 0 {
            acknowledged.extend(child.first_acknowledged());
        }
        std::thread::sleep(Duration::from_micros(moments.below(30_000)));
        acknowledged.extend(child.kill());
        if round % 20 == 19 || round == KILLS - 1 {
            check(&path, &acknowledged);
        }
    }
    assert!(acknowledged.len() as u64 > KILLS / 4 * 3, "the child hardly wrote: {} writes", acknowledged.len());
    println!("{KILLS} kills, {} acknowledged writes, all there", acknowledged.len());
}

#[test]
fn a_kill_while_the_file_is_made_leaves_a_store_that_opens() {
    let mut moments = Moments::new();
    for round in 0..KILLS_AT_BIRTH {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("state");
        let child = Child::start(&path, round);
        std::thread::sleep(Duration::from_micros(moments.below(12_000)));
        check(&path, &child.kill().into_iter().collect());
    }
}

/// Not a test of its own: the process that is killed.
#[test]
#[ignore = "started by the tests above as a child process"]
fn child_that_writes() {
    let path = std::env::var_os(PATH).expect("started as a child");
    let round: u64 = std::env::var(ROUND).unwrap().parse().unwrap();
    let store = store(Arc::new(Redb::open(Path::new(&path), RedbOptions::default()).unwrap()));
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let store = &store;
            scope.spawn(move || {
                for number in 0.. {
                    let mut transaction = store.begin().unwrap();
                    for half in 0..2 {
                        transaction
                            .put(&table().number(round).number(writer).number(number).number(half), &note(number))
                            .unwrap();
                    }
                    transaction.commit(marker()).wait_blocking().unwrap();
                    // One write, so that a line is whole or absent.
                    std::io::stdout().write_all(format!("\nack {round} {writer} {number}\n").as_bytes()).unwrap();
                }
            });
        }
    });
}

struct Child {
    process: std::process::Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Child {
    fn start(path: &Path, round: u64) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["killed::child_that_writes", "--exact", "--ignored", "--nocapture"])
            .env(PATH, path)
            .env(ROUND, round.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// Waits until something is acknowledged.
    fn first_acknowledged(&mut self) -> Option<[u64; 3]> {
        self.lines.find_map(|line| parse(&line.unwrap()))
    }

    /// Kills it; what it had acknowledged since.
    fn kill(mut self) -> Vec<[u64; 3]> {
        self.process.kill().unwrap();
        let acknowledged = self.lines.filter_map(|line| parse(&line.unwrap())).collect();
        let status = self.process.wait().unwrap();
        assert_eq!(status.code(), None, "the child ended by itself: {status}");
        acknowledged
    }
}

fn parse(line: &str) -> Option<[u64; 3]> {
    let mut numbers = line.strip_prefix("ack ")?.split(' ').map(|number| number.parse().unwrap());
    Some([numbers.next()?, numbers.next()?, numbers.next()?])
}

fn check(path: &Path, acknowledged: &BTreeSet<[u64; 3]>) {
    let engine = Arc::new(Redb::open(path, RedbOptions::default()).unwrap());
    let store = store(engine.clone());
    let present = present(&store);
    for write in acknowledged {
        assert!(present.contains(&(*write, 0)), "{write:?} was acknowledged and is gone");
    }
    for (write, half) in &present {
        assert!(present.contains(&(*write, 1 - half)), "{write:?} is torn");
    }
    engine.close();
}

fn present(store: &Store) -> BTreeSet<([u64; 3], u64)> {
    let all = store.begin().unwrap().scan::<Note>(&table(), None, usize::MAX).unwrap();
    all.into_iter()
        .map(|(key, _)| {
            let numbers: Vec<u64> = key
                .parts()
                .into_iter()
                .map(|part| match part {
                    store::Part::Number(number) => number,
                    other => panic!("{other:?}"),
                })
                .collect();
            ([numbers[0], numbers[1], numbers[2]], numbers[3])
        })
        .collect()
}

/// Random moments: they need not be repeatable, since the kernel's scheduling is not either.
struct Moments(u64);

impl Moments {
    fn new() -> Self {
        Self(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
