//! Guesses at what is short enough to be guessed: one-time codes.
//!
//! Guarantees: after a few wrong guesses at one thing the next has to wait, twice as long each time and up to
//! [`LONGEST`], so that a code of six digits is not found by trying; a right one clears the count; memory is bounded.
//! What was guessed at is known to this process only; a caller who spreads guesses over many nodes gets as many more.

use base::{Clock, Timestamp};
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::time::Duration;

/// Wrong guesses before the first wait.
const FREE: u32 = 5;

/// The first wait.
const FIRST: Duration = Duration::from_secs(2);

/// The longest.
const LONGEST: Duration = Duration::from_secs(900);

/// Things guessed at that are remembered.
const CAPACITY: usize = 16_384;

/// Counts wrong guesses.
pub struct Guesses {
    /// Wall time.
    clock: Arc<dyn Clock>,
    wrong: Cache<String, (u32, Timestamp)>,
}

impl Guesses {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, wrong: Cache::new(CAPACITY) }
    }

    /// Whether `what` may be guessed at now.
    pub fn may(&self, what: &str) -> bool {
        let Some((wrong, last)) = self.wrong.get(what) else { return true };
        let Some(over) = wrong.checked_sub(FREE) else { return true };
        let wait = FIRST.saturating_mul(1 << over.min(16)).min(LONGEST);
        self.clock.now().since(last) >= wait
    }

    /// Learns whether a guess at `what` was right.
    pub fn tell(&self, what: &str, is_right: bool) {
        if is_right {
            self.wrong.remove(what);
        } else {
            let wrong = self.wrong.get(what).map_or(0, |(wrong, _)| wrong);
            self.wrong.insert(what.to_owned(), (wrong.saturating_add(1), self.clock.now()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::TestClock;

    #[test]
    fn after_a_few_wrong_guesses_the_next_has_to_wait_longer_each_time() {
        let clock = Arc::new(TestClock::default());
        let guesses = Guesses::new(clock.clone());
        for _ in 0..FREE {
            assert!(guesses.may("device"));
            guesses.tell("device", false);
        }
        let mut wait = FIRST;
        while wait < LONGEST {
            assert!(!guesses.may("device"), "{wait:?}");
            clock.advance(wait - Duration::from_millis(1));
            assert!(!guesses.may("device"), "{wait:?}");
            clock.advance(Duration::from_millis(1));
            assert!(guesses.may("device"), "{wait:?}");
            guesses.tell("device", false);
            wait *= 2;
        }
        clock.advance(LONGEST);
        assert!(guesses.may("device"), "the wait has an end");
        assert!(guesses.may("another"));
        guesses.tell("device", true);
        guesses.tell("device", false);
        assert!(guesses.may("device"), "a right guess clears the count");
    }
}
