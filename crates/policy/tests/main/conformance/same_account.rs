//! One account: what each type of policy adds, limits, or cannot limit.

use super::case::Case;
use super::documents::{account, allow, aws, deny, grant, policy, refuse};
use super::people::{HERE, Person, federated, federated_by, role, root, user};
use super::rules::SECRET;
use serde_json::{Value, json};

pub(super) const READ: &str = "secretsmanager:GetSecretValue";
/// Something that no case asks for.
pub(super) const OTHER: &str = "secretsmanager:DeleteSecret";

/// What a policy of one type says about the request.
pub(super) type Choice = (&'static str, Option<Value>);

/// Nothing, an Allow, an Allow of something else, a Deny.
pub(super) fn choices(action: &str) -> Vec<Choice> {
    vec![
        ("no", None),
        ("an allowing", Some(allow(action))),
        ("a silent", Some(allow(OTHER))),
        ("a denying", Some(refuse_but(action))),
    ]
}

/// A Deny beside an Allow of everything.
fn refuse_but(action: &str) -> Value {
    policy(json!([allow("*")["Statement"], deny(action)["Statement"]]))
}

/// The ways in which a resource's policy can speak about somebody.
pub(super) fn resource_choices(person: &Person, action: &str) -> Vec<Choice> {
    let mut choices = vec![
        ("no", None),
        ("another action's", Some(grant(json!("*"), OTHER))),
        ("the account's", Some(grant(account(person.account()), action))),
        ("everyone's", Some(grant(json!("*"), action))),
        ("a denying", Some(refuse(json!("*"), action))),
    ];
    match person.word {
        "user" => choices.push(("its own", Some(grant(aws(person.entity()), action)))),
        "role session" => {
            choices.push(("the session's", Some(grant(aws(person.session()), action))));
            choices.push(("the role's", Some(grant(aws(person.entity()), action))));
        }
        "federated user" => {
            choices.push(("the session's", Some(grant(aws(person.session()), action))));
            choices.push(("the federating user's", Some(grant(aws(person.entity()), action))));
        }
        "federated root" => choices.push(("the session's", Some(grant(aws(person.session()), action)))),
        _ => {}
    }
    choices
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = stated();
    for person in [user(), role(), federated(), federated_by(&root(HERE)), root(HERE)] {
        cases.extend(matrix(&person));
    }
    cases
}

/// Every combination of identity-based, resource-based, boundary and session policies that the person can have.
fn matrix(person: &Person) -> Vec<Case> {
    let none = || vec![("no", None)];
    let limits = || choices(READ);
    let has_identity = matches!(person.word, "user" | "role session" | "federated user");
    let has_session = matches!(person.word, "role session" | "federated user" | "federated root");
    let mut cases = Vec::new();
    for (identity_word, identity) in if has_identity { limits() } else { none() } {
        for (resource_word, resource) in resource_choices(person, READ) {
            for (boundary_word, boundary) in if has_identity { limits() } else { none() } {
                for (session_word, session) in if has_session { limits() } else { none() } {
                    let words = [identity_word, resource_word, boundary_word, session_word];
                    // A Deny is final whatever stands beside it: one at a time says enough.
                    let denials = words.iter().filter(|word| **word == "a denying").count();
                    let others = words.iter().filter(|word| matches!(**word, "no" | "an allowing")).count();
                    if denials > 1 || denials == 1 && others < 3 {
                        continue;
                    }
                    let title = format!(
                        "a {}: {identity_word} identity policy, {resource_word} resource policy, \
                         {boundary_word} boundary, {session_word} session policy",
                        person.word
                    );
                    let mut case = Case::of(rule_of(person.word), title, person).asks(READ, SECRET, HERE);
                    case = identity.iter().fold(case, |case, policy| case.identity(policy.clone()));
                    case = resource.iter().fold(case, |case, policy| case.resource(policy.clone()));
                    case = boundary.iter().fold(case, |case, policy| case.boundary(policy.clone()));
                    case = session.iter().fold(case, |case, policy| case.session(policy.clone()));
                    if denials == 1 {
                        let types = ["identity", "resource", "boundary", "session"];
                        let at = words.iter().position(|word| *word == "a denying").unwrap();
                        case = case.explicit(types[at]);
                    }
                    cases.push(case);
                }
            }
        }
    }
    cases
}

fn rule_of(word: &str) -> &'static str {
    match word {
        "user" => "same-account-user",
        "role session" => "same-account-role",
        "root" => "root-user",
        _ => "same-account-federated",
    }
}

/// The sentences of the page, one by one.
fn stated() -> Vec<Case> {
    let ask = |rule: &str, title: &str, person: &Person| Case::of(rule, title, person).asks(READ, SECRET, HERE);
    let by_condition = |arn: String| {
        policy(json!({
            "Effect": "Allow", "Principal": "*", "Action": READ, "Resource": "*",
            "Condition": {"ArnEquals": {"aws:PrincipalArn": arn}}
        }))
    };
    let (silent, read) = (|| allow(OTHER), || allow(READ));
    let own = |person: &Person| grant(aws(person.entity()), READ);
    let session = |person: &Person| grant(aws(person.session()), READ);
    let by_root = federated_by(&root(HERE));
    vec![
        ask("default-deny", "no policy at all", &user()).implicit("identity"),
        ask("default-deny", "no policy at all", &role()).implicit("identity"),
        ask("root-user", "no policy at all", &root(HERE)).allowed("root"),
        ask("root-user", "a resource policy that denies", &root(HERE))
            .resource(refuse(json!("*"), READ))
            .explicit("resource"),
        ask("union", "the identity policy alone", &user()).identity(read()).allowed("identity"),
        ask("union", "the resource policy alone", &user()).resource(own(&user())).allowed("resource"),
        ask("union", "both", &user()).identity(read()).resource(own(&user())).allowed("resource"),
        ask("union", "the identity policy alone, the resource policy silent", &user())
            .identity(read())
            .resource(grant(json!("*"), OTHER))
            .allowed("identity"),
        ask("union", "neither", &user()).identity(silent()).resource(grant(json!("*"), OTHER)).implicit("identity"),
        ask("explicit-deny", "the identity policy denies what the resource policy allows", &user())
            .identity(deny(READ))
            .resource(own(&user()))
            .explicit("identity"),
        ask("explicit-deny", "the resource policy denies what the identity policy allows", &user())
            .identity(read())
            .resource(refuse(json!("*"), READ))
            .explicit("resource"),
        ask("user-granted-directly", "boundary silent", &user())
            .boundary(silent())
            .resource(own(&user()))
            .allowed("resource"),
        ask("user-granted-directly", "boundary denies", &user())
            .boundary(deny(READ))
            .resource(own(&user()))
            .explicit("boundary"),
        ask("account-granted", "identity policy silent", &user())
            .identity(silent())
            .resource(grant(account(HERE), READ))
            .implicit("identity"),
        ask("account-granted", "identity policy allows", &user())
            .identity(read())
            .resource(grant(account(HERE), READ))
            .allowed("identity"),
        ask("account-granted", "identity policy allows, boundary silent", &user())
            .identity(read())
            .boundary(silent())
            .resource(grant(account(HERE), READ))
            .implicit("boundary"),
        ask("role-granted", "nothing else", &role()).resource(own(&role())).allowed("resource"),
        ask("role-granted", "boundary silent", &role()).boundary(silent()).resource(own(&role())).implicit("boundary"),
        ask("role-granted", "boundary allows", &role()).boundary(read()).resource(own(&role())).allowed("resource"),
        ask("role-granted", "session policy silent", &role())
            .session(silent())
            .resource(own(&role()))
            .implicit("session"),
        ask("role-granted", "session policy allows", &role())
            .session(read())
            .resource(own(&role()))
            .allowed("resource"),
        ask("role-session-granted", "boundary and session policy silent", &role())
            .boundary(silent())
            .session(silent())
            .resource(session(&role()))
            .allowed("resource"),
        ask("role-session-granted", "session policy denies", &role())
            .session(deny(READ))
            .resource(session(&role()))
            .explicit("session"),
        ask("everyone-with-principal-arn", "boundary and session policy silent", &role())
            .boundary(silent())
            .session(silent())
            .resource(by_condition(role().entity()))
            .allowed("resource"),
        ask("everyone-with-principal-arn", "another role", &role())
            .resource(by_condition(user().entity()))
            .implicit("identity"),
        ask("everyone-with-principal-arn", "identity policy denies", &role())
            .identity(deny(READ))
            .resource(by_condition(role().entity()))
            .explicit("identity"),
        ask("federated-granted", "no session policy", &federated()).resource(session(&federated())).allowed("resource"),
        ask("federated-granted", "session policy and boundary silent", &federated())
            .boundary(silent())
            .session(silent())
            .resource(session(&federated()))
            .allowed("resource"),
        ask("federating-user-granted", "no session policy", &federated())
            .resource(own(&federated()))
            .implicit("session"),
        ask("federating-user-granted", "session policy silent", &federated())
            .session(silent())
            .resource(own(&federated()))
            .implicit("session"),
        ask("federating-user-granted", "session policy allows", &federated())
            .session(read())
            .resource(own(&federated()))
            .allowed("resource"),
        ask("federating-user-granted", "session policy allows, boundary silent", &federated())
            .session(read())
            .boundary(silent())
            .resource(own(&federated()))
            .implicit("boundary"),
        ask("federated-session", "no session policy", &federated()).identity(allow("*")).implicit("session"),
        ask("federated-session", "session policy allows", &federated())
            .identity(allow("*"))
            .session(read())
            .allowed("identity"),
        ask("federated-session", "session policy allows, user does not", &federated())
            .session(allow("*"))
            .implicit("identity"),
        ask("federated-session", "the root federated, session policy allows", &by_root).session(read()).allowed("root"),
        ask("federated-session", "the root federated, session policy silent", &by_root)
            .session(silent())
            .implicit("session"),
        ask("role-session", "no session policy", &role()).identity(read()).allowed("identity"),
        ask("role-session", "session policy allows", &role()).identity(read()).session(allow("*")).allowed("identity"),
        ask("role-session", "session policy allows, role does not", &role())
            .identity(silent())
            .session(allow("*"))
            .implicit("identity"),
        ask("role-session", "the second of two session policies allows", &role())
            .identity(read())
            .session(silent())
            .managed_session("arn:aws:iam::aws:policy/SecretsManagerReadWrite", read())
            .allowed("identity"),
        ask("role-session", "the second of two session policies denies", &role())
            .identity(read())
            .session(read())
            .managed_session("arn:aws:iam::111122223333:policy/NoSecrets", deny(READ))
            .explicit("session"),
        ask("boundary", "boundary alone", &user()).boundary(allow("*")).implicit("identity"),
        ask("boundary", "boundary and identity policy", &user())
            .identity(allow("*"))
            .boundary(read())
            .allowed("identity"),
        ask("boundary", "boundary silent", &user()).identity(allow("*")).boundary(silent()).implicit("boundary"),
        ask("boundary", "boundary denies", &user()).identity(allow("*")).boundary(deny(READ)).explicit("boundary"),
        ask("boundary", "boundary, identity and session policy", &role())
            .identity(allow("*"))
            .boundary(read())
            .session(read())
            .allowed("identity"),
        Case::of("boundary", "AWS's example: a user who may manage three services and wants a fourth", &user())
            .asks("iam:CreateUser", "arn:aws:iam::111122223333:user/new", HERE)
            .identity(allow("iam:CreateUser"))
            .boundary(policy(json!({"Effect": "Allow", "Action": ["s3:*", "cloudwatch:*", "ec2:*"], "Resource": "*"})))
            .implicit("boundary"),
    ]
}
