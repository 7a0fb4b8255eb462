//! What denied callers are told: every type of policy, both kinds of denial, with and without a resource.

use super::case::Case;
use super::documents::{allow, deny, grant, policy, refuse};
use super::people::{HERE, Person, federated, role, root, user};
use super::rules::SECRET;
use super::same_account::OTHER;
use serde_json::json;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for person in [root(HERE), user(), role(), federated()] {
        for (action, resource) in
            [("secretsmanager:GetSecretValue", Some(SECRET)), ("secretsmanager:ListSecrets", None)]
        {
            cases.extend(each_type(&person, action, resource));
        }
    }
    cases
}

/// One case for each type of policy that can deny the person.
fn each_type(person: &Person, action: &str, resource: Option<&str>) -> Vec<Case> {
    let ask = |title: &str| {
        let title =
            format!("{title}, asked by a {}{}", person.word, if resource.is_none() { ", no resource" } else { "" });
        let case = Case::of("denial-messages", title, person);
        match resource {
            Some(arn) => case.asks(action, arn, HERE),
            None => case.asks_for(action),
        }
    };
    let is_root = person.word == "root";
    let is_federated = person.word == "federated user";
    let permitted = |title: &str| {
        let case = ask(title);
        let case = if is_root { case } else { case.identity(allow("*")) };
        if is_federated { case.session(allow("*")) } else { case }
    };
    let refusing = policy(json!([allow("*")["Statement"], deny(action)["Statement"]]));
    let (full, silent) = (allow("*"), allow(OTHER));
    let (whole, little, refused) = ([full.clone()], [silent.clone()], [refusing.clone()]);
    let mut cases = vec![
        permitted("no service control policy allows").scp(&[&whole, &little]).implicit("scp"),
        permitted("a service control policy denies").scp(&[&whole, &refused]).explicit("scp"),
        permitted("the second service control policy of a level denies")
            .scp(&[&[full.clone(), deny(action)]])
            .explicit("scp"),
        permitted("no endpoint policy allows").endpoint(grant(json!("*"), OTHER)).implicit("endpoint"),
        permitted("an endpoint policy denies").endpoint(refuse(json!("*"), action)).explicit("endpoint"),
    ];
    if resource.is_some() {
        cases.push(permitted("a resource policy denies").resource(refuse(json!("*"), action)).explicit("resource"));
        cases.push(
            permitted("a resource control policy denies")
                .rcp(&[&[grant(json!("*"), "*"), refuse(json!("*"), action)]])
                .explicit("rcp"),
        );
    }
    if is_root {
        return cases;
    }
    let own = if is_federated {
        ask("no identity policy allows").session(full.clone())
    } else {
        ask("no identity policy allows")
    };
    cases.push(own.implicit("identity"));
    cases.push(permitted("an identity policy denies").identity(deny(action)).explicit("identity"));
    cases.push(
        permitted("a managed policy denies")
            .managed("arn:aws:iam::111122223333:policy/NoSecrets", deny(action))
            .explicit("identity"),
    );
    cases.push(permitted("no boundary allows").boundary(silent.clone()).implicit("boundary"));
    cases.push(permitted("a boundary denies").boundary(refusing.clone()).explicit("boundary"));
    if person.word != "user" {
        let case = ask("no session policy allows").identity(full.clone()).session(silent);
        cases.push(case.implicit("session"));
        cases.push(ask("a session policy denies").identity(full.clone()).session(refusing.clone()).explicit("session"));
        cases.push(
            ask("a managed session policy denies")
                .identity(full)
                .managed_session("arn:aws:iam::111122223333:policy/NoSecrets", refusing)
                .explicit("session"),
        );
    }
    cases
}
