//! Grants on KMS keys: what they give beside policies, and what they do not.

use super::case::Case;
use super::documents::{account, allow, deny, grant, policy, refuse};
use super::people::{HERE, Person, THERE, federated, role, role_of, root, service, service_linked, user, user_of};
use serde_json::{Value, json};

const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const DECRYPT: &str = "kms:Decrypt";
const NAMES: &str = "kms:EncryptionContextKeys";

pub(super) fn cases() -> Vec<Case> {
    [matrix(), limits(), elsewhere(), operations(), constraints(), retiring()].concat()
}

/// The grantees that a person is, and how far a grant reaches through each.
fn grantees(person: &Person) -> Vec<(&'static str, String, &'static str)> {
    let of_account = ("its account", format!("arn:aws:iam::{}:root", person.account()), "account");
    match person.word {
        "root" => vec![of_account],
        "user" => vec![("the user", person.entity(), "itself"), of_account],
        "role session" => {
            vec![("the session", person.session(), "itself"), ("its role", person.entity(), "role"), of_account]
        }
        "federated user" => {
            vec![("the session", person.session(), "itself"), ("its user", person.entity(), "role"), of_account]
        }
        other => panic!("{other}"),
    }
}

/// Who asks × whom the grant names × what the key policy says × what the caller's own policies say.
fn matrix() -> Vec<Case> {
    let mut cases = Vec::new();
    for person in [root(HERE), user(), role(), federated()] {
        for (grantee_word, grantee, capacity) in grantees(&person) {
            for (key_word, key) in [
                ("the default", grant(account(HERE), "kms:*")),
                ("another account's", grant(account(THERE), "kms:*")),
                ("a denying", policy(json!([refuse(json!("*"), DECRYPT)["Statement"]]))),
            ] {
                for (own_word, own) in
                    [("no", None), ("an allowing", Some(allow("kms:*"))), ("a denying", Some(deny(DECRYPT)))]
                {
                    if person.word == "root" && own_word != "no" {
                        continue;
                    }
                    let title = format!(
                        "a {}: a grant for {grantee_word}, {key_word} key policy, {own_word} identity policy",
                        person.word
                    );
                    let mut case = Case::of("grants", title, &person)
                        .asks(DECRYPT, KEY, HERE)
                        .resource(key.clone())
                        .grant(&grantee, &["Decrypt"], Value::Null);
                    if person.word == "federated user" {
                        case = case.session(allow("kms:*"));
                    }
                    case = own.iter().fold(case, |case, policy| case.identity(policy.clone()));
                    cases.push(match (key_word, own_word) {
                        ("a denying", _) => case.explicit("resource"),
                        (_, "a denying") => case.explicit("identity"),
                        ("the default", "an allowing") => case.allowed("identity"),
                        _ if person.word == "root" && key_word == "the default" => case.allowed("resource"),
                        (_, "an allowing") => case.allowed("grant"),
                        _ if person.word == "root" || capacity != "account" => case.allowed("grant"),
                        _ => case.implicit("identity"),
                    });
                }
            }
        }
    }
    cases
}

/// Boundaries, session policies, control and endpoint policies beside a grant.
fn limits() -> Vec<Case> {
    let ask = |title: &str, person: &Person, grantee: &str| {
        Case::of("grants", title, person).asks(DECRYPT, KEY, HERE).resource(grant(account(HERE), "kms:*")).grant(
            grantee,
            &["Decrypt"],
            Value::Null,
        )
    };
    let silent = || allow("s3:*");
    let full = || policy(json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
    let (user, role, linked) = (user(), role(), service_linked());
    vec![
        ask("a user's grant under a silent boundary", &user, &user.entity()).boundary(silent()).allowed("grant"),
        ask("a user's grant under a denying boundary", &user, &user.entity())
            .boundary(deny(DECRYPT))
            .explicit("boundary"),
        ask("a role's grant under a silent boundary", &role, &role.entity()).boundary(silent()).implicit("boundary"),
        ask("a role's grant under a silent session policy", &role, &role.entity())
            .session(silent())
            .implicit("session"),
        ask("a role's grant under an allowing session policy", &role, &role.entity())
            .session(allow("kms:*"))
            .allowed("grant"),
        ask("a session's grant under a silent session policy", &role, &role.session())
            .session(silent())
            .allowed("grant"),
        ask("a session's grant under a denying session policy", &role, &role.session())
            .session(deny(DECRYPT))
            .explicit("session"),
        ask("a grant under service control policies that allow everything", &user, &user.entity())
            .scp(&[&[full()], &[full()]])
            .allowed("grant"),
        ask("a grant under a service control policy that is silent", &user, &user.entity())
            .scp(&[&[full()], &[silent()]])
            .implicit("scp"),
        ask("a grant under a service control policy that denies", &user, &user.entity())
            .scp(&[&[full()], &[full(), deny(DECRYPT)]])
            .explicit("scp"),
        ask("a service-linked role's grant under a service control policy that denies", &linked, &linked.entity())
            .scp(&[&[full()], &[full(), deny(DECRYPT)]])
            .allowed("grant"),
        ask("a grant under a resource control policy that denies", &user, &user.entity())
            .rcp(&[&[grant(json!("*"), "*")], &[grant(json!("*"), "*"), refuse(json!("*"), DECRYPT)]])
            .explicit("rcp"),
        ask("a grant through an endpoint that is silent", &user, &user.entity())
            .endpoint(grant(json!("*"), "s3:*"))
            .implicit("endpoint"),
        ask("a grant of somebody else", &user, "arn:aws:iam::111122223333:user/bob")
            .exists("arn:aws:iam::111122223333:user/bob", "AIDABOBBOBBOBBEXAMPLE")
            .implicit("identity"),
    ]
}

fn elsewhere() -> Vec<Case> {
    let (bob, engineering) = (user_of(THERE), role_of(THERE, "/"));
    let ask = |title: &str, person: &Person| {
        Case::of("grants-elsewhere", title, person).asks(DECRYPT, KEY, HERE).resource(grant(account(HERE), "kms:*"))
    };
    let of_account = format!("arn:aws:iam::{THERE}:root");
    vec![
        ask("a user's grant, no policy at home", &bob).grant(&bob.entity(), &["Decrypt"], Value::Null).allowed("grant"),
        ask("a user's grant, denied at home", &bob)
            .grant(&bob.entity(), &["Decrypt"], Value::Null)
            .identity(deny(DECRYPT))
            .explicit("identity"),
        ask("a role's grant, no policy at home", &engineering)
            .grant(&engineering.entity(), &["Decrypt"], Value::Null)
            .allowed("grant"),
        ask("a session's grant, no policy at home", &engineering)
            .grant(&engineering.session(), &["Decrypt"], Value::Null)
            .allowed("grant"),
        ask("the account's grant, no policy at home", &bob)
            .grant(&of_account, &["Decrypt"], Value::Null)
            .implicit("identity"),
        ask("the account's grant, allowed at home", &bob)
            .grant(&of_account, &["Decrypt"], Value::Null)
            .identity(allow(DECRYPT))
            .allowed("grant"),
        ask("the account's grant, asked by its root", &root(THERE))
            .grant(&of_account, &["Decrypt"], Value::Null)
            .allowed("grant"),
        ask("no grant, allowed at home", &bob).identity(allow(DECRYPT)).implicit("resource"),
        ask("the key's account denies what it granted", &bob)
            .resource(policy(json!([
                grant(account(HERE), "kms:*")["Statement"],
                refuse(json!({"AWS": bob.entity()}), DECRYPT)["Statement"]
            ])))
            .grant(&bob.entity(), &["Decrypt"], Value::Null)
            .explicit("resource"),
        ask("a service control policy of the caller's organization is silent", &bob)
            .grant(&bob.entity(), &["Decrypt"], Value::Null)
            .scp(&[&[policy(json!({"Effect": "Allow", "Action": "*", "Resource": "*"}))], &[allow("s3:*")]])
            .implicit("scp"),
    ]
}

fn operations() -> Vec<Case> {
    let ask = |title: &str, action: &str| {
        Case::of("grant-operations", title, &user())
            .asks(action, KEY, HERE)
            .resource(grant(account(HERE), "kms:*"))
            .grant(&user().entity(), &["Encrypt", "DescribeKey"], Value::Null)
    };
    vec![
        ask("the first of its operations", "kms:Encrypt").allowed("grant"),
        ask("the last of its operations", "kms:DescribeKey").allowed("grant"),
        ask("an operation that it does not list", DECRYPT).implicit("identity"),
        ask("two grants together", DECRYPT).grant(&user().entity(), &["Decrypt"], Value::Null).allowed("grant"),
        ask("an operation that no grant can give", "kms:ScheduleKeyDeletion").implicit("identity"),
    ]
}

fn constraints() -> Vec<Case> {
    let ask = |title: &str, action: &str, constraints: Value| {
        Case::of("grant-constraints", title, &user())
            .asks(action, KEY, HERE)
            .resource(grant(account(HERE), "kms:*"))
            .grant(&user().entity(), &["Decrypt", "DescribeKey"], constraints)
    };
    let equals = || json!({"EncryptionContextEquals": {"Department": "IT"}});
    let subset = || json!({"EncryptionContextSubset": {"Department": "IT"}});
    let context = |case: Case, pairs: &[(&str, &str)]| {
        let names: Vec<&str> = pairs.iter().map(|(key, _)| *key).collect();
        let case =
            pairs.iter().fold(case, |case, (key, value)| case.key(&format!("kms:EncryptionContext:{key}"), *value));
        if names.is_empty() { case } else { case.key(NAMES, json!(names)) }
    };
    let mut cases = Vec::new();
    type Pairs = &'static [(&'static str, &'static str)];
    let requests: &[(&str, Pairs, bool, bool)] = &[
        ("the pair itself", &[("Department", "IT")], true, true),
        ("the pair and another", &[("Department", "IT"), ("Purpose", "Test")], false, true),
        ("the key in another case", &[("department", "IT")], true, true),
        ("the value in another case", &[("Department", "it")], false, false),
        ("another pair", &[("Purpose", "Test")], false, false),
        ("no encryption context", &[], false, false),
        ("the key in both cases", &[("Department", "IT"), ("department", "IT")], false, false),
    ];
    for (word, pairs, equal, included) in requests {
        for (kind, constraint, satisfied) in [("equals", equals(), equal), ("subset", subset(), included)] {
            let case = context(ask(&format!("{kind}: {word}"), DECRYPT, constraint), pairs);
            cases.push(if *satisfied { case.allowed("grant") } else { case.implicit("identity") });
        }
    }
    let table = "arn:aws:dynamodb:us-east-1:111122223333:table/Books";
    let sourced = || json!({"SourceArn": table});
    let two = json!({"EncryptionContextSubset": {"Department": "IT", "Purpose": "Test"}});
    cases.extend([
        context(ask("subset of two: one is missing", DECRYPT, two.clone()), &[("Department", "IT")])
            .implicit("identity"),
        context(ask("subset of two: both", DECRYPT, two), &[("Purpose", "Test"), ("Department", "IT")])
            .allowed("grant"),
        ask("the encryption context is not asked of DescribeKey", "kms:DescribeKey", equals()).allowed("grant"),
        ask("made for the source", DECRYPT, sourced()).key("aws:SourceArn", table).allowed("grant"),
        ask("made for another source", DECRYPT, sourced())
            .key("aws:SourceArn", "arn:aws:dynamodb:us-east-1:111122223333:table/Films")
            .implicit("identity"),
        ask("made for no source", DECRYPT, sourced()).implicit("identity"),
        ask("the source is asked of DescribeKey too", "kms:DescribeKey", sourced()).implicit("identity"),
    ]);
    let dynamodb = service("dynamodb.amazonaws.com");
    let of_service = |title: &str| {
        Case::of("grant-constraints", title, &dynamodb)
            .asks(DECRYPT, KEY, HERE)
            .resource(grant(account(HERE), "kms:*"))
            .grant("dynamodb.amazonaws.com", &["Decrypt"], sourced())
    };
    cases.push(of_service("a service, for the source").key("aws:SourceArn", table).allowed("grant"));
    cases.push(of_service("a service, for no source").implicit("resource"));
    cases
}

fn retiring() -> Vec<Case> {
    let retire = "kms:RetireGrant";
    let ask = |title: &str, person: &Person| {
        Case::of("retiring-grants", title, person).asks(retire, KEY, HERE).resource(grant(account(HERE), "kms:*"))
    };
    let (user, bob) = (user(), user_of(THERE));
    let may = |case: Case, who: &str| case.grant(who, &["RetireGrant"], Value::Null);
    let owner = "arn:aws:iam::111122223333:root";
    vec![
        may(ask("who is named, without a policy", &user), &user.entity()).allowed("grant"),
        may(ask("who is named, denied by its own policy", &user), &user.entity())
            .identity(deny(retire))
            .explicit("identity"),
        may(ask("who is named, of another account", &bob), &bob.entity()).allowed("grant"),
        may(ask("the account, by its root", &root(HERE)), owner).allowed("grant"),
        may(ask("the account, which delegated to its user", &user), owner).identity(allow(retire)).allowed("grant"),
        may(ask("the account, which delegated to nobody", &user), owner).implicit("identity"),
        ask("allowed by its own policy alone", &user).identity(allow(retire)).implicit("resource"),
        ask("allowed by the key policy alone", &user)
            .resource(grant(json!({"AWS": user.entity()}), retire))
            .implicit("resource"),
        may(ask("a resource control policy does not reach it", &user), &user.entity())
            .rcp(&[&[grant(json!("*"), "*")], &[grant(json!("*"), "*"), refuse(json!("*"), retire)]])
            .allowed("grant"),
    ]
}
