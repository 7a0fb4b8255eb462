//! The log that the road writes to.
//!
//! Guarantees: see the crate. [`Log::append`] costs a sealing, a hash and one `write`, which records that were staged
//! at the same time share; syncing happens in a thread of its own. After a failure that leaves it open what is on disk, every call fails until the log is opened anew.

use crate::chain::{Chain, Limits};
use crate::copy::{Copy, STRANGERS};
use crate::frame::{Broken, Head, MAX_ENTRY};
use crate::page::{self, Page, Room};
use crate::readings::Readings;
use crate::reserve::{self, Reserve};
use crate::ring::Ring;
use crate::syncer::Syncer;
use crate::tickets::Tickets;
use crate::{Error, segment};
use base::Uuid;
use primitives::HmacKey;
use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use store::{Key, Seal, Space};

/// What a power cut may take, unless configured otherwise.
pub(crate) const SYNC_WINDOW: Duration = Duration::from_millis(50);
/// The size at which a segment is closed. Opening reads two segments through, so this bounds the time to start.
pub(crate) const SEGMENT_BYTES: u64 = 16 << 20;
/// How much of the log is kept; the oldest segments go beyond it.
pub(crate) const RETAIN_BYTES: u64 = 8 << 30;
/// Space for some thousand records between the end of readiness and the end of writing.
pub(crate) const RESERVE_BYTES: u64 = 8 << 20;
/// Strangers' records beyond this push out older ones.
pub(crate) const STRANGERS_BYTES: u64 = 4 << 20;
/// How many bytes wait to be written together at most.
const STAGED_BYTES: usize = 64 << 10;

/// Where the log is kept.
pub enum Storage {
    /// In a directory, which is made if it does not exist.
    Directory(PathBuf),
    /// In memory, the newest records only.
    Memory {
        /// Bytes of records to hold.
        max_bytes: usize,
    },
}

/// What protects the log.
pub struct Keys {
    /// Seals records and marks.
    pub seal: Arc<dyn Seal>,
    /// Links the chain of records.
    pub chain: HmacKey,
    /// Links the chain of strangers' records: another key, so that one chain cannot stand in for the other.
    pub strangers: HmacKey,
}

/// How the log is kept.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long a record may wait for its sync. Zero: every call waits until its record is on disk.
    pub sync_window: Duration,
    /// The size at which a segment is closed.
    pub segment_bytes: u64,
    /// How much of the log is kept.
    pub retain_bytes: u64,
    /// Space set aside so that readiness fails before writing does.
    pub reserve_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            sync_window: SYNC_WINDOW,
            segment_bytes: SEGMENT_BYTES,
            retain_bytes: RETAIN_BYTES,
            reserve_bytes: RESERVE_BYTES,
        }
    }
}

/// A finished record with the id of its event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The event's id; a record is found again by it.
    pub id: Uuid,
    /// The record, one JSON object.
    pub json: String,
}

/// A record that has its place in the log but is perhaps not written yet: [`Log::settle`] tells.
#[must_use = "what it records must not be told to anybody before it is settled"]
pub struct Staged(Option<u64>);

/// The audit log of one node.
pub struct Log {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Held for as long as the log is open.
    lock: Option<File>,
    /// The records that were there when it was opened, and when that was.
    found: (u64, Instant),
}

struct Shared {
    seal: Arc<dyn Seal>,
    window: Duration,
    main: Mutex<Medium>,
    tickets: Tickets,
    strangers: Mutex<Medium>,
    reserve: Option<Arc<Reserve>>,
    syncer: Syncer,
    failed: OnceLock<String>,
    closed: AtomicBool,
}

enum Medium {
    Disk(Box<Chain>),
    Memory(Box<Ring>),
}

impl Medium {
    /// The number of the next record.
    fn next(&self) -> u64 {
        match self {
            Self::Disk(chain) => chain.head().next,
            Self::Memory(ring) => ring.head().next,
        }
    }
}

impl Log {
    /// Opens the log, or begins one. A log that is not what was written is refused and left as it is.
    pub fn open(storage: Storage, keys: Keys, options: Options) -> Result<Arc<Self>, Error> {
        match storage {
            Storage::Directory(dir) => Self::on_disk(&dir, keys, options),
            Storage::Memory { max_bytes } => Ok(Self::in_memory(max_bytes, keys, options)),
        }
    }

    fn on_disk(dir: &Path, keys: Keys, options: Options) -> Result<Arc<Self>, Error> {
        let lock = lock_directory(dir)?;
        let reserve = Arc::new(Reserve::new(dir.join(reserve::NAME), options.reserve_bytes));
        let limits = Limits { segment_bytes: options.segment_bytes, retain_bytes: options.retain_bytes };
        let few = Limits { segment_bytes: STRANGERS_BYTES / 2, retain_bytes: STRANGERS_BYTES };
        let Keys { seal, chain, strangers } = keys;
        let main = Chain::open(dir, seal.clone(), chain, limits, reserve.clone())?;
        let strangers = Chain::open(&dir.join(STRANGERS), seal.clone(), strangers, few, reserve.clone())?;
        let shared = Arc::new(Shared {
            seal,
            window: options.sync_window,
            main: Mutex::new(Medium::Disk(Box::new(main))),
            tickets: Tickets::default(),
            strangers: Mutex::new(Medium::Disk(Box::new(strangers))),
            reserve: Some(reserve),
            syncer: Syncer::new(options.sync_window),
            failed: OnceLock::new(),
            closed: AtomicBool::new(false),
        });
        let thread = std::thread::Builder::new().name("audit-sync".into()).spawn({
            let shared = shared.clone();
            move || shared.syncer.run(|| shared.sync_now(), || shared.lacks_space())
        });
        let thread = thread.map_err(|error| Error::io(dir, &error))?;
        let found = (lock_soon(&shared.main).next(), Instant::now());
        Ok(Arc::new(Self { shared, thread: Mutex::new(Some(thread)), lock: Some(lock), found }))
    }

    fn in_memory(max_bytes: usize, keys: Keys, options: Options) -> Arc<Self> {
        let few = max_bytes.min(STRANGERS_BYTES as usize);
        let shared = Arc::new(Shared {
            seal: keys.seal,
            window: options.sync_window,
            main: Mutex::new(Medium::Memory(Box::new(Ring::new(max_bytes, keys.chain)))),
            tickets: Tickets::default(),
            strangers: Mutex::new(Medium::Memory(Box::new(Ring::new(few, keys.strangers)))),
            reserve: None,
            syncer: Syncer::new(options.sync_window),
            failed: OnceLock::new(),
            closed: AtomicBool::new(false),
        });
        Arc::new(Self { shared, thread: Mutex::new(None), lock: None, found: (0, Instant::now()) })
    }

    /// Writes a record. It survives the death of the process from then on, and a power cut after the sync window.
    pub fn append(&self, entry: &Entry) -> Result<(), Error> {
        self.settle(self.stage(entry)?)
    }

    /// Gives a record its place. It is written by the next [`Log::settle`] of whatever record, or with the next sync.
    pub fn stage(&self, entry: &Entry) -> Result<Staged, Error> {
        let shared = &*self.shared;
        let sealed = shared.seal(entry)?;
        let mut main = lock_soon(&shared.main);
        shared.check()?;
        let chain = match &mut *main {
            Medium::Disk(chain) => chain,
            Medium::Memory(ring) => {
                ring.append(entry.id, &sealed);
                return Ok(Staged(None));
            }
        };
        if chain.is_long() {
            shared.flush(chain)?;
            shared.noting_failure(chain.turn())?;
        }
        chain.stage(entry.id, &sealed);
        let ticket = shared.tickets.give();
        if chain.staged_bytes() > STAGED_BYTES {
            shared.flush(chain)?;
        }
        drop(main);
        shared.syncer.written();
        Ok(Staged(Some(ticket)))
    }

    /// Whether waiting a moment before [`Log::settle`] is likely to let others stage their records, to be written together.
    pub fn expects_company(&self, staged: &Staged) -> bool {
        staged.0.is_some_and(|ticket| self.shared.tickets.expects_company(ticket))
    }

    /// Writes a staged record, and all others that are staged, unless that has happened already.
    pub fn settle(&self, staged: Staged) -> Result<(), Error> {
        let shared = &*self.shared;
        let Some(ticket) = staged.0 else { return Ok(()) };
        let kept = shared.tickets.outcome(ticket).or_else(|| {
            if let Medium::Disk(chain) = &mut *lock_soon(&shared.main) {
                // Who had the lock before may have written it, and then nothing may be staged any more.
                let _ = shared.flush(chain);
            }
            shared.tickets.outcome(ticket)
        });
        if kept != Some(true) {
            shared.check()?;
            return Err(Error::Full);
        }
        if shared.window.is_zero() { shared.syncer.wait(self.head().next) } else { Ok(()) }
    }

    /// Writes a record of a caller without a verified identity to the strangers' log, which is small and forgets.
    pub fn append_stranger(&self, entry: &Entry) -> Result<(), Error> {
        let sealed = self.shared.seal(entry)?;
        let mut strangers = lock(&self.shared.strangers);
        self.shared.check()?;
        match &mut *strangers {
            Medium::Disk(chain) => {
                if chain.is_long() {
                    self.shared.noting_failure(chain.turn())?;
                }
                chain.stage(entry.id, &sealed);
                self.shared.noting_failure(chain.flush())
            }
            Medium::Memory(ring) => {
                ring.append(entry.id, &sealed);
                Ok(())
            }
        }
    }

    /// Whether the event is among the newest records: at least two segments, or all that is held in memory.
    pub fn contains(&self, id: Uuid) -> bool {
        match &*lock(&self.shared.main) {
            Medium::Disk(chain) => chain.contains(&id),
            Medium::Memory(ring) => ring.contains(&id),
        }
    }

    /// Which of the events have a record anywhere in the log. Reads all of it.
    pub fn find(&self, ids: &HashSet<Uuid>) -> Result<HashSet<Uuid>, Error> {
        let (dir, key, segments) = match &*lock(&self.shared.main) {
            Medium::Disk(chain) => chain.segments(),
            Medium::Memory(ring) => return Ok(ids.iter().copied().filter(|id| ring.contains(id)).collect()),
        };
        let mut found = HashSet::new();
        for (first, _) in segments {
            let path = segment::path(&dir, first);
            let scanned = segment::scan(&segment::load(&dir, first)?, &key, |frame| {
                if ids.contains(&frame.id) {
                    found.insert(frame.id);
                }
            });
            scanned.map_err(|Broken(what)| Error::Damaged(format!("{}: {what}", path.display())))?;
        }
        Ok(found)
    }

    /// The newest `count` records, oldest first.
    pub fn tail(&self, count: usize) -> Result<Vec<String>, Error> {
        self.shared.tail(&self.shared.main, count)
    }

    /// The newest `count` records of strangers, oldest first.
    pub fn tail_strangers(&self, count: usize) -> Result<Vec<String>, Error> {
        self.shared.tail(&self.shared.strangers, count)
    }

    /// At most `records` records and about `bytes` bytes of them, in order, beginning with number `from`: none where the log
    /// ends before it. Reads files, but for the newest of all only if there is something new.
    pub fn read(&self, from: u64, records: usize, bytes: usize) -> Result<Page, Error> {
        let (seal, room) = (&*self.shared.seal, Room { records, bytes });
        let (segments, page) = match &*lock(&self.shared.main) {
            Medium::Disk(chain) => (chain.segments(), Page::at(from, chain.head().next)),
            Medium::Memory(ring) => return ring.read(seal, Page::at(from, ring.head().next), room),
        };
        if from >= page.end || records == 0 { Ok(page) } else { page::read(&segments, seal, page, room) }
    }

    /// All that was appended so far, to be copied while more is; `None` for a log in memory.
    pub fn copy(&self) -> Result<Option<Copy>, Error> {
        self.sync()?;
        let mut copy = Copy { head: None, files: Vec::new(), lock: None };
        match &mut *lock(&self.shared.main) {
            Medium::Disk(chain) => {
                self.shared.flush(chain)?;
                copy.head = Some(chain.head());
                chain.copy(&mut copy, "")?;
            }
            Medium::Memory(_) => return Ok(None),
        }
        if let Medium::Disk(chain) = &*lock(&self.shared.strangers) {
            chain.copy(&mut copy, &format!("{STRANGERS}/"))?;
        }
        Ok(Some(copy))
    }

    /// Where the chain stands.
    pub fn head(&self) -> Head {
        match &*lock(&self.shared.main) {
            Medium::Disk(chain) => chain.head(),
            Medium::Memory(ring) => ring.head(),
        }
    }

    /// Returns once everything appended so far is on disk.
    pub fn sync(&self) -> Result<(), Error> {
        self.shared.check()?;
        if let Medium::Disk(chain) = &mut *lock(&self.shared.main) {
            self.shared.flush(chain)?;
        }
        let next = self.head().next;
        if self.shared.reserve.is_some() { self.shared.syncer.wait(next) } else { Ok(()) }
    }

    /// How long a record may wait for its sync.
    pub fn sync_window(&self) -> Duration {
        self.shared.window
    }

    /// Whether records can be written: an error says why not. What must be recorded asks this before it happens.
    pub fn check(&self) -> Result<(), Error> {
        self.shared.check()
    }

    /// Whether the log can be written and will be for a while: turns false while there is still some space.
    pub fn is_healthy(&self) -> bool {
        self.shared.check().is_ok() && !self.shared.lacks_space()
    }

    /// How the log fares.
    pub fn readings(&self) -> Readings {
        let shared = &*self.shared;
        let (records, bytes, on_disk) = match &*lock(&shared.main) {
            Medium::Disk(chain) => (chain.head().next, chain.bytes(), true),
            Medium::Memory(ring) => (ring.head().next, ring.bytes() as u64, false),
        };
        let strangers = lock(&shared.strangers).next();
        let (synced, last_sync) = shared.syncer.synced();
        Readings {
            records,
            strangers,
            bytes,
            unsynced: if on_disk { records.saturating_sub(synced.max(self.found.0)) } else { 0 },
            last_sync: on_disk.then(|| last_sync.unwrap_or_else(|| self.found.1.elapsed())),
            reserve_held: shared.reserve.as_ref().map(|reserve| reserve.is_held()),
            healthy: self.is_healthy(),
        }
    }

    /// Syncs everything and ends. Later calls fail with [`Error::Closed`].
    pub fn close(&self) -> Result<(), Error> {
        // Under both locks, so that no append is half way.
        let (main, strangers) = (lock(&self.shared.main), lock(&self.shared.strangers));
        if self.shared.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        drop((main, strangers));
        self.shared.syncer.close();
        if let Some(thread) = lock(&self.thread).take() {
            // A panic in the thread shows as a missing sync below.
            let _ = thread.join();
        }
        if let Some(failed) = self.shared.failed.get() {
            return Err(Error::Failed(failed.clone()));
        }
        if let Medium::Disk(chain) = &mut *lock(&self.shared.main) {
            // Who waits for these records learns of a failure from its ticket.
            let _ = self.shared.flush(chain);
        }
        for medium in [&self.shared.main, &self.shared.strangers] {
            if let Medium::Disk(chain) = &mut *lock(medium) {
                chain.finish()?;
                chain.position().sync_with_mark()?;
            }
        }
        Ok(())
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::error!(%error, "the audit log was not closed in order");
        }
        // A process that is just being started may hold a copy of the file, and closing ours would leave it locked.
        if let Some(lock) = &self.lock {
            let _ = lock.unlock();
        }
    }
}

impl Shared {
    fn seal(&self, entry: &Entry) -> Result<Vec<u8>, Error> {
        if entry.json.len() > MAX_ENTRY {
            return Err(Error::TooLarge(entry.json.len()));
        }
        self.seal.seal(&record_key(&entry.id), entry.json.as_bytes()).map_err(|error| Error::Seal(error.to_string()))
    }

    fn check(&self) -> Result<(), Error> {
        match self.failed.get() {
            Some(failed) => Err(Error::Failed(failed.clone())),
            None if self.closed.load(Ordering::Acquire) => Err(Error::Closed),
            None => Ok(()),
        }
    }

    /// A full disk leaves the log as it was; any other failure ends it.
    fn noting_failure<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result
            && !matches!(error, Error::Full)
            && self.failed.set(error.to_string()).is_ok()
        {
            tracing::error!(%error, "the audit log failed; no call is served until it is opened anew");
        }
        result
    }

    /// Writes what is staged in the main chain, and decides its tickets.
    fn flush(&self, chain: &mut Chain) -> Result<(), Error> {
        let result = match self.failed.get() {
            // A sync failed. What is on disk is not known any more, so nothing is put behind it.
            Some(failed) => Err(Error::Failed(failed.clone())),
            None => self.noting_failure(chain.flush()),
        };
        self.tickets.decide(result.is_ok());
        result
    }

    fn sync_now(&self) -> Result<u64, Error> {
        let position = match &mut *lock(&self.main) {
            Medium::Disk(chain) => {
                // Who waits for these records learns of a failure from its ticket.
                let _ = self.flush(chain);
                chain.position()
            }
            Medium::Memory(ring) => return Ok(ring.head().next),
        };
        if let Some(reserve) = &self.reserve {
            reserve.regain();
        }
        self.noting_failure(position.sync())
    }

    fn lacks_space(&self) -> bool {
        self.reserve.as_ref().is_some_and(|reserve| !reserve.is_held())
    }

    fn tail(&self, medium: &Mutex<Medium>, count: usize) -> Result<Vec<String>, Error> {
        let (dir, key, segments) = match &*lock(medium) {
            Medium::Disk(chain) => chain.segments(),
            Medium::Memory(ring) => {
                return ring.tail(count).iter().map(|(id, sealed)| open(&*self.seal, id, sealed)).collect();
            }
        };
        let mut newest_first = Vec::new();
        for (first, length) in segments {
            if newest_first.len() >= count {
                break;
            }
            let bytes = segment::load(&dir, first)?;
            // What is being appended right now lies beyond the length that was taken.
            let whole = usize::try_from(length).ok().and_then(|length| bytes.get(..length)).unwrap_or(&bytes);
            let mut frames = Vec::new();
            segment::scan(whole, &key, |frame| frames.push((frame.id, frame.sealed)))
                .map_err(|broken| Error::Damaged(format!("{}: {}", segment::path(&dir, first).display(), broken.0)))?;
            for (id, sealed) in frames.iter().rev().take(count - newest_first.len()) {
                newest_first.push(open(&*self.seal, id, sealed)?);
            }
        }
        newest_first.reverse();
        Ok(newest_first)
    }
}

/// Opens a sealed record.
pub(crate) fn open(seal: &dyn Seal, id: &Uuid, sealed: &[u8]) -> Result<String, Error> {
    let refused = || Error::Seal(format!("the record of event {id} does not open"));
    let plain = seal.open(&record_key(id), sealed).map_err(|_| refused())?;
    std::str::from_utf8(plain.expose()).map(str::to_owned).map_err(|_| refused())
}

/// What a record is sealed to, so that one cannot stand in for another.
fn record_key(id: &Uuid) -> Vec<u8> {
    Key::new(Space::system(), "audit.record").bytes(&id.0).as_bytes().to_vec()
}

/// Two processes appending to one chain would tear it apart.
pub(crate) fn lock_directory(dir: &Path) -> Result<File, Error> {
    fs::create_dir_all(dir).map_err(|error| Error::io(dir, &error))?;
    let path = dir.join("lock");
    let file = File::create(&path).map_err(|error| Error::io(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse(dir.into())),
        Err(TryLockError::Error(error)) => Err(Error::io(&path, &error)),
    }
}

/// Locks what is held for microseconds only: looks again for about as long as one write takes before it sleeps. Putting
/// a thread to sleep and waking it costs more than the write that it would wait for.
fn lock_soon<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    const LOOKS: u32 = 40;
    for look in 0..LOOKS {
        if let Ok(guard) = mutex.try_lock() {
            return guard;
        }
        for _ in 0..=look.min(16) {
            std::hint::spin_loop();
        }
    }
    lock(mutex)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
