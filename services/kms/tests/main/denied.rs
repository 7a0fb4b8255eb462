//! Callers who may not: every operation, for a user without policies and for another account.

use crate::{HELLO, Kms, arn, house};
use kernel::testing::{ALICE, House, OTHER};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every operation with an input that would succeed for the account's root: its action and what it is asked on.
fn calls(key: &str, blob: &str) -> Vec<(&'static str, &'static str, String, Value)> {
    let on_key = |operation: &'static str, action: &'static str| {
        (operation, action, format!(" on resource: {key}"), json!({ "KeyId": key }))
    };
    let with = |operation: &'static str, action: &'static str, more: Value| {
        let mut input = json!({ "KeyId": key });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        (operation, action, format!(" on resource: {key}"), input)
    };
    let alias = " on resource: arn:aws:kms:us-east-1:111122223333:alias/app".to_owned();
    let new = " on resource: arn:aws:kms:us-east-1:111122223333:alias/new".to_owned();
    vec![
        ("CreateKey", "kms:CreateKey", String::new(), json!({})),
        ("ListKeys", "kms:ListKeys", String::new(), json!({})),
        (
            "CreateCustomKeyStore",
            "kms:CreateCustomKeyStore",
            String::new(),
            crate::key_stores::player::external("mine"),
        ),
        ("DescribeCustomKeyStores", "kms:DescribeCustomKeyStores", String::new(), json!({})),
        ("UpdateCustomKeyStore", "kms:UpdateCustomKeyStore", String::new(), json!({ "CustomKeyStoreId": "cks-1" })),
        ("DeleteCustomKeyStore", "kms:DeleteCustomKeyStore", String::new(), json!({ "CustomKeyStoreId": "cks-1" })),
        ("ConnectCustomKeyStore", "kms:ConnectCustomKeyStore", String::new(), json!({ "CustomKeyStoreId": "cks-1" })),
        (
            "DisconnectCustomKeyStore",
            "kms:DisconnectCustomKeyStore",
            String::new(),
            json!({ "CustomKeyStoreId": "cks-1" }),
        ),
        ("ListAliases", "kms:ListAliases", String::new(), json!({})),
        ("GenerateRandom", "kms:GenerateRandom", String::new(), json!({ "NumberOfBytes": 8 })),
        on_key("DescribeKey", "kms:DescribeKey"),
        on_key("EnableKey", "kms:EnableKey"),
        on_key("DisableKey", "kms:DisableKey"),
        on_key("ScheduleKeyDeletion", "kms:ScheduleKeyDeletion"),
        on_key("CancelKeyDeletion", "kms:CancelKeyDeletion"),
        on_key("GetKeyLastUsage", "kms:GetKeyLastUsage"),
        with(
            "GetParametersForImport",
            "kms:GetParametersForImport",
            json!({ "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048" }),
        ),
        with(
            "ImportKeyMaterial",
            "kms:ImportKeyMaterial",
            json!({ "ImportToken": "AAAA", "EncryptedKeyMaterial": "AAAA" }),
        ),
        on_key("DeleteImportedKeyMaterial", "kms:DeleteImportedKeyMaterial"),
        with("ReplicateKey", "kms:ReplicateKey", json!({ "ReplicaRegion": "eu-west-1" })),
        with("UpdatePrimaryRegion", "kms:UpdatePrimaryRegion", json!({ "PrimaryRegion": "eu-west-1" })),
        on_key("GetKeyPolicy", "kms:GetKeyPolicy"),
        with("PutKeyPolicy", "kms:PutKeyPolicy", json!({ "Policy": crate::key_policy::OPEN })),
        on_key("ListGrants", "kms:ListGrants"),
        with(
            "CreateGrant",
            "kms:CreateGrant",
            json!({ "GranteePrincipal": crate::grants::ALICE_ARN, "Operations": ["Decrypt"] }),
        ),
        with("RetireGrant", "kms:RetireGrant", json!({ "GrantId": "0".repeat(64) })),
        with("RevokeGrant", "kms:RevokeGrant", json!({ "GrantId": "0".repeat(64) })),
        (
            "ListRetirableGrants",
            "kms:ListRetirableGrants",
            format!(" on resource: {}", crate::grants::ALICE_ARN),
            json!({ "RetiringPrincipal": crate::grants::ALICE_ARN }),
        ),
        on_key("ListKeyPolicies", "kms:ListKeyPolicies"),
        on_key("GetKeyRotationStatus", "kms:GetKeyRotationStatus"),
        on_key("EnableKeyRotation", "kms:EnableKeyRotation"),
        on_key("DisableKeyRotation", "kms:DisableKeyRotation"),
        on_key("RotateKeyOnDemand", "kms:RotateKeyOnDemand"),
        on_key("ListKeyRotations", "kms:ListKeyRotations"),
        on_key("ListResourceTags", "kms:ListResourceTags"),
        with("UpdateKeyDescription", "kms:UpdateKeyDescription", json!({ "Description": "d" })),
        with("TagResource", "kms:TagResource", json!({ "Tags": [{ "TagKey": "a", "TagValue": "b" }] })),
        with("UntagResource", "kms:UntagResource", json!({ "TagKeys": ["a"] })),
        with("Encrypt", "kms:Encrypt", json!({ "Plaintext": HELLO })),
        with("Decrypt", "kms:Decrypt", json!({ "CiphertextBlob": blob })),
        with("GenerateDataKey", "kms:GenerateDataKey", json!({ "KeySpec": "AES_256" })),
        with("GenerateDataKeyWithoutPlaintext", "kms:GenerateDataKeyWithoutPlaintext", json!({ "KeySpec": "AES_256" })),
        with("Sign", "kms:Sign", json!({ "Message": HELLO, "SigningAlgorithm": "ECDSA_SHA_256" })),
        with(
            "Verify",
            "kms:Verify",
            json!({ "Message": HELLO, "SigningAlgorithm": "ECDSA_SHA_256", "Signature": HELLO }),
        ),
        with("GenerateMac", "kms:GenerateMac", json!({ "Message": HELLO, "MacAlgorithm": "HMAC_SHA_256" })),
        with("VerifyMac", "kms:VerifyMac", json!({ "Message": HELLO, "MacAlgorithm": "HMAC_SHA_256", "Mac": HELLO })),
        on_key("GetPublicKey", "kms:GetPublicKey"),
        with(
            "DeriveSharedSecret",
            "kms:DeriveSharedSecret",
            json!({ "KeyAgreementAlgorithm": "ECDH", "PublicKey": HELLO }),
        ),
        with("Encapsulate", "kms:Encapsulate", json!({ "EncapsulationAlgorithm": "ML_KEM" })),
        with(
            "Decapsulate",
            "kms:Decapsulate",
            json!({ "EncapsulationAlgorithm": "ML_KEM", "SharedSecretCiphertextBlob": HELLO }),
        ),
        with("GenerateDataKeyPair", "kms:GenerateDataKeyPair", json!({ "KeyPairSpec": "ECC_NIST_P256" })),
        with(
            "GenerateDataKeyPairWithoutPlaintext",
            "kms:GenerateDataKeyPairWithoutPlaintext",
            json!({ "KeyPairSpec": "ECC_NIST_P256" }),
        ),
        (
            "ReEncrypt",
            "kms:ReEncryptFrom",
            format!(" on resource: {key}"),
            json!({ "CiphertextBlob": blob, "SourceKeyId": key, "DestinationKeyId": key }),
        ),
        ("CreateAlias", "kms:CreateAlias", new, json!({ "AliasName": "alias/new", "TargetKeyId": key })),
        ("UpdateAlias", "kms:UpdateAlias", alias.clone(), json!({ "AliasName": "alias/app", "TargetKeyId": key })),
        ("DeleteAlias", "kms:DeleteAlias", alias, json!({ "AliasName": "alias/app" })),
    ]
}

fn prepared() -> (House, String, String) {
    let house = house();
    let key = house.key();
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": key }));
    let blob = house.hello(&key);
    (house, arn(&key), blob)
}

#[test]
fn a_user_without_policies_is_denied_every_operation_in_awss_words() {
    let (house, key, blob) = prepared();
    for (operation, action, on, input) in calls(&key, &blob) {
        let answer = house.call_as(ALICE, "us-east-1", "kms", operation, &input);
        assert_eq!((answer.status, answer.code().as_str()), (400, "AccessDeniedException"), "{operation}");
        assert_eq!(
            answer.message(),
            format!(
                "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: {action}{on} because no \
                 identity-based policy allows the {action} action"
            )
        );
    }
}

#[test]
fn another_account_reaches_no_key_whether_it_exists_or_not() {
    let (house, key, blob) = prepared();
    let missing = arn("1234abcd-12ab-34cd-56ef-1234567890ab");
    for named in [&key, &missing] {
        for (operation, action, on, input) in calls(named, &blob) {
            let at_home = ["DeleteAlias", "UpdateAlias", "CreateAlias", "ListRetirableGrants"];
            if on.is_empty() || at_home.contains(&operation) {
                // These reach the caller's own account only.
                continue;
            }
            let answer = house.call_as(OTHER, "us-east-1", "kms", operation, &input);
            assert_eq!(
                (answer.code(), answer.message()),
                (
                    "AccessDeniedException".to_owned(),
                    format!(
                        "User: arn:aws:iam::444455556666:root is not authorized to perform: {action} on resource: \
                         {named} because no resource-based policy allows the {action} action"
                    )
                ),
                "{operation}"
            );
        }
    }
    for name in ["alias/app", "alias/none"] {
        let named = format!("arn:aws:kms:us-east-1:111122223333:{name}");
        let input = json!({ "KeyId": named, "Plaintext": HELLO });
        let answer = house.call_as(OTHER, "us-east-1", "kms", "Encrypt", &input);
        assert_eq!(answer.code(), "AccessDeniedException");
        assert!(answer.message().ends_with(
            "is not authorized to perform: kms:Encrypt on this resource because the resource does not exist in this \
             Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
        ));
    }
    let on_foreign_key = json!({ "AliasName": "alias/mine", "TargetKeyId": key });
    let answer = house.call_as(OTHER, "us-east-1", "kms", "CreateAlias", &on_foreign_key);
    assert_eq!(answer.code(), "AccessDeniedException", "an alias was pointed at another account's key");
}

#[test]
fn a_denied_call_changes_nothing_and_is_in_the_audit_log() {
    let (house, key, blob) = prepared();
    for (operation, _, _, input) in calls(&key, &blob) {
        house.call_as(ALICE, "us-east-1", "kms", operation, &input);
    }
    assert_eq!(house.state(&key), "Enabled");
    assert_eq!(house.ok("ListKeys", &json!({}))["Keys"].as_array().unwrap().len(), 1);
    let denied: BTreeSet<String> = house
        .records()
        .iter()
        .filter(|record| record["errorCode"] == "AccessDeniedException")
        .map(|record| record["eventName"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(denied.len(), calls(&key, &blob).len());
}

#[test]
fn no_operation_escapes_these_tests() {
    let listed: BTreeSet<&str> = calls("", "").iter().map(|(operation, ..)| *operation).collect();
    let service = fastness_kms::service();
    let implemented: BTreeSet<&str> = service.operations().map(|operation| operation.name).collect();
    assert_eq!(listed, implemented);
    assert!(service.operations().all(|operation| !operation.public && operation.pool.is_some()));
}

#[test]
fn the_record_of_a_foreign_caller_does_not_tell_whether_the_key_exists() {
    let (house, key, _) = prepared();
    let missing = arn("00000000-0000-4000-8000-000000000000");
    let resources = |named: &str| {
        house.call_as(OTHER, "us-east-1", "kms", "DescribeKey", &json!({ "KeyId": named }));
        let records = house.records();
        records.iter().rfind(|record| record["eventName"] == "DescribeKey").unwrap()["resources"].clone()
    };
    assert_eq!(resources(&key), resources(&missing));
}
