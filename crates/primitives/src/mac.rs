//! HMAC (FIPS 198-1) and comparison in constant time.

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

/// The hash of a MAC that a caller chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HmacHash {
    /// SHA-224
    Sha224,
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl HmacHash {
    pub(crate) fn algorithm(self) -> hmac::Algorithm {
        match self {
            Self::Sha224 => hmac::HMAC_SHA224,
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
            Self::Sha512 => hmac::HMAC_SHA512,
        }
    }

    /// Bytes of a MAC.
    pub fn bytes(self) -> usize {
        match self {
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A prepared key for one of the hashes.
pub struct MacKey(hmac::Key);

impl MacKey {
    /// Prepares a key of any length.
    pub fn new(hash: HmacHash, key: &[u8]) -> Self {
        Self(hmac::Key::new(hash.algorithm(), key))
    }

    /// The MAC of a message, whole.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        hmac::sign(&self.0, message).as_ref().to_vec()
    }

    /// Whether `mac` is the whole MAC of the message; in constant time.
    pub fn verifies(&self, message: &[u8], mac: &[u8]) -> bool {
        hmac::verify(&self.0, message, mac).is_ok()
    }
}

/// Whether `a` and `b` are the same, in a time that depends on their lengths only. For every MAC, token and secret.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}
