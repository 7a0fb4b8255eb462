//! How far something long has come, for who watches it at a terminal.
//!
//! Guarantee: nothing is written where standard error is no terminal, and the line is gone at the end.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// Between two words.
const EVERY: Duration = Duration::from_millis(250);

/// A count that is shown.
pub(super) struct Meter {
    unit: &'static str,
    count: u64,
    shown: Option<Instant>,
    is_watched: bool,
}

impl Meter {
    pub(super) fn new(unit: &'static str) -> Self {
        Self { unit, count: 0, shown: None, is_watched: io::stderr().is_terminal() }
    }

    pub(super) fn add(&mut self, more: u64) {
        self.set(self.count + more);
    }

    pub(super) fn set(&mut self, count: u64) {
        self.count = count;
        if self.is_watched && self.shown.is_none_or(|at| at.elapsed() >= EVERY) {
            self.shown = Some(Instant::now());
            let _ = write!(io::stderr(), "\r{} {}", self.count, self.unit);
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if self.shown.is_some() {
            // Back to the line's beginning, and clear it (ECMA-48).
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
