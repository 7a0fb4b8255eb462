//! What a store of branch keys does, against a KMS and a storage in memory.

use super::{
    AttributeValue, BranchKeyStorage, BranchKeyStore, Item, KmsConfiguration, MemoryBranchKeyStorage, Put, StorageError,
};
use crate::testing::{Call, FakeKms, Lie, Operation, service_error};
use crate::{EncryptionContext, Error};
use base::{TestClock, Timestamp};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const HERE: &str = "us-west-2";
const THERE: &str = "eu-west-1";

/// A KMS, a storage and a clock, and stores over them.
struct World {
    kms: FakeKms,
    storage: Arc<MemoryBranchKeyStorage>,
    clock: Arc<TestClock>,
}

impl World {
    fn new() -> Self {
        let clock = TestClock::new(Timestamp::from_rfc3339("2026-01-31T12:00:00.042Z").unwrap());
        Self { kms: FakeKms::new(), storage: Arc::default(), clock: Arc::new(clock) }
    }

    fn store_in(&self, region: &str, name: &str, configuration: KmsConfiguration) -> Result<BranchKeyStore, Error> {
        let store = BranchKeyStore::new(self.storage.clone(), self.kms.client(region), name, configuration)?;
        Ok(store.with_clock(self.clock.clone()).with_grant_tokens(vec!["token".into()]))
    }

    fn store(&self, key: &str) -> BranchKeyStore {
        self.store_in(HERE, "keys", KmsConfiguration::Key(key.into())).unwrap()
    }

    fn item(&self, id: &str, kind: &str) -> Item {
        self.storage.get(id, kind).unwrap().unwrap()
    }

    /// Puts an item in place, whatever there is.
    fn overwrite(&self, item: Item) {
        let keys = super::storage::keys(&item).unwrap();
        let condition = match self.storage.get(&keys.0, &keys.1).unwrap() {
            Some(old) => match old.get("enc") {
                Some(AttributeValue::B(enc)) => super::Condition::HasEnc(enc.clone()),
                _ => panic!("an item has an enc"),
            },
            None => super::Condition::NotExists,
        };
        self.storage.transact(vec![Put { item, condition }]).unwrap();
    }
}

fn context() -> EncryptionContext {
    EncryptionContext::new([("department", "admin")]).unwrap()
}

fn string<'a>(item: &'a Item, name: &str) -> &'a str {
    match item.get(name) {
        Some(AttributeValue::S(text)) => text,
        other => panic!("{name} is {other:?}"),
    }
}

fn key_store_error<T>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::KeyStore(text)) => text,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("no error"),
    }
}

#[test]
fn a_new_branch_key_is_three_items_and_no_plaintext() {
    let world = World::new();
    let key = world.kms.symmetric_key(HERE);
    let store = world.store(&key);
    let id = store.create_key(Some("tenant-1"), &context()).unwrap();
    assert_eq!(id, "tenant-1");
    let active = world.item(&id, "branch:ACTIVE");
    let version = string(&active, "version");
    for (kind, names) in [("branch:ACTIVE", 8), (version, 7), ("beacon:ACTIVE", 7)] {
        let item = world.item(&id, kind);
        assert_eq!(item.len(), names, "{kind}");
        assert_eq!(string(&item, "branch-key-id"), "tenant-1");
        assert_eq!(string(&item, "type"), kind);
        assert_eq!(string(&item, "kms-arn"), key);
        assert_eq!(string(&item, "create-time"), "2026-01-31T12:00:00.042000Z");
        assert_eq!(string(&item, "aws-crypto-ec:department"), "admin");
        assert_eq!(item["hierarchy-version"], AttributeValue::N("1".into()));
    }
    let calls = world.kms.calls();
    let operations: Vec<_> = calls.iter().map(|call| call.operation).collect();
    let generate = Operation::GenerateDataKeyWithoutPlaintext;
    assert_eq!(operations, [generate, Operation::ReEncrypt, generate]);
    let kinds: Vec<_> = calls.iter().map(|call| call.context["type"].as_str()).collect();
    assert_eq!(kinds, [version, "branch:ACTIVE", "beacon:ACTIVE"]);
    for Call { context, key_id, grant_tokens, .. } in &calls {
        assert_eq!(
            (&context["tablename"], key_id, &grant_tokens[..]),
            (&"keys".to_owned(), &key, &["token".into()][..])
        );
        assert_eq!(context["hierarchy-version"], "1");
        assert!(!context.contains_key("enc"));
        assert_eq!(context.contains_key("version"), context["type"] == "branch:ACTIVE");
    }
}

#[test]
fn the_active_key_is_its_version_and_the_beacon_key_another() {
    let world = World::new();
    let store = world.store(&world.kms.symmetric_key(HERE));
    let id = store.create_key(None, &EncryptionContext::default()).unwrap();
    assert!(id.parse::<base::Uuid>().is_ok());
    world.kms.forget_calls();
    let active = store.active_branch_key(&id).unwrap();
    let version = store.branch_key_version(&id, &active.version()).unwrap();
    let beacon = store.beacon_key(&id).unwrap();
    assert_eq!(active.expose(), version.expose());
    assert_eq!((active.expose().len(), active.id(), version.version()), (32, id.as_str(), active.version()));
    assert_eq!((beacon.expose().len(), beacon.branch_key_id()), (32, id.as_str()));
    assert_ne!(beacon.expose(), active.expose());
    assert_eq!(world.kms.operations(), [Operation::Decrypt; 3]);
    let named = store.create_key(Some("named"), &context()).unwrap();
    for found in [store.active_branch_key(&named).unwrap().context(), store.beacon_key(&named).unwrap().context()] {
        assert_eq!(found, context().pairs());
    }
}

#[test]
fn ids_need_a_context_and_are_taken_once() {
    let world = World::new();
    let store = world.store(&world.kms.symmetric_key(HERE));
    let create = |id: &str, context| store.create_key(Some(id), &context);
    assert!(matches!(create("a", EncryptionContext::default()), Err(Error::Configuration(_))));
    assert!(matches!(create("", context()), Err(Error::Configuration(_))));
    assert!(matches!(create(&"x".repeat(2049), context()), Err(Error::Configuration(_))));
    assert!(world.kms.calls().is_empty());
    create("a", context()).unwrap();
    let before = world.item("a", "branch:ACTIVE");
    assert_eq!(key_store_error(create("a", context())), "there is a branch key a already");
    assert_eq!(world.item("a", "branch:ACTIVE"), before);
    assert_eq!(key_store_error(store.active_branch_key("b")), "there is no branch:ACTIVE of a branch key b");
    assert_eq!(key_store_error(store.branch_key_version("a", "1")), "no version of a branch key: 1");
}

#[test]
fn a_rotated_key_encrypts_anew_and_still_decrypts_the_old() {
    let world = World::new();
    let key = world.kms.symmetric_key(HERE);
    let store = world.store(&key);
    let id = store.create_key(Some("tenant"), &context()).unwrap();
    let (first, beacon) = (store.active_branch_key(&id).unwrap(), world.item(&id, "beacon:ACTIVE"));
    world.clock.advance(Duration::from_secs(60));
    world.kms.forget_calls();
    let second = store.version_key(&id).unwrap();
    let operations = world.kms.operations();
    let generate = Operation::GenerateDataKeyWithoutPlaintext;
    assert_eq!(operations, [Operation::ReEncrypt, generate, Operation::ReEncrypt]);
    let active = store.active_branch_key(&id).unwrap();
    assert_eq!((active.version(), active.context()), (second.clone(), context().pairs()));
    assert_ne!(active.expose(), first.expose());
    assert_eq!(store.branch_key_version(&id, &first.version()).unwrap().expose(), first.expose());
    assert_eq!(store.branch_key_version(&id, &second).unwrap().expose(), active.expose());
    let item = world.item(&id, "branch:ACTIVE");
    assert_eq!(string(&item, "create-time"), "2026-01-31T12:01:00.042000Z");
    assert_eq!(string(&item, "kms-arn"), key);
    assert_eq!(world.item(&id, "beacon:ACTIVE"), beacon, "the beacon key stays");
}

#[test]
fn every_attribute_is_authenticated() {
    let world = World::new();
    let (key, other) = (world.kms.symmetric_key(HERE), world.kms.symmetric_key(HERE));
    let store = world.store(&key);
    let id = store.create_key(Some("tenant"), &context()).unwrap();
    let another = store.create_key(Some("another"), &context()).unwrap();
    let version = store.version_key(&id).unwrap();
    let sound = world.item(&id, "branch:ACTIVE");
    let text = |text: &str| Some(AttributeValue::S(text.into()));
    for (name, value) in [
        ("create-time", text("2026-01-31T12:00:00.043000Z")),
        ("aws-crypto-ec:department", text("sales")),
        ("aws-crypto-ec:department", None),
        ("aws-crypto-ec:more", text("x")),
        ("more", text("x")),
        ("version", text("branch:version:83eec007-5659-4554-bf11-699b90f41ac6")),
        ("kms-arn", text(&other)),
        ("enc", Some(AttributeValue::B(vec![1, 2, 3]))),
        ("enc", world.item(&another, "branch:ACTIVE").get("enc").cloned()),
        ("enc", world.item(&id, &format!("branch:version:{version}")).get("enc").cloned()),
        ("enc", world.item(&id, "beacon:ACTIVE").get("enc").cloned()),
    ] {
        let mut changed = sound.clone();
        match value {
            Some(value) => drop(changed.insert(name.into(), value)),
            None => drop(changed.remove(name)),
        }
        world.overwrite(changed.clone());
        assert!(store.active_branch_key(&id).is_err(), "{name}");
        assert!(store.version_key(&id).is_err(), "{name}");
        assert_eq!(world.item(&id, "branch:ACTIVE"), changed, "a forged item is not signed anew");
    }
    world.overwrite(sound);
    assert!(store.active_branch_key(&id).is_ok());
    let renamed = world.store_in(HERE, "other", KmsConfiguration::Key(key)).unwrap();
    assert!(matches!(renamed.active_branch_key(&id), Err(Error::Kms(_))), "the store's name is bound too");
}

/// A storage before whose next transaction something happens.
struct Interrupted {
    storage: Arc<MemoryBranchKeyStorage>,
    before: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl BranchKeyStorage for Interrupted {
    fn get(&self, branch_key_id: &str, kind: &str) -> Result<Option<Item>, StorageError> {
        self.storage.get(branch_key_id, kind)
    }

    fn transact(&self, puts: Vec<Put>) -> Result<(), StorageError> {
        if let Some(before) = self.before.lock().unwrap().take() {
            before();
        }
        self.storage.transact(puts)
    }
}

#[test]
fn of_two_rotations_at_once_one_fails_and_changes_nothing() {
    let world = World::new();
    let key = world.kms.symmetric_key(HERE);
    let id = world.store(&key).create_key(None, &context()).unwrap();
    let (other, rotated) = (world.store(&key), id.clone());
    let before =
        Mutex::new(Some(Box::new(move || drop(other.version_key(&rotated).unwrap())) as Box<dyn FnOnce() + Send>));
    let storage = Arc::new(Interrupted { storage: world.storage.clone(), before });
    let store = BranchKeyStore::new(storage, world.kms.client(HERE), "keys", KmsConfiguration::Key(key)).unwrap();
    let why = key_store_error(store.version_key(&id));
    assert!(why.contains("rotated by somebody else"), "{why}");
    let active = store.active_branch_key(&id).unwrap();
    assert_eq!(store.branch_key_version(&id, &active.version()).unwrap().expose(), active.expose());
    store.version_key(&id).unwrap();
}

#[test]
fn answers_about_other_keys_and_failing_calls_write_nothing() {
    let world = World::new();
    let (key, other) = (world.kms.symmetric_key(HERE), world.kms.symmetric_key(HERE));
    let store = world.store(&key);
    for operation in [Operation::GenerateDataKeyWithoutPlaintext, Operation::ReEncrypt] {
        world.kms.lie_next(operation, Lie::KeyId(other.clone()));
        assert!(matches!(store.create_key(Some("a"), &context()), Err(Error::Kms(client::Error::Answer(_)))));
        world.kms.fail_next(Some(operation), service_error("AccessDeniedException", "no"));
        assert!(matches!(store.create_key(Some("a"), &context()), Err(Error::Kms(_))));
        assert_eq!(world.storage.get("a", "branch:ACTIVE"), Ok(None));
    }
    store.create_key(Some("a"), &context()).unwrap();
    world.kms.lie_next(Operation::Decrypt, Lie::KeyId(other));
    assert!(matches!(store.active_branch_key("a"), Err(Error::Kms(client::Error::Answer(_)))));
    world.kms.lie_next(Operation::Decrypt, Lie::PlaintextLength(16));
    assert_eq!(key_store_error(store.active_branch_key("a")), "a branch key has 32 bytes, not 16");
}

#[test]
fn each_configuration_uses_the_keys_that_it_may() {
    let world = World::new();
    let single = world.kms.symmetric_key(HERE);
    let multi = world.kms.multi_region_key(&[HERE, THERE]);
    let of_single = world.store(&single).create_key(None, &context()).unwrap();
    let of_multi = world.store(&multi[0]).create_key(None, &context()).unwrap();
    // Configuration, Region, and whether it opens the branch key under the single-Region and under the multi-Region key.
    let table = [
        (KmsConfiguration::Key(single.clone()), HERE, true, false),
        (KmsConfiguration::Key(multi[0].clone()), HERE, false, true),
        (KmsConfiguration::Key(multi[1].clone()), THERE, false, false),
        (KmsConfiguration::MultiRegionKey(single.clone()), HERE, true, false),
        (KmsConfiguration::MultiRegionKey(multi[1].clone()), THERE, false, true),
        (KmsConfiguration::Discovery, HERE, true, true),
        (KmsConfiguration::Discovery, THERE, false, false),
        (KmsConfiguration::MultiRegionDiscovery, HERE, true, true),
        (KmsConfiguration::MultiRegionDiscovery, THERE, false, true),
    ];
    for (configuration, region, opens_single, opens_multi) in table {
        let store = world.store_in(region, "keys", configuration.clone()).unwrap();
        for (id, opens) in [(&of_single, opens_single), (&of_multi, opens_multi)] {
            world.kms.forget_calls();
            assert_eq!(store.active_branch_key(id).is_ok(), opens, "{configuration:?} {region}");
            assert_eq!(world.kms.calls().len(), usize::from(opens), "no call that must fail");
        }
    }
}

#[test]
fn a_rotation_by_a_relative_keeps_the_stored_arn() {
    let world = World::new();
    let keys = world.kms.multi_region_key(&[HERE, THERE]);
    let here = world.store(&keys[0]);
    let id = here.create_key(None, &context()).unwrap();
    let there = world.store_in(THERE, "keys", KmsConfiguration::MultiRegionKey(keys[1].clone())).unwrap();
    world.kms.forget_calls();
    let version = there.version_key(&id).unwrap();
    assert!(world.kms.calls().iter().all(|call| call.key_id == keys[1] && call.context["kms-arn"] == keys[0]));
    assert_eq!(string(&world.item(&id, "branch:ACTIVE"), "kms-arn"), keys[0]);
    assert_eq!(here.active_branch_key(&id).unwrap().version(), version, "who knows no relatives still reads it");
    let strict = world.store_in(THERE, "keys", KmsConfiguration::Key(keys[1].clone())).unwrap();
    assert!(key_store_error(strict.version_key(&id)).contains("may not use"));
}

#[test]
fn discovery_makes_and_rotates_nothing_and_names_must_be_arns_of_keys() {
    let world = World::new();
    let key = world.kms.symmetric_key(HERE);
    let id = world.store(&key).create_key(None, &context()).unwrap();
    for configuration in [KmsConfiguration::Discovery, KmsConfiguration::MultiRegionDiscovery] {
        let store = world.store_in(HERE, "keys", configuration).unwrap();
        world.kms.forget_calls();
        assert!(matches!(store.create_key(None, &context()), Err(Error::Configuration(_))));
        assert!(matches!(store.version_key(&id), Err(Error::Configuration(_))));
        assert!(world.kms.calls().is_empty());
    }
    let alias = world.kms.alias("alias/app", &key);
    for name in [alias.as_str(), "alias/app", key.rsplit('/').next().unwrap(), &key.replace(HERE, THERE), ""] {
        for configuration in [KmsConfiguration::Key(name.into()), KmsConfiguration::MultiRegionKey(name.into())] {
            assert!(matches!(world.store_in(HERE, "keys", configuration), Err(Error::Configuration(_))), "{name}");
        }
    }
    assert!(world.store_in(HERE, "", KmsConfiguration::Key(key)).is_err());
}
