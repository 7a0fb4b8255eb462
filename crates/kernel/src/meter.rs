//! The price meter: what was used, by the account that pays, Region, service, resource, price class and month.
//!
//! A call that succeeds adds one to a counter; counters are written to the store from time to time, in batches. A view
//! brings the counter of its resource along, so that the usual call neither looks anything up nor takes a lock. Guarantees:
//! memory is bounded by [`MAX_TALLIES`]; each call counts once, however often its handler ran; the calling account pays,
//! whoever owns what it used; a killed process loses the counts of its last seconds and nothing else.

use crate::access::Permit;
use crate::call::Call;
use crate::control::Kernel;
use crate::prices::{Class, MAX_CLASSES};
use base::{Clock, Scope, Timestamp, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Error, Key, Marker, Part, Space};

/// Resources that are counted apart before the next write; what comes above that is counted under none.
const MAX_TALLIES: usize = 100_000;

/// Counters written in one transaction.
const BATCH: usize = 64;

/// Months that are kept, the present one included.
const MONTHS_KEPT: i32 = 14;

/// Counts removed at a time when a month is over.
const PRUNED: usize = 1_000;

/// The counts of one account's use of one resource since they were last written.
pub struct Tally {
    scope: Scope,
    counts: [AtomicU64; MAX_CLASSES],
}

impl Tally {
    fn new(scope: Scope) -> Self {
        Self { scope, counts: Default::default() }
    }

    fn add(&self, class: &Class, count: u64) {
        if let Some(counter) = self.counts.get(class.slot) {
            counter.fetch_add(count, Ordering::Relaxed);
        }
    }
}

/// Whose use of what is counted.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Line {
    /// Who pays, and the Region called.
    pub(crate) scope: Scope,
    /// The service's name.
    pub(crate) service: String,
    /// The resource's ARN; empty for what is none's.
    pub(crate) resource: String,
}

/// The counters of a process.
pub(crate) struct Meter {
    /// Names this process among those over one store.
    node: String,
    tallies: Mutex<HashMap<Line, Arc<Tally>>>,
    /// Where anything was used or is rented that the store does not know of yet.
    scopes: Mutex<BTreeSet<Scope>>,
    /// Those that it does know of.
    known: Mutex<BTreeSet<Scope>>,
    /// The month that counts were last written for.
    month: Mutex<Option<Month>>,
}

impl Meter {
    pub(crate) fn new(node: &str) -> Self {
        let node = node.to_owned();
        Self {
            node,
            tallies: Mutex::default(),
            scopes: Mutex::default(),
            known: Mutex::default(),
            month: Mutex::default(),
        }
    }

    /// The counters of an account's use of a resource.
    pub(crate) fn tally(&self, scope: Scope, service: &str, resource: &str) -> Arc<Tally> {
        let line = |resource: &str| Line { scope, service: service.to_owned(), resource: resource.to_owned() };
        let mut tallies = lock(&self.tallies);
        let named = line(resource);
        if let Some(tally) = tallies.get(&named) {
            return tally.clone();
        }
        let named = if tallies.len() < MAX_TALLIES { named } else { line("") };
        tallies.entry(named).or_insert_with(|| Arc::new(Tally::new(scope))).clone()
    }

    /// Notes that an account has something in a Region.
    pub(crate) fn note(&self, scope: Scope) {
        if !lock(&self.known).contains(&scope) {
            lock(&self.scopes).insert(scope);
        }
    }

    /// Takes what was counted; drops the counters that nothing counts with any more.
    fn take(&self) -> Vec<(Line, Counts)> {
        let mut taken = Vec::new();
        lock(&self.tallies).retain(|line, tally| {
            let is_held = Arc::strong_count(tally) > 1;
            let counts = tally.counts.each_ref().map(|counter| counter.swap(0, Ordering::Relaxed));
            if counts.iter().any(|count| *count > 0) {
                taken.push((line.clone(), counts));
            }
            is_held
        });
        taken
    }

    /// Puts back what could not be written.
    fn put_back(&self, counts: &[(Line, Counts)]) {
        for (line, counts) in counts {
            let tally = self.tally(line.scope, &line.service, &line.resource);
            for (counter, count) in tally.counts.iter().zip(counts) {
                counter.fetch_add(*count, Ordering::Relaxed);
            }
        }
    }
}

type Counts = [u64; MAX_CLASSES];

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a successful call is to be counted as.
pub(crate) struct Bill {
    pub(crate) class: &'static Class,
    pub(crate) scope: Scope,
    pub(crate) service: &'static str,
    /// What it used.
    pub(crate) view: Option<Arc<dyn crate::access::Seen>>,
}

impl Bill {
    /// The bill of a call, if it has a price class; its first target is what it used.
    pub(crate) fn of(class: Option<&'static Class>, call: &Call, permits: Vec<Permit>) -> Option<Self> {
        let view = permits.into_iter().next().and_then(|permit| permit.view);
        Some(Self { class: class?, scope: call.scope, service: call.service.name, view })
    }

    pub(crate) fn count(&self, meter: &Meter) {
        let own = self.view.as_ref().and_then(|view| view.tally()).filter(|tally| tally.scope == self.scope);
        if let Some(tally) = own {
            tally.add(self.class, 1);
            return;
        }
        meter.note(self.scope);
        let resource = self.view.as_ref().map(|view| view.arn()).unwrap_or_default();
        meter.tally(self.scope, self.service, &resource).add(self.class, 1);
    }
}

/// A month of service time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    /// 1 to 12.
    month: u32,
}

impl Month {
    /// The month of an instant.
    pub fn of(time: Timestamp) -> Self {
        let text = time.to_seconds_rfc3339();
        Self::parse(text.get(..7).unwrap_or_default()).unwrap_or(Self { year: 1970, month: 1 })
    }

    /// Reads `YYYY-MM`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let is_digits = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(year, 4) || !is_digits(month, 2) {
            return None;
        }
        let (year, month) = (year.parse().ok()?, month.parse().ok()?);
        (1..=12).contains(&month).then_some(Self { year, month })
    }

    /// When it begins.
    pub fn begin(self) -> Timestamp {
        Timestamp::from_rfc3339(&format!("{self}-01T00:00:00Z")).unwrap_or_default()
    }

    /// When it is over.
    pub fn end(self) -> Timestamp {
        self.plus(1).begin()
    }

    /// The month so many later, or earlier.
    pub(crate) fn plus(self, months: i32) -> Self {
        let all = self.year * 12 + self.month as i32 - 1 + months;
        Self { year: all.div_euclid(12), month: all.rem_euclid(12) as u32 + 1 }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Counts as stored, by the names of their classes.
#[derive(Default, Serialize, Deserialize)]
struct CountsRecord(BTreeMap<String, u64>);

impl store::Record for CountsRecord {
    const VERSION: u8 = 1;
}

/// An account that has something in a Region.
#[derive(Serialize, Deserialize)]
struct ScopeRecord;

impl store::Record for ScopeRecord {
    const VERSION: u8 = 1;
}

/// Counts of all months: each process has its own, so that no two write the same.
fn counts_table() -> Key {
    Key::new(Space::system(), "kernel.meter")
}

fn counts_of(month: Month) -> Key {
    counts_table().text(&month.to_string())
}

fn scopes_table() -> Key {
    Key::new(Space::system(), "kernel.metered")
}

impl Line {
    fn key(&self, month: Month, node: &str) -> Key {
        let (account, region) = (self.scope.account.as_str(), self.scope.region.as_str());
        counts_of(month).text(node).text(account).text(region).text(&self.service).text(&self.resource)
    }

    fn read(key: &Key) -> Option<Self> {
        let mut parts = key.parts().into_iter().skip(2).map(|part| match part {
            Part::Text(text) => Some(text),
            _ => None,
        });
        let mut next = || parts.next().flatten();
        let scope = Scope { account: next()?.parse().ok()?, region: next()?.parse().ok()? };
        Some(Self { scope, service: next()?, resource: next()? })
    }
}

/// Records read at once.
const PAGE: usize = 1_000;

impl Kernel {
    /// Writes down what was used. What was counted since the last write belongs to the month of that one.
    pub fn keep_meter(&self) -> Result<(), Error> {
        let now = Month::of(self.clock.now());
        let last = lock(&self.meter.month).replace(now);
        let month = last.unwrap_or(now);
        self.keep_scopes()?;
        let taken = self.meter.take();
        for (index, batch) in taken.chunks(BATCH).enumerate() {
            let written = self.store.transact(self.marker(), |transaction| {
                for (line, counts) in batch {
                    let key = line.key(month, &self.meter.node);
                    let mut record: CountsRecord = transaction.get(&key)?.unwrap_or_default();
                    for (class, count) in self.classes(&line.service).iter().zip(counts).filter(|(_, n)| **n > 0) {
                        *record.0.entry(class.name.to_owned()).or_default() += count;
                    }
                    transaction.put(&key, &record)?;
                }
                Ok::<_, Error>(())
            });
            if let Err(error) = written {
                self.meter.put_back(taken.get(index * BATCH..).unwrap_or_default());
                return Err(error);
            }
        }
        if last == Some(now) { Ok(()) } else { self.prune_meter(now.plus(1 - MONTHS_KEPT)) }
    }

    /// What is counted from now on belongs to the month that it is now: the clock was moved.
    pub(crate) fn begin_month(&self) {
        *lock(&self.meter.month) = None;
    }

    fn classes(&self, service: &str) -> &'static [&'static Class] {
        self.registry.service(service).and_then(crate::Service::tariff).map_or(&[], |tariff| tariff.classes)
    }

    fn marker(&self) -> Marker {
        Marker(Uuid::random(self.rng.as_ref()))
    }

    fn keep_scopes(&self) -> Result<(), Error> {
        let new: Vec<Scope> = lock(&self.meter.scopes).iter().copied().collect();
        for batch in new.chunks(BATCH) {
            self.store.transact(self.marker(), |transaction| {
                batch.iter().try_for_each(|scope| {
                    let key = scopes_table().text(scope.account.as_str()).text(scope.region.as_str());
                    transaction.insert(&key, &ScopeRecord).map(|_| ())
                })
            })?;
            lock(&self.meter.known).extend(batch);
            lock(&self.meter.scopes).retain(|scope| !batch.contains(scope));
        }
        Ok(())
    }

    /// Removes the counts of months before `oldest`, some at a time.
    fn prune_meter(&self, oldest: Month) -> Result<(), Error> {
        let end = counts_of(oldest);
        loop {
            let removed = self.store.transact(self.marker(), |transaction| {
                let found: Vec<(Key, CountsRecord)> = transaction.scan(&counts_table(), None, PRUNED)?;
                let over = found.iter().filter(|(key, _)| *key < end);
                over.map(|(key, _)| transaction.delete(key).map(|()| 1)).sum::<Result<usize, Error>>()
            })?;
            if removed < PRUNED {
                return self.prune_rents(oldest);
            }
        }
    }

    /// What was used in a month: by line, the names of classes and their counts, of all processes together.
    pub(crate) fn used(&self, month: Month) -> Result<BTreeMap<Line, BTreeMap<String, u64>>, Error> {
        self.keep_meter()?;
        let (mut used, mut after) = (BTreeMap::<Line, BTreeMap<String, u64>>::new(), None);
        loop {
            let page: Vec<(Key, CountsRecord)> = self.store.begin()?.scan(&counts_of(month), after.as_ref(), PAGE)?;
            let is_last = page.len() < PAGE;
            after = page.last().map(|(key, _)| key.clone());
            for (key, CountsRecord(counts)) in page {
                let Some(line) = Line::read(&key) else { continue };
                let sums = used.entry(line).or_default();
                for (class, count) in counts {
                    *sums.entry(class).or_default() += count;
                }
            }
            if is_last {
                return Ok(used);
            }
        }
    }

    /// Every account and Region in which anything was used or may be rented.
    pub(crate) fn metered(&self) -> Result<Vec<Scope>, Error> {
        self.keep_scopes()?;
        let (mut scopes, mut after) = (Vec::new(), None);
        loop {
            let page: Vec<(Key, ScopeRecord)> = self.store.begin()?.scan(&scopes_table(), after.as_ref(), PAGE)?;
            let is_last = page.len() < PAGE;
            after = page.last().map(|(key, _)| key.clone());
            scopes.extend(page.iter().filter_map(|(key, _)| match key.parts().as_slice() {
                [Part::Text(account), Part::Text(region)] => {
                    Some(Scope { account: account.parse().ok()?, region: region.parse().ok()? })
                }
                _ => None,
            }));
            if is_last {
                return Ok(scopes);
            }
        }
    }

    /// Tells the meter that an account has something in a Region that no call made, such as a seed's keys.
    pub fn note_metered(&self, scope: Scope) {
        self.meter.note(scope);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::Unit;

    const CALLS: Class = Class { slot: 0, name: "requests", unit: Unit::Requests, nano_usd: 3_000, free: 0 };

    fn scope(account: &str) -> Scope {
        Scope { account: account.parse().unwrap(), region: "us-east-1".parse().unwrap() }
    }

    #[test]
    fn counters_without_a_holder_are_dropped_once_taken_and_others_go_on() {
        let meter = Meter::new("n");
        let held = meter.tally(scope("111122223333"), "kms", "key");
        held.add(&CALLS, 2);
        meter.tally(scope("444455556666"), "kms", "").add(&CALLS, 1);
        assert_eq!(meter.take().iter().map(|(_, counts)| counts[0]).sum::<u64>(), 3);
        assert_eq!(meter.tallies.lock().unwrap().len(), 1);
        held.add(&CALLS, 5);
        let taken = meter.take();
        assert_eq!((taken.len(), taken[0].1[0], taken[0].0.resource.as_str()), (1, 5, "key"));
        meter.put_back(&taken);
        assert_eq!(meter.take()[0].1[0], 5);
        assert!(meter.take().is_empty());
    }

    #[test]
    fn memory_is_bounded_and_nothing_is_lost_beyond_it() {
        let meter = Meter::new("n");
        for n in 0..MAX_TALLIES + 10 {
            meter.tally(scope("111122223333"), "kms", &n.to_string()).add(&CALLS, 1);
        }
        let taken = meter.take();
        assert!(taken.len() <= MAX_TALLIES + 1);
        assert_eq!(taken.iter().map(|(_, counts)| counts[0]).sum::<u64>(), MAX_TALLIES as u64 + 10);
    }

    #[test]
    fn months_are_read_written_and_counted() {
        let month = Month::parse("2026-12").unwrap();
        assert_eq!(
            (month.to_string(), month.plus(1).to_string(), month.plus(-12).to_string()),
            ("2026-12".into(), "2027-01".into(), "2025-12".into())
        );
        assert_eq!(month.end(), Timestamp::from_rfc3339("2027-01-01T00:00:00Z").unwrap());
        assert_eq!(Month::of(month.begin()), month);
        assert_eq!(Month::of(Timestamp::from_millis(month.end().millis() - 1)), month);
        for wrong in ["", "2026", "2026-13", "2026-00", "2026-1", "26-01", "2026-01-01", "-026-01"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_line_is_read_back_from_its_place() {
        let line = Line { scope: scope("111122223333"), service: "kms".into(), resource: "arn:aws:kms:x".into() };
        assert!(Line::read(&line.key(Month::parse("2026-01").unwrap(), "node")) == Some(line));
    }
}
