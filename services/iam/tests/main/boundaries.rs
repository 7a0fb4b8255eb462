//! Permissions boundaries.

use crate::{Iam, error, house, policy};
use serde_json::json;

#[test]
fn a_boundary_is_set_replaced_and_taken_away() {
    let house = house();
    let (first, second) = (house.policy("first"), house.policy("second"));
    house.user("x");
    house.role("x");
    let uses = |arn: &str| {
        let policy = house.ok("GetPolicy", &json!({ "PolicyArn": arn }))["Policy"].clone();
        (policy["PermissionsBoundaryUsageCount"].clone(), policy["AttachmentCount"].clone())
    };
    for (kind, member) in [("User", "UserName"), ("Role", "RoleName")] {
        let put = format!("Put{kind}PermissionsBoundary");
        let get = || house.ok(&format!("Get{kind}"), &json!({ member: "x" }))[kind]["PermissionsBoundary"].clone();
        house.ok(&put, &json!({ member: "x", "PermissionsBoundary": first }));
        assert_eq!(uses(&first), (json!("1"), json!("0")));
        house.ok(&put, &json!({ member: "x", "PermissionsBoundary": second }));
        assert_eq!(get(), json!({ "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": second }));
        assert_eq!((uses(&first).0, uses(&second).0), (json!("0"), json!("1")));
        let delete = format!("Delete{kind}PermissionsBoundary");
        house.ok(&delete, &json!({ member: "x" }));
        assert!(get().is_null());
        assert_eq!(house.refused(&delete, &json!({ member: "x" })).1, "NoSuchEntity");
    }
}

#[test]
fn only_a_policy_that_is_there_bounds_anybody() {
    let house = house();
    house.user("x");
    let missing = policy("none");
    let no_scope = error(404, "NoSuchEntity", &format!("Scope ARN: {missing} does not exist or is not attachable."));
    let input = json!({ "UserName": "x", "PermissionsBoundary": missing });
    assert_eq!(house.refused("PutUserPermissionsBoundary", &input), no_scope);
    let input = json!({ "UserName": "y", "PermissionsBoundary": missing });
    assert_eq!(house.refused("CreateUser", &input), no_scope);
    assert_eq!(house.refused("GetUser", &json!({ "UserName": "y" })).0, 404, "a refused user was made");
    house
        .ok("CreateUser", &json!({ "UserName": "y", "PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess" }));
}

#[test]
fn a_bounded_user_or_role_can_be_deleted_with_its_boundary() {
    let house = house();
    let arn = house.policy("bounds");
    house.ok("CreateUser", &json!({ "UserName": "x", "PermissionsBoundary": arn }));
    house.role("x");
    house.ok("PutRolePermissionsBoundary", &json!({ "RoleName": "x", "PermissionsBoundary": arn }));
    house.ok("DeleteUser", &json!({ "UserName": "x" }));
    house.ok("DeleteRole", &json!({ "RoleName": "x" }));
    house.ok("DeletePolicy", &json!({ "PolicyArn": arn }));
}
