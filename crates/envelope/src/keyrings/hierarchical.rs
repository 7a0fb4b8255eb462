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
mod tests {
    use super::*;
    use crate::branch_keys::{KmsConfiguration, MemoryBranchKeyStorage};
    use crate::cache::{StormSettings, StormTrackingCache};
    use crate::testing::{FakeKms, Operation, reasons, service_error};
    use crate::{AlgorithmSuite, DataKey};
    use base::{Clock, TestClock, Timestamp};
    use primitives::{AesGcm, HashAlgorithm, HmacHash, hash, kbkdf_counter};

    const MINUTE: Duration = Duration::from_secs(60);

    struct World {
        kms: FakeKms,
        store: Arc<BranchKeyStore>,
        clock: Arc<TestClock>,
    }

    impl World {
        fn new() -> Self {
            let kms = FakeKms::new();
            let key = kms.symmetric_key("us-east-1");
            let configuration = KmsConfiguration::Key(key);
            let storage = Arc::new(MemoryBranchKeyStorage::new());
            let store = BranchKeyStore::new(storage, kms.client("us-east-1"), "keys", configuration).unwrap();
            let clock = Arc::new(TestClock::new(Timestamp::from_millis(1_000_000)));
            Self { kms, store: Arc::new(store), clock }
        }

        fn branch_key(&self, id: &str) {
            self.store.create_key(Some(id), &context("any")).unwrap();
        }

        fn cache(&self, capacity: usize) -> Arc<LocalCache<BranchKey>> {
            Arc::new(LocalCache::with_clock(capacity, self.clock.clone() as Arc<dyn Clock>))
        }

        fn keyring(&self, id: &str) -> HierarchicalKeyring {
            HierarchicalKeyring::new(self.store.clone(), id, MINUTE).unwrap().with_cache(self.cache(10))
        }

        fn decrypts(&self) -> usize {
            self.kms.count(Operation::Decrypt)
        }
    }

    fn context(tenant: &str) -> EncryptionContext {
        EncryptionContext::new([("tenant", tenant)]).unwrap()
    }

    fn encrypt(keyring: &dyn Keyring, tenant: &str) -> EncryptionMaterials {
        let mut materials = EncryptionMaterials::new(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, context(tenant));
        keyring.on_encrypt(&mut materials).unwrap();
        materials
    }

    fn decrypt(keyring: &dyn Keyring, sealed: &EncryptionMaterials) -> Result<(), Error> {
        let mut materials = DecryptionMaterials::new(sealed.suite, sealed.context.clone());
        let result = keyring.on_decrypt(&mut materials, &sealed.encrypted_data_keys);
        let expected = result.is_ok().then(|| sealed.data_key().unwrap().expose());
        assert_eq!(materials.data_key().map(DataKey::expose), expected);
        result
    }

    fn refused(keyring: &dyn Keyring, sealed: &EncryptionMaterials) -> Vec<String> {
        reasons(&decrypt(keyring, sealed).unwrap_err())
    }

    #[test]
    fn fifty_messages_take_one_call_to_kms_each_way() {
        let world = World::new();
        world.branch_key("a");
        let keyring = world.keyring("a");
        let sealed: Vec<_> = (0..50).map(|_| encrypt(&keyring, "x")).collect();
        assert_eq!(world.decrypts(), 1);
        sealed.iter().for_each(|sealed| decrypt(&keyring, sealed).unwrap());
        assert_eq!(world.decrypts(), 2);
        assert_eq!(keyring.metrics(), HierarchicalMetrics { hits: 98, misses: 2 });
        let distinct: std::collections::BTreeSet<_> =
            sealed.iter().map(|sealed| sealed.encrypted_data_keys[0].ciphertext.clone()).collect();
        assert_eq!(distinct.len(), 50);
    }

    #[test]
    fn a_wrapped_key_is_laid_out_as_the_specification_has_it() {
        let world = World::new();
        world.branch_key("tenant-ä");
        let sealed = encrypt(&world.keyring("tenant-ä"), "x");
        let [encrypted] = &sealed.encrypted_data_keys[..] else { panic!("one data key") };
        assert_eq!(encrypted.provider_id, "aws-kms-hierarchy");
        assert_eq!(encrypted.provider_info, "tenant-ä".as_bytes());
        let (salt, rest) = encrypted.ciphertext.split_at(16);
        let (nonce, rest) = rest.split_at(12);
        let (version, rest) = rest.split_at(16);
        let (wrapped, tag) = rest.split_at(32);
        assert_eq!(tag.len(), 16);
        let branch_key = world.store.active_branch_key("tenant-ä").unwrap();
        assert_eq!(Uuid(version.try_into().unwrap()).to_string(), branch_key.version());
        let mut key = [0; 32];
        let fixed = [&b"aws-kms-hierarchy\0"[..], salt, &[0, 0, 1, 0]];
        kbkdf_counter(HmacHash::Sha256, branch_key.expose(), &fixed, &mut key);
        let aad = [b"aws-kms-hierarchy", "tenant-ä".as_bytes(), version, &context("x").serialize()].concat();
        let mut opened = [0; 32];
        AesGcm::new(&key).unwrap().open(nonce.try_into().unwrap(), &aad, wrapped, tag, &mut opened).unwrap();
        assert_eq!(opened, sealed.data_key().unwrap().expose());
    }

    #[test]
    fn suites_of_every_key_length_and_data_keys_of_others_are_wrapped() {
        let world = World::new();
        world.branch_key("a");
        let keyring = world.keyring("a");
        for suite in AlgorithmSuite::all() {
            let mut materials = EncryptionMaterials::new(suite, context("x"));
            keyring.on_encrypt(&mut materials).unwrap();
            keyring.on_encrypt(&mut materials).unwrap();
            for encrypted in &materials.encrypted_data_keys {
                let mut opened = DecryptionMaterials::new(suite, context("x"));
                keyring.on_decrypt(&mut opened, std::slice::from_ref(encrypted)).unwrap();
                assert_eq!(opened.data_key().unwrap().expose(), materials.data_key().unwrap().expose());
            }
        }
    }

    #[test]
    fn a_supplier_chooses_by_the_context() {
        struct ByTenant;
        impl BranchKeySupplier for ByTenant {
            fn branch_key_id(&self, context: &EncryptionContext) -> Result<String, Error> {
                let missing = || Error::Context("who is the tenant?".into());
                Ok(format!("of-{}", context.get("tenant").ok_or_else(missing)?))
            }
        }
        let world = World::new();
        ["of-a", "of-b"].iter().for_each(|id| world.branch_key(id));
        let keyring = HierarchicalKeyring::with_supplier(world.store.clone(), Arc::new(ByTenant), MINUTE).unwrap();
        let (a, mut b) = (encrypt(&keyring, "a"), encrypt(&keyring, "b"));
        assert_eq!(b.encrypted_data_keys[0].provider_info, b"of-b");
        decrypt(&keyring, &a).unwrap();
        decrypt(&keyring, &b).unwrap();
        decrypt(&world.keyring("of-a"), &a).unwrap();
        assert_eq!(refused(&world.keyring("of-b"), &a), ["wrapped under another branch key than of-b"]);
        b.context = context("a");
        assert_eq!(refused(&keyring, &b), ["wrapped under another branch key than of-a"]);
        b.context = EncryptionContext::default();
        assert!(matches!(decrypt(&keyring, &b), Err(Error::Context(_))));
    }

    #[test]
    fn what_was_changed_or_is_of_another_context_or_version_is_refused() {
        let world = World::new();
        world.branch_key("a");
        let keyring = world.keyring("a");
        let mut sealed = encrypt(&keyring, "x");
        let whole = sealed.encrypted_data_keys[0].ciphertext.clone();
        for index in 0..whole.len() {
            sealed.encrypted_data_keys[0].ciphertext[index] ^= 1;
            assert_eq!(refused(&keyring, &sealed).len(), 1, "byte {index}");
            sealed.encrypted_data_keys[0].ciphertext = whole[..index].to_vec();
            assert_eq!(refused(&keyring, &sealed).len(), 1, "cut at {index}");
            sealed.encrypted_data_keys[0].ciphertext = whole.clone();
        }
        decrypt(&keyring, &sealed).unwrap();
        sealed.context = context("y");
        assert!(refused(&keyring, &sealed)[0].contains("another encryption context"));
        sealed.encrypted_data_keys[0].provider_id = "aws-kms".into();
        assert_eq!(refused(&keyring, &sealed), ["not of the provider aws-kms-hierarchy"]);
    }

    #[test]
    fn after_its_time_a_branch_key_is_fetched_again_in_its_new_version() {
        let world = World::new();
        world.branch_key("a");
        let keyring = world.keyring("a");
        let first = encrypt(&keyring, "x");
        let version = world.store.version_key("a").unwrap();
        let of = |sealed: &EncryptionMaterials| sealed.encrypted_data_keys[0].ciphertext[28..44].to_vec();
        world.clock.advance(Duration::from_millis(59_999));
        assert_eq!(of(&encrypt(&keyring, "x")), of(&first), "not before");
        world.clock.advance(Duration::from_millis(1));
        let second = encrypt(&keyring, "x");
        assert_eq!(of(&second), version.parse::<Uuid>().unwrap().0);
        decrypt(&keyring, &first).unwrap();
        decrypt(&keyring, &second).unwrap();
        world.kms.disable(&world.kms.calls()[0].key_id.clone());
        decrypt(&keyring, &first).unwrap();
        world.clock.advance(MINUTE);
        assert!(refused(&keyring, &first)[0].contains("DisabledException"), "revocation works within that time");
        let mut materials = EncryptionMaterials::new(first.suite, context("x"));
        assert!(matches!(keyring.on_encrypt(&mut materials), Err(Error::Kms(_))));
        assert!(materials.data_key().is_none());
    }

    #[test]
    fn keyrings_share_a_cache_by_partition_and_each_keeps_its_own_time() {
        let world = World::new();
        world.branch_key("a");
        let cache = world.cache(10);
        let keyring = |seconds| {
            let time = Duration::from_secs(seconds);
            HierarchicalKeyring::new(world.store.clone(), "a", time).unwrap().with_cache(cache.clone())
        };
        let long = keyring(3600).with_partition_id("shared");
        encrypt(&long, "x");
        encrypt(&keyring(60).with_partition_id("shared"), "x");
        assert_eq!(world.decrypts(), 1, "one entry for both");
        encrypt(&keyring(60), "x");
        encrypt(&keyring(60).with_partition_id("another"), "x");
        assert_eq!(world.decrypts(), 3, "others have their own");
        world.clock.advance(Duration::from_secs(60));
        encrypt(&keyring(60).with_partition_id("shared"), "x");
        assert_eq!(world.decrypts(), 3);
        world.clock.advance(Duration::from_millis(1));
        encrypt(&long, "x");
        assert_eq!(world.decrypts(), 3);
        encrypt(&keyring(60).with_partition_id("shared"), "x");
        assert_eq!(world.decrypts(), 4, "too old for this one, though the cache would still give it");
    }

    #[test]
    fn entries_are_named_as_the_specification_names_them() {
        let world = World::new();
        world.branch_key("a");
        let cache = world.cache(10);
        let keyring = world.keyring("a").with_cache(cache.clone()).with_partition_id("p");
        let sealed = encrypt(&keyring, "x");
        decrypt(&keyring, &sealed).unwrap();
        let version = world.store.active_branch_key("a").unwrap().version();
        for (text, fields) in [
            (b"\x02\0\x01\0p\0keys\0a".to_vec(), vec![HIERARCHICAL, ENCRYPT, b"p", b"keys", b"a"]),
            (
                [&b"\x02\0\x02\0p\0keys\0a\0"[..], version.as_bytes()].concat(),
                vec![HIERARCHICAL, DECRYPT, b"p", b"keys", b"a", version.as_bytes()],
            ),
        ] {
            let id = EntryId::of(&fields);
            assert_eq!(id.as_bytes(), hash(HashAlgorithm::Sha384, &[&text]));
            assert_eq!(cache.get(&id).unwrap().unwrap().value().version(), version);
        }
        assert_eq!(cache.metrics().entries, 2);
    }

    #[test]
    fn many_threads_at_once_ask_kms_once_through_a_cache_that_tracks_storms() {
        let world = World::new();
        world.branch_key("a");
        // Its time stands still, so that a slow machine opens no second call.
        let clock = world.clock.clone();
        let cache = StormTrackingCache::with_clock(StormSettings::default(), clock, std::thread::sleep).unwrap();
        let time = Duration::from_secs(3600);
        let keyring = HierarchicalKeyring::new(world.store.clone(), "a", time).unwrap().with_cache(Arc::new(cache));
        let keyring = Arc::new(keyring);
        let threads: Vec<_> = (0..16)
            .map(|_| {
                let keyring = keyring.clone();
                std::thread::spawn(move || encrypt(&*keyring, "x").encrypted_data_keys.len())
            })
            .collect();
        assert!(threads.into_iter().all(|thread| thread.join().unwrap() == 1));
        assert_eq!(world.decrypts(), 1);
    }

    #[test]
    fn who_cannot_fetch_a_branch_key_lets_nobody_wait() {
        let world = World::new();
        world.branch_key("a");
        let pause = |_| panic!("there is nobody to wait for");
        let cache = StormTrackingCache::with_clock(StormSettings::default(), world.clock.clone(), pause).unwrap();
        let keyring = world.keyring("a").with_cache(Arc::new(cache));
        let mut materials = EncryptionMaterials::new(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, context("x"));
        for _ in 0..2 {
            world.kms.fail_next(Some(Operation::Decrypt), service_error("AccessDeniedException", "no"));
            assert!(matches!(keyring.on_encrypt(&mut materials), Err(Error::Kms(_))));
        }
        keyring.on_encrypt(&mut materials).unwrap();
        world.clock.advance(Duration::from_secs(50));
        world.kms.fail_next(Some(Operation::Decrypt), service_error("KMSInternalException", "not now"));
        keyring.on_encrypt(&mut materials).expect("the old one is good for ten seconds yet");
        assert_eq!(world.decrypts(), 4);
    }

    #[test]
    fn a_small_cache_evicts_and_no_time_to_live_is_refused() {
        let world = World::new();
        ["a", "b"].iter().for_each(|id| world.branch_key(id));
        let cache = world.cache(1);
        let of = |id: &str| world.keyring(id).with_cache(cache.clone()).with_partition_id("p");
        for id in ["a", "b", "a", "a"] {
            encrypt(&of(id), "x");
        }
        assert_eq!(world.decrypts(), 3);
        assert!(HierarchicalKeyring::new(world.store.clone(), "a", Duration::ZERO).is_err());
    }
}
