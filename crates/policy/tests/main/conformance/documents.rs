//! Policies, written short, and the text that becomes of them.

use serde_json::{Value, json};

/// The order of elements in which people write them.
const ORDER: &[&str] = &[
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// A document's text.
pub(crate) fn written(document: &Value) -> String {
    match document {
        Value::Object(elements) => {
            let mut names: Vec<&String> = elements.keys().collect();
            names.sort_by_key(|name| ORDER.iter().position(|known| known == name));
            let elements: Vec<String> =
                names.into_iter().map(|name| format!("{}:{}", json!(name), written(&elements[name]))).collect();
            format!("{{{}}}", elements.join(","))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(written).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// A document of the current version.
pub(crate) fn policy(statements: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// A statement without a principal.
pub(crate) fn statement(effect: &str, action: impl Into<Value>, resource: impl Into<Value>) -> Value {
    json!({"Effect": effect, "Action": action.into(), "Resource": resource.into()})
}

/// A statement of a resource's policy about the resource.
pub(crate) fn about(effect: &str, principal: Value, action: &str) -> Value {
    json!({"Effect": effect, "Principal": principal, "Action": action, "Resource": "*"})
}

/// The statement with an element set.
pub(crate) fn with(mut statement: Value, element: &str, value: Value) -> Value {
    statement[element] = value;
    statement
}

/// The statement with one condition.
pub(crate) fn when(statement: Value, operator: &str, key: &str, values: impl Into<Value>) -> Value {
    with(statement, "Condition", json!({operator: {key: values.into()}}))
}

/// One Allow, of anything.
pub(crate) fn allow(action: &str) -> Value {
    policy(statement("Allow", action, "*"))
}

/// One Deny, of anything.
pub(crate) fn deny(action: &str) -> Value {
    policy(statement("Deny", action, "*"))
}

/// One Allow in a resource's policy.
pub(crate) fn grant(principal: Value, action: &str) -> Value {
    policy(about("Allow", principal, action))
}

/// One Deny in a resource's policy.
pub(crate) fn refuse(principal: Value, action: &str) -> Value {
    policy(about("Deny", principal, action))
}

/// `{"AWS": name}`
pub(crate) fn aws(name: impl Into<Value>) -> Value {
    json!({"AWS": name.into()})
}

/// The account, as a principal.
pub(crate) fn account(id: &str) -> Value {
    aws(format!("arn:aws:iam::{id}:root"))
}
