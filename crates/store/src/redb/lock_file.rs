//! The lock file beside the store, which keeps a second process out.
//!
//! Guarantees: held from before the store's file is opened until after it is closed, also while the engine opens it again;
//! released when the holder ends, however it ends. The holder's process id stands in the file.

use crate::Error;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// A lock that is held.
pub(super) struct LockFile(File);

impl LockFile {
    /// Takes the lock, or says who has it.
    pub(super) fn beside(store: &Path) -> Result<Self, Error> {
        let mut name = store.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        let unavailable = |error: io::Error| Error::Unavailable(format!("{}: {error}", path.display()));
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => {
                // Only a courtesy to whoever comes second: a disk too full for it is no reason not to start.
                let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
                Ok(Self(file))
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let who = if holder.is_empty() { "another process".into() } else { format!("process {holder}") };
                let store = store.display();
                Err(Error::InUse(format!("{who} has {store} open; stop it first, or choose another data directory")))
            }
            Err(TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // A process that is just being started may hold a copy of the descriptor: closing ours alone would not do.
        let _ = self.0.unlock();
    }
}
