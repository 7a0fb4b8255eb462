//! Documents that chance makes, of every kind.

use super::requests::{KEYS, PROVIDER, TARGETS, Target, VALUES};
use crate::conformance::people::{HERE, THERE, federated, role, role_of, user, user_of, worker};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// What a document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Identity,
    Session,
    Resource,
    Trust,
    ServiceControl,
    ResourceControl,
    Endpoint,
}

/// Lets everything pass.
pub(super) fn passing() -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
}

/// The same of the kind that names principals.
pub(super) fn passing_resources() -> Value {
    let mut passing = passing();
    passing["Statement"]["Principal"] = json!("*");
    passing
}

/// A document of one to three statements.
pub(super) fn document(shape: Shape, target: Target) -> impl Strategy<Value = Value> {
    let version = match shape {
        Shape::ServiceControl | Shape::ResourceControl => Just(Some("2012-10-17")).boxed(),
        _ => {
            select(&[Some("2012-10-17"), Some("2012-10-17"), Some("2012-10-17"), Some("2008-10-17"), None][..]).boxed()
        }
    };
    (version, vec(statement(shape, target), 1..4)).prop_map(|(version, statements)| {
        let mut document = json!({"Statement": statements});
        if let Some(version) = version {
            document["Version"] = version.into();
        }
        document
    })
}

fn statement(shape: Shape, target: Target) -> impl Strategy<Value = Value> {
    let effect = match shape {
        Shape::ResourceControl => Just("Deny").boxed(),
        _ => prop_oneof![4 => Just("Allow"), 1 => Just("Deny")].boxed(),
    };
    let not_actions = !matches!(shape, Shape::Trust | Shape::ResourceControl);
    let not_resources = shape != Shape::Trust;
    (
        effect,
        (vec(action(shape, target), 1..3), prop::bool::weighted(if not_actions { 0.1 } else { 0.0 })),
        (vec(resource(shape, target), 1..3), prop::bool::weighted(if not_resources { 0.1 } else { 0.0 })),
        (principals(shape), prop::bool::weighted(0.3)),
        option::weighted(0.4, vec(condition(), 1..3)),
    )
        .prop_map(
            move |(
                effect,
                (actions, not_action),
                (resources, not_resource),
                (principals, not_principal),
                conditions,
            )| {
                let mut statement = json!({"Effect": effect});
                statement[if not_action { "NotAction" } else { "Action" }] = one_or_many(actions);
                if shape != Shape::Trust {
                    statement[if not_resource { "NotResource" } else { "Resource" }] = one_or_many(resources);
                }
                if let Some(principals) = principals {
                    let may_except = effect == "Deny" && matches!(shape, Shape::Resource | Shape::Endpoint);
                    let is_listed = principals != "*";
                    statement[if may_except && not_principal && is_listed { "NotPrincipal" } else { "Principal" }] =
                        principals;
                }
                for (operator, key, values) in conditions.into_iter().flatten() {
                    statement["Condition"][operator][key] = values;
                }
                statement
            },
        )
}

fn one_or_many(mut values: Vec<String>) -> Value {
    if values.len() == 1 { values.remove(0).into() } else { json!(values) }
}

/// The action asked for, or another one, perhaps with wildcards and in another case.
fn action(shape: Shape, target: Target) -> BoxedStrategy<String> {
    let of = |actions: Vec<&'static str>| {
        let name = (select(actions), any::<prop::sample::Index>(), 0..6_u8).prop_map(|(action, at, how)| {
            let (service, name) = action.split_once(':').unwrap();
            let at = at.index(name.len());
            match how {
                0 => format!("{service}:{}*", &name[..at]),
                1 => format!("{service}:*{}", &name[at..]),
                2 => format!("{service}:{}?{}", &name[..at], &name[at + 1..]),
                3 => action.to_uppercase(),
                _ => action.to_owned(),
            }
        });
        name.boxed()
    };
    match shape {
        Shape::Trust => of(vec!["sts:AssumeRole", "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:TagSession"]),
        Shape::ResourceControl => of(vec![target.action, "s3:PutObject", "kms:Decrypt"]),
        _ => prop_oneof![
            2 => Just("*".to_owned()),
            4 => of(vec![target.action]),
            2 => of(TARGETS.iter().map(|target| target.action).collect()),
        ]
        .boxed(),
    }
}

/// The resource asked for, or another one, perhaps with wildcards or a variable.
fn resource(shape: Shape, target: Target) -> BoxedStrategy<String> {
    let arns: Vec<&'static str> = TARGETS.iter().filter_map(|target| target.arn).collect();
    let some = (
        prop_oneof![3 => Just(target.arn.unwrap_or(arns[0])), 1 => select(arns)],
        any::<prop::sample::Index>(),
        0..8_u8,
    )
        .prop_map(move |(arn, at, how)| {
            // Wildcards stand behind the service.
            let from = arn.match_indices(':').nth(2).unwrap().0 + 1;
            let at = from + at.index(arn.len() - from);
            let is_last_part = arn[..at].matches(':').count() >= 5;
            match how {
                0 => format!("{}*", &arn[..at]),
                1 => format!("{}*{}", &arn[..at], &arn[at..]),
                2 => format!("{}*", &arn[..=arn.rfind(['/', ':']).unwrap()]),
                3 => format!("{}?{}", &arn[..at], &arn[at + 1..]),
                4 => arn.replace("alice", "${aws:username}"),
                5 if is_last_part => format!("{}${{aws:PrincipalTag/team, 'alice'}}{}", &arn[..at], &arn[at..]),
                _ => arn.to_owned(),
            }
        });
    // Only these kinds have incomplete ARNs completed.
    let may_lack = matches!(shape, Shape::Identity | Shape::ServiceControl);
    let complete = some.prop_map(move |arn| match arn.matches(':').count() {
        0..5 if !may_lack => format!("{arn}:*"),
        _ => arn,
    });
    prop_oneof![2 => Just("*".to_owned()), 3 => complete].boxed()
}

/// Principals, for the kinds that name them.
fn principals(shape: Shape) -> BoxedStrategy<Option<Value>> {
    match shape {
        Shape::Identity | Shape::Session | Shape::ServiceControl => Just(None).boxed(),
        Shape::ResourceControl => Just(Some(json!("*"))).boxed(),
        _ => {
            let root = format!("arn:aws:iam::{HERE}:root");
            let mut names = vec![
                user().entity(),
                user().id().to_owned(),
                role().entity(),
                role().session(),
                role().id().to_owned(),
                worker().entity(),
                federated().session(),
                user_of(THERE).entity(),
                role_of(THERE, "/").session(),
                "AIDAGONEGONEGEXAMPLE".to_owned(),
                "*".to_owned(),
            ];
            // What an account means to an endpoint, AWS's pages do not say for all of them.
            if shape != Shape::Endpoint {
                names.extend([root.clone(), root, HERE.to_owned(), THERE.to_owned()]);
            }
            let lists = vec(select(names), 1..4).prop_map(|names| json!({"AWS": names}));
            let services =
                select(&["events.amazonaws.com", "sns.amazonaws.com"][..]).prop_map(|name| json!({"Service": name}));
            let providers = Just(json!({"Federated": PROVIDER}));
            prop_oneof![2 => Just(json!("*")), 6 => lists, 1 => services, 1 => providers].prop_map(Some).boxed()
        }
    }
}

const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnNotEquals",
    "ArnLike",
    "ArnNotLike",
];

/// Values that suit an operator, and are as often right as wrong.
fn values(operator: &str) -> BoxedStrategy<Vec<Value>> {
    let of = |values: &'static [&'static str]| select(values).prop_map(Value::from).boxed();
    let one = match operator.trim_start_matches("Not") {
        name if name.starts_with("Numeric") => of(&["10", "9.5", "9", "11", "-1"]),
        name if name.starts_with("Date") => {
            of(&["2026-02-03T04:05:06Z", "2026-02-03T05:05:06+01:00", "1770091506", "2026-02-03", "2030-01-01T00:00Z"])
        }
        "Bool" => of(&["true", "false"]),
        "BinaryEquals" => of(&["AAEC", "AAED"]),
        "IpAddress" => of(&["203.0.113.0/24", "203.0.113.7", "198.51.100.0/24", "2001:db8::/32", "::/0"]),
        name if name.starts_with("Arn") => of(&[
            "arn:aws:sns:us-east-1:111122223333:topic", "arn:aws:sns:*:*:t*", "arn:aws:iam::*:user/*", "arn:*:*:*:*:*",
            "arn:aws:iam::${aws:PrincipalAccount}:user/division/${aws:username}", "arn:aws:sns:us-east-?:444455556666:*",
        ]),
        name if name.ends_with("Like") => prop_oneof![
            1 => of(VALUES),
            2 => of(&["*", "re*", "?ed", "*e*", "${aws:username}", "${aws:PrincipalTag/team}*", "re${*}", "${aws:TagKeys}"]),
        ]
        .boxed(),
        _ => prop_oneof![
            2 => of(VALUES),
            1 => of(&["${aws:username}", "${aws:PrincipalTag/Team}", "${aws:PrincipalTag/team, 'red'}", "re${*}"]),
        ]
        .boxed(),
    };
    vec(one, 1..3).boxed()
}

/// An operator, a key, and values.
fn condition() -> impl Strategy<Value = (String, &'static str, Value)> {
    let keys: Vec<&'static str> = KEYS
        .iter()
        .copied()
        .chain(["aws:username", "aws:PrincipalTag/team", "aws:PrincipalArn", "AWS:requesttag/TEAM"])
        .collect();
    let null = (select(&["true", "false"][..])).prop_map(|value| ("Null".to_owned(), vec![Value::from(value)]));
    let others =
        (select(OPERATORS), select(&["", "", "ForAllValues:", "ForAnyValue:"][..]), prop::bool::weighted(0.25))
            .prop_flat_map(|(operator, set, if_exists)| {
                let name = format!("{set}{operator}{}", if if_exists { "IfExists" } else { "" });
                values(operator).prop_map(move |values| (name.clone(), values))
            });
    (prop_oneof![1 => null, 9 => others], select(keys))
        .prop_map(|((operator, values), key)| (operator, key, json!(values)))
}
