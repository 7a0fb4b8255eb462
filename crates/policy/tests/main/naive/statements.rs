//! Statements: which of a policy's speak about a request, and to what effect.

use super::conditions::{self, Context};
use super::globs::{self, Piece};
use super::principals::{self, Grant};
use super::{list, texts, variables};
use serde_json::Value;

/// What a request asks, as far as statements care.
pub(super) struct Request<'a> {
    pub(super) case: &'a Value,
    pub(super) context: Context<'a>,
}

impl<'a> Request<'a> {
    pub(super) fn new(case: &'a Value) -> Self {
        Self { case, context: Context(&case["context"]) }
    }

    pub(super) fn action(&self) -> &'a str {
        self.case["action"].as_str().unwrap()
    }

    /// Where an action has no resources, its policies say `*`.
    pub(super) fn resource(&self) -> &'a str {
        self.case["resource"]["arn"].as_str().unwrap_or("*")
    }
}

/// Whether the policy has a Deny that speaks about the request.
pub(super) fn denies(document: &Value, request: &Request<'_>) -> bool {
    about(document, "Deny", request).next().is_some()
}

/// Whether the policy has an Allow that speaks about the request, whoever is named.
pub(super) fn allows(document: &Value, request: &Request<'_>) -> bool {
    about(document, "Allow", request).next().is_some()
}

/// In which capacities the policy of a resource allows the request.
pub(super) fn grants(document: &Value, request: &Request<'_>) -> Vec<Grant> {
    about(document, "Allow", request).flat_map(|statement| principals::named(statement, request.case)).collect()
}

fn about<'a>(document: &'a Value, effect: &'a str, request: &'a Request<'_>) -> impl Iterator<Item = &'a Value> {
    list(&document["Statement"])
        .into_iter()
        .filter(move |statement| statement["Effect"] == effect && is_about(document, statement, request))
}

fn is_about(document: &Value, statement: &Value, request: &Request<'_>) -> bool {
    let has_variables = document["Version"] == "2012-10-17";
    is_about_action(statement, request.action())
        && is_about_resource(statement, has_variables, request)
        && principals::is_about(statement, request.case)
        && conditions::hold(&statement["Condition"], statement["Effect"] == "Deny", has_variables, &request.context)
}

/// "IAM JSON policy elements: Action", "NotAction": prefix and name are compared without regard to case.
fn is_about_action(statement: &Value, action: &str) -> bool {
    let matches = |pattern: String| globs::matches(&globs::pieces(&pattern.to_lowercase()), &action.to_lowercase());
    match statement.get("NotAction") {
        Some(others) => !texts(others).into_iter().any(matches),
        None => texts(&statement["Action"]).into_iter().any(matches),
    }
}

/// "IAM JSON policy elements: Resource", "NotResource". A trust policy has neither: it is about its role.
fn is_about_resource(statement: &Value, has_variables: bool, request: &Request<'_>) -> bool {
    let matches = |pattern: String| is_resource(&pattern, has_variables, request);
    match (statement.get("NotResource"), statement.get("Resource")) {
        (Some(others), _) => !texts(others).into_iter().any(matches),
        (None, Some(resources)) => texts(resources).into_iter().any(matches),
        (None, None) => true,
    }
}

/// Whether the request's resource is among those that a pattern stands for. A variable without a value stands for none.
fn is_resource(pattern: &str, has_variables: bool, request: &Request<'_>) -> bool {
    if pattern == "*" {
        return true;
    }
    if request.resource() == "*" {
        return false;
    }
    // An incomplete ARN is completed with wildcards ("Identify AWS resources with Amazon Resource Names").
    let missing = 5_usize.saturating_sub(pattern.matches(':').count());
    let pattern = format!("{pattern}{}", ":*".repeat(missing));
    // Variables stand behind the fifth colon only.
    let Some((at, _)) = pattern.match_indices(':').nth(4) else { return false };
    let mut pieces: Vec<Piece> = globs::pieces(&pattern[..=at]);
    let Some(last) = variables::replaced(&pattern[at + 1..], has_variables, &request.context) else { return false };
    pieces.extend(last);
    globs::matches_segments(&pieces, request.resource())
}
