//! Secrets that sign, and the signing keys derived from them.
//!
//! Guarantees: a cached key belongs to one [`SigningSecret`] value, never to an access key id, so that a secret that was
//! replaced cannot verify; the cache is bounded; keys are wiped when they leave it.

use base::Secret;
use std::sync::atomic::{AtomicU64, Ordering};

/// The secret of an access key.
pub struct SigningSecret {
    secret: Secret<String>,
    serial: u64,
}

impl SigningSecret {
    /// Takes a secret; every value made here is another one to the cache of signing keys.
    pub fn new(secret: Secret<String>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { secret, serial: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    pub(crate) fn serial(&self) -> u64 {
        self.serial
    }

    pub(crate) fn derive(&self, date: &str, region: &str, service: &str) -> Secret<[u8; 32]> {
        let seed = Secret::new([b"AWS4", self.secret.expose().as_bytes()].concat());
        let step = |key: &[u8], data: &str| Secret::new(primitives::hmac_sha256(key, data.as_bytes()));
        let key = step(seed.expose(), date);
        let key = step(key.expose(), region);
        let key = step(key.expose(), service);
        step(key.expose(), crate::scope::TERMINATOR)
    }
}
