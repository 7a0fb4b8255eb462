//! Managed policies and their versions.

use crate::{ALLOW, Iam, error, house, long, policy, text};
use kernel::testing::{House, OTHER};
use serde_json::{Value, json};

fn arn(arn: &str) -> Value {
    json!({ "PolicyArn": arn })
}

fn version(arn: &str, id: &str) -> Value {
    json!({ "PolicyArn": arn, "VersionId": id })
}

fn add(house: &House, arn: &str, default: bool) -> Value {
    let input = json!({ "PolicyArn": arn, "PolicyDocument": ALLOW, "SetAsDefault": default });
    house.ok("CreatePolicyVersion", &input)["PolicyVersion"].clone()
}

fn versions(house: &House, of: &str) -> Vec<(String, String)> {
    let listed = house.ok("ListPolicyVersions", &arn(of))["Versions"].clone();
    let listed = listed.as_array().unwrap();
    listed.iter().map(|version| (text(&version["VersionId"]), text(&version["IsDefaultVersion"]))).collect()
}

#[test]
fn a_policy_tells_about_itself_and_gives_its_document_back_as_it_was_given() {
    let house = house();
    let document = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [ {\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"} ]\n}";
    let made = house.ok(
        "CreatePolicy",
        &json!({ "PolicyName": "Own", "Path": "/app/", "Description": "mine", "PolicyDocument": document }),
    );
    let own = "arn:aws:iam::111122223333:policy/app/Own";
    assert_eq!((&made["Policy"]["Arn"], &made["Policy"]["DefaultVersionId"]), (&json!(own), &json!("v1")));
    assert_eq!((&made["Policy"]["AttachmentCount"], &made["Policy"]["IsAttachable"]), (&json!("0"), &json!("true")));
    assert!(text(&made["Policy"]["PolicyId"]).starts_with("ANPA"));
    assert_eq!(house.ok("GetPolicy", &arn(own))["Policy"]["Description"], "mine");
    let got = house.ok("GetPolicyVersion", &version(own, "v1"))["PolicyVersion"].clone();
    assert_eq!(
        got["Document"],
        "%7B%0A%20%20%22Version%22%3A%20%222012-10-17%22%2C%0A%20%20%22Statement%22%3A%20%5B%20%7B%22Effect%22%3A%22\
         Allow%22%2C%22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%20%5D%0A%7D"
    );
    for other in ["arn:aws:iam::111122223333:policy/Own", "arn:aws:iam::111122223333:policy/app/own"] {
        assert_eq!(
            house.refused("GetPolicy", &arn(other)),
            error(404, "NoSuchEntity", &format!("Policy {other} was not found."))
        );
    }
}

#[test]
fn a_name_is_used_once_whatever_the_path_and_the_case() {
    let house = house();
    house.policy("own");
    let again = json!({ "PolicyName": "OWN", "Path": "/elsewhere/", "PolicyDocument": ALLOW });
    assert_eq!(
        house.refused("CreatePolicy", &again),
        error(409, "EntityAlreadyExists", "A policy called OWN already exists. Duplicate names are not allowed.")
    );
}

#[test]
fn there_are_five_versions_at_most_and_their_numbers_are_not_used_again() {
    let house = house();
    let own = house.policy("own");
    assert_eq!(add(&house, &own, true)["IsDefaultVersion"], "true");
    for _ in 0..3 {
        add(&house, &own, false);
    }
    let full = error(
        409,
        "LimitExceeded",
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
         version.",
    );
    assert_eq!(house.refused("CreatePolicyVersion", &json!({ "PolicyArn": own, "PolicyDocument": ALLOW })), full);
    house.ok("DeletePolicyVersion", &version(&own, "v5"));
    assert_eq!(add(&house, &own, false)["VersionId"], "v6");
    let ids: Vec<_> = versions(&house, &own).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["v6", "v4", "v3", "v2", "v1"]);
}

#[test]
fn the_version_in_force_can_be_changed_and_not_deleted() {
    let house = house();
    let own = house.policy("own");
    add(&house, &own, false);
    assert_eq!(versions(&house, &own), [("v2".into(), "false".into()), ("v1".into(), "true".into())]);
    house.ok("SetDefaultPolicyVersion", &version(&own, "v2"));
    assert_eq!(house.ok("GetPolicy", &arn(&own))["Policy"]["DefaultVersionId"], "v2");
    assert_eq!(
        house.refused("DeletePolicyVersion", &version(&own, "v2")),
        error(409, "DeleteConflict", "Cannot delete the default version of a policy.")
    );
    house.ok("DeletePolicyVersion", &version(&own, "v1"));
    for operation in ["SetDefaultPolicyVersion", "DeletePolicyVersion", "GetPolicyVersion"] {
        assert_eq!(house.refused(operation, &version(&own, "v1")).1, "NoSuchEntity", "{operation}");
    }
}

#[test]
fn a_policy_goes_when_nobody_has_it_and_only_one_version_is_left() {
    let house = house();
    let own = house.policy("own");
    house.user("ada");
    house.user("bob");
    add(&house, &own, false);
    house.ok("AttachUserPolicy", &json!({ "UserName": "ada", "PolicyArn": own }));
    house.ok("PutUserPermissionsBoundary", &json!({ "UserName": "bob", "PermissionsBoundary": own }));
    let in_use = error(409, "DeleteConflict", "Cannot delete a policy attached to entities.");
    assert_eq!(house.refused("DeletePolicy", &arn(&own)), in_use);
    house.ok("DetachUserPolicy", &json!({ "UserName": "ada", "PolicyArn": own }));
    assert_eq!(house.refused("DeletePolicy", &arn(&own)), in_use, "it is a boundary still");
    house.ok("DeleteUserPermissionsBoundary", &json!({ "UserName": "bob" }));
    assert_eq!(
        house.refused("DeletePolicy", &arn(&own)).2,
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The \
         default version is deleted with the policy."
    );
    house.ok("DeletePolicyVersion", &version(&own, "v2"));
    house.ok("DeletePolicy", &arn(&own));
    house.policy("own");
    assert_eq!(versions(&house, &own), [("v1".to_owned(), "true".to_owned())], "nothing is left of the old one");
}

#[test]
fn a_document_has_its_limit_without_white_space() {
    let house = house();
    house.ok("CreatePolicy", &json!({ "PolicyName": "fits", "PolicyDocument": long(6_144) }));
    let full = error(409, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144");
    let input = json!({ "PolicyName": "long", "PolicyDocument": long(6_145) });
    assert_eq!(house.refused("CreatePolicy", &input), full);
    let input = json!({ "PolicyArn": policy("fits"), "PolicyDocument": long(6_145) });
    assert_eq!(house.refused("CreatePolicyVersion", &input), full);
}

#[test]
fn awss_policies_are_read_by_everybody_and_changed_by_nobody() {
    let house = house();
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    let got = house.ok("GetPolicy", &arn(admin))["Policy"].clone();
    assert_eq!((&got["PolicyName"], &got["Path"]), (&json!("AdministratorAccess"), &json!("/")));
    let id = text(&got["DefaultVersionId"]);
    let document = house.ok("GetPolicyVersion", &version(admin, &id))["PolicyVersion"]["Document"].clone();
    assert!(text(&document).contains("%22Action%22%3A%22%2A%22"), "{document}");
    assert_eq!(versions(&house, admin), [(id.clone(), "true".to_owned())]);
    assert_eq!(house.ok("ListPolicyTags", &arn(admin))["Tags"], "");
    let changes = [
        ("CreatePolicyVersion", json!({ "PolicyArn": admin, "PolicyDocument": ALLOW })),
        ("DeletePolicy", arn(admin)),
        ("DeletePolicyVersion", version(admin, &id)),
        ("SetDefaultPolicyVersion", version(admin, &id)),
        ("TagPolicy", json!({ "PolicyArn": admin, "Tags": [{ "Key": "a", "Value": "b" }] })),
        ("UntagPolicy", json!({ "PolicyArn": admin, "TagKeys": ["a"] })),
    ];
    for (operation, input) in changes {
        let refused = house.refused(operation, &input);
        assert_eq!((refused.0, refused.1.as_str()), (403, "AccessDenied"), "{operation}");
    }
    assert_eq!(house.refused("GetPolicy", &arn("arn:aws:iam::aws:policy/NoSuchPolicy")).1, "NoSuchEntity");
    assert_eq!(
        house.refused("GetPolicy", &arn("arn:aws:iam::aws:policy")).2,
        "ARN arn:aws:iam::aws:policy is not valid."
    );
}

#[test]
fn another_accounts_policies_are_its_own() {
    let house = house();
    let own = house.policy("own");
    for operation in ["GetPolicy", "DeletePolicy", "ListPolicyVersions", "ListEntitiesForPolicy"] {
        assert_eq!(house.iam_as(OTHER, operation, &arn(&own)).code(), "AccessDenied", "{operation}");
    }
    let attach = json!({ "UserName": "none", "PolicyArn": own });
    assert_eq!(house.iam_as(OTHER, "AttachUserPolicy", &attach).code(), "NoSuchEntity");
}

fn names(answer: &Value) -> Vec<String> {
    let policies = answer["Policies"].as_array().cloned().unwrap_or_default();
    policies.iter().map(|policy| text(&policy["PolicyName"])).collect()
}

#[test]
fn lists_are_narrowed_by_owner_path_and_use() {
    let house = house();
    house.user("ada");
    let (used, bounds) = (house.policy("used"), house.policy("bounds"));
    house.ok("CreatePolicy", &json!({ "PolicyName": "deep", "Path": "/a/b/", "PolicyDocument": ALLOW }));
    house.ok("AttachUserPolicy", &json!({ "UserName": "ada", "PolicyArn": used }));
    let read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    house.ok("AttachUserPolicy", &json!({ "UserName": "ada", "PolicyArn": read_only }));
    house.ok("PutUserPermissionsBoundary", &json!({ "UserName": "ada", "PermissionsBoundary": bounds }));
    let list = |input: Value| names(&house.ok("ListPolicies", &input));
    assert_eq!(list(json!({ "Scope": "Local" })), ["bounds", "deep", "used"]);
    assert_eq!(list(json!({ "Scope": "Local", "PathPrefix": "/a/" })), ["deep"]);
    assert_eq!(list(json!({ "OnlyAttached": true })), ["bounds", "used", "ReadOnlyAccess"]);
    let used = json!({ "PolicyUsageFilter": "PermissionsPolicy" });
    assert_eq!(list(used), ["used", "ReadOnlyAccess"]);
    assert_eq!(list(json!({ "PolicyUsageFilter": "PermissionsBoundary", "Scope": "Local" })), ["bounds"]);
    assert!(list(json!({ "Scope": "AWS", "PathPrefix": "/job-function/" })).contains(&"Billing".to_owned()));
}

#[test]
fn a_whole_listing_has_every_policy_once() {
    let house = house();
    for name in ["b", "A", "c"] {
        house.policy(name);
    }
    let mut all = Vec::new();
    let mut input = json!({ "MaxItems": 100 });
    loop {
        let page = house.ok("ListPolicies", &input);
        all.extend(names(&page));
        if page["IsTruncated"] == "false" {
            break;
        }
        input["Marker"] = page["Marker"].clone();
    }
    assert_eq!(all[..3], ["A", "b", "c"]);
    assert!(all.len() > 1_000, "{}", all.len());
    let mut once = all.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), all.len());
}

#[test]
fn a_policy_has_one_arn_in_a_partition_and_no_other_partitions_arn_stands_for_it() {
    let house = house();
    let own = house.policy("own");
    house.user("ada");
    house.ok("AttachUserPolicy", &json!({ "UserName": "ada", "PolicyArn": own }));
    let elsewhere = own.replace("arn:aws:", "arn:aws-cn:");
    let invalid = error(400, "InvalidInput", &format!("ARN {elsewhere} is not valid."));
    for (operation, input) in [
        ("GetPolicy", arn(&elsewhere)),
        ("DeletePolicy", arn(&elsewhere)),
        ("AttachUserPolicy", json!({ "UserName": "ada", "PolicyArn": elsewhere })),
        ("AttachUserPolicy", json!({ "UserName": "ada", "PolicyArn": "arn:aws-cn:iam::aws:policy/ReadOnlyAccess" })),
        ("PutUserPermissionsBoundary", json!({ "UserName": "ada", "PermissionsBoundary": elsewhere })),
    ] {
        let refused = house.refused(operation, &input);
        assert_eq!((refused.0, refused.1.as_str()), (400, "InvalidInput"), "{operation} {input}");
        assert!(operation != "DeletePolicy" || refused == invalid);
    }
}
