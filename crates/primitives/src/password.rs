//! Passwords: PBKDF2 (RFC 8018 §5.2) with HMAC-SHA512.
//!
//! Guarantee: what is stored of a password lets nobody sign in, and costs an attacker [`ITERATIONS`] hashes a guess.
//! Source of the number: OWASP Password Storage Cheat Sheet.

use aws_lc_rs::pbkdf2;
use std::num::NonZeroU32;

/// Rounds of the hash for passwords that are set now. Older ones keep the number that is stored with them.
pub const ITERATIONS: u32 = 210_000;

/// What is stored of a password. Slow on purpose: a tenth of a second.
pub fn hash_password(password: &[u8], salt: &[u8; 16], iterations: u32) -> [u8; 32] {
    let mut hash = [0; 32];
    let iterations = NonZeroU32::new(iterations).unwrap_or(NonZeroU32::MIN);
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA512, iterations, salt, password, &mut hash);
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python's hashlib.pbkdf2_hmac and OpenSSL's kdf command, which agree.
    #[test]
    fn the_hash_is_that_of_other_implementations() {
        let hash = hash_password(b"correct horse", b"0123456789abcdef", 1000);
        assert_eq!(base::hex(&hash), "38cd0502822a0952b5b16b710e27df56505e8ed2dafa4b384cfef526279cc2e4");
        assert_ne!(hash_password(b"correct horse", b"0123456789abcdeg", 1000), hash);
    }
}
