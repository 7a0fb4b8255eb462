//! Key policies: GetKeyPolicy and ListKeyPolicies.
//!
//! Guarantees: every key has exactly one policy, named `default`. It is the one that AWS gives a key made without a
//! policy: it lets the account, and through it the account's own policies, decide. Source: KMS Developer Guide,
//! "Default key policy".

use crate::keys::ready;
use crate::{api, error, paging};
use base::{AccountId, Partition};
use kernel::{Ctx, Result};
use model::Fault;
use serde_json::Value;

/// The only name a key policy can have.
pub(crate) const NAME: &str = "default";

/// Shows the policy of a key.
pub(crate) fn get(ctx: &mut Ctx<'_>, input: api::GetKeyPolicy) -> Result<api::GetKeyPolicyOutput> {
    let key = ready(ctx, 0, api::GET_KEY_POLICY.name)?;
    if input.policy_name.is_some_and(|name| name != NAME) {
        return Err(error::no_such_policy().into());
    }
    Ok(api::GetKeyPolicyOutput { policy: Some(key.policy.clone()), policy_name: Some(NAME.to_owned()) })
}

/// The names of a key's policies, of which there is one.
pub(crate) fn list(ctx: &mut Ctx<'_>, input: api::ListKeyPolicies) -> Result<api::ListKeyPoliciesOutput> {
    let key = ready(ctx, 0, api::LIST_KEY_POLICIES.name)?;
    let filters = [key.id.as_str()];
    let page = paging::ask(ctx, input.limit, input.marker.as_deref(), paging::KEYS, &filters)?;
    let names = [NAME].into_iter().filter(|name| page.after.as_deref().is_none_or(|after| *name > after));
    Ok(api::ListKeyPoliciesOutput {
        policy_names: Some(names.map(str::to_owned).collect()),
        truncated: Some(false),
        next_marker: None,
    })
}

/// Whether two policies are the same but for their layout. What is no JSON object is no policy.
pub(crate) fn same(given: &str, other: &str) -> std::result::Result<bool, Fault> {
    let parse = |text: &str| serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
    let given = parse(given).ok_or_else(error::malformed_policy)?;
    Ok(Some(given) == parse(other))
}

/// The policy of a key made without one, laid out as AWS prints it.
pub(crate) fn default_document(partition: Partition, account: AccountId) -> String {
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:{partition}:iam::{account}:root"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_of_a_policy_does_not_matter_and_its_content_does() {
        let default = default_document(Partition::Aws, "111122223333".parse().unwrap());
        let compact: Value = serde_json::from_str(&default).unwrap();
        assert_eq!(same(&compact.to_string(), &default).ok(), Some(true));
        let other = default_document(Partition::Aws, "444455556666".parse().unwrap());
        assert_eq!(same(&other, &default).ok(), Some(false));
        for text in ["", "[]", "{", "\"policy\""] {
            assert_eq!(same(text, &default).expect_err(text).code, "MalformedPolicyDocumentException");
        }
    }
}
