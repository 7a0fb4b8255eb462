//! Tests of data key caching.

use super::*;
use crate::cache::{LocalCache, StormSettings, StormTrackingCache};
use crate::cmm::testing::CountingKeyring;
use crate::{
    AlgorithmSuite, CommitmentPolicy, DataKey, DefaultMaterialsManager, EncryptionContext, Keyring,
    RequiredContextMaterialsManager,
};
use base::{Secret, TestClock, Timestamp};
use primitives::{HashAlgorithm, hash};
use std::sync::atomic::AtomicBool;

type Cache = Arc<dyn MaterialsCache<CachedMaterials>>;

struct Setup {
    clock: Arc<TestClock>,
    cache: Cache,
    keyring: CountingKeyring,
    manager: CachingMaterialsManager,
}

fn limits() -> CachingLimits {
    CachingLimits::new(Duration::from_secs(60)).unwrap()
}

fn setup(limits: CachingLimits) -> Setup {
    let clock = Arc::new(TestClock::new(Timestamp::from_millis(1_000_000)));
    let cache: Cache = Arc::new(LocalCache::with_clock(10, clock.clone()));
    let keyring = CountingKeyring::default();
    let manager = CachingMaterialsManager::new(DefaultMaterialsManager::new(keyring.clone()), cache.clone(), limits);
    Setup { clock, cache, keyring, manager }
}

fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    EncryptionContext::new(pairs.iter().copied()).unwrap()
}

fn of_length(length: u64) -> EncryptionRequest {
    EncryptionRequest { plaintext_length: Some(length), ..EncryptionRequest::default() }
}

fn reading<'a>(materials: &'a EncryptionMaterials) -> DecryptionRequest<'a> {
    DecryptionRequest {
        suite: materials.suite,
        context: materials.context.clone(),
        encrypted_data_keys: &materials.encrypted_data_keys,
        policy: CommitmentPolicy::ForbidEncryptAllowDecrypt,
        reproduced_context: EncryptionContext::default(),
    }
}

impl Setup {
    /// Encrypts, and says whether the keyring was asked.
    fn asks(&self, request: &EncryptionRequest) -> bool {
        let before = self.keyring.calls();
        self.manager.encryption_materials(request).unwrap();
        self.keyring.calls() > before
    }
}

#[test]
fn a_data_key_serves_many_messages_of_one_context_and_suite() {
    let setup = setup(limits());
    let one = EncryptionRequest { context: context(&[("a", "1")]), ..of_length(10) };
    let two = EncryptionRequest { context: context(&[("a", "2")]), ..of_length(10) };
    let suite = Some(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey);
    let unsigned = EncryptionRequest { suite, ..one.clone() };
    let asked = [&one, &one, &two, &unsigned, &one, &two, &unsigned].map(|request| setup.asks(request));
    assert_eq!(asked, [true, false, true, true, false, false, false]);
    assert_eq!(setup.manager.metrics(), CachingMetrics { hits: 4, misses: 3, bypasses: 0 });
    assert_eq!(setup.cache.metrics().entries, 3);
}

#[test]
fn decryption_asks_once_for_each_set_of_encrypted_data_keys() {
    let setup = setup(limits());
    let ours = setup.manager.encryption_materials(&of_length(10)).unwrap();
    let before = setup.keyring.calls();
    let one = setup.manager.decryption_materials(&reading(&ours)).unwrap();
    let two = setup.manager.decryption_materials(&reading(&ours)).unwrap();
    assert!(Arc::ptr_eq(&one, &two));
    assert_eq!(setup.keyring.calls(), before + 1);
    let other = DefaultMaterialsManager::new(setup.keyring.clone()).encryption_materials(&of_length(10)).unwrap();
    setup.manager.decryption_materials(&reading(&other)).unwrap();
    assert_eq!(setup.keyring.calls(), before + 3);
}

#[test]
fn a_data_key_is_not_used_longer_or_for_more_than_its_limits() {
    let setup = setup(limits().max_messages(3).unwrap().max_bytes(100).unwrap());
    let asked = [10, 10, 10, 10].map(|length| setup.asks(&of_length(length)));
    assert_eq!(asked, [true, false, false, true], "three messages");
    let asked = [90, 1, 50].map(|length| setup.asks(&of_length(length)));
    assert_eq!(asked, [false, true, false], "100 bytes: 10 and 90, then one more");
    setup.clock.advance(Duration::from_secs(60));
    assert!(setup.asks(&of_length(1)), "a minute later");
}

#[test]
fn what_must_not_be_cached_is_not() {
    let setup = setup(limits().max_bytes(100).unwrap());
    let policy = CommitmentPolicy::ForbidEncryptAllowDecrypt;
    let identity = EncryptionRequest { suite: Some(AlgorithmSuite::Aes256Gcm), policy, ..of_length(10) };
    for request in [EncryptionRequest::default(), of_length(100), of_length(u64::MAX), identity.clone()] {
        assert!(setup.asks(&request));
        assert!(setup.asks(&request));
    }
    let ours = setup.manager.encryption_materials(&identity).unwrap();
    let before = setup.keyring.calls();
    for _ in 0..2 {
        setup.manager.decryption_materials(&reading(&ours)).unwrap();
    }
    assert_eq!(setup.keyring.calls(), before + 2);
    assert_eq!(setup.cache.metrics().entries, 0);
    assert_eq!(setup.manager.metrics(), CachingMetrics { hits: 0, misses: 0, bypasses: 11 });
}

#[test]
fn the_manager_below_is_told_of_the_most_that_a_data_key_may_encrypt() {
    struct Bound;
    impl MaterialsManager for Bound {
        fn encryption_materials(&self, request: &EncryptionRequest) -> Result<Arc<EncryptionMaterials>, Error> {
            Err(Error::Limit { what: "length", limit: request.plaintext_length.unwrap_or(0) })
        }
        fn decryption_materials(&self, _: &DecryptionRequest<'_>) -> Result<Arc<DecryptionMaterials>, Error> {
            Err(Error::NoDataKey(Vec::new()))
        }
    }
    let limits = limits().max_bytes(1_000).unwrap();
    let manager = CachingMaterialsManager::new(Bound, Arc::new(LocalCache::new(1)), limits);
    for (length, told) in [(Some(10), 1_000), (Some(2_000), 2_000), (None, 0)] {
        let request = EncryptionRequest { plaintext_length: length, ..EncryptionRequest::default() };
        let answer = manager.encryption_materials(&request);
        assert!(matches!(answer, Err(Error::Limit { limit, .. }) if limit == told));
    }
}

#[test]
fn managers_share_entries_only_within_a_partition() {
    let setup = setup(limits());
    let new = || {
        let inner = DefaultMaterialsManager::new(setup.keyring.clone());
        CachingMaterialsManager::new(inner, setup.cache.clone(), limits())
    };
    let managers = [new(), new(), new().in_partition("p"), new().in_partition("p"), new().in_partition("q")];
    let asked = managers.map(|manager| {
        let before = setup.keyring.calls();
        manager.encryption_materials(&of_length(1)).unwrap();
        setup.keyring.calls() > before
    });
    assert_eq!(asked, [true, true, true, false, true]);
}

#[test]
fn who_shares_entries_still_keeps_to_its_own_limits() {
    let setup = setup(limits());
    let new = |limits| {
        let inner = DefaultMaterialsManager::new(setup.keyring.clone());
        CachingMaterialsManager::new(inner, setup.cache.clone(), limits).in_partition("p")
    };
    let patient = new(limits());
    let strict = new(CachingLimits::new(Duration::from_secs(5)).unwrap());
    let first = patient.encryption_materials(&of_length(1)).unwrap();
    setup.clock.advance(Duration::from_secs(5));
    assert!(Arc::ptr_eq(&first, &patient.encryption_materials(&of_length(1)).unwrap()));
    assert!(!Arc::ptr_eq(&first, &strict.encryption_materials(&of_length(1)).unwrap()));
}

#[test]
fn required_context_is_required_of_each_reader_also_when_the_key_is_cached() {
    let setup = setup(limits());
    let Setup { keyring, cache, .. } = &setup;
    let inner = RequiredContextMaterialsManager::new(DefaultMaterialsManager::new(keyring.clone()), ["tenant"]);
    let manager = CachingMaterialsManager::new(inner.unwrap(), cache.clone(), limits());
    let whole = context(&[("tenant", "7")]);
    let request = EncryptionRequest { context: whole.clone(), ..of_length(1) };
    let ours = manager.encryption_materials(&request).unwrap();
    let mut stored = ours.context.clone();
    stored.remove("tenant");
    let request = |reproduced: &EncryptionContext| DecryptionRequest {
        context: stored.clone(),
        reproduced_context: reproduced.clone(),
        ..reading(&ours)
    };
    assert!(manager.decryption_materials(&request(&whole)).is_ok());
    assert!(manager.decryption_materials(&request(&EncryptionContext::default())).is_err());
    let other = manager.decryption_materials(&request(&context(&[("tenant", "8")]))).unwrap();
    assert_eq!(other.context.get("tenant"), Some("8"), "which the header's tag does not verify with");
    // And above the cache: entries of those who require nothing do not answer those who do.
    let plain = CachingMaterialsManager::new(DefaultMaterialsManager::new(keyring.clone()), cache.clone(), limits());
    let plain = Arc::new(plain);
    let request = EncryptionRequest { context: whole, ..of_length(1) };
    plain.encryption_materials(&request).unwrap();
    let above = RequiredContextMaterialsManager::new(plain, ["tenant"]).unwrap();
    let ours = above.encryption_materials(&request).unwrap();
    assert_eq!(ours.required_context_keys, ["tenant".to_owned()].into());
}

#[test]
fn a_policy_is_kept_to_whatever_is_cached() {
    let setup = setup(limits());
    let old = EncryptionRequest { policy: CommitmentPolicy::ForbidEncryptAllowDecrypt, ..of_length(1) };
    let without = setup.manager.encryption_materials(&old).unwrap();
    let with = setup.manager.encryption_materials(&of_length(1)).unwrap();
    assert!(!without.suite.is_committing() && with.suite.is_committing());
    setup.manager.decryption_materials(&reading(&without)).unwrap();
    let strict = DecryptionRequest { policy: CommitmentPolicy::default(), ..reading(&without) };
    assert!(matches!(setup.manager.decryption_materials(&strict), Err(Error::Policy { .. })));
}

#[test]
fn of_many_threads_that_find_a_key_used_up_one_gets_the_next() {
    let hour = Duration::from_secs(3_600);
    let storm = StormSettings { grace_period: hour, in_flight_time: hour, ..StormSettings::default() };
    let clock = Arc::new(TestClock::new(Timestamp::from_millis(0)));
    let pause = |_| std::thread::sleep(Duration::from_millis(1));
    let cache: Cache = Arc::new(StormTrackingCache::with_clock(storm, clock, pause).unwrap());
    let keyring = CountingKeyring::default();
    let limits = CachingLimits::new(hour * 3).unwrap().max_messages(100).unwrap();
    let manager = CachingMaterialsManager::new(DefaultMaterialsManager::new(keyring.clone()), cache, limits);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..100 {
                    manager.encryption_materials(&of_length(1)).unwrap();
                }
            });
        }
    });
    assert_eq!(keyring.calls(), 4, "400 messages, 100 to a key");
}

#[test]
fn a_refusal_of_the_key_service_reaches_everybody_who_waited() {
    struct Refusing;
    impl MaterialsManager for Refusing {
        fn encryption_materials(&self, _: &EncryptionRequest) -> Result<Arc<EncryptionMaterials>, Error> {
            Err(Error::Configuration("refused".into()))
        }
        fn decryption_materials(&self, _: &DecryptionRequest<'_>) -> Result<Arc<DecryptionMaterials>, Error> {
            Err(Error::Configuration("refused".into()))
        }
    }
    let clock = Arc::new(TestClock::new(Timestamp::from_millis(0)));
    let pause = |_| panic!("nobody has to wait");
    let cache: Cache = Arc::new(StormTrackingCache::with_clock(StormSettings::default(), clock, pause).unwrap());
    let manager = CachingMaterialsManager::new(Refusing, cache, limits());
    for _ in 0..3 {
        assert!(matches!(manager.encryption_materials(&of_length(1)), Err(Error::Configuration(_))));
    }
}

#[test]
fn a_key_that_cannot_be_renewed_serves_until_its_time_is_over() {
    struct Flaky(DefaultMaterialsManager, Arc<AtomicBool>);
    impl MaterialsManager for Flaky {
        fn encryption_materials(&self, request: &EncryptionRequest) -> Result<Arc<EncryptionMaterials>, Error> {
            match self.1.load(Ordering::SeqCst) {
                true => Err(Error::Configuration("down".into())),
                false => self.0.encryption_materials(request),
            }
        }
        fn decryption_materials(&self, request: &DecryptionRequest<'_>) -> Result<Arc<DecryptionMaterials>, Error> {
            self.0.decryption_materials(request)
        }
    }
    let clock = Arc::new(TestClock::new(Timestamp::from_millis(0)));
    let pause = |_| panic!("nobody has to wait");
    let cache: Cache =
        Arc::new(StormTrackingCache::with_clock(StormSettings::default(), clock.clone(), pause).unwrap());
    let is_down = Arc::new(AtomicBool::new(false));
    let inner = Flaky(DefaultMaterialsManager::new(CountingKeyring::default()), is_down.clone());
    let manager = CachingMaterialsManager::new(inner, cache, limits().max_messages(5).unwrap());
    let first = manager.encryption_materials(&of_length(1)).unwrap();
    clock.advance(Duration::from_secs(50));
    is_down.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        assert!(Arc::ptr_eq(&first, &manager.encryption_materials(&of_length(1)).unwrap()));
        assert!(Arc::ptr_eq(&first, &manager.encryption_materials(&of_length(1)).unwrap()));
        clock.advance(Duration::from_secs(1));
    }
    assert!(manager.encryption_materials(&of_length(1)).is_err(), "a sixth message is one too many");
}

#[test]
fn a_message_whose_data_keys_end_where_anothers_context_begins_is_not_taken_for_it() {
    struct Sevens;
    impl Keyring for Sevens {
        fn on_encrypt(&self, _: &mut EncryptionMaterials) -> Result<(), Error> {
            Err(Error::Configuration("decrypts only".into()))
        }
        fn on_decrypt(&self, materials: &mut DecryptionMaterials, _: &[EncryptedDataKey]) -> Result<(), Error> {
            materials.set_data_key(DataKey::new(Secret::new(vec![7; 32])))
        }
    }
    let info = [&[1, b'k', 1, 0x40][..], &[b'a'; 252]].concat();
    let keys = [
        EncryptedDataKey { provider_id: String::new(), provider_info: vec![], ciphertext: vec![] },
        EncryptedDataKey { provider_id: String::new(), provider_info: info, ciphertext: vec![b'x'; 65] },
    ];
    let none = EncryptionContext::default();
    let value = ["a".repeat(252).as_str(), "\0A", &"x".repeat(65), "\0"].concat();
    let suite = AlgorithmSuite::Aes256GcmHkdfSha512CommitKey;
    let one = DecryptionRequest::new(suite, none.clone(), &keys);
    let other = DecryptionRequest::new(suite, context(&[("k", &value)]), &keys[..1]);
    let manager =
        CachingMaterialsManager::new(DefaultMaterialsManager::new(Sevens), Arc::new(LocalCache::new(9)), limits());
    assert_eq!(manager.decryption_id(&one), manager.decryption_id(&other), "as the specification has it");
    assert_eq!(manager.decryption_materials(&one).unwrap().context, none);
    assert_eq!(manager.decryption_materials(&other).unwrap().context, other.context);
    assert_eq!(manager.metrics().hits, 0);
}

#[test]
fn ids_are_those_of_the_specification() {
    let setup = setup(limits());
    let manager = setup.manager.in_partition("p");
    let context = context(&[("a", "1")]);
    let serialized = b"\0\x01\0\x01a\0\x011".as_slice();
    let sha384 = |parts: &[&[u8]]| hash(HashAlgorithm::Sha384, parts);
    let request = EncryptionRequest { context: context.clone(), ..EncryptionRequest::default() };
    let expected = sha384(&[b"\x01\0\x01\0p\0\0\0", serialized]);
    assert_eq!(manager.encryption_id(&request).as_bytes(), expected);
    let request = EncryptionRequest { suite: Some(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey), ..request };
    let expected = sha384(&[b"\x01\0\x01\0p\0\x01\0\x04\x78\0", serialized]);
    assert_eq!(manager.encryption_id(&request).as_bytes(), expected);
    let key = |id: &str| EncryptedDataKey { provider_id: id.into(), provider_info: vec![7], ciphertext: vec![8, 9] };
    let request = DecryptionRequest {
        suite: AlgorithmSuite::Aes256GcmHkdfSha512CommitKey,
        context,
        encrypted_data_keys: &[key("b"), key("a")],
        policy: CommitmentPolicy::default(),
        reproduced_context: EncryptionContext::default(),
    };
    let keys = b"\0\x01a\0\x01\x07\0\x02\x08\x09\0\x01b\0\x01\x07\0\x02\x08\x09";
    let expected = sha384(&[b"\x01\0\x02\0p\0\x04\x78\0", keys, b"\0", serialized]);
    assert_eq!(manager.decryption_id(&request).as_bytes(), expected);
}

#[test]
fn limits_out_of_range_are_refused() {
    assert!(CachingLimits::new(Duration::ZERO).is_err());
    assert!(limits().max_messages(0).is_err());
    assert!(limits().max_messages(MAX_MESSAGES_PER_KEY + 1).is_err());
    assert!(limits().max_bytes(MAX_BYTES_PER_KEY + 1).is_err());
    assert!(limits().max_messages(1).unwrap().max_bytes(0).is_ok());
}
