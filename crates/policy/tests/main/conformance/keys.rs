//! KMS keys, which trust nobody that their policy does not name.

use super::case::Case;
use super::documents::{about, account, allow, aws, deny, grant, policy, refuse, with};
use super::people::{HERE, Person, THERE, federated, federated_by, role, role_of, root, user, user_of};
use serde_json::{Value, json};

const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const BOB: &str = "arn:aws:iam::111122223333:user/bob";
const DECRYPT: &str = "kms:Decrypt";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = stated();
    cases.extend(matrix());
    cases
}

/// Who asks × what the key policy says × what the caller's own policies say.
fn matrix() -> Vec<Case> {
    let mut cases = Vec::new();
    let here = [root(HERE), user(), role(), federated(), federated_by(&root(HERE))];
    for person in &here {
        for (key_word, key, is_named, is_delegated) in key_policies(person) {
            for (own_word, own) in [
                ("no", None),
                ("an allowing", Some(allow("kms:*"))),
                ("a silent", Some(allow("s3:*"))),
                ("a denying", Some(deny(DECRYPT))),
            ] {
                for (limit_word, limit) in [("no", None), ("a silent", Some(allow("s3:*")))] {
                    let is_root = person.word.contains("root");
                    if is_root && own_word != "no" || person.word == "root" && limit.is_some() {
                        continue;
                    }
                    let title = format!(
                        "a {}: {key_word} key policy, {own_word} identity policy, {limit_word} limit",
                        person.word
                    );
                    let mut case = Case::of("key-policies", title, person)
                        .asks(DECRYPT, KEY, HERE)
                        .exists(BOB, "AIDABOBBOBBOBBEXAMPLE")
                        .resource(key.clone());
                    case = own.iter().fold(case, |case, policy| case.identity(policy.clone()));
                    let is_federated = person.word.starts_with("federated");
                    // Federated sessions have a session policy, the others a boundary.
                    case = match (&limit, is_federated) {
                        (Some(limit), true) => case.session(limit.clone()),
                        (None, true) => case.session(allow("kms:*")),
                        (Some(limit), false) => case.boundary(limit.clone()),
                        (None, false) => case,
                    };
                    let limit_type = if is_federated { "session" } else { "boundary" };
                    cases.push(match (own_word, key_word) {
                        (_, "a denying") if own_word != "a denying" => case.explicit("resource"),
                        ("a denying", _) => case,
                        _ if is_named == Some("itself") => case.allowed("resource"),
                        _ if is_named == Some("its role") && limit.is_some() => case.implicit(limit_type),
                        _ if is_named == Some("its role") => case.allowed("resource"),
                        _ if !is_delegated => case.implicit("resource"),
                        _ if !is_root && own_word != "an allowing" => case.implicit("identity"),
                        _ if limit.is_some() => case.implicit(limit_type),
                        _ => case.allowed(if is_root { "resource" } else { "identity" }),
                    });
                }
            }
        }
    }
    cases
}

/// A key policy's word, the policy, in which capacity it names the person, and whether it delegates to the account.
fn key_policies(person: &Person) -> Vec<(&'static str, Value, Option<&'static str>, bool)> {
    let mut policies = vec![
        ("the default", grant(account(HERE), "kms:*"), None, true),
        ("another account's", grant(account(THERE), "kms:*"), None, false),
        ("another user's", grant(aws(BOB), "kms:*"), None, false),
        ("everyone's", grant(json!("*"), DECRYPT), Some("itself"), false),
        (
            "a denying",
            policy(json!([grant(account(HERE), "kms:*")["Statement"], refuse(json!("*"), DECRYPT)["Statement"]])),
            None,
            true,
        ),
        ("the account's for another action", grant(account(HERE), "kms:Encrypt"), None, false),
    ];
    match person.word {
        "user" => policies.push(("its own", grant(aws(person.entity()), DECRYPT), Some("itself"), false)),
        "role session" => {
            policies.push(("the session's", grant(aws(person.session()), DECRYPT), Some("itself"), false));
            policies.push(("the role's", grant(aws(person.entity()), DECRYPT), Some("its role"), false));
        }
        "federated user" => {
            policies.push(("the session's", grant(aws(person.session()), DECRYPT), Some("itself"), false));
            policies.push(("the federating user's", grant(aws(person.entity()), DECRYPT), Some("its role"), false));
        }
        _ => {}
    }
    policies
}

fn stated() -> Vec<Case> {
    let bob = user_of(THERE);
    let engineering = role_of(THERE, "/");
    let shared = policy(json!([
        {"Effect": "Allow", "Principal": account(HERE), "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": account(THERE), "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*"}
    ]));
    let uses = policy(
        json!({"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ScheduleKeyDeletion"], "Resource": KEY}),
    );
    let ask =
        |rule: &str, title: &str, person: &Person, action: &str| Case::of(rule, title, person).asks(action, KEY, HERE);
    let via = |service: &str| {
        policy(json!({
            "Effect": "Allow", "Principal": account(HERE), "Action": "kms:*", "Resource": "*",
            "Condition": {"StringEquals": {"kms:ViaService": service}}
        }))
    };
    let encrypted = |condition: Value| {
        let statement = about("Allow", aws(user().entity()), "kms:*");
        policy(with(statement, "Condition", condition))
    };
    let team = "kms:EncryptionContext:team";
    let names = "kms:EncryptionContextKeys";
    let only_names = json!({"ForAllValues:StringEquals": {names: ["team", "site"]}});
    let names_too = json!({"ForAllValues:StringEquals": {names: ["team", "site"]}, "Null": {names: "false"}});
    vec![
        ask("key-policies-elsewhere", "the account named, the role allowed", &engineering, DECRYPT)
            .resource(shared.clone())
            .identity(uses.clone())
            .allowed("resource"),
        ask("key-policies-elsewhere", "the account named, the role not allowed", &engineering, DECRYPT)
            .resource(shared.clone())
            .implicit("identity"),
        ask(
            "key-policies-elsewhere",
            "an action that the key's policy does not give",
            &engineering,
            "kms:ScheduleKeyDeletion",
        )
        .resource(shared.clone())
        .identity(uses.clone())
        .implicit("resource"),
        ask("key-policies-elsewhere", "the account not named", &bob, DECRYPT)
            .resource(grant(account(HERE), "kms:*"))
            .identity(uses.clone())
            .implicit("resource"),
        ask("key-policies-elsewhere", "the user named, not allowed at home", &bob, DECRYPT)
            .resource(grant(aws(bob.entity()), "kms:*"))
            .implicit("identity"),
        ask("key-policies-elsewhere", "the user named, allowed at home", &bob, DECRYPT)
            .resource(grant(aws(bob.entity()), "kms:*"))
            .identity(uses)
            .allowed("resource"),
        ask("key-policies-elsewhere", "the root of an account that is named", &root(THERE), DECRYPT)
            .resource(shared)
            .allowed("resource"),
        Case::of("key-policies", "listing keys needs no key policy", &user())
            .asks_for("kms:ListKeys")
            .identity(allow("kms:ListKeys"))
            .allowed("identity"),
        Case::of("key-policies", "creating a key needs no key policy", &user())
            .asks_for("kms:CreateKey")
            .identity(allow("kms:*"))
            .allowed("identity"),
        Case::of("key-policies", "creating a key without permission", &user())
            .asks_for("kms:CreateKey")
            .implicit("identity"),
        Case::of("key-policies", "an alias has the usual rule", &user())
            .asks("kms:CreateAlias", "arn:aws:kms:us-east-1:111122223333:alias/app", HERE)
            .identity(allow("kms:CreateAlias"))
            .allowed("identity"),
        ask("key-policies", "AWS's example: nobody gives Alice the permission", &user(), DECRYPT)
            .resource(grant(account(HERE), "kms:*"))
            .implicit("identity"),
        ask("key-conditions", "delegation through a service, asked through it", &user(), DECRYPT)
            .key("kms:ViaService", "s3.us-east-1.amazonaws.com")
            .resource(via("s3.us-east-1.amazonaws.com"))
            .identity(allow("kms:*"))
            .allowed("identity"),
        ask("key-conditions", "delegation through a service, asked directly", &user(), DECRYPT)
            .resource(via("s3.us-east-1.amazonaws.com"))
            .identity(allow("kms:*"))
            .implicit("resource"),
        ask("key-conditions", "the encryption context as wanted", &user(), DECRYPT)
            .key(team, "red")
            .resource(encrypted(json!({"StringEquals": {team: "red"}})))
            .allowed("resource"),
        ask("key-conditions", "another encryption context", &user(), DECRYPT)
            .key(team, "blue")
            .resource(encrypted(json!({"StringEquals": {team: "red"}})))
            .implicit("resource"),
        ask("key-conditions", "the keys of the encryption context as wanted", &user(), DECRYPT)
            .key(names, json!(["team"]))
            .resource(encrypted(names_too))
            .allowed("resource"),
        ask("key-conditions", "one more key of the encryption context", &user(), DECRYPT)
            .key(names, json!(["team", "other"]))
            .resource(encrypted(only_names))
            .implicit("resource"),
        ask("key-conditions", "the caller's account as wanted", &user(), DECRYPT)
            .key("kms:CallerAccount", HERE)
            .resource(encrypted(json!({"StringEquals": {"kms:CallerAccount": HERE}})))
            .allowed("resource"),
        ask("key-conditions", "an alias of the key in an identity policy", &user(), DECRYPT)
            .key("kms:ResourceAliases", json!(["alias/app", "alias/old"]))
            .resource(grant(account(HERE), "kms:*"))
            .identity(policy(json!({
                "Effect": "Allow", "Action": "kms:*", "Resource": "*",
                "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/app"}}
            })))
            .allowed("identity"),
    ]
}
