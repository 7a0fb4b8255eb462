//! Whether the machine's clock can be right, asked before anything believes it.
//!
//! Guarantees: nothing is changed by asking; a refusal says what the clock says, what speaks against it, and what to do.

use base::Timestamp;
use kernel::{Kernel, TimeLeap};
use store::Store;

/// No clock was ever before this and right about it while this program existed: the beginning of 2026. A machine that has lost
/// its battery begins in 1970.
const EARLIEST: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// Refuses a time before this program.
pub(crate) fn plausible(now: Timestamp) -> Result<(), String> {
    if now >= EARLIEST {
        return Ok(());
    }
    let said = now.to_seconds_rfc3339();
    Err(format!("the clock says {said}, which is before this program was written; set the clock right"))
}

/// Refuses a service time that is far from when the store was last in use.
pub(crate) fn fits(store: &Store, now: Timestamp) -> Result<(), String> {
    match Kernel::check_time(store, now).map_err(|error| error.to_string())? {
        None => Ok(()),
        Some(leap) => Err(refusal(leap)),
    }
}

fn refusal(leap: TimeLeap) -> String {
    format!("{leap}; set the clock right (or, if it is, start once with --accept-clock); nothing was done")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_without_a_battery_is_refused() {
        assert!(plausible(Timestamp::from_millis(0)).unwrap_err().starts_with("the clock says 1970-01-01T00:00:00Z"));
        assert_eq!(plausible(EARLIEST), Ok(()));
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let leap = TimeLeap { now: Timestamp::from_millis(0), seen: EARLIEST };
        let said = refusal(leap);
        assert!(
            said.contains("1970-01-01") && said.contains("2026-01-01") && said.contains("--accept-clock"),
            "{said}"
        );
    }
}
