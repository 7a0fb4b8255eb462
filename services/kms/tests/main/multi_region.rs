//! Multi-Region keys: replicas, what they share, the primary that moves, and their end.

use crate::{HELLO, Kms, house, text};
use kernel::testing::{Answer, House, Person, ROOT};
use serde_json::{Value, json};
use std::time::Duration;

const HERE: &str = "us-east-1";
const THERE: &str = "eu-west-1";
const THIRD: &str = "ap-south-1";
const DAY: Duration = Duration::from_secs(86_400);

fn arn_in(region: &str, id: &str) -> String {
    format!("arn:aws:kms:{region}:111122223333:key/{id}")
}

/// Calls as the root in a Region.
fn call(house: &House, region: &str, operation: &str, input: &Value) -> Answer {
    house.call_as(ROOT, region, "kms", operation, input)
}

/// The same, where it succeeds.
fn ok(house: &House, region: &str, operation: &str, input: &Value) -> Value {
    let answer = call(house, region, operation, input);
    assert_eq!(answer.status, 200, "{operation} in {region}: {}", answer.body);
    answer.json()
}

fn metadata(house: &House, region: &str, id: &str) -> Value {
    ok(house, region, "DescribeKey", &json!({ "KeyId": id }))["KeyMetadata"].clone()
}

fn state(house: &House, region: &str, id: &str) -> String {
    text(&metadata(house, region, id)["KeyState"])
}

fn primary(house: &House) -> String {
    text(&house.ok("CreateKey", &json!({ "MultiRegion": true }))["KeyMetadata"]["KeyId"])
}

fn replicate(house: &House, id: &str, region: &str) -> Value {
    let made = house.ok("ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": region }));
    house.advance(Duration::ZERO);
    made
}

/// A primary here with a replica there, both ready.
fn pair() -> (House, String) {
    let house = house();
    let id = primary(&house);
    replicate(&house, &id, THERE);
    (house, id)
}

/// The records of an operation in a Region, the last first.
fn recorded(house: &House, region: &str, name: &str) -> Vec<Value> {
    let of = |record: &Value| record["eventName"] == name && record["awsRegion"] == region;
    house.records().into_iter().rev().filter(of).collect()
}

#[test]
fn a_new_primary_says_that_it_is_one() {
    let house = house();
    let id = primary(&house);
    assert!(id.starts_with("mrk-") && id.len() == 36, "{id}");
    let told = metadata(&house, HERE, &id);
    assert_eq!(told["MultiRegion"], json!(true));
    assert_eq!(
        told["MultiRegionConfiguration"],
        json!({
            "MultiRegionKeyType": "PRIMARY",
            "PrimaryKey": { "Arn": arn_in(HERE, &id), "Region": HERE },
            "ReplicaKeys": [],
        })
    );
}

#[test]
fn a_replica_is_being_made_until_it_can_be_used_and_shares_what_makes_it_the_same_key() {
    let house = house();
    let id = primary(&house);
    let input = json!({
        "KeyId": id, "ReplicaRegion": THERE, "Description": "over there",
        "Tags": [{ "TagKey": "where", "TagValue": "there" }],
    });
    let made = house.ok("ReplicateKey", &input);
    let told = &made["ReplicaKeyMetadata"];
    assert_eq!((&told["KeyState"], &told["Enabled"]), (&json!("Creating"), &json!(false)));
    assert_eq!((&told["Arn"], &told["Description"]), (&json!(arn_in(THERE, &id)), &json!("over there")));
    let siblings = json!({
        "MultiRegionKeyType": "REPLICA",
        "PrimaryKey": { "Arn": arn_in(HERE, &id), "Region": HERE },
        "ReplicaKeys": [{ "Arn": arn_in(THERE, &id), "Region": THERE }],
    });
    assert_eq!(told["MultiRegionConfiguration"], siblings);
    assert_eq!(made["ReplicaTags"], input["Tags"]);
    let policy: Value = serde_json::from_str(&text(&made["ReplicaPolicy"])).unwrap();
    assert_eq!(policy["Statement"][0]["Principal"]["AWS"], json!("arn:aws:iam::111122223333:root"));
    let refused = call(&house, THERE, "Encrypt", &json!({ "KeyId": id, "Plaintext": HELLO }));
    assert_eq!(
        (refused.code(), refused.message()),
        ("KMSInvalidStateException".to_owned(), format!("{} is creating.", arn_in(THERE, &id)))
    );

    house.advance(Duration::ZERO);
    let (here, there) = (metadata(&house, HERE, &id), metadata(&house, THERE, &id));
    assert_eq!(there["KeyState"], json!("Enabled"));
    assert_eq!(there["CurrentKeyMaterialId"], here["CurrentKeyMaterialId"]);
    assert_eq!(there["MultiRegionConfiguration"], siblings);
    let mut own = siblings;
    own["MultiRegionKeyType"] = json!("PRIMARY");
    assert_eq!(here["MultiRegionConfiguration"], own);
    assert_eq!(here["Description"], json!(""));
    assert_eq!(house.ok("ListResourceTags", &json!({ "KeyId": id }))["Tags"], json!([]));
}

#[test]
fn what_one_region_encrypts_every_other_decrypts() {
    let (house, id) = pair();
    for (from, to) in [(HERE, THERE), (THERE, HERE)] {
        let blob = ok(&house, from, "Encrypt", &json!({ "KeyId": id, "Plaintext": HELLO }))["CiphertextBlob"].clone();
        let decrypted = ok(&house, to, "Decrypt", &json!({ "CiphertextBlob": blob }));
        assert_eq!((&decrypted["Plaintext"], &decrypted["KeyId"]), (&json!(HELLO), &json!(arn_in(to, &id))));
    }
    let single = house.key();
    let blob = house.hello(&single);
    assert_eq!(call(&house, THERE, "Decrypt", &json!({ "CiphertextBlob": blob })).code(), "AccessDeniedException");
}

#[test]
fn what_cannot_be_replicated_is_refused_each_in_its_own_words() {
    let (house, id) = pair();
    let refused = |region: &str, id: &str, to: &str| {
        let answer = call(&house, region, "ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": to }));
        assert_eq!(answer.status, 400, "{}", answer.body);
        answer.code()
    };
    assert_eq!(refused(HERE, &id, THERE), "AlreadyExistsException");
    assert_eq!(refused(HERE, &id, HERE), "AlreadyExistsException");
    assert_eq!(refused(THERE, &id, THIRD), "UnsupportedOperationException", "a replica was replicated");
    assert_eq!(
        refused(HERE, &house.key(), THERE),
        "UnsupportedOperationException",
        "a single-Region key was replicated"
    );
    assert_eq!(refused(HERE, &id, "cn-north-1"), "ValidationException");
    ok(&house, THERE, "ScheduleKeyDeletion", &json!({ "KeyId": id }));
    assert_eq!(refused(HERE, &id, THERE), "AlreadyExistsException", "a replica that waits for its deletion is there");
    house.ok_empty("DisableKey", &json!({ "KeyId": id }));
    assert_eq!(refused(HERE, &id, THIRD), "DisabledException");
    let locked = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "kms:Encrypt", "Resource": "*" },
    ] });
    house.ok_empty("EnableKey", &json!({ "KeyId": id }));
    let input = json!({ "KeyId": id, "ReplicaRegion": THIRD, "Policy": locked.to_string() });
    assert_eq!(house.refused("ReplicateKey", &input).0, "MalformedPolicyDocumentException");
    assert_eq!(call(&house, THIRD, "DescribeKey", &json!({ "KeyId": id })).code(), "NotFoundException");
}

/// A user whose policy allows these actions, each in a Region.
fn person(house: &House, name: &str, allowed: &[(&str, &str)]) -> Person {
    let statements: Vec<Value> = allowed
        .iter()
        .map(|(action, region)| {
            json!({
                "Effect": "Allow", "Action": action, "Resource": "*",
                "Condition": { "StringEquals": { "aws:RequestedRegion": region } },
            })
        })
        .collect();
    house.person(name, &json!({ "Version": "2012-10-17", "Statement": statements }))
}

#[test]
fn replicating_needs_permission_on_the_primary_and_to_make_keys_there() {
    let house = house();
    let id = primary(&house);
    let input = json!({ "KeyId": id, "ReplicaRegion": THERE });
    let cases = [
        ("one", vec![("kms:ReplicateKey", HERE)], "kms:CreateKey"),
        ("two", vec![("kms:ReplicateKey", HERE), ("kms:CreateKey", HERE)], "kms:CreateKey"),
        ("three", vec![("kms:CreateKey", THERE)], "kms:ReplicateKey"),
        ("four", vec![("kms:ReplicateKey", THERE), ("kms:CreateKey", THERE)], "kms:ReplicateKey"),
    ];
    for (name, allowed, missing) in cases {
        let who = person(&house, name, &allowed);
        let answer = house.call_by(&who, "kms", "ReplicateKey", &input);
        assert_eq!(answer.code(), "AccessDeniedException", "{allowed:?}");
        assert!(answer.message().contains(missing), "{}", answer.message());
    }
    let both = [("kms:ReplicateKey", HERE), ("kms:CreateKey", THERE)];
    let who = person(&house, "five", &both);
    let mut tagged = input.clone();
    tagged["Tags"] = json!([{ "TagKey": "a", "TagValue": "b" }]);
    let answer = house.call_by(&who, "kms", "ReplicateKey", &tagged);
    assert!(answer.message().contains("kms:TagResource"), "{}", answer.body);
    assert_eq!(house.call_by(&who, "kms", "ReplicateKey", &input).status, 200);
}

#[test]
fn policies_can_say_where_replicas_may_be_and_who_may_have_multi_region_keys() {
    let house = house();
    let id = primary(&house);
    let document = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": ["kms:ReplicateKey", "kms:CreateKey"], "Resource": "*" },
        { "Effect": "Deny", "Action": "kms:ReplicateKey", "Resource": "*",
          "Condition": { "StringNotEquals": { "kms:ReplicaRegion": [THERE] } } },
        { "Effect": "Deny", "Action": "kms:CreateKey", "Resource": "*",
          "Condition": { "StringEquals": { "kms:MultiRegionKeyType": "PRIMARY" } } },
    ] });
    let who = house.person("careful", &document);
    let to =
        |region: &str| house.call_by(&who, "kms", "ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": region }));
    assert_eq!(to(THIRD).code(), "AccessDeniedException");
    assert_eq!(to(THERE).status, 200);
    let make = |multi: bool| house.call_by(&who, "kms", "CreateKey", &json!({ "MultiRegion": multi })).status;
    assert_eq!((make(true), make(false)), (400, 200));
}

#[test]
fn policies_tags_aliases_states_and_descriptions_are_each_siblings_own() {
    let (house, id) = pair();
    let on_key = json!({ "KeyId": id });
    ok(&house, THERE, "TagResource", &json!({ "KeyId": id, "Tags": [{ "TagKey": "a", "TagValue": "b" }] }));
    ok(&house, THERE, "CreateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": id }));
    ok(&house, THERE, "UpdateKeyDescription", &json!({ "KeyId": id, "Description": "there" }));
    ok(&house, THERE, "DisableKey", &on_key);
    assert_eq!(house.ok("ListResourceTags", &on_key)["Tags"], json!([]));
    assert_eq!(house.ok("ListAliases", &on_key)["Aliases"], json!([]));
    let here = metadata(&house, HERE, &id);
    assert_eq!((&here["KeyState"], &here["Description"]), (&json!("Enabled"), &json!("")));
    house.hello(&id);
}

#[test]
fn the_primary_moves_and_both_siblings_are_in_use_meanwhile() {
    let (house, id) = pair();
    let blob = house.hello(&id);
    house.ok_empty("UpdatePrimaryRegion", &json!({ "KeyId": id, "PrimaryRegion": THERE }));
    for region in [HERE, THERE] {
        assert_eq!(state(&house, region, &id), "Updating");
        ok(&house, region, "Decrypt", &json!({ "CiphertextBlob": blob }));
        let refused = call(&house, region, "DisableKey", &json!({ "KeyId": id }));
        assert_eq!(refused.message(), format!("{} is updating.", arn_in(region, &id)));
    }
    house.advance(Duration::ZERO);
    for (region, kind) in [(HERE, "REPLICA"), (THERE, "PRIMARY")] {
        let told = metadata(&house, region, &id);
        assert_eq!(told["KeyState"], json!("Enabled"));
        assert_eq!(
            told["MultiRegionConfiguration"],
            json!({
                "MultiRegionKeyType": kind,
                "PrimaryKey": { "Arn": arn_in(THERE, &id), "Region": THERE },
                "ReplicaKeys": [{ "Arn": arn_in(HERE, &id), "Region": HERE }],
            })
        );
    }
    ok(&house, THERE, "ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": THIRD }));
    let refused = house.refused("ReplicateKey", &json!({ "KeyId": id, "ReplicaRegion": "us-west-2" }));
    assert_eq!(refused.0, "UnsupportedOperationException");
}

#[test]
fn a_primary_moves_only_to_a_replica_that_is_ready_and_by_who_may_on_both() {
    let (house, id) = pair();
    let to = |region: &str| json!({ "KeyId": id, "PrimaryRegion": region });
    assert_eq!(house.refused("UpdatePrimaryRegion", &to(THIRD)).0, "NotFoundException");
    assert_eq!(house.refused("UpdatePrimaryRegion", &to(HERE)).0, "NotFoundException");
    assert_eq!(call(&house, THERE, "UpdatePrimaryRegion", &to(HERE)).code(), "UnsupportedOperationException");
    ok(&house, THERE, "DisableKey", &json!({ "KeyId": id }));
    assert_eq!(
        house.refused("UpdatePrimaryRegion", &to(THERE)),
        ("DisabledException".to_owned(), format!("{} is disabled.", arn_in(THERE, &id)))
    );
    ok(&house, THERE, "EnableKey", &json!({ "KeyId": id }));
    for (name, region, missing) in [("half", HERE, THERE), ("rest", THERE, HERE)] {
        let who = person(&house, name, &[("kms:UpdatePrimaryRegion", region)]);
        let answer = house.call_by(&who, "kms", "UpdatePrimaryRegion", &to(THERE));
        assert_eq!(answer.code(), "AccessDeniedException");
        assert!(answer.message().contains(&arn_in(missing, &id)), "{}", answer.message());
    }
    let everywhere = person(&house, "both", &[("kms:UpdatePrimaryRegion", HERE), ("kms:UpdatePrimaryRegion", THERE)]);
    assert_eq!(house.call_by(&everywhere, "kms", "UpdatePrimaryRegion", &to(THERE)).status, 200);
}

#[test]
fn a_primary_waits_for_its_replicas_and_then_its_own_time() {
    let (house, id) = pair();
    let scheduled = house.ok("ScheduleKeyDeletion", &json!({ "KeyId": id, "PendingWindowInDays": 10 }));
    assert_eq!(
        scheduled,
        json!({ "KeyId": arn_in(HERE, &id), "KeyState": "PendingReplicaDeletion", "PendingWindowInDays": 10 })
    );
    house.advance(DAY * 40);
    let told = metadata(&house, HERE, &id);
    assert_eq!((&told["DeletionDate"], &told["PendingDeletionWindowInDays"]), (&Value::Null, &json!(10)));
    ok(&house, THERE, "ScheduleKeyDeletion", &json!({ "KeyId": id, "PendingWindowInDays": 7 }));
    assert_eq!(state(&house, HERE, &id), "PendingReplicaDeletion", "scheduled is not deleted");
    house.advance(DAY * 7);
    assert_eq!(call(&house, THERE, "DescribeKey", &json!({ "KeyId": id })).code(), "NotFoundException");
    let told = metadata(&house, HERE, &id);
    assert_eq!((&told["KeyState"], &told["PendingDeletionWindowInDays"]), (&json!("PendingDeletion"), &Value::Null));
    assert_eq!(told["DeletionDate"].as_f64(), Some(1_767_225_600.0 + 57.0 * 86_400.0));
    assert_eq!(told["MultiRegionConfiguration"]["ReplicaKeys"], json!([]));
    house.advance(DAY * 10);
    assert_eq!(house.refused("DescribeKey", &json!({ "KeyId": id })).0, "NotFoundException");
}

#[test]
fn a_primary_that_waits_for_its_replicas_can_be_saved_and_a_deleted_replica_made_again() {
    let (house, id) = pair();
    let blob = house.hello(&id);
    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": id }));
    assert_eq!(house.refused("Encrypt", &json!({ "KeyId": id, "Plaintext": HELLO })).0, "KMSInvalidStateException");
    ok(&house, THERE, "Decrypt", &json!({ "CiphertextBlob": blob }));
    house.ok("CancelKeyDeletion", &json!({ "KeyId": id }));
    let told = metadata(&house, HERE, &id);
    assert_eq!((&told["KeyState"], &told["PendingDeletionWindowInDays"]), (&json!("Disabled"), &Value::Null));
    house.ok_empty("EnableKey", &json!({ "KeyId": id }));
    ok(&house, THERE, "ScheduleKeyDeletion", &json!({ "KeyId": id, "PendingWindowInDays": 7 }));
    house.advance(DAY * 7);
    assert_eq!(state(&house, HERE, &id), "Enabled");
    replicate(&house, &id, THERE);
    ok(&house, THERE, "Decrypt", &json!({ "CiphertextBlob": blob }));
}

#[test]
fn every_region_has_its_record() {
    let (house, id) = pair();
    let replicated = &recorded(&house, HERE, "ReplicateKey")[0];
    assert_eq!(
        replicated["requestParameters"],
        json!({ "keyId": id, "replicaRegion": THERE, "bypassPolicyLockoutSafetyCheck": false, "description": "" })
    );
    assert_eq!(replicated["responseElements"]["replicaKeyMetadata"]["arn"], json!(arn_in(THERE, &id)));
    assert_eq!(replicated["resources"][0]["ARN"], json!(arn_in(HERE, &id)));
    let created = recorded(&house, THERE, "CreateKey");
    assert_eq!(created.len(), 1);
    assert_eq!(created[0]["requestParameters"]["multiRegion"], json!(true));
    assert_eq!(created[0]["responseElements"]["keyMetadata"]["keyState"], json!("Creating"));
    assert_eq!(created[0]["resources"][0]["ARN"], json!(arn_in(THERE, &id)));
    assert_eq!(created[0]["userIdentity"]["type"], json!("Root"));
    assert_ne!(created[0]["eventID"], replicated["eventID"]);

    house.ok_empty("UpdatePrimaryRegion", &json!({ "KeyId": id, "PrimaryRegion": THERE }));
    for region in [HERE, THERE] {
        let moved = &recorded(&house, region, "UpdatePrimaryRegion")[0];
        assert_eq!(moved["requestParameters"], json!({ "keyId": id, "primaryRegion": THERE }));
        assert_eq!(moved["responseElements"], json!({ "keyId": arn_in(region, &id) }));
    }
    let refused = call(&house, HERE, "UpdatePrimaryRegion", &json!({ "KeyId": id, "PrimaryRegion": THERE }));
    assert_eq!(refused.status, 400);
    assert_eq!(recorded(&house, THERE, "UpdatePrimaryRegion").len(), 1, "what did not happen is on record");
}

#[test]
fn a_default_that_is_spelled_out_is_on_record_once() {
    let house = house();
    let id = primary(&house);
    let input = json!({
        "KeyId": id, "ReplicaRegion": THERE, "Description": "", "BypassPolicyLockoutSafetyCheck": false,
    });
    house.ok("ReplicateKey", &input);
    house.kernel.drain_outbox().unwrap();
    let raw = house.log.tail(100).unwrap();
    let record = raw.iter().find(|record| record.contains("\"eventName\":\"ReplicateKey\"")).unwrap();
    let parameters = record.split("\"responseElements\"").next().unwrap();
    assert_eq!(parameters.matches("\"bypassPolicyLockoutSafetyCheck\"").count(), 1, "{record}");
    assert_eq!(parameters.matches("\"description\"").count(), 1, "{record}");
}

#[test]
fn synchronising_is_told_in_the_region_of_the_primary() {
    let (house, id) = pair();
    replicate(&house, &id, THIRD);
    let event = &recorded(&house, HERE, "SynchronizeMultiRegionKey")[0];
    assert_eq!(event["userIdentity"], json!({ "accountId": "111122223333", "invokedBy": "AWS Internal" }));
    assert_eq!(event["resources"][0]["ARN"], json!(arn_in(HERE, &id)));
    let siblings = metadata(&house, THERE, &id)["MultiRegionConfiguration"]["ReplicaKeys"].clone();
    assert_eq!(siblings.as_array().map(Vec::len), Some(2), "the first replica does not know the second");
}

#[test]
fn replicas_count_towards_the_keys_of_their_region_and_leave_no_trace_when_deleted() {
    let (house, id) = pair();
    let listed = |region: &str| ok(&house, region, "ListKeys", &json!({}))["Keys"].as_array().map_or(0, Vec::len);
    assert_eq!((listed(HERE), listed(THERE)), (1, 1));
    let blob = house.hello(&id);
    ok(&house, THERE, "ScheduleKeyDeletion", &json!({ "KeyId": id, "PendingWindowInDays": 7 }));
    house.advance(DAY * 7);
    assert_eq!((listed(HERE), listed(THERE)), (1, 0));
    assert_eq!(call(&house, THERE, "Decrypt", &json!({ "CiphertextBlob": blob })).code(), "AccessDeniedException");
}

#[test]
fn a_rotation_reaches_every_sibling_before_it_is_used() {
    let (house, id) = pair();
    let before = house.hello(&id);
    house.ok("RotateKeyOnDemand", &json!({ "KeyId": id }));
    let current = |region: &str| metadata(&house, region, &id)["CurrentKeyMaterialId"].clone();
    assert_eq!(current(HERE), current(THERE));
    let after = house.hello(&id);
    for blob in [before, after] {
        let decrypted = ok(&house, THERE, "Decrypt", &json!({ "CiphertextBlob": blob }));
        assert_eq!(decrypted["Plaintext"], json!(HELLO));
    }
    let by_replica =
        ok(&house, THERE, "Encrypt", &json!({ "KeyId": id, "Plaintext": HELLO }))["CiphertextBlob"].clone();
    let decrypted = house.ok("Decrypt", &json!({ "CiphertextBlob": by_replica }));
    assert_eq!(decrypted["KeyMaterialId"], current(HERE));
    let listed = |region: &str| ok(&house, region, "ListKeyRotations", &json!({ "KeyId": id }))["Rotations"].clone();
    assert_eq!(listed(HERE), listed(THERE));
    let refused = call(&house, THERE, "RotateKeyOnDemand", &json!({ "KeyId": id }));
    assert_eq!(refused.code(), "UnsupportedOperationException");
    replicate(&house, &id, THIRD);
    assert_eq!(current(THIRD), current(HERE));
}

#[test]
fn automatic_rotation_is_told_everywhere_and_moves_with_the_primary() {
    let (house, id) = pair();
    house.ok_empty("EnableKeyRotation", &json!({ "KeyId": id, "RotationPeriodInDays": 90 }));
    let status = |region: &str| ok(&house, region, "GetKeyRotationStatus", &json!({ "KeyId": id }));
    assert_eq!(status(HERE)["NextRotationDate"], status(THERE)["NextRotationDate"]);
    assert_eq!(status(THERE)["KeyRotationEnabled"], json!(true));
    house.ok_empty("UpdatePrimaryRegion", &json!({ "KeyId": id, "PrimaryRegion": THERE }));
    house.advance(DAY * 91);
    for region in [HERE, THERE] {
        let rotations = ok(&house, region, "ListKeyRotations", &json!({ "KeyId": id }))["Rotations"].clone();
        assert_eq!(rotations.as_array().map(Vec::len), Some(1), "{region}");
        assert_eq!(rotations[0]["RotationType"], json!("AUTOMATIC"));
    }
    assert_eq!((recorded(&house, HERE, "RotateKey").len(), recorded(&house, THERE, "RotateKey").len()), (0, 1));
}

#[test]
fn a_grant_is_on_one_sibling() {
    let (house, id) = pair();
    let grant = json!({ "KeyId": id, "GranteePrincipal": crate::grants::ALICE_ARN, "Operations": ["Encrypt"] });
    let granted = ok(&house, "us-east-1", "CreateGrant", &grant);
    let use_in = |region: &str| {
        let input = json!({ "KeyId": id, "Plaintext": crate::HELLO });
        house.call_as(kernel::testing::ALICE, region, "kms", "Encrypt", &input).code()
    };
    let there = THERE;
    assert_eq!((use_in("us-east-1").as_str(), use_in(there).as_str()), ("", "AccessDeniedException"));
    assert_eq!(ok(&house, there, "ListGrants", &json!({ "KeyId": id }))["Grants"], json!([]));
    let retire = json!({ "GrantToken": granted["GrantToken"] });
    assert_eq!(call(&house, there, "RetireGrant", &retire).code(), "InvalidGrantTokenException");
}
