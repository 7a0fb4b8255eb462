//! Space set aside on disk, so that readiness fails before writing does.
//!
//! Guarantees: while the reserve exists, at least that many bytes can still be written. The first write that finds the
//! disk full gives it up and succeeds; from then on the log reports itself unwell until the reserve can be made again.

use rustix::fs::{FallocateFlags, fallocate, statvfs};
use rustix::io::Errno;
use std::fs::{self, OpenOptions};
use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// The file's name in a log's directory.
pub(crate) const NAME: &str = "reserve";

pub(crate) struct Reserve {
    path: PathBuf,
    bytes: u64,
    held: AtomicBool,
}

impl Reserve {
    /// Tries to set `bytes` aside in the file `path`.
    pub(crate) fn new(path: PathBuf, bytes: u64) -> Self {
        let reserve = Self { path, bytes, held: AtomicBool::new(false) };
        reserve.take();
        reserve
    }

    /// Whether the space is set aside.
    pub(crate) fn is_held(&self) -> bool {
        self.held.load(Ordering::Acquire)
    }

    /// Gives the space up; whether there was any to give.
    pub(crate) fn release(&self) -> bool {
        let held = self.held.swap(false, Ordering::AcqRel);
        if held {
            tracing::error!(path = %self.path.display(), "the disk is full: the audit log gave up its reserve");
        }
        held && fs::remove_file(&self.path).is_ok()
    }

    /// Sets the space aside again once there is plenty: an attempt that just fails would for a moment take the space that
    /// the reserve was given up for.
    pub(crate) fn regain(&self) {
        if !self.is_held() && self.free().is_ok_and(|free| free / 2 >= self.bytes) {
            self.take();
        }
    }

    fn take(&self) {
        if self.allocate().is_ok() {
            self.held.store(true, Ordering::Release);
        } else {
            // Whatever part of it was allocated must not take the last space from the log itself.
            let _ = fs::remove_file(&self.path);
        }
    }

    /// Bytes that can still be written beside the reserve.
    fn free(&self) -> std::io::Result<u64> {
        let disk = statvfs(self.path.parent().unwrap_or(&self.path))?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    fn allocate(&self) -> std::io::Result<()> {
        let file = OpenOptions::new().create(true).write(true).truncate(false).open(&self.path)?;
        if file.metadata()?.len() == self.bytes {
            return Ok(());
        }
        file.set_len(0)?;
        match fallocate(&file, FallocateFlags::empty(), 0, self.bytes) {
            Err(Errno::OPNOTSUPP) => std::io::copy(&mut std::io::repeat(0).take(self.bytes), &mut &file).map(|_| ()),
            done => Ok(done?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_is_given_up_once_and_can_be_regained() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("reserve");
        let reserve = Reserve::new(path.clone(), 1 << 20);
        assert!(reserve.is_held());
        assert_eq!(fs::metadata(&path).unwrap().len(), 1 << 20);
        assert!(reserve.release());
        assert!(!reserve.release() && !path.exists());
        reserve.regain();
        assert!(reserve.is_held() && path.exists());
    }

    #[test]
    fn a_reserve_that_does_not_fit_is_not_held_and_takes_no_space() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("reserve");
        assert!(!Reserve::new(path.clone(), 1 << 60).is_held());
        assert!(!path.exists());
    }
}
