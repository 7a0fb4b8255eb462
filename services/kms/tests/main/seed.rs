//! Seeded keys: given ids, given material, never changed once they are there.

use base::{Scope, Secret, SeededRng, Timestamp};
use fastness_kms::{self as kms, SeedError, SeedKey, SeedKind};
use kernel::testing::{ACCOUNT, House, REGION};
use serde_json::json;

const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

fn key(id: &str, material: Option<u8>, aliases: &[&str]) -> SeedKey {
    SeedKey {
        scope: Scope { account: ACCOUNT.parse().unwrap(), region: REGION.parse().unwrap() },
        id: id.to_owned(),
        kind: SeedKind::of(None, None).unwrap(),
        material: material.map(|byte| Secret::new(vec![byte; 32])),
        aliases: aliases.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn seed(house: &House, keys: &[SeedKey]) -> Result<usize, SeedError> {
    let kernel = &house.kernel;
    kms::seed(kernel.store(), kernel.crypto(), &SeededRng::new(5), Timestamp::from_millis(1_767_225_600_000), keys)
}

#[test]
fn a_seeded_key_is_found_by_id_and_alias_and_decrypts_what_the_same_material_encrypted_elsewhere() {
    let (here, there) = (House::new(vec![kms::service()]), House::new(vec![kms::service()]));
    for house in [&here, &there] {
        assert_eq!(seed(house, &[key(ID, Some(7), &["alias/app"])]).unwrap(), 1);
    }
    let encrypted = here.call("kms", "Encrypt", &json!({"KeyId": "alias/app", "Plaintext": "AAAA"})).json();
    assert!(encrypted["KeyId"].as_str().unwrap().ends_with(ID));
    let decrypted = there.call("kms", "Decrypt", &json!({"CiphertextBlob": encrypted["CiphertextBlob"]})).json();
    assert_eq!(decrypted["Plaintext"], "AAAA");
    let listed = here.call("kms", "ListKeys", &json!({})).json();
    assert_eq!(listed["Keys"].as_array().unwrap().len(), 1);
}

#[test]
fn a_key_of_any_spec_can_be_seeded_and_signs_the_same_everywhere() {
    let (here, there) = (House::new(vec![kms::service()]), House::new(vec![kms::service()]));
    let private = primitives::EcPrivateKey::generate(primitives::Curve::P256).pkcs8();
    let kind = SeedKind::of(Some("ECC_NIST_P256"), Some("SIGN_VERIFY")).unwrap();
    assert!(kind.takes(&private) && !kind.takes(&Secret::new(vec![7; 32])));
    for house in [&here, &there] {
        let key = SeedKey { kind, material: Some(private.duplicate()), ..key(ID, None, &["alias/signer"]) };
        assert_eq!(seed(house, &[key]).unwrap(), 1);
    }
    let mut input = json!({"KeyId": "alias/signer", "Message": "AAAA", "SigningAlgorithm": "ECDSA_SHA_256"});
    input["Signature"] = here.call("kms", "Sign", &input).json()["Signature"].clone();
    assert_eq!(there.call("kms", "Verify", &input).json()["SignatureValid"], true);
}

#[test]
fn a_spec_with_several_uses_wants_one_named() {
    let wrong = |spec, usage| SeedKind::of(spec, usage).err().map(|(member, _)| member);
    assert_eq!(wrong(Some("HMAC_256"), None), None);
    assert_eq!(wrong(Some("RSA_2048"), None), Some("usage"));
    assert_eq!(wrong(Some("RSA_2048"), Some("KEY_AGREEMENT")), Some("usage"));
    assert_eq!(wrong(Some("RSA_2048"), Some("SIGN_VERIFY")), None);
    assert_eq!([wrong(Some("SM2"), None), wrong(Some("AES"), None)], [Some("spec"); 2]);
}

#[test]
fn a_second_seed_changes_nothing_that_is_there() {
    let house = House::new(vec![kms::service()]);
    seed(&house, &[key(ID, Some(7), &["alias/app"])]).unwrap();
    let blob =
        house.call("kms", "Encrypt", &json!({"KeyId": ID, "Plaintext": "AAAA"})).json()["CiphertextBlob"].clone();
    house.call("kms", "DisableKey", &json!({"KeyId": ID}));
    assert_eq!(seed(&house, &[key(ID, Some(9), &["alias/other"])]).unwrap(), 0);
    let state = house.call("kms", "DescribeKey", &json!({"KeyId": ID})).json()["KeyMetadata"]["KeyState"].clone();
    assert_eq!(state, "Disabled");
    house.call("kms", "EnableKey", &json!({"KeyId": ID}));
    assert_eq!(house.call("kms", "Decrypt", &json!({"CiphertextBlob": blob})).status, 200);
    assert_eq!(house.call("kms", "DescribeKey", &json!({"KeyId": "alias/other"})).code(), "NotFoundException");
}

#[test]
fn more_keys_than_one_transaction_takes_are_all_made_and_counted_towards_the_quota() {
    let house = House::new(vec![kms::service()]);
    let keys: Vec<_> = (0..1_234).map(|n| key(&format!("00000000-0000-4000-8000-{n:012x}"), None, &[])).collect();
    assert_eq!(seed(&house, &keys).unwrap(), 1_234);
    assert_eq!(seed(&house, &keys).unwrap(), 0);
    let last = house.call("kms", "DescribeKey", &json!({"KeyId": "00000000-0000-4000-8000-0000000004d1"}));
    assert_eq!(last.status, 200);
}

#[test]
fn an_id_that_is_no_uuid_is_refused_with_the_id() {
    let house = House::new(vec![kms::service()]);
    for bad in ["nonsense", "mrk-1234abcd12ab34cd56ef1234567890ab"] {
        let refused = seed(&house, &[key(bad, None, &[])]).unwrap_err().to_string();
        assert!(refused.contains(bad), "{refused}");
    }
}

#[test]
fn one_id_with_one_material_cannot_belong_to_two_accounts() {
    let house = House::new(vec![kms::service()]);
    let account = "444455556666".parse().unwrap();
    let of_other = |material| {
        let mut key = key(ID, material, &[]);
        key.scope.account = account;
        key
    };
    seed(&house, &[key(ID, Some(7), &[])]).unwrap();
    let refused = seed(&house, &[of_other(Some(7))]).unwrap_err().to_string();
    assert!(refused.contains(ID), "{refused}");
    assert_eq!(seed(&house, &[of_other(Some(8))]).unwrap(), 1);
}

#[test]
fn a_region_with_100_000_keys_takes_no_more() {
    let house = House::new(vec![kms::service()]);
    let keys: Vec<_> = (0..100_000).map(|n| key(&format!("{n:08x}-0000-4000-8000-000000000000"), None, &[])).collect();
    seed(&house, &keys).unwrap();
    let refused = house.call("kms", "CreateKey", &json!({}));
    assert_eq!(refused.code(), "LimitExceededException");
    let elsewhere = house.call_as(kernel::testing::ROOT, "eu-west-1", "kms", "CreateKey", &json!({}));
    assert_eq!(elsewhere.status, 200);
}
