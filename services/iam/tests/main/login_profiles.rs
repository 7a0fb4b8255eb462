//! Passwords of users.

use crate::{Iam, error, house};
use kernel::testing::{ALICE, House};
use serde_json::{Value, json};
use std::time::Duration;

const GOOD: &str = "Correct-horse-1";
const OTHER_GOOD: &str = "Battery-staple-2";

fn profile(name: &str, password: &str) -> Value {
    json!({ "UserName": name, "Password": password })
}

fn violation() -> (u16, String, String) {
    error(400, "PasswordPolicyViolation", "Password does not conform to the account password policy.")
}

fn may_change_passwords(house: &House) {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:ChangePassword","iam:GetLoginProfile"],"Resource":"arn:aws:iam::111122223333:user/alice"}]}"#;
    house.ok("PutUserPolicy", &json!({ "UserName": "alice", "PolicyName": "own", "PolicyDocument": policy }));
}

fn change(house: &House, old: &str, new: &str) -> (u16, String, String) {
    let answer = house.iam_as(ALICE, "ChangePassword", &json!({ "OldPassword": old, "NewPassword": new }));
    (answer.status, answer.code(), answer.message())
}

#[test]
fn a_user_has_one_password_and_it_stands_nowhere() {
    let house = house();
    house.user("bob");
    let made = house.ok("CreateLoginProfile", &profile("bob", GOOD));
    assert_eq!(
        made["LoginProfile"],
        json!({ "UserName": "bob", "CreateDate": "2026-01-01T00:00:00Z", "PasswordResetRequired": "false" })
    );
    assert_eq!(
        house.refused("CreateLoginProfile", &profile("bob", GOOD)),
        error(409, "EntityAlreadyExists", "Login Profile for user bob already exists.")
    );
    assert!(!house.records().iter().any(|record| record.to_string().contains(GOOD)), "the log holds a password");
    let missing = error(404, "NoSuchEntity", "Login Profile for User bob cannot be found.");
    house.ok("DeleteLoginProfile", &json!({ "UserName": "bob" }));
    for operation in ["GetLoginProfile", "UpdateLoginProfile", "DeleteLoginProfile"] {
        assert_eq!(house.refused(operation, &json!({ "UserName": "bob" })), missing, "{operation}");
    }
    let nobody = error(404, "NoSuchEntity", "The user with name nobody cannot be found.");
    assert_eq!(house.refused("CreateLoginProfile", &profile("nobody", GOOD)), nobody);
}

#[test]
fn a_password_meets_the_default_rules_or_those_of_the_account() {
    let house = house();
    house.user("bob");
    for weak in ["Short-1", "onlysmallletters", "12345678"] {
        assert_eq!(house.refused("CreateLoginProfile", &profile("bob", weak)), violation(), "{weak}");
    }
    house.ok("UpdateAccountPasswordPolicy", &json!({ "MinimumPasswordLength": 20, "RequireNumbers": true }));
    assert_eq!(house.refused("CreateLoginProfile", &profile("bob", GOOD)), violation());
    house.ok("CreateLoginProfile", &profile("bob", "only-small-letters-and-1-digit"));
    assert_eq!(house.refused("UpdateLoginProfile", &profile("bob", GOOD)), violation());
    house.ok("UpdateAccountPasswordPolicy", &json!({}));
    house.ok("UpdateLoginProfile", &profile("bob", "simple"));
}

#[test]
fn the_calling_user_changes_the_own_password_with_the_old_one() {
    let house = house();
    house.ok("CreateLoginProfile", &json!({ "UserName": "alice", "Password": GOOD, "PasswordResetRequired": true }));
    let denied = change(&house, GOOD, OTHER_GOOD);
    assert_eq!((denied.0, denied.1.as_str()), (403, "AccessDenied"));
    assert!(
        denied.2.contains("is not authorized to perform: iam:ChangePassword on resource: user alice"),
        "{}",
        denied.2
    );
    may_change_passwords(&house);
    assert_eq!(
        change(&house, "Wrong-horse-1", OTHER_GOOD),
        error(403, "AccessDenied", "The old password was incorrect.")
    );
    assert_eq!(change(&house, GOOD, "weak"), violation());
    assert_eq!(change(&house, GOOD, OTHER_GOOD).0, 200);
    assert_eq!(change(&house, GOOD, OTHER_GOOD).0, 403, "the former password still works");
    let profile = house.iam_as(ALICE, "GetLoginProfile", &json!({})).json();
    assert_eq!(profile["LoginProfile"]["PasswordResetRequired"], "false");
    assert!(!house.records().iter().any(|record| record.to_string().contains(OTHER_GOOD)));
    let refused = house.refused("ChangePassword", &json!({ "OldPassword": GOOD, "NewPassword": OTHER_GOOD }));
    assert_eq!((refused.0, refused.1.as_str()), (400, "InvalidUserType"), "the root has a password");
}

#[test]
fn former_passwords_come_back_only_as_the_policy_allows() {
    let house = house();
    house.user("bob");
    house.ok("CreateLoginProfile", &profile("bob", "First-password-1"));
    house.ok("UpdateAccountPasswordPolicy", &json!({ "PasswordReusePrevention": 2 }));
    assert_eq!(house.refused("UpdateLoginProfile", &profile("bob", "First-password-1")), violation());
    house.ok("UpdateLoginProfile", &profile("bob", "Second-password-2"));
    assert_eq!(house.refused("UpdateLoginProfile", &profile("bob", "First-password-1")), violation());
    house.ok("UpdateLoginProfile", &profile("bob", "Third-password-3"));
    house.ok("UpdateLoginProfile", &profile("bob", "First-password-1"));
}

#[test]
fn a_user_made_again_has_no_password_of_the_old_one_and_a_renamed_one_keeps_it() {
    let house = house();
    house.user("bob");
    house.ok("CreateLoginProfile", &profile("bob", GOOD));
    let refused = house.refused("DeleteUser", &json!({ "UserName": "bob" }));
    assert_eq!(refused, error(409, "DeleteConflict", "Cannot delete entity, must delete login profile first."));
    house.ok("UpdateUser", &json!({ "UserName": "bob", "NewUserName": "rob" }));
    assert_eq!(house.ok("GetLoginProfile", &json!({ "UserName": "rob" }))["LoginProfile"]["UserName"], "rob");
    house.user("bob");
    assert_eq!(house.refused("GetLoginProfile", &json!({ "UserName": "bob" })).1, "NoSuchEntity");
}

#[test]
fn the_creation_date_stays_when_the_password_changes() {
    let house = house();
    house.user("bob");
    house.ok("CreateLoginProfile", &profile("bob", GOOD));
    house.advance(Duration::from_secs(3600));
    house
        .ok("UpdateLoginProfile", &json!({ "UserName": "bob", "Password": OTHER_GOOD, "PasswordResetRequired": true }));
    let told = house.ok("GetLoginProfile", &json!({ "UserName": "bob" }));
    assert_eq!(told["LoginProfile"]["CreateDate"], "2026-01-01T00:00:00Z");
    assert_eq!(told["LoginProfile"]["PasswordResetRequired"], "true");
}
