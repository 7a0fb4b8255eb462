//! Log lines on standard error, laid out as the official tool's.

use base::{Clock, SystemClock};
use std::io::{self, Write};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Debug,
    Info,
    Warning,
    /// Nothing but the end.
    Critical,
}

/// A log from some level on.
#[derive(Clone, Copy)]
pub(super) struct Log(Level);

impl Log {
    /// `-v` once is information, twice details; three and four times turn on the logs of libraries, which there are none of.
    pub(super) fn new(verbosity: usize, is_quiet: bool) -> Self {
        Self(match verbosity {
            _ if is_quiet => Level::Critical,
            0 => Level::Warning,
            1 => Level::Info,
            _ => Level::Debug,
        })
    }

    pub(super) fn debug(self, text: &str) {
        self.line(Level::Debug, "DEBUG", text);
    }

    pub(super) fn info(self, text: &str) {
        self.line(Level::Info, "INFO", text);
    }

    pub(super) fn warning(self, text: &str) {
        self.line(Level::Warning, "WARNING", text);
    }

    fn line(self, level: Level, name: &str, text: &str) {
        if level < self.0 {
            return;
        }
        let now = SystemClock.now();
        let seconds = now.to_seconds_rfc3339().replace('T', " ");
        let time = format!("{},{:03}", seconds.trim_end_matches('Z'), now.millis().rem_euclid(1000));
        let _ = writeln!(io::stderr(), "{time} - MainThread - aws_encryption_sdk_cli - {name} - {text}");
    }
}
