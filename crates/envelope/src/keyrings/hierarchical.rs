//! The hierarchical keyring: data keys under a branch key, which is cached, so that KMS is asked once for many messages.
//!
//! Guarantees: each data key is wrapped under a key of its own, derived from the branch key with a random salt, and bound
//! to branch key, version and encryption context; a branch key is used no longer than the keyring's time to live after it
//! was fetched, whoever put it into a shared cache. Source: AWS Encryption SDK specification, "AWS KMS Hierarchical
//! Keyring".

use super::{data_key, ensure_data_key, unwrap_first};
use crate::branch_keys::{BranchKey, BranchKeyStore};
use crate::cache::{DEFAULT_CACHE_CAPACITY, Entry, EntryId, LocalCache, MaterialsCache};
use crate::{DecryptionMaterials, EncryptedDataKey, EncryptionContext, EncryptionMaterials, Error, Keyring};
use base::{Rng, Secret, Uuid};
use primitives::{AeadKey, NONCE_LENGTH, SystemRng, kbkdf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const PROVIDER_ID: &str = "aws-kms-hierarchy";
const SALT: usize = 16;
const VERSION: usize = 16;

/// First field of cache entry ids: which kind of component it is.
const HIERARCHICAL: &[u8] = &[2];
/// Second field: for which of the two it is.
const ENCRYPT: &[u8] = &[1];
const DECRYPT: &[u8] = &[2];

/// Chooses the branch key of a message.
pub trait BranchKeySupplier: Send + Sync {
    /// The id of the branch key for messages with this encryption context, such as its tenant's.
    fn branch_key_id(&self, context: &EncryptionContext) -> Result<String, Error>;
}

/// A keyring that wraps data keys under branch keys.
pub struct HierarchicalKeyring {
    store: Arc<BranchKeyStore>,
    choice: Choice,
    time_to_live: Duration,
    cache: Arc<dyn MaterialsCache<BranchKey>>,
    partition: Vec<u8>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// What the cache of branch keys came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HierarchicalMetrics {
    /// Data keys whose branch key came from the cache: each saved a read of the store and a call to KMS.
    pub hits: u64,
    /// Data keys whose branch key was fetched.
    pub misses: u64,
}

enum Choice {
    Fixed(String),
    Supplier(Arc<dyn BranchKeySupplier>),
}

impl HierarchicalKeyring {
    /// A keyring of one branch key, which is fetched anew after `time_to_live`.
    pub fn new(
        store: Arc<BranchKeyStore>,
        branch_key_id: impl Into<String>,
        time_to_live: Duration,
    ) -> Result<Self, Error> {
        Self::of(store, Choice::Fixed(branch_key_id.into()), time_to_live)
    }

    /// A keyring of as many branch keys as a supplier names.
    pub fn with_supplier(
        store: Arc<BranchKeyStore>,
        supplier: Arc<dyn BranchKeySupplier>,
        time_to_live: Duration,
    ) -> Result<Self, Error> {
        Self::of(store, Choice::Supplier(supplier), time_to_live)
    }

    fn of(store: Arc<BranchKeyStore>, choice: Choice, time_to_live: Duration) -> Result<Self, Error> {
        if time_to_live.is_zero() {
            return Err(Error::Configuration("branch keys are cached for more than no time".into()));
        }
        let cache = Arc::new(LocalCache::new(DEFAULT_CACHE_CAPACITY));
        let partition = Uuid::random(&SystemRng).0.to_vec();
        let (hits, misses) = (AtomicU64::new(0), AtomicU64::new(0));
        Ok(Self { store, choice, time_to_live, cache, partition, hits, misses })
    }

    /// Keeps branch keys in this cache: one of another size, one that tracks storms, or one that is shared. Keyrings over
    /// one cache share entries if they have the same partition id and stores of the same logical name.
    #[must_use]
    pub fn with_cache(self, cache: Arc<dyn MaterialsCache<BranchKey>>) -> Self {
        Self { cache, ..self }
    }

    /// Shares cache entries with keyrings of the same partition id. Without one, the keyring has its own.
    #[must_use]
    pub fn with_partition_id(self, partition_id: impl Into<String>) -> Self {
        Self { partition: partition_id.into().into_bytes(), ..self }
    }

    /// What the cache came to so far.
    pub fn metrics(&self) -> HierarchicalMetrics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        HierarchicalMetrics { hits: read(&self.hits), misses: read(&self.misses) }
    }

    fn branch_key_id(&self, context: &EncryptionContext) -> Result<String, Error> {
        match &self.choice {
            Choice::Fixed(id) => Ok(id.clone()),
            Choice::Supplier(supplier) => supplier.branch_key_id(context),
        }
    }

    /// The version that encrypts.
    fn active(&self, id: &str) -> Result<Arc<Entry<BranchKey>>, Error> {
        let fields = [HIERARCHICAL, ENCRYPT, &self.partition, self.store.name().as_bytes(), id.as_bytes()];
        self.cached(EntryId::of(&fields), || self.store.active_branch_key(id))
    }

    fn version(&self, id: &str, version: &str) -> Result<Arc<Entry<BranchKey>>, Error> {
        let name = self.store.name().as_bytes();
        let fields = [HIERARCHICAL, DECRYPT, &self.partition, name, id.as_bytes(), version.as_bytes()];
        self.cached(EntryId::of(&fields), || self.store.branch_key_version(id, version))
    }

    fn cached(
        &self,
        id: EntryId,
        fetch: impl FnOnce() -> Result<BranchKey, Error>,
    ) -> Result<Arc<Entry<BranchKey>>, Error> {
        let hit = |entry: Arc<Entry<BranchKey>>| {
            self.hits.fetch_add(1, Ordering::Relaxed);
            Ok(entry)
        };
        // Another keyring may have put it there for longer.
        let is_young = |entry: &Arc<Entry<BranchKey>>| self.cache.now().since(entry.created()) <= self.time_to_live;
        if let Some(entry) = self.cache.get(&id)?.filter(is_young) {
            return hit(entry);
        }
        let key = match fetch() {
            Ok(key) => key,
            Err(error) => return self.cache.abandon(&id).filter(is_young).map_or(Err(error), hit),
        };
        self.misses.fetch_add(1, Ordering::Relaxed);
        let entry = Arc::new(Entry::new(key, self.cache.now(), self.time_to_live));
        self.cache.put(id, entry.clone());
        Ok(entry)
    }

    fn unwrap(
        &self,
        id: &str,
        context: &EncryptionContext,
        encrypted: &EncryptedDataKey,
    ) -> Result<Secret<Vec<u8>>, String> {
        if encrypted.provider_id != PROVIDER_ID {
            return Err(format!("not of the provider {PROVIDER_ID}"));
        }
        if encrypted.provider_info != id.as_bytes() {
            return Err(format!("wrapped under another branch key than {id}"));
        }
        let parts = || {
            let (salt, rest) = encrypted.ciphertext.split_first_chunk::<SALT>()?;
            let (nonce, rest) = rest.split_first_chunk::<NONCE_LENGTH>()?;
            let (version, sealed) = rest.split_first_chunk::<VERSION>()?;
            Some((salt, nonce, version, sealed))
        };
        let (salt, nonce, version, sealed) = parts().ok_or("its ciphertext is too short")?;
        let entry = self.version(id, &Uuid(*version).to_string()).map_err(|error| error.to_string())?;
        let key = wrapping_key(entry.value(), salt);
        let opened = key.open(nonce, &aad(entry.value(), context), sealed);
        opened.map_err(|_| "does not verify: it was changed, or wrapped in another encryption context".into())
    }
}

impl Keyring for HierarchicalKeyring {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        let id = self.branch_key_id(&materials.context)?;
        let entry = self.active(&id)?;
        ensure_data_key(materials)?;
        let (mut salt, mut nonce) = ([0; SALT], [0; NONCE_LENGTH]);
        SystemRng.fill(&mut salt);
        SystemRng.fill(&mut nonce);
        let mut ciphertext = [&salt[..], &nonce, entry.value().version_bytes()].concat();
        let aad = aad(entry.value(), &materials.context);
        wrapping_key(entry.value(), &salt).seal_into(&nonce, &aad, data_key(materials)?, &mut ciphertext);
        materials.encrypted_data_keys.push(EncryptedDataKey {
            provider_id: PROVIDER_ID.into(),
            provider_info: id.into_bytes(),
            ciphertext,
        });
        Ok(())
    }

    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error> {
        let id = self.branch_key_id(&materials.context)?;
        unwrap_first(materials, encrypted_data_keys, |materials, encrypted| {
            self.unwrap(&id, &materials.context, encrypted)
        })
    }
}

/// The key that wraps one data key.
fn wrapping_key(branch_key: &BranchKey, salt: &[u8; SALT]) -> AeadKey {
    AeadKey::new(kbkdf(branch_key.expose(), PROVIDER_ID.as_bytes(), salt).expose())
}

fn aad(branch_key: &BranchKey, context: &EncryptionContext) -> Vec<u8> {
    [PROVIDER_ID.as_bytes(), branch_key.id().as_bytes(), branch_key.version_bytes(), &context.serialize()].concat()
}

#[cfg(test)]
mod tests;
