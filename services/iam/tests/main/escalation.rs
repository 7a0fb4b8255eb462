//! Nobody gives themselves more than they have: who may change some of IAM cannot reach the rest through it.

use crate::{ALLOW, Iam, TRUST, house, policy};
use kernel::testing::{House, Person};
use serde_json::{Value, json};

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn document(statements: Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// Whether a call is allowed; what is not is denied, and nothing else.
fn may(house: &House, who: &Person, operation: &str, input: Value) -> bool {
    let answer = house.call_by(who, "iam", operation, &input);
    assert!(matches!(answer.status, 200 | 403), "{operation} {input}: {}", answer.body);
    answer.status == 200
}

#[test]
fn who_has_no_permission_gives_itself_none() {
    let house = house();
    let mallory = house.person("mallory", &document(json!([{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }])));
    house.group("admins");
    house.role("app");
    let own = house.policy("own");
    let everything = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let attempts = [
        ("PutUserPolicy", json!({ "UserName": "mallory", "PolicyName": "all", "PolicyDocument": everything })),
        ("AttachUserPolicy", json!({ "UserName": "mallory", "PolicyArn": ADMINISTRATOR })),
        ("AddUserToGroup", json!({ "GroupName": "admins", "UserName": "mallory" })),
        ("CreatePolicyVersion", json!({ "PolicyArn": own, "PolicyDocument": everything, "SetAsDefault": true })),
        ("SetDefaultPolicyVersion", json!({ "PolicyArn": own, "VersionId": "v1" })),
        ("UpdateAssumeRolePolicy", json!({ "RoleName": "app", "PolicyDocument": TRUST })),
        ("CreateAccessKey", json!({ "UserName": "alice" })),
        ("CreateAccessKey", json!({})),
        ("DeleteUserPermissionsBoundary", json!({ "UserName": "mallory" })),
        ("UpdateUser", json!({ "UserName": "mallory", "NewUserName": "admin" })),
        ("TagUser", json!({ "UserName": "mallory", "Tags": [{ "Key": "role", "Value": "admin" }] })),
    ];
    for (operation, input) in attempts {
        assert!(!may(&house, &mallory, operation, input), "{operation}");
    }
}

#[test]
fn who_rules_one_path_does_not_reach_beyond_it() {
    let house = house();
    let lead = house.person(
        "lead",
        &document(json!([{
            "Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::111122223333:user/team/*",
        }])),
    );
    assert!(may(&house, &lead, "CreateUser", json!({ "UserName": "ada", "Path": "/team/" })));
    assert!(may(&house, &lead, "CreateAccessKey", json!({ "UserName": "ada" })));
    assert!(!may(&house, &lead, "CreateUser", json!({ "UserName": "bob" })));
    assert!(!may(&house, &lead, "CreateUser", json!({ "UserName": "bob", "Path": "/teams/" })));
    assert!(!may(&house, &lead, "CreateAccessKey", json!({ "UserName": "lead" })));
    assert!(!may(&house, &lead, "AttachUserPolicy", json!({ "UserName": "lead", "PolicyArn": ADMINISTRATOR })));
    // Neither pushes a user out of the path, nor pulls one in.
    assert!(!may(&house, &lead, "UpdateUser", json!({ "UserName": "ada", "NewPath": "/" })));
    house.user("eve");
    assert!(!may(&house, &lead, "UpdateUser", json!({ "UserName": "eve", "NewPath": "/team/" })));
    assert!(may(&house, &lead, "UpdateUser", json!({ "UserName": "ada", "NewPath": "/team/red/" })));
    // A user of the path under another spelling of its name is that user.
    assert!(may(&house, &lead, "GetUser", json!({ "UserName": "ADA" })));
    assert!(!may(&house, &lead, "GetUser", json!({ "UserName": "EVE" })));
}

/// The administrator of the guide's example: makes users only within a boundary that it cannot change.
fn delegate(house: &House, bounds: &str) -> Person {
    house.person(
        "delegate",
        &document(json!([
            {
                "Effect": "Allow",
                "Action": [
                    "iam:AttachUserPolicy", "iam:CreateUser", "iam:DeleteUserPolicy", "iam:DetachUserPolicy",
                    "iam:PutUserPermissionsBoundary", "iam:PutUserPolicy",
                ],
                "Resource": "*",
                "Condition": { "StringEquals": { "iam:PermissionsBoundary": bounds } },
            },
            {
                "Effect": "Deny",
                "Action": [
                    "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion",
                    "iam:SetDefaultPolicyVersion",
                ],
                "Resource": bounds,
            },
            { "Effect": "Deny", "Action": "iam:DeleteUserPermissionsBoundary", "Resource": "*" },
        ])),
    )
}

#[test]
fn a_boundary_cannot_be_left_out_changed_or_taken_away_by_who_must_set_it() {
    let house = house();
    let (bounds, wider) = (house.policy("bounds"), house.policy("wider"));
    let delegate = delegate(&house, &bounds);
    let create = |boundary: Value| json!({ "UserName": "new", "PermissionsBoundary": boundary });
    assert!(!may(&house, &delegate, "CreateUser", json!({ "UserName": "new" })));
    assert!(!may(&house, &delegate, "CreateUser", create(json!(wider))));
    assert!(may(&house, &delegate, "CreateUser", create(json!(bounds))));
    let attach = |user: &str| json!({ "UserName": user, "PolicyArn": ADMINISTRATOR });
    assert!(may(&house, &delegate, "AttachUserPolicy", attach("new")), "the boundary holds it");
    assert!(!may(&house, &delegate, "AttachUserPolicy", attach("delegate")), "it has no boundary itself");
    assert!(!may(&house, &delegate, "AttachUserPolicy", attach("alice")));
    let put = |boundary: &str| json!({ "UserName": "new", "PermissionsBoundary": boundary });
    assert!(!may(&house, &delegate, "PutUserPermissionsBoundary", put(&wider)));
    assert!(may(&house, &delegate, "PutUserPermissionsBoundary", put(&bounds)));
    assert!(!may(&house, &delegate, "DeleteUserPermissionsBoundary", json!({ "UserName": "new" })));
    let version = json!({ "PolicyArn": bounds, "PolicyDocument": ALLOW, "SetAsDefault": true });
    assert!(!may(&house, &delegate, "CreatePolicyVersion", version));
}

#[test]
fn only_chosen_policies_can_be_attached_where_the_condition_says_so() {
    let house = house();
    let fine = house.policy("fine");
    let clerk = house.person(
        "clerk",
        &document(json!([{
            "Effect": "Allow", "Action": ["iam:AttachUserPolicy", "iam:DetachUserPolicy"], "Resource": "*",
            "Condition": { "ArnEquals": { "iam:PolicyARN": fine } },
        }])),
    );
    let with = |arn: &str| json!({ "UserName": "clerk", "PolicyArn": arn });
    assert!(!may(&house, &clerk, "AttachUserPolicy", with(ADMINISTRATOR)));
    assert!(may(&house, &clerk, "AttachUserPolicy", with(&fine)));
    assert!(may(&house, &clerk, "DetachUserPolicy", with(&fine)));
}

#[test]
fn putting_a_role_into_a_profile_needs_leave_to_pass_it_to_machines() {
    let house = house();
    house.role("app");
    house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": "web" }));
    let add = || json!({ "InstanceProfileName": "web", "RoleName": "app" });
    let profiles = json!({ "Effect": "Allow", "Action": "iam:AddRoleToInstanceProfile", "Resource": "*" });
    let pass = |service: &str| {
        json!({
            "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app",
            "Condition": { "StringEquals": { "iam:PassedToService": service } },
        })
    };
    let nobody = house.person("nobody", &document(json!([profiles])));
    let answer = house.call_by(&nobody, "iam", "AddRoleToInstanceProfile", &add());
    assert!(
        answer.message().contains("iam:PassRole on resource: arn:aws:iam::111122223333:role/app because"),
        "{}",
        answer.message()
    );
    let other = house.person("other", &document(json!([profiles, pass("lambda.amazonaws.com")])));
    assert!(!may(&house, &other, "AddRoleToInstanceProfile", add()));
    let right = house.person("right", &document(json!([profiles, pass("ec2.amazonaws.com")])));
    assert!(may(&house, &right, "AddRoleToInstanceProfile", add()));
}

#[test]
fn tags_decide_and_so_giving_them_is_a_permission_of_its_own() {
    let house = house();
    let owner = house.person(
        "owner",
        &document(json!([
            {
                "Effect": "Allow", "Action": ["iam:*User*", "iam:*Role*"], "Resource": "*",
                "Condition": { "StringEquals": { "iam:ResourceTag/team": "red" } },
            },
            { "Effect": "Deny", "Action": ["iam:TagUser", "iam:UntagUser"], "Resource": "*" },
        ])),
    );
    let red = json!([{ "Key": "team", "Value": "red" }]);
    house.ok("CreateUser", &json!({ "UserName": "ada", "Tags": red }));
    house.ok("CreateRole", &json!({ "RoleName": "app", "AssumeRolePolicyDocument": TRUST, "Tags": red }));
    house.user("bob");
    assert!(may(&house, &owner, "GetUser", json!({ "UserName": "ada" })));
    assert!(may(&house, &owner, "GetRole", json!({ "RoleName": "app" })));
    assert!(!may(&house, &owner, "GetUser", json!({ "UserName": "bob" })));
    assert!(!may(&house, &owner, "TagUser", json!({ "UserName": "bob", "Tags": red })));
    let maker = house.person(
        "maker",
        &document(json!([
            { "Effect": "Allow", "Action": "iam:CreateUser", "Resource": "*" },
            {
                "Effect": "Allow", "Action": "iam:TagUser", "Resource": "*",
                "Condition": {
                    "StringEquals": { "aws:RequestTag/team": "blue" },
                    "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] },
                },
            },
        ])),
    );
    let with = |name: &str, tags: Value| json!({ "UserName": name, "Tags": tags });
    assert!(may(&house, &maker, "CreateUser", json!({ "UserName": "plain" })));
    assert!(!may(&house, &maker, "CreateUser", with("red", red)));
    let two = json!([{ "Key": "team", "Value": "blue" }, { "Key": "admin", "Value": "yes" }]);
    assert!(!may(&house, &maker, "CreateUser", with("two", two)));
    assert!(may(&house, &maker, "CreateUser", with("blue", json!([{ "Key": "team", "Value": "blue" }]))));
}

#[test]
fn a_change_of_policies_counts_from_the_next_call_on() {
    let house = house();
    house.user("ada");
    let (id, secret) = house.access_key("ada");
    let ada = Person { id, secret, token: None };
    let reads = || may(&house, &ada, "GetUser", json!({ "UserName": "ada" }));
    let allow = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}]}"#;
    assert!(!reads());
    house.ok("PutUserPolicy", &json!({ "UserName": "ada", "PolicyName": "own", "PolicyDocument": allow }));
    assert!(reads());
    house.ok("DeleteUserPolicy", &json!({ "UserName": "ada", "PolicyName": "own" }));
    assert!(!reads());
    house.ok("CreatePolicy", &json!({ "PolicyName": "shared", "PolicyDocument": allow }));
    let shared = policy("shared");
    house.ok("AttachUserPolicy", &json!({ "UserName": "ada", "PolicyArn": shared }));
    assert!(reads());
    house.ok("CreatePolicyVersion", &json!({ "PolicyArn": shared, "PolicyDocument": ALLOW, "SetAsDefault": true }));
    assert!(!reads(), "another version is in force");
    house.ok("SetDefaultPolicyVersion", &json!({ "PolicyArn": shared, "VersionId": "v1" }));
    assert!(reads());
    house.ok("DetachUserPolicy", &json!({ "UserName": "ada", "PolicyArn": shared }));
    assert!(!reads());
    house.group("crew");
    house.ok("AttachGroupPolicy", &json!({ "GroupName": "crew", "PolicyArn": shared }));
    house.ok("AddUserToGroup", &json!({ "GroupName": "crew", "UserName": "ada" }));
    assert!(reads());
    house.ok("PutUserPermissionsBoundary", &json!({ "UserName": "ada", "PermissionsBoundary": house.policy("none") }));
    assert!(!reads());
    house.ok("DeleteUserPermissionsBoundary", &json!({ "UserName": "ada" }));
    assert!(reads());
    house.ok("RemoveUserFromGroup", &json!({ "GroupName": "crew", "UserName": "ada" }));
    assert!(!reads());
}

#[test]
fn a_user_made_again_under_a_name_has_none_of_the_old_ones_keys() {
    let house = house();
    house.user("ada");
    let (id, secret) = house.access_key("ada");
    house.ok("DeleteAccessKey", &json!({ "UserName": "ada", "AccessKeyId": id }));
    house.ok("DeleteUser", &json!({ "UserName": "ada" }));
    house.user("ada");
    assert_eq!(house.iam_as((&id, &secret), "GetUser", &json!({})).code(), "InvalidClientTokenId");
    assert_eq!(house.ok("ListAccessKeys", &json!({ "UserName": "ada" }))["AccessKeyMetadata"], "");
}

#[test]
fn a_session_of_a_role_has_to_say_which_user_it_means() {
    let house = house();
    let app = house.assumed_role("app", &document(json!([{ "Effect": "Allow", "Action": "iam:*", "Resource": "*" }])));
    for operation in ["GetUser", "CreateAccessKey", "ListAccessKeys"] {
        let answer = house.call_by(&app, "iam", operation, &json!({}));
        assert_eq!((answer.status, answer.code()), (400, "ValidationError".to_owned()), "{operation}");
        assert_eq!(answer.message(), "Must specify userName when calling with non-User credentials");
    }
    assert!(may(&house, &app, "GetUser", json!({ "UserName": "alice" })));
}

#[test]
fn what_is_denied_by_its_arn_is_not_reached_by_signing_for_another_partition() {
    let house = house();
    let mallory = house.person(
        "mallory",
        &document(json!([
            { "Effect": "Allow", "Action": "iam:*", "Resource": "*" },
            { "Effect": "Deny", "Action": "*", "Resource": "arn:aws:iam::111122223333:user/alice" },
        ])),
    );
    assert!(!may(&house, &mallory, "CreateAccessKey", json!({ "UserName": "alice" })));
    for region in ["cn-north-1", "us-gov-west-1"] {
        let answer = house.call_as(mallory.keys(), region, "iam", "CreateAccessKey", &json!({ "UserName": "alice" }));
        assert_eq!((answer.status, answer.code().as_str()), (403, "InvalidClientTokenId"), "{}", answer.body);
    }
}

#[test]
fn what_is_denied_by_its_arn_is_not_reached_by_writing_the_arn_of_another_partition() {
    let house = house();
    let own = house.policy("own");
    let device = crate::fixtures::Device::new(&house, "phone");
    let idp = crate::fixtures::oidc_provider(&house, "https://idp.example");
    let mallory = house.person(
        "mallory",
        &document(json!([
            { "Effect": "Allow", "Action": "iam:*", "Resource": "*" },
            { "Effect": "Deny", "Action": "*", "Resource": [device.serial, idp] },
            {
                "Effect": "Deny", "Action": "iam:AttachUserPolicy", "Resource": "*",
                "Condition": { "ArnEquals": { "iam:PolicyARN": ADMINISTRATOR } },
            },
        ])),
    );
    house.ok("AttachUserPolicy", &json!({ "UserName": "alice", "PolicyArn": own }));
    let elsewhere = |arn: &str| arn.replace("arn:aws:", "arn:aws-cn:");
    let attempts = [
        ("AttachUserPolicy", json!({ "UserName": "mallory", "PolicyArn": elsewhere(ADMINISTRATOR) })),
        ("PutUserPermissionsBoundary", json!({ "UserName": "alice", "PermissionsBoundary": elsewhere(&own) })),
        ("DeletePolicy", json!({ "PolicyArn": elsewhere(&own) })),
        ("DeleteVirtualMFADevice", json!({ "SerialNumber": elsewhere(&device.serial) })),
        ("DeleteOpenIDConnectProvider", json!({ "OpenIDConnectProviderArn": elsewhere(&idp) })),
    ];
    for (operation, input) in attempts {
        let answer = house.call_by(&mallory, "iam", operation, &input);
        assert!(matches!(answer.status, 400 | 404), "{operation}: {}", answer.body);
    }
    let left = house.ok("GetPolicy", &json!({ "PolicyArn": own }));
    assert_eq!(left["Policy"]["AttachmentCount"], "1");
    house.ok("ListMFADeviceTags", &json!({ "SerialNumber": device.serial }));
    house.ok("GetOpenIDConnectProvider", &json!({ "OpenIDConnectProviderArn": idp }));
}
