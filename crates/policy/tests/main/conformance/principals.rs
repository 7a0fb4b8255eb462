//! The `Principal` and `NotPrincipal` elements, and identities that outlive their names.

use super::case::Case;
use super::documents::{about, account, allow, aws, grant, policy, refuse};
use super::people::{
    HERE, Person, THERE, anonymous, federated, federated_by, role, role_of, root, service, user, user_of, worker,
};
use super::rules::SECRET;
use serde_json::{Value, json};

const READ: &str = "secretsmanager:GetSecretValue";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = named();
    cases.extend(everyone());
    cases.extend(several());
    cases.extend(made_again());
    cases.extend(not_principal());
    cases
}

fn people() -> Vec<Person> {
    vec![
        root(HERE),
        user(),
        role(),
        worker(),
        federated(),
        federated_by(&root(HERE)),
        root(THERE),
        user_of(THERE),
        role_of(THERE, "/"),
        service("events.amazonaws.com"),
        anonymous(),
    ]
}

/// Everybody against every way to name somebody. Nobody but the root has permissions of its own in its account.
fn named() -> Vec<Case> {
    let entities: Vec<(&str, Value)> = vec![
        ("everyone", json!("*")),
        ("the account", account(HERE)),
        ("the account by its id", aws(HERE)),
        ("another account", account(THERE)),
        ("the user", aws(user().entity())),
        ("another user", aws(format!("arn:aws:iam::{HERE}:user/bob"))),
        ("the user, in another case", aws(user().entity().replace("alice", "Alice"))),
        ("the other account's user", aws(user_of(THERE).entity())),
        ("the role", aws(role().entity())),
        ("the role with a path", aws(worker().entity())),
        ("the other account's role", aws(role_of(THERE, "/").entity())),
        ("the role's session", aws(role().session())),
        ("another session of the role", aws(format!("arn:aws:sts::{HERE}:assumed-role/app/s2"))),
        ("the federated session", aws(federated().session())),
        ("a service", json!({"Service": "events.amazonaws.com"})),
        ("another service", json!({"Service": "sns.amazonaws.com"})),
    ];
    let mut cases = Vec::new();
    for person in people() {
        for (word, principal) in &entities {
            let ask = |rule: &str, title: String| {
                let case = Case::of(rule, title, &person).asks(READ, SECRET, HERE);
                let case = case.exists(&format!("arn:aws:iam::{HERE}:user/bob"), "AIDABOBBOBBOBBEXAMPLE");
                // Two accounts' people bear one name each: only those of the case's own account and name are the caller.
                others(&person)
                    .into_iter()
                    .fold(case, |case, other| case.exists(&other.entity(), "AIDAOTHEROTHEREXAMPLE"))
            };
            let whose = if person.account() == THERE { " of another account" } else { "" };
            let rule = rule_of(word);
            // What the policy alone gives. In another account, an identity-based policy must allow too.
            let case = ask(rule, format!("{word} may, asked by a {}{whose}", person.word))
                .resource(grant(principal.clone(), READ));
            let is_foreign = person.account() == THERE && person.word != "root";
            // AWS's pages do not say whether an Allow for everyone gives a service anything.
            if !(person.word == "service" && *word == "everyone") {
                cases.push(if is_foreign { case.identity(allow("*")) } else { case });
            }
            let case =
                ask(rule, format!("{word} may not, asked by a {}{whose}", person.word)).resource(policy(json!([
                    about("Allow", json!("*"), READ),
                    about("Allow", json!({"Service": "events.amazonaws.com"}), READ),
                    about("Deny", principal.clone(), READ)
                ])));
            // Nor whether a Deny for a user reaches the sessions that the user federated.
            if !(person.word == "federated user" && *word == "the user") {
                cases.push(if is_foreign { case.identity(allow("*")) } else { case });
            }
        }
    }
    cases
}

/// The users and roles of these tests other than the one behind a person.
fn others(person: &Person) -> Vec<Person> {
    [user(), user_of(THERE), role(), worker(), role_of(THERE, "/")]
        .into_iter()
        .filter(|other| other.entity() != person.entity())
        .collect()
}

fn rule_of(word: &str) -> &'static str {
    match word {
        "everyone" => "all-principals",
        word if word.contains("account by") || word.ends_with("account") => "account-principals",
        word if word.contains("session of") || word.ends_with("role's session") => "role-session-principals",
        word if word.contains("federated") => "federated-user-principals",
        word if word.contains("role") => "role-principals",
        word if word.contains("service") => "service-principals",
        _ => "user-principals",
    }
}

/// `"*"` and `{"AWS": "*"}` are the same to users, roles and anonymous callers.
fn everyone() -> Vec<Case> {
    let mut cases = Vec::new();
    for person in [user(), role(), anonymous()] {
        let ask = |title: String| Case::of("all-principals", title, &person).asks(READ, SECRET, HERE);
        let title = |what: &str| format!("{what}, asked by a {}", person.word);
        cases.push(ask(title("AWS: *")).resource(grant(aws("*"), READ)).allowed("resource"));
        cases.push(ask(title("AWS: [*]")).resource(grant(aws(json!(["*"])), READ)).allowed("resource"));
        cases.push(ask(title("AWS: * denied")).resource(refuse(aws("*"), READ)).explicit("resource"));
    }
    cases
}

/// Several principals are joined by OR.
fn several() -> Vec<Case> {
    let both =
        json!({"AWS": [user().entity(), role().entity()], "Service": ["events.amazonaws.com", "sns.amazonaws.com"]});
    let case = |person: &Person| {
        let title = format!("one of several, asked by a {}", person.word);
        let case = Case::of("several-principals", title, person).asks(READ, SECRET, HERE);
        others(person).into_iter().fold(case, |case, other| case.exists(&other.entity(), "AIDAOTHEROTHEREXAMPLE"))
    };
    let mut cases: Vec<Case> = [user(), role(), service("sns.amazonaws.com")]
        .iter()
        .map(|person| case(person).resource(grant(both.clone(), READ)).allowed("resource"))
        .collect();
    cases.push(case(&anonymous()).resource(grant(both.clone(), READ)).implicit("resource"));
    cases.push(case(&service("s3.amazonaws.com")).resource(grant(both, READ)).implicit("resource"));
    cases
}

/// An ARN in a policy means the entity that had it when the policy was saved. Conditions compare the ARN as it is now.
fn made_again() -> Vec<Case> {
    let mut cases = Vec::new();
    for person in [user(), role()] {
        let old = person.id().to_owned();
        let again = person.clone().made_again();
        let by = json!("*");
        let ask = |title: String, person: &Person| Case::of("unique-ids", title, person).asks(READ, SECRET, HERE);
        let word = person.word;
        cases.push(
            ask(format!("the unique id of a {word}"), &person)
                .resource(grant(aws(old.clone()), READ))
                .allowed("resource"),
        );
        cases.push(
            ask(format!("the unique id of a {word} that is gone, asked by another of its name"), &again)
                .resource(grant(aws(old.clone()), READ))
                .implicit("identity"),
        );
        cases.push(
            ask(format!("the unique id of a {word} that is gone, denied, asked by another of its name"), &again)
                .identity(allow("*"))
                .resource(refuse(aws(old), READ))
                .allowed("identity"),
        );
        let by_condition = policy(json!({
            "Effect": "Allow", "Principal": by, "Action": READ, "Resource": "*",
            "Condition": {"ArnEquals": {"aws:PrincipalArn": person.entity()}}
        }));
        cases.push(
            ask(format!("the ARN of a {word} in a condition"), &person)
                .resource(by_condition.clone())
                .allowed("resource"),
        );
        cases.push(
            ask(format!("the ARN of a {word} in a condition, asked by another of its name"), &again)
                .resource(by_condition)
                .allowed("resource"),
        );
    }
    cases
}

/// Everyone but those listed, who must be listed with their account and, for a session, its role.
fn not_principal() -> Vec<Case> {
    let refuse_others = |others: Value| {
        policy(json!([
            {"Effect": "Allow", "Principal": "*", "Action": READ, "Resource": "*"},
            {"Effect": "Deny", "NotPrincipal": others, "Action": READ, "Resource": "*"}
        ]))
    };
    let home = format!("arn:aws:iam::{HERE}:root");
    let mut cases = Vec::new();
    for (person, names) in [
        (root(HERE), vec![home.clone()]),
        (user(), vec![home.clone(), user().entity()]),
        (role(), vec![home.clone(), role().entity(), role().session()]),
        (federated(), vec![home.clone(), federated().session()]),
    ] {
        let ask = |title: String| {
            let case = Case::of("not-principal", title, &person).asks(READ, SECRET, HERE);
            case.exists(&format!("arn:aws:iam::{HERE}:user/bob"), "AIDABOBBOBBOBBEXAMPLE")
        };
        let word = person.word;
        cases.push(
            ask(format!("all but a {word}, asked by it"))
                .resource(refuse_others(aws(names.clone())))
                .allowed("resource"),
        );
        let other = vec![format!("arn:aws:iam::{HERE}:user/bob")];
        cases.push(
            ask(format!("all but somebody else, asked by a {word}"))
                .resource(refuse_others(aws(other)))
                .explicit("resource"),
        );
        if matches!(word, "user" | "role session") {
            cases.push(
                ask(format!("all but a {word} that has a permissions boundary, asked by it"))
                    .identity(allow("*"))
                    .boundary(allow("*"))
                    .resource(refuse_others(aws(names)))
                    .explicit("resource"),
            );
        }
    }
    let services = json!({"Service": "events.amazonaws.com"});
    for (name, excepted) in [("events.amazonaws.com", true), ("sns.amazonaws.com", false)] {
        let case = Case::of("not-principal", format!("all but one service, asked by {name}"), &service(name))
            .asks(READ, SECRET, HERE)
            .resource(refuse_others(services.clone()));
        cases.push(if excepted { case.allowed("resource") } else { case.explicit("resource") });
    }
    cases
}
