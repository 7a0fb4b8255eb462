//! What the kernel's walk checks of every operation: its denial, its limits, its records. One list for each noun.

use crate::{ALLOW, Iam, TRUST, house, policy};
use kernel::testing::House;
use kernel::testing::coverage::{Sample, walk};
use serde_json::{Value, json};

#[test]
fn every_operation_denies_refuses_broken_input_and_is_on_record() {
    let house = house();
    let nouns = [
        access_keys,
        aliases,
        attachments,
        boundaries,
        groups,
        inline,
        instance_profiles,
        policies,
        roles,
        tags,
        users,
    ];
    let samples: Vec<Sample> = nouns.into_iter().flat_map(|noun| noun(&house)).collect();
    walk(&house, "iam", &samples);
}

fn sample(operation: &'static str, input: Value) -> Sample {
    Sample { operation, input }
}

fn access_keys(house: &House) -> Vec<Sample> {
    house.user("key-holder");
    let held = json!({ "UserName": "key-holder" });
    let id = house.access_key("key-holder").0;
    let doomed = house.access_key("key-holder").0;
    house.user("new-key-holder");
    vec![
        sample("CreateAccessKey", json!({ "UserName": "new-key-holder" })),
        sample("DeleteAccessKey", json!({ "UserName": "key-holder", "AccessKeyId": doomed })),
        sample("GetAccessKeyLastUsed", json!({ "AccessKeyId": id })),
        sample("ListAccessKeys", held),
        sample("UpdateAccessKey", json!({ "UserName": "key-holder", "AccessKeyId": id, "Status": "Inactive" })),
    ]
}

fn aliases(_: &House) -> Vec<Sample> {
    vec![
        sample("CreateAccountAlias", json!({ "AccountAlias": "walked" })),
        sample("DeleteAccountAlias", json!({ "AccountAlias": "walked" })),
        sample("ListAccountAliases", json!({ "MaxItems": 1 })),
    ]
}

fn attachments(house: &House) -> Vec<Sample> {
    house.user("attached");
    house.group("attached");
    house.role("attached");
    let (arn, old) = (house.policy("to-attach"), house.policy("to-detach"));
    let (user, group, role) = (("UserName", "attached"), ("GroupName", "attached"), ("RoleName", "attached"));
    let with = |(member, name): (&str, &str), arn: &str| json!({ member: name, "PolicyArn": arn });
    house.ok("AttachUserPolicy", &with(user, &old));
    house.ok("AttachGroupPolicy", &with(group, &old));
    house.ok("AttachRolePolicy", &with(role, &old));
    vec![
        sample("AttachGroupPolicy", with(group, &arn)),
        sample("AttachRolePolicy", with(role, &arn)),
        sample("AttachUserPolicy", with(user, &arn)),
        sample("DetachGroupPolicy", with(group, &old)),
        sample("DetachRolePolicy", with(role, &old)),
        sample("DetachUserPolicy", with(user, &old)),
        sample("ListAttachedGroupPolicies", json!({ "GroupName": "attached", "PathPrefix": "/" })),
        sample("ListAttachedRolePolicies", json!({ "RoleName": "attached", "MaxItems": 1 })),
        sample("ListAttachedUserPolicies", json!({ "UserName": "attached" })),
        sample("ListEntitiesForPolicy", json!({ "PolicyArn": arn })),
    ]
}

fn boundaries(house: &House) -> Vec<Sample> {
    let arn = house.policy("boundary");
    for name in ["bounded", "unbounded"] {
        house.user(name);
        house.role(name);
    }
    house.ok("PutUserPermissionsBoundary", &json!({ "UserName": "bounded", "PermissionsBoundary": arn }));
    house.ok("PutRolePermissionsBoundary", &json!({ "RoleName": "bounded", "PermissionsBoundary": arn }));
    vec![
        sample("DeleteRolePermissionsBoundary", json!({ "RoleName": "bounded" })),
        sample("DeleteUserPermissionsBoundary", json!({ "UserName": "bounded" })),
        sample("PutRolePermissionsBoundary", json!({ "RoleName": "unbounded", "PermissionsBoundary": arn })),
        sample("PutUserPermissionsBoundary", json!({ "UserName": "unbounded", "PermissionsBoundary": arn })),
    ]
}

fn groups(house: &House) -> Vec<Sample> {
    for name in ["crew", "empty", "renamed"] {
        house.group(name);
    }
    house.user("member");
    house.user("leaver");
    house.ok("AddUserToGroup", &json!({ "GroupName": "crew", "UserName": "leaver" }));
    vec![
        sample("AddUserToGroup", json!({ "GroupName": "crew", "UserName": "member" })),
        sample("CreateGroup", json!({ "GroupName": "new-crew", "Path": "/ships/" })),
        sample("DeleteGroup", json!({ "GroupName": "empty" })),
        sample("GetGroup", json!({ "GroupName": "crew" })),
        sample("ListGroups", json!({ "PathPrefix": "/" })),
        sample("ListGroupsForUser", json!({ "UserName": "member" })),
        sample("RemoveUserFromGroup", json!({ "GroupName": "crew", "UserName": "leaver" })),
        sample("UpdateGroup", json!({ "GroupName": "renamed", "NewGroupName": "renamed-crew" })),
    ]
}

fn inline(house: &House) -> Vec<Sample> {
    house.user("author");
    house.group("authors");
    house.role("author");
    let put =
        |member: &str, name: &str, policy: &str| json!({ member: name, "PolicyName": policy, "PolicyDocument": ALLOW });
    for policy in ["kept", "doomed"] {
        house.ok("PutUserPolicy", &put("UserName", "author", policy));
        house.ok("PutGroupPolicy", &put("GroupName", "authors", policy));
        house.ok("PutRolePolicy", &put("RoleName", "author", policy));
    }
    let named = |member: &str, name: &str, policy: &str| json!({ member: name, "PolicyName": policy });
    vec![
        sample("DeleteGroupPolicy", named("GroupName", "authors", "doomed")),
        sample("DeleteRolePolicy", named("RoleName", "author", "doomed")),
        sample("DeleteUserPolicy", named("UserName", "author", "doomed")),
        sample("GetGroupPolicy", named("GroupName", "authors", "kept")),
        sample("GetRolePolicy", named("RoleName", "author", "kept")),
        sample("GetUserPolicy", named("UserName", "author", "kept")),
        sample("ListGroupPolicies", json!({ "GroupName": "authors" })),
        sample("ListRolePolicies", json!({ "RoleName": "author" })),
        sample("ListUserPolicies", json!({ "UserName": "author" })),
        sample("PutGroupPolicy", put("GroupName", "authors", "new")),
        sample("PutRolePolicy", put("RoleName", "author", "new")),
        sample("PutUserPolicy", put("UserName", "author", "new")),
    ]
}

fn instance_profiles(house: &House) -> Vec<Sample> {
    house.role("machine");
    for name in ["web", "db", "unused"] {
        house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": name }));
    }
    let both = |name: &str| json!({ "InstanceProfileName": name, "RoleName": "machine" });
    house.ok("AddRoleToInstanceProfile", &both("db"));
    vec![
        sample("AddRoleToInstanceProfile", both("web")),
        sample("CreateInstanceProfile", json!({ "InstanceProfileName": "new", "Path": "/fleet/" })),
        sample("DeleteInstanceProfile", json!({ "InstanceProfileName": "unused" })),
        sample("GetInstanceProfile", json!({ "InstanceProfileName": "web" })),
        sample("ListInstanceProfiles", json!({ "PathPrefix": "/" })),
        sample("ListInstanceProfilesForRole", json!({ "RoleName": "machine" })),
        sample("RemoveRoleFromInstanceProfile", both("db")),
    ]
}

fn policies(house: &House) -> Vec<Sample> {
    let (kept, doomed) = (house.policy("kept"), house.policy("doomed"));
    let version = json!({ "PolicyArn": kept, "PolicyDocument": ALLOW });
    for _ in 0..2 {
        house.ok("CreatePolicyVersion", &version);
    }
    vec![
        sample("CreatePolicy", json!({ "PolicyName": "new", "PolicyDocument": ALLOW, "Description": "walked" })),
        sample("CreatePolicyVersion", version),
        sample("DeletePolicy", json!({ "PolicyArn": doomed })),
        sample("DeletePolicyVersion", json!({ "PolicyArn": kept, "VersionId": "v2" })),
        sample("GetPolicy", json!({ "PolicyArn": kept })),
        sample("GetPolicyVersion", json!({ "PolicyArn": kept, "VersionId": "v1" })),
        sample("ListPolicies", json!({ "Scope": "Local", "OnlyAttached": false, "PathPrefix": "/" })),
        sample("ListPolicyVersions", json!({ "PolicyArn": kept })),
        sample("SetDefaultPolicyVersion", json!({ "PolicyArn": kept, "VersionId": "v3" })),
    ]
}

fn roles(house: &House) -> Vec<Sample> {
    house.role("kept");
    house.role("doomed");
    vec![
        sample("CreateRole", json!({ "RoleName": "new", "AssumeRolePolicyDocument": TRUST, "Description": "walked" })),
        sample("DeleteRole", json!({ "RoleName": "doomed" })),
        sample("GetRole", json!({ "RoleName": "kept" })),
        sample("ListRoles", json!({ "PathPrefix": "/" })),
        sample("UpdateAssumeRolePolicy", json!({ "RoleName": "kept", "PolicyDocument": TRUST })),
        sample("UpdateRole", json!({ "RoleName": "kept", "MaxSessionDuration": 7200 })),
        sample("UpdateRoleDescription", json!({ "RoleName": "kept", "Description": "described" })),
    ]
}

fn tags(house: &House) -> Vec<Sample> {
    house.user("tagged");
    house.role("tagged");
    let arn = house.policy("tagged");
    house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": "tagged" }));
    let mut samples = Vec::new();
    let kinds = [
        ("UserName", "tagged", ["TagUser", "UntagUser", "ListUserTags"]),
        ("RoleName", "tagged", ["TagRole", "UntagRole", "ListRoleTags"]),
        ("PolicyArn", &arn, ["TagPolicy", "UntagPolicy", "ListPolicyTags"]),
        ("InstanceProfileName", "tagged", ["TagInstanceProfile", "UntagInstanceProfile", "ListInstanceProfileTags"]),
    ];
    for (member, name, [tag, untag, list]) in kinds {
        samples.push(sample(tag, json!({ member: name, "Tags": [{ "Key": "team", "Value": "blue" }] })));
        samples.push(sample(untag, json!({ member: name, "TagKeys": ["team"] })));
        samples.push(sample(list, json!({ member: name, "MaxItems": 1 })));
    }
    samples
}

fn users(house: &House) -> Vec<Sample> {
    for name in ["kept", "doomed", "renamed"] {
        house.user(name);
    }
    let boundary = policy("boundary");
    vec![
        sample("CreateUser", json!({ "UserName": "new", "Path": "/walk/", "PermissionsBoundary": boundary })),
        sample("DeleteUser", json!({ "UserName": "doomed" })),
        sample("GetUser", json!({ "UserName": "kept" })),
        sample("ListUsers", json!({ "PathPrefix": "/", "MaxItems": 2 })),
        sample("UpdateUser", json!({ "UserName": "renamed", "NewUserName": "renamed-user" })),
    ]
}
