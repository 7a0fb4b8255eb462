//! Who may not, in AWS's words.

use crate::{ALLOW, Iam, TRUST, house, policy};
use kernel::testing::{ALICE, REGION};
use serde_json::{Value, json};

#[test]
fn a_denial_names_what_it_is_about_as_iam_does() {
    let house = house();
    house.user("bob");
    house.group("crew");
    house.role("app");
    house.policy("own");
    house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": "web" }));
    let arn = |rest: &str| format!("arn:aws:iam::111122223333:{rest}");
    let own = policy("own");
    let calls: Vec<(&str, Value, String)> = vec![
        ("GetUser", json!({}), "user alice".into()),
        ("GetUser", json!({ "UserName": "bob" }), "user bob".into()),
        ("GetUser", json!({ "UserName": "nobody" }), "user nobody".into()),
        ("CreateUser", json!({ "UserName": "new", "Path": "/x/" }), arn("user/x/new")),
        ("ListUsers", json!({}), arn("user/")),
        ("ListUsers", json!({ "PathPrefix": "/x" }), arn("user/x")),
        ("CreateAccessKey", json!({ "UserName": "bob" }), "user bob".into()),
        ("GetGroup", json!({ "GroupName": "crew" }), "group crew".into()),
        ("AddUserToGroup", json!({ "GroupName": "crew", "UserName": "alice" }), "group crew".into()),
        ("GetRole", json!({ "RoleName": "app" }), "role app".into()),
        ("CreateRole", json!({ "RoleName": "new", "AssumeRolePolicyDocument": TRUST }), arn("role/new")),
        ("AttachRolePolicy", json!({ "RoleName": "app", "PolicyArn": own }), "role app".into()),
        ("CreatePolicy", json!({ "PolicyName": "new", "PolicyDocument": ALLOW }), "policy new".into()),
        ("GetPolicy", json!({ "PolicyArn": own }), format!("policy {own}")),
        ("CreatePolicyVersion", json!({ "PolicyArn": own, "PolicyDocument": ALLOW }), format!("policy {own}")),
        ("ListPolicies", json!({}), "policy path /".into()),
        ("GetInstanceProfile", json!({ "InstanceProfileName": "web" }), "instance profile web".into()),
        ("ListAccountAliases", json!({}), "*".into()),
    ];
    for (operation, input, on) in calls {
        let answer = house.call_as(ALICE, REGION, "iam", operation, &input);
        let action = format!("iam:{operation}");
        assert_eq!((answer.status, answer.code()), (403, "AccessDenied".to_owned()), "{operation}");
        assert_eq!(
            answer.message(),
            format!(
                "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: {action} on resource: {on} \
                 because no identity-based policy allows the {action} action"
            )
        );
    }
}
