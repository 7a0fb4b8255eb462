//! Key policies: what they admit, whom, and how they are written and read.

use crate::{HELLO, Kms, arn, house};
use base::AccountId;
use directory::records::Account;
use kernel::testing::{ALICE, House, OTHER, REGION};
use serde_json::{Value, json};

/// A policy that leaves everything to the account.
pub(crate) const OPEN: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}]}"#;

/// [`OPEN`] and one more statement.
fn with(statement: Value) -> String {
    let mut policy: Value = serde_json::from_str(OPEN).unwrap();
    policy["Statement"].as_array_mut().unwrap().push(statement);
    policy.to_string()
}

fn allow(principal: &str, action: &str, condition: Value) -> Value {
    json!({
        "Effect": "Allow", "Principal": { "AWS": principal }, "Action": action, "Resource": "*", "Condition": condition,
    })
}

fn encrypt(house: &House, who: (&str, &str), key: &str) -> u16 {
    house.call_as(who, REGION, "kms", "Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO })).status
}

#[test]
fn a_policy_comes_back_as_it_was_given_and_decides_from_the_next_call_on() {
    let house = house();
    let key = house.key();
    assert_eq!(encrypt(&house, ALICE, &key), 400);
    let policy = with(allow("arn:aws:iam::111122223333:user/alice", "kms:Encrypt", json!({})));
    house.ok_empty("PutKeyPolicy", &json!({ "KeyId": key, "PolicyName": "default", "Policy": policy }));
    assert_eq!(house.ok("GetKeyPolicy", &json!({ "KeyId": key }))["Policy"], json!(policy));
    assert_eq!(encrypt(&house, ALICE, &key), 200, "the key's policy alone admits a user of its account");
    house.ok_empty("PutKeyPolicy", &json!({ "KeyId": key, "Policy": OPEN }));
    assert_eq!(encrypt(&house, ALICE, &key), 400);
}

#[test]
fn a_key_is_made_with_a_policy_and_without_the_accounts_leave_even_an_administrator_is_nobody() {
    let house = house();
    let bob = house.person(
        "bob",
        &json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "kms:*", "Resource": "*" }
        ]}),
    );
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        allow("arn:aws:iam::111122223333:root", "kms:PutKeyPolicy", json!({})),
        allow("arn:aws:iam::111122223333:user/alice", "kms:Encrypt", json!({})),
    ]});
    let made = house.ok("CreateKey", &json!({ "Policy": policy.to_string() }));
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    assert_eq!(encrypt(&house, ALICE, &key), 200);
    let answer = house.call_by(&bob, "kms", "Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO }));
    assert_eq!(answer.code(), "AccessDeniedException", "{}", answer.body);
    let (code, message) = house.refused("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO }));
    assert_eq!(code, "AccessDeniedException", "the account's root was let in past the key's policy: {message}");
}

#[test]
fn what_is_no_policy_names_nobody_or_locks_its_author_out_is_refused() {
    let house = house();
    let key = house.key();
    let put = |policy: &str| house.refused("PutKeyPolicy", &json!({ "KeyId": key, "Policy": policy }));
    let malformed = "MalformedPolicyDocumentException".to_owned();
    assert_eq!(put("{").0, malformed);
    assert_eq!(
        put(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}"#).0,
        malformed
    );
    let nobody = with(allow("arn:aws:iam::111122223333:user/nobody", "kms:*", json!({})));
    let text = "Policy contains a statement with one or more invalid principals.".to_owned();
    assert_eq!(put(&nobody), (malformed.clone(), text));
    let alone = json!({ "Version": "2012-10-17", "Statement": [
        allow("arn:aws:iam::111122223333:user/alice", "kms:*", json!({}))
    ]});
    let text = "The new key policy will not allow you to update the key policy in the future.".to_owned();
    assert_eq!(put(&alone.to_string()), (malformed.clone(), text.clone()));
    assert_eq!(house.refused("CreateKey", &json!({ "Policy": alone.to_string() })), (malformed, text));
    let meant = json!({ "KeyId": key, "Policy": alone.to_string(), "BypassPolicyLockoutSafetyCheck": true });
    house.ok_empty("PutKeyPolicy", &meant);
    assert_eq!(house.refused("GetKeyPolicy", &json!({ "KeyId": key })).0, "AccessDeniedException");
    let other = json!({ "KeyId": house.key(), "PolicyName": "other", "Policy": OPEN });
    assert_eq!(house.refused("PutKeyPolicy", &other).0, "NotFoundException");
}

#[test]
fn another_account_needs_the_keys_leave_and_its_own() {
    let house = house();
    let key = arn(&house.key());
    let blob = house.hello(&key);
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/shared", "TargetKeyId": key }));
    let alias = "arn:aws:kms:us-east-1:111122223333:alias/shared";
    let decrypt = || house.call_as(OTHER, REGION, "kms", "Decrypt", &json!({ "CiphertextBlob": blob }));
    assert_eq!((encrypt(&house, OTHER, &key), encrypt(&house, OTHER, alias)), (400, 400));
    assert!(decrypt().message().starts_with("The ciphertext refers to a customer master key that does not exist"));
    let policy = with(allow("arn:aws:iam::444455556666:root", "kms:*", json!({})));
    house.ok_empty("PutKeyPolicy", &json!({ "KeyId": key, "Policy": policy }));
    assert_eq!((encrypt(&house, OTHER, &key), encrypt(&house, OTHER, alias)), (200, 200));
    assert_eq!(decrypt().status, 200, "{}", decrypt().body);
    assert_eq!(house.call_as(OTHER, REGION, "kms", "DescribeKey", &json!({ "KeyId": key })).status, 200);
    // Whatever the policy says, management is not for other accounts.
    let disable = house.call_as(OTHER, REGION, "kms", "DisableKey", &json!({ "KeyId": key }));
    assert_eq!(disable.code(), "AccessDeniedException");
}

#[test]
fn the_condition_keys_of_keys_hold_what_the_request_and_the_key_are() {
    let house = house();
    let key = house.key();
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": key }));
    house.ok_empty("TagResource", &json!({ "KeyId": key, "Tags": [{ "TagKey": "team", "TagValue": "red" }] }));
    let cases = [
        (
            json!({ "StringEquals": { "kms:CallerAccount": "111122223333" } }),
            json!({ "Null": { "kms:ViaService": "false" } }),
        ),
        (
            json!({ "StringEquals": { "kms:KeySpec": "SYMMETRIC_DEFAULT", "kms:KeyUsage": "ENCRYPT_DECRYPT" } }),
            json!({ "StringEquals": { "kms:KeySpec": "RSA_2048" } }),
        ),
        (
            json!({ "StringEquals": { "kms:KeyOrigin": "AWS_KMS" }, "Bool": { "kms:MultiRegion": "false" } }),
            json!({ "StringEquals": { "kms:KeyOrigin": "EXTERNAL" } }),
        ),
        (
            json!({ "StringEquals": { "kms:EncryptionContext:Table": "orders" } }),
            json!({ "StringEquals": { "kms:EncryptionContext:table": "Orders" } }),
        ),
        (
            json!({ "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["table", "row"] } }),
            json!({ "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": ["row"] } }),
        ),
        (
            json!({ "StringEquals": { "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT" } }),
            json!({ "StringEquals": { "kms:EncryptionAlgorithm": "RSAES_OAEP_SHA_1" } }),
        ),
        (
            json!({ "StringEquals": { "kms:RequestAlias": "alias/app" } }),
            json!({ "StringEquals": { "kms:RequestAlias": "alias/x" } }),
        ),
        (
            json!({ "ForAnyValue:StringLike": { "kms:ResourceAliases": "alias/a*" } }),
            json!({ "ForAnyValue:StringLike": { "kms:ResourceAliases": "alias/b*" } }),
        ),
        (
            json!({ "StringEquals": { "aws:ResourceTag/team": "red" } }),
            json!({ "StringEquals": { "aws:ResourceTag/team": "blue" } }),
        ),
        (
            json!({ "StringEquals": { "aws:ResourceAccount": "111122223333" } }),
            json!({ "StringEquals": { "aws:ResourceAccount": "444455556666" } }),
        ),
    ];
    let input = json!({ "KeyId": "alias/app", "Plaintext": HELLO, "EncryptionContext": { "table": "orders" } });
    for (holds, fails) in cases {
        for (condition, status) in [(holds, 200), (fails, 400)] {
            let name = format!("{condition}");
            let policy = json!({ "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*", "Condition": condition }
            ]});
            let person = house.person(&format!("p{}", name.len() * 1000 + status as usize), &policy);
            let answer = house.call_by(&person, "kms", "Encrypt", &input);
            assert_eq!(answer.status, status, "{name}: {}", answer.body);
        }
    }
}

#[test]
fn the_keys_of_an_account_that_was_closed_are_nobodys() {
    let house = house();
    let key = house.key();
    let policy = with(allow("arn:aws:iam::444455556666:root", "kms:Encrypt", json!({})));
    house.ok_empty("PutKeyPolicy", &json!({ "KeyId": key, "Policy": policy }));
    assert_eq!(encrypt(&house, OTHER, &arn(&key)), 200);
    let account: AccountId = "111122223333".parse().unwrap();
    house.change(|records| {
        let known = records.get::<Account>(&Account::key(account))?.unwrap();
        records.put(&Account::key(account), &Account { is_closed: true, ..known })
    });
    let answer = house.call_as(OTHER, REGION, "kms", "Encrypt", &json!({ "KeyId": arn(&key), "Plaintext": HELLO }));
    assert_eq!(answer.code(), "AccessDeniedException", "{}", answer.body);
}

#[test]
fn the_policy_of_a_share_is_not_there_and_nobodys_to_write() {
    let house = house();
    let key = house.key();
    let named = json!({ "KeyId": key, "PolicyName": "AWS_RAM" });
    assert_eq!(house.refused("GetKeyPolicy", &named).0, "NotFoundException");
    let put = json!({ "KeyId": key, "PolicyName": "AWS_RAM", "Policy": OPEN });
    assert_eq!(house.refused("PutKeyPolicy", &put).0, "ValidationException");
}
