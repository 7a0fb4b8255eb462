//! The policy simulator.

use crate::{Iam, house, text};
use base::AccountId;
use directory::records::{Account, ControlKind, ControlPolicy, Controls, EnabledControls, Membership};
use kernel::testing::{ACCOUNT, House};
use serde_json::{Value, json};

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

fn statements(statements: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn allow(action: &str, resource: &str) -> String {
    statements(&json!([{ "Effect": "Allow", "Action": action, "Resource": resource }]))
}

fn deny(action: &str) -> String {
    statements(&json!([{ "Effect": "Deny", "Action": action, "Resource": "*" }]))
}

/// The answers of a simulation of given policies.
fn custom(house: &House, policies: &[&str], rest: &Value) -> Vec<Value> {
    let mut input = rest.clone();
    input["PolicyInputList"] = json!(policies);
    results(&house.ok("SimulateCustomPolicy", &input))
}

/// The answers of a simulation of a user's.
fn of_bob(house: &House, rest: &Value) -> Vec<Value> {
    let mut input = rest.clone();
    input["PolicySourceArn"] = json!("arn:aws:iam::111122223333:user/bob");
    results(&house.ok("SimulatePrincipalPolicy", &input))
}

fn results(answer: &Value) -> Vec<Value> {
    answer["EvaluationResults"].as_array().unwrap().clone()
}

/// A list; an empty one has no members by which XML would tell it from a text.
fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list.clone(),
        empty => {
            assert_eq!(empty, "");
            Vec::new()
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    list(value).iter().map(text).collect()
}

fn sources(result: &Value) -> Vec<String> {
    list(&result["MatchedStatements"]).iter().map(|statement| text(&statement["SourcePolicyId"])).collect()
}

#[test]
fn the_example_of_the_command_line_reference_comes_out_as_it_stands_there() {
    let house = house();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#;
    let at = |time: &str| {
        let entry =
            json!({ "ContextKeyName": "aws:CurrentTime", "ContextKeyValues": [time], "ContextKeyType": "date" });
        custom(&house, &[policy], &json!({ "ActionNames": ["dynamodb:CreateBackup"], "ContextEntries": [entry] }))
    };
    assert_eq!(
        at("2019-04-25T11:00:00Z"),
        [json!({
            "EvalActionName": "dynamodb:CreateBackup",
            "EvalResourceName": "*",
            "EvalDecision": "allowed",
            "MatchedStatements": [{
                "SourcePolicyId": "PolicyInputList.1",
                "SourcePolicyType": "IAM Policy",
                "StartPosition": { "Line": "1", "Column": "38" },
                "EndPosition": { "Line": "1", "Column": "167" },
            }],
            "MissingContextValues": "",
        })]
    );
    let [early] = at("2014-04-25T11:00:00Z").try_into().unwrap();
    assert_eq!(early["EvalDecision"], "implicitDeny");
    assert_eq!(sources(&early).len(), 0);
    // There is no time but a given one.
    let [timeless] =
        custom(&house, &[policy], &json!({ "ActionNames": ["dynamodb:CreateBackup"] })).try_into().unwrap();
    assert_eq!(timeless["EvalDecision"], "implicitDeny");
    assert_eq!(timeless["MissingContextValues"], json!(["aws:CurrentTime"]));
}

#[test]
fn one_result_for_each_action_tells_of_every_resource() {
    let house = house();
    let policies = [allow("s3:*", "arn:aws:s3:::open/*"), deny("s3:DeleteObject")];
    let input = json!({
        "ActionNames": ["s3:GetObject", "s3:DeleteObject"],
        "ResourceArns": ["arn:aws:s3:::open/a", "arn:aws:s3:::shut/b"],
    });
    let [get, delete] = custom(&house, &[&policies[0], &policies[1]], &input).try_into().unwrap();
    assert_eq!(
        (&get["EvalDecision"], &get["EvalResourceName"]),
        (&json!("implicitDeny"), &json!("arn:${Partition}:s3:::${BucketName}/${ObjectName}"))
    );
    // No statement is the reason for an implicit deny.
    assert_eq!(sources(&get), Vec::<String>::new());
    let each = get["ResourceSpecificResults"].as_array().unwrap();
    let decisions: Vec<_> = each.iter().map(|one| (&one["EvalResourceName"], &one["EvalResourceDecision"])).collect();
    assert_eq!(
        decisions,
        [(&json!("arn:aws:s3:::open/a"), &json!("allowed")), (&json!("arn:aws:s3:::shut/b"), &json!("implicitDeny"))]
    );
    assert_eq!(sources(&each[0]), ["PolicyInputList.1"]);
    // Within one account there is nothing to say of each type of policy.
    assert_eq!(get["EvalDecisionDetails"], "");
    assert_eq!(delete["EvalDecision"], "explicitDeny");
    assert_eq!(sources(&delete), ["PolicyInputList.2"]);
}

#[test]
fn a_users_policies_are_those_of_its_groups_too_and_go_by_their_names() {
    let house = house();
    house.user("bob");
    house.group("crew");
    house.ok("AddUserToGroup", &json!({ "UserName": "bob", "GroupName": "crew" }));
    let shared = house.policy("shared");
    house.ok("AttachUserPolicy", &json!({ "UserName": "bob", "PolicyArn": shared }));
    house.ok("AttachGroupPolicy", &json!({ "GroupName": "crew", "PolicyArn": shared }));
    let aws = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    house.ok("AttachGroupPolicy", &json!({ "GroupName": "crew", "PolicyArn": aws }));
    let own = json!({ "UserName": "bob", "PolicyName": "own", "PolicyDocument": allow("s3:*", "*") });
    house.ok("PutUserPolicy", &own);
    let of_group = json!({ "GroupName": "crew", "PolicyName": "common", "PolicyDocument": allow("s3:Get*", "*") });
    house.ok("PutGroupPolicy", &of_group);
    let input = json!({ "ActionNames": ["s3:GetObject"], "PolicyInputList": [allow("*", "*")] });
    let all = ["user_bob_own", "shared", "group_crew_common", "AmazonS3ReadOnlyAccess", "PolicyInputList.1"];
    assert_eq!(sources(&of_bob(&house, &input)[0]), all);
    let without = |exclusions: Value| {
        let mut input = input.clone();
        input["PolicyExclusionList"] = exclusions;
        sources(&of_bob(&house, &input)[0])
    };
    let inline = |name: &str, kind: &str, holder: &str| json!([{ "InlinePolicyIdentifier": { "PolicyName": name, "AttachmentType": kind, "AttachmentName": holder } }]);
    assert_eq!(without(json!([{ "PolicyType": "inline" }])), [all[1], all[3], all[4]]);
    assert_eq!(without(json!([{ "PolicyType": "aws-managed" }, { "PolicyType": "user-managed" }])).len(), 3);
    assert_eq!(without(json!([{ "PolicyArn": "arn:aws:iam::aws:policy/AmazonS3*" }])).len(), 4);
    assert_eq!(without(inline("common", "group", "c?ew")).len(), 4);
    assert_eq!(without(inline("common", "user", "crew")).len(), 5);
    let refused = |exclusions: Value| {
        let input = json!({ "PolicySourceArn": "arn:aws:iam::111122223333:user/bob", "ActionNames": ["s3:GetObject"],
            "PolicyExclusionList": exclusions });
        house.refused("SimulatePrincipalPolicy", &input).1
    };
    assert_eq!(refused(json!([{ "PolicyArn": "arn:aws:iam::*:policy/shared" }])), "InvalidInput");
    assert_eq!(refused(json!([{ "PolicyArn": "arn:aws:iam::aws:policy/*/*" }])), "InvalidInput");
    assert_eq!(refused(inline("common", "group", "**")), "InvalidInput");
    house.role("app");
    let input = json!({ "PolicySourceArn": "arn:aws:iam::111122223333:role/app", "ActionNames": ["s3:GetObject"] });
    house.ok("PutRolePolicy", &json!({ "RoleName": "app", "PolicyName": "p", "PolicyDocument": allow("s3:*", "*") }));
    assert_eq!(sources(&results(&house.ok("SimulatePrincipalPolicy", &input))[0]), ["role_app_p"]);
}

#[test]
fn what_follows_from_the_user_is_known_unless_something_else_is_given() {
    let house = house();
    house.ok("CreateUser", &json!({ "UserName": "bob", "Tags": [{ "Key": "team", "Value": "red" }] }));
    let condition = json!([{ "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::homes/${aws:username}/*",
        "Condition": { "StringEquals": { "aws:PrincipalTag/team": "red", "aws:RequestedRegion": "eu-west-1" } } }]);
    house.ok(
        "PutUserPolicy",
        &json!({ "UserName": "bob", "PolicyName": "home", "PolicyDocument": statements(&condition) }),
    );
    let string = |name: &str, value: &str| json!({ "ContextKeyName": name, "ContextKeyValues": [value], "ContextKeyType": "string" });
    let ask = |entries: &[Value]| {
        let input = json!({ "ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::homes/bob/a"],
            "ContextEntries": entries });
        let [result] = of_bob(&house, &input).try_into().unwrap();
        (text(&result["EvalDecision"]), texts(&result["MissingContextValues"]).join(" "))
    };
    let region = string("aws:requestedregion", "eu-west-1");
    assert_eq!(ask(&[]), ("implicitDeny".into(), "aws:RequestedRegion".into()));
    assert_eq!(ask(std::slice::from_ref(&region)), ("allowed".into(), String::new()));
    assert_eq!(ask(&[region.clone(), string("aws:UserName", "carol")]).0, "implicitDeny");
    assert_eq!(ask(&[region, string("aws:PrincipalTag/Team", "blue")]).0, "implicitDeny");
    // Of a caller whose policies are given, only the ARN is known.
    let policy = statements(&condition);
    let mut input = json!({ "ActionNames": ["s3:GetObject"], "CallerArn": "arn:aws:iam::111122223333:user/bob" });
    let [named] = custom(&house, &[&policy], &input).try_into().unwrap();
    assert_eq!(named["MissingContextValues"], json!(["aws:PrincipalTag/team", "aws:RequestedRegion"]));
    input.as_object_mut().unwrap().remove("CallerArn");
    let [nameless] = custom(&house, &[&policy], &input).try_into().unwrap();
    assert_eq!(
        nameless["MissingContextValues"],
        json!(["aws:username", "aws:PrincipalTag/team", "aws:RequestedRegion"])
    );
}

#[test]
fn a_boundary_limits_and_says_so() {
    let house = house();
    house.user("bob");
    house.ok("PutUserPolicy", &json!({ "UserName": "bob", "PolicyName": "all", "PolicyDocument": allow("*", "*") }));
    house.ok("PutUserPermissionsBoundary", &json!({ "UserName": "bob", "PermissionsBoundary": house.policy("limit") }));
    let ask = |action: &str, rest: Value| {
        let mut input = rest;
        input["ActionNames"] = json!([action]);
        let [result] = of_bob(&house, &input).try_into().unwrap();
        let allowed = result["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"].clone();
        (text(&result["EvalDecision"]), allowed, sources(&result))
    };
    let own = || vec!["user_bob_all".to_owned()];
    assert_eq!(ask("s3:GetObject", json!({})), ("allowed".into(), json!("true"), own()));
    assert_eq!(ask("sqs:SendMessage", json!({})), ("implicitDeny".into(), json!("false"), vec![]));
    let other = json!({ "PermissionsBoundaryPolicyInputList": [deny("sqs:*")] });
    let denied = vec!["PermissionsBoundaryPolicyInputList.1".to_owned()];
    assert_eq!(ask("sqs:SendMessage", other), ("explicitDeny".into(), json!("false"), denied));
    let without = json!({ "PolicyExclusionList": [{ "PolicyType": "permission-boundary" }] });
    assert_eq!(ask("sqs:SendMessage", without), ("allowed".into(), Value::Null, own()));
    let two = json!({ "PolicySourceArn": ALICE, "ActionNames": ["s3:GetObject"],
        "PermissionsBoundaryPolicyInputList": [deny("*"), deny("*")] });
    assert_eq!(house.refused("SimulatePrincipalPolicy", &two).1, "InvalidInput");
}

#[test]
fn where_accounts_meet_both_have_to_allow() {
    let house = house();
    let resource =
        statements(&json!([{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:user/x/bob" },
        "Action": "s3:*", "Resource": "*" }]));
    let ask = |policy: &str, owner: &str| {
        let input = json!({ "ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::shared/a"],
            "PolicyInputList": [policy], "ResourcePolicy": resource, "ResourceOwner": owner,
            "CallerArn": "arn:aws:iam::111122223333:user/x/bob" });
        let answer = house.iam("SimulateCustomPolicy", &input);
        let entries = answer.body.split("<EvalDecisionDetails>").nth(1).unwrap();
        let entries = entries.split("</EvalDecisionDetails>").next().unwrap().to_owned();
        let [result] = results(&answer.json()).try_into().unwrap();
        (text(&result["EvalDecision"]), entries, sources(&result))
    };
    let (mine, theirs) = ("111122223333", "arn:aws:iam::444455556666:root");
    let nothing = allow("sqs:*", "*");
    assert_eq!(ask(&nothing, mine), ("allowed".into(), String::new(), vec!["ResourcePolicy".to_owned()]));
    let entry = |key: &str, value: &str| format!("<entry><key>{key}</key><value>{value}</value></entry>");
    let details = |own: &str| entry("IAM Policy", own) + &entry("Resource Policy", "allowed");
    assert_eq!(ask(&nothing, theirs), ("implicitDeny".into(), details("implicitDeny"), vec![]));
    let both = vec!["PolicyInputList.1".to_owned(), "ResourcePolicy".to_owned()];
    assert_eq!(ask(&allow("s3:*", "*"), theirs), ("allowed".into(), details("allowed"), both));
    let denied = vec!["PolicyInputList.1".to_owned()];
    assert_eq!(ask(&deny("s3:*"), theirs), ("explicitDeny".into(), details("explicitDeny"), denied));
}

#[test]
fn an_organization_ends_the_simulation_where_it_does_not_allow() {
    let house = house();
    let levels = |account: &str| {
        json!([
            { "ServiceControlPolicyInputList": [allow("*", "*")] },
            { "ServiceControlPolicyInputList": [account, allow("*", "*")] },
        ])
    };
    let ask = |levels: Value| {
        let input = json!({ "ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::b/a"],
            "OrderedOrganizationPolicyInputList": levels });
        let [result] = custom(&house, &[&allow("s3:*", "*")], &input).try_into().unwrap();
        result
    };
    let allowed = ask(levels(&allow("sqs:*", "*")));
    assert_eq!(allowed["EvalDecision"], "allowed");
    assert_eq!(allowed["OrganizationsDecisionDetail"], json!({ "AllowedByOrganizations": "true" }));
    for shut in [levels(&deny("s3:*")), json!([{ "ServiceControlPolicyInputList": [] }])] {
        let denied = ask(shut);
        assert_eq!(denied["EvalDecision"], "implicitDeny");
        assert_eq!(denied["OrganizationsDecisionDetail"], json!({ "AllowedByOrganizations": "false" }));
        assert_eq!((sources(&denied).len(), &denied["EvalDecisionDetails"]), (0, &Value::Null));
    }
}

/// Puts the account into an organization whose root has this policy.
fn join(house: &House, policy: &str) {
    let (account, management): (AccountId, AccountId) = (ACCOUNT.parse().unwrap(), "444455556666".parse().unwrap());
    house.change(|records| {
        let mut member: Account = records.get(&Account::key(account))?.unwrap();
        let path = vec!["r-1".to_owned()];
        member.membership = Some(Membership { organization: "o-1".into(), management: management.to_string(), path });
        records.put(&Account::key(account), &member)?;
        let control = ControlPolicy { kind: ControlKind::Service, arn: "arn:p-1".into(), document: policy.to_owned() };
        records.put(&ControlPolicy::key(management, "p-1"), &control)?;
        let attached = Controls { service: ["p-1".to_owned()].into(), resource: [].into() };
        records.put(&Controls::key(management, "r-1"), &attached)?;
        let own = Controls { service: ["p-FullAWSAccess".to_owned()].into(), resource: [].into() };
        records.put(&Controls::key(management, ACCOUNT), &own)?;
        records.put(&EnabledControls::key(management, "r-1"), &EnabledControls { service: true, resource: false })
    });
}

#[test]
fn the_accounts_own_organization_counts_unless_it_is_left_out() {
    let house = house();
    house.user("bob");
    house.ok("PutUserPolicy", &json!({ "UserName": "bob", "PolicyName": "all", "PolicyDocument": allow("*", "*") }));
    let ask = |rest: Value| {
        let mut input = rest;
        input["ActionNames"] = json!(["s3:GetObject"]);
        let [result] = of_bob(&house, &input).try_into().unwrap();
        (text(&result["EvalDecision"]), result["OrganizationsDecisionDetail"]["AllowedByOrganizations"].clone())
    };
    assert_eq!(ask(json!({})), ("allowed".into(), Value::Null));
    join(&house, &allow("iam:*", "*"));
    assert_eq!(ask(json!({})), ("implicitDeny".into(), json!("false")));
    let without = json!({ "PolicyExclusionList": [{ "PolicyType": "scp" }] });
    assert_eq!(ask(without), ("allowed".into(), Value::Null));
}

#[test]
fn a_keys_policy_and_a_trust_policy_are_judged_as_what_they_are() {
    let house = house();
    let ask = |action: &str, resource: &str, policy: &Value| {
        let input = json!({ "ActionNames": [action], "ResourceArns": [resource], "ResourcePolicy": statements(policy),
            "CallerArn": ALICE });
        text(&custom(&house, &[&allow("*", "*")], &input)[0]["EvalDecision"])
    };
    let key = "arn:aws:kms:eu-west-1:111122223333:key/0d2f3b1c-0000-4000-8000-000000000000";
    let names =
        |who: &str| json!([{ "Effect": "Allow", "Principal": { "AWS": who }, "Action": "kms:*", "Resource": "*" }]);
    // A key trusts nobody whom its policy does not name, not even its account.
    assert_eq!(ask("kms:Encrypt", key, &names("arn:aws:iam::111122223333:root")), "allowed");
    assert_eq!(ask("kms:Encrypt", key, &names("444455556666")), "implicitDeny");
    let trust = |effect: &str| json!([{ "Effect": effect, "Principal": { "AWS": ALICE }, "Action": "sts:AssumeRole" }]);
    let role = "arn:aws:iam::111122223333:role/app";
    assert_eq!(ask("sts:AssumeRole", role, &trust("Allow")), "allowed");
    assert_eq!(ask("sts:AssumeRole", role, &trust("Deny")), "explicitDeny");
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    let house = house();
    let refused = |rest: Value| {
        let mut input = json!({ "PolicyInputList": [allow("*", "*")], "ActionNames": ["s3:GetObject"] });
        for (member, value) in rest.as_object().unwrap() {
            input[member] = value.clone();
        }
        let (status, code, text) = house.refused("SimulateCustomPolicy", &input);
        assert_eq!((status, code.as_str()), (400, "InvalidInput"), "{text}");
        text
    };
    assert_eq!(
        refused(json!({ "ResourceArns": ["14a050d4-021e-4efe-84bb-0871bf6d0fda"] })),
        "ResourceNames are not in a valid ARN format: 14a050d4-021e-4efe-84bb-0871bf6d0fda."
    );
    assert_eq!(refused(json!({ "ResourceOwner": "me" })), "'me' is not a valid as a Resource Owner.");
    let session = "arn:aws:sts::111122223333:assumed-role/app/s";
    assert_eq!(refused(json!({ "CallerArn": session })), format!("Invalid Entity Arn: {session}"));
    refused(json!({ "ActionNames": ["s3:*"] }));
    refused(json!({ "ActionNames": ["GetObject"] }));
    refused(json!({ "PolicyInputList": ["{}"] }));
    refused(json!({ "ResourcePolicy": "nothing", "CallerArn": ALICE }));
    refused(json!({ "ResourcePolicy": statements(&json!([])) }));
    refused(json!({ "ResourceHandlingOption": "EC2-VPC-EBS", "ResourceArns": ["arn:aws:ec2:::instance/i"] }));
    let entry = |kind: &str, value: &str| json!({ "ContextKeyName": "aws:SourceIp", "ContextKeyValues": [value], "ContextKeyType": kind });
    refused(json!({ "ContextEntries": [entry("ip", "home")] }));
    refused(json!({ "ContextEntries": [entry("ip", "192.0.2.1"), entry("string", "192.0.2.1")] }));
    let gone = json!({ "PolicySourceArn": "arn:aws:iam::111122223333:user/nobody", "ActionNames": ["s3:GetObject"] });
    assert_eq!(
        house.refused("SimulatePrincipalPolicy", &gone),
        crate::error(404, "NoSuchEntity", "The user with name nobody cannot be found.")
    );
    // An account is in one partition.
    let china =
        json!({ "PolicySourceArn": "arn:aws-cn:iam::111122223333:user/alice", "ActionNames": ["s3:GetObject"] });
    assert_eq!(house.refused("SimulatePrincipalPolicy", &china).1, "InvalidInput");
    // A path that is another's is nobody's.
    let elsewhere = json!({ "PolicySourceArn": "arn:aws:iam::111122223333:user/x/alice", "ActionNames": ["s3:Get"] });
    assert_eq!(house.refused("SimulatePrincipalPolicy", &elsewhere).0, 404);
}

#[test]
fn pages_hold_whole_actions_and_no_more_than_a_call_can_bear() {
    let house = house();
    let actions = ["s3:GetObject", "s3:PutObject", "sqs:SendMessage"];
    let mut input = json!({ "PolicyInputList": [allow("s3:*", "*")], "ActionNames": actions, "MaxItems": 2 });
    let first = house.ok("SimulateCustomPolicy", &input);
    assert_eq!((results(&first).len(), &first["IsTruncated"]), (2, &json!("true")));
    input["Marker"] = first["Marker"].clone();
    let second = house.ok("SimulateCustomPolicy", &input);
    assert_eq!(results(&second)[0]["EvalActionName"], actions[2]);
    assert_eq!((results(&second).len(), &second["IsTruncated"]), (1, &json!("false")));
    input["ActionNames"] = json!(["s3:GetObject"]);
    assert_eq!(house.refused("SimulateCustomPolicy", &input).1, "ValidationError");
    let buckets: Vec<String> = (0..1_200).map(|number| format!("arn:aws:s3:::b{number}")).collect();
    let words: Vec<String> = (0..4_000).map(|number| format!("arn:aws:s3:::word-{number}-of-many")).collect();
    let heavy = statements(&json!([{ "Effect": "Deny", "Action": "s3:GetObject", "Resource": words }]));
    let mut input = json!({ "PolicyInputList": [heavy], "ActionNames": actions, "ResourceArns": buckets });
    assert_eq!(house.refused("SimulateCustomPolicy", &input).1, "InvalidInput");
    input["ResourceArns"] = json!(buckets[..600]);
    let page = house.ok("SimulateCustomPolicy", &input);
    assert_eq!((results(&page).len(), &page["IsTruncated"]), (1, &json!("true")));
}

#[test]
fn the_keys_that_policies_ask_for_are_told() {
    let house = house();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2015-08-16T12:00:00Z"}}}}"#;
    let expected = json!({ "ContextKeyNames": ["aws:username", "aws:CurrentTime"] });
    let custom = json!({ "PolicyInputList": [policy, policy.to_uppercase().to_lowercase().replace("allow", "Allow")] });
    let refused = house.refused("GetContextKeysForCustomPolicy", &custom);
    assert_eq!(refused.1, "InvalidInput");
    assert_eq!(house.ok("GetContextKeysForCustomPolicy", &json!({ "PolicyInputList": [policy, policy] })), expected);
    house.user("bob");
    house.ok("PutUserPolicy", &json!({ "UserName": "bob", "PolicyName": "p", "PolicyDocument": policy }));
    let source = "arn:aws:iam::111122223333:user/bob";
    let keys = |more: &[&str]| {
        house.ok("GetContextKeysForPrincipalPolicy", &json!({ "PolicySourceArn": source, "PolicyInputList": more }))
    };
    assert_eq!(keys(&[]), expected);
    let more = statements(&json!([{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
        "Condition": { "Bool": { "aws:SecureTransport": "false", "AWS:USERNAME": "x" } } }]));
    assert_eq!(
        keys(&[&more]),
        json!({ "ContextKeyNames": ["aws:username", "aws:CurrentTime", "aws:SecureTransport"] })
    );
}
