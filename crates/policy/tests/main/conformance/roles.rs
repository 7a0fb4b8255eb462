//! Role trust policies, and the call that nobody can be denied.

use super::case::Case;
use super::documents::{account, allow, aws, deny, grant, policy, refuse};
use super::people::{HERE, Person, THERE, anonymous, role_of, saml, service, user, user_of, web_identity};
use super::people::{federated, root};
use serde_json::{Value, json};

const ASSUME: &str = "sts:AssumeRole";
const ROLE: &str = "arn:aws:iam::111122223333:role/target";
const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/token.example.com";
const SAML: &str = "arn:aws:iam::111122223333:saml-provider/example";

/// A trust policy, which is about its role and so names no resource.
fn trust(effect: &str, principal: Value, action: &str) -> Value {
    policy(json!({"Effect": effect, "Principal": principal, "Action": action}))
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = stated();
    cases.extend(matrix());
    cases.extend(providers());
    cases.extend(caller_identity());
    cases
}

/// Who asks × whom the role trusts × what the caller's own policies say.
fn matrix() -> Vec<Case> {
    let mut cases = Vec::new();
    for person in [user(), role_of(HERE, "/"), user_of(THERE), role_of(THERE, "/")] {
        let is_foreign = person.account() == THERE;
        let mut trusts: Vec<(&str, Value, &str)> = vec![
            ("the caller's account", trust("Allow", account(person.account()), ASSUME), "account"),
            ("the caller's entity", trust("Allow", aws(person.entity()), ASSUME), "entity"),
            ("everyone", trust("Allow", json!({"AWS": "*"}), ASSUME), "itself"),
            ("a service", trust("Allow", json!({"Service": "ec2.amazonaws.com"}), ASSUME), "none"),
            ("another account", trust("Allow", account("777788889999"), ASSUME), "none"),
            ("the account, for another action", trust("Allow", account(person.account()), "sts:TagSession"), "none"),
            (
                "everyone but denies the caller",
                policy(json!([
                    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ASSUME},
                    {"Effect": "Deny", "Principal": aws(person.entity()), "Action": ASSUME}
                ])),
                "denied",
            ),
        ];
        if person.word == "role session" {
            trusts.push(("the caller's session", trust("Allow", aws(person.session()), ASSUME), "itself"));
        }
        for (trust_word, trust, capacity) in trusts {
            for (own_word, own) in [
                ("no", None),
                ("an allowing", Some(allow(ASSUME))),
                ("a silent", Some(allow("s3:*"))),
                ("a denying", Some(deny(ASSUME))),
            ] {
                for (limit_word, limit) in [("no", None), ("a silent", Some(allow("s3:*")))] {
                    let whose = if is_foreign { " of another account" } else { "" };
                    let title = format!(
                        "a {}{whose}: the role trusts {trust_word}; {own_word} identity policy, {limit_word} boundary",
                        person.word
                    );
                    let mut case =
                        Case::of("trust-policies", title, &person).asks(ASSUME, ROLE, HERE).resource(trust.clone());
                    case = own.iter().fold(case, |case, policy| case.identity(policy.clone()));
                    case = limit.iter().fold(case, |case, policy| case.boundary(policy.clone()));
                    let directly =
                        !is_foreign && (capacity == "itself" || capacity == "entity" && person.word == "user");
                    let through_role = !is_foreign && capacity == "entity" && person.word == "role session";
                    cases.push(match (own_word, capacity) {
                        ("a denying", "denied") => case,
                        (_, "denied") => case.explicit("trust"),
                        ("a denying", _) => case.explicit("identity"),
                        _ if directly => case.allowed("trust"),
                        _ if through_role && limit.is_some() => case.implicit("boundary"),
                        _ if through_role => case.allowed("trust"),
                        (_, "none") => case.implicit("trust"),
                        ("no" | "a silent", _) => case.implicit("identity"),
                        _ if limit.is_some() => case.implicit("boundary"),
                        _ => case.allowed(if is_foreign { "trust" } else { "identity" }),
                    });
                }
            }
        }
    }
    cases
}

fn stated() -> Vec<Case> {
    let ask = |rule: &str, title: &str, person: &Person| Case::of(rule, title, person).asks(ASSUME, ROLE, HERE);
    let partner = user_of(THERE);
    let external = policy(json!({
        "Effect": "Allow", "Principal": account(THERE), "Action": ASSUME,
        "Condition": {"StringEquals": {"sts:ExternalId": "12345"}}
    }));
    let mfa = policy(json!({
        "Effect": "Allow", "Principal": account(HERE), "Action": ASSUME,
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    }));
    let named = policy(json!({
        "Effect": "Allow", "Principal": account(HERE), "Action": ASSUME,
        "Condition": {"StringLike": {"sts:RoleSessionName": "${aws:username}"}}
    }));
    let service_trust = trust("Allow", json!({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}), ASSUME);
    vec![
        ask("external-id", "the external id as wanted", &partner)
            .identity(allow(ASSUME))
            .key("sts:ExternalId", "12345")
            .resource(external.clone())
            .allowed("trust"),
        ask("external-id", "another external id", &partner)
            .identity(allow(ASSUME))
            .key("sts:ExternalId", "54321")
            .resource(external.clone())
            .implicit("trust"),
        ask("external-id", "no external id", &partner).identity(allow(ASSUME)).resource(external).implicit("trust"),
        ask("trust-conditions", "MFA wanted, long-term credentials", &user())
            .identity(allow(ASSUME))
            .resource(mfa.clone())
            .implicit("trust"),
        ask("trust-conditions", "MFA wanted, session without", &role_of(HERE, "/"))
            .identity(allow(ASSUME))
            .resource(mfa)
            .implicit("trust"),
        ask("trust-conditions", "the session named after the user", &user())
            .identity(allow(ASSUME))
            .key("sts:RoleSessionName", "alice")
            .resource(named.clone())
            .allowed("identity"),
        ask("trust-conditions", "the session named otherwise", &user())
            .identity(allow(ASSUME))
            .key("sts:RoleSessionName", "bob")
            .resource(named)
            .implicit("trust"),
        ask("service-roles", "a service that is named", &service("lambda.amazonaws.com"))
            .resource(service_trust.clone())
            .allowed("trust"),
        ask("service-roles", "a service that is not", &service("ecs.amazonaws.com"))
            .resource(service_trust)
            .implicit("trust"),
        ask("unique-ids", "the unique id of a user that is gone, in a trust policy", &user().made_again())
            .identity(allow(ASSUME))
            .resource(trust("Allow", aws(user().id()), ASSUME))
            .implicit("trust"),
        ask("unique-ids", "the unique id of a user, in a trust policy", &user())
            .resource(trust("Allow", aws(user().id()), ASSUME))
            .allowed("trust"),
    ]
}

/// Roles that trust identity providers.
fn providers() -> Vec<Case> {
    let mut cases = Vec::new();
    for (person, action, provider, key) in [
        (web_identity(PROVIDER), "sts:AssumeRoleWithWebIdentity", PROVIDER, "token.example.com:aud"),
        (saml(SAML), "sts:AssumeRoleWithSAML", SAML, "SAML:aud"),
    ] {
        let rule = if person.word == "web identity" { "oidc-principals" } else { "saml-principals" };
        let ask = |title: &str| Case::of(rule, title, &person).asks(action, ROLE, HERE).key(key, "https://example.com");
        let federated = json!({"Federated": provider});
        let conditioned = |value: &str| {
            policy(json!({
                "Effect": "Allow", "Principal": federated, "Action": action, "Condition": {"StringEquals": {key: value}}
            }))
        };
        cases.extend([
            ask("the provider named").resource(trust("Allow", federated.clone(), action)).allowed("trust"),
            ask("another provider named")
                .resource(trust("Allow", json!({"Federated": "accounts.google.com"}), action))
                .implicit("trust"),
            ask("the account named").resource(trust("Allow", account(HERE), action)).implicit("trust"),
            ask("the provider named for AssumeRole")
                .resource(trust("Allow", federated.clone(), ASSUME))
                .implicit("trust"),
            ask("the audience as wanted").resource(conditioned("https://example.com")).allowed("trust"),
            ask("another audience").resource(conditioned("https://example.org")).implicit("trust"),
            ask("the provider named, in an organization")
                .resource(trust("Allow", federated.clone(), action))
                .rcp(&[&[grant(json!("*"), "*")]])
                .allowed("trust"),
            ask("the provider named, and a resource control policy that denies")
                .resource(trust("Allow", federated.clone(), action))
                .rcp(&[&[grant(json!("*"), "*"), refuse(json!("*"), "sts:*")]])
                .explicit("rcp"),
            ask("the provider named, through an endpoint")
                .resource(trust("Allow", federated.clone(), action))
                .endpoint(grant(json!("*"), "*"))
                .allowed("trust"),
            ask("the provider denied")
                .resource(policy(json!([
                    {"Effect": "Allow", "Principal": federated, "Action": action},
                    {"Effect": "Deny", "Principal": federated, "Action": action}
                ])))
                .explicit("trust"),
        ]);
    }
    cases.push(
        Case::of("oidc-principals", "an anonymous caller", &anonymous())
            .asks("sts:AssumeRoleWithWebIdentity", ROLE, HERE)
            .resource(trust("Allow", json!({"Federated": PROVIDER}), "sts:AssumeRoleWithWebIdentity"))
            .implicit("trust"),
    );
    cases
}

/// GetCallerIdentity needs no permission, and none can be taken away.
fn caller_identity() -> Vec<Case> {
    [root(HERE), user(), role_of(HERE, "/"), federated()]
        .into_iter()
        .flat_map(|person| {
            let ask = |title: &str| {
                Case::of("caller-identity", format!("{title}, asked by a {}", person.word), &person)
                    .asks_for("sts:GetCallerIdentity")
            };
            let denied = ask("an explicit deny");
            let denied = if person.word == "root" { denied.scp(&[&[deny("*")]]) } else { denied.identity(deny("*")) };
            [ask("no policy").allowed("always"), denied.allowed("always")]
        })
        .collect()
}
