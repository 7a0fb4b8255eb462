//! Requests that chance makes: who asks, for what, with which condition keys and under which policies.

use super::statements::{self, Shape};
use crate::conformance::people::{
    HERE, Person, THERE, anonymous, federated, federated_by, role, role_of, root, service, user, user_of, web_identity,
    worker,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Something to ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) action: &'static str,
    pub(super) arn: Option<&'static str>,
}

/// What is asked for.
pub(super) const TARGETS: &[Target] = &[
    Target {
        action: "secretsmanager:GetSecretValue",
        arn: Some("arn:aws:secretsmanager:us-east-1:111122223333:secret:app-AbCdEf"),
    },
    Target { action: "s3:GetObject", arn: Some("arn:aws:s3:::bucket/home/alice/a:b.txt") },
    Target {
        action: "logs:GetLogEvents",
        arn: Some("arn:aws:logs:us-east-1:111122223333:log-group:app:log-stream:s1"),
    },
    Target { action: "kms:Decrypt", arn: Some("arn:aws:kms:us-east-1:111122223333:key/1234abcd") },
    Target { action: "kms:RetireGrant", arn: Some("arn:aws:kms:us-east-1:111122223333:key/1234abcd") },
    Target { action: "sts:AssumeRole", arn: Some("arn:aws:iam::111122223333:role/target") },
    Target { action: "sts:AssumeRoleWithWebIdentity", arn: Some("arn:aws:iam::111122223333:role/target") },
    Target { action: "secretsmanager:ListSecrets", arn: None },
];

/// The provider who sends people.
pub(super) const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/token.example.com";

fn people() -> Vec<Person> {
    vec![
        root(HERE),
        user(),
        user().tagged("team", "red"),
        user().tagged("team", "re*"),
        role(),
        role().tagged("Team", "blue"),
        worker(),
        federated(),
        federated_by(&root(HERE)),
        root(THERE),
        user_of(THERE),
        role_of(THERE, "/"),
        service("events.amazonaws.com"),
        anonymous(),
        web_identity(PROVIDER),
    ]
}

/// Values that keys may have, for operators of every family.
pub(super) const VALUES: &[&str] = &[
    "red",
    "Red",
    "blue",
    "re*",
    "alice",
    "",
    "10",
    "9.5",
    "10.0",
    "true",
    "false",
    "2026-02-03T04:05:06Z",
    "1770091506",
    "2026-02-03T05:05:06+01:00",
    "203.0.113.7",
    "2001:db8::7",
    "AAEC",
    "arn:aws:sns:us-east-1:111122223333:topic",
    "arn:aws:iam::111122223333:user/division/alice",
    "o-exampleorgid",
];

/// Keys that the request brings.
pub(super) const KEYS: &[&str] =
    &["aws:RequestTag/team", "aws:TagKeys", "s3:max-keys", "kms:ValidTo", "aws:SourceArn", "aws:PrincipalOrgID"];

fn keys() -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![
        3 => select(VALUES).prop_map(Value::from),
        2 => vec(select(VALUES), 0..4).prop_map(|values| json!(values)),
    ];
    vec(option::weighted(0.6, value), KEYS.len()).prop_map(|values| {
        let pairs = KEYS.iter().zip(values);
        pairs.filter_map(|(key, value)| Some(((*key).to_owned(), value?))).collect()
    })
}

/// A case, as the published ones are.
pub(super) fn case() -> impl Strategy<Value = Value> {
    let who = select(people());
    let what = (select(TARGETS), select(&[HERE, HERE, HERE, THERE][..]));
    // What has no resource is of the caller's account, so there must be one; who has no account yet wants a role.
    let keys = (keys(), select(CONTEXTS)).prop_map(|(mut keys, encrypted)| {
        for (key, value) in encrypted {
            keys.insert(format!("kms:EncryptionContext:{key}"), Value::from(*value));
        }
        let names: Vec<&str> = encrypted.iter().map(|(key, _)| *key).collect();
        if !names.is_empty() {
            keys.insert("kms:EncryptionContextKeys".to_owned(), json!(names));
        }
        keys
    });
    let request = (who, what, keys).prop_map(|(person, (target, owner), keys)| {
        let target = match person.word {
            "web identity" => TARGETS[6],
            "service" | "anonymous caller" if target.arn.is_none() => TARGETS[0],
            _ => target,
        };
        (person, (target, owner), keys)
    });
    request.prop_flat_map(|(person, (target, owner), keys)| {
        policies(target).prop_map(move |policies| assemble(&person, target, owner, &keys, policies))
    })
}

fn assemble(person: &Person, target: Target, owner: &str, keys: &Map<String, Value>, policies: Value) -> Value {
    let mut context = person.keys();
    context.extend(keys.clone());
    let is_root = person.word == "root";
    let belongs = !matches!(person.word, "service" | "anonymous caller" | "web identity");
    let mut policies = policies;
    // Who cannot have them has none.
    for (kind, can) in [
        ("identity", belongs && person.word != "root" && person.word != "federated root"),
        ("boundary", belongs && person.word != "root" && person.word != "federated root"),
        ("session", belongs && !is_root && person.word != "user"),
        ("resource", target.arn.is_some()),
    ] {
        if !can {
            policies.as_object_mut().unwrap().remove(kind);
        }
    }
    let exists: Map<String, Value> = people().iter().flat_map(Person::entities).collect();
    json!({
        "principal": person.value(),
        "action": target.action,
        "resource": target.arn.map(|arn| json!({"arn": arn, "owner": owner})),
        "context": context,
        "policies": policies,
        "organization": {"management": "777788889999"},
        "exists": exists,
    })
}

/// Encryption contexts that a request may have.
const CONTEXTS: &[&[(&str, &str)]] =
    &[&[], &[("team", "red")], &[("Team", "red")], &[("team", "blue")], &[("team", "red"), ("site", "north")]];

/// Operations that a grant may have.
const OPERATIONS: &[&[&str]] =
    &[&["Decrypt"], &["Encrypt"], &["RetireGrant"], &["Encrypt", "Decrypt"], &["Decrypt", "RetireGrant"]];

/// A grant for somebody, of some operations, perhaps under a constraint.
fn grant() -> impl Strategy<Value = Value> {
    let mut grantees: Vec<Value> = vec![json!({"granteeServicePrincipal": "events.amazonaws.com"})];
    for person in people().iter().filter(|person| !person.entities().is_empty() || person.word == "root") {
        let account = format!("arn:aws:iam::{}:root", person.account());
        let names = match person.word {
            "root" => vec![account],
            "role session" | "federated user" => vec![person.entity(), person.session(), account],
            "user" => vec![person.entity(), account],
            _ => Vec::new(),
        };
        grantees.extend(names.into_iter().map(|name| json!({"granteePrincipal": name})));
    }
    let operations = select(OPERATIONS);
    let constraints = prop_oneof![
        3 => Just(Value::Null),
        1 => Just(json!({"EncryptionContextEquals": {"team": "red"}})),
        1 => Just(json!({"EncryptionContextSubset": {"team": "red"}})),
        1 => Just(json!({"SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"})),
    ];
    (select(grantees), operations, constraints).prop_map(|(mut grant, operations, constraints)| {
        grant["id"] = "0".repeat(64).into();
        grant["operations"] = json!(operations);
        if !constraints.is_null() {
            grant["constraints"] = constraints;
        }
        grant
    })
}

fn policies(target: Target) -> impl Strategy<Value = Value> {
    // Roles and keys always have a policy.
    let (shape, must) = match target.action.split_once(':').unwrap().0 {
        "sts" => (Shape::Trust, true),
        service => (Shape::Resource, service == "kms"),
    };
    let resource = statements::document(shape, target).prop_map(|document| Some(json!({"document": document})));
    let resource = (resource, prop::bool::weighted(0.7)).prop_map(move |(policy, is)| policy.filter(|_| must || is));
    let attached = |shape: Shape| {
        statements::document(shape, target)
            .prop_map(|document| json!({"arn": "arn:aws:iam::111122223333:policy/p", "document": document}))
    };
    let levels = |shape: Shape| {
        let passing = match shape {
            Shape::ResourceControl => json!({"document": statements::passing_resources()}),
            _ => json!({"document": statements::passing()}),
        };
        // Most levels let everything pass.
        let level = (prop::bool::weighted(0.8), vec(attached(shape), 0..2)).prop_map(move |(passes, more)| {
            let first = (passes || shape == Shape::ResourceControl).then(|| passing.clone());
            Value::from(first.into_iter().chain(more).collect::<Vec<_>>())
        });
        option::weighted(0.3, vec(level, 1..3))
    };
    (
        option::weighted(0.8, vec(attached(Shape::Identity), 1..3)),
        option::weighted(0.3, attached(Shape::Identity)),
        option::weighted(0.5, vec(attached(Shape::Session), 1..3)),
        resource,
        levels(Shape::ServiceControl),
        levels(Shape::ResourceControl),
        option::weighted(0.15, attached(Shape::Endpoint)),
        option::weighted(0.7, vec(grant(), 1..4))
            .prop_map(move |grants| grants.filter(|_| target.action.starts_with("kms:"))),
    )
        .prop_map(|(identity, boundary, session, resource, scp, rcp, endpoint, grants)| {
            let mut all = json!({
                "identity": identity, "boundary": boundary, "session": session, "resource": resource,
                "scp": scp, "rcp": rcp, "endpoint": endpoint, "grants": grants
            });
            all.as_object_mut().unwrap().retain(|_, policies| !policies.is_null());
            all
        })
}
