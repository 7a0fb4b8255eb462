//! Secrets that sign, and the signing keys derived from them.
//!
//! Guarantees: a cached key belongs to one [`SigningSecret`] value, never to an access key id, so that a secret that was
//! replaced cannot verify; the cache holds a bounded number of keys, made by verified callers only; keys are wiped when
//! they leave it.

use crate::malformed::ECDSA;
use crate::scope::TERMINATOR;
use base::{Region, Secret};
use primitives::{HmacKey, P256PublicKey, hmac_sha256};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// The secret of an access key.
pub struct SigningSecret {
    secret: Secret<String>,
    serial: u64,
    /// The key pair's public half, for the access key id that it was derived with: one secret has one id.
    public_key: OnceLock<(String, Arc<P256PublicKey>)>,
}

impl SigningSecret {
    /// Takes a secret. Every value made here is another one to the cache of signing keys, so keep it while it is valid.
    pub fn new(secret: Secret<String>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { secret, serial: NEXT.fetch_add(1, Ordering::Relaxed), public_key: OnceLock::new() }
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

    /// What verifies signatures of Signature Version 4a; `None` if the secret gives no key pair, which no secret of
    /// practice does.
    pub(crate) fn public_key(&self, access_key_id: &str) -> Option<Arc<P256PublicKey>> {
        if let Some((id, key)) = self.public_key.get()
            && id == access_key_id
        {
            return Some(key.clone());
        }
        let scalar = self.private_key(access_key_id)?;
        let key = Arc::new(P256PublicKey::of_private(scalar.expose())?);
        let _ = self.public_key.set((access_key_id.to_owned(), key.clone()));
        Some(key)
    }

    /// The private key that an access key signs with in Signature Version 4a: FIPS 186-5, A.2.2, over the KDF of NIST SP
    /// 800-108 in counter mode. The first candidate serves but once in 2^32.
    pub(crate) fn private_key(&self, access_key_id: &str) -> Option<Secret<[u8; 32]>> {
        let key = Secret::new([b"AWS4A", self.secret.expose().as_bytes()].concat());
        let key = HmacKey::new(key.expose());
        (1..=MAX_CANDIDATE).find_map(|counter| {
            let id = access_key_id.as_bytes();
            let candidate =
                key.sign(&[&1u32.to_be_bytes(), ECDSA.as_bytes(), &[0], id, &[counter], &256u32.to_be_bytes()]);
            successor(&Secret::new(candidate))
        })
    }
}

/// The last candidate for a private key, as in AWS's own signer.
const MAX_CANDIDATE: u8 = 254;

/// The order of P-256 less two: the largest candidate whose successor is a private key. Source: NIST SP 800-186, 3.2.1.3.
const ORDER_LESS_TWO: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
    0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// The candidate plus one, if that is a private key.
fn successor(candidate: &Secret<[u8; 32]>) -> Option<Secret<[u8; 32]>> {
    // Where the comparison stops tells of a candidate that is thrown away, or that it is one of nearly all.
    if *candidate.expose() > ORDER_LESS_TWO {
        return None;
    }
    let mut key = Secret::new(*candidate.expose());
    let mut carry = 1;
    for byte in key.expose_mut().iter_mut().rev() {
        let sum = u16::from(*byte) + carry;
        *byte = sum.to_be_bytes()[1];
        carry = sum >> 8;
    }
    Some(key)
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
    fn a_candidate_becomes_a_key_up_to_the_order() {
        let plus_one = |bytes: [u8; 32]| successor(&Secret::new(bytes)).map(|key| *key.expose());
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(plus_one([0; 32]), Some(one));
        let (mut low, mut next) = ([0; 32], [0; 32]);
        low[31] = 0xff;
        next[30] = 1;
        assert_eq!(plus_one(low), Some(next));
        let mut largest = ORDER_LESS_TWO;
        largest[31] += 1;
        assert_eq!(plus_one(ORDER_LESS_TWO), Some(largest));
        assert_eq!(plus_one(largest), None);
        assert_eq!(plus_one([0xff; 32]), None);
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
