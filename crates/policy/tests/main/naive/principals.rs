//! The `Principal` and `NotPrincipal` elements.
//!
//! A case says under `exists` which users and roles there are and what their unique ids are: an ARN in a policy means the
//! entity that had it when the policy was saved, and a bare id means the entity that has or had it.

use super::texts;
use serde_json::Value;

/// In which capacity a caller is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grant {
    /// Named itself: its user or session ARN, its service, or everyone.
    Itself,
    /// Through the role that its session is of.
    Role,
    /// Through the user who federated it.
    FederatingUser,
    /// Through its account, which may delegate.
    Account,
}

/// Whether a statement is about the caller. Without either element it is about whoever its policy is attached to.
pub(super) fn is_about(statement: &Value, case: &Value) -> bool {
    match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(_), _) => !named(statement, case).is_empty(),
        (None, Some(others)) => !is_excepted(others, case),
        (None, None) => true,
    }
}

/// In which capacities the statement's `Principal` names the caller.
pub(super) fn named(statement: &Value, case: &Value) -> Vec<Grant> {
    entries(&statement["Principal"])
        .iter()
        .filter(|(_, name)| !(name == "*" && statement["Effect"] == "Allow" && is_doubtful(statement, case)))
        .filter_map(|(kind, name)| capacity(kind, name, case))
        .collect()
}

/// AWS's pages do not say that a role which trusts everyone trusts whom only an identity provider knows; so it does not.
fn is_doubtful(statement: &Value, case: &Value) -> bool {
    let is_trust = statement.get("Resource").is_none() && statement.get("NotResource").is_none();
    is_trust && matches!(case["principal"]["type"].as_str(), Some("webIdentity" | "saml"))
}

/// `"*"`, or lists by kind of principal.
fn entries(element: &Value) -> Vec<(String, String)> {
    match element.as_object() {
        Some(kinds) => kinds
            .iter()
            .flat_map(|(kind, names)| texts(names).into_iter().map(move |name| (kind.clone(), name)))
            .collect(),
        None => texts(element).into_iter().map(|name| ("AWS".to_owned(), name)).collect(),
    }
}

pub(super) fn capacity(kind: &str, name: &str, case: &Value) -> Option<Grant> {
    let caller = &case["principal"];
    let of = |key: &str| caller[key].as_str().unwrap_or_default();
    let is = |value: &str| of("type") == value;
    match kind {
        "AWS" if name == "*" => Some(Grant::Itself),
        "AWS" => {
            if belongs_to_account(caller) && is_account(name, of("account")) {
                return Some(Grant::Account);
            }
            // What AWS saved: the unique id of the entity that had this ARN.
            let id = case["exists"].get(name).and_then(Value::as_str).unwrap_or(name);
            match of("type") {
                "user" if id == of("id") => Some(Grant::Itself),
                "role" if id == of("id") => Some(Grant::Role),
                "role" | "federated" if name == caller_arn(caller) => Some(Grant::Itself),
                "federated" if caller["user"]["id"] == id => Some(Grant::FederatingUser),
                _ => None,
            }
        }
        "Service" => (is("service") && name == of("name")).then_some(Grant::Itself),
        "Federated" => ((is("webIdentity") || is("saml")) && name == of("provider")).then_some(Grant::Itself),
        _ => None,
    }
}

/// Whether `NotPrincipal` leaves the caller out. It must list the caller, its role and its account, and leaves out nobody
/// who has a permissions boundary.
fn is_excepted(others: &Value, case: &Value) -> bool {
    let caller = &case["principal"];
    if !case["policies"]["boundary"].is_null() {
        return false;
    }
    // Everyone but everyone is nobody.
    if entries(others).iter().any(|(kind, name)| kind == "AWS" && name == "*") {
        return true;
    }
    let listed: Vec<_> = entries(others).iter().filter_map(|(kind, name)| capacity(kind, name, case)).collect();
    let wanted: &[Grant] = match caller["type"].as_str().unwrap() {
        "root" => &[Grant::Account],
        "role" => &[Grant::Account, Grant::Role, Grant::Itself],
        "user" | "federated" => &[Grant::Account, Grant::Itself],
        _ => &[Grant::Itself],
    };
    wanted.iter().all(|wanted| listed.contains(wanted))
}

/// Whether the caller is one of an account's own: its root, its users, sessions of its roles.
pub(super) fn belongs_to_account(caller: &Value) -> bool {
    matches!(caller["type"].as_str(), Some("root" | "user" | "role" | "federated"))
}

/// `111122223333` and `arn:aws:iam::111122223333:root` mean the account.
fn is_account(name: &str, account: &str) -> bool {
    let of_arn = name.strip_prefix("arn:").and_then(|rest| rest.split_once(":iam::")).map(|(_, rest)| rest);
    name == account || of_arn.and_then(|rest| rest.strip_suffix(":root")) == Some(account)
}

/// The ARN by which messages call the caller, and by which policies name its session.
pub(super) fn caller_arn(caller: &Value) -> String {
    let of = |key: &str| caller[key].as_str().unwrap_or_default();
    let account = of("account");
    match of("type") {
        "root" => format!("arn:aws:iam::{account}:root"),
        "user" => format!("arn:aws:iam::{account}:user{}{}", of("path"), of("name")),
        "role" => format!("arn:aws:sts::{account}:assumed-role/{}/{}", of("name"), of("session")),
        "federated" => format!("arn:aws:sts::{account}:federated-user/{}", of("name")),
        other => other.to_owned(),
    }
}
