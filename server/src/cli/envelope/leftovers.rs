//! Temporary files that have a name: none stays behind when a signal ends the process.
//!
//! Most output needs no name before it is whole (see `output`). Where the file system wants one, or between the link and
//! the rename that replaces an older file, the name is kept here.

use std::ffi::OsString;
use std::fs;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, Once, PoisonError};
use tokio::signal::unix::{SignalKind, signal};

/// The name of a temporary file; on drop the file is removed, unless it was renamed.
pub(super) struct Leftover {
    directory: Arc<OwnedFd>,
    name: OsString,
}

/// What is there now.
static NAMES: Mutex<Vec<(Arc<OwnedFd>, OsString)>> = Mutex::new(Vec::new());
static WATCH: Once = Once::new();

impl Leftover {
    /// Remembers `name` in `directory`, before a file of that name is made.
    pub(super) fn new(directory: &Arc<OwnedFd>, name: OsString) -> Self {
        WATCH.call_once(watch);
        NAMES.lock().unwrap_or_else(PoisonError::into_inner).push((directory.clone(), name.clone()));
        Self { directory: directory.clone(), name }
    }

    pub(super) fn name(&self) -> &OsString {
        &self.name
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        let is_this = |other: &(Arc<OwnedFd>, OsString)| Arc::ptr_eq(&other.0, &self.directory) && other.1 == self.name;
        if let Some(index) = names.iter().position(is_this) {
            names.swap_remove(index);
        }
        // After a rename there is nothing of this name any more.
        let _ = rustix::fs::unlinkat(&*self.directory, &self.name, rustix::fs::AtFlags::empty());
    }
}

/// Starts the thread that waits for signals. A small runtime of its own, since the standard library knows no signals; most
/// uses of the commands never come here.
fn watch() {
    let ignored = ignored();
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let kinds: Vec<_> = kinds.into_iter().filter(|kind| ignored >> (kind.as_raw_value() - 1) & 1 == 0).collect();
    let (ready, started) = std::sync::mpsc::channel::<()>();
    let wait = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(async {
            let mut signals: Vec<_> = kinds.into_iter().filter_map(|kind| Some((kind, signal(kind).ok()?))).collect();
            drop(ready);
            let caught = std::future::poll_fn(|context| {
                let mut all = signals.iter_mut();
                let caught = all.find_map(|(kind, signal)| signal.poll_recv(context).is_ready().then_some(*kind));
                caught.map_or(std::task::Poll::Pending, std::task::Poll::Ready)
            });
            let caught = caught.await.as_raw_value();
            // Held until the end, so that nothing new appears.
            let names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
            for (directory, name) in names.iter() {
                let _ = rustix::fs::unlinkat(&**directory, name, rustix::fs::AtFlags::empty());
            }
            // As shells tell the end by a signal.
            std::process::exit(128 + caught);
        });
    };
    if std::thread::Builder::new().name("signals".into()).spawn(wait).is_ok() {
        // Until the handlers stand.
        let _ = started.recv();
    }
}

/// The mask of signals that whoever started this process has had ignored, such as `nohup`: they stay ignored.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok()).unwrap_or_default()
}
