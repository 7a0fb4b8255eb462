//! Grants of AWS KMS ("Grants in AWS KMS", GrantConstraints).

use super::principals::{self, Grant};
use super::statements::Request;
use super::texts;
use serde_json::Value;

/// In which capacities the grants on the key allow the request to the caller.
pub(super) fn capacities(request: &Request<'_>) -> Vec<Grant> {
    let grants = super::list(&request.case["policies"]["grants"]);
    grants.into_iter().filter(|grant| allows(grant, request)).filter_map(|grant| capacity(grant, request)).collect()
}

/// "Valid principals include AWS accounts, IAM users, IAM roles, federated users, and assumed role users"; or a service.
fn capacity(grant: &Value, request: &Request<'_>) -> Option<Grant> {
    match (grant["granteePrincipal"].as_str(), grant["granteeServicePrincipal"].as_str()) {
        (Some(arn), _) => principals::capacity("AWS", arn, request.case),
        (None, Some(service)) => principals::capacity("Service", service, request.case),
        (None, None) => None,
    }
}

fn allows(grant: &Value, request: &Request<'_>) -> bool {
    let Some(operation) = request.action().strip_prefix("kms:") else { return false };
    texts(&grant["operations"]).iter().any(|allowed| allowed == operation)
        && satisfies(&grant["constraints"], operation, request)
}

/// "The constraint doesn't apply to these operations": DescribeKey and RetireGrant for the encryption context, RetireGrant
/// for the source.
fn satisfies(constraints: &Value, operation: &str, request: &Request<'_>) -> bool {
    let context = &request.case["context"];
    if let Some(source) = constraints["SourceArn"].as_str()
        && operation != "RetireGrant"
        && context["aws:SourceArn"] != source
    {
        return false;
    }
    if matches!(operation, "DescribeKey" | "RetireGrant") {
        return true;
    }
    let given = encryption_context(context);
    let includes = |wanted: &Value| {
        let wanted = wanted.as_object().into_iter().flatten();
        // The key of a pair is not case sensitive, the value is; which of two that differ in case is meant, nobody says.
        wanted.into_iter().all(|(key, value)| {
            let found: Vec<_> = given.iter().filter(|(name, _)| name.to_lowercase() == key.to_lowercase()).collect();
            found.len() == 1 && *value == *found[0].1
        })
    };
    let equals = &constraints["EncryptionContextEquals"];
    let as_many = equals.as_object().is_none_or(|wanted| wanted.len() == given.len());
    includes(equals) && as_many && includes(&constraints["EncryptionContextSubset"])
}

/// The request's encryption context, by the condition keys that have it.
fn encryption_context(context: &Value) -> Vec<(String, String)> {
    let keys = context.as_object().into_iter().flatten();
    let pairs = keys.filter_map(|(key, value)| {
        Some((key.strip_prefix("kms:EncryptionContext:")?.to_owned(), value.as_str()?.to_owned()))
    });
    pairs.collect()
}
