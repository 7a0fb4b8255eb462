//! The embedded engine: one file, an ACID B-tree in pure Rust.
//!
//! Guarantees: one process at a time has the file open; a commit is on disk before its [`Pending`] resolves; a damaged
//! file is refused with words and left as it is; a full disk fails the writes that met it and nothing else; after any
//! other failure of the disk the engine stops rather than guess.
//!
//! One thread writes ([`writer`]); readers share the view that it last published, which costs a lock and a count.

mod lock_file;
mod medium;
#[cfg(test)]
mod power_cut;
mod untouched;
mod writer;

use crate::window::Feed;
use crate::{Batch, Completer, Engine, Entry, Error, KeyRange, Marker, Pending, Snapshot, Watch};
use ::redb::{Database, ReadOnlyTable, ReadableDatabase, ReadableTable, StorageError, TableDefinition};
use lock_file::LockFile;
use medium::{FileMedium, Medium};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use untouched::UntouchedMedium;
use writer::{Queue, Request, Work};

/// Everything lies in one table; a key's first byte tells records from the engine's own notes.
const ENTRIES: TableDefinition<&[u8], &[u8]> = TableDefinition::new("entries");
/// The number of commits so far. No record's key begins with a zero byte.
const VERSION_KEY: &[u8] = b"\0version";
/// The layout of this file.
const FORMAT_KEY: &[u8] = b"\0format";
const FORMAT: u64 = 1;
/// The first byte that a record's key can begin with: no range shows the notes.
const FIRST_RECORD: &[u8] = b"\x01";
/// Files up to this size are verified page by page when they are opened. Larger ones would delay the start by seconds;
/// of them damage is found when it is read.
const VERIFY_UP_TO: u64 = 256 << 20;

/// How the embedded engine is run.
#[derive(Clone, Debug)]
pub struct RedbOptions {
    /// The most memory that cached pages take.
    pub cache_bytes: usize,
}

impl Default for RedbOptions {
    fn default() -> Self {
        Self { cache_bytes: 64 << 20 }
    }
}

/// An engine over one file.
pub struct Redb {
    shared: Arc<Shared>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// Held for as long as the file is open, so that no second process opens it.
    lock_file: Mutex<Option<LockFile>>,
}

/// What readers and the writer share.
struct Shared {
    view: Mutex<Result<Arc<View>, Error>>,
    feed: Arc<Feed>,
    queue: Queue,
}

/// A committed state, held open for readers.
struct View {
    entries: ReadOnlyTable<&'static [u8], &'static [u8]>,
    version: u64,
}

impl Redb {
    /// Opens the file, or makes it if there is none. The directory must exist.
    pub fn open(path: &Path, options: RedbOptions) -> Result<Self, Error> {
        let lock = LockFile::beside(path)?;
        let medium = FileMedium::new(path);
        medium.create_if_absent()?;
        Self::start(Arc::new(medium), options, Some(lock), VERIFY_UP_TO)
    }

    /// Opens a file that is there without changing a byte of it, after verifying every page: what is written stays in
    /// memory.
    pub fn open_untouched(path: &Path) -> Result<Self, Error> {
        let lock = LockFile::beside(path)?;
        Self::start(Arc::new(UntouchedMedium::new(path)), RedbOptions::default(), Some(lock), u64::MAX)
    }

    /// What lies under a key of a file that nobody has open, without changing a byte of it: opening repairs what a crash
    /// left. `None` also when the file is absent, in use or damaged, of which [`Redb::open`] tells more.
    pub fn peek(path: &Path, key: &[u8]) -> Option<Vec<u8>> {
        let _lock = path.exists().then(|| LockFile::beside(path).ok()).flatten()?;
        let opened = Opened::new(Arc::new(UntouchedMedium::new(path)), &RedbOptions::default(), VERIFY_UP_TO).ok()?;
        guarded(|| opened.view.entries.get(key).ok()?.map(|value| value.value().to_vec())).ok().flatten()
    }

    fn start(
        medium: Arc<dyn Medium>,
        options: RedbOptions,
        lock: Option<LockFile>,
        verify_up_to: u64,
    ) -> Result<Self, Error> {
        let opened = Opened::new(medium, &options, verify_up_to)?;
        let shared = Arc::new(Shared {
            feed: Feed::local(opened.view.version),
            view: Mutex::new(Ok(opened.view.clone())),
            queue: Queue::default(),
        });
        let theirs = shared.clone();
        let writer = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer::run(&theirs, opened, &options))
            .map_err(|error| Error::Unavailable(format!("the writer thread does not start: {error}")))?;
        Ok(Self { shared, writer: Mutex::new(Some(writer)), lock_file: Mutex::new(lock) })
    }
}

impl Engine for Redb {
    fn is_remote(&self) -> bool {
        false
    }

    fn snapshot(&self) -> Result<Box<dyn Snapshot>, Error> {
        let view = lock(&self.shared.view).clone();
        if matches!(view, Err(Error::Full)) {
            // The file could not be opened again yet, and who cannot read hands nothing in that would make the writer try.
            self.shared.queue.push(Request { work: Work::Reopen, completer: Completer::new().0 });
        }
        Ok(Box::new(RedbSnapshot { view: view?, shared: self.shared.clone() }))
    }

    fn committed(&self, marker: Marker) -> Result<bool, Error> {
        // Outcomes are unknown here only when the disk failed, and then the engine has stopped.
        lock(&self.shared.view).clone()?;
        Ok(self.shared.feed.lock().holds(marker))
    }

    fn watch(&self) -> Result<Box<dyn Watch>, Error> {
        Ok(self.shared.feed.watch())
    }

    fn clear(&self) -> Result<(), Error> {
        let (completer, pending) = Completer::new();
        self.shared.queue.push(Request { work: Work::Clear, completer });
        pending.wait_blocking().map(|_| ())
    }

    fn close(&self) {
        self.shared.queue.close();
        if let Some(writer) = lock(&self.writer).take() {
            // A writer that panicked has already told its waiters.
            let _ = writer.join();
        }
        lock(&self.lock_file).take();
    }
}

impl Drop for Redb {
    fn drop(&mut self) {
        self.close();
    }
}

struct RedbSnapshot {
    view: Arc<View>,
    shared: Arc<Shared>,
}

impl Snapshot for RedbSnapshot {
    fn version(&self) -> u64 {
        self.view.version
    }

    fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.read(|view| Ok(view.entries.get(key)?.map(|value| value.value().to_vec())))
    }

    fn range(&mut self, range: &KeyRange, limit: usize) -> Result<Vec<Entry>, Error> {
        let start = range.start.as_slice().max(FIRST_RECORD);
        if start >= range.end.as_slice() {
            return Ok(Vec::new());
        }
        self.read(|view| {
            let entries = ReadableTable::range::<&[u8]>(&view.entries, start..range.end.as_slice())?;
            entries
                .take(limit)
                .map(|entry| {
                    entry.map(|(key, value)| Entry { key: key.value().to_vec(), value: value.value().to_vec() })
                })
                .collect()
        })
    }

    fn commit(self: Box<Self>, batch: Batch) -> Pending {
        let (completer, pending) = Completer::new();
        self.shared.queue.push(Request { work: Work::Commit { snapshot: self.view.version, batch }, completer });
        pending
    }
}

impl RedbSnapshot {
    fn read<T>(&self, body: impl FnOnce(&View) -> Result<T, StorageError>) -> Result<T, Error> {
        let error = match guarded(|| body(&self.view))? {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        match error {
            // The file was reopened under this snapshot, after a full disk or at the end: a new one tells which.
            StorageError::PreviousIo | StorageError::DatabaseClosed => match &*lock(&self.shared.view) {
                Ok(_) => Err(Error::Conflict),
                Err(stopped) => Err(stopped.clone()),
            },
            error => Err(explain(error.into())),
        }
    }
}

/// A database that is open, and the way to open it again.
struct Opened {
    medium: Arc<dyn Medium>,
    database: Database,
    view: Arc<View>,
    /// Whether a sync has failed: what is on the disk is then unknown for good.
    health: Arc<medium::Health>,
}

impl Opened {
    fn new(medium: Arc<dyn Medium>, options: &RedbOptions, verify_up_to: u64) -> Result<Self, Error> {
        guarded(|| {
            let (backend, health) = medium.open()?;
            let mut builder = Database::builder();
            builder.set_cache_size(options.cache_bytes);
            builder.set_check_integrity_on_open(health.opened_bytes <= verify_up_to);
            let database = builder.create_with_backend(backend).map_err(|error| explain(error.into()))?;
            let view = match View::of(&database)? {
                Some(view) => view,
                None => {
                    initialise(&database)?;
                    View::of(&database)?.ok_or_else(|| Error::Damaged("a new store reads back empty".into()))?
                }
            };
            Ok(Self { medium, database, view, health })
        })?
    }
}

impl View {
    /// The latest committed state; `None` when the database has never been written.
    fn of(database: &Database) -> Result<Option<Arc<Self>>, Error> {
        let transaction = database.begin_read().map_err(|error| explain(error.into()))?;
        let entries = match transaction.open_table(ENTRIES) {
            Ok(entries) => entries,
            Err(::redb::TableError::TableDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(explain(error.into())),
        };
        let note = |key: &[u8]| -> Result<u64, Error> {
            let value = entries.get(key).map_err(|error| explain(error.into()))?;
            let number = value.and_then(|value| value.value().try_into().ok().map(u64::from_be_bytes));
            number.ok_or_else(|| Error::Damaged("the file is a database, but not one of this server".into()))
        };
        let format = note(FORMAT_KEY)?;
        if format > FORMAT {
            return Err(Error::Version(format!(
                "the file has layout {format}, and this server knows layouts up to {FORMAT}"
            )));
        }
        let version = note(VERSION_KEY)?;
        Ok(Some(Arc::new(Self { entries, version })))
    }
}

fn initialise(database: &Database) -> Result<(), Error> {
    let notes = [(FORMAT_KEY, FORMAT), (VERSION_KEY, 0)]
        .map(|(key, number)| (key.to_vec(), Some(number.to_be_bytes().to_vec())));
    writer::write(database, &BTreeMap::from(notes), false).map_err(explain)
}

/// The engine's words for redb's errors.
fn explain(error: ::redb::Error) -> Error {
    use std::io::ErrorKind;
    match error {
        ::redb::Error::Io(error) if is_full(&error) => Error::Full,
        ::redb::Error::Io(error) if matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) => {
            Error::Damaged(error.to_string())
        }
        ::redb::Error::Corrupted(text) => Error::Damaged(text),
        ::redb::Error::UpgradeRequired(version) => {
            Error::Damaged(format!("the file has the old database format {version}, which no server wrote"))
        }
        error => Error::Unavailable(error.to_string()),
    }
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

/// Runs code that trusts what is in the file. The library asserts where a damaged file breaks its expectations; that must
/// end as an error, not as a dead thread.
fn guarded<T>(body: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(body)).map_err(|_| Error::Damaged("the file breaks the database's own rules".into()))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
