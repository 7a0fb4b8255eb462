//! Tests of the hierarchical keyring.

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
