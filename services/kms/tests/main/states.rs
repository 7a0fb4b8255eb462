//! What a disabled key and a key that is to be deleted can still do.

use crate::{HELLO, Kms, arn, house};
use serde_json::{Value, json};

/// Every operation on a key, with an input that succeeds on an enabled key, in an order that keeps it enabled.
fn calls(key: &str, blob: &str) -> Vec<(&'static str, Value)> {
    let on_key = json!({ "KeyId": key });
    let tag = json!({ "KeyId": key, "Tags": [{ "TagKey": "a", "TagValue": "1" }] });
    vec![
        ("Encrypt", json!({ "KeyId": key, "Plaintext": HELLO })),
        ("Decrypt", json!({ "CiphertextBlob": blob })),
        ("ReEncrypt", json!({ "CiphertextBlob": blob, "DestinationKeyId": key })),
        ("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        ("GenerateDataKeyWithoutPlaintext", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        ("DescribeKey", on_key.clone()),
        ("GetKeyPolicy", on_key.clone()),
        ("PutKeyPolicy", json!({ "KeyId": key, "Policy": crate::key_policy::OPEN })),
        ("ListGrants", on_key.clone()),
        ("ListKeyPolicies", on_key.clone()),
        ("ListResourceTags", on_key.clone()),
        ("GetKeyRotationStatus", on_key.clone()),
        ("ListAliases", on_key),
        ("TagResource", tag),
        ("UntagResource", json!({ "KeyId": key, "TagKeys": ["a"] })),
        ("UpdateKeyDescription", json!({ "KeyId": key, "Description": "d" })),
        ("CreateAlias", json!({ "AliasName": "alias/new", "TargetKeyId": key })),
        ("UpdateAlias", json!({ "AliasName": "alias/other", "TargetKeyId": key })),
    ]
}

const CRYPTO: [&str; 5] = ["Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"];
const WRITES: [&str; 5] = ["TagResource", "UntagResource", "UpdateKeyDescription", "CreateAlias", "UpdateAlias"];

#[test]
fn a_disabled_key_can_be_managed_but_not_used() {
    let house = house();
    let (key, other) = (house.key(), house.key());
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/other", "TargetKeyId": other }));
    let blob = house.hello(&key);
    house.ok_empty("DisableKey", &json!({ "KeyId": key }));
    let described = house.ok("DescribeKey", &json!({ "KeyId": key }));
    assert_eq!(described["KeyMetadata"]["Enabled"], json!(false));
    assert_eq!(described["KeyMetadata"]["KeyState"], json!("Disabled"));
    for (operation, input) in calls(&key, &blob) {
        if CRYPTO.contains(&operation) {
            assert_eq!(
                house.refused(operation, &input),
                ("DisabledException".to_owned(), format!("{} is disabled.", arn(&key))),
                "{operation}"
            );
        } else {
            assert_eq!(house.kms(operation, &input).status, 200, "{operation}");
        }
    }
    house.ok_empty("EnableKey", &json!({ "KeyId": key }));
    house.ok("Decrypt", &json!({ "CiphertextBlob": blob }));
}

#[test]
fn a_key_pending_deletion_can_only_be_looked_at_and_saved() {
    let house = house();
    let (key, other) = (house.key(), house.key());
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/other", "TargetKeyId": other }));
    let blob = house.hello(&key);
    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key }));
    let pending = ("KMSInvalidStateException".to_owned(), format!("{} is pending deletion.", arn(&key)));
    for (operation, input) in calls(&key, &blob) {
        if CRYPTO.contains(&operation) || WRITES.contains(&operation) {
            assert_eq!(house.refused(operation, &input), pending, "{operation}");
        } else {
            assert_eq!(house.kms(operation, &input).status, 200, "{operation}");
        }
    }
    for operation in ["EnableKey", "DisableKey", "ScheduleKeyDeletion"] {
        assert_eq!(house.refused(operation, &json!({ "KeyId": key })), pending, "{operation}");
    }
}

#[test]
fn re_encrypting_needs_both_keys_usable() {
    let house = house();
    let (from, to) = (house.key(), house.key());
    let blob = house.hello(&from);
    let input = json!({ "CiphertextBlob": blob, "DestinationKeyId": to });
    house.ok_empty("DisableKey", &json!({ "KeyId": to }));
    assert_eq!(house.refused("ReEncrypt", &input).1, format!("{} is disabled.", arn(&to)));
    house.ok_empty("EnableKey", &json!({ "KeyId": to }));
    house.ok_empty("DisableKey", &json!({ "KeyId": from }));
    assert_eq!(house.refused("ReEncrypt", &input).1, format!("{} is disabled.", arn(&from)));
}

#[test]
fn enabling_and_disabling_twice_is_no_error() {
    let house = house();
    let key = house.key();
    for (operation, state) in [("EnableKey", "Enabled"), ("DisableKey", "Disabled"), ("DisableKey", "Disabled")] {
        house.ok_empty(operation, &json!({ "KeyId": arn(&key) }));
        assert_eq!(house.state(&key), state);
    }
}
