//! What materials managers mean for the messages themselves.

use crate::support::sample;
use base::{TestClock, Timestamp};
use envelope::{
    AlgorithmSuite, CachingLimits, CachingMaterialsManager, Decryptor, DefaultMaterialsManager, EncryptionContext,
    Encryptor, Error, LocalCache, RawAesKeyring, RequiredContextMaterialsManager,
};
use std::sync::Arc;
use std::time::Duration;

fn default_manager() -> DefaultMaterialsManager {
    DefaultMaterialsManager::new(RawAesKeyring::new("tests", "one", &[7; 32]).unwrap())
}

fn requiring(key: &str) -> RequiredContextMaterialsManager {
    RequiredContextMaterialsManager::new(default_manager(), [key]).unwrap()
}

fn caching() -> (Arc<TestClock>, Arc<CachingMaterialsManager>) {
    let clock = Arc::new(TestClock::new(Timestamp::from_millis(0)));
    let limits = CachingLimits::new(Duration::from_secs(60)).unwrap().max_bytes(10_000).unwrap();
    let cache = Arc::new(LocalCache::with_clock(10, clock.clone()));
    (clock, Arc::new(CachingMaterialsManager::new(default_manager(), cache, limits)))
}

fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    EncryptionContext::new(pairs.iter().copied()).unwrap()
}

#[test]
fn required_context_is_not_in_the_message_and_without_it_the_message_does_not_open() {
    for suite in AlgorithmSuite::all() {
        let whole = context(&[("purpose", "test"), ("tenant", "north-7")]);
        let encryptor =
            Encryptor::new(requiring("tenant")).suite(suite).commitment_policy(crate::support::policy(suite));
        let sealed = encryptor.encrypt(b"secret", &whole).unwrap();
        let found = |text: &[u8]| sealed.message.windows(text.len()).any(|window| window == text);
        assert!(found(b"purpose") && !found(b"tenant") && !found(b"north-7"), "{suite}");
        assert_eq!(sealed.context.get("tenant"), Some("north-7"));
        assert!(!sealed.header.context.contains("tenant"));

        let open = |decryptor: Decryptor, pairs: &[(&str, &str)]| {
            decryptor.commitment_policy(crate::support::policy(suite)).decrypt(&sealed.message, &context(pairs))
        };
        let requiring = || Decryptor::new(requiring("tenant"));
        let plain = || Decryptor::new(default_manager());
        let opened = open(requiring(), &[("tenant", "north-7")]).unwrap();
        assert_eq!((opened.plaintext.as_slice(), opened.context.get("tenant")), (&b"secret"[..], Some("north-7")));
        assert!(open(plain(), &[("tenant", "north-7")]).is_ok(), "the requirement is the message's");
        assert!(matches!(open(requiring(), &[]), Err(Error::Context(_))));
        assert!(matches!(
            open(requiring(), &[("tenant", "south-7")]),
            Err(Error::NoDataKey(_) | Error::Tampered { .. })
        ));
        assert!(open(plain(), &[]).is_err());
        assert!(open(plain(), &[("tenant", "north-7"), ("more", "1")]).is_err());
        assert!(matches!(open(plain(), &[("tenant", "north-7"), ("purpose", "x")]), Err(Error::Context(_))));
    }
}

#[test]
fn a_required_key_that_is_missing_fails_before_anything_is_written() {
    let encryptor = Encryptor::new(requiring("tenant"));
    assert!(matches!(encryptor.encrypt(b"secret", &EncryptionContext::default()), Err(Error::Context(_))));
    assert!(matches!(encryptor.encrypt_writer(Vec::new(), &context(&[("a", "1")])), Err(Error::Context(_))));
}

#[test]
fn messages_under_one_cached_data_key_have_nothing_else_in_common() {
    let (_, manager) = caching();
    let encryptor = Encryptor::new(manager.clone()).suite(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey);
    let one = encryptor.encrypt(&sample(100), &EncryptionContext::default()).unwrap();
    let two = encryptor.encrypt(&sample(100), &EncryptionContext::default()).unwrap();
    assert_eq!(one.header.encrypted_data_keys, two.header.encrypted_data_keys);
    assert_ne!(one.header.message_id, two.header.message_id);
    assert_ne!(one.header.commitment, two.header.commitment, "each has a content key of its own");
    assert_ne!(one.message[one.message.len() - 116..], two.message[two.message.len() - 116..]);
    for message in [&one.message, &two.message] {
        let plain = Decryptor::new(default_manager()).decrypt(message, &EncryptionContext::default()).unwrap();
        assert_eq!(plain.plaintext, sample(100));
        Decryptor::new(manager.clone()).decrypt(message, &EncryptionContext::default()).unwrap();
    }
    assert_eq!((manager.metrics().hits, manager.metrics().misses), (2, 2), "one of each direction");
}

#[test]
fn signed_messages_under_a_cached_key_are_verified_too() {
    let (_, manager) = caching();
    let encryptor = Encryptor::new(manager.clone());
    for length in [10, 20] {
        let mut message = encryptor.encrypt(&sample(length), &EncryptionContext::default()).unwrap().message;
        let decryptor = Decryptor::new(manager.clone());
        assert!(decryptor.decrypt(&message, &EncryptionContext::default()).is_ok());
        *message.last_mut().unwrap() ^= 1;
        assert!(matches!(decryptor.decrypt(&message, &EncryptionContext::default()), Err(Error::Tampered { .. })));
    }
    assert_eq!(manager.metrics().misses, 2);
}

#[test]
fn streams_use_the_cache_when_their_length_is_known_and_keep_to_it() {
    let (clock, manager) = caching();
    let encryptor = Encryptor::new(manager.clone());
    let encrypt = |encryptor: &Encryptor| {
        let sealed = encryptor.encrypt_stream(sample(100).as_slice(), Vec::new(), &EncryptionContext::default());
        sealed.map(|summary| summary.header.encrypted_data_keys)
    };
    let known = encryptor.clone().max_plaintext_length(100);
    assert_eq!(encrypt(&known).unwrap(), encrypt(&known).unwrap());
    assert_ne!(encrypt(&encryptor).unwrap(), encrypt(&encryptor).unwrap());
    assert!(matches!(encrypt(&encryptor.clone().max_plaintext_length(99)), Err(Error::Limit { limit: 99, .. })));
    assert_eq!(manager.metrics().bypasses, 2);
    let before = encrypt(&known).unwrap();
    clock.advance(Duration::from_secs(60));
    assert_ne!(before, encrypt(&known).unwrap());
}
