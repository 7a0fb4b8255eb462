//! What the operations on grants reach, and what may allow them.
//!
//! Guarantees: who may make grants by a grant alone gives on no more than that one gives; retiring is allowed by the grant
//! itself, to those whom it says, to the account that made it and to the key's, and through these accounts to whom their
//! own policies allow it; of a grant that is not there, only who may retire all of them learns that.
//! Sources: KMS Developer Guide, "Granting CreateGrant permission", "Retiring and revoking grants"; KMS API Reference,
//! ListRetirableGrants.

use super::principals::{Party, account_of};
use super::records::{GrantRecord, Ring};
use super::{held, tokens, wanted};
use crate::keyid::{self, Accepts, Reference};
use crate::resolve::{Located, by_name};
use crate::view::KeyView;
use crate::{api, error};
use base::{AccountId, Scope};
use kernel::{Caller, Lookup, Result, Target};
use policy::Identity;
use std::sync::Arc;

const CREATE: &str = "kms:CreateGrant";
const RETIRE: &str = "kms:RetireGrant";

/// CreateGrant: with all that the grant would say, and by those grants of the caller's that go as far.
pub(crate) fn create(lookup: &mut Lookup<'_, '_>, input: &api::CreateGrant) -> Result<Vec<Target>> {
    tokens::check(lookup, &input.grant_tokens)?;
    let asked = wanted::read(input)?;
    let located = by_name(lookup, CREATE, &input.key_id, Accepts::Keys)?;
    let grants = match &located {
        Located::Key(key, _) | Located::Unseen(key, ..) => delegating(lookup, key, &asked)?,
        Located::Elsewhere(..) => Vec::new(),
    };
    let operations = asked.operations.iter().map(|operation| operation.as_str().to_owned()).collect();
    let mut target =
        for_service(located.target(CREATE), lookup.caller()).condition_set("kms:GrantOperations", operations);
    for (key, value) in [
        ("kms:GranteePrincipal", &input.grantee_principal),
        ("kms:RetiringPrincipal", &input.retiring_principal),
        ("kms:GranteeServicePrincipal", &input.grantee_service_principal),
        ("kms:RetiringServicePrincipal", &input.retiring_service_principal),
        ("kms:GrantConstraintSourceArn", &asked.constraints.source),
    ] {
        if let Some(value) = value {
            target = target.condition(key, vec![value.clone()]);
        }
    }
    Ok(vec![wanted::described(target, &asked.constraints).granted(grants)])
}

/// The caller's grants that let it make grants, those that do not reach so far with what they lack.
fn delegating(lookup: &mut Lookup<'_, '_>, key: &KeyView, asked: &wanted::Wanted) -> Result<Vec<Arc<policy::Grant>>> {
    let grants = held::records_of_caller(lookup, key)?;
    let delegating = grants.into_iter().filter(|grant| grant.gives(api::GrantOperation::CreateGrant));
    let judged = delegating.map(|grant| match asked.exceeds(&grant) {
        Some(why) => grant.compiled().limited(why),
        None => grant.compiled(),
    });
    Ok(judged.map(Arc::new).collect())
}

/// ListGrants.
pub(crate) fn list(lookup: &mut Lookup<'_, '_>, input: &api::ListGrants) -> Result<Vec<Target>> {
    on_key(lookup, "kms:ListGrants", &input.key_id)
}

/// RevokeGrant.
pub(crate) fn revoke(lookup: &mut Lookup<'_, '_>, input: &api::RevokeGrant) -> Result<Vec<Target>> {
    on_key(lookup, "kms:RevokeGrant", &input.key_id)
}

fn on_key(lookup: &mut Lookup<'_, '_>, action: &'static str, named: &str) -> Result<Vec<Target>> {
    let target = by_name(lookup, action, named, Accepts::Keys)?.target(action);
    Ok(vec![for_service(target, lookup.caller())])
}

/// Whether a service asks, for itself or for somebody.
fn for_service(target: Target, caller: &Caller) -> Target {
    let is_for_service = caller.via.is_some() || matches!(caller.principal.identity, Identity::Service { .. });
    target.condition("kms:GrantIsForAWSResource", vec![is_for_service.to_string()])
}

/// ListRetirableGrants: on the principal whose grants they are.
pub(crate) fn list_retirable(lookup: &mut Lookup<'_, '_>, input: &api::ListRetirableGrants) -> Result<Vec<Target>> {
    let action = "kms:ListRetirableGrants";
    match (&input.retiring_principal, &input.retiring_service_principal) {
        (Some(arn), None) => {
            let found = account_of(arn, lookup.partition());
            let (account, _) = found.ok_or_else(|| error::invalid_principal(arn))?;
            Ok(vec![Target::arn(action, arn.clone(), account)])
        }
        (None, Some(_)) if matches!(lookup.caller().principal.identity, Identity::Service { .. }) => {
            Ok(vec![Target::any(action)])
        }
        (None, Some(_)) => Err(error::only_for_services().into()),
        _ => Err(error::one_principal().into()),
    }
}

/// RetireGrant: as the grant allows it.
pub(crate) fn retire(lookup: &mut Lookup<'_, '_>, input: &api::RetireGrant) -> Result<Vec<Target>> {
    let (scope, key, id) = match (&input.grant_token, &input.key_id, &input.grant_id) {
        (Some(token), None, None) => {
            let tokens::Meant { scope, key, grant } = tokens::open(lookup.crypto(), lookup.scope().region, token)?;
            (scope, key, grant)
        }
        (None, Some(named), Some(grant)) => {
            let here = lookup.scope();
            let Reference::Key(account, key) = keyid::parse(named, here, Accepts::Keys)? else {
                return Err(error::invalid_key_id(named).into());
            };
            (Scope { account, ..here }, key, grant.clone())
        }
        _ => return Err(error::one_grant().into()),
    };
    let Some(view) = lookup.view::<KeyView>(scope, key.as_str())? else {
        return match (&input.grant_token, scope.account == lookup.scope().account) {
            (Some(_), _) => Err(error::invalid_grant_token().into()),
            (None, true) => Err(error::key_not_found(&key.arn(scope)).into()),
            (None, false) => Ok(vec![Target::arn(RETIRE, key.arn(scope), scope.account)]),
        };
    };
    let grant = Ring::of(&view).find(lookup, &id)?;
    let allowing = allowing(lookup, scope.account, &id, grant.as_ref());
    let target = Target::view(RETIRE, view).granted(allowing);
    Ok(vec![match &grant {
        Some(grant) => wanted::described(target, &grant.constraints),
        None => target,
    }])
}

/// What allows a grant to be retired: itself, to its grantee; its word for who may retire it; and its accounts' right to.
fn allowing(
    lookup: &Lookup<'_, '_>,
    owner: AccountId,
    id: &str,
    grant: Option<&GrantRecord>,
) -> Vec<Arc<policy::Grant>> {
    let to = |party: &Party| policy::Grant::new(id, party.as_str(), [RETIRE], Vec::new());
    let mut allowing = vec![to(&Party::account(lookup.partition(), owner))];
    if let Some(grant) = grant {
        allowing.push(grant.compiled());
        allowing.extend(grant.retiring.as_ref().map(|(party, _)| to(party)));
        if let Ok(issuer) = grant.issuer.parse::<AccountId>()
            && issuer != owner
        {
            allowing.push(to(&Party::account(lookup.partition(), issuer)));
        }
    }
    allowing.into_iter().map(Arc::new).collect()
}
