//! The counters of a process in the text form that Prometheus reads.

use crate::control::Kernel;
use crate::error::Result;
use crate::meter::Month;
use crate::prices::Usd;
use base::Clock;
use std::collections::BTreeMap;
use std::fmt::Write as _;

impl Kernel {
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
