//! Service and resource control policies: limits on accounts, at every level of the organization.

use super::case::Case;
use super::documents::{about, account, allow, deny, grant, policy, refuse};
use super::people::{
    HERE, Person, THERE, anonymous, federated, role, role_of, root, service, service_linked, user, user_of,
};
use super::rules::{MANAGEMENT, SECRET};
use super::same_account::{OTHER, READ};
use serde_json::{Value, json};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = scp_levels();
    cases.extend(scp_people());
    cases.extend(scp_language());
    cases.extend(rcp_levels());
    cases.extend(rcp_reach());
    cases.extend(both());
    cases
}

/// The policy that every level has at first.
fn full() -> Value {
    allow("*")
}

/// The resource control policy that every level has.
fn passes() -> Value {
    grant(json!("*"), "*")
}

/// The policy that a level carries beside or instead of the full one.
fn level(word: &str) -> Vec<Value> {
    match word {
        "full" => vec![full()],
        "the service" => vec![allow("secretsmanager:*")],
        "another service" => vec![allow("s3:*")],
        "two services in two policies" => vec![allow("s3:*"), allow("secretsmanager:*")],
        "full and a Deny" => vec![full(), deny("secretsmanager:*")],
        "full and another Deny" => vec![full(), deny("s3:*")],
        "nothing" => Vec::new(),
        other => panic!("{other}"),
    }
}

fn with_scps(case: Case, levels: &[&str]) -> Case {
    let levels: Vec<Vec<Value>> = levels.iter().map(|word| level(word)).collect();
    let levels: Vec<&[Value]> = levels.iter().map(Vec::as_slice).collect();
    case.scp(&levels)
}

/// Three levels, each with one of the above.
fn scp_levels() -> Vec<Case> {
    let mut cases = Vec::new();
    let words = [
        "full",
        "the service",
        "another service",
        "two services in two policies",
        "full and a Deny",
        "full and another Deny",
        "nothing",
    ];
    for top in words {
        for middle in words {
            for bottom in ["full", "the service", "another service", "full and a Deny", "nothing"] {
                let levels = [top, middle, bottom];
                let unusual = levels.iter().filter(|word| !matches!(**word, "full" | "full and another Deny")).count();
                if unusual > 2 {
                    continue;
                }
                let title = format!("root: {top}; unit: {middle}; account: {bottom}");
                let case = with_scps(
                    Case::of("scp-levels", title, &user()).asks(READ, SECRET, HERE).identity(allow("*")),
                    &levels,
                );
                let denies = levels.contains(&"full and a Deny");
                let lacks = levels.iter().any(|word| matches!(*word, "another service" | "nothing"));
                cases.push(match (denies, lacks) {
                    (true, _) => case.explicit("scp"),
                    (_, true) => case.implicit("scp"),
                    _ => case.allowed("identity"),
                });
            }
        }
    }
    for (title, levels, allowed) in [
        ("one level", vec!["full"], true),
        ("one level that denies", vec!["full and a Deny"], false),
        ("five levels", vec!["full", "the service", "full", "two services in two policies", "the service"], true),
        (
            "five levels, the fourth without",
            vec!["full", "the service", "full", "another service", "the service"],
            false,
        ),
    ] {
        let case =
            with_scps(Case::of("scp-levels", title, &user()).asks(READ, SECRET, HERE).identity(allow("*")), &levels);
        cases.push(if allowed { case.allowed("identity") } else { case });
    }
    cases
}

/// Whom service control policies bind, and that they grant nothing.
fn scp_people() -> Vec<Case> {
    let mut cases = Vec::new();
    for person in [root(HERE), user(), role(), federated(), service_linked()] {
        for (word, levels) in [
            ("silent", vec!["full", "another service"]),
            ("denying", vec!["full and a Deny", "full"]),
            ("allowing", vec!["full", "full"]),
        ] {
            let rule = if person.word.contains("service-linked") { "scp-service-linked" } else { "scp-people" };
            let case = Case::of(rule, format!("{word} policies, asked by a {}", person.word), &person)
                .asks(READ, SECRET, HERE);
            let case = if person.word == "root" { case } else { case.identity(allow("*")) };
            let case = if person.word == "federated user" { case.session(allow("*")) } else { case };
            let case = with_scps(case, &levels);
            let by = if person.word == "root" { "root" } else { "identity" };
            cases.push(match (word, rule) {
                ("allowing", _) | (_, "scp-service-linked") => case.allowed(by),
                ("silent", _) => case.implicit("scp"),
                _ => case.explicit("scp"),
            });
        }
    }
    let management = [root(MANAGEMENT), user_of(MANAGEMENT), role_of(MANAGEMENT, "/")];
    for person in &management {
        let case = Case::of(
            "scp-management",
            format!("denying policies, asked by a {} of the management account", person.word),
            person,
        )
        .asks(READ, &SECRET.replace(HERE, MANAGEMENT), MANAGEMENT);
        let case = if person.word == "root" { case } else { case.identity(allow("*")) };
        let by = if person.word == "root" { "root" } else { "identity" };
        cases.push(with_scps(case, &["full and a Deny", "nothing"]).allowed(by));
    }
    let ask = |title: &str, person: &Person| Case::of("scp-people", title, person).asks(READ, SECRET, HERE);
    cases.extend([
        with_scps(ask("they grant nothing", &user()), &["full", "full"]).implicit("identity"),
        with_scps(
            ask("they limit what a resource policy grants", &user()).resource(grant(json!("*"), READ)),
            &["full", "another service"],
        )
        .implicit("scp"),
        with_scps(
            ask("they do not bind a service", &service("events.amazonaws.com"))
                .resource(grant(json!({"Service": "events.amazonaws.com"}), READ)),
            &["full and a Deny"],
        )
        .allowed("resource"),
        with_scps(
            ask("they do not bind an anonymous caller", &anonymous()).resource(grant(json!("*"), READ)),
            &["full and a Deny"],
        )
        .allowed("resource"),
        with_scps(
            ask("boundary, identity policy and they allow", &user()).identity(allow("*")).boundary(allow(READ)),
            &["full", "the service"],
        )
        .allowed("identity"),
        with_scps(
            ask("boundary silent", &user()).identity(allow("*")).boundary(allow(OTHER)),
            &["full", "the service"],
        )
        .implicit("boundary"),
    ]);
    cases
}

/// Conditions, exceptions and resources in service control policies.
fn scp_language() -> Vec<Case> {
    let regions = policy(json!({
        "Effect": "Deny", "NotAction": ["cloudfront:*", "iam:*", "route53:*", "support:*"], "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}
    }));
    let instances = policy(json!({
        "Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "arn:aws:ec2:*:*:instance/*",
        "Condition": {"StringNotEquals": {"ec2:InstanceType": "t2.micro"}}
    }));
    let admin = policy(json!({
        "Effect": "Deny", "Action": ["iam:AttachRolePolicy", "iam:DeleteRole"], "Resource": "arn:aws:iam::*:role/admin"
    }));
    let roles = policy(json!({
        "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}}
    }));
    let ask = |title: &str, person: &Person, action: &str, arn: &str, scp: &Value| {
        Case::of("scp-language", title, person)
            .asks(action, arn, HERE)
            .identity(allow("*"))
            .scp(&[&[full()], &[full(), scp.clone()]])
    };
    let instance = "arn:aws:ec2:us-east-1:111122223333:instance/*";
    let image = "arn:aws:ec2:us-east-1::image/ami-1";
    let (one, admins) = ("arn:aws:iam::111122223333:role/one", "arn:aws:iam::111122223333:role/admin");
    vec![
        ask("a Region that is allowed", &user(), READ, SECRET, &regions)
            .key("aws:RequestedRegion", "eu-west-1")
            .allowed("identity"),
        ask("a Region that is not", &user(), READ, SECRET, &regions)
            .key("aws:RequestedRegion", "us-east-1")
            .explicit("scp"),
        ask("a Region that is not, for a service that is excepted", &user(), "iam:GetRole", one, &regions)
            .key("aws:RequestedRegion", "us-east-1")
            .allowed("identity"),
        ask("no Region", &user(), READ, SECRET, &regions).explicit("scp"),
        ask("an instance of the type", &user(), "ec2:RunInstances", instance, &instances)
            .key("ec2:InstanceType", "t2.micro")
            .allowed("identity"),
        ask("an instance of another type", &user(), "ec2:RunInstances", instance, &instances)
            .key("ec2:InstanceType", "m5.large")
            .explicit("scp"),
        ask("another resource of the same call", &user(), "ec2:RunInstances", image, &instances).allowed("identity"),
        ask("the role that is protected", &user(), "iam:DeleteRole", admins, &admin).explicit("scp"),
        ask("another role", &user(), "iam:DeleteRole", one, &admin).allowed("identity"),
        ask("another action on the role", &user(), "iam:GetRole", admins, &admin).allowed("identity"),
        ask("a principal that is excepted", &role(), READ, SECRET, &roles).allowed("identity"),
        ask("a principal that is not", &user(), READ, SECRET, &roles).explicit("scp"),
        ask(
            "the root, by its ARN",
            &root(HERE),
            READ,
            SECRET,
            &policy(json!({
                "Effect": "Deny", "Action": "*", "Resource": "*",
                "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}
            })),
        )
        .explicit("scp"),
    ]
}

/// A Deny at any level; the policy that passes everything is always there.
fn rcp_levels() -> Vec<Case> {
    let mut cases = Vec::new();
    let words: [(&str, Option<Value>); 3] = [
        ("passing", None),
        ("denying", Some(refuse(json!("*"), "secretsmanager:*"))),
        ("denying another service", Some(refuse(json!("*"), "s3:*"))),
    ];
    for (top_word, top) in &words {
        for (middle_word, middle) in &words {
            for (bottom_word, bottom) in &words {
                let levels: Vec<Vec<Value>> = [top, middle, bottom]
                    .iter()
                    .map(|extra| [passes()].into_iter().chain((*extra).clone()).collect())
                    .collect();
                let levels: Vec<&[Value]> = levels.iter().map(Vec::as_slice).collect();
                let title = format!("root: {top_word}; unit: {middle_word}; account: {bottom_word}");
                let case =
                    Case::of("rcp-levels", title, &user()).asks(READ, SECRET, HERE).identity(allow("*")).rcp(&levels);
                let denied = [top_word, middle_word, bottom_word].contains(&&"denying");
                cases.push(if denied { case.explicit("rcp") } else { case.allowed("identity") });
            }
        }
    }
    cases
}

/// Whom, what and which services resource control policies reach.
fn rcp_reach() -> Vec<Case> {
    let denying = |action: &str| refuse(json!("*"), action);
    let mut cases = Vec::new();
    let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    for person in [
        root(HERE),
        user(),
        role(),
        federated(),
        user_of(THERE),
        root(THERE),
        role_of(THERE, "/"),
        service("events.amazonaws.com"),
        anonymous(),
        service_linked(),
    ] {
        for (word, action) in [("denying", "secretsmanager:*"), ("silent", "s3:*")] {
            let is_linked = person.word.contains("service-linked");
            let rule = if is_linked { "rcp-service-linked" } else { "rcp-people" };
            let whose = if person.account() == THERE { " of another account" } else { "" };
            let case = Case::of(rule, format!("a {word} policy, asked by a {}{whose}", person.word), &person)
                .asks(READ, SECRET, HERE);
            let case = if matches!(person.word, "root" | "service" | "anonymous caller") {
                case
            } else {
                case.identity(allow("*"))
            };
            let case = if person.word == "federated user" { case.session(allow("*")) } else { case };
            let everyone = policy(json!([
                {"Effect": "Allow", "Principal": "*", "Action": READ, "Resource": "*"},
                {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": READ, "Resource": "*"}
            ]));
            let case = case.resource(everyone).rcp(&[&[passes(), denying(action)]]);
            cases.push(if word == "denying" && !is_linked { case.explicit("rcp") } else { case.allowed("resource") });
        }
    }
    let passing = |case: Case, action: &str| case.rcp(&[&[passes(), denying(action)]]);
    let ask = |title: &str, person: &Person, action: &str, arn: &str, owner: &str| {
        Case::of("rcp-reach", title, person).asks(action, arn, owner).identity(allow("*"))
    };
    let delegating = policy(about("Allow", account(HERE), "kms:*"));
    cases.extend([
        passing(
            ask(
                "a resource of the management account",
                &user_of(MANAGEMENT),
                READ,
                &SECRET.replace(HERE, MANAGEMENT),
                MANAGEMENT,
            ),
            "secretsmanager:*",
        )
        .allowed("identity"),
        passing(
            ask("a service that they do not cover", &user(), "iam:GetUser", "arn:aws:iam::111122223333:user/bob", HERE),
            "iam:*",
        )
        .allowed("identity"),
        passing(ask("a KMS key", &user(), "kms:Decrypt", key, HERE).resource(delegating.clone()), "kms:*")
            .explicit("rcp"),
        passing(
            ask("a KMS key that AWS manages", &user(), "kms:Decrypt", key, HERE)
                .resource_is("awsManagedKey")
                .resource(delegating.clone()),
            "kms:*",
        )
        .allowed("identity"),
        passing(
            ask("kms:RetireGrant", &user(), "kms:RetireGrant", key, HERE).resource(delegating).grant(
                &user().entity(),
                &["RetireGrant"],
                Value::Null,
            ),
            "kms:*",
        )
        .allowed("grant"),
        passing(
            Case::of("rcp-reach", "an action without a resource", &user())
                .asks_for("secretsmanager:ListSecrets")
                .identity(allow("*")),
            "secretsmanager:*",
        )
        .allowed("identity"),
        passing(ask("they grant nothing", &user_of(THERE), READ, SECRET, HERE), "s3:*").implicit("resource"),
        Case::of("rcp-reach", "a principal of the organization, as a condition", &user_of(THERE))
            .asks(READ, SECRET, HERE)
            .identity(allow("*"))
            .resource(grant(json!("*"), READ))
            .key("aws:PrincipalOrgID", "o-exampleorgid")
            .rcp(&[&[passes(), outsiders()]])
            .allowed("resource"),
        Case::of("rcp-reach", "a principal of another organization, as a condition", &user_of(THERE))
            .asks(READ, SECRET, HERE)
            .identity(allow("*"))
            .resource(grant(json!("*"), READ))
            .key("aws:PrincipalOrgID", "o-otherorgid0")
            .rcp(&[&[passes(), outsiders()]])
            .explicit("rcp"),
        Case::of("rcp-reach", "a principal of no organization, as a condition", &user_of(THERE))
            .asks(READ, SECRET, HERE)
            .identity(allow("*"))
            .resource(grant(json!("*"), READ))
            .rcp(&[&[passes(), outsiders()]])
            .explicit("rcp"),
        Case::of("rcp-reach", "a service, as a condition", &service("events.amazonaws.com"))
            .asks(READ, SECRET, HERE)
            .resource(grant(json!({"Service": "events.amazonaws.com"}), READ))
            .rcp(&[&[passes(), outsiders()]])
            .allowed("resource"),
    ]);
    cases
}

/// Denies whoever is neither of the organization nor a service.
fn outsiders() -> Value {
    policy(json!({
        "Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*",
        "Condition": {
            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}
        }
    }))
}

/// Both kinds at once.
fn both() -> Vec<Case> {
    let mut cases = Vec::new();
    for (scp_word, scps) in
        [("full", vec!["full"]), ("silent", vec!["another service"]), ("denying", vec!["full and a Deny"])]
    {
        for rcp_denies in [false, true] {
            for identity in ["allowing", "silent", "denying"] {
                let title = format!(
                    "{scp_word} service control policy, {} resource control policy, {identity} identity policy",
                    if rcp_denies { "denying" } else { "passing" }
                );
                let case = Case::of("scp-and-rcp", title, &user()).asks(READ, SECRET, HERE).identity(match identity {
                    "allowing" => allow("*"),
                    "silent" => allow(OTHER),
                    _ => deny("*"),
                });
                let mut level = vec![passes()];
                if rcp_denies {
                    level.push(refuse(json!("*"), "secretsmanager:*"));
                }
                let case = with_scps(case, &scps).rcp(&[&level]);
                cases.push(match (rcp_denies, scp_word, identity) {
                    (true, ..) => case.explicit("rcp"),
                    (_, "denying", _) => case.explicit("scp"),
                    (.., "denying") => case.explicit("identity"),
                    (_, "silent", _) => case.implicit("scp"),
                    (.., "silent") => case.implicit("identity"),
                    _ => case.allowed("identity"),
                });
            }
        }
    }
    cases
}
