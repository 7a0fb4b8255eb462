//! Key policies: GetKeyPolicy, PutKeyPolicy and ListKeyPolicies.
//!
//! Guarantees: every key has exactly one policy, named `default`; a key made without one gets AWS's, which lets the
//! account, and through it the account's own policies, decide. Principals are kept by their unique ids, so that who is
//! made again under an old name has inherited nothing, and shown by their ARNs. Nobody locks themselves out unless they
//! say that they mean it. Source: KMS Developer Guide, "Key policies", "Default key policy".

use crate::keyid::KeyId;
use crate::keys::ready;
use crate::records::PolicyRecord;
use crate::{api, error, paging};
use base::{AccountId, Partition, Scope};
use directory::records::{bind_principals, unbind_principals};
use kernel::{Ctx, Error, Result, Target};
use model::Fault;
use policy::{Attached, Document, Kind, Origin, Policy};
use std::sync::Arc;

/// The only name a key policy can have.
pub(crate) const NAME: &str = "default";

/// The name of the policy that AWS RAM gives a key which is shared by it. Nobody else may write it.
const SHARING: &str = "AWS_RAM";

/// Bytes of a key policy. Source: KMS Developer Guide, "Resource quotas".
const MAX_BYTES: usize = 32_768;

/// Shows the policy of a key.
pub(crate) fn get(ctx: &mut Ctx<'_>, input: api::GetKeyPolicy) -> Result<api::GetKeyPolicyOutput> {
    let key = ready(ctx, 0, api::GET_KEY_POLICY.name)?;
    if input.policy_name.is_some_and(|name| name != NAME) {
        return Err(error::no_such_policy().into());
    }
    let shown = shown(ctx, key.scope, &key.id)?;
    Ok(api::GetKeyPolicyOutput { policy: Some(shown), policy_name: Some(NAME.to_owned()) })
}

/// The policy of a key as its owner reads it.
pub(crate) fn shown(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId) -> Result<String> {
    let stored = ctx.get::<PolicyRecord>(&PolicyRecord::key(scope, id))?;
    let partition = scope.region.partition();
    match stored {
        Some(PolicyRecord(stored)) => Ok(unbind_principals(ctx, &parsed(&stored)?, partition)?),
        None => Ok(default_document(partition, scope.account)),
    }
}

/// Replaces the policy of a key.
pub(crate) fn put(ctx: &mut Ctx<'_>, input: api::PutKeyPolicy) -> Result<()> {
    let key = ready(ctx, 0, api::PUT_KEY_POLICY.name)?;
    match input.policy_name.as_deref() {
        None | Some(NAME) => {}
        Some(SHARING) => return Err(Fault::validation(format!("The key policy {SHARING} cannot be changed.")).into()),
        Some(_) => return Err(error::no_such_policy().into()),
    }
    let bypass = input.bypass_policy_lockout_safety_check.unwrap_or(false);
    let stored = accept(ctx, key.scope, &key.id, &input.policy, bypass)?;
    ctx.put(&PolicyRecord::key(key.scope, &key.id), &stored)
}

/// Reads a policy that is to guard a key; refuses one that its own author could not change again, unless told to.
pub(crate) fn accept(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId, text: &str, bypass: bool) -> Result<PolicyRecord> {
    if text.len() > MAX_BYTES {
        return Err(error::limit_exceeded(format!("A key policy has at most {MAX_BYTES} bytes.")).into());
    }
    let document = Document::parse(Kind::Key, text).map_err(|malformed| error::malformed_policy(&malformed))?;
    let Ok(bound) = bind_principals(ctx, &document)? else { return Err(error::invalid_principals().into()) };
    let stored = PolicyRecord(bound);
    if !bypass {
        let owner = scope.account;
        let policy = attached(&stored.0)?;
        let again = Target::arn("kms:PutKeyPolicy", id.arn(scope), owner)
            .in_region(scope.region)
            .condition("kms:PolicyName", vec![NAME.to_owned()])
            .condition("kms:CallerAccount", vec![owner.to_string()])
            .guarded_by(policy);
        if !ctx.would_permit(&again)? {
            return Err(error::lockout().into());
        }
    }
    Ok(stored)
}

/// A stored policy, ready to decide.
pub(crate) fn attached(stored: &str) -> Result<Attached> {
    Ok(Attached::new(NAME, Origin::Given, Arc::new(Policy::compile(&parsed(stored)?))))
}

fn parsed(stored: &str) -> Result<Document> {
    let document = Document::parse(Kind::Key, stored);
    document.map_err(|malformed| Error::Internal(format!("a stored key policy: {malformed}")))
}

/// The names of a key's policies, of which there is one.
pub(crate) fn list(ctx: &mut Ctx<'_>, input: api::ListKeyPolicies) -> Result<api::ListKeyPoliciesOutput> {
    let key = ready(ctx, 0, api::LIST_KEY_POLICIES.name)?;
    let filters = [key.id.as_str()];
    let page = paging::ask(ctx, input.limit, input.marker.as_deref(), paging::KEYS, &filters)?;
    let names = [NAME].into_iter().filter(|name| page.is_after(name));
    Ok(api::ListKeyPoliciesOutput {
        policy_names: Some(names.map(str::to_owned).collect()),
        truncated: Some(false),
        next_marker: None,
    })
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
