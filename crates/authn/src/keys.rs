//! Secrets that sign, and the signing keys derived from them.
//!
//! Guarantees: a cached key belongs to one [`SigningSecret`] value, never to an access key id, so that a secret that was
//! replaced cannot verify; the cache holds a bounded number of keys, made by verified callers only; keys are wiped when
//! they leave it.

use crate::scope::TERMINATOR;
use base::{Region, Secret};
use primitives::{HmacKey, hmac_sha256};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// The secret of an access key.
pub struct SigningSecret {
    secret: Secret<String>,
    serial: u64,
}

impl SigningSecret {
    /// Takes a secret. Every value made here is another one to the cache of signing keys, so keep it while it is valid.
    pub fn new(secret: Secret<String>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { secret, serial: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    /// The signing key of a day, Region and service.
    pub(crate) fn derive(&self, date: &str, region: Region, service: &str) -> HmacKey {
        let seed = Secret::new([b"AWS4", self.secret.expose().as_bytes()].concat());
        let step = |key: &[u8], data: &str| Secret::new(hmac_sha256(key, data.as_bytes()));
        let key = step(seed.expose(), date);
        let key = step(key.expose(), region.as_str());
        let key = step(key.expose(), service);
        HmacKey::new(step(key.expose(), TERMINATOR).expose())
    }
}

/// How many secrets have cached keys.
const MAX_SECRETS: usize = 4096;

/// How many keys one secret has cached: a caller of more services and Regions than these pays for the derivation.
const MAX_KEYS: usize = 16;

/// Signing keys by secret, day, Region and service.
#[derive(Default)]
pub(crate) struct KeyCache(RwLock<HashMap<u64, Vec<Cached>>>);

struct Cached {
    date: Box<str>,
    region: Region,
    service: Box<str>,
    key: Arc<HmacKey>,
}

impl KeyCache {
    pub(crate) fn get(
        &self,
        secret: &SigningSecret,
        date: &str,
        region: Region,
        service: &str,
    ) -> Option<Arc<HmacKey>> {
        let cache = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let keys = cache.get(&secret.serial)?;
        let found = keys.iter().find(|key| key.region == region && *key.service == *service && *key.date == *date)?;
        Some(found.key.clone())
    }

    pub(crate) fn insert(&self, secret: &SigningSecret, date: &str, region: Region, service: &str, key: Arc<HmacKey>) {
        let mut cache = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if cache.len() >= MAX_SECRETS && !cache.contains_key(&secret.serial) {
            // Serials grow, so the smallest is the oldest: most likely replaced, or of a session that is over.
            if let Some(oldest) = cache.keys().min().copied() {
                cache.remove(&oldest);
            }
        }
        let keys = cache.entry(secret.serial).or_default();
        if keys.len() >= MAX_KEYS {
            keys.remove(0);
        }
        keys.push(Cached { date: date.into(), region, service: service.into(), key });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> SigningSecret {
        SigningSecret::new(Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into()))
    }

    #[test]
    fn a_replaced_secret_finds_no_key_of_its_predecessor() {
        let (cache, region) = (KeyCache::default(), "us-east-1".parse().unwrap());
        let (old, new) = (secret(), secret());
        cache.insert(&old, "20150830", region, "kms", Arc::new(old.derive("20150830", region, "kms")));
        assert!(cache.get(&old, "20150830", region, "kms").is_some());
        assert!(cache.get(&new, "20150830", region, "kms").is_none());
        assert!(cache.get(&old, "20150831", region, "kms").is_none());
        assert!(cache.get(&old, "20150830", "us-east-2".parse().unwrap(), "kms").is_none());
        assert!(cache.get(&old, "20150830", region, "sts").is_none());
    }

    #[test]
    fn the_cache_is_bounded_and_forgets_the_oldest() {
        let (cache, region) = (KeyCache::default(), "us-east-1".parse().unwrap());
        let key = Arc::new(HmacKey::new(b""));
        let secrets: Vec<SigningSecret> = (0..MAX_SECRETS + 10).map(|_| secret()).collect();
        for secret in &secrets {
            cache.insert(secret, "20150830", region, "kms", key.clone());
        }
        assert!(cache.get(&secrets[0], "20150830", region, "kms").is_none());
        assert!(cache.get(&secrets[MAX_SECRETS], "20150830", region, "kms").is_some());
        for day in 0..100 {
            cache.insert(&secrets[MAX_SECRETS], &day.to_string(), region, "kms", key.clone());
        }
        let inner = cache.0.read().unwrap();
        assert_eq!(inner.len(), MAX_SECRETS);
        assert!(inner.values().all(|keys| keys.len() <= MAX_KEYS));
    }
}
