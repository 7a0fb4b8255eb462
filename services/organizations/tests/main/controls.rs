//! What control policies do to the calls of members.

use crate::{INVITED, Organizations as _, organized};
use base::AccountId;
use directory::records::{self, User};
use kernel::testing::{OTHER, ROOT};
use serde_json::json;

/// A policy that denies an action of Organizations to whom it bounds.
fn deny(action: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Deny", "Action": action, "Resource": "*" }],
    })
    .to_string()
}

#[test]
fn a_service_control_policy_bounds_members_on_every_level_and_never_the_management_account() {
    let (house, root) = organized();
    house.join();
    let unit = house.unit(&root, "unit");
    let move_to = json!({ "AccountId": INVITED, "SourceParentId": root, "DestinationParentId": unit });
    house.ok("MoveAccount", &move_to);
    let made = house.ok(
        "CreatePolicy",
        &json!({
            "Name": "deny", "Description": "", "Type": "SERVICE_CONTROL_POLICY",
            "Content": deny("organizations:DescribeOrganization"),
        }),
    );
    let policy = made["Policy"]["PolicySummary"].clone();
    for target in [root.as_str(), &unit, INVITED] {
        let attach = json!({ "PolicyId": policy["Id"], "TargetId": target });
        house.ok_as(OTHER, "DescribeOrganization", &json!({}));
        house.ok("AttachPolicy", &attach);
        let (status, code, body) = house.call_of(OTHER, "DescribeOrganization", &json!({}));
        assert_eq!((status, code.as_str()), (400, "AccessDeniedException"), "{target}");
        let text = body["Message"].as_str().or(body["message"].as_str()).unwrap().to_owned();
        assert!(text.contains("with an explicit deny in a service control policy"), "{text}");
        house.ok_as(ROOT, "DescribeOrganization", &json!({}));
        house.ok("DetachPolicy", &attach);
    }
}

#[test]
fn a_level_without_an_allow_allows_nothing() {
    let (house, root) = organized();
    house.join();
    let other = house.policy("only-a-deny");
    house.ok("AttachPolicy", &json!({ "PolicyId": other, "TargetId": root }));
    house.ok("DetachPolicy", &json!({ "PolicyId": "p-FullAWSAccess", "TargetId": root }));
    let (status, _, body) = house.call_of(OTHER, "DescribeOrganization", &json!({}));
    assert_eq!(status, 400, "{body}");
    assert!(body.to_string().contains("because no service control policy allows"), "{body}");
    house.ok("DisablePolicyType", &json!({ "RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY" }));
    house.ok_as(OTHER, "DescribeOrganization", &json!({}));
}

#[test]
fn a_user_on_the_path_of_services_is_bound_like_any_other() {
    let (house, root) = organized();
    house.join();
    let account: AccountId = INVITED.parse().unwrap();
    let allow = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }],
    });
    let mallory = house.person_of(INVITED, "mallory", &allow);
    house.change(|records| {
        let old: User = records::find(records, account, "mallory")?.unwrap();
        let new = User { path: "/aws-service-role/organizations.amazonaws.com/".into(), ..old.clone() };
        records::replace(records, account, &old, &new)
    });
    let describe = || house.call_by(&mallory, "organizations", "DescribeOrganization", &json!({})).status;
    assert_eq!(describe(), 200);
    let made = house.ok(
        "CreatePolicy",
        &json!({
            "Name": "deny", "Description": "", "Type": "SERVICE_CONTROL_POLICY",
            "Content": deny("organizations:DescribeOrganization"),
        }),
    );
    house.ok("AttachPolicy", &json!({ "PolicyId": made["Policy"]["PolicySummary"]["Id"], "TargetId": root }));
    assert_eq!(describe(), 400);
}
