//! Two accounts: both must allow, each by its own policies.

use super::case::Case;
use super::documents::{account, allow, aws, deny, grant, policy, refuse};
use super::people::{HERE, Person, THERE, anonymous, federated_by, role_of, root, service, user_of};
use super::rules::SECRET;
use super::same_account::{Choice, OTHER, READ, choices, resource_choices};
use serde_json::json;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = stated();
    let people =
        [user_of(THERE), role_of(THERE, "/"), federated_by(&user_of(THERE)), federated_by(&root(THERE)), root(THERE)];
    for person in &people {
        cases.extend(matrix(person));
    }
    cases.extend(without_account());
    cases
}

fn matrix(person: &Person) -> Vec<Case> {
    let none = || vec![("no", None)];
    let has_identity = matches!(person.word, "user" | "role session" | "federated user");
    let has_session = matches!(person.word, "role session" | "federated user" | "federated root");
    // No denials here: that they are final, the matrix of one account shows.
    let limits = || -> Vec<Choice> { choices(READ).into_iter().filter(|(word, _)| *word != "a denying").collect() };
    let mut cases = Vec::new();
    for (identity_word, identity) in if has_identity { limits() } else { none() } {
        for (resource_word, resource) in resource_choices(person, READ) {
            for (boundary_word, boundary) in if has_identity { limits() } else { none() } {
                for (session_word, session) in if has_session { limits() } else { none() } {
                    let others = [boundary_word, session_word].iter().filter(|word| **word == "a silent").count();
                    if others == 2 || resource_word == "a denying" && identity_word != "an allowing" {
                        continue;
                    }
                    let title = format!(
                        "a {} of another account: {identity_word} identity policy, {resource_word} resource policy, \
                         {boundary_word} boundary, {session_word} session policy",
                        person.word
                    );
                    let mut case = Case::of(rule_of(person.word), title, person).asks(READ, SECRET, HERE);
                    case = identity.iter().fold(case, |case, policy| case.identity(policy.clone()));
                    case = resource.iter().fold(case, |case, policy| case.resource(policy.clone()));
                    case = boundary.iter().fold(case, |case, policy| case.boundary(policy.clone()));
                    case = session.iter().fold(case, |case, policy| case.session(policy.clone()));
                    // Both accounts allow, or it is denied.
                    let owner = !matches!(resource_word, "no" | "another action's" | "a denying");
                    let own = (identity_word == "an allowing" || !has_identity)
                        && boundary_word != "a silent"
                        && (session_word == "an allowing"
                            || session_word == "no" && !person.word.starts_with("federated"));
                    cases.push(match (resource_word, own && owner) {
                        ("a denying", _) => case.explicit("resource"),
                        (_, true) => case.allowed("resource"),
                        _ => case,
                    });
                }
            }
        }
    }
    cases
}

fn rule_of(word: &str) -> &'static str {
    if word == "root" { "cross-account-root" } else { "cross-account" }
}

fn stated() -> Vec<Case> {
    let (user, role) = (user_of(THERE), role_of(THERE, "/"));
    let ask = |title: &str, person: &Person| Case::of("cross-account", title, person).asks(READ, SECRET, HERE);
    let bucket = "arn:aws:s3:::amzn-s3-demo-bucket-production";
    let object = format!("{bucket}/a");
    let carlos = policy(json!([
        {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*Object*", "Resource": format!("{bucket}/*")},
        {"Effect": "Deny", "Action": "s3:*", "Resource": ["arn:aws:s3:::*log*", "arn:aws:s3:::*log*/*"]}
    ]));
    let production = policy(json!({
        "Effect": "Allow",
        "Action": ["s3:GetObject*", "s3:PutObject*", "s3:ReplicateObject", "s3:RestoreObject"],
        "Principal": aws(role.entity()),
        "Resource": format!("{bucket}/*")
    }));
    let example = |title: &str, action: &str, arn: &str| {
        Case::of("cross-account", title, &role).asks(action, arn, HERE).identity(carlos.clone())
    };
    vec![
        ask("no policies", &user).implicit("resource"),
        ask("identity policy alone", &user).identity(allow("*")).implicit("resource"),
        ask("resource policy alone", &user).resource(grant(aws(user.entity()), READ)).implicit("identity"),
        ask("resource policy for everyone alone", &user).resource(grant(json!("*"), READ)).implicit("identity"),
        ask("both", &user).identity(allow(READ)).resource(grant(aws(user.entity()), READ)).allowed("resource"),
        ask("both, the resource policy for the account", &user)
            .identity(allow(READ))
            .resource(grant(account(THERE), READ))
            .allowed("resource"),
        ask("the resource policy for the resource's own account", &user)
            .identity(allow(READ))
            .resource(grant(account(HERE), READ))
            .implicit("resource"),
        ask("both, the resource policy for the session; boundary silent", &role)
            .identity(allow(READ))
            .boundary(allow(OTHER))
            .resource(grant(aws(role.session()), READ))
            .implicit("boundary"),
        ask("both, the resource policy for the session; session policy silent", &role)
            .identity(allow(READ))
            .session(allow(OTHER))
            .resource(grant(aws(role.session()), READ))
            .implicit("session"),
        ask("the resource policy for the session alone", &role)
            .resource(grant(aws(role.session()), READ))
            .implicit("identity"),
        ask("identity policy denies", &user)
            .identity(deny(READ))
            .resource(grant(aws(user.entity()), READ))
            .explicit("identity"),
        ask("resource policy denies", &user)
            .identity(allow("*"))
            .resource(refuse(account(THERE), READ))
            .explicit("resource"),
        ask("an action without a resource is asked of the caller's account", &user)
            .asks_for("secretsmanager:ListSecrets")
            .identity(allow("secretsmanager:ListSecrets"))
            .allowed("identity"),
        example(
            "AWS's example: a bucket of logs",
            "s3:PutObject",
            "arn:aws:s3:::amzn-s3-demo-bucket-production-logs/a",
        )
        .explicit("identity"),
        example("AWS's example: the bucket", "s3:PutObject", &object).resource(production.clone()).allowed("resource"),
        example("AWS's example: deleting from the bucket", "s3:DeleteObject", &object)
            .resource(production.clone())
            .implicit("resource"),
        example("AWS's example: the bucket itself", "s3:DeleteBucket", bucket)
            .resource(production)
            .implicit("resource"),
        Case::of("cross-account-root", "the account named", &root(THERE))
            .asks(READ, SECRET, HERE)
            .resource(grant(account(THERE), READ))
            .allowed("resource"),
        Case::of("cross-account-root", "nobody named", &root(THERE)).asks(READ, SECRET, HERE).implicit("resource"),
    ]
}

/// Services and anonymous callers belong to no account: the resource's policy decides alone.
fn without_account() -> Vec<Case> {
    let mut cases = Vec::new();
    for (person, rule, named) in [
        (service("events.amazonaws.com"), "service-callers", json!({"Service": "events.amazonaws.com"})),
        (anonymous(), "anonymous-callers", json!("*")),
    ] {
        let ask = |title: &str| {
            Case::of(rule, title, &person).asks("sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:q", HERE)
        };
        let rule_arn = "arn:aws:events:us-east-1:111122223333:rule/r";
        let conditioned = policy(json!({
            "Effect": "Allow", "Principal": named, "Action": "sqs:SendMessage", "Resource": "*",
            "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}}
        }));
        cases.extend([
            ask("no policy").implicit("resource"),
            ask("named").resource(grant(named.clone(), "sqs:SendMessage")).allowed("resource"),
            ask("named for another action").resource(grant(named.clone(), "sqs:ReceiveMessage")).implicit("resource"),
            ask("the account named").resource(grant(account(HERE), "sqs:SendMessage")).implicit("resource"),
            ask("denied").resource(refuse(json!("*"), "sqs:*")).explicit("resource"),
            ask("the source's ARN as wanted")
                .key("aws:SourceArn", rule_arn)
                .resource(conditioned.clone())
                .allowed("resource"),
            ask("another source's ARN")
                .key("aws:SourceArn", "arn:aws:events:us-east-1:444455556666:rule/r")
                .resource(conditioned.clone())
                .implicit("resource"),
            ask("no source's ARN").resource(conditioned).implicit("resource"),
        ]);
    }
    cases
}
