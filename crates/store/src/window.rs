//! The recent commits: what validation looks back on and what watches read.
//!
//! Guarantees: bounded by count and by bytes; a snapshot older than the window cannot be validated and conflicts, a watch
//! older than the window is told that it missed changes. Nothing is decided on what was forgotten.

use crate::{Changes, Error, Marker, ReadSet, Watch};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many commits are looked back on.
const MAX_COMMITS: usize = 8192;
/// How many bytes of keys are looked back on.
const MAX_KEY_BYTES: usize = 4 << 20;
/// How long a watch over a polled engine waits for a poll to confirm that nothing was missed.
const CONFIRM_WITHIN: Duration = Duration::from_millis(800);

/// A commit as validation and watches see it.
pub(crate) struct Commit {
    pub(crate) version: u64,
    /// Absent when the commit was heard of, not made here.
    pub(crate) marker: Option<Marker>,
    pub(crate) keys: Vec<Vec<u8>>,
}

/// Recent commits in order.
pub(crate) struct Window {
    commits: VecDeque<Commit>,
    key_bytes: usize,
    /// Commits up to this version are forgotten.
    floor: u64,
    /// Snapshots older than this are of a state that was cleared.
    cleared: u64,
    version: u64,
    closed: bool,
    freshness: Freshness,
}

/// How a window knows that it holds everything committed.
enum Freshness {
    /// Commits are made here.
    Always,
    /// Commits are heard of: the last time that everything was.
    Confirmed(Option<Instant>),
}

impl Window {
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether nothing in the read set has changed after the snapshot.
    pub(crate) fn allows(&self, snapshot: u64, reads: &ReadSet) -> bool {
        if snapshot < self.cleared {
            return false;
        }
        if reads.is_empty() {
            return true;
        }
        snapshot >= self.floor && !self.since(snapshot).any(|commit| commit.keys.iter().any(|key| reads.covers(key)))
    }

    pub(crate) fn holds(&self, marker: Marker) -> bool {
        self.commits.iter().any(|commit| commit.marker == Some(marker))
    }

    fn since(&self, version: u64) -> impl Iterator<Item = &Commit> {
        let first = self.commits.partition_point(|commit| commit.version <= version);
        self.commits.range(first..)
    }

    fn push(&mut self, commit: Commit) {
        self.version = commit.version;
        self.key_bytes += commit.keys.iter().map(Vec::len).sum::<usize>();
        self.commits.push_back(commit);
        while self.commits.len() > MAX_COMMITS || self.key_bytes > MAX_KEY_BYTES {
            let Some(oldest) = self.commits.pop_front() else { break };
            self.key_bytes -= oldest.keys.iter().map(Vec::len).sum::<usize>();
            self.floor = oldest.version;
        }
    }
}

/// The window, shared by those who commit and those who watch.
pub(crate) struct Feed {
    window: Mutex<Window>,
    news: Condvar,
}

impl Feed {
    /// For an engine that makes all commits itself.
    pub(crate) fn local(version: u64) -> Arc<Self> {
        Self::with(version, Freshness::Always)
    }

    /// For an engine that hears of commits by polling.
    pub(crate) fn polled() -> Arc<Self> {
        Self::with(0, Freshness::Confirmed(None))
    }

    fn with(version: u64, freshness: Freshness) -> Arc<Self> {
        let window = Window {
            commits: VecDeque::new(),
            key_bytes: 0,
            floor: version,
            cleared: 0,
            version,
            closed: false,
            freshness,
        };
        Arc::new(Self { window: Mutex::new(window), news: Condvar::new() })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells watches of commits that are durable and visible.
    pub(crate) fn publish(&self, commits: impl IntoIterator<Item = Commit>) {
        let mut window = self.lock();
        for commit in commits {
            window.push(commit);
        }
        drop(window);
        self.news.notify_all();
    }

    /// Changes up to a version are unknown: every watch and every older snapshot must start over.
    pub(crate) fn forget(&self, version: u64) {
        let mut window = self.lock();
        window.commits.clear();
        window.key_bytes = 0;
        window.version = version;
        window.floor = version;
        window.cleared = version;
        drop(window);
        self.news.notify_all();
    }

    /// Everything committed before `as_of` has been published.
    pub(crate) fn confirm(&self, as_of: Instant) {
        self.lock().freshness = Freshness::Confirmed(Some(as_of));
        self.news.notify_all();
    }

    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.news.notify_all();
    }

    pub(crate) fn watch(self: &Arc<Self>) -> Box<dyn Watch> {
        Box::new(FeedWatch { feed: self.clone(), position: self.lock().version })
    }
}

struct FeedWatch {
    feed: Arc<Feed>,
    position: u64,
}

impl Watch for FeedWatch {
    fn next(&mut self, timeout: Duration) -> Result<Changes, Error> {
        let called = Instant::now();
        let patience = timeout.max(CONFIRM_WITHIN);
        let feed = self.feed.clone();
        let mut window = feed.lock();
        loop {
            if window.closed {
                return Err(Error::Closed);
            }
            let waited = called.elapsed();
            let as_of = match window.freshness {
                Freshness::Always => Some(Instant::now()),
                Freshness::Confirmed(as_of) => as_of.filter(|as_of| *as_of >= called || window.version > self.position),
            };
            let is_due = window.version > self.position || waited >= timeout;
            if let Some(as_of) = as_of.filter(|_| is_due) {
                return Ok(self.take(&window, as_of));
            }
            if waited >= patience {
                return Err(Error::Unavailable(
                    "no news from the database, so nothing read before can be trusted".into(),
                ));
            }
            let pause = if waited < timeout { timeout - waited } else { patience - waited };
            window = feed.news.wait_timeout(window, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl FeedWatch {
    fn take(&mut self, window: &Window, as_of: Instant) -> Changes {
        let missed = self.position < window.floor;
        let keys = if missed { Vec::new() } else { window.since(self.position).flat_map(|c| c.keys.clone()).collect() };
        self.position = window.version;
        Changes { keys, missed, version: window.version, as_of }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Uuid;

    fn commit(version: u64, key: &[u8]) -> Commit {
        Commit { version, marker: Some(Marker(Uuid([version as u8; 16]))), keys: vec![key.to_vec()] }
    }

    fn reading(key: &[u8]) -> ReadSet {
        ReadSet { points: [key.to_vec()].into(), ranges: Vec::new() }
    }

    #[test]
    fn a_snapshot_older_than_the_window_conflicts_and_a_blind_write_does_not() {
        let feed = Feed::local(0);
        feed.publish((1..=MAX_COMMITS as u64 + 10).map(|version| commit(version, b"hot")));
        let window = feed.lock();
        assert!(!window.allows(9, &reading(b"cold")));
        assert!(window.allows(10, &reading(b"cold")));
        assert!(!window.allows(10, &reading(b"hot")));
        assert!(window.allows(0, &ReadSet::default()));
    }

    #[test]
    fn the_window_is_bounded_by_the_bytes_of_its_keys() {
        let feed = Feed::local(0);
        let long = vec![7; 1 << 20];
        feed.publish((1..=16).map(|version| commit(version, &long)));
        let window = feed.lock();
        assert!(window.key_bytes <= MAX_KEY_BYTES);
        assert_eq!(window.floor, 12);
    }

    #[test]
    fn a_watch_that_fell_behind_is_told_so() {
        let feed = Feed::local(0);
        let mut watch = feed.watch();
        feed.publish((1..=MAX_COMMITS as u64 + 1).map(|version| commit(version, b"k")));
        let changes = watch.next(Duration::ZERO).unwrap();
        assert!(changes.missed && changes.keys.is_empty());
        feed.publish([commit(MAX_COMMITS as u64 + 2, b"next")]);
        let changes = watch.next(Duration::ZERO).unwrap();
        assert!(!changes.missed);
        assert_eq!(changes.keys, [b"next".to_vec()]);
    }

    #[test]
    fn a_polled_feed_that_nobody_confirms_does_not_pretend_to_be_fresh() {
        let feed = Feed::polled();
        let mut watch = feed.watch();
        assert!(matches!(watch.next(Duration::ZERO), Err(Error::Unavailable(_))));
        let confirming = feed.clone();
        let poller = std::thread::spawn(move || {
            for _ in 0..200 {
                confirming.confirm(Instant::now());
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let before = Instant::now();
        assert!(watch.next(Duration::ZERO).unwrap().as_of >= before);
        poller.join().unwrap();
    }
}
