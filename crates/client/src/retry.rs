//! When a call is tried again, and after how long.
//!
//! The standard mode of AWS's SDKs as of 2026: three attempts, exponential waits with full jitter, and a quota that stops
//! retrying where failures are widespread. `adaptive` and `legacy` mean the same here. Source: AWS SDKs and Tools
//! Reference Guide, "Retry behavior".

use base::Rng;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often a call is attempted unless settings say otherwise.
pub(crate) const ATTEMPTS: u32 = 3;

/// The longest wait that backing off comes to.
const LONGEST: Duration = Duration::from_secs(20);
/// How much longer than that a service may make us wait.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a client's retries may cost before successes give it back.
const QUOTA: u32 = 500;
/// What a call gives back that succeeded at once.
const REFUND: u32 = 1;

/// Codes that ask to slow down, whatever their status.
const THROTTLING: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Codes of what may be gone at the next attempt. `IDPCommunicationError` is STS's.
const TRANSIENT: &[&str] =
    &["IDPCommunicationError", "RequestTimeout", "RequestTimeoutException", "InternalError", "TimeoutError"];

const TRANSIENT_STATUS: &[u16] = &[500, 502, 503, 504];

/// Codes that a clock may be behind.
pub(crate) const SKEWED: &[&str] = &[
    "AuthFailure",
    "InvalidSignatureException",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
];

/// Codes that new credentials may be an answer to.
pub(crate) const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException"];

/// Why another attempt makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Throttling,
    Transient,
}

impl Reason {
    /// What an answer with this code and status gives reason to.
    pub(crate) fn of(code: &str, status: u16) -> Option<Self> {
        if THROTTLING.contains(&code) || status == 429 {
            Some(Self::Throttling)
        } else if TRANSIENT.contains(&code) || TRANSIENT_STATUS.contains(&status) {
            Some(Self::Transient)
        } else {
            None
        }
    }

    fn base(self) -> Duration {
        match self {
            Self::Throttling => Duration::from_secs(1),
            Self::Transient => Duration::from_millis(50),
        }
    }

    fn cost(self) -> u32 {
        match self {
            Self::Throttling => 5,
            Self::Transient => 14,
        }
    }
}

/// How long to wait before retry number `retry`, counted from one. `asked` is what the service asked for.
pub(crate) fn delay(reason: Reason, retry: u32, asked: Option<Duration>, rng: &dyn Rng) -> Duration {
    let factor = 1u32.checked_shl(retry.saturating_sub(1)).unwrap_or(u32::MAX);
    let most = reason.base().saturating_mul(factor).min(LONGEST);
    let mut bytes = [0; 4];
    rng.fill(&mut bytes);
    let chance = f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0);
    let wait = most.mul_f64(chance);
    asked.map_or(wait, |asked| asked.clamp(wait, wait.saturating_add(PATIENCE)))
}

/// What a client's retries may still cost.
pub(crate) struct Quota(Mutex<u32>);

impl Default for Quota {
    fn default() -> Self {
        Self(Mutex::new(QUOTA))
    }
}

impl Quota {
    /// Pays for a retry; the price, or `None` if there is not enough left.
    pub(crate) fn pay(&self, reason: Reason) -> Option<u32> {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.checked_sub(reason.cost())?;
        Some(reason.cost())
    }

    /// A call succeeded: it gives back what its last retry cost, if it had one.
    pub(crate) fn succeeded(&self, paid: Option<u32>) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.saturating_add(paid.unwrap_or(REFUND)).min(QUOTA);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;

    fn rounded(wait: Duration) -> u128 {
        (wait.as_micros() + 500) / 1000
    }

    /// Chance that is nearly one.
    struct Most;

    impl Rng for Most {
        fn fill(&self, out: &mut [u8]) {
            out.fill(0xff);
        }
    }

    #[test]
    fn codes_and_statuses_give_reason() {
        for (code, status, reason) in [
            ("ThrottlingException", 400, Some(Reason::Throttling)),
            ("", 429, Some(Reason::Throttling)),
            ("LimitExceededException", 400, Some(Reason::Throttling)),
            ("KMSInternalException", 500, Some(Reason::Transient)),
            ("DependencyTimeoutException", 503, Some(Reason::Transient)),
            ("KeyUnavailableException", 500, Some(Reason::Transient)),
            ("IDPCommunicationError", 400, Some(Reason::Transient)),
            ("", 502, Some(Reason::Transient)),
            ("", 501, None),
            ("AccessDeniedException", 400, None),
            ("DisabledException", 409, None),
            ("InvalidCiphertextException", 400, None),
        ] {
            assert_eq!(Reason::of(code, status), reason, "{code} {status}");
        }
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let most = |reason, retry| rounded(delay(reason, retry, None, &Most));
        assert_eq!(
            [1, 2, 3, 8, 9, 10, 40].map(|n| most(Reason::Transient, n)),
            [50, 100, 200, 6400, 12800, 20000, 20000]
        );
        assert_eq!([1, 2, 5, 6].map(|n| most(Reason::Throttling, n)), [1000, 2000, 16000, 20000]);
    }

    #[test]
    fn waits_are_spread_over_all_that_they_may_be() {
        let rng = SeededRng::new(7);
        let waits: Vec<u128> = (0..1000).map(|_| delay(Reason::Throttling, 1, None, &rng).as_millis()).collect();
        assert!(waits.iter().any(|wait| *wait < 50) && waits.iter().any(|wait| *wait > 950));
        assert!(waits.iter().all(|wait| *wait < 1000));
    }

    #[test]
    fn a_service_may_lengthen_a_wait_by_five_seconds_and_not_shorten_it() {
        let asked = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(delay(Reason::Throttling, 1, asked(3), &Most).as_millis(), 3000);
        assert_eq!(rounded(delay(Reason::Throttling, 1, asked(60), &Most)), 6000);
        assert_eq!(rounded(delay(Reason::Throttling, 1, asked(0), &Most)), 1000);
    }

    #[test]
    fn the_quota_runs_out_and_success_fills_it() {
        let quota = Quota::default();
        for _ in 0..QUOTA / 14 {
            assert_eq!(quota.pay(Reason::Transient), Some(14));
        }
        // 500 - 35 × 14 = 10
        assert_eq!(quota.pay(Reason::Transient), None);
        assert_eq!(quota.pay(Reason::Throttling), Some(5));
        assert_eq!(quota.pay(Reason::Throttling), Some(5));
        assert_eq!(quota.pay(Reason::Throttling), None);
        quota.succeeded(Some(5));
        assert_eq!(quota.pay(Reason::Throttling), Some(5));
        for _ in 0..2000 {
            quota.succeeded(None);
        }
        assert_eq!(*quota.0.lock().unwrap(), QUOTA);
    }
}
