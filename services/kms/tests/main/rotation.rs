//! Rotation: by period, on demand, and what is told about it; on a clock that is moved by hand.

use crate::{HELLO, Kms, arn, house, text};
use kernel::testing::House;
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);
const BEGIN: i64 = 1_767_225_600;

/// When it is that many days after the beginning.
fn day(days: i64) -> i64 {
    BEGIN + days * 86_400
}

trait Rotated {
    fn rotated_key(&self, days: u32) -> String;
    fn status(&self, key: &str) -> Value;
    fn rotations(&self, key: &str) -> Vec<Value>;
    fn material(&self, key: &str) -> String;
    fn used_to_decrypt(&self, blob: &str) -> String;
}

impl Rotated for House {
    /// A key that is rotated every so many days.
    fn rotated_key(&self, days: u32) -> String {
        let key = self.key();
        self.ok_empty("EnableKeyRotation", &json!({ "KeyId": key, "RotationPeriodInDays": days }));
        key
    }

    fn status(&self, key: &str) -> Value {
        self.ok("GetKeyRotationStatus", &json!({ "KeyId": key }))
    }

    fn rotations(&self, key: &str) -> Vec<Value> {
        self.ok("ListKeyRotations", &json!({ "KeyId": key }))["Rotations"].as_array().unwrap().clone()
    }

    /// The name of the material that encrypts now.
    fn material(&self, key: &str) -> String {
        text(&self.ok("DescribeKey", &json!({ "KeyId": key }))["KeyMetadata"]["CurrentKeyMaterialId"])
    }

    /// The name of the material that a blob of `hello` is decrypted with.
    fn used_to_decrypt(&self, blob: &str) -> String {
        let decrypted = self.ok("Decrypt", &json!({ "CiphertextBlob": blob }));
        assert_eq!(decrypted["Plaintext"], json!(HELLO));
        text(&decrypted["KeyMaterialId"])
    }
}

#[test]
fn a_key_gets_new_material_every_period_and_still_decrypts_what_the_old_encrypted() {
    let house = house();
    let key = house.rotated_key(90);
    let (mut materials, mut blobs) = (vec![house.material(&key)], vec![house.hello(&key)]);
    for _ in 0..3 {
        house.advance(DAY * 90 - MINUTE);
        assert_eq!(house.material(&key), materials[materials.len() - 1], "it was rotated too early");
        house.advance(MINUTE);
        let material = house.material(&key);
        assert!(!materials.contains(&material), "it was not rotated");
        materials.push(material);
        blobs.push(house.hello(&key));
    }
    for (blob, material) in blobs.iter().zip(&materials) {
        assert_eq!(&house.used_to_decrypt(blob), material);
    }
    let moved = house.ok("ReEncrypt", &json!({ "CiphertextBlob": blobs[0], "DestinationKeyId": key }));
    assert_eq!(moved["SourceKeyMaterialId"], json!(materials[0]));
    assert_eq!(moved["DestinationKeyMaterialId"], json!(materials[3]));
    let told: Vec<Value> = (1..4)
        .map(|n| {
            json!({
                "KeyId": key, "KeyMaterialId": materials[n], "RotationType": "AUTOMATIC",
                "KeyMaterialState": if n == 3 { "CURRENT" } else { "NON_CURRENT" },
                "RotationDate": day(90 * n as i64),
            })
        })
        .collect();
    assert_eq!(house.rotations(&key), told);
}

#[test]
fn a_key_is_not_rotated_unless_asked_for_and_then_every_year_if_no_period_is_told() {
    let house = house();
    let key = house.key();
    assert_eq!(house.status(&key), json!({ "KeyId": key, "KeyRotationEnabled": false }));
    house.advance(DAY * 1_000);
    assert_eq!(house.rotations(&key), Vec::<Value>::new());
    house.ok_empty("EnableKeyRotation", &json!({ "KeyId": arn(&key) }));
    let told = json!({
        "KeyId": key, "KeyRotationEnabled": true, "RotationPeriodInDays": 365, "NextRotationDate": day(1_365),
    });
    assert_eq!(house.status(&key), told);
    house.advance(DAY * 365);
    assert_eq!(house.rotations(&key).len(), 1);
    assert_eq!(house.status(&key)["NextRotationDate"], json!(day(1_730)));
}

#[test]
fn a_period_is_between_90_and_2560_days() {
    let house = house();
    let key = house.key();
    for days in [89, 2_561, 0, -1] {
        let (code, message) =
            house.refused("EnableKeyRotation", &json!({ "KeyId": key, "RotationPeriodInDays": days }));
        assert_eq!(code, "ValidationException");
        assert!(message.contains(&format!("Value '{days}' at 'rotationPeriodInDays'")), "{message}");
    }
    assert_eq!(house.status(&key)["KeyRotationEnabled"], json!(false));
    for days in [90, 2_560] {
        house.ok_empty("EnableKeyRotation", &json!({ "KeyId": key, "RotationPeriodInDays": days }));
        assert_eq!(house.status(&key)["RotationPeriodInDays"], json!(days));
    }
}

#[test]
fn another_period_counts_from_when_it_is_asked_for_and_the_same_one_changes_nothing() {
    let house = house();
    let key = house.rotated_key(100);
    house.advance(DAY * 60);
    house.ok_empty("EnableKeyRotation", &json!({ "KeyId": key, "RotationPeriodInDays": 100 }));
    assert_eq!(house.status(&key)["NextRotationDate"], json!(day(100)), "asking again put it off");
    house.ok_empty("EnableKeyRotation", &json!({ "KeyId": key, "RotationPeriodInDays": 90 }));
    assert_eq!(house.status(&key)["NextRotationDate"], json!(day(150)));
    house.advance(DAY * 50);
    assert_eq!(house.rotations(&key), Vec::<Value>::new(), "the earlier schedule still holds");
    house.advance(DAY * 40);
    assert_eq!(house.rotations(&key).len(), 1);
}

#[test]
fn a_key_whose_rotation_is_switched_off_keeps_its_material_and_begins_anew_when_it_is_switched_on() {
    let house = house();
    let key = house.rotated_key(90);
    house.advance(DAY * 89);
    house.ok_empty("DisableKeyRotation", &json!({ "KeyId": key }));
    house.ok_empty("DisableKeyRotation", &json!({ "KeyId": key }));
    assert_eq!(house.status(&key), json!({ "KeyId": key, "KeyRotationEnabled": false }));
    house.advance(DAY * 200);
    assert_eq!(house.rotations(&key), Vec::<Value>::new());
    house.ok_empty("EnableKeyRotation", &json!({ "KeyId": key, "RotationPeriodInDays": 90 }));
    assert_eq!(house.status(&key)["NextRotationDate"], json!(day(379)));
}

#[test]
fn a_disabled_key_is_rotated_when_it_is_enabled_again_and_at_once_if_its_time_is_over() {
    let house = house();
    let (late, in_time) = (house.rotated_key(90), house.rotated_key(100));
    for key in [&late, &in_time] {
        house.ok_empty("DisableKey", &json!({ "KeyId": key }));
    }
    house.advance(DAY * 95);
    let status = house.status(&late);
    assert_eq!((&status["KeyRotationEnabled"], &status["NextRotationDate"]), (&json!(true), &json!(day(90))));
    assert_eq!(house.rotations(&late), Vec::<Value>::new(), "a disabled key was rotated");
    for key in [&late, &in_time] {
        house.ok_empty("EnableKey", &json!({ "KeyId": key }));
    }
    house.advance(Duration::ZERO);
    assert_eq!(house.rotations(&late)[0]["RotationDate"], json!(day(95)));
    assert_eq!(house.status(&late)["NextRotationDate"], json!(day(180)), "the schedule did not go on");
    assert_eq!(house.rotations(&in_time), Vec::<Value>::new());
    house.advance(DAY * 5);
    assert_eq!(house.rotations(&in_time)[0]["RotationDate"], json!(day(100)));
}

#[test]
fn a_key_that_is_to_be_deleted_is_not_rotated_and_says_so_until_it_is_saved() {
    let house = house();
    let key = house.rotated_key(90);
    house.advance(DAY * 80);
    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key, "PendingWindowInDays": 30 }));
    house.advance(DAY * 20);
    assert_eq!(house.status(&key), json!({ "KeyId": key, "KeyRotationEnabled": false }));
    assert_eq!(house.rotations(&key), Vec::<Value>::new());
    house.ok("CancelKeyDeletion", &json!({ "KeyId": key }));
    assert_eq!(house.status(&key)["KeyRotationEnabled"], json!(true));
    assert_eq!(house.status(&key)["RotationPeriodInDays"], json!(90));
    house.ok_empty("EnableKey", &json!({ "KeyId": key }));
    house.advance(Duration::ZERO);
    assert_eq!(house.rotations(&key).len(), 1);
}

#[test]
fn nothing_is_left_of_the_rotation_of_a_deleted_key() {
    let house = house();
    let key = house.rotated_key(90);
    house.ok("RotateKeyOnDemand", &json!({ "KeyId": key }));
    let blob = house.hello(&key);
    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key, "PendingWindowInDays": 7 }));
    house.advance(DAY * 7);
    assert_eq!(house.refused("Decrypt", &json!({ "CiphertextBlob": blob })).0, "AccessDeniedException");
    house.advance(DAY * 90);
    assert!(house.records().iter().all(|record| record["serviceEventDetails"]["rotationType"] != "AUTOMATIC"));
}

#[test]
fn a_key_rotated_on_demand_keeps_its_schedule() {
    let house = house();
    let key = house.rotated_key(90);
    let (first, blob) = (house.material(&key), house.hello(&key));
    house.advance(DAY * 10);
    assert_eq!(house.ok("RotateKeyOnDemand", &json!({ "KeyId": arn(&key) })), json!({ "KeyId": key }));
    let second = house.material(&key);
    assert_ne!(first, second);
    assert_eq!(house.used_to_decrypt(&blob), first);
    assert_eq!(house.used_to_decrypt(&house.hello(&key)), second);
    let rotation = json!({
        "KeyId": key, "KeyMaterialId": second, "KeyMaterialState": "CURRENT", "RotationType": "ON_DEMAND",
        "RotationDate": day(10),
    });
    assert_eq!(house.rotations(&key), [rotation]);
    let status = house.status(&key);
    assert_eq!(status["NextRotationDate"], json!(day(90)));
    assert_eq!(status["OnDemandRotationStartDate"], json!(null), "nothing is in progress");
}

#[test]
fn a_key_is_rotated_on_demand_25_times_and_no_more() {
    let house = house();
    let key = house.key();
    for _ in 0..25 {
        house.ok("RotateKeyOnDemand", &json!({ "KeyId": key }));
    }
    let material = house.material(&key);
    let (code, message) = house.refused("RotateKeyOnDemand", &json!({ "KeyId": key }));
    assert_eq!(code, "LimitExceededException");
    assert_eq!(message, format!("You have reached the quota of 25 on-demand rotations of {}.", arn(&key)));
    assert_eq!(house.material(&key), material);
    // Automatic rotation goes on.
    house.ok_empty("EnableKeyRotation", &json!({ "KeyId": key }));
    house.advance(DAY * 365);
    assert_eq!(house.rotations(&key).len(), 26);
}

#[test]
fn nobody_rotates_a_key_within_twenty_minutes_of_its_automatic_rotation() {
    let house = house();
    let key = house.rotated_key(90);
    house.advance(DAY * 90 - MINUTE * 20);
    let (code, _) = house.refused("RotateKeyOnDemand", &json!({ "KeyId": key }));
    assert_eq!(code, "ConflictException");
    house.advance(MINUTE * 20);
    house.ok("RotateKeyOnDemand", &json!({ "KeyId": key }));
    house.advance(DAY * 90 - MINUTE * 21);
    house.ok("RotateKeyOnDemand", &json!({ "KeyId": key }));
    let types: Vec<_> = house.rotations(&key).iter().map(|rotation| text(&rotation["RotationType"])).collect();
    assert_eq!(types, ["AUTOMATIC", "ON_DEMAND", "ON_DEMAND"]);
}

#[test]
fn a_server_that_was_away_for_years_rotates_once_and_goes_on() {
    let house = house();
    let key = house.rotated_key(90);
    house.advance(DAY * 1_000);
    assert_eq!(house.rotations(&key).len(), 1);
    assert_eq!(house.status(&key)["NextRotationDate"], json!(day(1_080)));
    house.advance(DAY * 80);
    assert_eq!(house.rotations(&key).len(), 2);
}

#[test]
fn rotations_come_in_pages_with_the_first_material_when_asked_for() {
    let house = house();
    let key = house.key();
    let mut materials = vec![house.material(&key)];
    for _ in 0..4 {
        house.ok("RotateKeyOnDemand", &json!({ "KeyId": key }));
        materials.push(house.material(&key));
    }
    let walk = |include: &str, limit: u32| {
        let (mut found, mut marker) = (Vec::new(), None::<Value>);
        loop {
            let mut input = json!({ "KeyId": key, "IncludeKeyMaterial": include, "Limit": limit });
            input.as_object_mut().unwrap().extend(marker.map(|marker| ("Marker".to_owned(), marker)));
            let page = house.ok("ListKeyRotations", &input);
            let entries = page["Rotations"].as_array().unwrap();
            assert!(entries.len() <= limit as usize);
            found.extend(entries.iter().map(|entry| text(&entry["KeyMaterialId"])));
            assert_eq!(page["Truncated"], json!(page.get("NextMarker").is_some()));
            match page.get("NextMarker") {
                Some(next) => marker = Some(next.clone()),
                None => return found,
            }
        }
    };
    for limit in [1, 2, 3, 5, 1_000] {
        assert_eq!(walk("ALL_KEY_MATERIAL", limit), materials);
        assert_eq!(walk("ROTATIONS_ONLY", limit), materials[1..]);
    }
    let all = house.ok("ListKeyRotations", &json!({ "KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL" }));
    let first = json!({ "KeyId": key, "KeyMaterialId": materials[0], "KeyMaterialState": "NON_CURRENT" });
    assert_eq!(all["Rotations"][0], first, "the first material has no date, no type and no import state");
}

#[test]
fn a_marker_goes_on_only_in_the_listing_that_gave_it_out() {
    let house = house();
    let (key, other) = (house.key(), house.key());
    for key in [&key, &other] {
        for _ in 0..2 {
            house.ok("RotateKeyOnDemand", &json!({ "KeyId": key }));
        }
    }
    let marker = house.ok("ListKeyRotations", &json!({ "KeyId": key, "Limit": 1 }))["NextMarker"].clone();
    for input in [
        json!({ "KeyId": other, "Marker": marker }),
        json!({ "KeyId": key, "Marker": marker, "IncludeKeyMaterial": "ALL_KEY_MATERIAL" }),
        json!({ "KeyId": key, "Marker": "1" }),
    ] {
        assert_eq!(house.refused("ListKeyRotations", &input).0, "InvalidMarkerException");
    }
}

#[test]
fn every_rotation_is_told_to_cloudtrail_as_an_event_of_the_service() {
    let house = house();
    let key = house.rotated_key(90);
    let first = house.material(&key);
    house.ok("RotateKeyOnDemand", &json!({ "KeyId": key }));
    let second = house.material(&key);
    house.advance(DAY * 90);
    let third = house.material(&key);
    let records = house.records();
    let events: Vec<_> = records.iter().filter(|record| record["eventName"] == "RotateKey").collect();
    let details: Vec<_> = events.iter().map(|event| event["serviceEventDetails"].clone()).collect();
    let told = |by: &str, previous: &str, current: &str| {
        json!({
            "rotationType": by, "keyOrigin": "AWS_KMS", "previousKeyMaterialId": previous,
            "currentKeyMaterialId": current, "keyId": key,
        })
    };
    assert_eq!(details, [told("ON_DEMAND", &first, &second), told("AUTOMATIC", &second, &third)]);
    for event in events {
        assert_eq!(event["eventType"], json!("AwsServiceEvent"));
        assert_eq!(event["userIdentity"], json!({ "accountId": "111122223333", "invokedBy": "AWS Internal" }));
        assert_eq!((&event["sourceIPAddress"], &event["userAgent"]), (&json!("AWS Internal"), &json!("AWS Internal")));
        assert_eq!((&event["requestParameters"], &event["responseElements"]), (&json!(null), &json!(null)));
        assert_eq!(event["resources"][0]["ARN"], json!(arn(&key)));
    }
    let enabled = records.iter().find(|record| record["eventName"] == "EnableKeyRotation").unwrap();
    assert_eq!(enabled["responseElements"], json!({ "keyId": arn(&key) }));
    assert_eq!(enabled["requestParameters"], json!({ "keyId": key, "rotationPeriodInDays": 90 }));
}

#[test]
fn a_policy_may_constrain_the_period() {
    let house = house();
    let bob = house.person(
        "bob",
        &json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "kms:EnableKeyRotation", "Resource": "*",
            "Condition": { "NumericLessThanEquals": { "kms:RotationPeriodInDays": "180" } },
        }] }),
    );
    let key = house.key();
    let enable = |input: Value| house.call_by(&bob, "kms", "EnableKeyRotation", &input).code();
    assert_eq!(enable(json!({ "KeyId": key, "RotationPeriodInDays": 181 })), "AccessDeniedException");
    assert_eq!(enable(json!({ "KeyId": key })), "AccessDeniedException", "without a period it is 365 days");
    assert_eq!(enable(json!({ "KeyId": key, "RotationPeriodInDays": 180 })), "");
}
