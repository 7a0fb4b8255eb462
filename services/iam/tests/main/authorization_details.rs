//! GetAccountAuthorizationDetails.

use crate::{ALLOW, Iam, house, text};
use kernel::testing::House;
use serde_json::{Value, json};

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn furnished() -> House {
    let house = house();
    house.user("bob");
    house.group("crew");
    house.role("app");
    let own = house.policy("own");
    house.ok("AddUserToGroup", &json!({ "UserName": "bob", "GroupName": "crew" }));
    house.ok("PutUserPolicy", &json!({ "UserName": "bob", "PolicyName": "inline", "PolicyDocument": ALLOW }));
    house.ok("AttachGroupPolicy", &json!({ "GroupName": "crew", "PolicyArn": own }));
    house.ok("AttachRolePolicy", &json!({ "RoleName": "app", "PolicyArn": ADMINISTRATOR }));
    house.ok("TagRole", &json!({ "RoleName": "app", "Tags": [{ "Key": "team", "Value": "blue" }] }));
    house.ok("CreatePolicyVersion", &json!({ "PolicyArn": own, "PolicyDocument": ALLOW, "SetAsDefault": true }));
    house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": "web" }));
    house.ok("AddRoleToInstanceProfile", &json!({ "InstanceProfileName": "web", "RoleName": "app" }));
    house
}

fn names(list: &Value, member: &str) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|entry| text(&entry[member])).collect()
}

#[test]
fn everybody_is_told_with_policies_groups_and_profiles() {
    let house = furnished();
    let told = house.ok("GetAccountAuthorizationDetails", &json!({}));
    assert_eq!(names(&told["UserDetailList"], "UserName"), ["alice", "bob"]);
    let bob = &told["UserDetailList"][1];
    assert_eq!(bob["GroupList"], json!(["crew"]));
    assert_eq!(bob["UserPolicyList"][0]["PolicyName"], "inline");
    assert!(text(&bob["UserPolicyList"][0]["PolicyDocument"]).starts_with("%7B%22Version%22"));
    assert_eq!(told["GroupDetailList"][0]["AttachedManagedPolicies"][0]["PolicyName"], "own");
    let role = &told["RoleDetailList"][0];
    assert_eq!(role["InstanceProfileList"][0]["InstanceProfileName"], "web");
    assert_eq!(role["Tags"], json!([{ "Key": "team", "Value": "blue" }]));
    assert_eq!(names(&told["Policies"], "PolicyName"), ["own", "AdministratorAccess"]);
    let versions = &told["Policies"][0]["PolicyVersionList"];
    assert_eq!(names(versions, "VersionId"), ["v2", "v1"]);
    assert_eq!(versions[0]["IsDefaultVersion"], "true");
    assert_eq!(told["Policies"][1]["AttachmentCount"], "1");
    assert_eq!(told["IsTruncated"], "false");
}

#[test]
fn a_filter_leaves_only_its_kinds() {
    let house = furnished();
    let told = house.ok("GetAccountAuthorizationDetails", &json!({ "Filter": ["Group", "AWSManagedPolicy"] }));
    assert!(
        names(&told["UserDetailList"], "UserName").is_empty() && names(&told["RoleDetailList"], "RoleName").is_empty()
    );
    assert_eq!(names(&told["GroupDetailList"], "GroupName"), ["crew"]);
    assert_eq!(names(&told["Policies"], "PolicyName"), ["AdministratorAccess"]);
}

#[test]
fn pages_of_any_size_hold_everything_once_and_in_order() {
    let house = furnished();
    for size in 1..=7 {
        let mut all = Vec::new();
        let mut input = json!({ "MaxItems": size });
        loop {
            let page = house.ok("GetAccountAuthorizationDetails", &input);
            let mut items = names(&page["UserDetailList"], "UserName");
            items.extend(names(&page["GroupDetailList"], "GroupName"));
            items.extend(names(&page["RoleDetailList"], "RoleName"));
            items.extend(names(&page["Policies"], "PolicyName"));
            assert!(items.len() <= size && !items.is_empty(), "{items:?} in a page of {size}");
            all.extend(items);
            if page["IsTruncated"] == json!("false") {
                break;
            }
            input["Marker"] = page["Marker"].clone();
        }
        assert_eq!(all, ["alice", "bob", "crew", "app", "own", "AdministratorAccess"], "pages of {size}");
    }
    let first = house.ok("GetAccountAuthorizationDetails", &json!({ "MaxItems": 1 }));
    let other = json!({ "MaxItems": 1, "Filter": ["User"], "Marker": first["Marker"] });
    assert_eq!(house.refused("GetAccountAuthorizationDetails", &other).1, "ValidationError");
}
