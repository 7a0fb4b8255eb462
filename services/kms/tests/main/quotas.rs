//! Request quotas, in AWS's words.

use crate::{Kms, text};
use kernel::testing::{House, OTHER, ROOT};
use serde_json::json;
use std::time::Duration;

#[test]
fn a_caller_above_the_quota_is_throttled_until_a_second_is_over() {
    let house = House::with_quotas(vec![fastness_kms::service()]);
    for _ in 0..5 {
        house.key();
    }
    assert_eq!(
        house.refused("CreateKey", &json!({})),
        (
            "ThrottlingException".to_owned(),
            "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.".to_owned()
        )
    );
    let other = |who, region: &str| house.call_as(who, region, "kms", "CreateKey", &json!({})).status;
    assert_eq!(other(OTHER, "us-east-1"), 200, "another account is throttled");
    assert_eq!(other(ROOT, "eu-west-1"), 200, "another Region is throttled");
    house.ok("ListKeys", &json!({}));
    house.wall.advance(Duration::from_secs(1));
    house.key();
}

/// The sixth key of a second is one too many, wherever the others came from.
#[test]
fn a_replica_draws_on_the_quota_for_making_keys_in_its_region_twice() {
    let house = House::with_quotas(vec![fastness_kms::service()]);
    let id = text(&house.ok("CreateKey", &json!({ "MultiRegion": true }))["KeyMetadata"]["KeyId"]);
    house.ok("ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": "eu-west-1" }));
    let there = || house.call_as(ROOT, "eu-west-1", "kms", "CreateKey", &json!({})).code();
    let codes: Vec<String> = (0..4).map(|_| there()).collect();
    assert_eq!(codes, ["", "", "", "ThrottlingException"]);
    for _ in 0..4 {
        house.key();
    }
    let again = house.kms("ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": "eu-west-1" }));
    assert_eq!(again.code(), "ThrottlingException");
}

#[test]
fn moving_a_primary_draws_on_the_quota_of_both_regions() {
    let house = House::with_quotas(vec![fastness_kms::service()]);
    let id = text(&house.ok("CreateKey", &json!({ "MultiRegion": true }))["KeyMetadata"]["KeyId"]);
    house.ok("ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": "eu-west-1" }));
    house.advance(Duration::ZERO);
    let (mut from, mut to) = ("us-east-1", "eu-west-1");
    for _ in 0..5 {
        let input = json!({ "KeyId": id, "PrimaryRegion": to });
        assert_eq!(house.call_as(ROOT, from, "kms", "UpdatePrimaryRegion", &input).status, 200);
        (from, to) = (to, from);
    }
    let input = json!({ "KeyId": id, "PrimaryRegion": to });
    assert_eq!(house.call_as(ROOT, from, "kms", "UpdatePrimaryRegion", &input).code(), "ThrottlingException");
}

#[test]
fn a_throttled_call_is_in_the_audit_log() {
    let house = House::with_quotas(vec![fastness_kms::service()]);
    for _ in 0..6 {
        house.kms("CreateKey", &json!({}));
    }
    let codes: Vec<String> = house
        .records()
        .iter()
        .filter(|record| record["errorCode"].is_string())
        .map(|record| text(&record["errorCode"]))
        .collect();
    assert_eq!(codes, ["ThrottlingException"]);
}

#[test]
fn a_limit_that_is_set_bounds_keys_and_aliases_and_is_named_in_the_error() {
    let house = crate::house();
    let quotas = house.kernel.quotas();
    quotas.set_everywhere("kms.Keys", 2.0);
    quotas.set_everywhere("kms.AliasesPerKey", 1.0);
    let (key, _) = (house.key(), house.key());
    assert_eq!(
        house.refused("CreateKey", &json!({})),
        ("LimitExceededException".to_owned(), "You have reached the quota of 2 KMS keys.".to_owned())
    );
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/a", "TargetKeyId": key }));
    let (code, text) = house.refused("CreateAlias", &json!({ "AliasName": "alias/b", "TargetKeyId": key }));
    assert_eq!(code, "LimitExceededException");
    assert!(text.ends_with("has reached the quota of 1 aliases for a KMS key."), "{text}");
    quotas.set_everywhere("kms.AliasesPerKey", 2.0);
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/b", "TargetKeyId": key }));
}

#[test]
fn cryptography_is_paid_by_the_calling_account_from_one_pool_for_all_operations() {
    let house = House::with_quotas(vec![fastness_kms::service()]);
    house.kernel.quotas().set_everywhere("kms.Symmetric", 3.0);
    let key = house.key();
    house.ok_empty(
        "PutKeyPolicy",
        &json!({ "KeyId": key, "Policy": crate::key_policy::OPEN, "BypassPolicyLockoutSafetyCheck": true }),
    );
    let hello = json!({ "KeyId": crate::arn(&key), "Plaintext": crate::HELLO });
    let theirs = |house: &House| house.call_as(OTHER, "us-east-1", "kms", "Encrypt", &hello).code();
    house.hello(&key);
    house.ok("GenerateRandom", &json!({ "NumberOfBytes": 8 }));
    house.ok("GenerateDataKey", &json!({ "KeyId": key, "KeySpec": "AES_256" }));
    assert_eq!(house.refused("Encrypt", &hello).0, "ThrottlingException");
    assert_ne!(theirs(&house), "ThrottlingException", "the owner's bucket is empty, the caller's is not");
    house.ok("DescribeKey", &json!({ "KeyId": key }));
}

#[test]
fn a_call_for_a_key_that_is_not_there_is_paid_too() {
    let house = House::with_quotas(vec![fastness_kms::service()]);
    house.kernel.quotas().set_everywhere("kms.Symmetric", 2.0);
    let missing = json!({ "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "Plaintext": crate::HELLO });
    let codes: Vec<_> = (0..3).map(|_| house.refused("Encrypt", &missing).0).collect();
    assert_eq!(codes, ["NotFoundException", "NotFoundException", "ThrottlingException"]);
}

/// A house with quotas on where the pools of cryptography hold this many calls a second each.
fn with_pools(rate: f64) -> House {
    let house = House::with_quotas(vec![fastness_kms::service()]);
    for pool in ["kms.Symmetric", "kms.Ecc", "kms.Rsa", "kms.GenerateDataKeyPair.ECC_NIST_P256", "kms.CreateKey"] {
        house.kernel.quotas().set_everywhere(pool, rate);
    }
    house
}

#[test]
fn each_kind_of_key_has_a_pool_of_its_own() {
    let house = with_pools(2.0);
    let symmetric = house.key();
    let signing = json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" });
    let signing = text(&house.ok("CreateKey", &signing)["KeyMetadata"]["KeyId"]);
    let sign = json!({ "KeyId": signing, "Message": crate::HELLO, "SigningAlgorithm": "ECDSA_SHA_256" });
    house.ok("Sign", &sign);
    house.ok("Sign", &sign);
    assert_eq!(house.refused("Sign", &sign).0, "ThrottlingException");
    (0..2).for_each(|_| _ = house.hello(&symmetric));
    house.ok("GetPublicKey", &json!({ "KeyId": signing }));
}

#[test]
fn data_key_pairs_draw_on_the_pool_of_their_spec_and_not_on_that_of_the_key() {
    let house = with_pools(1.0);
    let key = house.key();
    let pair = |spec: &str| json!({ "KeyId": key, "KeyPairSpec": spec });
    house.ok("GenerateDataKeyPair", &pair("ECC_NIST_P256"));
    let without = house.refused("GenerateDataKeyPairWithoutPlaintext", &pair("ECC_NIST_P256"));
    assert_eq!(without.0, "ThrottlingException", "both operations share the pool");
    house.ok("GenerateDataKeyPair", &pair("ECC_NIST_P384"));
    house.hello(&key);
}

#[test]
fn a_replica_counts_twice_as_a_new_key_where_it_is_made() {
    let house = with_pools(3.0);
    let primary = text(&house.ok("CreateKey", &json!({ "MultiRegion": true }))["KeyMetadata"]["KeyId"]);
    house.ok("ReplicateKey", &json!({ "KeyId": primary, "ReplicaRegion": "eu-west-1" }));
    let there = |house: &House| house.call_as(ROOT, "eu-west-1", "kms", "CreateKey", &json!({})).status;
    assert_eq!([there(&house), there(&house)], [200, 400]);
    house.key();
}
