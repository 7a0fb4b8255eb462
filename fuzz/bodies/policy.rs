//! Any bytes as a policy document: never a panic, never slow, and one answer however it is asked for.

use base::{AccountId, Partition, Timestamp};
use policy::{
    Attached, Context, Document, Entity, Identity, Kind, Origin, Policies, Policy, Principal, Question, Resource,
    decide, explain, lint,
};
use std::convert::Infallible;
use std::sync::Arc;

const KINDS: [Kind; 9] = [
    Kind::Identity,
    Kind::Managed,
    Kind::Session,
    Kind::Resource,
    Kind::Key,
    Kind::Trust,
    Kind::ServiceControl,
    Kind::ResourceControl,
    Kind::Endpoint,
];

/// The kind by its first byte, then the document.
pub(crate) fn run(data: &[u8]) {
    let Some((first, text)) = data.split_first() else { return };
    let Some(kind) = KINDS.get(usize::from(*first) % KINDS.len()) else { return };
    let Ok(document) = Document::parse(*kind, text) else { return };
    assert!(document.size() <= document.text().len(), "counts what is not there");
    let _ = lint(&document, None);
    let _ = document.context_keys();
    let id = |arn: &str| match arn {
        arn if arn.contains(":assumed-role/") => Some("AROAEXAMPLE:s1".to_owned()),
        arn if arn.contains(":role/") => Some("AROAEXAMPLE".to_owned()),
        arn if arn.contains(":user/") => Some("AIDAEXAMPLE".to_owned()),
        _ => None,
    };
    let Ok(bound) = document.rename_principals(|arn| Ok::<_, Infallible>(id(arn)));
    let bound = Document::parse(*kind, &bound).unwrap_or_else(|error| panic!("what is kept is not read: {error}"));
    let Ok(same) = bound.rename_principals(|_| Ok::<_, Infallible>(None));
    assert_eq!(same, bound.text(), "what has no other name stays");
    for document in [&document, &bound] {
        answer(*kind, &Attached::new("fuzzed", Origin::Given, Arc::new(Policy::compile(document))));
    }
}

/// Asks with the policy in the place that its kind has.
fn answer(kind: Kind, fuzzed: &Attached) {
    let Ok(account) = "111122223333".parse::<AccountId>() else { return };
    let role = Entity { path: "/team/".into(), name: "app".into(), id: "AROAEXAMPLE".into() };
    let session = Principal::new(account, Identity::Role { role, session_name: "s1".into() });
    let user = Principal::user(account, "/", "alice", "AIDAEXAMPLE");
    let service = Principal::service(account, "events.amazonaws.com");
    let mut context = Context::new(Timestamp::from_millis(1_790_000_000_000));
    context.set("aws:SecureTransport", true);
    context.set("aws:SourceIp", std::net::IpAddr::from([203, 0, 113, 9]));
    context.set_with("aws:RequestTag/", "team", "red");
    context.set_with("aws:RequestTag/", "Team", "blue");
    context.set_many("aws:TagKeys", vec!["team".to_owned(), "Team".to_owned()]);
    let list = std::slice::from_ref(fuzzed);
    let levels = [list.to_vec()];
    let policies = match kind {
        Kind::Identity | Kind::Managed => Policies { identity: list, boundary: Some(fuzzed), ..Policies::default() },
        Kind::Session => Policies { identity: list, session: Some(list), ..Policies::default() },
        Kind::Resource | Kind::Key | Kind::Trust => Policies { resource: Some(fuzzed), ..Policies::default() },
        Kind::ServiceControl => Policies { identity: list, scp: &levels, ..Policies::default() },
        Kind::ResourceControl => Policies { rcp: &levels, ..Policies::default() },
        Kind::Endpoint => Policies { endpoint: Some(fuzzed), ..Policies::default() },
    };
    let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd";
    for principal in [&session, &user, &service] {
        for (action, resource) in [
            ("kms:Encrypt", Resource::Owned { arn: key, owner: account }),
            ("s3:GetObject", Resource::Owned { arn: "arn:aws:s3:::bucket/key", owner: account }),
            ("sts:AssumeRole", Resource::Owned { arn: "arn:aws:iam::111122223333:role/app", owner: account }),
            ("kms:ListKeys", Resource::Any),
        ] {
            let question =
                Question { principal, action, resource, context: &context, policies, partition: Partition::Aws };
            let decision = decide(&question);
            let explained = explain(&question);
            assert_eq!(decision.is_allowed(), explained.decision.is_allowed(), "two answers");
            assert_eq!(decision.is_allowed(), explained.missing.is_empty(), "a denial that nothing would lift");
            assert_eq!(decision.is_allowed(), decision.message(&question).is_none(), "a denial without words");
            let _ = explained.to_json();
        }
    }
}
