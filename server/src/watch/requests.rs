//! Requests by operation and ending, and how long they took.
//!
//! Guarantees: a count is a handful of additions to memory that other threads seldom touch: each thread has a shard, and
//! what is asked of the shards is their sum. A counter is made when its operation is first called, so what is never
//! called takes no memory.

use base::{Durations, Spread};
use kernel::{Ending, Registry, Told};
use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// The upper bounds of the classes of duration.
pub(crate) const BOUNDS: [Duration; 16] = [
    Duration::from_micros(100),
    Duration::from_micros(250),
    Duration::from_micros(500),
    Duration::from_millis(1),
    Duration::from_micros(2_500),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(25),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_millis(2_500),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// More threads than this share their shards.
const SHARDS: usize = 16;
const CLASSES: usize = BOUNDS.len() + 1;
const ENDINGS: usize = Ending::ALL.len();

/// What the listener of external keys calls its requests.
const EXTERNAL_KEYS: (&str, &str) = ("xks-proxy", "unknown");

/// Counters of requests.
pub(crate) struct Requests {
    names: Vec<(&'static str, &'static str)>,
    lines: Vec<[OnceLock<Box<Cells>>; SHARDS]>,
    flights: [Flights; SHARDS],
}

/// One shard of an operation's counters, on cache lines of its own.
#[derive(Default)]
#[repr(align(128))]
struct Cells {
    endings: [AtomicU64; ENDINGS],
    durations: Durations<CLASSES>,
}

/// One shard of how many requests began, and how many of them ended in which way.
#[derive(Default)]
#[repr(align(128))]
struct Flights {
    begun: AtomicU64,
    ended: AtomicU64,
    abandoned: AtomicU64,
}

/// What was counted of an operation.
pub(crate) struct Line {
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
    /// In the order of [`Ending::ALL`].
    pub(crate) endings: [u64; ENDINGS],
    /// By [`BOUNDS`].
    pub(crate) durations: Spread<CLASSES>,
}

impl Requests {
    pub(crate) fn new(names: &[(&'static str, &'static str)]) -> Self {
        let mut names = names.to_vec();
        names.push(EXTERNAL_KEYS);
        let lines = names.iter().map(|_| Default::default()).collect();
        Self { names, lines, flights: Default::default() }
    }

    /// How the proxy of external key stores calls its requests.
    pub(crate) fn external_keys(&self) -> u16 {
        u16::try_from(self.names.len() - 1).unwrap_or(Registry::UNKNOWN)
    }

    /// Service and operation of what was told.
    pub(crate) fn name(&self, told: Told) -> (&'static str, &'static str) {
        let unknown = || self.names.get(usize::from(Registry::UNKNOWN)).copied();
        self.names.get(usize::from(told.number)).copied().or_else(unknown).unwrap_or_default()
    }

    /// A request begins; it ends when the returned value is told so, and is abandoned when that is dropped before.
    pub(crate) fn begin(&self) -> InFlight<'_> {
        let flights = self.flights.get(shard());
        if let Some(flights) = flights {
            flights.begun.fetch_add(1, Ordering::Relaxed);
        }
        InFlight { flights, ended: false }
    }

    /// Counts a request that has its answer.
    pub(crate) fn count(&self, told: Told, took: Duration) {
        let shards =
            self.lines.get(usize::from(told.number)).or_else(|| self.lines.get(usize::from(Registry::UNKNOWN)));
        let Some(cells) = shards.and_then(|shards| shards.get(shard())) else { return };
        let cells = cells.get_or_init(Box::default);
        if let Some(counter) = cells.endings.get(told.ending.index()) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        cells.durations.count(&BOUNDS, took);
    }

    /// What was counted, of operations that were called.
    pub(crate) fn read(&self) -> Vec<Line> {
        let lines = self.names.iter().zip(&self.lines);
        lines
            .filter_map(|(&(service, operation), shards)| {
                let mut line = Line { service, operation, endings: [0; ENDINGS], durations: Spread::default() };
                let mut called = false;
                for cells in shards.iter().filter_map(OnceLock::get) {
                    called = true;
                    for (sum, counter) in line.endings.iter_mut().zip(&cells.endings) {
                        *sum += counter.load(Ordering::Relaxed);
                    }
                    line.durations += cells.durations.read();
                }
                called.then_some(line)
            })
            .collect()
    }

    /// Requests under way, and those whose clients went away before the answer.
    pub(crate) fn flights(&self) -> (u64, u64) {
        let sum = |of: fn(&Flights) -> &AtomicU64| {
            self.flights.iter().map(|flights| of(flights).load(Ordering::Relaxed)).fold(0, u64::wrapping_add)
        };
        // Ends are read first, so that what happens meanwhile makes the difference too large rather than negative.
        let (ended, abandoned) = (sum(|flights| &flights.ended), sum(|flights| &flights.abandoned));
        (sum(|flights| &flights.begun).saturating_sub(ended.wrapping_add(abandoned)), abandoned)
    }
}

/// A request under way.
pub(crate) struct InFlight<'a> {
    flights: Option<&'a Flights>,
    ended: bool,
}

impl InFlight<'_> {
    /// It has its answer.
    pub(crate) fn end(mut self) {
        self.ended = true;
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        let counter = self.flights.map(|flights| if self.ended { &flights.ended } else { &flights.abandoned });
        if let Some(counter) = counter {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The shard of this thread.
fn shard() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static SHARD: Cell<Option<usize>> = const { Cell::new(None) });
    SHARD.with(|shard| {
        shard.get().unwrap_or_else(|| {
            let given = NEXT.fetch_add(1, Ordering::Relaxed) % SHARDS;
            shard.set(Some(given));
            given
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [(&str, &str); 3] = [("unknown", "unknown"), ("kms", "unknown"), ("kms", "Encrypt")];

    fn told(number: u16, ending: Ending) -> Told {
        Told { number, region: None, ending }
    }

    #[test]
    fn what_many_threads_count_adds_up() {
        let requests = Requests::new(&NAMES);
        std::thread::scope(|scope| {
            for _ in 0..2 * SHARDS {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let flight = requests.begin();
                        requests.count(told(2, Ending::Success), Duration::from_micros(300));
                        flight.end();
                    }
                });
            }
        });
        let lines = requests.read();
        let [line] = lines.as_slice() else { panic!("{} lines", lines.len()) };
        let all = 200 * SHARDS as u64;
        assert_eq!((line.service, line.operation), ("kms", "Encrypt"));
        assert_eq!((line.endings[Ending::Success.index()], line.durations.classes[2]), (all, all));
        assert_eq!(line.durations.total, Duration::from_micros(300) * u32::try_from(all).unwrap());
        assert_eq!(requests.flights(), (0, 0));
    }

    #[test]
    fn a_number_that_names_nothing_is_counted_as_unknown_and_a_dropped_request_as_abandoned() {
        let requests = Requests::new(&NAMES);
        requests.count(told(99, Ending::ClientError), Duration::from_secs(60));
        let lines = requests.read();
        assert_eq!(
            (lines[0].service, lines[0].operation, lines[0].durations.classes[BOUNDS.len()]),
            ("unknown", "unknown", 1)
        );
        let under_way = requests.begin();
        drop(requests.begin());
        assert_eq!(requests.flights(), (1, 1));
        under_way.end();
        assert_eq!(requests.flights(), (0, 1));
    }
}
