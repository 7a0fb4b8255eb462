//! Groups and their members.

use crate::{ALLOW, Iam, error, house, text};
use serde_json::{Value, json};

fn named(name: &str) -> Value {
    json!({ "GroupName": name })
}

fn member(group: &str, user: &str) -> Value {
    json!({ "GroupName": group, "UserName": user })
}

#[test]
fn a_member_stays_one_when_it_joins_again_and_is_none_after_it_left() {
    let house = house();
    house.group("crew");
    house.user("ada");
    for _ in 0..2 {
        house.ok("AddUserToGroup", &member("crew", "ada"));
    }
    let members = house.ok("GetGroup", &named("crew"))["Users"].clone();
    assert_eq!(members.as_array().unwrap().len(), 1);
    for _ in 0..2 {
        house.ok("RemoveUserFromGroup", &member("crew", "ada"));
    }
    assert_eq!(house.ok("GetGroup", &named("crew"))["Users"], "");
    assert_eq!(house.ok("ListGroupsForUser", &json!({ "UserName": "ada" }))["Groups"], "");
}

#[test]
fn both_the_group_and_the_user_must_be_there() {
    let house = house();
    house.group("crew");
    house.user("ada");
    assert_eq!(
        house.refused("AddUserToGroup", &member("none", "ada")),
        error(404, "NoSuchEntity", "The group with name none cannot be found.")
    );
    assert_eq!(
        house.refused("AddUserToGroup", &member("crew", "none")),
        error(404, "NoSuchEntity", "The user with name none cannot be found.")
    );
}

#[test]
fn a_user_is_in_ten_groups_at_most() {
    let house = house();
    house.user("ada");
    for n in 0..11 {
        house.group(&format!("g{n}"));
    }
    for n in 0..10 {
        house.ok("AddUserToGroup", &member(&format!("g{n}"), "ada"));
    }
    assert_eq!(
        house.refused("AddUserToGroup", &member("g10", "ada")),
        error(409, "LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10")
    );
    house.ok("AddUserToGroup", &member("g3", "ada"));
}

#[test]
fn a_group_goes_when_nothing_is_left_of_it() {
    let house = house();
    house.group("crew");
    house.user("ada");
    let attached = json!({ "GroupName": "crew", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess" });
    house.ok("AddUserToGroup", &member("crew", "ada"));
    house.ok("AttachGroupPolicy", &attached);
    house.ok("PutGroupPolicy", &json!({ "GroupName": "crew", "PolicyName": "own", "PolicyDocument": ALLOW }));
    let steps = [
        ("must remove users from group first.", "RemoveUserFromGroup", member("crew", "ada")),
        ("must detach all policies first.", "DetachGroupPolicy", attached),
        ("must delete policies first.", "DeleteGroupPolicy", json!({ "GroupName": "crew", "PolicyName": "own" })),
    ];
    for (what, operation, input) in steps {
        let conflict = error(409, "DeleteConflict", &format!("Cannot delete entity, {what}"));
        assert_eq!(house.refused("DeleteGroup", &named("crew")), conflict);
        house.ok(operation, &input);
    }
    house.ok("DeleteGroup", &named("crew"));
}

#[test]
fn a_renamed_group_keeps_its_members_and_policies() {
    let house = house();
    let old = house.group("crew");
    house.user("ada");
    house.ok("AddUserToGroup", &member("crew", "ada"));
    house.ok("PutGroupPolicy", &json!({ "GroupName": "crew", "PolicyName": "own", "PolicyDocument": ALLOW }));
    house.ok("UpdateGroup", &json!({ "GroupName": "crew", "NewGroupName": "band", "NewPath": "/music/" }));
    let new = house.ok("GetGroup", &named("band"));
    assert_eq!(new["Group"]["GroupId"], old["GroupId"]);
    assert_eq!(new["Group"]["Arn"], "arn:aws:iam::111122223333:group/music/band");
    assert_eq!(new["Users"][0]["UserName"], "ada");
    assert_eq!(house.ok("ListGroupPolicies", &named("band"))["PolicyNames"], json!(["own"]));
    assert_eq!(house.ok("ListGroupsForUser", &json!({ "UserName": "ada" }))["Groups"][0]["GroupName"], "band");
    house.group("other");
    assert_eq!(
        house.refused("UpdateGroup", &json!({ "GroupName": "other", "NewGroupName": "Band" })),
        error(409, "EntityAlreadyExists", "Group with name Band already exists.")
    );
}

#[test]
fn a_group_that_is_made_again_has_no_members() {
    let house = house();
    house.group("crew");
    house.user("ada");
    house.ok("AddUserToGroup", &member("crew", "ada"));
    house.ok("RemoveUserFromGroup", &member("crew", "ada"));
    house.ok("DeleteGroup", &named("crew"));
    house.group("crew");
    assert_eq!(house.ok("GetGroup", &named("crew"))["Users"], "");
}

#[test]
fn groups_are_counted_against_their_quota_and_one_that_is_deleted_makes_room() {
    let house = house();
    for n in 0..300 {
        house.group(&format!("g{n}"));
    }
    let full = error(409, "LimitExceeded", "Cannot exceed quota for GroupsPerAccount: 300");
    assert_eq!(house.refused("CreateGroup", &named("one-more")), full);
    assert_eq!(house.refused("CreateGroup", &named("g0")).1, "EntityAlreadyExists");
    house.ok("DeleteGroup", &named("g7"));
    house.group("one-more");
    let listed = house.ok("ListGroups", &json!({ "MaxItems": 1000 }))["Groups"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 300);
    assert_eq!(text(&listed[0]["GroupName"]), "g0");
}
