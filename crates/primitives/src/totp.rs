//! Time-based one-time passwords (RFC 6238 over RFC 4226): SHA-1, 30 seconds, six digits, as virtual MFA devices make
//! them.
//!
//! SHA-1 stands here for its HMAC alone, which its collisions do not touch. Which codes are taken is the directory's to
//! say, which keeps what a device is known for.

use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};

/// Seconds for which a code stands.
const STEP: u64 = 30;

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
}
