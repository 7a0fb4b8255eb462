//! Services with access, members that administer them, and the resource-based policy.

use crate::{INVITED, MANAGEMENT, Organizations as _, each, organized};
use kernel::testing::OTHER;
use serde_json::json;

const SERVICE: &str = "guardduty.amazonaws.com";

#[test]
fn a_member_administers_a_service_that_has_access() {
    let (house, _) = organized();
    house.join();
    let member = json!({ "AccountId": INVITED, "ServicePrincipal": SERVICE });
    assert_eq!(house.refused("RegisterDelegatedAdministrator", &member).1, "SERVICE_ACCESS_NOT_ENABLED");
    house.ok("EnableAWSServiceAccess", &json!({ "ServicePrincipal": SERVICE }));
    house.ok("RegisterDelegatedAdministrator", &member);
    assert_eq!(house.refused("RegisterDelegatedAdministrator", &member).0, "AccountAlreadyRegisteredException");
    let own = json!({ "AccountId": MANAGEMENT, "ServicePrincipal": SERVICE });
    let refused = house.refused("RegisterDelegatedAdministrator", &own).1;
    assert_eq!(refused, "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR");
    // It reads now, and still changes nothing.
    let accounts = house.ok_as(OTHER, "ListAccounts", &json!({}));
    assert_eq!(each(&accounts["Accounts"], "Id").len(), 2);
    let change = json!({ "AccountId": INVITED });
    assert_eq!(house.refused_as(OTHER, "CloseAccount", &change).0, "AccessDeniedException");
    let listed = house.ok("ListDelegatedAdministrators", &json!({ "ServicePrincipal": SERVICE }));
    assert_eq!(each(&listed["DelegatedAdministrators"], "Id"), [INVITED]);
    let services = house.ok("ListDelegatedServicesForAccount", &json!({ "AccountId": INVITED }));
    assert_eq!(each(&services["DelegatedServices"], "ServicePrincipal"), [SERVICE]);
    let disable = json!({ "ServicePrincipal": SERVICE });
    let refused = house.refused("DisableAWSServiceAccess", &disable).1;
    assert_eq!(refused, "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE");
    let refused = house.refused("RemoveAccountFromOrganization", &json!({ "AccountId": INVITED })).1;
    assert_eq!(refused, "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG");
    house.ok("DeregisterDelegatedAdministrator", &member);
    assert_eq!(house.refused("DeregisterDelegatedAdministrator", &member).0, "AccountNotRegisteredException");
    assert_eq!(house.refused_as(OTHER, "ListAccounts", &json!({})).0, "AccessDeniedException");
    house.ok("DisableAWSServiceAccess", &disable);
    let services = house.ok("ListAWSServiceAccessForOrganization", &json!({}));
    assert_eq!(services["EnabledServicePrincipals"], json!([]));
    let nonsense = house.refused("EnableAWSServiceAccess", &json!({ "ServicePrincipal": "nobody" })).1;
    assert_eq!(nonsense, "UNRECOGNIZED_SERVICE_PRINCIPAL");
}

#[test]
fn the_resource_based_policy_lets_a_member_do_what_it_says_and_no_more() {
    let (house, _) = organized();
    house.join();
    assert_eq!(house.refused("DescribeResourcePolicy", &json!({})).0, "ResourcePolicyNotFoundException");
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{INVITED}:root") },
            "Action": ["organizations:ListPolicies", "organizations:CreatePolicy"],
            "Resource": "*",
        }],
    });
    let bad = house.refused("PutResourcePolicy", &json!({ "Content": "{" })).1;
    assert_eq!(bad, "INVALID_RESOURCE_POLICY_JSON");
    let put = house.ok("PutResourcePolicy", &json!({ "Content": policy.to_string() }));
    assert_eq!(house.ok("DescribeResourcePolicy", &json!({}))["ResourcePolicy"], put["ResourcePolicy"]);
    house.ok_as(OTHER, "ListPolicies", &json!({ "Filter": "SERVICE_CONTROL_POLICY" }));
    assert_eq!(house.refused_as(OTHER, "ListAccounts", &json!({})).0, "AccessDeniedException");
    let content = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    let new = json!({ "Name": "n", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": content });
    house.ok_as(OTHER, "CreatePolicy", &new);
    assert_eq!(house.refused_as(OTHER, "DeleteResourcePolicy", &json!({})).0, "AccessDeniedException");
    house.ok("DeleteResourcePolicy", &json!({}));
    let filter = json!({ "Filter": "SERVICE_CONTROL_POLICY" });
    assert_eq!(house.refused_as(OTHER, "ListPolicies", &filter).0, "AccessDeniedException");
}
