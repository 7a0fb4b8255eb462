//! How conditions are joined, how their keys are named, and the examples that AWS's pages work through.

use super::case::Case;
use super::documents::{about, allow, policy, statement, with};
use super::people::{HERE, Person, role, service, user};
use super::rules::SECRET;
use serde_json::{Value, json};

const READ: &str = "secretsmanager:GetSecretValue";

fn conditioned(effect: &str, conditions: Value) -> Value {
    with(statement(effect, READ, "*"), "Condition", conditions)
}

fn ask(rule: &str, title: impl Into<String>, person: &Person, keys: &[(&str, Value)]) -> Case {
    keys.iter()
        .fold(Case::of(rule, title, person).asks(READ, SECRET, HERE), |case, (key, value)| case.key(key, value.clone()))
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = joins();
    cases.extend(names());
    cases.extend(principal_keys());
    cases.extend(examples());
    cases
}

/// AND over operators and keys, OR over values, NOR under negation.
fn joins() -> Vec<Case> {
    let both_operators = json!({
        "StringEquals": {"aws:RequestTag/team": ["red", "blue"]},
        "NumericLessThan": {"s3:max-keys": "10"}
    });
    let both_keys = json!({"StringEquals": {"aws:RequestTag/team": "red", "aws:RequestTag/site": ["north", "south"]}});
    let negated = json!({
        "StringNotEquals": {"aws:RequestTag/team": ["red", "blue"], "aws:RequestTag/site": "north"}
    });
    let mut cases = Vec::new();
    for (title, conditions, keys, holds) in [
        ("both operators hold", &both_operators, vec![("aws:RequestTag/team", "red"), ("s3:max-keys", "9")], true),
        ("the second value holds", &both_operators, vec![("aws:RequestTag/team", "blue"), ("s3:max-keys", "9")], true),
        (
            "the first operator fails",
            &both_operators,
            vec![("aws:RequestTag/team", "green"), ("s3:max-keys", "9")],
            false,
        ),
        (
            "the second operator fails",
            &both_operators,
            vec![("aws:RequestTag/team", "red"), ("s3:max-keys", "10")],
            false,
        ),
        ("the second operator's key is missing", &both_operators, vec![("aws:RequestTag/team", "red")], false),
        ("both keys hold", &both_keys, vec![("aws:RequestTag/team", "red"), ("aws:RequestTag/site", "south")], true),
        (
            "the second key fails",
            &both_keys,
            vec![("aws:RequestTag/team", "red"), ("aws:RequestTag/site", "west")],
            false,
        ),
        ("the second key is missing", &both_keys, vec![("aws:RequestTag/team", "red")], false),
        ("no value of a negated operator matches", &negated, vec![("aws:RequestTag/team", "green")], true),
        ("one value of a negated operator matches", &negated, vec![("aws:RequestTag/team", "blue")], false),
        (
            "the second key of a negated operator matches",
            &negated,
            vec![("aws:RequestTag/team", "green"), ("aws:RequestTag/site", "north")],
            false,
        ),
        ("every key of a negated operator is missing", &negated, vec![], true),
    ] {
        let keys: Vec<_> = keys.into_iter().map(|(key, value)| (key, json!(value))).collect();
        let case = ask("condition-logic", format!("{title}, in an Allow"), &user(), &keys)
            .identity(policy(conditioned("Allow", conditions.clone())));
        cases.push(if holds { case.allowed("identity") } else { case.implicit("identity") });
        let case = ask("condition-logic", format!("{title}, in a Deny"), &user(), &keys)
            .identity(allow("*"))
            .identity(policy(conditioned("Deny", conditions.clone())));
        cases.push(if holds { case.explicit("identity") } else { case.allowed("identity") });
    }
    cases
}

/// Names of keys ignore case; values do as their operator says.
fn names() -> Vec<Case> {
    let mut cases = Vec::new();
    for (key, value, holds) in [
        ("aws:RequestTag/team", "red", true),
        ("AWS:requesttag/TEAM", "red", true),
        ("aws:RequestTag/Team", "red", true),
        ("aws:RequestTag/teams", "red", false),
        ("aws:RequestTag/team", "Red", false),
        ("aws:RequestTag", "red", false),
    ] {
        let case = ask("key-names", format!("{key} = {value}"), &user(), &[("aws:RequestTag/team", json!("red"))])
            .identity(policy(conditioned("Allow", json!({"StringEquals": {key: value}}))));
        cases.push(if holds { case.allowed("identity") } else { case.implicit("identity") });
    }
    cases
}

/// The keys that follow from who asks ("Principal key values").
fn principal_keys() -> Vec<Case> {
    use super::people::{federated, root};
    let mut cases = Vec::new();
    let people = [root(HERE), user(), role(), federated(), user().tagged("Team", "red"), role().tagged("Team", "red")];
    for person in &people {
        let tag = person.value()["tags"]["Team"].as_str().map(str::to_owned);
        let arn = if person.word == "federated user" { person.session() } else { person.entity() };
        let is_session = matches!(person.word, "role session" | "federated user");
        let own: [(&str, Option<String>); 7] = [
            ("aws:PrincipalArn", Some(arn)),
            ("aws:PrincipalAccount", Some(HERE.to_owned())),
            ("aws:PrincipalType", person.keys()["aws:PrincipalType"].as_str().map(str::to_owned)),
            ("aws:userid", person.keys()["aws:userid"].as_str().map(str::to_owned)),
            ("aws:username", Some("alice".to_owned()).filter(|_| person.word == "user")),
            ("aws:TokenIssueTime", Some("2026-01-02T03:04:05Z".to_owned()).filter(|_| is_session)),
            ("aws:PrincipalTag/team", tag),
        ];
        for (key, value) in own {
            let title = format!(
                "{key} of a {}{}",
                person.word,
                if person.keys().contains_key("aws:PrincipalTag/Team") { " with a tag" } else { "" }
            );
            // A Deny tells, whoever asks: the root is allowed anyhow.
            let case = |conditions: Value| {
                let denied = with(about("Deny", json!("*"), READ), "Condition", conditions);
                let document = policy(json!([about("Allow", json!("*"), READ), denied]));
                ask("principal-keys", title.clone(), person, &[]).resource(document).explicit("resource")
            };
            match value {
                Some(value) => {
                    let operator = if key == "aws:TokenIssueTime" { "DateEquals" } else { "StringEquals" };
                    cases.push(case(json!({operator: {key: value}})));
                }
                None => cases.push(case(json!({"Null": {key: "true"}}))),
            }
        }
    }
    for (operator, key, value) in [
        ("Bool", "aws:PrincipalIsAWSService", "true"),
        ("StringEquals", "aws:PrincipalServiceName", "events.amazonaws.com"),
        ("Null", "aws:PrincipalArn", "true"),
    ] {
        let refused = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {operator: {key: value}}}
        ]});
        if key != "aws:PrincipalArn" {
            cases.push(
                ask("principal-keys", format!("{key} of a service"), &service("events.amazonaws.com"), &[])
                    .resource(refused)
                    .explicit("resource"),
            );
        }
    }
    cases
}

/// A rule, conditions, who asks, further keys of the request, and whether the conditions hold.
type Example<'a> = (&'static str, &'a Value, Person, Vec<(&'static str, Value)>, bool);

/// Conditions of AWS's pages with the requests that their tables list. One table is left out: that of
/// `ForAllValues:StringNotLike` with `aws:ResourceOrgPaths`, which says the opposite of the page's own rule.
fn examples() -> Vec<Case> {
    let department = json!({
        "StringEquals": {
            "aws:PrincipalTag/department": ["finance", "hr", "legal"], "aws:PrincipalTag/role": ["audit", "security"]
        },
        "ArnLike": {
            "aws:ResourceTag/owner-arn": ["arn:aws:iam::222222222222:user/Ana", "arn:aws:iam::222222222222:user/Mary"]
        }
    });
    let mut not_department = department.clone();
    let arns = not_department.as_object_mut().unwrap().remove("ArnLike").unwrap();
    not_department["ArnNotLike"] = arns;
    let environment = json!({
        "StringEqualsIgnoreCase": {"aws:RequestTag/environment": ["preprod", "storage"]},
        "ForAnyValue:StringEquals": {"aws:TagKeys": "environment"}
    });
    let deletable = json!({
        "ForAllValues:StringEquals": {"aws:TagKeys": ["environment", "cost-center"]}, "Null": {"aws:TagKeys": "false"}
    });
    let any_deletable = json!({"ForAnyValue:StringEquals": {"aws:TagKeys": ["environment", "cost-center"]}});
    let sources = json!({"ForAllValues:ArnLike": {"logs:LogGeneratingResourceArns": [
        "arn:aws:cloudfront::123456789012:distribution/*", "arn:aws:cloudfront::123456789012:distribution/support*"
    ]}});
    let instances = json!({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}});
    let recent = json!({"NumericLessThanEquals": {"aws:MultiFactorAuthAge": "3600"}});
    let prefixes = json!({"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}});
    let owner = "aws:ResourceTag/owner-arn";
    let (mary, nikki) = ("arn:aws:iam::222222222222:user/Mary", "arn:aws:iam::222222222222:user/Nikki");
    let distribution = |name: &str| format!("arn:aws:cloudfront::123456789012:distribution/{name}");
    let tagged = |department: &str, role: &str| {
        let person = user().tagged("department", department);
        if role.is_empty() { person } else { person.tagged("role", role) }
    };
    let rows: Vec<Example> = vec![
        ("several-conditions", &department, tagged("legal", "audit"), vec![(owner, json!(mary))], true),
        ("several-conditions", &department, tagged("hr", "audit"), vec![(owner, json!(nikki))], false),
        ("several-conditions", &department, tagged("hr", "payroll"), vec![(owner, json!(mary))], false),
        ("several-conditions", &department, tagged("hr", ""), vec![(owner, json!(mary))], false),
        ("several-conditions", &department, user(), vec![(owner, json!(mary))], false),
        ("several-conditions", &not_department, tagged("legal", "audit"), vec![(owner, json!(nikki))], true),
        ("several-conditions", &not_department, tagged("hr", "audit"), vec![(owner, json!(mary))], false),
        ("several-conditions", &not_department, tagged("hr", "payroll"), vec![(owner, json!(nikki))], false),
        ("several-conditions", &not_department, tagged("hr", ""), vec![(owner, json!(nikki))], false),
        ("several-conditions", &not_department, user(), vec![(owner, json!(nikki))], false),
        (
            "string-operators",
            &environment,
            user(),
            vec![("aws:TagKeys", json!(["environment"])), ("aws:RequestTag/environment", json!("preprod"))],
            true,
        ),
        (
            "string-operators",
            &environment,
            user(),
            vec![
                ("aws:TagKeys", json!(["environment", "costcenter"])),
                ("aws:RequestTag/environment", json!("PreProd")),
            ],
            true,
        ),
        (
            "string-operators",
            &environment,
            user(),
            vec![("aws:TagKeys", json!(["Environment"])), ("aws:RequestTag/Environment", json!("preprod"))],
            false,
        ),
        (
            "string-operators",
            &environment,
            user(),
            vec![("aws:TagKeys", json!(["costcenter"])), ("aws:RequestTag/environment", json!("preprod"))],
            false,
        ),
        ("string-operators", &environment, user(), vec![("aws:RequestTag/environment", json!("storage"))], false),
        ("string-operators", &environment, user(), vec![("aws:TagKeys", json!(["environment"]))], false),
        ("string-operators", &environment, user(), vec![], false),
        ("for-all-values", &deletable, user(), vec![("aws:TagKeys", json!(["environment"]))], true),
        ("for-all-values", &deletable, user(), vec![("aws:TagKeys", json!(["cost-center"]))], true),
        ("for-all-values", &deletable, user(), vec![("aws:TagKeys", json!(["environment", "cost-center"]))], true),
        ("for-all-values", &deletable, user(), vec![("aws:TagKeys", json!(["environment", "dept"]))], false),
        ("for-all-values", &deletable, user(), vec![], false),
        ("for-any-value", &any_deletable, user(), vec![("aws:TagKeys", json!(["environment"]))], true),
        ("for-any-value", &any_deletable, user(), vec![("aws:TagKeys", json!(["environment", "dept"]))], true),
        ("for-any-value", &any_deletable, user(), vec![("aws:TagKeys", json!(["dept"]))], false),
        ("for-any-value", &any_deletable, user(), vec![], false),
        (
            "arn-operators",
            &sources,
            user(),
            vec![("logs:LogGeneratingResourceArns", json!([distribution("costcenter")]))],
            true,
        ),
        (
            "arn-operators",
            &sources,
            user(),
            vec![("logs:LogGeneratingResourceArns", json!([distribution("costcenter"), distribution("support2025")]))],
            true,
        ),
        (
            "arn-operators",
            &sources,
            user(),
            vec![(
                "logs:LogGeneratingResourceArns",
                json!(["arn:aws:cloudfront::777788889999:distribution/costcenter"]),
            )],
            false,
        ),
        ("arn-operators", &sources, user(), vec![], true),
        ("if-exists", &instances, user(), vec![("ec2:InstanceType", json!("t1.micro"))], true),
        ("if-exists", &instances, user(), vec![("ec2:InstanceType", json!("m2.micro"))], false),
        ("if-exists", &instances, user(), vec![], true),
        ("missing-key", &recent, role(), vec![], false),
        ("variables-in-conditions", &prefixes, user(), vec![("s3:prefix", json!("home/alice/"))], true),
        ("variables-in-conditions", &prefixes, user(), vec![("s3:prefix", json!("home/bob/"))], false),
        ("variables-in-conditions", &prefixes, user(), vec![("s3:prefix", json!(""))], true),
        ("variables-in-conditions", &prefixes, role(), vec![("s3:prefix", json!("home/"))], true),
        ("variables-in-conditions", &prefixes, role(), vec![("s3:prefix", json!("home/alice/"))], false),
    ];
    rows.into_iter()
        .enumerate()
        .map(|(at, (rule, conditions, person, keys, holds))| {
            let case = ask(rule, format!("AWS's example, row {}", at + 1), &person, &keys)
                .identity(policy(conditioned("Allow", conditions.clone())));
            if holds { case.allowed("identity") } else { case.implicit("identity") }
        })
        .collect()
}
