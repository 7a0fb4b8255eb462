//! Logs: what is written to standard error, in which form, and how much of it.
//!
//! Guarantees: level and access log can be changed while the server runs; a line about a request carries the id that the
//! client got, and never a target, a header or a body; what strangers can cause is limited to so many lines a second, and
//! what was left out is counted in the next line that is not.

use crate::settings::{LogFormat, LogLevel, Settings};
use base::{Clock, SystemClock};
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Registry, fmt, reload};

/// What logs are filtered by, once they are set up.
static LEVEL: OnceLock<reload::Handle<LevelFilter, Registry>> = OnceLock::new();
/// Whether each request has a line at `info`.
static REQUESTS: AtomicBool = AtomicBool::new(false);
/// Beyond this a request is slow.
static SLOW_MICROS: AtomicU64 = AtomicU64::new(u64::MAX);

/// Sets logs up for the process; a second call changes what can be changed.
pub(crate) fn start(settings: &Settings) {
    let (filter, handle) = reload::Layer::new(level(settings));
    if LEVEL.set(handle).is_ok() {
        let logs = tracing_subscriber::registry().with(filter);
        let set = match settings.log_format {
            LogFormat::Json => logs.with(fmt::layer().json().with_writer(io::stderr)).try_init(),
            LogFormat::Text => logs.with(fmt::layer().with_ansi(false).with_writer(io::stderr)).try_init(),
        };
        // It fails where a library's user has set up logs of its own, which then are the ones that count.
        drop(set);
    }
    let _ = apply(settings);
}

/// Applies level, access log and limit of slowness.
pub(crate) fn apply(settings: &Settings) -> Result<(), String> {
    REQUESTS.store(settings.log_requests, Ordering::Relaxed);
    SLOW_MICROS.store(u64::try_from(settings.log_slow.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    match LEVEL.get() {
        Some(handle) => handle.reload(level(settings)).map_err(|error| error.to_string()),
        None => Ok(()),
    }
}

/// Whether each request has a line at `info`.
pub(crate) fn has_requests() -> bool {
    REQUESTS.load(Ordering::Relaxed)
}

/// Whether a request that took so long is to be warned of.
pub(crate) fn is_slow(took: Duration) -> bool {
    took.as_micros() > u128::from(SLOW_MICROS.load(Ordering::Relaxed))
}

fn level(settings: &Settings) -> LevelFilter {
    match settings.log_level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

/// Lets so many through a second, and counts the rest.
pub(crate) struct Sluice {
    a_second: u64,
    second: AtomicU64,
    passed: AtomicU64,
    held: AtomicU64,
}

impl Sluice {
    pub(crate) const fn new(a_second: u64) -> Self {
        Self { a_second, second: AtomicU64::new(0), passed: AtomicU64::new(0), held: AtomicU64::new(0) }
    }

    /// Whether one more may pass now; if so, how many were held back since the last that did.
    pub(crate) fn pass(&self) -> Option<u64> {
        self.pass_at(u64::try_from(SystemClock.now().millis() / 1000).unwrap_or(0))
    }

    fn pass_at(&self, second: u64) -> Option<u64> {
        // Threads that meet here may let a few too many pass, which is no harm.
        if self.second.swap(second, Ordering::Relaxed) != second {
            self.passed.store(0, Ordering::Relaxed);
        }
        if self.passed.fetch_add(1, Ordering::Relaxed) < self.a_second {
            return Some(self.held.swap(0, Ordering::Relaxed));
        }
        self.held.fetch_add(1, Ordering::Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_passes_at_its_limit_and_what_was_held_back_is_told_afterwards() {
        let sluice = Sluice::new(3);
        assert_eq!((0..10).filter_map(|_| sluice.pass_at(7)).count(), 3);
        assert_eq!(sluice.pass_at(8), Some(7), "the next second tells what the last one held back");
        assert_eq!(sluice.pass_at(8), Some(0));
    }
}
