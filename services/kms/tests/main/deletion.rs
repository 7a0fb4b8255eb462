//! Scheduled deletion, on a clock that is moved by hand.

use crate::{Kms, arn, house, text};
use serde_json::json;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
const BEGIN: f64 = 1_767_225_600.0;

#[test]
fn a_deletion_tells_when_it_will_be() {
    let house = house();
    let key = house.key();
    let scheduled = house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key, "PendingWindowInDays": 7 }));
    let date = BEGIN + 7.0 * 86_400.0;
    assert_eq!(
        scheduled,
        json!({
            "KeyId": arn(&key), "DeletionDate": scheduled["DeletionDate"], "KeyState": "PendingDeletion",
            "PendingWindowInDays": 7,
        })
    );
    assert_eq!(scheduled["DeletionDate"].as_f64(), Some(date));
    let metadata = house.ok("DescribeKey", &json!({ "KeyId": key }))["KeyMetadata"].clone();
    assert_eq!(metadata["DeletionDate"].as_f64(), Some(date));
    assert_eq!((&metadata["KeyState"], &metadata["Enabled"]), (&json!("PendingDeletion"), &json!(false)));
    assert_eq!(metadata["PendingDeletionWindowInDays"], json!(null));
}

#[test]
fn the_waiting_period_is_between_7_and_30_days_and_30_if_not_told() {
    let house = house();
    let key = house.key();
    for days in [6, 31, 0] {
        let (code, message) =
            house.refused("ScheduleKeyDeletion", &json!({ "KeyId": key, "PendingWindowInDays": days }));
        assert_eq!(code, "ValidationException");
        assert!(
            message.starts_with(&format!("1 validation error detected: Value '{days}' at 'pendingWindowInDays'")),
            "{message}"
        );
    }
    assert_eq!(house.state(&key), "Enabled");
    assert_eq!(house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key }))["PendingWindowInDays"], json!(30));
}

#[test]
fn a_deletion_taken_back_leaves_the_key_disabled_for_good() {
    let house = house();
    let key = house.key();
    let blob = house.hello(&key);
    assert_eq!(
        house.refused("CancelKeyDeletion", &json!({ "KeyId": key })),
        (
            "KMSInvalidStateException".to_owned(),
            format!("{} is not pending deletion (or pending replica deletion).", arn(&key))
        )
    );
    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key, "PendingWindowInDays": 7 }));
    house.advance(DAY * 6);
    assert_eq!(house.ok("CancelKeyDeletion", &json!({ "KeyId": key })), json!({ "KeyId": arn(&key) }));
    assert_eq!(house.state(&key), "Disabled");
    house.advance(DAY * 30);
    assert_eq!(house.state(&key), "Disabled", "the deletion came although it was taken back");
    house.ok_empty("EnableKey", &json!({ "KeyId": key }));
    house.ok("Decrypt", &json!({ "CiphertextBlob": blob }));
}

#[test]
fn when_the_time_has_come_the_key_and_all_that_belongs_to_it_are_gone() {
    let house = house();
    let (key, stays) = (house.key(), house.key());
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/gone", "TargetKeyId": key }));
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/stays", "TargetKeyId": stays }));
    house.ok_empty("TagResource", &json!({ "KeyId": key, "Tags": [{ "TagKey": "a", "TagValue": "b" }] }));
    let blob = house.hello(&key);
    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key, "PendingWindowInDays": 7 }));

    house.advance(DAY * 7 - Duration::from_secs(1));
    assert_eq!(house.state(&key), "PendingDeletion");
    house.advance(Duration::from_secs(1));

    for operation in ["DescribeKey", "ListResourceTags", "CancelKeyDeletion"] {
        assert_eq!(
            house.refused(operation, &json!({ "KeyId": key })),
            ("NotFoundException".to_owned(), format!("Key '{}' does not exist", arn(&key)))
        );
    }
    assert_eq!(house.refused("Decrypt", &json!({ "CiphertextBlob": blob })).0, "AccessDeniedException");
    assert_eq!(house.refused("DescribeKey", &json!({ "KeyId": "alias/gone" })).0, "NotFoundException");
    let keys = house.ok("ListKeys", &json!({}));
    assert_eq!(keys["Keys"].as_array().unwrap().len(), 1);
    let aliases = house.aliases();
    assert_eq!(aliases.len(), 1);
    assert_eq!(aliases[0]["TargetKeyId"], json!(stays));
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/gone", "TargetKeyId": stays }));
}

#[test]
fn a_deletion_is_told_to_cloudtrail_as_an_event_of_the_service() {
    let house = house();
    let key = house.key();
    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key, "PendingWindowInDays": 7 }));
    house.advance(DAY * 8);
    let records = house.records();
    let event = records.iter().find(|record| record["eventName"] == "DeleteKey").expect("no DeleteKey record");
    assert_eq!(event["eventType"], json!("AwsServiceEvent"));
    assert_eq!(event["userIdentity"], json!({ "accountId": "111122223333", "invokedBy": "AWS Internal" }));
    assert_eq!(event["sourceIPAddress"], json!("AWS Internal"));
    assert_eq!(event["serviceEventDetails"]["keyId"], json!(arn(&key)));
    assert_eq!(text(&event["resources"][0]["ARN"]), arn(&key));
    assert_eq!(records.iter().filter(|record| record["eventName"] == "DeleteKey").count(), 1);
}
