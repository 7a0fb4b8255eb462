//! When keys were last used.

use crate::{HELLO, Kms, arn, house, text};
use kernel::testing::{House, OTHER};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use store::Engine as _;

const DAY: Duration = Duration::from_secs(86_400);
const BEGIN: i64 = 1_767_225_600;

trait Used {
    fn usage(&self, key: &str) -> Value;
}

impl Used for House {
    fn usage(&self, key: &str) -> Value {
        self.ok("GetKeyLastUsage", &json!({ "KeyId": key }))
    }
}

/// The operations that AWS tracks.
const TRACKED: [&str; 14] = [
    "Decapsulate",
    "Decrypt",
    "DeriveSharedSecret",
    "Encapsulate",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "ReEncrypt",
    "Sign",
    "Verify",
    "VerifyMac",
];

#[test]
fn exactly_the_tracked_operations_count_as_uses() {
    let service = fastness_kms::service();
    let tracked: BTreeSet<&str> = TRACKED.into_iter().collect();
    for operation in service.operations() {
        assert_eq!(operation.uses, tracked.contains(operation.name), "{}", operation.name);
        assert!(!(operation.uses && operation.writes), "{}: uses are noted of reading operations", operation.name);
    }
}

#[test]
fn the_last_use_is_told_by_operation_time_event_and_request() {
    let house = house();
    let key = house.key();
    let never = json!({
        "KeyId": key, "KeyLastUsage": {}, "TrackingStartDate": BEGIN, "KeyCreationDate": BEGIN,
    });
    assert_eq!(house.usage(&key), never);
    let blob = house.hello(&key);
    house.advance(DAY);
    let calls = [
        ("Encrypt", json!({ "KeyId": key, "Plaintext": HELLO })),
        ("Decrypt", json!({ "CiphertextBlob": blob })),
        ("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        ("GenerateDataKeyWithoutPlaintext", json!({ "KeyId": key, "KeySpec": "AES_256" })),
        ("ReEncrypt", json!({ "CiphertextBlob": blob, "DestinationKeyId": key })),
    ];
    for (number, (operation, input)) in calls.iter().enumerate() {
        house.advance(DAY);
        let answer = house.kms(operation, input);
        assert_eq!(answer.status, 200, "{}", answer.body);
        // Before and after it is written.
        for _ in 0..2 {
            let usage = house.usage(&key);
            assert_eq!(usage["KeyCreationDate"], json!(BEGIN));
            let last = &usage["KeyLastUsage"];
            let time = BEGIN + 86_400 * (number as i64 + 2);
            assert_eq!((&last["Operation"], &last["Timestamp"]), (&json!(operation), &json!(time)));
            assert_eq!(last["KmsRequestId"], json!(answer.request_id));
            let records = house.records();
            let record = records.iter().rfind(|record| record["eventName"] == *operation).unwrap();
            assert_eq!(last["CloudTrailEventId"], record["eventID"]);
            house.kernel.keep_notes().unwrap();
        }
    }
}

#[test]
fn every_tracked_operation_is_told_as_the_last_use_of_its_key() {
    let (house, samples) = crate::coverage::scene();
    let registered: BTreeSet<&str> = fastness_kms::service().operations().map(|operation| operation.name).collect();
    for operation in TRACKED.into_iter().filter(|operation| registered.contains(operation)) {
        let sample = samples.iter().find(|sample| sample.operation == operation).expect(operation);
        let answer = house.kms(operation, &sample.input);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        let records = house.records();
        let record = records.iter().rfind(|record| record["eventName"] == operation).unwrap();
        let key = text(&record["resources"][0]["ARN"]);
        let last = house.usage(&key)["KeyLastUsage"].clone();
        assert_eq!(last["Operation"], json!(operation));
        assert_eq!(
            (&last["KmsRequestId"], &last["CloudTrailEventId"]),
            (&json!(answer.request_id), &record["eventID"])
        );
    }
}

#[test]
fn what_failed_or_was_only_tried_is_no_use() {
    let house = house();
    let key = house.key();
    house.kms("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO, "DryRun": true }));
    house.kms("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionAlgorithm": "RSAES_OAEP_SHA_1" }));
    house.call_as(OTHER, "us-east-1", "kms", "Encrypt", &json!({ "KeyId": arn(&key), "Plaintext": HELLO }));
    for operation in ["DescribeKey", "ListKeyRotations", "RotateKeyOnDemand", "DisableKey", "EnableKey"] {
        house.kms(operation, &json!({ "KeyId": key }));
    }
    house.ok("GenerateRandom", &json!({ "NumberOfBytes": 8 }));
    assert_eq!(house.usage(&key)["KeyLastUsage"], json!({}));
}

#[test]
fn re_encrypting_is_a_use_of_both_keys() {
    let house = house();
    let (from, to) = (house.key(), house.key());
    let blob = house.hello(&from);
    house.ok("ReEncrypt", &json!({ "CiphertextBlob": blob, "DestinationKeyId": to }));
    for key in [&from, &to] {
        assert_eq!(house.usage(key)["KeyLastUsage"]["Operation"], json!("ReEncrypt"));
    }
}

#[test]
fn the_owner_learns_the_event_of_its_own_log_when_another_account_uses_the_key() {
    let house = house();
    let key = house.key();
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "kms:*", "Resource": "*" },
        { "Effect": "Allow", "Principal": { "AWS": "444455556666" }, "Action": "kms:Encrypt", "Resource": "*" },
    ] });
    house.ok_empty("PutKeyPolicy", &json!({ "KeyId": key, "Policy": policy.to_string() }));
    let input = json!({ "KeyId": arn(&key), "Plaintext": HELLO });
    assert_eq!(house.call_as(OTHER, "us-east-1", "kms", "Encrypt", &input).status, 200);
    let event = text(&house.usage(&key)["KeyLastUsage"]["CloudTrailEventId"]);
    let records = house.records();
    let record = records.iter().find(|record| record["eventID"] == json!(event)).expect("no such event");
    assert_eq!((&record["eventName"], &record["recipientAccountId"]), (&json!("Encrypt"), &json!("111122223333")));
}

#[test]
fn uses_outlive_the_server_and_go_with_the_key() {
    let engine = std::sync::Arc::new(store::Memory::new());
    let house = House::over(vec![fastness_kms::service()], engine.clone());
    let (kept, gone) = (house.key(), house.key());
    for key in [&kept, &gone] {
        house.hello(key);
    }
    let last = house.usage(&kept)["KeyLastUsage"].clone();
    house.kernel.keep_notes().unwrap();
    // A use that the server has not written when it is cut off.
    house.hello(&gone);
    let again = House::over(vec![fastness_kms::service()], engine.clone());
    assert_eq!(again.usage(&kept)["KeyLastUsage"], last);
    again.ok("ScheduleKeyDeletion", &json!({ "KeyId": gone, "PendingWindowInDays": 7 }));
    again.advance(DAY * 7);
    assert_eq!(again.kms("DescribeKey", &json!({ "KeyId": gone })).code(), "NotFoundException");
    // It is not written any more: nothing in the store names the key but the bill.
    house.kernel.keep_notes().unwrap();
    let everything = store::KeyRange { start: Vec::new(), end: vec![0xff; 8] };
    let entries = engine.snapshot().unwrap().range(&everything, 1_000_000).unwrap();
    let names = |entry: &&store::Entry, key: &str| entry.key.windows(key.len()).any(|part| part == key.as_bytes());
    assert!(entries.iter().any(|entry| names(&entry, &kept)), "keys are found by their ids");
    let is_billed = |entry: &&store::Entry| ["kernel.meter", "kernel.rent"].iter().any(|table| names(entry, table));
    assert_eq!(entries.iter().filter(|entry| names(entry, &gone) && !is_billed(entry)).count(), 0);
}

#[test]
fn a_policy_may_protect_keys_that_are_in_use() {
    let house = house();
    let (idle, used) = (house.key(), house.key());
    let bob = house.person(
        "bob",
        &json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "kms:*", "Resource": "*" },
            {
                "Effect": "Deny", "Action": ["kms:DisableKey", "kms:ScheduleKeyDeletion"], "Resource": "*",
                "Condition": { "NumericLessThanEquals": { "kms:TrailingDaysWithoutKeyUsage": "30" } },
            },
        ] }),
    );
    let code = |operation: &str, key: &str| house.call_by(&bob, "kms", operation, &json!({ "KeyId": key })).code();
    assert_eq!(code("DisableKey", &idle), "AccessDeniedException", "a key that is new counts from its creation");
    house.advance(DAY * 20);
    house.hello(&used);
    house.kernel.keep_notes().unwrap();
    // Whole days count, so it is the 30th until the 31st begins.
    house.advance(DAY * 11 - Duration::from_secs(1));
    assert_eq!(code("DisableKey", &idle), "AccessDeniedException");
    house.advance(Duration::from_secs(1));
    for (operation, back) in [("DisableKey", "EnableKey"), ("ScheduleKeyDeletion", "CancelKeyDeletion")] {
        assert_eq!(code(operation, &used), "AccessDeniedException", "{operation}");
        assert_eq!(code(operation, &idle), "", "{operation}");
        assert_eq!(code(back, &idle), "", "{back}");
    }
}
