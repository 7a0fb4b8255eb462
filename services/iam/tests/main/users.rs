//! Users.

use crate::{ALLOW, Iam, error, house, policy, text};
use kernel::testing::ALICE;
use serde_json::{Value, json};

fn named(name: &str) -> Value {
    json!({ "UserName": name })
}

#[test]
fn a_user_has_a_path_an_id_and_an_arn_and_is_found_however_the_name_is_spelt() {
    let house = house();
    let made = house.ok("CreateUser", &json!({ "UserName": "Ada", "Path": "/division/team/" }))["User"].clone();
    assert_eq!(made["Arn"], "arn:aws:iam::111122223333:user/division/team/Ada");
    assert_eq!((&made["Path"], &made["CreateDate"]), (&json!("/division/team/"), &json!("2026-01-01T00:00:00Z")));
    let id = text(&made["UserId"]);
    assert!(id.starts_with("AIDA") && id.len() == 21, "{id}");
    for name in ["Ada", "ada", "ADA"] {
        assert_eq!(house.ok("GetUser", &named(name))["User"], made, "{name}");
    }
}

#[test]
fn names_are_unique_without_regard_to_case() {
    let house = house();
    house.user("ada");
    let taken = error(409, "EntityAlreadyExists", "User with name ADA already exists.");
    assert_eq!(house.refused("CreateUser", &named("ADA")), taken);
    house.user("bob");
    let rename = json!({ "UserName": "bob", "NewUserName": "ADA" });
    assert_eq!(house.refused("UpdateUser", &rename), taken);
}

#[test]
fn a_name_that_nobody_has_is_told_so() {
    let house = house();
    let missing = error(404, "NoSuchEntity", "The user with name nobody cannot be found.");
    assert_eq!(house.refused("GetUser", &named("nobody")), missing);
    assert_eq!(house.refused("DeleteUser", &named("nobody")), missing);
    assert_eq!(house.refused("UpdateUser", &json!({ "UserName": "nobody", "NewUserName": "x" })), missing);
}

#[test]
fn a_renamed_user_keeps_everything_but_its_name() {
    let house = house();
    let old = house.user("ada");
    house.group("crew");
    house.ok("AddUserToGroup", &json!({ "GroupName": "crew", "UserName": "ada" }));
    house.ok("PutUserPolicy", &json!({ "UserName": "ada", "PolicyName": "own", "PolicyDocument": ALLOW }));
    house.ok("AttachUserPolicy", &json!({ "UserName": "ada", "PolicyArn": house.policy("shared") }));
    let (key, _) = house.access_key("ada");
    house.ok("UpdateUser", &json!({ "UserName": "ada", "NewUserName": "lovelace", "NewPath": "/poets/" }));
    let new = house.ok("GetUser", &named("lovelace"))["User"].clone();
    assert_eq!(new["UserId"], old["UserId"]);
    assert_eq!(new["Arn"], "arn:aws:iam::111122223333:user/poets/lovelace");
    assert_eq!(house.refused("GetUser", &named("ada")).0, 404);
    assert_eq!(house.ok("ListGroupsForUser", &named("lovelace"))["Groups"][0]["GroupName"], "crew");
    assert_eq!(house.ok("GetGroup", &json!({ "GroupName": "crew" }))["Users"][0]["UserName"], "lovelace");
    assert_eq!(house.ok("ListUserPolicies", &named("lovelace"))["PolicyNames"], json!(["own"]));
    let holders = house.ok("ListEntitiesForPolicy", &json!({ "PolicyArn": policy("shared") }));
    assert_eq!(holders["PolicyUsers"][0]["UserName"], "lovelace");
    let used = house.ok("GetAccessKeyLastUsed", &json!({ "AccessKeyId": key }));
    assert_eq!(used["UserName"], "lovelace");
}

#[test]
fn a_rename_may_change_nothing_but_the_case_of_a_name() {
    let house = house();
    house.user("ada");
    house.ok("UpdateUser", &json!({ "UserName": "ada", "NewUserName": "Ada" }));
    assert_eq!(house.ok("GetUser", &named("ADA"))["User"]["UserName"], "Ada");
}

#[test]
fn what_a_user_has_must_go_before_it_does() {
    let house = house();
    house.user("ada");
    house.group("crew");
    let shared = house.policy("shared");
    let (key, _) = house.access_key("ada");
    let member = json!({ "GroupName": "crew", "UserName": "ada" });
    let attached = json!({ "UserName": "ada", "PolicyArn": shared });
    let inline = json!({ "UserName": "ada", "PolicyName": "own" });
    house.ok("AddUserToGroup", &member);
    house.ok("AttachUserPolicy", &attached);
    house.ok("PutUserPolicy", &json!({ "UserName": "ada", "PolicyName": "own", "PolicyDocument": ALLOW }));
    let steps = [
        ("must delete access keys first.", "DeleteAccessKey", json!({ "UserName": "ada", "AccessKeyId": key })),
        ("must remove users from group first.", "RemoveUserFromGroup", member),
        ("must detach all policies first.", "DetachUserPolicy", attached),
        ("must delete policies first.", "DeleteUserPolicy", inline),
    ];
    for (what, operation, input) in steps {
        let conflict = error(409, "DeleteConflict", &format!("Cannot delete entity, {what}"));
        assert_eq!(house.refused("DeleteUser", &named("ada")), conflict);
        house.ok(operation, &input);
    }
    house.ok("DeleteUser", &named("ada"));
    assert_eq!(house.refused("GetUser", &named("ada")).0, 404);
}

#[test]
fn a_user_that_is_made_again_is_somebody_else() {
    let house = house();
    let first = house.ok("CreateUser", &json!({ "UserName": "ada", "Tags": [{ "Key": "a", "Value": "b" }] }));
    house.ok("PutUserPermissionsBoundary", &json!({ "UserName": "ada", "PermissionsBoundary": house.policy("p") }));
    house.ok("DeleteUser", &named("ada"));
    house.user("ada");
    let again = house.ok("GetUser", &named("ada"))["User"].clone();
    assert_ne!(again["UserId"], first["User"]["UserId"]);
    assert!(again.get("Tags").is_none() && again.get("PermissionsBoundary").is_none(), "{again}");
    house.ok("DeletePolicy", &json!({ "PolicyArn": policy("p") }));
}

#[test]
fn without_a_name_callers_learn_about_themselves() {
    let house = house();
    let answer = house.iam_as(ALICE, "GetUser", &json!({}));
    assert_eq!(answer.code(), "AccessDenied", "nobody has given alice permission to");
    let root = house.ok("GetUser", &json!({}))["User"].clone();
    assert_eq!(root["Arn"], "arn:aws:iam::111122223333:root");
    assert_eq!(root["UserId"], "111122223333");
}

#[test]
fn lists_are_by_name_below_a_path_and_leave_boundary_and_tags_out() {
    let house = house();
    for (name, path) in [("carol", "/x/"), ("Bob", "/x/y/"), ("dave", "/z/")] {
        let tags = json!([{ "Key": "a", "Value": "b" }]);
        house.ok("CreateUser", &json!({ "UserName": name, "Path": path, "Tags": tags }));
    }
    let listed = house.ok("ListUsers", &json!({ "PathPrefix": "/x" }))["Users"].clone();
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|user| text(&user["UserName"])).collect();
    assert_eq!(names, ["Bob", "carol"]);
    assert!(listed[0].get("Tags").is_none());
    assert_eq!(house.ok("ListUsers", &json!({ "PathPrefix": "/none/" }))["Users"], "");
}

#[test]
fn a_name_or_path_that_breaks_the_rules_is_refused_in_iams_own_words() {
    let house = house();
    let name = "It must contain only alphanumeric characters and/or the following: +=,.@_-";
    let path = "It must begin and end with / and contain only alphanumeric characters and/or / characters.";
    let refused = |input: Value| house.refused("CreateUser", &input);
    for bad in ["a b", "a/b", "ä", "a*"] {
        let text = format!("The specified value for userName is invalid. {name}");
        assert_eq!(refused(named(bad)), error(400, "ValidationError", &text), "{bad}");
    }
    for bad in ["no-slash", "/open", "/spa ce/"] {
        let text = format!("The specified value for path is invalid. {path}");
        assert_eq!(refused(json!({ "UserName": "ok", "Path": bad })), error(400, "ValidationError", &text), "{bad}");
    }
    let long = house.refused("CreateUser", &named(&"x".repeat(65)));
    assert!(
        long.2
            .ends_with("at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64")
    );
    let empty = house.refused("GetUser", &named(""));
    assert!(empty.2.ends_with("Member must have length greater than or equal to 1"), "{}", empty.2);
    house.user("a+=,.@_-Z9");
}
