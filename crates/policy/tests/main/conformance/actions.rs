//! `Action` and `NotAction`, and how documents may be written.

use super::case::Case;
use super::documents::{allow, policy, statement};
use super::people::{HERE, user};
use super::rules::SECRET;
use serde_json::{Value, json};

const READ: &str = "secretsmanager:GetSecretValue";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = matching();
    cases.extend(forms());
    cases
}

fn matching() -> Vec<Case> {
    let rows: Vec<(Value, bool)> = vec![
        (json!("*"), true),
        (json!("secretsmanager:*"), true),
        (json!(READ), true),
        (json!("SecretsManager:getsecretvalue"), true),
        (json!("SECRETSMANAGER:GETSECRETVALUE"), true),
        (json!("secretsmanager:Get*"), true),
        (json!("secretsmanager:get*"), true),
        (json!("secretsmanager:*Value"), true),
        (json!("secretsmanager:*Secret*"), true),
        (json!("secretsmanager:G*t*V*e"), true),
        (json!("secretsmanager:GetSecretValu?"), true),
        (json!("secretsmanager:???SecretValue"), true),
        (json!("secretsmanager:GetSecretValue?"), false),
        (json!("secretsmanager:GetSecretValue*"), true),
        (json!("secretsmanager:GetSecret"), false),
        (json!("secretsmanager:Put*"), false),
        (json!("secretsmanager:?"), false),
        (json!("s3:*"), false),
        (json!("s3:GetSecretValue"), false),
        (json!(["s3:*", "secretsmanager:List*", "secretsmanager:Get*"]), true),
        (json!(["s3:*", "secretsmanager:List*"]), false),
    ];
    let mut cases = Vec::new();
    for (action, matches) in rows {
        let document =
            |element: &str, effect: &str| policy(json!({"Effect": effect, element: action, "Resource": "*"}));
        let ask = |rule: &str, title: String| Case::of(rule, title, &user()).asks(READ, SECRET, HERE);
        let state = |case: Case, holds: bool| if holds { case.allowed("identity") } else { case.implicit("identity") };
        cases.push(state(ask("action", format!("Allow {action}")).identity(document("Action", "Allow")), matches));
        cases.push(state(
            ask("not-action", format!("Allow all but {action}")).identity(document("NotAction", "Allow")),
            !matches,
        ));
        let denied = ask("not-action", format!("Deny all but {action}"))
            .identity(document("NotAction", "Deny"))
            .identity(allow("*"));
        cases.push(if matches { denied.allowed("identity") } else { denied.explicit("identity") });
        if matches {
            cases.push(
                ask("action", format!("Deny {action}"))
                    .identity(document("Action", "Deny"))
                    .identity(allow("*"))
                    .explicit("identity"),
            );
        }
    }
    cases
}

/// One value or a list, one statement or several, elements in any order, either version or none.
fn forms() -> Vec<Case> {
    let ask = |title: &str| Case::of("grammar", title, &user()).asks(READ, SECRET, HERE);
    let (grants, others, denies) =
        (statement("Allow", READ, "*"), statement("Allow", "s3:*", "*"), statement("Deny", READ, "*"));
    let named = policy(json!({"Sid": "One", "Effect": "Allow", "Action": READ, "Resource": "*"}));
    vec![
        ask("no policy").implicit("identity"),
        ask("one statement").identity(policy(grants.clone())).allowed("identity"),
        ask("a list of one statement").identity(policy(json!([grants]))).allowed("identity"),
        ask("the second of two statements").identity(policy(json!([others, grants]))).allowed("identity"),
        ask("the first of two statements").identity(policy(json!([grants, others]))).allowed("identity"),
        ask("the second of two policies")
            .identity(policy(others.clone()))
            .identity(policy(grants.clone()))
            .allowed("identity"),
        ask("a Deny after an Allow").identity(policy(json!([grants, denies]))).explicit("identity"),
        ask("a Deny before an Allow").identity(policy(json!([denies, grants]))).explicit("identity"),
        ask("a Deny in another policy")
            .identity(policy(grants.clone()))
            .identity(policy(denies.clone()))
            .explicit("identity"),
        ask("a Deny alone").identity(policy(denies)).explicit("identity"),
        ask("lists of one value")
            .identity(policy(json!({"Effect": "Allow", "Action": [READ], "Resource": [SECRET]})))
            .allowed("identity"),
        ask("a statement with a name").identity(named).allowed("identity"),
        ask("no version").identity(json!({"Statement": grants})).allowed("identity"),
        ask("the version of 2008").identity(json!({"Version": "2008-10-17", "Statement": grants})).allowed("identity"),
        ask("an empty condition")
            .identity(policy(json!({"Effect": "Allow", "Action": READ, "Resource": "*", "Condition": {}})))
            .allowed("identity"),
    ]
}
