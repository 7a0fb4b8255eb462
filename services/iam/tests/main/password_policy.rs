//! The account's password policy.

use crate::{Iam, error, house};
use kernel::testing::ALICE;
use serde_json::json;

#[test]
fn an_account_without_a_policy_of_its_own_shows_none() {
    let house = house();
    let text = "The Password Policy with domain name 111122223333 cannot be found.";
    assert_eq!(house.refused("GetAccountPasswordPolicy", &json!({})), error(404, "NoSuchEntity", text));
    let text = "The account policy with name PasswordPolicy cannot be found.";
    assert_eq!(house.refused("DeleteAccountPasswordPolicy", &json!({})), error(404, "NoSuchEntity", text));
}

#[test]
fn an_update_replaces_the_policy_as_a_whole() {
    let house = house();
    let all = json!({
        "MinimumPasswordLength": 14, "RequireSymbols": true, "RequireNumbers": true,
        "RequireUppercaseCharacters": true, "RequireLowercaseCharacters": true,
        "AllowUsersToChangePassword": true, "MaxPasswordAge": 90, "PasswordReusePrevention": 5, "HardExpiry": true,
    });
    house.ok("UpdateAccountPasswordPolicy", &all);
    let policy = house.ok("GetAccountPasswordPolicy", &json!({}))["PasswordPolicy"].clone();
    for (member, value) in all.as_object().unwrap() {
        assert_eq!(policy[member], json!(value.to_string()), "{member}");
    }
    assert_eq!(policy["ExpirePasswords"], "true");
    house.ok("UpdateAccountPasswordPolicy", &json!({}));
    let policy = house.ok("GetAccountPasswordPolicy", &json!({}))["PasswordPolicy"].clone();
    assert_eq!(
        policy,
        json!({
            "MinimumPasswordLength": "6", "RequireSymbols": "false", "RequireNumbers": "false",
            "RequireUppercaseCharacters": "false", "RequireLowercaseCharacters": "false",
            "AllowUsersToChangePassword": "false", "ExpirePasswords": "false",
        })
    );
    house.ok("DeleteAccountPasswordPolicy", &json!({}));
    assert_eq!(house.refused("GetAccountPasswordPolicy", &json!({})).0, 404);
}

#[test]
fn an_account_can_let_all_users_change_their_own_password_and_a_policy_can_still_deny_it() {
    let house = house();
    house.ok("CreateLoginProfile", &json!({ "UserName": "alice", "Password": "Correct-horse-1" }));
    let change = |from: &str, to: &str| {
        let input = json!({ "OldPassword": from, "NewPassword": to });
        let answer = house.iam_as(ALICE, "ChangePassword", &input);
        (answer.status, answer.message())
    };
    house.ok("UpdateAccountPasswordPolicy", &json!({}));
    assert_eq!(change("Correct-horse-1", "Battery-staple-2").0, 403);
    assert_eq!(house.iam_as(ALICE, "GetAccountPasswordPolicy", &json!({})).status, 403);
    house.ok("UpdateAccountPasswordPolicy", &json!({ "AllowUsersToChangePassword": true }));
    assert_eq!(change("Correct-horse-1", "Battery-staple-2"), (200, String::new()));
    assert_eq!(house.iam_as(ALICE, "GetAccountPasswordPolicy", &json!({})).status, 200);
    assert_eq!(house.iam_as(ALICE, "UpdateLoginProfile", &json!({ "UserName": "alice" })).status, 403);
    let deny =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:ChangePassword","Resource":"*"}]}"#;
    house.ok("PutUserPolicy", &json!({ "UserName": "alice", "PolicyName": "deny", "PolicyDocument": deny }));
    let denied = change("Battery-staple-2", "Correct-horse-3");
    assert!(denied.1.ends_with("with an explicit deny in an identity-based policy"), "{denied:?}");
}
