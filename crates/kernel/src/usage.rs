//! Usage counters: how often each operation was called, by whom, with what outcome.
//!
//! The price meter and the metrics read them. Counted once a call, however often its handler ran. Memory is bounded
//! by [`MAX_LINES`]; what comes above it is counted under no account.

use base::Scope;
use quick_cache::DefaultHashBuilder;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

/// Distinct combinations that are counted apart.
const MAX_LINES: usize = 100_000;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It succeeded.
    Success,
    /// The caller was at fault.
    ClientError,
    /// The caller was above a quota.
    Throttled,
    /// The server was at fault.
    ServerError,
}

impl Outcome {
    /// Its name in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::ClientError => "client_error",
            Self::Throttled => "throttled",
            Self::ServerError => "server_error",
        }
    }
}

type Line = (Option<Scope>, &'static str, &'static str, Outcome);

/// The counters of a process.
#[derive(Default)]
pub struct Usage {
    strangers: AtomicU64,
    lines: RwLock<HashMap<Line, AtomicU64, DefaultHashBuilder>>,
}

/// One counter's reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageLine {
    /// The calling account and Region; `None` for what exceeded the bound.
    pub scope: Option<Scope>,
    /// The service.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// How the calls ended.
    pub outcome: Outcome,
    /// How many.
    pub count: u64,
}

impl Usage {
    /// Counts one call.
    pub fn count(&self, scope: Scope, service: &'static str, operation: &'static str, outcome: Outcome) {
        let mut line = (Some(scope), service, operation, outcome);
        if let Some(counter) = self.lines.read().unwrap_or_else(PoisonError::into_inner).get(&line) {
            counter.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let mut lines = self.lines.write().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= MAX_LINES {
            line.0 = None;
        }
        lines.entry(line).or_default().fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request whose sender was not proven.
    pub fn count_stranger(&self) {
        self.strangers.fetch_add(1, Ordering::Relaxed);
    }

    /// Requests whose sender was not proven.
    pub fn strangers(&self) -> u64 {
        self.strangers.load(Ordering::Relaxed)
    }

    /// All counters, in a stable order.
    pub fn read(&self) -> Vec<UsageLine> {
        let lines = self.lines.read().unwrap_or_else(PoisonError::into_inner);
        let mut readings: Vec<_> = lines
            .iter()
            .map(|(&(scope, service, operation, outcome), counter)| UsageLine {
                scope,
                service,
                operation,
                outcome,
                count: counter.load(Ordering::Relaxed),
            })
            .collect();
        readings.sort_by_key(|line| (line.scope, line.service, line.operation, line.outcome));
        readings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_account_operation_and_outcome() {
        let usage = Usage::default();
        let scope = |a: &str| Scope { account: a.parse().unwrap(), region: "us-east-1".parse().unwrap() };
        usage.count(scope("111122223333"), "kms", "Encrypt", Outcome::Success);
        usage.count(scope("111122223333"), "kms", "Encrypt", Outcome::Success);
        usage.count(scope("444455556666"), "kms", "Encrypt", Outcome::Throttled);
        let counts: Vec<_> = usage.read().iter().map(|line| (line.outcome, line.count)).collect();
        assert_eq!(counts, [(Outcome::Success, 2), (Outcome::Throttled, 1)]);
    }
}
