//! What the keyrings of KMS keys do, against a KMS in memory.

use super::{DiscoveryFilter, KmsAgreementKey, KmsDiscoveryKeyring, KmsKeyring, KmsRsaAlgorithm, KmsRsaKeyring};
use crate::branch_keys::{BranchKeyStore, KmsConfiguration, MemoryBranchKeyStorage};
use crate::testing::{ACCOUNT, FakeKms, Lie, Operation, reasons, service_error};
use crate::{
    AlgorithmSuite, DecryptionMaterials, Decryptor, DefaultMaterialsManager, EcdhCurve, EncryptedDataKey,
    EncryptionContext, EncryptionMaterials, Encryptor, Error, HierarchicalKeyring, Keyring,
};
use primitives::{Curve, EcPrivateKey, RsaSize};
use std::sync::Arc;
use std::time::Duration;

const HERE: &str = "us-east-1";
const THERE: &str = "eu-west-1";

fn context() -> EncryptionContext {
    EncryptionContext::new([("purpose", "test")]).unwrap()
}

fn strict(kms: &FakeKms, key: &str) -> KmsKeyring {
    KmsKeyring::new(kms.client(HERE), key).unwrap()
}

fn encrypt_with(suite: AlgorithmSuite, keyrings: &[&dyn Keyring]) -> EncryptionMaterials {
    let mut materials = EncryptionMaterials::new(suite, context());
    for keyring in keyrings {
        keyring.on_encrypt(&mut materials).unwrap();
    }
    materials
}

fn encrypt(keyrings: &[&dyn Keyring]) -> EncryptionMaterials {
    encrypt_with(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, keyrings)
}

/// Decrypts what `sealed` holds; the materials are unchanged if that fails.
fn decrypt(keyring: &dyn Keyring, sealed: &EncryptionMaterials) -> Result<(), Error> {
    let mut materials = DecryptionMaterials::new(sealed.suite, sealed.context.clone());
    let result = keyring.on_decrypt(&mut materials, &sealed.encrypted_data_keys);
    match &result {
        Ok(()) => assert_eq!(materials.data_key().unwrap().expose(), sealed.data_key().unwrap().expose()),
        Err(_) => assert!(materials.data_key().is_none()),
    }
    result
}

fn refused(keyring: &dyn Keyring, sealed: &EncryptionMaterials) -> Vec<String> {
    reasons(&decrypt(keyring, sealed).unwrap_err())
}

#[test]
fn a_generator_makes_the_data_key_and_others_encrypt_it() {
    let kms = FakeKms::new();
    let (first, second) = (kms.symmetric_key(HERE), kms.symmetric_key(HERE));
    let tokens = vec!["token".to_owned()];
    let generator = strict(&kms, &first).with_grant_tokens(tokens.clone());
    for suite in AlgorithmSuite::all() {
        kms.forget_calls();
        let sealed = encrypt_with(suite, &[&generator, &strict(&kms, &second)]);
        let [one, two] = &sealed.encrypted_data_keys[..] else { panic!("two data keys") };
        assert_eq!((one.provider_id.as_str(), one.provider_info.as_slice()), ("aws-kms", first.as_bytes()));
        assert_eq!((two.provider_id.as_str(), two.provider_info.as_slice()), ("aws-kms", second.as_bytes()));
        assert_eq!(sealed.data_key().unwrap().expose().len(), suite.key_length());
        decrypt(&generator, &sealed).unwrap();
        decrypt(&strict(&kms, &second), &sealed).unwrap();
        let calls = kms.calls();
        let expected = [Operation::GenerateDataKey, Operation::Encrypt, Operation::Decrypt, Operation::Decrypt];
        assert_eq!(calls.iter().map(|call| call.operation).collect::<Vec<_>>(), expected);
        assert!(calls.iter().all(|call| call.context == *context().pairs()));
        assert_eq!(
            calls.iter().map(|call| call.key_id.as_str()).collect::<Vec<_>>(),
            [&first, &second, &first, &second]
        );
        assert_eq!((&calls[0].grant_tokens, &calls[2].grant_tokens), (&tokens, &tokens));
    }
}

#[test]
fn every_name_of_a_key_encrypts_and_decrypts_and_is_looked_up_once() {
    let kms = FakeKms::new();
    let (key, other) = (kms.symmetric_key(HERE), kms.symmetric_key(HERE));
    let alias = kms.alias("alias/app", &key);
    let id = key.rsplit('/').next().unwrap();
    let of_other = encrypt(&[&strict(&kms, &other)]);
    for name in [&alias, "alias/app", id] {
        let sealed = encrypt(&[&strict(&kms, name)]);
        assert_eq!(sealed.encrypted_data_keys[0].provider_info, key.as_bytes());
        let keyring = strict(&kms, name);
        kms.forget_calls();
        for _ in 0..3 {
            decrypt(&keyring, &sealed).unwrap();
        }
        assert_eq!((kms.count(Operation::DescribeKey), kms.count(Operation::Decrypt)), (1, 3), "{name}");
        assert!(kms.calls()[1..].iter().all(|call| call.key_id == key), "the ARN is asked for, not the name");
        let why = refused(&keyring, &of_other);
        assert_eq!(why, [format!("wrapped by another KMS key than {key}, which {name} stands for")]);
        assert_eq!(kms.count(Operation::Decrypt), 3, "another key's data key is not sent to KMS");
    }
}

#[test]
fn a_keyring_decrypts_what_it_encrypted_also_after_its_alias_moved() {
    let kms = FakeKms::new();
    let keyring = {
        kms.alias("alias/app", &kms.symmetric_key(HERE));
        strict(&kms, "alias/app")
    };
    let mut sealed = vec![encrypt(&[&keyring])];
    for _ in 0..7 {
        kms.alias("alias/app", &kms.symmetric_key(HERE));
        sealed.push(encrypt(&[&keyring]));
        sealed.iter().for_each(|sealed| decrypt(&keyring, sealed).unwrap());
    }
    kms.alias("alias/app", &kms.symmetric_key(HERE));
    sealed.push(encrypt(&[&keyring]));
    assert_eq!(refused(&keyring, &sealed[0]).len(), 1, "it does not remember without bound");
    sealed[1..].iter().for_each(|sealed| decrypt(&keyring, sealed).unwrap());
    assert_eq!(kms.count(Operation::DescribeKey), 0, "KMS said it when it encrypted");
    let fresh = strict(&kms, "alias/app");
    decrypt(&fresh, &sealed[8]).unwrap();
    assert_eq!(refused(&fresh, &sealed[7]).len(), 1, "another keyring knows what the alias stands for now");
}

#[test]
fn who_encrypts_does_not_wait_for_who_looks_an_alias_up() {
    let kms = FakeKms::new();
    kms.alias("alias/app", &kms.symmetric_key(HERE));
    let sealed = encrypt(&[&strict(&kms, "alias/app")]);
    let keyring = Arc::new(strict(&kms, "alias/app"));
    let same = keyring.clone();
    kms.during_next(Operation::DescribeKey, move || drop(encrypt(&[&*same])));
    decrypt(&*keyring, &sealed).unwrap();
    let expected = [Operation::GenerateDataKey, Operation::GenerateDataKey, Operation::DescribeKey, Operation::Decrypt];
    assert_eq!(kms.operations(), expected);
}

#[test]
fn a_lookup_that_fails_is_told_and_tried_again() {
    let kms = FakeKms::new();
    let key = kms.symmetric_key(HERE);
    kms.alias("alias/app", &key);
    let sealed = encrypt(&[&strict(&kms, "alias/app")]);
    let keyring = strict(&kms, "alias/app");
    kms.fail_next(Some(Operation::DescribeKey), service_error("AccessDeniedException", "not you"));
    let why = refused(&keyring, &sealed);
    assert_eq!(why, ["DescribeKey does not tell what alias/app stands for: AccessDeniedException: not you"]);
    for lie in [kms.symmetric_key(THERE), "alias/app".into(), key.replace("key/", "alias/")] {
        kms.lie_next(Operation::DescribeKey, Lie::KeyId(lie.clone()));
        let why = refused(&keyring, &sealed);
        assert_eq!(why, [format!("DescribeKey says that alias/app stands for {lie}, which cannot be")]);
    }
    decrypt(&keyring, &sealed).unwrap();
}

#[test]
fn an_answer_about_another_key_or_of_another_length_is_refused() {
    let kms = FakeKms::new();
    let (key, other) = (kms.symmetric_key(HERE), kms.symmetric_key(HERE));
    let keyring = strict(&kms, &key);
    let sealed = encrypt(&[&keyring]);
    kms.lie_next(Operation::Decrypt, Lie::KeyId(other.clone()));
    assert_eq!(refused(&keyring, &sealed), [format!("KMS was asked for {key} and answered with {other}")]);
    kms.lie_next(Operation::Decrypt, Lie::PlaintextLength(31));
    assert_eq!(refused(&keyring, &sealed), ["holds a key of 31 bytes, the suite takes 32"]);

    let mut materials = EncryptionMaterials::new(AlgorithmSuite::Aes128Gcm, context());
    for lie in [Lie::KeyId(other.clone()), Lie::KeyId("alias/app".into()), Lie::PlaintextLength(32)] {
        kms.lie_next(Operation::GenerateDataKey, lie);
        assert!(matches!(keyring.on_encrypt(&mut materials), Err(Error::Kms(client::Error::Answer(_)))));
        assert!(materials.data_key().is_none() && materials.encrypted_data_keys.is_empty());
    }
    keyring.on_encrypt(&mut materials).unwrap();
    kms.lie_next(Operation::Encrypt, Lie::KeyId(other));
    assert!(matches!(keyring.on_encrypt(&mut materials), Err(Error::Kms(client::Error::Answer(_)))));
    assert_eq!(materials.encrypted_data_keys.len(), 1);
}

#[test]
fn what_kms_refuses_fails_encryption_and_is_a_reason_on_decryption() {
    let kms = FakeKms::new();
    let (key, other) = (kms.symmetric_key(HERE), kms.symmetric_key(HERE));
    let keyring = strict(&kms, &key);
    let sealed = encrypt(&[&strict(&kms, &other), &keyring, &keyring]);
    kms.fail_next(Some(Operation::Decrypt), service_error("ThrottlingException", "Rate exceeded"));
    decrypt(&keyring, &sealed).unwrap();
    kms.disable(&key);
    let why = refused(&keyring, &sealed);
    let disabled = format!("DisabledException: {key} is disabled.");
    assert_eq!(why, [format!("wrapped by another KMS key than {key}"), disabled.clone(), disabled]);
    let mut materials = EncryptionMaterials::new(sealed.suite, context());
    assert!(
        matches!(keyring.on_encrypt(&mut materials), Err(Error::Kms(error)) if error.code() == Some("DisabledException"))
    );
    assert!(materials.data_key().is_none() && materials.encrypted_data_keys.is_empty());
}

#[test]
fn another_context_does_not_decrypt() {
    let kms = FakeKms::new();
    let keyring = strict(&kms, &kms.symmetric_key(HERE));
    let mut sealed = encrypt(&[&keyring]);
    sealed.context = EncryptionContext::default();
    assert_eq!(refused(&keyring, &sealed), ["InvalidCiphertextException"]);
}

#[test]
fn a_data_key_without_the_arn_of_a_key_fails_before_any_call() {
    let kms = FakeKms::new();
    let key = kms.symmetric_key(HERE);
    let discovery = KmsDiscoveryKeyring::new(kms.client(HERE));
    let keyring = strict(&kms, &key);
    for info in [&b"alias/app"[..], key.replace("key/", "alias/").as_bytes(), b"", b"\xff", &key.as_bytes()[1..]] {
        let mut sealed = encrypt(&[&keyring]);
        sealed.encrypted_data_keys.push(EncryptedDataKey {
            provider_id: "aws-kms".into(),
            provider_info: info.to_vec(),
            ciphertext: vec![1],
        });
        kms.forget_calls();
        for keyring in [&keyring as &dyn Keyring, &discovery] {
            assert_eq!(refused(keyring, &sealed), ["the provider info is not the ARN of a KMS key"]);
        }
        assert!(kms.calls().is_empty());
    }
}

#[test]
fn data_keys_of_other_kinds_and_materials_that_have_one_are_left_alone() {
    let kms = FakeKms::new();
    let key = kms.symmetric_key(HERE);
    let keyring = strict(&kms, "alias/none");
    let mut sealed = encrypt(&[&strict(&kms, &key)]);
    sealed.encrypted_data_keys[0].provider_id = "aws-kms-rsa".into();
    kms.forget_calls();
    assert_eq!(refused(&keyring, &sealed), ["not of the provider aws-kms"]);
    assert_eq!(refused(&KmsDiscoveryKeyring::new(kms.client(HERE)), &sealed), ["not of the provider aws-kms"]);
    let mut materials = DecryptionMaterials::new(sealed.suite, context());
    materials.set_data_key(crate::DataKey::new(base::Secret::new(vec![0; 32]))).unwrap();
    let again = keyring.on_decrypt(&mut materials, &sealed.encrypted_data_keys);
    assert!(matches!(again, Err(Error::Configuration(_))));
    assert!(kms.calls().is_empty());
}

#[test]
fn a_strict_keyring_of_another_region_or_without_a_name_cannot_be_made() {
    let kms = FakeKms::new();
    let key = kms.symmetric_key(THERE);
    for name in [key.as_str(), "", "alias/", "arn:aws:s3:::bucket"] {
        assert!(matches!(KmsKeyring::new(kms.client(HERE), name), Err(Error::Configuration(_))), "{name}");
    }
}

#[test]
fn only_the_keyring_that_knows_multi_region_keys_takes_those_of_relatives() {
    let kms = FakeKms::new();
    let keys = kms.multi_region_key(&[HERE, THERE]);
    let there = KmsKeyring::new(kms.client(THERE), &keys[1]).unwrap();
    let sealed = encrypt(&[&there]);
    assert_eq!(refused(&strict(&kms, &keys[0]), &sealed), [format!("wrapped by another KMS key than {}", keys[0])]);
    kms.alias("alias/app", &keys[0]);
    for name in [keys[0].as_str(), "alias/app", keys[0].rsplit('/').next().unwrap()] {
        kms.forget_calls();
        decrypt(&KmsKeyring::multi_region(kms.client(HERE), name).unwrap(), &sealed).unwrap();
        let call = kms.calls().pop().unwrap();
        assert_eq!((call.operation, call.region.as_str(), &call.key_id), (Operation::Decrypt, HERE, &keys[0]));
    }
    let other = kms.multi_region_key(&[HERE]).remove(0);
    let why = refused(&KmsKeyring::multi_region(kms.client(HERE), &other).unwrap(), &sealed);
    assert_eq!(why, [format!("wrapped by another KMS key than {other}")]);
}

#[test]
fn discovery_decrypts_under_any_key_of_its_region_and_never_encrypts() {
    let kms = FakeKms::new();
    let (here, there) = (kms.symmetric_key(HERE), kms.symmetric_key(THERE));
    let sealed = encrypt(&[&KmsKeyring::new(kms.client(THERE), &there).unwrap(), &strict(&kms, &here)]);
    let discovery = KmsDiscoveryKeyring::new(kms.client(HERE)).with_grant_tokens(vec!["token".into()]);
    kms.forget_calls();
    decrypt(&discovery, &sealed).unwrap();
    let [call] = &kms.calls()[..] else { panic!("one call") };
    assert_eq!(
        (&call.key_id, &call.context, &call.grant_tokens[..]),
        (&here, context().pairs(), &["token".to_owned()][..])
    );
    kms.lie_next(Operation::Decrypt, Lie::KeyId(there.clone()));
    assert_eq!(
        refused(&discovery, &sealed),
        [
            format!("the key is in the Region {THERE}, this keyring calls {HERE}"),
            format!("KMS was asked for {here} and answered with {there}"),
        ]
    );
    let mut materials = EncryptionMaterials::new(sealed.suite, context());
    assert!(matches!(discovery.on_encrypt(&mut materials), Err(Error::Configuration(_))));

    kms.forget_calls();
    kms.disable(&there);
    decrypt(&KmsDiscoveryKeyring::everywhere(Arc::new(kms.clone())), &sealed).unwrap();
    assert_eq!(kms.calls().iter().map(|call| call.region.as_str()).collect::<Vec<_>>(), [THERE, HERE]);
}

#[test]
fn a_discovery_filter_keeps_other_partitions_and_accounts_from_kms() {
    let kms = FakeKms::new();
    let sealed = encrypt(&[&strict(&kms, &kms.symmetric_key(HERE))]);
    let with = |partition: &str, accounts: &[&str]| {
        let filter = DiscoveryFilter::new(partition, accounts.iter().copied()).unwrap();
        KmsDiscoveryKeyring::new(kms.client(HERE)).with_filter(filter)
    };
    decrypt(&with("aws", &["444455556666", ACCOUNT]), &sealed).unwrap();
    kms.forget_calls();
    assert_eq!(refused(&with("aws-cn", &[ACCOUNT]), &sealed), ["the discovery filter is for the partition aws-cn"]);
    let why = refused(&with("aws", &["444455556666"]), &sealed);
    assert_eq!(why, [format!("the discovery filter does not have the account {ACCOUNT}")]);
    assert!(kms.calls().is_empty());
    assert!(DiscoveryFilter::new("", [ACCOUNT]).is_err());
    assert!(DiscoveryFilter::new("aws", [""; 0]).is_err());
    assert!(DiscoveryFilter::new("aws", [""]).is_err());
}

#[test]
fn discovery_of_multi_region_keys_asks_in_its_own_region() {
    let kms = FakeKms::new();
    let keys = kms.multi_region_key(&[HERE, THERE]);
    let single = kms.symmetric_key(THERE);
    let there = |key: &str| KmsKeyring::new(kms.client(THERE), key).unwrap();
    let sealed = encrypt(&[&there(&single), &there(&keys[1])]);
    kms.forget_calls();
    decrypt(&KmsDiscoveryKeyring::multi_region(kms.client(HERE)), &sealed).unwrap();
    let [call] = &kms.calls()[..] else { panic!("one call") };
    assert_eq!((call.region.as_str(), &call.key_id), (HERE, &keys[0]));
    let why = refused(&KmsDiscoveryKeyring::new(kms.client(HERE)), &sealed);
    assert_eq!(why, [(); 2].map(|()| format!("the key is in the Region {THERE}, this keyring calls {HERE}")));
}

#[test]
fn the_nearest_key_is_asked_and_its_relative_only_if_it_does_not_unwrap() {
    let kms = FakeKms::new();
    let keys = kms.multi_region_key(&[HERE, THERE]);
    let far = kms.multi_region_key(&[THERE, "ap-south-1"]).remove(1);
    let single = kms.symmetric_key(THERE);
    let nearest = || KmsDiscoveryKeyring::nearest(kms.client(HERE), Arc::new(kms.clone()));
    let asked = |key: &str, region: &str| {
        let sealed = encrypt(&[&KmsKeyring::new(kms.client(region), key).unwrap()]);
        kms.forget_calls();
        decrypt(&nearest(), &sealed).unwrap();
        let regions: Vec<_> = kms.calls().into_iter().map(|call| call.region).collect();
        (sealed, regions)
    };
    assert_eq!(asked(&single, THERE).1, [THERE]);
    assert_eq!(asked(&keys[0], HERE).1, [HERE]);
    let (sealed, regions) = asked(&keys[1], THERE);
    assert_eq!(regions, [HERE]);
    assert_eq!(asked(&far, "ap-south-1").1, [HERE, "ap-south-1"], "it has no relative here");
    for key in &keys {
        kms.disable(key);
    }
    let disabled = |region: &str, key: &str| format!("in {region}: DisabledException: {key} is disabled.");
    let expected = [disabled(HERE, &keys[0]), disabled(THERE, &keys[1])].join("; ");
    assert_eq!(refused(&nearest(), &sealed), [expected]);
}

/// A keyring of each kind, with its provider id.
fn every_kind(kms: &FakeKms) -> [(Arc<dyn Keyring>, &'static str); 4] {
    let client = || kms.client(HERE);
    let [symmetric, rsa] = [kms.symmetric_key(HERE), kms.rsa_key(HERE, RsaSize::Rsa2048)];
    let agreeing = kms.key_agreement_key(HERE, Curve::P384);
    let peer = EcPrivateKey::generate(Curve::P384);
    let rsa = KmsRsaKeyring::new(&rsa, KmsRsaAlgorithm::OaepSha256).unwrap();
    let rsa = rsa.with_client(client()).unwrap().with_public_key_of_kms().unwrap();
    let ecdh = KmsAgreementKey::new(client(), &agreeing, EcdhCurve::P384, vec![]).unwrap();
    let storage = Arc::new(MemoryBranchKeyStorage::new());
    let store = BranchKeyStore::new(storage, client(), "keys", KmsConfiguration::Key(symmetric.clone())).unwrap();
    let branch_key = store.create_key(None, &EncryptionContext::default()).unwrap();
    let hierarchical = HierarchicalKeyring::new(Arc::new(store), branch_key, Duration::from_secs(60)).unwrap();
    [
        (Arc::new(KmsKeyring::new(client(), &symmetric).unwrap()), "aws-kms"),
        (Arc::new(rsa), "aws-kms-rsa"),
        (Arc::new(ecdh.static_to_static(peer.public().info()).unwrap()), "aws-kms-ecdh"),
        (Arc::new(hierarchical), "aws-kms-hierarchy"),
    ]
}

#[test]
fn whole_messages_pass_under_every_kind_of_kms_keyring() {
    let kms = FakeKms::new();
    let keyrings = every_kind(&kms);
    for suite in [AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384] {
        for (keyring, provider) in &keyrings {
            let manager = Arc::new(DefaultMaterialsManager::new(keyring.clone()));
            let encrypted = Encryptor::new(manager.clone()).suite(suite).encrypt(b"data", &context());
            if (*provider, suite.signature().is_some()) == ("aws-kms-rsa", true) {
                assert!(matches!(encrypted, Err(Error::Configuration(_))));
                continue;
            }
            let message = encrypted.unwrap().message;
            let opened = Decryptor::new(manager.clone()).decrypt(&message, &context()).unwrap();
            assert_eq!(opened.plaintext, b"data");
            let at = message.windows(provider.len()).position(|bytes| bytes == provider.as_bytes());
            assert!(at.is_some(), "{provider}");
            for (other, of) in &keyrings {
                let manager = DefaultMaterialsManager::new(other.clone());
                let opened = Decryptor::new(manager).decrypt(&message, &context());
                assert_eq!(opened.is_ok(), of == provider, "{provider} opened by {of}");
            }
        }
    }
}

#[test]
fn no_changed_bit_and_no_cut_of_an_encrypted_data_key_passes() {
    let kms = FakeKms::new();
    for (keyring, provider) in every_kind(&kms) {
        let sound = encrypt(&[&keyring]);
        let key = sound.encrypted_data_keys[0].clone();
        let refuses = |key: EncryptedDataKey, what: &str| {
            let mut changed = encrypt(&[]);
            changed.encrypted_data_keys.push(key);
            assert_eq!(refused(&keyring, &changed).len(), 1, "{provider}: {what}");
        };
        for at in 0..key.provider_info.len() {
            let mut changed = key.clone();
            changed.provider_info[at] ^= 1 << (at % 8);
            refuses(changed, &format!("byte {at} of the info changed"));
            let info = key.provider_info[..at].to_vec();
            refuses(EncryptedDataKey { provider_info: info, ..key.clone() }, &format!("info cut at {at}"));
        }
        for at in 0..key.ciphertext.len() {
            let mut changed = key.clone();
            changed.ciphertext[at] ^= 1 << (at % 8);
            refuses(changed, &format!("byte {at} of the ciphertext changed"));
            let ciphertext = key.ciphertext[..at].to_vec();
            refuses(EncryptedDataKey { ciphertext, ..key.clone() }, &format!("ciphertext cut at {at}"));
        }
        for (info, ciphertext) in [(&b"x"[..], &b""[..]), (b"", b"x")] {
            let [provider_info, ciphertext] =
                [[&key.provider_info, info].concat(), [&key.ciphertext, ciphertext].concat()];
            refuses(EncryptedDataKey { provider_info, ciphertext, ..key.clone() }, "a byte more");
        }
        for provider_id in ["", "AWS-KMS", "aws-kms ", "raw"] {
            refuses(EncryptedDataKey { provider_id: provider_id.into(), ..key.clone() }, provider_id);
        }
        decrypt(&keyring, &sound).unwrap();
    }
}
