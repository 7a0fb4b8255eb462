//! Access keys.

use crate::{Iam, error, house, text};
use directory::SessionGrant;
use kernel::testing::{ACCOUNT, House, ROOT};
use policy::{Entity, Identity, SessionKind};
use serde_json::{Value, json};

fn of(user: &str) -> Value {
    json!({ "UserName": user })
}

fn keys(house: &House, input: &Value) -> Vec<(String, String)> {
    let listed = house.ok("ListAccessKeys", input)["AccessKeyMetadata"].clone();
    let keys = listed.as_array().cloned().unwrap_or_default();
    keys.iter().map(|key| (text(&key["AccessKeyId"]), text(&key["Status"]))).collect()
}

#[test]
fn a_new_key_signs_and_its_secret_is_told_once() {
    let house = house();
    house.user("ada");
    let (id, secret) = house.access_key("ada");
    assert!(id.starts_with("AKIA") && id.len() == 20, "{id}");
    assert_eq!(secret.len(), 40);
    let answer = house.iam_as((&id, &secret), "GetUser", &json!({}));
    assert_eq!((answer.status, answer.code()), (403, "AccessDenied".to_owned()), "known, and without permissions");
    assert!(answer.message().starts_with("User: arn:aws:iam::111122223333:user/ada is not authorized"));
    let listed = house.iam("ListAccessKeys", &of("ada"));
    assert!(listed.body.contains(&id) && !listed.body.contains(&secret));
    assert!(house.records().iter().all(|record| !record.to_string().contains(&secret)), "a secret is on record");
}

#[test]
fn an_inactive_or_deleted_key_is_refused_from_the_next_call_on() {
    let house = house();
    house.user("ada");
    let (id, secret) = house.access_key("ada");
    let code = || house.iam_as((&id, &secret), "GetUser", &json!({})).code();
    let set = |status: &str| json!({ "UserName": "ada", "AccessKeyId": id, "Status": status });
    assert_eq!(code(), "AccessDenied");
    house.ok("UpdateAccessKey", &set("Inactive"));
    assert_eq!(code(), "InvalidClientTokenId");
    assert_eq!(keys(&house, &of("ada")), [(id.clone(), "Inactive".to_owned())]);
    house.ok("UpdateAccessKey", &set("Active"));
    assert_eq!(code(), "AccessDenied");
    house.ok("DeleteAccessKey", &json!({ "UserName": "ada", "AccessKeyId": id }));
    assert_eq!(code(), "InvalidClientTokenId");
    assert!(keys(&house, &of("ada")).is_empty());
}

#[test]
fn nobody_has_more_than_two_keys() {
    let house = house();
    house.user("ada");
    house.access_key("ada");
    let (second, _) = house.access_key("ada");
    let full = error(409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2");
    assert_eq!(house.refused("CreateAccessKey", &of("ada")), full);
    house.ok("DeleteAccessKey", &json!({ "UserName": "ada", "AccessKeyId": second }));
    house.access_key("ada");
}

#[test]
fn a_key_of_somebody_else_is_not_found() {
    let house = house();
    house.user("ada");
    house.user("bob");
    let (id, _) = house.access_key("ada");
    let missing = error(404, "NoSuchEntity", &format!("The Access Key with id {id} cannot be found."));
    let input = json!({ "UserName": "bob", "AccessKeyId": id });
    assert_eq!(house.refused("DeleteAccessKey", &input), missing);
    let input = json!({ "UserName": "bob", "AccessKeyId": id, "Status": "Inactive" });
    assert_eq!(house.refused("UpdateAccessKey", &input), missing);
    assert_eq!(house.refused("DeleteAccessKey", &json!({ "AccessKeyId": id })), missing, "nor is it the root's");
}

#[test]
fn without_a_name_the_root_works_on_its_own_keys() {
    let house = house();
    assert_eq!(keys(&house, &json!({})), [(ROOT.0.to_owned(), "Active".to_owned())]);
    let made = house.ok("CreateAccessKey", &json!({}))["AccessKey"].clone();
    let (id, secret) = (text(&made["AccessKeyId"]), text(&made["SecretAccessKey"]));
    assert_eq!(house.iam_as((&id, &secret), "ListUsers", &json!({})).status, 200);
    assert_eq!(house.refused("CreateAccessKey", &json!({})).1, "LimitExceeded");
    house.ok("DeleteAccessKey", &json!({ "AccessKeyId": id }));
    assert_eq!(house.iam_as((&id, &secret), "ListUsers", &json!({})).code(), "InvalidClientTokenId");
}

#[test]
fn a_key_that_was_never_used_says_so_and_one_that_is_not_there_is_denied() {
    let house = house();
    house.user("ada");
    let (id, _) = house.access_key("ada");
    let used = house.ok("GetAccessKeyLastUsed", &json!({ "AccessKeyId": id }));
    assert_eq!(used["UserName"], "ada");
    assert_eq!(used["AccessKeyLastUsed"], json!({ "ServiceName": "N/A", "Region": "N/A" }));
    let missing = house.refused("GetAccessKeyLastUsed", &json!({ "AccessKeyId": "AKIAAAAAAAAAAAAAAAAA" }));
    assert_eq!((missing.0, missing.1.as_str()), (403, "AccessDenied"));
}

#[test]
fn the_last_use_of_a_key_and_of_a_role_are_told() {
    let house = house();
    house.user("ada");
    let (id, secret) = house.access_key("ada");
    house.advance(std::time::Duration::from_secs(3600));
    house.iam_as((&id, &secret), "GetUser", &json!({}));
    let used = house.ok("GetAccessKeyLastUsed", &json!({ "AccessKeyId": id }))["AccessKeyLastUsed"].clone();
    assert_eq!(
        used,
        json!({ "LastUsedDate": "2026-01-01T01:00:00Z", "ServiceName": "iam", "Region": "us-east-1" }),
        "a denied call is a use"
    );
    house.role("unused");
    let id = text(&house.role("app")["RoleId"]);
    let role = Entity { path: "/".into(), name: "app".into(), id };
    let identity = Identity::Role { role, session_name: "session".into() };
    let app = house.session_of(&SessionGrant::new(ACCOUNT.parse().unwrap(), identity, SessionKind::AssumedRole));
    house.call_by(&app, "iam", "ListUsers", &json!({}));
    let last_used = |role: &str| house.ok("GetRole", &json!({ "RoleName": role }))["Role"]["RoleLastUsed"].clone();
    assert_eq!(last_used("app"), json!({ "LastUsedDate": "2026-01-01T01:00:00Z", "Region": "us-east-1" }));
    assert_eq!(last_used("unused"), "");
}
