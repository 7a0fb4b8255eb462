//! Authorization messages, as DecodeAuthorizationMessage shows them.
//!
//! Source: STS API Reference, DecodeAuthorizationMessage; AWS re:Post, "How can I decode an authorization failure message".

use policy::{Consulted, Decision, Denial, Effect, Explanation, Question, Resource, Verdict};
use serde_json::{Value, json};

/// What a decision was made on: principal, action, resource, condition keys, and the statements that matched.
pub(crate) fn decoded(question: &Question<'_>, explanation: &Explanation) -> String {
    let resource = match question.resource {
        Resource::Any => "*",
        Resource::Owned { arn, .. } => arn,
    };
    let conditions = explanation.keys.iter().map(|(key, values)| {
        let values = values.iter().map(|value| json!({ "value": value })).collect::<Vec<_>>();
        json!({ "key": key, "values": { "items": values } })
    });
    let is_explicit = matches!(explanation.decision, Decision::Denied(Denial::Explicit(_)));
    json!({
        "allowed": explanation.decision.is_allowed(),
        "explicitDeny": is_explicit,
        "matchedStatements": { "items": explanation.policies.iter().flat_map(matched).collect::<Vec<_>>() },
        "failures": { "items": [] },
        "context": {
            "principal": {
                "id": question.principal.unique_id(),
                "arn": question.principal.arn(question.partition),
            },
            "action": question.action,
            "resource": resource,
            "conditions": { "items": conditions.collect::<Vec<_>>() },
        },
    })
    .to_string()
}

fn matched(policy: &Consulted) -> impl Iterator<Item = Value> {
    let matching = policy.statements.iter().filter(|statement| statement.verdict == Verdict::Matches);
    matching.map(|statement| {
        json!({
            "statementId": statement.sid.as_deref().unwrap_or_default(),
            "effect": if statement.effect == Effect::Deny { "DENY" } else { "ALLOW" },
            "sourcePolicyId": &*policy.id,
            "sourcePolicyType": policy.policy_type.name(),
        })
    })
}
