//! HMAC-SHA256 (FIPS 198-1) and comparison in constant time.

use aws_lc_rs::{constant_time, hmac};

/// The MAC of `data` under a key that is used once; see [`HmacKey`] for one that is used again.
pub fn hmac_sha256(key: &[u8], data: &[u8]) -> [u8; 32] {
    HmacKey::new(key).sign(&[data])
}

/// A prepared key: both hash states that depend on the key alone are computed once.
pub struct HmacKey(hmac::Key);

impl HmacKey {
    /// Prepares a key of any length.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The MAC of the parts, one after another. Where the parts lie is not authenticated: callers fix or prefix lengths.
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        crate::certain(context.sign().as_ref().try_into().map_err(|_| aws_lc_rs::error::Unspecified))
    }
}

/// Whether `a` and `b` are the same, in a time that depends on their lengths only. For every MAC, token and secret.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}
