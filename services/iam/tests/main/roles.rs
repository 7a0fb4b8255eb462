//! Roles.

use crate::{ALLOW, Iam, TRUST, error, house, text};
use base::AccountId;
use directory::records::{self, Moment, Role};
use kernel::testing::ACCOUNT;
use serde_json::{Value, json};

fn named(name: &str) -> Value {
    json!({ "RoleName": name })
}

/// What `%…` stands for.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_role_has_its_trust_policy_and_an_hour_unless_it_says_otherwise() {
    let house = house();
    let made = house.ok("CreateRole", &json!({ "RoleName": "app", "AssumeRolePolicyDocument": TRUST, "Path": "/a/" }));
    assert_eq!(made["Role"]["Arn"], "arn:aws:iam::111122223333:role/a/app");
    assert!(text(&made["Role"]["RoleId"]).starts_with("AROA"));
    let trust: Value = serde_json::from_str(TRUST).unwrap();
    let got = house.ok("GetRole", &named("app"))["Role"].clone();
    for role in [&made["Role"], &got] {
        let document = text(&role["AssumeRolePolicyDocument"]);
        assert!(document.starts_with("%7B%22"), "{document}");
        assert_eq!(serde_json::from_str::<Value>(&decoded(&document)).unwrap(), trust);
    }
    assert_eq!((&got["MaxSessionDuration"], &got["RoleLastUsed"]), (&json!("3600"), &json!("")));
    assert_eq!(got.get("Description"), None);
}

#[test]
fn description_and_session_length_change_one_without_the_other() {
    let house = house();
    house.ok(
        "CreateRole",
        &json!({
            "RoleName": "app", "AssumeRolePolicyDocument": TRUST, "Description": "old", "MaxSessionDuration": 7200,
        }),
    );
    let get = || {
        let role = house.ok("GetRole", &named("app"))["Role"].clone();
        (text(&role["Description"]), text(&role["MaxSessionDuration"]))
    };
    house.ok("UpdateRole", &json!({ "RoleName": "app", "MaxSessionDuration": 43200 }));
    assert_eq!(get(), ("old".into(), "43200".into()));
    house.ok("UpdateRole", &json!({ "RoleName": "app", "Description": "" }));
    assert_eq!(get(), (String::new(), "43200".into()));
    let answer = house.ok("UpdateRoleDescription", &json!({ "RoleName": "app", "Description": "new" }));
    assert_eq!(answer["Role"]["Description"], "new");
    for seconds in [3599, 43201] {
        let input = json!({ "RoleName": "app", "MaxSessionDuration": seconds });
        assert_eq!(house.refused("UpdateRole", &input).1, "ValidationError", "{seconds}");
    }
}

#[test]
fn what_is_no_trust_policy_makes_no_role_and_changes_none() {
    let house = house();
    house.role("app");
    for document in ["{}", "[]", "nonsense", "{\"Version\":\"2012-10-17\",\"Version\":\"2012-10-17\"}"] {
        let create = json!({ "RoleName": "other", "AssumeRolePolicyDocument": document });
        assert_eq!(house.refused("CreateRole", &create).1, "MalformedPolicyDocument", "{document}");
        let update = json!({ "RoleName": "app", "PolicyDocument": document });
        assert_eq!(house.refused("UpdateAssumeRolePolicy", &update).1, "MalformedPolicyDocument", "{document}");
    }
    assert_eq!(house.refused("GetRole", &named("other")).0, 404);
}

#[test]
fn a_trust_policy_has_its_limit_without_white_space() {
    let house = house();
    let document = |filling: &str| {
        let statement = r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#;
        format!(r#"{{"Version":"2012-10-17","Id":"{filling}","Statement":[{statement}]}}"#)
    };
    let short = document("").len();
    let fits = document(&"x".repeat(2_048 - short)).replace(':', " : ");
    house.ok("CreateRole", &json!({ "RoleName": "fits", "AssumeRolePolicyDocument": fits.replace("sts : ", "sts:") }));
    let too_long = document(&"x".repeat(2_049 - short));
    assert_eq!(
        house.refused("CreateRole", &json!({ "RoleName": "long", "AssumeRolePolicyDocument": too_long })),
        error(409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")
    );
}

#[test]
fn a_role_goes_when_nothing_is_left_of_it() {
    let house = house();
    house.role("app");
    house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": "web" }));
    let held = json!({ "InstanceProfileName": "web", "RoleName": "app" });
    let attached = json!({ "RoleName": "app", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess" });
    house.ok("AddRoleToInstanceProfile", &held);
    house.ok("AttachRolePolicy", &attached);
    house.ok("PutRolePolicy", &json!({ "RoleName": "app", "PolicyName": "own", "PolicyDocument": ALLOW }));
    let steps = [
        ("must remove roles from instance profile first.", "RemoveRoleFromInstanceProfile", held),
        ("must detach all policies first.", "DetachRolePolicy", attached),
        ("must delete policies first.", "DeleteRolePolicy", json!({ "RoleName": "app", "PolicyName": "own" })),
    ];
    for (what, operation, input) in steps {
        let conflict = error(409, "DeleteConflict", &format!("Cannot delete entity, {what}"));
        assert_eq!(house.refused("DeleteRole", &named("app")), conflict);
        house.ok(operation, &input);
    }
    house.ok("DeleteRole", &named("app"));
    assert_eq!(
        house.refused("GetRole", &named("app")),
        error(404, "NoSuchEntity", "The role with name app cannot be found.")
    );
}

#[test]
fn only_services_make_roles_below_their_own_paths() {
    let house = house();
    for path in ["/aws-service-role/kms.amazonaws.com/", "/aws-reserved/sso/"] {
        let input = json!({ "RoleName": "app", "AssumeRolePolicyDocument": TRUST, "Path": path });
        assert_eq!(house.refused("CreateRole", &input).1, "InvalidInput", "{path}");
    }
}

#[test]
fn roles_are_listed_without_boundary_tags_and_last_use() {
    let house = house();
    let boundary = house.policy("boundary");
    house.ok(
        "CreateRole",
        &json!({
            "RoleName": "app", "AssumeRolePolicyDocument": TRUST, "PermissionsBoundary": boundary,
            "Tags": [{ "Key": "team", "Value": "blue" }],
        }),
    );
    let got = house.ok("GetRole", &named("app"))["Role"].clone();
    assert_eq!(got["PermissionsBoundary"]["PermissionsBoundaryArn"], boundary);
    assert_eq!(got["Tags"], json!([{ "Key": "team", "Value": "blue" }]));
    let listed = house.ok("ListRoles", &json!({}))["Roles"][0].clone();
    for member in ["PermissionsBoundary", "Tags", "RoleLastUsed"] {
        assert!(listed.get(member).is_none(), "{listed}");
    }
    assert_eq!(listed["MaxSessionDuration"], "3600");
}

fn trusting(principal: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"}}]}}"#
    )
}

#[test]
fn a_trust_policy_names_only_who_is_there() {
    let house = house();
    house.user("ada");
    house.role("app");
    let make = |principal: &str| {
        house.iam("CreateRole", &json!({ "RoleName": "new", "AssumeRolePolicyDocument": trusting(principal) }))
    };
    for principal in [
        "arn:aws:iam::111122223333:user/bob",
        "arn:aws:iam::111122223333:user/x/ada",
        "arn:aws:iam::111122223333:role/APP",
        "arn:aws:iam::444455556666:role/app",
        "arn:aws:sts::111122223333:assumed-role/none/session",
        "AIDAAAAAAAAAAAAAAAAAA",
    ] {
        let refused = make(principal);
        assert_eq!(refused.code(), "MalformedPolicyDocument", "{principal}");
        assert_eq!(refused.message(), format!("Invalid principal in policy: \"AWS\":\"{principal}\""));
    }
    for principal in [
        "*",
        "444455556666",
        "arn:aws:iam::444455556666:root",
        "arn:aws:iam::111122223333:user/ada",
        "arn:aws:iam::111122223333:role/app",
        "arn:aws:sts::111122223333:assumed-role/app/session",
    ] {
        let answer = make(principal);
        assert_eq!(answer.status, 200, "{principal}: {}", answer.body);
        let shown = text(&answer.json()["Role"]["AssumeRolePolicyDocument"]);
        assert_eq!(decoded(&shown), trusting(principal));
        house.ok("DeleteRole", &named("new"));
    }
}

#[test]
fn who_is_trusted_stays_trusted_under_another_name_and_nobody_inherits_the_trust() {
    let house = house();
    house.user("ada");
    let id = text(&house.ok("GetUser", &json!({ "UserName": "ada" }))["User"]["UserId"]);
    let arn = "arn:aws:iam::111122223333:user/ada";
    house.ok("CreateRole", &json!({ "RoleName": "app", "AssumeRolePolicyDocument": trusting(arn) }));
    let shown = || decoded(&text(&house.ok("GetRole", &named("app"))["Role"]["AssumeRolePolicyDocument"]));
    assert_eq!(shown(), trusting(arn));
    house.ok("UpdateUser", &json!({ "UserName": "ada", "NewUserName": "lovelace" }));
    assert_eq!(shown(), trusting("arn:aws:iam::111122223333:user/lovelace"));
    house.ok("DeleteUser", &json!({ "UserName": "lovelace" }));
    assert_eq!(shown(), trusting(&id));
    house.user("ada");
    house.user("lovelace");
    assert_eq!(shown(), trusting(&id), "the new ones are somebody else");
    let again = json!({ "RoleName": "app", "PolicyDocument": shown() });
    assert_eq!(house.refused("UpdateAssumeRolePolicy", &again).1, "MalformedPolicyDocument");
}

#[test]
fn a_role_that_belongs_to_a_service_is_changed_by_nobody_else_but_for_its_description() {
    let house = house();
    let account: AccountId = ACCOUNT.parse().unwrap();
    let path = "/aws-service-role/kms.amazonaws.com/";
    let role = Role::new("AROASERVICE".into(), path, "AWSServiceRoleForKMS", TRUST.into(), Moment(0));
    house.change(|records| records::add(records, account, &role));
    let name = "AWSServiceRoleForKMS";
    let own = house.policy("own");
    house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": "web" }));
    let refused = [
        ("DeleteRole", json!({})),
        ("UpdateAssumeRolePolicy", json!({ "PolicyDocument": TRUST })),
        ("UpdateRole", json!({ "MaxSessionDuration": 7200 })),
        ("PutRolePolicy", json!({ "PolicyName": "own", "PolicyDocument": ALLOW })),
        ("DeleteRolePolicy", json!({ "PolicyName": "own" })),
        ("AttachRolePolicy", json!({ "PolicyArn": own })),
        ("DetachRolePolicy", json!({ "PolicyArn": own })),
        ("PutRolePermissionsBoundary", json!({ "PermissionsBoundary": own })),
        ("DeleteRolePermissionsBoundary", json!({})),
        ("AddRoleToInstanceProfile", json!({ "InstanceProfileName": "web" })),
        ("RemoveRoleFromInstanceProfile", json!({ "InstanceProfileName": "web" })),
    ];
    let text =
        format!("Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS");
    for (operation, mut input) in refused {
        input["RoleName"] = json!(name);
        assert_eq!(house.refused(operation, &input), error(400, "UnmodifiableEntity", &text), "{operation}");
    }
    house.ok("UpdateRoleDescription", &json!({ "RoleName": name, "Description": "ours" }));
    house.ok("UpdateRole", &json!({ "RoleName": name, "Description": "still ours" }));
    house.ok("TagRole", &json!({ "RoleName": name, "Tags": [{ "Key": "team", "Value": "red" }] }));
    let role = house.ok("GetRole", &named(name))["Role"].clone();
    assert_eq!((&role["Description"], &role["Path"]), (&json!("still ours"), &json!(path)));
}
