//! AWS managed keys: made by their service's first use, and nobody's to change.

use crate::{HELLO, Kms, house, text};
use kernel::testing::{ALICE, House, ROOT};
use kernel::{Ctx, Lookup, Result, Service, Target, op};
use model::{Fault, FromValue, Members, Mismatch, Op, Value as Given};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const CREATE_SECRET: Op<(), ()> = Op::new("secretsmanager", "CreateSecret");
const LIST_SECRETS: Op<(), ()> = Op::new("secretsmanager", "ListSecrets");
const PUT_SECRET: Op<(), ()> = Op::new("secretsmanager", "PutSecretValue");
const ROTATE_SECRET: Op<Rotation, ()> = Op::new("secretsmanager", "RotateSecret");
const OWN: &str = "alias/aws/secretsmanager";

/// A service that asks KMS for a data key in everything that it does.
fn secrets() -> Service {
    fn anything<I>(_: &mut Lookup<'_, '_>, _: &I) -> Result<Vec<Target>> {
        Ok(vec![Target::any("secretsmanager:ListSecrets")])
    }
    fn uses(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        data_key(ctx, OWN)
    }
    fn uses_anothers(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
        data_key(ctx, "alias/aws/ebs")
    }
    Service::new("secretsmanager", || Fault::client("ThrottlingException", "slow down"))
        .with(op(CREATE_SECRET, uses).on(anything).writes())
        .with(op(LIST_SECRETS, uses).on(anything).asks())
        .with(op(PUT_SECRET, uses_anothers).on(anything).writes())
        .with(op(ROTATE_SECRET, lends).on(anything).writes())
}

/// Makes a grant on the key that the call names, for alice, as services do for what they keep.
fn lends(ctx: &mut Ctx<'_>, input: Rotation) -> Result<()> {
    let text = |text: &str| Given::String(text.to_owned());
    let input = vec![
        ("KeyId", text(&input.0)),
        ("GranteePrincipal", text(crate::grants::ALICE_ARN)),
        ("Operations", Given::List(vec![text("Encrypt")])),
    ];
    ctx.forward("kms", "CreateGrant", input)?;
    Ok(())
}

/// The input of RotateSecret, of which this service takes the secret's name for that of a key.
struct Rotation(String);

impl FromValue for Rotation {
    fn from_value(value: Given) -> std::result::Result<Self, Mismatch> {
        Ok(Self(Members::of(value, "RotateSecretRequest")?.required(0)?))
    }
}

fn data_key(ctx: &mut Ctx<'_>, alias: &str) -> Result<()> {
    let text = |text: &str| Given::String(text.to_owned());
    ctx.forward("kms", "GenerateDataKey", vec![("KeyId", text(alias)), ("KeySpec", text("AES_256"))])?;
    Ok(())
}

fn with_secrets() -> House {
    House::new(vec![fastness_kms::service(), secrets()])
}

fn secret(house: &House) -> kernel::testing::Answer {
    house.call("secretsmanager", "CreateSecret", &json!({ "Name": "s" }))
}

/// The aliases that have keys.
fn aliases(house: &House) -> BTreeMap<String, String> {
    let listed = house.ok("ListAliases", &json!({ "Limit": 100 }))["Aliases"].clone();
    let with_keys = listed.as_array().unwrap().iter().filter(|alias| !alias["TargetKeyId"].is_null());
    with_keys.map(|alias| (text(&alias["AliasName"]), text(&alias["TargetKeyId"]))).collect()
}

#[test]
fn the_first_use_by_the_service_makes_its_key_and_later_ones_use_it() {
    let house = with_secrets();
    assert_eq!(house.refused("DescribeKey", &json!({ "KeyId": OWN })).0, "NotFoundException");
    assert_eq!(secret(&house).status, 200);
    let made = aliases(&house);
    assert_eq!(made.keys().collect::<Vec<_>>(), [OWN]);
    assert_eq!(secret(&house).status, 200);
    assert_eq!(aliases(&house), made);
    let metadata = house.ok("DescribeKey", &json!({ "KeyId": OWN }))["KeyMetadata"].clone();
    assert_eq!(metadata["KeyId"], json!(made[OWN]));
    assert_eq!((&metadata["KeyManager"], &metadata["KeyState"]), (&json!("AWS"), &json!("Enabled")));
    assert_eq!(
        metadata["Description"],
        json!("Default key that protects my Secrets Manager data when no other key is defined")
    );
    assert_eq!(house.ok("ListKeys", &json!({}))["Keys"][0]["KeyId"], json!(made[OWN]));
    let records = house.records();
    let names: Vec<&str> = records.iter().filter_map(|record| record["eventName"].as_str()).collect();
    assert_eq!(names.iter().filter(|name| **name == "CreateKey").count(), 1);
    assert_eq!(
        names.iter().filter(|name| **name == "GenerateDataKey").count(),
        2,
        "a call that began anew is told once"
    );
    let used = records.iter().find(|record| record["eventName"] == "GenerateDataKey").unwrap();
    assert_eq!(used["userIdentity"]["invokedBy"], json!("secretsmanager.amazonaws.com"));
}

#[test]
fn a_call_of_the_service_that_only_reads_can_be_the_first() {
    let house = with_secrets();
    assert_eq!(house.call("secretsmanager", "ListSecrets", &json!({})).status, 200);
    assert_eq!(aliases(&house).len(), 1);
    let elsewhere = house.call_as(ROOT, "eu-west-1", "secretsmanager", "ListSecrets", &json!({}));
    assert_eq!(elsewhere.status, 200);
    let there = house.call_as(ROOT, "eu-west-1", "kms", "DescribeKey", &json!({ "KeyId": OWN })).json();
    assert_ne!(there["KeyMetadata"]["KeyId"], json!(aliases(&house)[OWN]), "each Region has its own");
}

#[test]
fn a_name_that_is_set_up_beforehand_is_listed_without_a_key_and_described_with_one() {
    let house = house();
    let listed = house.ok("ListAliases", &json!({ "Limit": 100 }))["Aliases"].clone();
    let s3 = listed.as_array().unwrap().iter().find(|alias| alias["AliasName"] == "alias/aws/s3").unwrap().clone();
    assert_eq!(
        s3,
        json!({ "AliasName": "alias/aws/s3", "AliasArn": "arn:aws:kms:us-east-1:111122223333:alias/aws/s3" })
    );
    let input = json!({ "KeyId": "alias/aws/s3" });
    let denied = house.call_as(ALICE, "us-east-1", "kms", "DescribeKey", &input);
    assert_eq!(denied.code(), "AccessDeniedException");
    assert!(aliases(&house).is_empty(), "who may not see a key had it made");
    let described = house.ok("DescribeKey", &input)["KeyMetadata"].clone();
    assert_eq!(described["KeyManager"], json!("AWS"));
    assert_eq!(house.ok("DescribeKey", &input)["KeyMetadata"], described);
    assert_eq!(aliases(&house), BTreeMap::from([("alias/aws/s3".to_owned(), text(&described["KeyId"]))]));
    let encrypt = json!({ "KeyId": "alias/aws/ebs", "Plaintext": HELLO });
    assert_eq!(house.refused("Encrypt", &encrypt).0, "NotFoundException");
}

#[test]
fn a_service_uses_its_own_key_and_no_other_services() {
    let house = with_secrets();
    let anothers = || house.call("secretsmanager", "PutSecretValue", &json!({ "SecretId": "s", "SecretString": "s" }));
    assert_eq!(anothers().code(), "NotFoundException");
    house.ok("DescribeKey", &json!({ "KeyId": "alias/aws/ebs" }));
    assert_eq!(anothers().code(), "AccessDeniedException");
}

#[test]
fn who_may_use_the_service_needs_no_permission_on_its_key() {
    let house = with_secrets();
    let policy = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*"
    }});
    let user = house.person("user", &policy);
    let made = house.call_by(&user, "secretsmanager", "CreateSecret", &json!({ "Name": "s" }));
    assert_eq!(made.status, 200, "{}", made.body);
    let key = aliases(&house)[OWN].clone();
    for (operation, input) in
        [("GenerateDataKey", json!({ "KeyId": key, "KeySpec": "AES_256" })), ("DescribeKey", json!({ "KeyId": key }))]
    {
        assert_eq!(house.call_by(&user, "kms", operation, &input).code(), "AccessDeniedException", "{operation}");
    }
}

#[test]
fn nobody_changes_the_key_or_uses_it_directly_and_everybody_sees_what_it_is() {
    for house in [with_secrets(), House::soft(vec![fastness_kms::service(), secrets()])] {
        secret(&house);
        let key = aliases(&house)[OWN].clone();
        let policy = house.ok("GetKeyPolicy", &json!({ "KeyId": key }))["Policy"].clone();
        let policy: Value = serde_json::from_str(policy.as_str().unwrap()).unwrap();
        assert_eq!(policy["Id"], json!("auto-secretsmanager-2"));
        assert_eq!(
            policy["Statement"][0]["Condition"],
            json!({ "StringEquals": {
                "kms:CallerAccount": "111122223333", "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"
            }})
        );
        let status = house.ok("GetKeyRotationStatus", &json!({ "KeyId": key }));
        assert_eq!((&status["KeyRotationEnabled"], &status["RotationPeriodInDays"]), (&json!(true), &json!(365)));
        house.ok("ListResourceTags", &json!({ "KeyId": key }));
        house.ok("ListGrants", &json!({ "KeyId": key }));
        for (operation, input) in [
            ("PutKeyPolicy", json!({ "Policy": crate::key_policy::OPEN, "BypassPolicyLockoutSafetyCheck": true })),
            ("ScheduleKeyDeletion", json!({})),
            ("DisableKey", json!({})),
            ("EnableKey", json!({})),
            ("EnableKeyRotation", json!({})),
            ("DisableKeyRotation", json!({})),
            ("RotateKeyOnDemand", json!({})),
            ("UpdateKeyDescription", json!({ "Description": "mine" })),
            ("TagResource", json!({ "Tags": [{ "TagKey": "a", "TagValue": "b" }] })),
            ("UntagResource", json!({ "TagKeys": ["a"] })),
        ] {
            let mut input = input;
            input["KeyId"] = json!(key);
            let refused = house.refused(operation, &input).0;
            assert!(
                ["AccessDeniedException", "UnsupportedOperationException"].contains(&refused.as_str()),
                "{operation}"
            );
        }
        let alias = json!({ "AliasName": "alias/mine", "TargetKeyId": key });
        assert_ne!(house.kms("CreateAlias", &alias).status, 200);
        for operation in ["UpdateAlias", "DeleteAlias"] {
            let mut input = json!({ "AliasName": OWN });
            if operation == "UpdateAlias" {
                input["TargetKeyId"] = json!(key);
            }
            assert_ne!(house.kms(operation, &input).status, 200, "{operation}");
        }
        assert_eq!(aliases(&house).len(), 1);
    }
    let house = with_secrets();
    secret(&house);
    let encrypt = json!({ "KeyId": OWN, "Plaintext": HELLO });
    let denied = house.refused("Encrypt", &encrypt);
    assert_eq!(denied.0, "AccessDeniedException");
    assert!(denied.1.ends_with("because no resource-based policy allows the kms:Encrypt action"), "{}", denied.1);
}

#[test]
fn the_key_is_rotated_every_year() {
    let house = with_secrets();
    secret(&house);
    let material = || house.ok("DescribeKey", &json!({ "KeyId": OWN }))["KeyMetadata"]["CurrentKeyMaterialId"].clone();
    let first = material();
    house.advance(Duration::from_secs(364 * 86_400));
    house.kernel.run_due_jobs().unwrap();
    assert_eq!(material(), first);
    house.advance(Duration::from_secs(2 * 86_400));
    house.kernel.run_due_jobs().unwrap();
    assert_ne!(material(), first);
    assert_eq!(secret(&house).status, 200);
}

#[test]
fn a_use_through_a_service_is_the_last_use_of_the_key_by_the_event_of_the_call_that_the_service_made() {
    let house = with_secrets();
    assert_eq!(secret(&house).status, 200);
    let usage = house.ok("GetKeyLastUsage", &json!({ "KeyId": aliases(&house)[OWN] }));
    let last = &usage["KeyLastUsage"];
    assert_eq!(last["Operation"], json!("GenerateDataKey"));
    let records = house.records();
    let record = records.iter().find(|record| record["eventID"] == last["CloudTrailEventId"]).expect("no such event");
    assert_eq!((&record["eventName"], &record["requestID"]), (&json!("GenerateDataKey"), &last["KmsRequestId"]));
}

#[test]
fn a_service_makes_grants_for_whom_policies_let_through_services_alone() {
    let house = with_secrets();
    let key = house.key();
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*" },
        { "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "*",
          "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } } },
    ]});
    let user = house.person("user", &policy);
    let direct = json!({ "KeyId": key, "GranteePrincipal": crate::grants::ALICE_ARN, "Operations": ["Encrypt"] });
    assert_eq!(house.call_by(&user, "kms", "CreateGrant", &direct).code(), "AccessDeniedException");
    let made = house.call_by(&user, "secretsmanager", "RotateSecret", &json!({ "SecretId": key }));
    assert_eq!(made.status, 200, "{}", made.body);
    let input = json!({ "KeyId": key, "Plaintext": HELLO });
    assert_eq!(house.call_as(ALICE, "us-east-1", "kms", "Encrypt", &input).status, 200);
    // On its own key the service needs nobody's permission; what it grants there is not for changing by others.
    secret(&house);
    let own = aliases(&house)[OWN].clone();
    let made = house.call_by(&user, "secretsmanager", "RotateSecret", &json!({ "SecretId": own }));
    assert_eq!(made.status, 200, "{}", made.body);
    let listed = house.ok("ListGrants", &json!({ "KeyId": own }))["Grants"].clone();
    assert_eq!(listed[0]["GranteePrincipal"], json!(crate::grants::ALICE_ARN));
    let input = json!({ "KeyId": own, "Plaintext": HELLO });
    assert_eq!(house.call_as(ALICE, "us-east-1", "kms", "Encrypt", &input).status, 200);
    house.ok_empty("RevokeGrant", &json!({ "KeyId": own, "GrantId": listed[0]["GrantId"] }));
    assert_eq!(house.call_as(ALICE, "us-east-1", "kms", "Encrypt", &input).code(), "AccessDeniedException");
}
