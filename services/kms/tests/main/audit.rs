//! What CloudTrail is told.

use crate::{HELLO, Kms, arn, house, text};
use serde_json::{Value, json};

fn record(records: &[Value], name: &str) -> Value {
    records.iter().rfind(|record| record["eventName"] == name).unwrap_or_else(|| panic!("no record of {name}")).clone()
}

#[test]
fn a_use_of_a_key_is_recorded_with_its_context_and_material_and_without_its_data() {
    let house = house();
    let key = house.key();
    let material = house.ok("DescribeKey", &json!({ "KeyId": key }))["KeyMetadata"]["CurrentKeyMaterialId"].clone();
    let input = json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionContext": { "purpose": "test" } });
    let blob = house.ok("Encrypt", &input)["CiphertextBlob"].clone();
    let context = json!({ "purpose": "test" });
    house.ok("Decrypt", &json!({ "CiphertextBlob": blob, "EncryptionContext": context }));
    let records = house.records();

    let encrypt = record(&records, "Encrypt");
    assert_eq!(encrypt["eventSource"], json!("kms.amazonaws.com"));
    assert_eq!((&encrypt["readOnly"], &encrypt["managementEvent"]), (&json!(true), &json!(true)));
    assert_eq!(
        encrypt["requestParameters"],
        json!({ "keyId": key, "encryptionContext": context, "encryptionAlgorithm": "SYMMETRIC_DEFAULT" })
    );
    assert_eq!(encrypt["responseElements"], json!(null));
    assert_eq!(encrypt["additionalEventData"], json!({ "keyMaterialId": material }));
    assert_eq!(
        encrypt["resources"],
        json!([{ "accountId": "111122223333", "type": "AWS::KMS::Key", "ARN": arn(&key) }])
    );
    assert_eq!(encrypt["userIdentity"]["type"], json!("Root"));

    let decrypt = record(&records, "Decrypt");
    assert_eq!(
        decrypt["requestParameters"],
        json!({ "encryptionContext": context, "encryptionAlgorithm": "SYMMETRIC_DEFAULT" })
    );
    assert_eq!(decrypt["additionalEventData"], json!({ "keyMaterialId": material }));
    assert_eq!(decrypt["resources"][0]["ARN"], json!(arn(&key)));
}

#[test]
fn an_encryption_context_cannot_pass_for_a_parameter() {
    let house = house();
    let key = house.key();
    let context = json!({ "encryptionAlgorithm": "none", "keyMaterialId": "none" });
    house.ok("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionContext": context }));
    let encrypt = record(&house.records(), "Encrypt");
    assert_eq!(encrypt["requestParameters"]["encryptionAlgorithm"], json!("SYMMETRIC_DEFAULT"));
    assert_eq!(encrypt["requestParameters"]["encryptionContext"], context);
    assert_ne!(encrypt["additionalEventData"]["keyMaterialId"], json!("none"));
}

#[test]
fn a_new_key_is_recorded_with_the_defaults_and_its_metadata() {
    let house = house();
    let made = house.ok("CreateKey", &json!({}));
    let create = record(&house.records(), "CreateKey");
    assert_eq!(create["readOnly"], json!(false));
    let parameters = &create["requestParameters"];
    for (name, value) in [
        ("description", json!("")),
        ("origin", json!("AWS_KMS")),
        ("bypassPolicyLockoutSafetyCheck", json!(false)),
        ("customerMasterKeySpec", json!("SYMMETRIC_DEFAULT")),
        ("keySpec", json!("SYMMETRIC_DEFAULT")),
        ("keyUsage", json!("ENCRYPT_DECRYPT")),
    ] {
        assert_eq!(parameters[name], value, "{name}");
    }
    let metadata = &create["responseElements"]["keyMetadata"];
    assert_eq!(metadata["keyId"], made["KeyMetadata"]["KeyId"]);
    assert_eq!(create["resources"][0]["ARN"], made["KeyMetadata"]["Arn"]);
}

#[test]
fn re_encrypting_is_recorded_on_both_keys() {
    let house = house();
    let (from, to) = (house.key(), house.key());
    let blob = house.hello(&from);
    house.ok("ReEncrypt", &json!({ "CiphertextBlob": blob, "DestinationKeyId": to }));
    let re_encrypt = record(&house.records(), "ReEncrypt");
    let arns: Vec<String> = re_encrypt["resources"].as_array().unwrap().iter().map(|r| text(&r["ARN"])).collect();
    assert_eq!(arns, [arn(&from), arn(&to)]);
    let parameters = &re_encrypt["requestParameters"];
    assert_eq!(parameters["destinationKeyId"], json!(to));
    assert_eq!(parameters["sourceEncryptionAlgorithm"], json!("SYMMETRIC_DEFAULT"));
    assert_eq!(parameters["destinationEncryptionAlgorithm"], json!("SYMMETRIC_DEFAULT"));
}

#[test]
fn a_failed_call_is_recorded_with_the_text_that_the_caller_read() {
    let house = house();
    let key = house.key();
    house.ok_empty("DisableKey", &json!({ "KeyId": key }));
    house.refused("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO }));
    let encrypt = record(&house.records(), "Encrypt");
    assert_eq!(encrypt["errorCode"], json!("DisabledException"));
    assert_eq!(encrypt["errorMessage"], json!(format!("{} is disabled.", arn(&key))));
    assert_eq!(encrypt["requestParameters"]["keyId"], json!(key));
    assert_eq!(encrypt["resources"][0]["ARN"], json!(arn(&key)));
}

#[test]
fn every_call_has_exactly_one_record() {
    let house = house();
    let key = house.key();
    house.hello(&key);
    house.ok("ListKeys", &json!({}));
    house.refused("Encrypt", &json!({ "KeyId": key }));
    house.kms("GetPublicKey", &json!({ "KeyId": key }));
    let names: Vec<String> = house.records().iter().map(|record| text(&record["eventName"])).collect();
    let count = |name: &str| names.iter().filter(|other| *other == name).count();
    assert_eq!((count("CreateKey"), count("Encrypt"), count("ListKeys"), count("GetPublicKey")), (1, 2, 1, 1));
    assert_eq!(names.len(), 5);
}

#[test]
fn operations_without_an_answer_are_recorded_with_the_key_that_they_changed() {
    let house = house();
    let (key, other) = (house.key(), house.key());
    let alias = |target: &str| json!({ "AliasName": "alias/app", "TargetKeyId": target });
    let on_key = json!({ "KeyId": key });
    for (operation, input, changed) in [
        ("DisableKey", on_key.clone(), &key),
        ("EnableKey", on_key.clone(), &key),
        ("EnableKeyRotation", on_key, &key),
        ("CreateAlias", alias(&key), &key),
        ("UpdateAlias", alias(&other), &other),
        ("DeleteAlias", json!({ "AliasName": "alias/app" }), &other),
        ("UntagResource", json!({ "KeyId": key, "TagKeys": ["a"] }), &key),
    ] {
        house.ok_empty(operation, &input);
        let told = record(&house.records(), operation);
        assert_eq!(told["responseElements"], json!({ "keyId": arn(changed) }), "{operation}");
    }
}
