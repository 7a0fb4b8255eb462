//! The one thread that writes: many transactions per sync.
//!
//! Guarantees: transactions are validated against the recent commits and against those accepted before them in the same
//! batch, so that the batch is serial in the order of the queue; all of a batch becomes durable, then visible, then
//! answered; nothing is answered as committed before that. A full disk is told from a failing one: after the first the
//! file is opened again and holds either the whole batch or none of it, after the second the engine stops.

use super::{ENTRIES, Opened, RedbOptions, Shared, VERIFY_UP_TO, VERSION_KEY, View, explain, guarded, lock};
use crate::window::{Commit, Window};
use crate::{Batch, Committed, Completer, Error};
use ::redb::{Database, ReadableTable};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// The most transactions that share a sync.
const MAX_BATCH: usize = 512;
/// The most bytes of values that share a sync; a batch may exceed it by one transaction.
const MAX_BATCH_BYTES: usize = 8 << 20;
/// The most transactions that wait.
const MAX_QUEUED: usize = 4096;

/// Something for the writer to do, and whom to tell.
pub(super) struct Request {
    pub(super) work: Work,
    pub(super) completer: Completer,
}

pub(super) enum Work {
    Commit {
        snapshot: u64,
        batch: Batch,
    },
    Clear,
    /// Only that the file is open again.
    Reopen,
}

impl Work {
    fn bytes(&self) -> usize {
        match self {
            Self::Commit { batch, .. } => batch.writes.values().flatten().map(Vec::len).sum(),
            Self::Clear | Self::Reopen => 0,
        }
    }
}

/// Requests on their way to the writer.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Default)]
struct Waiting {
    requests: VecDeque<Request>,
    is_closed: bool,
}

impl Queue {
    pub(super) fn push(&self, request: Request) {
        let mut waiting = lock(&self.state);
        let refusal = if waiting.is_closed {
            Error::Closed
        } else if waiting.requests.len() >= MAX_QUEUED {
            Error::Unavailable(format!("{MAX_QUEUED} writes are waiting for the disk"))
        } else {
            waiting.requests.push_back(request);
            drop(waiting);
            self.arrived.notify_one();
            return;
        };
        drop(waiting);
        request.completer.complete(Err(refusal));
    }

    pub(super) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.arrived.notify_all();
    }

    /// Waits for the next batch; `None` when the queue is closed and empty.
    fn take(&self) -> Option<Vec<Request>> {
        let mut waiting = lock(&self.state);
        while waiting.requests.is_empty() {
            if waiting.is_closed {
                return None;
            }
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < MAX_BATCH && bytes < MAX_BATCH_BYTES {
            let Some(request) = waiting.requests.pop_front() else { break };
            bytes += request.work.bytes();
            batch.push(request);
        }
        Some(batch)
    }
}

/// Writes until the queue is closed and empty.
pub(super) fn run(shared: &Arc<Shared>, opened: Opened, options: &RedbOptions) {
    // However this thread ends, nobody waits for it afterwards.
    let _end = End(shared);
    let mut writer = Writer { shared, options, opened: Some(opened), medium: None };
    while let Some(requests) = shared.queue.take() {
        writer.handle(requests);
    }
}

struct End<'a>(&'a Shared);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.queue.close();
        {
            let mut view = lock(&self.0.view);
            if view.is_ok() {
                *view = Err(Error::Closed);
            }
        }
        let left: Vec<Request> = lock(&self.0.queue.state).requests.drain(..).collect();
        for request in left {
            request.completer.complete(Err(Error::Closed));
        }
        self.0.feed.close();
    }
}

struct Writer<'a> {
    shared: &'a Arc<Shared>,
    options: &'a RedbOptions,
    /// Absent while the file cannot be opened again, and for good when the engine has stopped.
    opened: Option<Opened>,
    /// What to open again.
    medium: Option<Arc<dyn super::Medium>>,
}

/// What a batch comes to once its conflicts are taken out.
#[derive(Default)]
pub(super) struct Merged {
    clears: bool,
    writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    commits: Vec<Commit>,
    pub(super) completers: Vec<Completer>,
    pub(super) version: u64,
}

impl Writer<'_> {
    fn handle(&mut self, requests: Vec<Request>) {
        if let Err(error) = self.reopen_if_needed() {
            for request in requests {
                request.completer.complete(Err(error.clone()));
            }
            return;
        }
        let Some(opened) = &self.opened else { return };
        let before = opened.view.version;
        let mut merged = merge(&self.shared.feed.lock(), before, requests);
        if merged.completers.is_empty() {
            return;
        }
        merged.writes.insert(VERSION_KEY.to_vec(), Some(merged.version.to_be_bytes().to_vec()));
        let written = guarded(|| write(&opened.database, &merged.writes, merged.clears));
        match written {
            Ok(Ok(())) => match View::of(&opened.database).and_then(|view| view.ok_or(Error::Closed)) {
                Ok(view) => self.publish(view, merged),
                Err(error) => self.stop(error, merged.completers),
            },
            Ok(Err(error)) => self.recover(explain(error), before, merged),
            Err(panicked) => self.stop(panicked, merged.completers),
        }
    }

    /// Shows a durable batch to readers, then tells watches and waiters.
    fn publish(&mut self, view: Arc<View>, merged: Merged) {
        if let Some(opened) = &mut self.opened {
            opened.view = view.clone();
        }
        *lock(&self.shared.view) = Ok(view);
        let versions: Vec<u64> = merged.commits.iter().map(|commit| commit.version).collect();
        self.shared.feed.publish(merged.commits);
        if merged.clears {
            self.shared.feed.forget(merged.version);
        }
        for (completer, version) in merged.completers.into_iter().zip(versions) {
            completer.complete(Ok(Committed { version }));
        }
    }

    /// After a failed write: a full disk is survived by opening the file again, anything else is not.
    fn recover(&mut self, error: Error, before: u64, merged: Merged) {
        let has_lost_a_sync = self.opened.as_ref().is_none_or(|opened| opened.health.has_lost_a_sync());
        if error != Error::Full || has_lost_a_sync {
            return self.stop(error, merged.completers);
        }
        tracing::warn!("the disk is full: writes are refused until there is space");
        if let Some(opened) = self.opened.take() {
            self.medium = Some(opened.medium.clone());
        }
        let reopened = self.reopen_if_needed();
        match &self.opened {
            // The file was switched to the batch before the error: it stands.
            Some(opened) if opened.view.version != before => {
                let view = opened.view.clone();
                self.publish(view, merged);
            }
            Some(_) => merged.completers.into_iter().for_each(|completer| completer.complete(Err(Error::Full))),
            // Nobody can tell yet which of the two states the file holds.
            None => {
                tracing::error!(error = ?reopened.err(), "the store cannot be opened again");
                merged.completers.into_iter().for_each(|completer| completer.complete(Err(Error::Ambiguous)));
            }
        }
    }

    /// Opens the file again if a full disk closed it.
    fn reopen_if_needed(&mut self) -> Result<(), Error> {
        if self.opened.is_some() {
            return Ok(());
        }
        let Some(medium) = &self.medium else {
            return Err(lock(&self.shared.view).as_ref().err().cloned().unwrap_or(Error::Closed));
        };
        match Opened::new(medium.clone(), self.options, VERIFY_UP_TO) {
            Ok(opened) => {
                let known = self.shared.feed.lock().version();
                *lock(&self.shared.view) = Ok(opened.view.clone());
                if opened.view.version != known {
                    self.shared.feed.forget(opened.view.version);
                }
                self.opened = Some(opened);
                Ok(())
            }
            Err(error) => {
                *lock(&self.shared.view) = Err(error.clone());
                Err(error)
            }
        }
    }

    /// Gives up for good: what the disk holds can only be told by a new start.
    fn stop(&mut self, error: Error, completers: Vec<Completer>) {
        tracing::error!(%error, "the store stops; start the server again once the disk is in order");
        self.opened = None;
        self.medium = None;
        let reason = match error {
            Error::Damaged(text) => Error::Damaged(text),
            error => Error::Unavailable(format!(
                "writing failed ({error}); start the server again once the disk is in order"
            )),
        };
        *lock(&self.shared.view) = Err(reason);
        for completer in completers {
            completer.complete(Err(Error::Ambiguous));
        }
    }
}

/// Takes the conflicts out of a batch and joins the rest, in order.
pub(super) fn merge(window: &Window, before: u64, requests: Vec<Request>) -> Merged {
    let mut merged = Merged { version: before, ..Merged::default() };
    let mut changed = BTreeSet::new();
    for request in requests {
        match request.work {
            Work::Commit { snapshot, batch } => {
                let is_stale = merged.clears || !window.allows(snapshot, &batch.reads) || batch.reads.meets(&changed);
                if is_stale {
                    request.completer.complete(Err(Error::Conflict));
                    continue;
                }
                merged.version += 1;
                let keys: Vec<Vec<u8>> = batch.writes.keys().cloned().collect();
                changed.extend(keys.iter().cloned());
                merged.writes.extend(batch.writes);
                merged.commits.push(Commit { version: merged.version, marker: Some(batch.marker), keys });
            }
            Work::Reopen => continue,
            Work::Clear => {
                merged.version += 1;
                merged.clears = true;
                merged.writes.clear();
                merged.commits.push(Commit { version: merged.version, marker: None, keys: Vec::new() });
            }
        }
        merged.completers.push(request.completer);
    }
    merged
}

/// Writes and syncs, wholly or not at all.
pub(super) fn write(
    database: &Database,
    writes: &BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    clears: bool,
) -> Result<(), ::redb::Error> {
    let mut transaction = database.begin_write()?;
    // The allocator's state travels with each commit, so a start after a crash need not walk the file.
    transaction.set_quick_repair(true);
    {
        let mut entries = transaction.open_table(ENTRIES)?;
        if clears {
            entries.retain(|key, _| key.first() == Some(&0))?;
        }
        for (key, value) in writes {
            match value {
                Some(value) => entries.insert(key.as_slice(), value.as_slice())?,
                None => entries.remove(key.as_slice())?,
            };
        }
        debug_assert!(entries.get(VERSION_KEY)?.is_some());
    }
    transaction.commit()?;
    Ok(())
}
