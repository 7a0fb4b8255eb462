//! What became of staged records: each has a ticket, and a write decides all that are out.
//!
//! Guarantees: a ticket is decided once; whether it is can be asked without the log's lock; a record is told to be kept
//! only if it is.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Failed writes that are remembered. Who asks for an older ticket only then is told that its record is lost, too: there
/// is a disk that fails and fails, and a wrong "no" harms nobody.
const REMEMBERED: usize = 1024;

/// For how many writes of a single record company is still expected.
const PATIENCE: u32 = 64;
/// When none is expected, every so many'th record looks whether some has come.
const LOOK_EVERY: u64 = 16;

/// Tickets are given and decided under the log's lock.
#[derive(Default)]
pub(crate) struct Tickets {
    given: AtomicU64,
    /// Tickets below this number are decided.
    decided: AtomicU64,
    /// Tickets below this number are lost or too old to tell; [`Tickets::lost`] knows more.
    suspicious: AtomicU64,
    patience: AtomicU32,
    lost: Mutex<VecDeque<Range<u64>>>,
}

impl Tickets {
    /// A ticket for a record that was just staged.
    pub(crate) fn give(&self) -> u64 {
        self.given.fetch_add(1, Ordering::Relaxed)
    }

    /// Decides all tickets that are out: what was staged is kept, or lost.
    pub(crate) fn decide(&self, kept: bool) {
        let (from, to) = (self.decided.load(Ordering::Relaxed), self.given.load(Ordering::Relaxed));
        if !kept && from < to {
            let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
            if lost.len() == REMEMBERED {
                lost.pop_front();
            }
            lost.push_back(from..to);
            self.suspicious.store(to, Ordering::Release);
        }
        self.decided.store(to, Ordering::Release);
        let patience = self.patience.load(Ordering::Relaxed);
        let left = if to - from > 1 { PATIENCE } else { patience.saturating_sub(1) };
        if left != patience {
            self.patience.store(left, Ordering::Relaxed);
        }
    }

    /// Whether other records are likely to be staged soon: lately, several were written at once.
    pub(crate) fn expects_company(&self, ticket: u64) -> bool {
        self.patience.load(Ordering::Relaxed) > 0 || ticket.is_multiple_of(LOOK_EVERY)
    }

    /// Whether the record was kept; `None` while that is not decided.
    pub(crate) fn outcome(&self, ticket: u64) -> Option<bool> {
        if ticket >= self.decided.load(Ordering::Acquire) {
            return None;
        }
        if ticket >= self.suspicious.load(Ordering::Acquire) {
            return Some(true);
        }
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        let is_forgotten = lost.len() == REMEMBERED && lost.front().is_some_and(|oldest| ticket < oldest.start);
        Some(!is_forgotten && !lost.iter().any(|range| range.contains(&ticket)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ticket_shares_the_fate_of_its_write() {
        let tickets = Tickets::default();
        let mut expected = Vec::new();
        for round in 0..100_u64 {
            let kept = round % 3 != 1;
            for _ in 0..round % 4 {
                let ticket = tickets.give();
                assert_eq!(tickets.outcome(ticket), None);
                expected.push((ticket, kept));
            }
            tickets.decide(kept);
            for (ticket, kept) in &expected {
                assert_eq!(tickets.outcome(*ticket), Some(*kept));
            }
        }
    }

    #[test]
    fn company_is_expected_while_records_come_together() {
        let tickets = Tickets::default();
        let alone = |times| {
            for _ in 0..times {
                tickets.give();
                tickets.decide(true);
            }
        };
        assert!(tickets.expects_company(0) && !tickets.expects_company(1));
        tickets.give();
        alone(1);
        assert!(tickets.expects_company(1), "two were written at once");
        alone(PATIENCE - 1);
        assert!(tickets.expects_company(1));
        alone(1);
        assert!(!tickets.expects_company(1));
    }

    #[test]
    fn what_is_forgotten_counts_as_lost() {
        let tickets = Tickets::default();
        let (old_kept, old_lost) = (tickets.give(), tickets.give() + 1);
        tickets.decide(true);
        for _ in 0..=REMEMBERED {
            tickets.give();
            tickets.decide(false);
        }
        assert_eq!((tickets.outcome(old_kept), tickets.outcome(old_lost)), (Some(false), Some(false)));
        let fresh = tickets.give();
        tickets.decide(true);
        assert_eq!(tickets.outcome(fresh), Some(true));
    }
}
