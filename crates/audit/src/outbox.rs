//! From the store's outbox into the log.
//!
//! A state change puts its record into an outbox in its own transaction; the sequencer moves it into the log and then
//! deletes it. Guarantees: a committed change has its record in the log, once, whatever dies in between; an aborted one
//! has none. Within an account and Region, records come in the order in which changes saw each other. Each node drains
//! its own outbox only.
//!
//! An entry lies in the space of the change that it records, so that the outbox adds no conflict between accounts. Which
//! spaces have ever had one is registered, so that a restart finds what a crash left.

use crate::{Entry, Error, Log};
use base::{Clock, SystemClock, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use store::{Key, Marker, Part, Pending, Record, Space, Store, Transaction};

const OUTBOX: &str = "audit.outbox";
const SPACES: &str = "audit.spaces";

/// Entries of one space that are moved at a time.
const PAGE: usize = 512;
/// How long the thread rests after a failure.
const RETRY: Duration = Duration::from_millis(500);
/// Numbers for entries made in the same millisecond.
const PER_MILLI: u64 = 1_000_000;

/// A record on its way.
#[derive(Serialize, Deserialize)]
struct Waiting {
    id: [u8; 16],
    json: String,
}

impl Record for Waiting {
    const VERSION: u8 = 1;
}

/// Says that a space has, or had, entries.
#[derive(Serialize, Deserialize)]
struct Registered;

impl Record for Registered {
    const VERSION: u8 = 1;
}

/// Moves records from the outbox of one node into its log.
pub struct Sequencer {
    store: Store,
    log: Arc<Log>,
    node: String,
    /// The number of the newest entry; numbers grow, also across restarts.
    newest: AtomicU64,
    /// Held while draining: one at a time. The ids are of entries that are in the log and perhaps still in the outbox,
    /// however long ago they were written.
    draining: Mutex<HashSet<Uuid>>,
    state: Mutex<State>,
    wake: Condvar,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct State {
    /// Spaces known to be registered.
    registered: HashSet<Space>,
    /// Spaces that may have entries.
    waiting: BTreeSet<Space>,
    /// Since when there are any.
    since: Option<Instant>,
    /// Since when those had waited that are being moved.
    moving: Option<Instant>,
    stopping: bool,
}

/// How an outbox fares at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxReadings {
    /// Accounts and Regions whose records may wait.
    pub spaces: usize,
    /// How long the oldest of them has waited.
    pub waited: Duration,
}

impl State {
    /// Takes note of a space. `false`: it was noted before.
    fn note(&mut self, space: Space) -> bool {
        self.since.get_or_insert_with(Instant::now);
        self.waiting.insert(space)
    }
}

impl Sequencer {
    /// A sequencer for the outbox of `node`. Call [`Sequencer::recover`] before anything is served.
    pub fn new(store: Store, log: Arc<Log>, node: &str) -> Arc<Self> {
        Arc::new(Self {
            store,
            log,
            node: node.into(),
            newest: AtomicU64::new(0),
            draining: Mutex::default(),
            state: Mutex::default(),
            wake: Condvar::new(),
            thread: Mutex::new(None),
        })
    }

    /// Puts a record into the outbox, to be committed with the change that it records. Refuses while the log cannot be
    /// written, so that the change fails too.
    pub fn enqueue(&self, tx: &mut Transaction, space: Space, entry: &Entry) -> Result<(), store::Error> {
        self.log.check().map_err(|error| store::Error::Unavailable(error.to_string()))?;
        if !lock(&self.state).registered.contains(&space) {
            tx.put(&self.registration(space), &Registered)?;
        }
        let key = self.outbox(space).number(self.number()).bytes(&entry.id.0);
        tx.put(&key, &Waiting { id: entry.id.0, json: entry.json.clone() })
    }

    /// A transaction with entries of this space was committed: they will be moved soon.
    pub fn committed(&self, space: Space) {
        lock(&self.state).registered.insert(space);
        self.perhaps_committed(space);
    }

    /// Such a transaction may have been committed: the space is looked at, but not taken for registered.
    pub fn perhaps_committed(&self, space: Space) {
        if lock(&self.state).note(space) {
            self.wake.notify_one();
        }
    }

    /// Moves what an earlier process left; the result is how many records were written.
    pub fn recover(&self) -> Result<usize, Error> {
        let prefix = Key::new(Space::system(), SPACES).text(&self.node);
        let mut after = None;
        loop {
            let page: Vec<(Key, Registered)> = self.store.begin()?.scan(&prefix, after.as_ref(), PAGE)?;
            let Some((last, _)) = page.last() else { break };
            let mut state = lock(&self.state);
            for space in page.iter().filter_map(|(key, _)| registered_space(key)) {
                state.registered.insert(space);
                state.note(space);
            }
            drop(state);
            after = Some(last.clone());
        }
        self.drain()
    }

    /// Moves all committed entries into the log and syncs it; the result is how many records were written.
    pub fn drain(&self) -> Result<usize, Error> {
        let mut moved = lock(&self.draining);
        let mut written = 0;
        loop {
            let mut state = lock(&self.state);
            let spaces = std::mem::take(&mut state.waiting);
            if spaces.is_empty() {
                moved.clear();
                return Ok(written);
            }
            let began = state.since.take();
            state.moving = began;
            drop(state);
            let outcome = self.move_page(&spaces, &mut moved);
            let mut state = lock(&self.state);
            state.moving = None;
            let left = match &outcome {
                Ok((_, unfinished)) => unfinished.as_slice(),
                Err(_) => &spaces.into_iter().collect::<Vec<_>>(),
            };
            if !left.is_empty() {
                state.since = began.or(state.since);
                state.waiting.extend(left);
            }
            drop(state);
            written += outcome?.0;
        }
    }

    /// Moves at most a page of each space; the result also names the spaces that may have more. `moved` is what earlier
    /// attempts wrote to the log without deleting it.
    fn move_page(&self, spaces: &BTreeSet<Space>, moved: &mut HashSet<Uuid>) -> Result<(usize, Vec<Space>), Error> {
        let mut entries = Vec::new();
        let mut unfinished = Vec::new();
        for space in spaces {
            // Read apart from the deletion below: what is enqueued meanwhile must not conflict with it.
            let page: Vec<(Key, Waiting)> = self.store.begin()?.scan(&self.outbox(*space), None, PAGE)?;
            if page.len() == PAGE {
                unfinished.push(*space);
            }
            entries.extend(page.into_iter().map(|(key, waiting)| (number_of(&key), *space, key, waiting)));
        }
        entries.sort_by_key(|(number, ..)| *number);
        let mut written = 0;
        for (_, _, _, Waiting { id, json }) in &mut entries {
            let entry = Entry { id: Uuid(*id), json: std::mem::take(json) };
            // It is there already when an earlier attempt ended before the deletion.
            if !moved.contains(&entry.id) && !self.log.contains(entry.id) {
                self.log.append(&entry)?;
                written += 1;
            }
            moved.insert(entry.id);
        }
        self.log.sync()?;
        unfinished.extend(self.forget(spaces, entries.iter().map(|(_, space, key, _)| (*space, key)).collect())?);
        Ok((written, unfinished))
    }

    /// Deletes what is in the log and on disk: one transaction for each space, all under way together. The result names
    /// the spaces whose entries may still be there.
    fn forget(&self, spaces: &BTreeSet<Space>, keys: Vec<(Space, &Key)>) -> Result<Vec<Space>, Error> {
        let mut commits: Vec<(Space, Pending)> = Vec::new();
        for space in spaces {
            let mut names = Vec::new();
            let mut tx = self.store.begin()?;
            for (_, key) in keys.iter().filter(|(of, _)| of == space) {
                tx.delete(key)?;
                names.extend_from_slice(key.as_bytes());
            }
            if tx.has_writes() {
                commits.push((*space, tx.commit(marker(&names))));
            }
        }
        let mut left = Vec::new();
        for (space, commit) in commits {
            match commit.wait_blocking() {
                Ok(_) => (),
                // Deleting again does no harm, so an unknown outcome needs no look-up: the next page shows it.
                Err(store::Error::Conflict | store::Error::Ambiguous) => left.push(space),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(left)
    }

    /// How the outbox fares. Reads memory only.
    pub fn readings(&self) -> OutboxReadings {
        let state = lock(&self.state);
        let waited = state.moving.or(state.since).map_or(Duration::ZERO, |since| since.elapsed());
        OutboxReadings { spaces: state.waiting.len(), waited }
    }

    /// Starts the thread that drains after commits.
    pub fn start(self: &Arc<Self>) -> std::io::Result<()> {
        let sequencer = self.clone();
        let thread = std::thread::Builder::new().name("audit-sequencer".into()).spawn(move || sequencer.run())?;
        *lock(&self.thread) = Some(thread);
        Ok(())
    }

    /// Drains a last time and ends the thread.
    pub fn stop(&self) -> Result<(), Error> {
        lock(&self.state).stopping = true;
        self.wake.notify_one();
        if let Some(thread) = lock(&self.thread).take() {
            // What a panic left behind, the drain below moves or reports.
            let _ = thread.join();
        }
        self.drain().map(|_| ())
    }

    fn run(&self) {
        loop {
            let mut state = lock(&self.state);
            while state.waiting.is_empty() && !state.stopping {
                state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            // Others commit meanwhile: one sync of the log and one deletion for all of them.
            state = self.rest(state, self.log.sync_window());
            if state.stopping {
                return;
            }
            drop(state);
            if let Err(error) = self.drain() {
                tracing::error!(%error, "audit records wait in the outbox");
                drop(self.rest(lock(&self.state), RETRY));
            }
        }
    }

    /// Rests, unless it is time to stop.
    fn rest<'a>(&self, state: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
        let resting = self.wake.wait_timeout_while(state, time, |state| !state.stopping);
        resting.unwrap_or_else(PoisonError::into_inner).0
    }

    /// A number above all numbers before it: wall time, counted on within a millisecond.
    fn number(&self) -> u64 {
        let now = u64::try_from(SystemClock.now().millis()).unwrap_or(0).saturating_mul(PER_MILLI);
        let following = |newest: u64| Some(now.max(newest + 1));
        let newest =
            self.newest.fetch_update(Ordering::AcqRel, Ordering::Acquire, following).unwrap_or_else(|same| same);
        now.max(newest + 1)
    }

    fn outbox(&self, space: Space) -> Key {
        Key::new(space, OUTBOX).text(&self.node)
    }

    fn registration(&self, space: Space) -> Key {
        Key::new(Space::system(), SPACES).text(&self.node).bytes(Key::new(space, OUTBOX).as_bytes())
    }
}

/// Moves into this log what other nodes of the store left in their outboxes: of a store that was restored, where they
/// are gone and their entries would wait for ever. What the log holds already, however long ago it was written, is not
/// written again: the store may be older than the log. The result is how many records were written.
pub fn adopt(store: &Store, log: &Arc<Log>, own: &str) -> Result<usize, Error> {
    let mut waiting = HashSet::new();
    each_waiting(store, |entry| {
        waiting.insert(Uuid(entry.id));
    })?;
    let known = if waiting.is_empty() { waiting } else { log.find(&waiting)? };
    let mut nodes: BTreeSet<String> = BTreeSet::new();
    each_registered(store, |node, _| {
        nodes.insert(node);
        Ok(())
    })?;
    let adopted = nodes.iter().filter(|node| *node != own).map(|node| {
        let sequencer = Sequencer::new(store.clone(), log.clone(), node);
        lock(&sequencer.draining).clone_from(&known);
        sequencer.recover()
    });
    adopted.sum()
}

/// How many records wait in the outboxes of all nodes; an error where one of them cannot be read.
pub fn count_waiting(store: &Store) -> Result<usize, Error> {
    let mut count = 0;
    each_waiting(store, |_| count += 1)?;
    Ok(count)
}

fn each_waiting(store: &Store, mut each: impl FnMut(Waiting)) -> Result<(), Error> {
    each_registered(store, |node, space| {
        let (prefix, mut after) = (Key::new(space, OUTBOX).text(&node), None);
        loop {
            let page: Vec<(Key, Waiting)> = store.begin()?.scan(&prefix, after.as_ref(), PAGE)?;
            after = page.last().map(|(key, _)| key.clone());
            page.into_iter().for_each(|(_, waiting)| each(waiting));
            if after.is_none() {
                return Ok(());
            }
        }
    })
}

/// The nodes that ever had an outbox, with the spaces in which they had one.
fn each_registered(store: &Store, mut each: impl FnMut(String, Space) -> Result<(), Error>) -> Result<(), Error> {
    let prefix = Key::new(Space::system(), SPACES);
    let mut after = None;
    loop {
        let page: Vec<(Key, Registered)> = store.begin()?.scan(&prefix, after.as_ref(), PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        for (key, _) in &page {
            if let (Some(Part::Text(node)), Some(space)) = (key.parts().into_iter().next(), registered_space(key)) {
                each(node, space)?;
            }
        }
    }
}

/// The space that a registration names.
fn registered_space(key: &Key) -> Option<Space> {
    match key.parts().pop() {
        Some(Part::Bytes(bytes)) => Key::from_bytes(&bytes).map(|key| key.space()),
        _ => None,
    }
}

/// The number in an entry's key.
fn number_of(key: &Key) -> u64 {
    key.parts().iter().find_map(|part| if let Part::Number(number) = part { Some(*number) } else { None }).unwrap_or(0)
}

/// A marker for a deletion: each set of entries is deleted once, so their keys name it.
fn marker(names: &[u8]) -> Marker {
    let hash = primitives::sha256(names);
    Marker(Uuid(hash.first_chunk().copied().unwrap_or_default()))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
