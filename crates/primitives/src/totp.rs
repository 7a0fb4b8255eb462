//! Time-based one-time passwords (RFC 6238 over RFC 4226): SHA-1, 30 seconds, six digits, as virtual MFA devices make
//! them.
//!
//! Guarantees: a code is compared in constant time; one that was used, or an older one, is not accepted again, if the
//! caller keeps what [`accept`] returns. SHA-1 stands here for its HMAC alone, which its collisions do not touch.

use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};

/// Seconds for which a code stands.
const STEP: u64 = 30;

/// Steps before and after the present one whose codes are good: a device's clock may be off, and typing takes time.
/// The tolerance that RFC 6238 §5.2 recommends backwards, the same forwards.
const TOLERANCE: u64 = 1;

/// Codes have six digits.
const MODULUS: u32 = 1_000_000;

/// The step at `seconds` since 1970.
pub fn step_at(seconds: u64) -> u64 {
    seconds / STEP
}

/// The code of a step, six digits.
pub fn code(secret: &[u8], step: u64) -> String {
    format!("{:06}", truncated(secret, step) % MODULUS)
}

/// The step of which `given` is the code, if it is one that stands at `seconds` since 1970 and is later than
/// `last`, the step accepted before.
pub fn accept(secret: &[u8], given: &str, seconds: u64, last: Option<u64>) -> Option<u64> {
    let now = step_at(seconds);
    let steps = now.saturating_sub(TOLERANCE)..=now.saturating_add(TOLERANCE);
    steps
        .filter(|step| last.is_none_or(|last| *step > last))
        .find(|step| crate::equal(code(secret, *step).as_bytes(), given.as_bytes()))
}

/// RFC 4226 §5.3.
fn truncated(secret: &[u8], step: u64) -> u32 {
    let mac = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step.to_be_bytes());
    let bytes = mac.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or_default() & 15);
    let four = bytes.get(offset..offset + 4).and_then(|four| four.try_into().ok()).unwrap_or_default();
    u32::from_be_bytes(four) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238 appendix B, whose codes of eight digits end in those of six.
        let vectors = [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ];
        for (seconds, digits) in vectors {
            assert!(digits.ends_with(&code(SECRET, step_at(seconds))), "{seconds}");
        }
        // RFC 4226 appendix D.
        for (count, digits) in [(0, "755224"), (1, "287082"), (9, "520489")] {
            assert_eq!(code(SECRET, count), digits);
        }
    }

    #[test]
    fn a_code_is_good_once_and_around_its_time_only() {
        let (now, step) = (1_111_111_111, step_at(1_111_111_111));
        assert_eq!(accept(SECRET, "050471", now, None), Some(step));
        assert_eq!(accept(SECRET, "050471", now + 30, None), Some(step));
        assert_eq!(accept(SECRET, "050471", now - 30, None), Some(step));
        assert_eq!(accept(SECRET, "050471", now + 60, None), None);
        assert_eq!(accept(SECRET, "050471", now - 60, None), None);
        assert_eq!(accept(SECRET, "050471", now, Some(step)), None, "used");
        assert_eq!(accept(SECRET, "081804", now, Some(step)), None, "older than the one that was used");
        assert_eq!(accept(SECRET, "081804", now, Some(step - 2)), Some(step - 1));
        for wrong in ["", "05047", "0504711", "050472"] {
            assert_eq!(accept(SECRET, wrong, now, None), None, "{wrong}");
        }
        assert_eq!(accept(SECRET, "755224", 0, None), Some(0), "the first step of all");
    }
}
