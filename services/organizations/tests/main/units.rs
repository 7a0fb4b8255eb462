//! The organization, its root and its units.

use crate::{INVITED, MANAGEMENT, Organizations as _, each, house, organized};
use kernel::testing::OTHER;
use serde_json::json;

#[test]
fn an_organization_is_made_once_described_and_ended() {
    let house = house();
    assert_eq!(house.refused("DescribeOrganization", &json!({})).0, "AWSOrganizationsNotInUseException");
    assert_eq!(house.refused("ListRoots", &json!({})).0, "AWSOrganizationsNotInUseException");
    let made = house.ok("CreateOrganization", &json!({}))["Organization"].clone();
    assert_eq!(made["FeatureSet"], "ALL");
    assert_eq!(made["MasterAccountId"], MANAGEMENT);
    let id = made["Id"].as_str().unwrap();
    assert_eq!(made["Arn"], format!("arn:aws:organizations::{MANAGEMENT}:organization/{id}"));
    assert_eq!(made["MasterAccountArn"], format!("arn:aws:organizations::{MANAGEMENT}:account/{id}/{MANAGEMENT}"));
    assert_eq!(house.refused("CreateOrganization", &json!({})).0, "AlreadyInOrganizationException");
    assert_eq!(house.ok("DescribeOrganization", &json!({}))["Organization"], made);
    let root = house.ok("ListRoots", &json!({}))["Roots"][0].clone();
    assert_eq!(root["Name"], "Root");
    assert_eq!(root["PolicyTypes"], json!([]));
    let kind = json!({ "RootId": root["Id"], "PolicyType": "SERVICE_CONTROL_POLICY" });
    let enabled = json!([{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }]);
    assert_eq!(house.ok("EnablePolicyType", &kind)["Root"]["PolicyTypes"], enabled);
    assert_eq!(house.refused("EnablePolicyType", &kind).0, "PolicyTypeAlreadyEnabledException");
    let unit = house.unit(root["Id"].as_str().unwrap(), "a");
    assert_eq!(house.refused("DeleteOrganization", &json!({})).0, "OrganizationNotEmptyException");
    house.ok("DeleteOrganizationalUnit", &json!({ "OrganizationalUnitId": unit }));
    house.ok("DeleteOrganization", &json!({}));
    assert_eq!(house.refused("DescribeOrganization", &json!({})).0, "AWSOrganizationsNotInUseException");
    house.ok("CreateOrganization", &json!({ "FeatureSet": "CONSOLIDATED_BILLING" }));
}

#[test]
fn units_nest_five_deep_and_have_unique_names_below_their_parent() {
    let (house, root) = organized();
    let mut parent = root.clone();
    for level in 1..=5 {
        let unit = house.unit(&parent, "unit");
        let described = house.ok("DescribeOrganizationalUnit", &json!({ "OrganizationalUnitId": unit }));
        let path = described["OrganizationalUnit"]["Path"].as_str().unwrap();
        assert_eq!(path.matches("/ou-").count(), level);
        parent = unit;
    }
    let deeper = json!({ "ParentId": parent, "Name": "unit" });
    let refused = house.refused("CreateOrganizationalUnit", &deeper);
    assert_eq!(refused, ("ConstraintViolationException".into(), "OU_DEPTH_LIMIT_EXCEEDED".into()));
    let twice = json!({ "ParentId": root, "Name": "unit" });
    assert_eq!(house.refused("CreateOrganizationalUnit", &twice).0, "DuplicateOrganizationalUnitException");
    let nowhere = json!({ "ParentId": "r-zzzz", "Name": "x" });
    assert_eq!(house.refused("CreateOrganizationalUnit", &nowhere).0, "ParentNotFoundException");
}

#[test]
fn a_renamed_unit_frees_its_name_and_a_unit_with_children_stays() {
    let (house, root) = organized();
    let (one, two) = (house.unit(&root, "one"), house.unit(&root, "two"));
    let taken = json!({ "OrganizationalUnitId": one, "Name": "two" });
    assert_eq!(house.refused("UpdateOrganizationalUnit", &taken).0, "DuplicateOrganizationalUnitException");
    house.ok("UpdateOrganizationalUnit", &json!({ "OrganizationalUnitId": one, "Name": "three" }));
    let again = house.unit(&root, "one");
    let inner = house.unit(&one, "inner");
    let delete = json!({ "OrganizationalUnitId": one });
    assert_eq!(house.refused("DeleteOrganizationalUnit", &delete).0, "OrganizationalUnitNotEmptyException");
    house.ok("DeleteOrganizationalUnit", &json!({ "OrganizationalUnitId": inner }));
    house.ok("DeleteOrganizationalUnit", &delete);
    assert_eq!(house.refused("DescribeOrganizationalUnit", &delete).0, "OrganizationalUnitNotFoundException");
    let listed = house.ok("ListOrganizationalUnitsForParent", &json!({ "ParentId": root }));
    let mut ids = each(&listed["OrganizationalUnits"], "Id");
    ids.sort_unstable();
    let mut expected = vec![two.as_str(), again.as_str()];
    expected.sort_unstable();
    assert_eq!(ids, expected);
}

#[test]
fn an_account_moves_from_where_it_is_to_where_there_is_something() {
    let (house, root) = organized();
    house.join();
    let unit = house.unit(&root, "unit");
    let to = |source: &str, destination: &str| json!({ "AccountId": INVITED, "SourceParentId": source, "DestinationParentId": destination });
    assert_eq!(house.refused("MoveAccount", &to(&unit, &root)).0, "SourceParentNotFoundException");
    assert_eq!(house.refused("MoveAccount", &to(&root, &root)).0, "DuplicateAccountException");
    let nowhere = to(&root, &format!("ou-{}-zzzzzzzz", &root[2..]));
    assert_eq!(house.refused("MoveAccount", &nowhere).0, "DestinationParentNotFoundException");
    house.ok("MoveAccount", &to(&root, &unit));
    let parents = house.ok("ListParents", &json!({ "ChildId": INVITED }));
    assert_eq!(parents["Parents"], json!([{ "Id": unit, "Type": "ORGANIZATIONAL_UNIT" }]));
    let children = house.ok("ListChildren", &json!({ "ParentId": unit, "ChildType": "ACCOUNT" }));
    assert_eq!(children["Children"], json!([{ "Id": INVITED, "Type": "ACCOUNT" }]));
    let accounts = house.ok("ListAccountsForParent", &json!({ "ParentId": root }));
    assert_eq!(each(&accounts["Accounts"], "Id"), [MANAGEMENT]);
}

#[test]
fn a_member_sees_its_organization_and_nothing_else_of_it() {
    let (house, _) = organized();
    house.join();
    let seen = house.ok_as(OTHER, "DescribeOrganization", &json!({}));
    assert_eq!(seen["Organization"]["MasterAccountId"], MANAGEMENT);
    for operation in ["ListAccounts", "ListRoots", "DeleteOrganization", "EnableAllFeatures"] {
        assert_eq!(house.refused_as(OTHER, operation, &json!({})).0, "AccessDeniedException", "{operation}");
    }
}

#[test]
fn listings_go_on_where_they_stopped_and_a_token_is_for_its_listing() {
    let (house, root) = organized();
    for name in ["a", "b", "c"] {
        house.unit(&root, name);
    }
    let first = house.ok("ListOrganizationalUnitsForParent", &json!({ "ParentId": root, "MaxResults": 2 }));
    assert_eq!(each(&first["OrganizationalUnits"], "Id").len(), 2);
    let token = first["NextToken"].clone();
    let next = json!({ "ParentId": root, "MaxResults": 2, "NextToken": token });
    let second = house.ok("ListOrganizationalUnitsForParent", &next);
    assert_eq!(each(&second["OrganizationalUnits"], "Id").len(), 1);
    assert!(second["NextToken"].is_null());
    let foreign = house.refused("ListAccounts", &json!({ "NextToken": first["NextToken"] }));
    assert_eq!(foreign, ("InvalidInputException".into(), "INVALID_NEXT_TOKEN".into()));
}
