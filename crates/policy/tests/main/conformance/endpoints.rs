//! VPC endpoint policies: they limit what comes through, and grant nothing.

use super::case::Case;
use super::documents::{account, allow, aws, deny, grant, policy, refuse, statement, when};
use super::people::{HERE, THERE, anonymous, federated, role, root, service, user, user_of};
use super::rules::SECRET;
use super::same_account::{OTHER, READ};
use serde_json::{Value, json};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let default = json!({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]});
    for person in [
        root(HERE),
        user(),
        role(),
        federated(),
        user_of(THERE),
        root(THERE),
        service("events.amazonaws.com"),
        anonymous(),
    ] {
        let whose = if person.account() == THERE { " of another account" } else { "" };
        let everyone = policy(json!([
            {"Effect": "Allow", "Principal": "*", "Action": READ, "Resource": "*"},
            {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": READ, "Resource": "*"}
        ]));
        for (word, endpoint) in [
            ("the default policy", default.clone()),
            ("a policy that allows it", grant(json!("*"), READ)),
            ("a policy that allows something else", grant(json!("*"), OTHER)),
            (
                "a policy that denies it",
                policy(json!([default["Statement"][0], refuse(json!("*"), READ)["Statement"]])),
            ),
        ] {
            // A service's own calls come through no endpoint.
            if person.word == "service" {
                continue;
            }
            let case = Case::of("endpoint-policies", format!("{word}, asked by a {}{whose}", person.word), &person)
                .asks(READ, SECRET, HERE);
            let case =
                if matches!(person.word, "root" | "anonymous caller") { case } else { case.identity(allow("*")) };
            let case = if person.word == "federated user" { case.session(allow("*")) } else { case };
            let case = case.resource(everyone.clone()).endpoint(endpoint);
            cases.push(match word {
                "a policy that allows something else" => case.implicit("endpoint"),
                "a policy that denies it" => case.explicit("endpoint"),
                _ => case.allowed("resource"),
            });
        }
    }
    cases.extend(stated());
    cases
}

fn stated() -> Vec<Case> {
    let ask = |title: &str| Case::of("endpoint-policies", title, &user()).asks(READ, SECRET, HERE);
    let only = |arns: Value| policy(json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": arns}));
    let by_condition = |arn: String| {
        policy(json!({
            "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalArn": arn}}
        }))
    };
    let sources = policy(json!([
        {"Effect": "Allow", "Principal": "*", "Action": READ, "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}}
    ]));
    vec![
        ask("they grant nothing").endpoint(grant(json!("*"), "*")).implicit("identity"),
        ask("they do not replace the resource's policy")
            .endpoint(grant(json!("*"), "*"))
            .resource(refuse(json!("*"), READ))
            .explicit("resource"),
        ask("another account named").identity(allow("*")).endpoint(grant(account(THERE), "*")).implicit("endpoint"),
        ask("the user named").identity(allow("*")).endpoint(grant(aws(user().entity()), "*")).allowed("identity"),
        ask("the resource named").identity(allow("*")).endpoint(only(json!(SECRET))).allowed("identity"),
        ask("another resource named").identity(allow("*")).endpoint(only(json!("arn:aws:s3:::*"))).implicit("endpoint"),
        ask("the principal as a condition")
            .identity(allow("*"))
            .endpoint(by_condition(user().entity()))
            .allowed("identity"),
        ask("another principal as a condition")
            .identity(allow("*"))
            .endpoint(by_condition(role().entity()))
            .implicit("endpoint"),
        ask("identity policy silent as well")
            .identity(allow(OTHER))
            .endpoint(grant(json!("*"), OTHER))
            .implicit("identity"),
        ask("identity policy denies as well")
            .identity(deny(READ))
            .endpoint(refuse(json!("*"), READ))
            .explicit("identity"),
        ask("a resource that wants this endpoint")
            .key("aws:SourceVpce", "vpce-1a2b3c4d")
            .endpoint(grant(json!("*"), "*"))
            .resource(sources.clone())
            .allowed("resource"),
        ask("a resource that wants another endpoint")
            .key("aws:SourceVpce", "vpce-9z9z9z9z")
            .endpoint(grant(json!("*"), "*"))
            .resource(sources.clone())
            .explicit("resource"),
        ask("a resource that wants an endpoint, asked without one").resource(sources).explicit("resource"),
        ask("an address as a condition, which endpoints hide")
            .key("aws:SourceVpce", "vpce-1a2b3c4d")
            .identity(policy(when(statement("Allow", "*", "*"), "IpAddress", "aws:SourceIp", "203.0.113.0/24")))
            .endpoint(grant(json!("*"), "*"))
            .implicit("identity"),
    ]
}
