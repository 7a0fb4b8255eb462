//! What the kernel's walk checks of every operation: its denial, its limits, its records.

use crate::{INVITED, MANAGEMENT, Organizations as _, house, organized};
use kernel::testing::coverage::{Sample, walk_scenes};
use kernel::testing::{House, OTHER};
use serde_json::{Value, json};

const SERVICE: &str = "guardduty.amazonaws.com";

#[test]
fn every_operation_denies_refuses_broken_input_and_is_on_record() {
    walk_scenes("organizations", &[begun(), whole(), asked(), declining(), migrating()], &[]);
}

fn sample(operation: &'static str, input: Value) -> Sample {
    Sample { operation, input }
}

/// An organization from its beginning to its end.
fn begun() -> (House, Vec<Sample>) {
    let samples = vec![
        sample("CreateOrganization", json!({ "FeatureSet": "ALL" })),
        sample("DescribeOrganization", json!({})),
        sample("DeleteOrganization", json!({})),
    ];
    (house(), samples)
}

/// An organization that has one of everything.
fn whole() -> (House, Vec<Sample>) {
    let (house, root) = organized();
    house.join();
    let unit = house.unit(&root, "unit");
    let spare = house.unit(&root, "spare");
    let policy = house.policy("deny");
    let made = house.ok("CreateAccount", &json!({ "Email": "made@example.com", "AccountName": "made" }));
    house.advance(std::time::Duration::from_secs(8 * 86_400));
    let status = json!({ "CreateAccountRequestId": made["CreateAccountStatus"]["Id"] });
    let closing = house.ok("DescribeCreateAccountStatus", &status)["CreateAccountStatus"]["AccountId"].clone();
    let to_unit = json!({ "AccountId": INVITED, "SourceParentId": root, "DestinationParentId": unit });
    let attachment = json!({ "PolicyId": policy, "TargetId": unit });
    let delegate = json!({ "AccountId": INVITED, "ServicePrincipal": SERVICE });
    let resource_policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": INVITED }, "Action": "organizations:ListPolicies", "Resource": "*",
        }],
    });
    let content = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    let new = json!({ "Name": "n", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": content });
    let tags = json!({ "PolicyType": "TAG_POLICY", "RootId": root });
    let tag_policy = json!({ "Name": "t", "Description": "", "Type": "TAG_POLICY", "Content": "{\"tags\":{}}" });
    let tag_policy = house.ok("CreatePolicy", &tag_policy)["Policy"]["PolicySummary"]["Id"].clone();
    house.ok("EnablePolicyType", &tags);
    house.ok("AttachPolicy", &json!({ "PolicyId": tag_policy, "TargetId": root }));
    let samples = vec![
        sample("ListRoots", json!({ "MaxResults": 1 })),
        sample("CreateOrganizationalUnit", json!({ "ParentId": root, "Name": "new" })),
        sample("UpdateOrganizationalUnit", json!({ "OrganizationalUnitId": spare, "Name": "other" })),
        sample("DescribeOrganizationalUnit", json!({ "OrganizationalUnitId": spare })),
        sample("DeleteOrganizationalUnit", json!({ "OrganizationalUnitId": spare })),
        sample("ListOrganizationalUnitsForParent", json!({ "ParentId": root })),
        sample("MoveAccount", to_unit),
        sample("ListChildren", json!({ "ParentId": unit, "ChildType": "ACCOUNT" })),
        sample("ListParents", json!({ "ChildId": INVITED })),
        sample("CreateAccount", json!({ "Email": "new@example.com", "AccountName": "new" })),
        sample("DescribeCreateAccountStatus", status),
        sample("ListCreateAccountStatus", json!({ "MaxResults": 1 })),
        sample("DescribeAccount", json!({ "AccountId": INVITED })),
        sample("ListAccounts", json!({ "MaxResults": 1 })),
        sample("ListAccountsForParent", json!({ "ParentId": unit })),
        sample("CloseAccount", json!({ "AccountId": closing })),
        sample("CreatePolicy", new),
        sample("UpdatePolicy", json!({ "PolicyId": policy, "Description": "x" })),
        sample("DescribePolicy", json!({ "PolicyId": policy })),
        sample("ListPolicies", json!({ "Filter": "SERVICE_CONTROL_POLICY" })),
        sample("AttachPolicy", attachment.clone()),
        sample("ListPoliciesForTarget", json!({ "TargetId": unit, "Filter": "SERVICE_CONTROL_POLICY" })),
        sample("ListTargetsForPolicy", json!({ "PolicyId": policy })),
        sample("DetachPolicy", attachment),
        sample("DeletePolicy", json!({ "PolicyId": policy })),
        sample("DescribeEffectivePolicy", json!({ "PolicyType": "TAG_POLICY", "TargetId": INVITED })),
        sample("DisablePolicyType", tags.clone()),
        sample("EnablePolicyType", tags),
        sample("TagResource", json!({ "ResourceId": unit, "Tags": [{ "Key": "a", "Value": "b" }] })),
        sample("ListTagsForResource", json!({ "ResourceId": unit })),
        sample("UntagResource", json!({ "ResourceId": unit, "TagKeys": ["a"] })),
        sample("EnableAWSServiceAccess", json!({ "ServicePrincipal": SERVICE })),
        sample("ListAWSServiceAccessForOrganization", json!({ "MaxResults": 1 })),
        sample("RegisterDelegatedAdministrator", delegate.clone()),
        sample("ListDelegatedAdministrators", json!({ "ServicePrincipal": SERVICE })),
        sample("ListDelegatedServicesForAccount", json!({ "AccountId": INVITED })),
        sample("DeregisterDelegatedAdministrator", delegate),
        sample("DisableAWSServiceAccess", json!({ "ServicePrincipal": SERVICE })),
        sample("PutResourcePolicy", json!({ "Content": resource_policy.to_string() })),
        sample("DescribeResourcePolicy", json!({})),
        sample("DeleteResourcePolicy", json!({})),
        sample("RemoveAccountFromOrganization", json!({ "AccountId": INVITED })),
        sample("InviteAccountToOrganization", json!({ "Target": { "Id": INVITED, "Type": "ACCOUNT" } })),
        sample("ListHandshakesForOrganization", json!({ "MaxResults": 1 })),
    ];
    (house, samples)
}

/// An account that another one asks in.
fn asked() -> (House, Vec<Sample>) {
    let house = house();
    house.ok_as(OTHER, "CreateOrganization", &json!({}));
    let invite = || {
        let target = json!({ "Target": { "Id": MANAGEMENT, "Type": "ACCOUNT" } });
        let invited = house.ok_as(OTHER, "InviteAccountToOrganization", &target);
        json!({ "HandshakeId": invited["Handshake"]["Id"] })
    };
    let first = invite();
    let samples = vec![
        sample("DescribeHandshake", first.clone()),
        sample("ListHandshakesForAccount", json!({ "MaxResults": 1 })),
        sample("AcceptHandshake", first),
        sample("LeaveOrganization", json!({})),
    ];
    (house, samples)
}

/// An account that declines.
fn declining() -> (House, Vec<Sample>) {
    let house = house();
    house.ok_as(OTHER, "CreateOrganization", &json!({}));
    let target = json!({ "Target": { "Id": MANAGEMENT, "Type": "ACCOUNT" } });
    let invited = house.ok_as(OTHER, "InviteAccountToOrganization", &target);
    (house, vec![sample("DeclineHandshake", json!({ "HandshakeId": invited["Handshake"]["Id"] }))])
}

/// An organization on its way to all features.
fn migrating() -> (House, Vec<Sample>) {
    let house = house();
    house.ok("CreateOrganization", &json!({ "FeatureSet": "CONSOLIDATED_BILLING" }));
    let invited = house.ok("InviteAccountToOrganization", &json!({ "Target": { "Id": INVITED, "Type": "ACCOUNT" } }));
    let samples = vec![
        sample("CancelHandshake", json!({ "HandshakeId": invited["Handshake"]["Id"] })),
        sample("EnableAllFeatures", json!({})),
    ];
    (house, samples)
}
