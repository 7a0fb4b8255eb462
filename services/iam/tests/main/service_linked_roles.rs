//! Roles that belong to services.

use crate::{Iam, error, house, text};
use serde_json::{Value, json};
use std::time::Duration;

fn of(service: &str) -> Value {
    json!({ "AWSServiceName": service })
}

#[test]
fn a_service_gets_a_role_with_its_own_trust_and_policy_which_nobody_changes() {
    let house = house();
    let made = house.ok("CreateServiceLinkedRole", &of("rds.amazonaws.com"))["Role"].clone();
    assert_eq!(made["RoleName"], "AWSServiceRoleForRDS");
    assert_eq!(made["Arn"], "arn:aws:iam::111122223333:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS");
    let trust = text(&made["AssumeRolePolicyDocument"]);
    assert!(trust.contains("rds.amazonaws.com") && trust.contains("sts%3AAssumeRole"), "{trust}");
    let attached = house.ok("ListAttachedRolePolicies", &json!({ "RoleName": "AWSServiceRoleForRDS" }));
    assert_eq!(
        attached["AttachedPolicies"][0]["PolicyArn"],
        "arn:aws:iam::aws:policy/aws-service-role/AmazonRDSServiceRolePolicy"
    );
    let text = "Cannot perform the operation on the protected role 'AWSServiceRoleForRDS' - this role is only modifiable by AWS";
    let refusal = error(400, "UnmodifiableEntity", text);
    assert_eq!(house.refused("DeleteRole", &json!({ "RoleName": "AWSServiceRoleForRDS" })), refusal);
    let again = "Service role name AWSServiceRoleForRDS has been taken in this account, please try a different suffix.";
    assert_eq!(house.refused("CreateServiceLinkedRole", &of("rds.amazonaws.com")), error(400, "InvalidInput", again));
}

#[test]
fn a_suffix_tells_roles_of_a_service_apart_that_admits_it() {
    let house = house();
    let with = |service: &str| json!({ "AWSServiceName": service, "CustomSuffix": "blue" });
    let made = house.ok("CreateServiceLinkedRole", &with("autoscaling.amazonaws.com"));
    assert_eq!(made["Role"]["RoleName"], "AWSServiceRoleForAutoScaling_blue");
    house.ok("CreateServiceLinkedRole", &of("autoscaling.amazonaws.com"));
    let text = "Custom suffix is not allowed for es.amazonaws.com";
    assert_eq!(house.refused("CreateServiceLinkedRole", &with("es.amazonaws.com")), error(400, "InvalidInput", text));
    assert_eq!(house.refused("CreateServiceLinkedRole", &of("no-such.amazonaws.com")).1, "InvalidInput");
}

#[test]
fn a_role_is_deleted_by_a_task_that_tells_how_far_it_is() {
    let house = house();
    house.ok("CreateServiceLinkedRole", &of("ecs.amazonaws.com"));
    let named = json!({ "RoleName": "AWSServiceRoleForECS" });
    let task = text(&house.ok("DeleteServiceLinkedRole", &named)["DeletionTaskId"]);
    assert!(task.starts_with("task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/"), "{task}");
    assert_eq!(text(&house.ok("DeleteServiceLinkedRole", &named)["DeletionTaskId"]), task, "a second task was begun");
    let status = || text(&house.ok("GetServiceLinkedRoleDeletionStatus", &json!({ "DeletionTaskId": task }))["Status"]);
    assert_eq!(status(), "IN_PROGRESS");
    house.advance(Duration::ZERO);
    assert_eq!(status(), "SUCCEEDED");
    assert_eq!(house.refused("GetRole", &named).1, "NoSuchEntity");
    house.ok("CreateServiceLinkedRole", &of("ecs.amazonaws.com"));
    house.advance(Duration::from_secs(31 * 86_400));
    let asked = json!({ "DeletionTaskId": task });
    assert_eq!(house.refused("GetServiceLinkedRoleDeletionStatus", &asked).1, "NoSuchEntity");
    house.ok("GetRole", &named);
    assert_eq!(
        house.refused("GetServiceLinkedRoleDeletionStatus", &json!({ "DeletionTaskId": "x" })).1,
        "InvalidInput"
    );
}

#[test]
fn only_roles_of_services_are_deleted_so() {
    let house = house();
    house.role("mine");
    assert_eq!(house.refused("DeleteServiceLinkedRole", &json!({ "RoleName": "mine" })).1, "NoSuchEntity");
    house.ok("GetRole", &json!({ "RoleName": "mine" }));
}
