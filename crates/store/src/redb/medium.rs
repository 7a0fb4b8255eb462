//! Where the database's bytes lie: a file, or in tests something that fails on purpose.
//!
//! Guarantees: a file under the store's name was complete once, since it is made under another name first; an empty or
//! missing half of a file is therefore damage, never a reason to begin anew; a sync that failed is remembered.

use super::{RedbOptions, explain, initialise};
use crate::Error;
use ::redb::backends::FileBackend;
use ::redb::{Database, StorageBackend};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Something that a database can be opened on, again and again.
pub(super) trait Medium: Send + Sync {
    /// The bytes as they are now.
    fn backend(&self) -> Result<Box<dyn StorageBackend>, Error>;

    /// What the bytes are called in errors.
    fn name(&self) -> String;
}

impl dyn Medium {
    /// Opens it under watch.
    pub(super) fn open(&self) -> Result<(Watched, Arc<Health>), Error> {
        let backend = self.backend()?;
        let opened_bytes = backend.len().map_err(|error| Error::Unavailable(format!("{}: {error}", self.name())))?;
        let health = Arc::new(Health { opened_bytes, has_lost_a_sync: AtomicBool::new(false) });
        Ok((Watched { backend, health: health.clone() }, health))
    }
}

/// What is known of an open medium.
pub(super) struct Health {
    /// Its length when it was opened.
    pub(super) opened_bytes: u64,
    has_lost_a_sync: AtomicBool,
}

impl Health {
    /// Whether a sync has failed. The system may then have dropped what was written, and says so only once.
    pub(super) fn has_lost_a_sync(&self) -> bool {
        self.has_lost_a_sync.load(Ordering::Acquire)
    }
}

/// A backend whose syncs are watched.
pub(super) struct Watched {
    backend: Box<dyn StorageBackend>,
    health: Arc<Health>,
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the store's file")
    }
}

/// Locks are left out: the lock file beside the store is taken before and outlives every reopening.
impl StorageBackend for Watched {
    fn len(&self) -> io::Result<u64> {
        self.backend.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.backend.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.backend.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.backend.sync_data().inspect_err(|_| self.health.has_lost_a_sync.store(true, Ordering::Release))
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.backend.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.backend.close()
    }
}

/// A file.
pub(super) struct FileMedium(PathBuf);

impl FileMedium {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Makes the file whole under another name and then gives it its own: whoever finds it finds a database.
    pub(super) fn create_if_absent(&self) -> Result<(), Error> {
        if self.0.try_exists().map_err(|error| self.unavailable(&error))? {
            return Ok(());
        }
        let mut name = self.0.as_os_str().to_owned();
        name.push(".new");
        let unfinished = PathBuf::from(name);
        let create = || -> Result<(), Error> {
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(true);
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&unfinished).map_err(|error| self.explain_io(error))?;
            let backend = FileBackend::new(file).map_err(|error| explain(error.into()))?;
            let mut builder = Database::builder();
            builder.set_cache_size(RedbOptions::default().cache_bytes);
            let database = builder.create_with_backend(backend).map_err(|error| explain(error.into()))?;
            initialise(&database)?;
            database.close().map_err(|error| explain(error.into()))?;
            std::fs::rename(&unfinished, &self.0).map_err(|error| self.explain_io(error))?;
            let directory = self.0.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(directory).and_then(|directory| directory.sync_all()).map_err(|error| self.explain_io(error))
        };
        create()
    }

    fn unavailable(&self, error: &io::Error) -> Error {
        Error::Unavailable(format!("{}: {error}", self.0.display()))
    }

    fn explain_io(&self, error: io::Error) -> Error {
        if super::is_full(&error) { Error::Full } else { self.unavailable(&error) }
    }
}

impl FileMedium {
    /// The file, for reading only, and its length.
    pub(super) fn open_to_read(&self) -> Result<(File, u64), Error> {
        self.open_as(File::options().read(true))
    }

    fn open_as(&self, options: &std::fs::OpenOptions) -> Result<(File, u64), Error> {
        let file = options.open(&self.0).map_err(|error| self.explain_io(error))?;
        match file.metadata().map_err(|error| self.unavailable(&error))?.len() {
            0 => Err(Error::Damaged(format!("{} is empty; restore it from a backup", self.0.display()))),
            length => Ok((file, length)),
        }
    }
}

impl Medium for FileMedium {
    fn backend(&self) -> Result<Box<dyn StorageBackend>, Error> {
        let (file, _) = self.open_as(File::options().read(true).write(true))?;
        Ok(Box::new(FileBackend::new(file).map_err(|error| explain(error.into()))?))
    }

    fn name(&self) -> String {
        self.0.display().to_string()
    }
}
