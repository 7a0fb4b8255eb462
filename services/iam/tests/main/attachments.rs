//! Managed policies of users, groups and roles, and who has a policy.

use crate::{Iam, error, house, policy, text};
use serde_json::{Value, json};

const KINDS: [(&str, &str); 3] = [("User", "UserName"), ("Group", "GroupName"), ("Role", "RoleName")];

fn with(member: &str, name: &str, arn: &str) -> Value {
    json!({ member: name, "PolicyArn": arn })
}

#[test]
fn attaching_twice_is_no_error_and_detaching_what_is_not_attached_is_one() {
    let house = house();
    let own = house.policy("own");
    house.user("x");
    house.group("x");
    house.role("x");
    for (kind, member) in KINDS {
        let input = with(member, "x", &own);
        for _ in 0..2 {
            house.ok(&format!("Attach{kind}Policy"), &input);
        }
        let listed = house.ok(&format!("ListAttached{kind}Policies"), &json!({ member: "x" }));
        assert_eq!(listed["AttachedPolicies"], json!([{ "PolicyName": "own", "PolicyArn": own }]), "{kind}");
    }
    let count = || house.ok("GetPolicy", &json!({ "PolicyArn": own }))["Policy"]["AttachmentCount"].clone();
    assert_eq!(count(), "3");
    for (kind, member) in KINDS {
        let input = with(member, "x", &own);
        house.ok(&format!("Detach{kind}Policy"), &input);
        assert_eq!(
            house.refused(&format!("Detach{kind}Policy"), &input),
            error(404, "NoSuchEntity", &format!("Policy {own} was not found.")),
            "{kind}"
        );
    }
    assert_eq!(count(), "0");
}

#[test]
fn only_a_policy_that_is_there_can_be_attached() {
    let house = house();
    house.user("x");
    house.group("x");
    house.role("x");
    let missing = policy("none");
    for (kind, member) in KINDS {
        let attach = format!("Attach{kind}Policy");
        assert_eq!(
            house.refused(&attach, &with(member, "x", &missing)),
            error(404, "NoSuchEntity", &format!("Policy {missing} does not exist or is not attachable."))
        );
        let nonsense = "arn:aws:iam::111122223333:user/x";
        assert_eq!(
            house.refused(&attach, &with(member, "x", nonsense)),
            error(400, "InvalidInput", &format!("ARN {nonsense} is not valid."))
        );
        assert_eq!(
            house.refused(&attach, &with(member, "nobody", "arn:aws:iam::aws:policy/ReadOnlyAccess")).1,
            "NoSuchEntity"
        );
        let for_services = "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy";
        assert_eq!(house.refused(&attach, &with(member, "x", for_services)).1, "PolicyNotAttachable");
    }
}

#[test]
fn nobody_has_more_than_ten_policies() {
    let house = house();
    house.user("x");
    house.group("x");
    house.role("x");
    for n in 0..11 {
        house.policy(&format!("p{n}"));
    }
    for (kind, member) in KINDS {
        let attach = format!("Attach{kind}Policy");
        for n in 0..10 {
            house.ok(&attach, &with(member, "x", &policy(&format!("p{n}"))));
        }
        assert_eq!(
            house.refused(&attach, &with(member, "x", &policy("p10"))),
            error(409, "LimitExceeded", &format!("Cannot exceed quota for PoliciesPer{kind}: 10"))
        );
        house.ok(&attach, &with(member, "x", &policy("p4")));
    }
}

#[test]
fn who_has_a_policy_is_told_by_kind_path_and_use() {
    let house = house();
    let own = house.policy("own");
    for (name, path) in [("ada", "/a/"), ("bob", "/b/")] {
        house.ok("CreateUser", &json!({ "UserName": name, "Path": path }));
        house.ok("AttachUserPolicy", &with("UserName", name, &own));
    }
    house.group("crew");
    house.ok("AttachGroupPolicy", &with("GroupName", "crew", &own));
    house.role("app");
    house.ok("PutRolePermissionsBoundary", &json!({ "RoleName": "app", "PermissionsBoundary": own }));
    house.ok("PutUserPermissionsBoundary", &json!({ "UserName": "ada", "PermissionsBoundary": own }));
    let list = |more: Value| {
        let mut input = json!({ "PolicyArn": own });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = house.ok("ListEntitiesForPolicy", &input);
        let mut names = Vec::new();
        for (list, member) in [("PolicyGroups", "GroupName"), ("PolicyUsers", "UserName"), ("PolicyRoles", "RoleName")]
        {
            let found = answer[list].as_array().cloned().unwrap_or_default();
            names.extend(found.iter().map(|one| text(&one[member])));
        }
        names.sort();
        names
    };
    assert_eq!(list(json!({})), ["ada", "app", "bob", "crew"]);
    assert_eq!(list(json!({ "EntityFilter": "User" })), ["ada", "bob"]);
    assert_eq!(list(json!({ "PathPrefix": "/a/" })), ["ada"]);
    assert_eq!(list(json!({ "PolicyUsageFilter": "PermissionsBoundary" })), ["ada", "app"]);
    assert_eq!(list(json!({ "PolicyUsageFilter": "PermissionsPolicy" })), ["ada", "bob", "crew"]);
    let mut paged = Vec::new();
    let mut input = json!({ "PolicyArn": own, "MaxItems": 1 });
    loop {
        let page = house.ok("ListEntitiesForPolicy", &input);
        for (list, member) in [("PolicyGroups", "GroupName"), ("PolicyUsers", "UserName"), ("PolicyRoles", "RoleName")]
        {
            paged.extend(page[list].as_array().into_iter().flatten().map(|one| text(&one[member])));
        }
        if page["IsTruncated"] == "false" {
            break;
        }
        input["Marker"] = page["Marker"].clone();
    }
    paged.sort();
    assert_eq!(paged, ["ada", "app", "bob", "crew"]);
}
