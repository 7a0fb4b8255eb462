//! Data key caching: materials used for more than one message, within limits.
//!
//! Guarantees: no data key encrypts more messages or bytes, or is used longer, than the limits say; suites whose data
//! key is the content's key are never cached, nor is a message of unknown length encrypted from the cache; an entry
//! answers only a request for the same suite, context and encrypted data keys, required and reproduced context
//! included, of the same partition. What is hashed is hashed before a lock is taken.
//! Source: AWS Encryption SDK specification, "Caching Cryptographic Materials Manager".

use crate::cache::{Entry, EntryId, MaterialsCache};
use crate::{
    DecryptionMaterials, DecryptionRequest, EncryptedDataKey, EncryptionMaterials, EncryptionRequest, Error,
    KeyDerivation, MaterialsManager,
};
use base::Rng as _;
use primitives::SystemRng;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The most messages that one data key may encrypt, and how many it does where nothing else is asked for.
pub const MAX_MESSAGES_PER_KEY: u64 = 1 << 32;
/// The most bytes that one data key may encrypt, and how many it does where nothing else is asked for.
pub const MAX_BYTES_PER_KEY: u64 = (1 << 63) - 1;

/// How often an entry that is used up is taken out and another looked for, before materials are got without the cache.
const ATTEMPTS: usize = 3;

/// What begins the ids of this manager's entries, and the kinds of them.
const CACHING: &[u8] = &[1];
const ENCRYPT: &[u8] = &[1];
const DECRYPT: &[u8] = &[2];

/// How much a data key is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CachingLimits {
    max_age: Duration,
    max_messages: u64,
    max_bytes: u64,
}

impl CachingLimits {
    /// A data key is used for `max_age` at most. Shorter is safer; minutes save nearly as many calls as hours.
    pub fn new(max_age: Duration) -> Result<Self, Error> {
        if max_age.is_zero() {
            return Err(Error::Configuration("the maximum age of a cached data key must be more than zero".into()));
        }
        Ok(Self { max_age, max_messages: MAX_MESSAGES_PER_KEY, max_bytes: MAX_BYTES_PER_KEY })
    }

    /// Encrypts at most so many messages under a data key: 1 to 2^32.
    pub fn max_messages(self, max_messages: u64) -> Result<Self, Error> {
        if !(1..=MAX_MESSAGES_PER_KEY).contains(&max_messages) {
            return Err(Error::Configuration("a cached data key encrypts 1 to 4,294,967,296 messages".into()));
        }
        Ok(Self { max_messages, ..self })
    }

    /// Encrypts at most so many bytes under a data key: up to 2^63-1. A message of as many or more gets its own key.
    pub fn max_bytes(self, max_bytes: u64) -> Result<Self, Error> {
        if max_bytes > MAX_BYTES_PER_KEY {
            return Err(Error::Configuration(
                "a cached data key encrypts at most 9,223,372,036,854,775,807 bytes".into(),
            ));
        }
        Ok(Self { max_bytes, ..self })
    }
}

/// What a caching manager keeps in its cache.
#[derive(Clone)]
pub enum CachedMaterials {
    /// To encrypt with.
    Encryption(Arc<EncryptionMaterials>),
    /// To decrypt with.
    Decryption(Arc<DecryptionMaterials>),
}

/// What caching came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachingMetrics {
    /// Messages whose materials came from the cache: each saved a call of the keyring, which for a KMS keyring of one key
    /// is one call to KMS.
    pub hits: u64,
    /// Messages whose materials were got and put into the cache.
    pub misses: u64,
    /// Messages that caching did not apply to.
    pub bypasses: u64,
}

/// Answers from a cache what another manager answered before.
pub struct CachingMaterialsManager {
    inner: Box<dyn MaterialsManager>,
    cache: Arc<dyn MaterialsCache<CachedMaterials>>,
    limits: CachingLimits,
    partition: Vec<u8>,
    hits: AtomicU64,
    misses: AtomicU64,
    bypasses: AtomicU64,
}

impl CachingMaterialsManager {
    /// Caches what `inner` answers. Managers over one cache do not see each other's entries, unless they are in the same
    /// [partition](Self::in_partition).
    pub fn new(
        inner: impl MaterialsManager + 'static,
        cache: Arc<dyn MaterialsCache<CachedMaterials>>,
        limits: CachingLimits,
    ) -> Self {
        let mut partition = vec![0; 16];
        SystemRng.fill(&mut partition);
        Self {
            inner: Box::new(inner),
            cache,
            limits,
            partition,
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            bypasses: AtomicU64::new(0),
        }
    }

    /// Shares entries with the managers over the same cache that are in the partition of this name. All of them must be
    /// over equal keyrings: who may use one data key may then use all of them.
    #[must_use]
    pub fn in_partition(self, name: &str) -> Self {
        Self { partition: name.into(), ..self }
    }

    /// What caching came to so far.
    pub fn metrics(&self) -> CachingMetrics {
        CachingMetrics {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            bypasses: self.bypasses.load(Ordering::Relaxed),
        }
    }

    /// The cache.
    pub fn cache(&self) -> &Arc<dyn MaterialsCache<CachedMaterials>> {
        &self.cache
    }

    fn encryption_id(&self, request: &EncryptionRequest) -> EntryId {
        let (kind, suite): (&[u8], _) = match request.suite {
            None => (&[0], None),
            Some(suite) => (&[1], Some(suite.id().to_be_bytes())),
        };
        let context = request.context.serialize();
        let required = serialize_required(request);
        let mut fields: Vec<&[u8]> = Vec::with_capacity(7);
        fields.extend([CACHING, ENCRYPT, &self.partition, kind]);
        fields.extend(suite.as_ref().map(<[u8; 2]>::as_slice));
        fields.push(&context);
        // Not in the specification, whose requests with required context would share the entries of those without.
        fields.extend(required.as_deref());
        EntryId::of(&fields)
    }

    fn decryption_id(&self, request: &DecryptionRequest<'_>) -> EntryId {
        let suite = request.suite.id().to_be_bytes();
        let mut keys: Vec<Vec<u8>> = request.encrypted_data_keys.iter().map(serialize_key).collect();
        keys.sort_unstable();
        let keys = keys.concat();
        let context = request.context.serialize();
        let reproduced = request.reproduced_context.serialize();
        let mut fields: Vec<&[u8]> = Vec::with_capacity(7);
        fields.extend([CACHING, DECRYPT, &self.partition, &suite, &keys, &context]);
        // Not in the specification: what one caller reproduced says nothing of what another has to.
        fields.extend(Some(reproduced.as_slice()).filter(|reproduced| !reproduced.is_empty()));
        EntryId::of(&fields)
    }

    /// Looks for an entry that may be used and that `usable` takes.
    fn find<T>(&self, id: &EntryId, usable: impl Fn(&Entry<CachedMaterials>) -> Option<T>) -> Result<Option<T>, Error> {
        for _ in 0..ATTEMPTS {
            let Some(entry) = self.cache.get(id)? else { return Ok(None) };
            if let Some(found) = self.is_young(&entry).then(|| usable(&entry)).flatten() {
                self.hits.fetch_add(1, Ordering::Relaxed);
                return Ok(Some(found));
            }
            self.cache.remove(id, &entry);
        }
        Ok(None)
    }

    /// What is there all the same for a caller who was to renew it, and could not.
    fn spared<T>(&self, id: &EntryId, usable: impl Fn(&Entry<CachedMaterials>) -> Option<T>) -> Option<T> {
        let entry = self.cache.abandon(id).filter(|entry| self.is_young(entry))?;
        let found = usable(&entry)?;
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(found)
    }

    /// Whether an entry is young enough for this manager: another one of the partition may let its entries grow older.
    fn is_young(&self, entry: &Entry<CachedMaterials>) -> bool {
        self.cache.now().since(entry.created()) < self.limits.max_age
    }

    fn put(&self, id: EntryId, materials: CachedMaterials, bytes: Option<u64>) {
        self.misses.fetch_add(1, Ordering::Relaxed);
        let entry = Entry::new(materials, self.cache.now(), self.limits.max_age);
        if let Some(bytes) = bytes {
            // The caller's own message is the first; that it fits was seen before.
            entry.charge(bytes, self.limits.max_messages, self.limits.max_bytes);
        }
        self.cache.put(id, Arc::new(entry));
    }

    fn bypass(&self) {
        self.bypasses.fetch_add(1, Ordering::Relaxed);
    }
}

impl MaterialsManager for CachingMaterialsManager {
    fn encryption_materials(&self, request: &EncryptionRequest) -> Result<Arc<EncryptionMaterials>, Error> {
        let suite = request.suite.unwrap_or_else(|| request.policy.default_suite());
        request.policy.check_encrypt(suite)?;
        let is_cacheable = suite.derivation() != KeyDerivation::Identity;
        let length = request.plaintext_length.filter(|length| is_cacheable && *length < self.limits.max_bytes);
        let Some(length) = length else {
            self.bypass();
            return self.inner.encryption_materials(request);
        };
        let id = self.encryption_id(request);
        let CachingLimits { max_messages, max_bytes, .. } = self.limits;
        let usable = |entry: &Entry<CachedMaterials>| match entry.value() {
            // Where no suite was asked for, the id does not tell the policy that chose one.
            CachedMaterials::Encryption(materials) if materials.suite == suite => {
                entry.charge(length, max_messages, max_bytes).then(|| materials.clone())
            }
            _ => None,
        };
        if let Some(materials) = self.find(&id, usable)? {
            return Ok(materials);
        }
        let request = EncryptionRequest { plaintext_length: Some(max_bytes), ..request.clone() };
        let materials = match self.inner.encryption_materials(&request) {
            Ok(materials) => materials,
            Err(error) => return self.spared(&id, usable).ok_or(error),
        };
        if materials.suite.derivation() != KeyDerivation::Identity {
            self.put(id, CachedMaterials::Encryption(materials.clone()), Some(length));
        } else {
            self.cache.abandon(&id);
        }
        Ok(materials)
    }

    fn decryption_materials(&self, request: &DecryptionRequest<'_>) -> Result<Arc<DecryptionMaterials>, Error> {
        request.policy.check_decrypt(request.suite)?;
        if request.suite.derivation() == KeyDerivation::Identity {
            self.bypass();
            return self.inner.decryption_materials(request);
        }
        let id = self.decryption_id(request);
        // The encrypted data keys stand in the id without a count, so that those of one message may end where the context
        // of another begins.
        let is_of_context = |materials: &DecryptionMaterials| {
            let mut pairs = request.context.iter().chain(&request.reproduced_context);
            pairs.all(|(key, value)| materials.context.get(key) == Some(value))
        };
        let usable = |entry: &Entry<CachedMaterials>| match entry.value() {
            CachedMaterials::Decryption(materials) => is_of_context(materials).then(|| materials.clone()),
            CachedMaterials::Encryption(_) => None,
        };
        if let Some(materials) = self.find(&id, usable)? {
            return Ok(materials);
        }
        let materials = match self.inner.decryption_materials(request) {
            Ok(materials) => materials,
            Err(error) => return self.spared(&id, usable).ok_or(error),
        };
        self.put(id, CachedMaterials::Decryption(materials.clone()), None);
        Ok(materials)
    }
}

/// The required keys, each behind its length; `None` where nothing is required.
fn serialize_required(request: &EncryptionRequest) -> Option<Vec<u8>> {
    let keys = &request.required_context_keys;
    let sized = |key: &String| [&(key.len() as u64).to_be_bytes(), key.as_bytes()].concat();
    (!keys.is_empty()).then(|| keys.iter().flat_map(sized).collect())
}

/// As a message's header has it.
fn serialize_key(key: &EncryptedDataKey) -> Vec<u8> {
    let parts = [key.provider_id.as_bytes(), &key.provider_info, &key.ciphertext];
    let mut out = Vec::with_capacity(6 + parts.iter().map(|part| part.len()).sum::<usize>());
    for part in parts {
        // No message has longer ones.
        out.extend(u16::try_from(part.len()).unwrap_or(u16::MAX).to_be_bytes());
        out.extend(part);
    }
    out
}

#[cfg(test)]
mod tests;
