//! What AWS tells a denied caller ("Troubleshoot access denied error messages").

use super::algorithm::Outcome;
use super::principals;
use super::statements::Request;

/// The text; `None` where AWS's page gives none: for services, anonymous callers, and callers with another's word only.
pub(super) fn message(request: &Request<'_>, outcome: Outcome, by: &str) -> Option<String> {
    let caller = &request.case["principal"];
    let action = request.action();
    if !principals::belongs_to_account(caller) {
        return None;
    }
    let because = match outcome {
        Outcome::Allow => return None,
        Outcome::ImplicitDeny => format!("because no {} allows the {action} action", words(by)),
        Outcome::ExplicitDeny => format!("with an explicit deny in {}", with_article(by)),
    };
    let on = match request.resource() {
        "*" => String::new(),
        arn => format!(" on resource: {arn}"),
    };
    Some(format!("User: {} is not authorized to perform: {action}{on} {because}", principals::caller_arn(caller)))
}

fn words(by: &str) -> &str {
    match by {
        "identity" => "identity-based policy",
        "resource" => "resource-based policy",
        "boundary" => "permissions boundary",
        "session" => "session policy",
        "scp" => "service control policy",
        "rcp" => "resource control policy",
        "endpoint" => "VPC endpoint policy",
        "trust" => "role trust policy",
        other => panic!("{other} is no type of policy"),
    }
}

fn with_article(by: &str) -> String {
    let article = match by {
        "identity" => "an",
        "trust" => "the",
        _ => "a",
    };
    format!("{article} {}", words(by))
}
