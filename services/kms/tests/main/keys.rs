//! Making keys, reading about them, listing them.

use crate::{Kms, arn, house, text};
use kernel::testing::OTHER;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn a_new_key_is_described_in_full() {
    let house = house();
    let made = house.ok("CreateKey", &json!({ "Description": "for tests" }));
    let metadata = &made["KeyMetadata"];
    let id = text(&metadata["KeyId"]);
    let material = text(&metadata["CurrentKeyMaterialId"]);
    assert_eq!(material.len(), 64);
    let expected = json!({
        "AWSAccountId": "111122223333",
        "Arn": arn(&id),
        "CreationDate": metadata["CreationDate"],
        "CurrentKeyMaterialId": material,
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "Description": "for tests",
        "Enabled": true,
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "KeyId": id,
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyState": "Enabled",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "MultiRegion": false,
        "Origin": "AWS_KMS",
    });
    assert_eq!(*metadata, expected);
    assert_eq!(metadata["CreationDate"].as_f64(), Some(1_767_225_600.0));
    for named in [id.clone(), arn(&id)] {
        assert_eq!(house.ok("DescribeKey", &json!({ "KeyId": named }))["KeyMetadata"], expected);
    }
}

#[test]
fn a_key_made_with_the_defaults_spelled_out_is_the_same_kind_of_key() {
    let house = house();
    let policy = json!({
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [{
            "Sid": "Enable IAM User Permissions", "Effect": "Allow",
            "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:*", "Resource": "*",
        }],
    });
    let spelled = json!({
        "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS", "MultiRegion": false,
        "Policy": policy.to_string(), "BypassPolicyLockoutSafetyCheck": true, "Tags": [],
    });
    house.ok("CreateKey", &spelled);
    house.ok("CreateKey", &json!({ "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT" }));
}

#[test]
fn awss_own_errors_come_before_what_is_not_offered() {
    let house = house();
    let message = |input: &Value| {
        let (code, message) = house.refused("CreateKey", input);
        assert_eq!(code, "ValidationException");
        message
    };
    assert_eq!(
        message(&json!({ "KeySpec": "RSA_2048" })),
        "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."
    );
    assert_eq!(
        message(&json!({ "KeyUsage": "SIGN_VERIFY" })),
        "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT"
    );
    assert_eq!(
        message(&json!({ "KeySpec": "HMAC_256", "KeyUsage": "SIGN_VERIFY" })),
        "KeyUsage SIGN_VERIFY is not compatible with KeySpec HMAC_256"
    );
    assert!(
        message(&json!({ "KeySpec": "SYMMETRIC_DEFAULT", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT" }))
            .starts_with("You cannot specify KeySpec and CustomerMasterKeySpec")
    );
    assert!(message(&json!({ "KeySpec": "AES_512" })).contains("at 'keySpec' failed to satisfy constraint"));
    assert_eq!(house.refused("CreateKey", &json!({ "Policy": "{" })).0, "MalformedPolicyDocumentException");
}

#[test]
fn keys_that_are_not_there_are_not_found() {
    let house = house();
    let unknown = "1234abcd-12ab-34cd-56ef-1234567890ab";
    for named in [unknown.to_owned(), arn(unknown)] {
        assert_eq!(
            house.refused("DescribeKey", &json!({ "KeyId": named })),
            ("NotFoundException".to_owned(), format!("Key '{}' does not exist", arn(unknown)))
        );
    }
    assert_eq!(
        house.refused("DescribeKey", &json!({ "KeyId": "nonsense" })),
        ("NotFoundException".to_owned(), "Invalid keyId nonsense".to_owned())
    );
    assert_eq!(
        house.refused("EnableKey", &json!({ "KeyId": "alias/app" })).0,
        "NotFoundException",
        "operations that manage keys take no aliases"
    );
    assert_eq!(house.refused("DescribeKey", &json!({ "KeyId": "arn:aws:s3:::bucket" })).0, "InvalidArnException");
}

#[test]
fn every_key_is_listed_once_over_all_pages() {
    let house = house();
    let made: BTreeSet<String> = (0..7).map(|_| house.key()).collect();
    let mut listed = Vec::new();
    let mut marker = Value::Null;
    loop {
        let mut input = json!({ "Limit": 3 });
        if marker.is_string() {
            input["Marker"] = marker;
        }
        let page = house.ok("ListKeys", &input);
        let keys = page["Keys"].as_array().unwrap();
        assert!(keys.len() <= 3);
        for key in keys {
            assert_eq!(key["KeyArn"], json!(arn(&text(&key["KeyId"]))));
            listed.push(text(&key["KeyId"]));
        }
        marker = page["NextMarker"].clone();
        assert_eq!(page["Truncated"], json!(marker.is_string()));
        if marker.is_null() {
            break;
        }
    }
    assert_eq!(listed.len(), 7);
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), made);
}

#[test]
fn a_marker_continues_only_the_listing_that_gave_it() {
    let house = house();
    for _ in 0..3 {
        house.key();
    }
    let marker = text(&house.ok("ListKeys", &json!({ "Limit": 1 }))["NextMarker"]);
    assert_eq!(house.refused("ListKeys", &json!({ "Marker": "made-up" })).0, "InvalidMarkerException");
    assert_eq!(house.refused("ListAliases", &json!({ "Marker": marker })).0, "InvalidMarkerException");
    let other = house.call_as(OTHER, "us-east-1", "kms", "ListKeys", &json!({ "Marker": marker }));
    assert_eq!(other.code(), "InvalidMarkerException");
    let elsewhere = house.call_as(kernel::testing::ROOT, "eu-west-1", "kms", "ListKeys", &json!({ "Marker": marker }));
    assert_eq!(elsewhere.code(), "InvalidMarkerException");
    house.ok("ListKeys", &json!({ "Marker": marker, "Limit": 1000 }));
    assert_eq!(house.refused("ListKeys", &json!({ "Limit": 1001 })).0, "ValidationException");
    assert_eq!(house.refused("ListKeys", &json!({ "Limit": 0 })).0, "ValidationException");
}

#[test]
fn regions_and_accounts_do_not_see_each_others_keys() {
    let house = house();
    let key = house.key();
    let in_region =
        |region: &str, who, operation: &str, input: Value| house.call_as(who, region, "kms", operation, &input);
    let root = kernel::testing::ROOT;
    let elsewhere = in_region("eu-west-1", root, "DescribeKey", json!({ "KeyId": key }));
    assert_eq!(elsewhere.message(), format!("Key 'arn:aws:kms:eu-west-1:111122223333:key/{key}' does not exist"));
    let by_arn = in_region("eu-west-1", root, "DescribeKey", json!({ "KeyId": arn(&key) }));
    assert_eq!((by_arn.code(), by_arn.message()), ("NotFoundException".into(), "Invalid arn us-east-1".into()));
    assert_eq!(in_region("eu-west-1", root, "ListKeys", json!({})).json()["Keys"], json!([]));
    assert_eq!(in_region("us-east-1", OTHER, "ListKeys", json!({})).json()["Keys"], json!([]));
    // Another partition would be another account.
    assert_eq!(in_region("cn-north-1", root, "CreateKey", json!({})).code(), "UnrecognizedClientException");
}

#[test]
fn a_description_can_be_changed_and_read_at_once() {
    let house = house();
    let key = house.key();
    house.ok_empty("UpdateKeyDescription", &json!({ "KeyId": key, "Description": "new" }));
    let described = house.ok("DescribeKey", &json!({ "KeyId": key }));
    assert_eq!(described["KeyMetadata"]["Description"], json!("new"));
}

#[test]
fn provisioning_tools_read_policy_names_and_rotation_after_a_create() {
    let house = house();
    let key = house.key();
    let got = house.ok("GetKeyPolicy", &json!({ "KeyId": key, "PolicyName": "default" }));
    assert_eq!(got["PolicyName"], json!("default"));
    let policy: Value = serde_json::from_str(&text(&got["Policy"])).unwrap();
    assert_eq!(policy["Statement"][0]["Principal"]["AWS"], json!("arn:aws:iam::111122223333:root"));
    assert_eq!(house.ok("GetKeyPolicy", &json!({ "KeyId": key }))["Policy"], got["Policy"]);
    assert_eq!(
        house.refused("GetKeyPolicy", &json!({ "KeyId": key, "PolicyName": "other" })),
        ("NotFoundException".to_owned(), "No such policy exists".to_owned())
    );
    assert_eq!(
        house.ok("ListKeyPolicies", &json!({ "KeyId": key })),
        json!({ "PolicyNames": ["default"], "Truncated": false })
    );
    assert_eq!(
        house.ok("GetKeyRotationStatus", &json!({ "KeyId": key })),
        json!({ "KeyId": key, "KeyRotationEnabled": false })
    );
}

/// A listing of other owners' keys was answered with the caller's own, as if nobody had asked.
#[test]
fn keys_that_others_share_are_asked_for_and_there_are_none() {
    let house = house();
    house.key();
    let listed =
        |owners: &[&str]| house.ok("ListKeys", &json!({ "ResourceOwners": owners }))["Keys"].as_array().unwrap().len();
    assert_eq!((listed(&["SELF"]), listed(&["SELF", "OTHER_ACCOUNTS_VIA_RAM"])), (1, 1));
    assert_eq!(listed(&["OTHER_ACCOUNTS_VIA_RAM"]), 0);
}
