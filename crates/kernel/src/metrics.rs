//! How the kernel fares, as numbers; and its counters by account in the text form that Prometheus reads.

use crate::control::Kernel;
use crate::error::Result;
use crate::meter::Month;
use crate::prices::Usd;
use base::Clock;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How the kernel fares at one moment.
pub struct Readings {
    /// What commits came to.
    pub commits: store::Commits,
    /// Whether the store is a network away.
    pub store_is_remote: bool,
    /// The audit log.
    pub audit: audit::Readings,
    /// Records on their way into it.
    pub outbox: audit::OutboxReadings,
    /// Background work.
    pub jobs: bus::Readings,
    /// Entries of each cache, by its name.
    pub caches: Vec<(&'static str, usize)>,
    /// Draws on quotas that were refused, by pool.
    pub refused: Vec<(&'static str, u64)>,
    /// Requests whose sender was not proven.
    pub strangers: u64,
    /// Calls let through that policies deny (`--soft`).
    pub let_through: u64,
    /// How far service time is ahead of wall time, in seconds; moved only in `dev`.
    pub clock_offset: f64,
}

impl Kernel {
    /// How the kernel fares. Reads memory only.
    pub fn readings(&self) -> Readings {
        let mut caches = vec![("views", self.views.len()), ("keyrings", self.crypto.cached_keyrings())];
        caches.extend(self.directory.cached());
        let ahead = self.clock.now().millis() - self.wall.now().millis();
        Readings {
            commits: self.store.commits(),
            store_is_remote: self.store.is_remote(),
            audit: self.log.readings(),
            outbox: self.sequencer.readings(),
            jobs: self.scheduler.readings(),
            caches,
            refused: self.quotas.refused(),
            strangers: self.usage.strangers(),
            let_through: self.let_through(),
            // Exact up to 285,000 years.
            clock_offset: ahead as f64 / 1e3,
        }
    }

    /// The counters in the text form that Prometheus reads.
    pub fn metrics(&self) -> Result<String> {
        let mut text = String::from("# TYPE fastness_calls_total counter\n");
        for line in self.usage.read() {
            let scope = line.scope.map(|scope| (scope.account.to_string(), scope.region.to_string()));
            let (account, region) = scope.unwrap_or_default();
            let outcome = line.outcome.as_str();
            let (service, operation, count) = (line.service, line.operation, line.count);
            // Names and ids need no escaping; a text cannot fail to take them.
            let _ = writeln!(
                text,
                "fastness_calls_total{{account=\"{account}\",region=\"{region}\",service=\"{service}\",\
                 operation=\"{operation}\",outcome=\"{outcome}\"}} {count}"
            );
        }
        let strangers = self.usage.strangers();
        let _ = writeln!(text, "# TYPE fastness_strangers_total counter\nfastness_strangers_total {strangers}");
        let _ = writeln!(text, "# TYPE fastness_month_cost_usd gauge");
        let month = Month::of(self.clock.now());
        let mut sums = BTreeMap::<(String, String, String, String), Usd>::new();
        for cost in self.costs(month)? {
            let key = (cost.account.to_string(), cost.region, cost.service, cost.class);
            let sum = sums.entry(key).or_default();
            *sum = *sum + cost.cost;
        }
        for ((account, region, service, class), cost) in sums {
            let _ = writeln!(
                text,
                "fastness_month_cost_usd{{month=\"{month}\",account=\"{account}\",region=\"{region}\",\
                 service=\"{service}\",class=\"{class}\"}} {cost}"
            );
        }
        Ok(text)
    }
}
