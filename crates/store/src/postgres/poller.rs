//! Follows the changes of all nodes, and sweeps up behind them.
//!
//! Guarantees: within a space changes are told in commit order, since numbering them serialises their commits; a gap in
//! the numbers is told as missed changes; freshness is confirmed only by a look that began after the moment confirmed.

use super::{explain, lock};
use crate::Error;
use crate::window::{Commit, Feed};
use ::postgres::{Client, Config, NoTls};
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the heads of all spaces are looked at.
const INTERVAL: Duration = Duration::from_millis(50);
/// With very many busy spaces a look takes long: looks then pause for some times as long as one takes, up to a bound that
/// still confirms freshness several times a second.
const PAUSE_FACTOR: u32 = 4;
const MAX_INTERVAL: Duration = Duration::from_millis(300);
/// How long a commit made here waits for its own changes to be followed. When the database is out of reach for longer,
/// freshness is not confirmed either.
const FOLLOW_WITHIN: Duration = Duration::from_secs(1);
/// How far back heads are looked at again: longer than any commit can lie between numbering and being seen.
const OVERLAP_MILLIS: i64 = 60_000;
/// How long changes are kept for watches that are behind.
const CHANGES_KEPT_MILLIS: i64 = 10 * 60_000;
/// How long outcomes are remembered.
const MARKERS_KEPT_MILLIS: i64 = 60 * 60_000;
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

/// From the earlier of the latest time seen and the time now, so that no step of the database's clock hides a change.
const HEADS: &str = "SELECT space, sequence, at FROM fastness_head \
    WHERE at > least($1, (extract(epoch FROM now()) * 1000)::bigint) - $2";
const CHANGES: &str = "SELECT change.space, change.sequence, change.keys \
    FROM unnest($1::bytea[], $2::bigint[]) AS seen (space, sequence) \
    JOIN fastness_change AS change ON change.space = seen.space AND change.sequence > seen.sequence \
    ORDER BY change.space, change.sequence";

/// How far changes have been followed, and who waits for more.
#[derive(Default)]
pub(super) struct Progress {
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    positions: HashMap<Vec<u8>, i64>,
    /// Changes made here that someone waits for.
    asked: HashMap<Vec<u8>, i64>,
    is_stopping: bool,
}

impl Progress {
    /// Waits until these changes have been told to the watches here.
    pub(super) fn wait_for(&self, changes: &[(Vec<u8>, i64)]) {
        let deadline = Instant::now() + FOLLOW_WITHIN;
        let mut is_asked = false;
        let mut state = lock(&self.state);
        while !changes.iter().all(|(space, sequence)| state.positions.get(space).is_some_and(|seen| seen >= sequence)) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || state.is_stopping {
                return;
            }
            if !is_asked {
                is_asked = true;
                for (space, sequence) in changes {
                    let asked = state.asked.entry(space.clone()).or_default();
                    *asked = (*asked).max(*sequence);
                }
                self.moved.notify_all();
            }
            state = self.moved.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Pauses until there is something to do.
    fn pause(&self, due: Instant) -> Task {
        let mut state = lock(&self.state);
        loop {
            if state.is_stopping {
                return Task::Stop;
            }
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Task::Look;
            }
            if !state.asked.is_empty() {
                let asked = std::mem::take(&mut state.asked);
                return Task::Follow(asked.into_iter().map(|(space, sequence)| Head { space, sequence }).collect());
            }
            state = self.moved.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

enum Task {
    /// Look at the heads of all spaces.
    Look,
    /// Follow spaces that are known to have changed.
    Follow(Vec<Head>),
    Stop,
}

/// The number of a space's latest change.
struct Head {
    space: Vec<u8>,
    sequence: i64,
}

/// The thread that follows.
pub(super) struct Poller {
    progress: Arc<Progress>,
    thread: JoinHandle<()>,
}

impl Poller {
    /// Starts from the present: what was before is not told.
    pub(super) fn start(config: Config, feed: Arc<Feed>) -> Result<Self, Error> {
        let progress = Arc::new(Progress::default());
        let mut follower = Follower { config, feed, progress: progress.clone(), latest: 0, client: None };
        let began = Instant::now();
        let heads = follower.heads().map_err(|error| explain(&error))?;
        lock(&progress.state).positions = heads.into_iter().map(|head| (head.space, head.sequence)).collect();
        follower.feed.confirm(began);
        let thread = std::thread::Builder::new()
            .name("store-poller".into())
            .spawn(move || follower.run())
            .map_err(|error| Error::Unavailable(format!("the poller thread does not start: {error}")))?;
        Ok(Self { progress, thread })
    }

    pub(super) fn progress(&self) -> Arc<Progress> {
        self.progress.clone()
    }

    pub(super) fn stop(self) {
        lock(&self.progress.state).is_stopping = true;
        self.progress.moved.notify_all();
        // A poller that panicked has stopped too.
        let _ = self.thread.join();
    }
}

struct Follower {
    config: Config,
    feed: Arc<Feed>,
    progress: Arc<Progress>,
    /// The latest time in any head seen.
    latest: i64,
    client: Option<Client>,
}

impl Follower {
    fn run(mut self) {
        let mut last_sweep = Instant::now();
        let mut due = Instant::now();
        let mut is_failing = false;
        loop {
            let outcome = match self.progress.clone().pause(due) {
                Task::Stop => return,
                Task::Follow(heads) => self.follow(heads),
                Task::Look => {
                    let began = Instant::now();
                    let looked = self.look();
                    due = Instant::now() + (began.elapsed() * PAUSE_FACTOR).clamp(INTERVAL, MAX_INTERVAL);
                    looked
                }
            };
            match outcome {
                Ok(()) => is_failing = false,
                Err(error) => {
                    if !is_failing {
                        tracing::warn!(error = %explain(&error), "changes cannot be followed");
                    }
                    is_failing = true;
                    self.client = None;
                }
            }
            if last_sweep.elapsed() >= SWEEP_INTERVAL && !is_failing {
                last_sweep = Instant::now();
                if let Err(error) = self.sweep() {
                    tracing::warn!(error = %explain(&error), "old changes and markers stay until the next sweep");
                    self.client = None;
                }
            }
        }
    }

    fn client(&mut self) -> Result<&mut Client, ::postgres::Error> {
        let client = match self.client.take() {
            Some(client) => client,
            None => {
                let mut client = self.config.connect(NoTls)?;
                client.batch_execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED; SET statement_timeout = '10s'")?;
                client
            }
        };
        Ok(self.client.insert(client))
    }

    /// The heads of the spaces that changed lately.
    fn heads(&mut self) -> Result<Vec<Head>, ::postgres::Error> {
        let (mut heads, latest) = (Vec::new(), self.latest);
        for row in self.client()?.query(HEADS, &[&latest, &OVERLAP_MILLIS])? {
            heads.push(Head { space: row.try_get(0)?, sequence: row.try_get(1)? });
            self.latest = self.latest.max(row.try_get(2)?);
        }
        Ok(heads)
    }

    /// Looks for what is new anywhere, and confirms that all before this moment has been told.
    fn look(&mut self) -> Result<(), ::postgres::Error> {
        let began = Instant::now();
        let heads = self.heads()?;
        self.follow(heads)?;
        self.feed.confirm(began);
        Ok(())
    }

    /// Tells what is new in these spaces.
    fn follow(&mut self, heads: Vec<Head>) -> Result<(), ::postgres::Error> {
        let (mut spaces, mut seen) = (Vec::new(), Vec::new());
        {
            let state = lock(&self.progress.state);
            for head in heads {
                let position = state.positions.get(&head.space).copied().unwrap_or(0);
                if head.sequence > position {
                    spaces.push(head);
                    seen.push(position);
                }
            }
        }
        if spaces.is_empty() {
            return Ok(());
        }
        let names: Vec<&[u8]> = spaces.iter().map(|head| head.space.as_slice()).collect();
        let rows = self.client()?.query(CHANGES, &[&names, &seen])?;
        let mut positions: HashMap<Vec<u8>, i64> = spaces.iter().map(|head| head.space.clone()).zip(seen).collect();
        let mut version = self.feed.lock().version();
        let mut commits = Vec::new();
        let mut has_gap = false;
        for row in rows {
            let (space, sequence, keys): (Vec<u8>, i64, &[u8]) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let position = positions.entry(space).or_default();
            has_gap |= sequence != *position + 1;
            *position = sequence;
            version += 1;
            commits.push(Commit { version, marker: None, keys: unpack(keys) });
        }
        for head in spaces {
            let position = positions.entry(head.space).or_default();
            // A head whose changes were swept away or cleared.
            if *position < head.sequence {
                has_gap = true;
                *position = head.sequence;
            }
        }
        self.feed.publish(commits);
        if has_gap {
            self.feed.forget(version + 1);
        }
        lock(&self.progress.state).positions.extend(positions);
        self.progress.moved.notify_all();
        Ok(())
    }

    fn sweep(&mut self) -> Result<(), ::postgres::Error> {
        for (table, kept) in [("fastness_change", CHANGES_KEPT_MILLIS), ("fastness_marker", MARKERS_KEPT_MILLIS)] {
            let sweep = format!(
                "DELETE FROM {table} WHERE at < (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1::bigint"
            );
            self.client()?.execute(sweep.as_str(), &[&kept])?;
        }
        Ok(())
    }
}

/// Appends a key with its length. Keys are short: see [`crate::MAX_KEY_BYTES`].
pub(super) fn pack(packed: &mut Vec<u8>, key: &[u8]) {
    packed.extend_from_slice(&(key.len() as u32).to_be_bytes());
    packed.extend_from_slice(key);
}

fn unpack(mut packed: &[u8]) -> Vec<Vec<u8>> {
    let mut keys = Vec::new();
    while let Some((length, rest)) = packed.split_first_chunk::<4>() {
        let Some((key, rest)) = rest.split_at_checked(u32::from_be_bytes(*length) as usize) else { break };
        keys.push(key.to_vec());
        packed = rest;
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sweep_takes_what_is_old_and_nothing_else() {
        use crate::postgres::fixture;
        use crate::{Batch, Engine, Marker, Postgres, PostgresOptions, ReadSet};
        let url = fixture::database();
        let engine = Postgres::connect(&url, PostgresOptions::default()).unwrap();
        for number in 0..3 {
            let writes = [(vec![0x30, number], Some(vec![number]))].into();
            let batch = Batch { reads: ReadSet::default(), writes, marker: Marker(base::Uuid([number; 16])) };
            engine.snapshot().unwrap().commit(batch).wait_blocking().unwrap();
        }
        let mut client = fixture::connect(&url);
        let age = |client: &mut Client, table: &str, column: &str, value: &[u8], by: i64| {
            let statement = format!("UPDATE {table} SET at = at - $1 WHERE {column} = $2");
            assert_eq!(client.execute(statement.as_str(), &[&by, &value]).unwrap(), 1);
        };
        let slack = 30_000;
        age(&mut client, "fastness_change", "space", &[0x30, 0], CHANGES_KEPT_MILLIS + 1);
        age(&mut client, "fastness_change", "space", &[0x30, 1], CHANGES_KEPT_MILLIS - slack);
        age(&mut client, "fastness_marker", "marker", &[0; 16], MARKERS_KEPT_MILLIS + 1);
        age(&mut client, "fastness_marker", "marker", &[1; 16], MARKERS_KEPT_MILLIS - slack);
        let (config, feed) = (url.parse().unwrap(), Feed::polled());
        Follower { config, feed, progress: Arc::default(), latest: 0, client: None }.sweep().unwrap();
        for (table, column) in [("fastness_change", "space"), ("fastness_marker", "marker")] {
            let statement = format!("SELECT get_byte({column}, 1) FROM {table} ORDER BY 1");
            let left: Vec<i32> = client.query(statement.as_str(), &[]).unwrap().iter().map(|row| row.get(0)).collect();
            assert_eq!(left, [1, 2], "{table}");
        }
        assert_eq!(engine.committed(Marker(base::Uuid([2; 16]))), Ok(true));
    }

    #[test]
    fn packed_keys_read_back() {
        let keys = [vec![1, 2, 3], Vec::new(), vec![0; 1536]];
        let mut packed = Vec::new();
        keys.iter().for_each(|key| pack(&mut packed, key));
        assert_eq!(unpack(&packed), keys);
        packed.truncate(packed.len() - 1);
        assert_eq!(unpack(&packed), keys[..2]);
    }
}
