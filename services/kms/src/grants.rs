//! Grants: CreateGrant, ListGrants, ListRetirableGrants, RetireGrant, RevokeGrant.
//!
//! Guarantees: a grant is effective, and ends, with the call that makes or ends it; a request with a name, repeated, makes
//! no second grant; a grant's token is told once and never recorded. What a grant allows is decided by `policy`.
//! Sources: KMS API Reference; KMS Developer Guide, "Grants in AWS KMS".

pub(crate) mod held;
mod principals;
pub(crate) mod records;
pub(crate) mod resolve;
pub(crate) mod tokens;
mod wanted;

use crate::keys::ready;
use crate::usage::unless_dry;
use crate::view::KeyView;
use crate::{api, error, paging};
use base::Partition;
use kernel::{Ctx, Page, Result};
use model::Fault;
use policy::Identity;
use principals::{Party, account_of, bind, holder_of, known};
use records::{Constraints, GrantRecord, RetirableRecord, Ring, retirable};
use std::collections::BTreeMap;
use store::Key;

/// Grants looked at for one page of a list that is narrowed to a grantee; the page may be short then.
const MAX_LOOKED_AT: usize = 1_000;

/// Makes a grant.
pub(crate) fn create(ctx: &mut Ctx<'_>, input: api::CreateGrant) -> Result<api::CreateGrantOutput> {
    let key = ready(ctx, 0, api::CREATE_GRANT.name)?;
    let asked = wanted::read(&input)?;
    asked.check(&key)?;
    let (grantee, _) = party(ctx, &key, input.grantee_principal, input.grantee_service_principal)?
        .ok_or_else(|| error::null_member("granteePrincipal"))?;
    let retiring = party(ctx, &key, input.retiring_principal, input.retiring_service_principal)?;
    let mut id = [0; 32];
    ctx.rng().fill(&mut id);
    let grant = GrantRecord {
        id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
        name: input.name,
        created: ctx.now().into(),
        issuer: ctx.scope().account.to_string(),
        grantee,
        retiring: retiring.map(|(party, account)| (party, account.to_string())),
        operations: asked.operations.iter().map(|operation| operation.as_str().to_owned()).collect(),
        constraints: asked.constraints,
    };
    let ring = Ring::of(&key);
    let before = match grant.fingerprint() {
        Some(fingerprint) => ring.made_before(ctx, &fingerprint)?,
        None => None,
    };
    if before.is_none() {
        ring.check_quota(ctx, &grant.id)?;
    }
    unless_dry(input.dry_run)?;
    let id = match before {
        Some(id) => id,
        None => {
            ring.add(ctx, &grant)?;
            grant.id
        }
    };
    ctx.audit_response(serde_json::json!({ "grantId": &id, "keyId": &key.arn }).to_string());
    let token = tokens::new(ctx, key.scope, &key.id, &id);
    Ok(api::CreateGrantOutput { grant_token: Some(token), grant_id: Some(id) })
}

/// The principal that a request names, by an ARN or as a service, and the account in whose list it stands.
fn party(
    ctx: &mut Ctx<'_>,
    key: &KeyView,
    principal: Option<String>,
    service: Option<String>,
) -> Result<Option<(Party, base::AccountId)>> {
    match (principal, service) {
        (Some(arn), _) => bind(ctx, &arn).map(Some),
        (None, Some(name)) => Ok(Some((Party::service(name), key.scope.account))),
        (None, None) => Ok(None),
    }
}

/// The grants on a key by id, all of them or those of a grantee, or one.
pub(crate) fn list(ctx: &mut Ctx<'_>, input: api::ListGrants) -> Result<api::ListGrantsResponse> {
    let key = ready(ctx, 0, api::LIST_GRANTS.name)?;
    let ring = Ring::of(&key);
    let grantee = filter(ctx, input.grantee_principal, input.grantee_service_principal)?;
    if let Some(id) = &input.grant_id
        && !is_grant_id(id)
    {
        return Err(error::invalid_grant_id().into());
    }
    let filters = [key.id.as_str(), input.grant_id.as_deref().unwrap_or(""), grantee.name()];
    let page = paging::ask(ctx, input.limit, input.marker.as_deref(), paging::GRANTS, &filters)?;
    let (found, next) = match (&input.grant_id, &grantee) {
        (_, Filter::Nobody) => (Vec::new(), None),
        (Some(id), grantee) => {
            let found = ring.find(ctx, id)?.filter(|grant| grantee.takes(grant));
            (found.into_iter().filter(|_| page.after.is_none()).collect(), None)
        }
        (None, Filter::Everyone) => {
            let found = ring.page(ctx, page.after.as_deref(), page.limit + 1)?;
            page.cut(ctx, found, |grant| &grant.id)?
        }
        (None, Filter::Only(party, _)) => held_by(ctx, &ring, party, &page)?,
    };
    let grants = entries(ctx, found.into_iter().map(|grant| (key.arn.clone(), grant)), key.scope.region.partition())?;
    Ok(api::ListGrantsResponse { grants: Some(grants), truncated: Some(next.is_some()), next_marker: next })
}

/// The page of the grants that a party has on a key; those of a role's sessions lie among those of the role.
fn held_by(
    ctx: &mut Ctx<'_>,
    ring: &Ring,
    party: &Party,
    page: &Page<'_>,
) -> Result<(Vec<GrantRecord>, Option<String>)> {
    let place = ring.held(holder_of(party));
    let after = page.after.as_ref().map(|id| place.clone().text(id));
    let looked_at: Vec<(Key, GrantRecord)> = ctx.scan(&place, after.as_ref(), MAX_LOOKED_AT)?;
    let (is_cut, last) = (looked_at.len() == MAX_LOOKED_AT, looked_at.last().map(|(_, grant)| grant.id.clone()));
    let found = looked_at.into_iter().map(|(_, grant)| grant).filter(|grant| grant.grantee == *party);
    let (found, next) = page.cut(ctx, found.collect(), |grant: &GrantRecord| grant.id.as_str())?;
    match (next, last) {
        (None, Some(last)) if is_cut => Ok((found, Some(page.marker(ctx, &last)?))),
        (next, _) => Ok((found, next)),
    }
}

/// The grants that a principal may retire, on keys of whatever account.
pub(crate) fn list_retirable(ctx: &mut Ctx<'_>, input: api::ListRetirableGrants) -> Result<api::ListGrantsResponse> {
    let scope = ctx.scope();
    let retiring = filter(ctx, input.retiring_principal, input.retiring_service_principal)?;
    let filters = [retiring.name()];
    let page = paging::ask(ctx, input.limit, input.marker.as_deref(), paging::GRANTS, &filters)?;
    let (mut found, mut next) = (Vec::new(), None);
    if let Filter::Only(party, _) = &retiring {
        let place = retirable(scope, party);
        let after = page.after.as_ref().map(|name| place.clone().text(name));
        let listed: Vec<(Key, RetirableRecord)> = ctx.scan(&place, after.as_ref(), page.limit + 1)?;
        let named = listed.into_iter().filter_map(|(key, record)| Some((key.last_text()?, record))).collect();
        let (named, marker) = page.cut(ctx, named, |(name, _): &(String, RetirableRecord)| name)?;
        next = marker;
        for (_, record) in named {
            let grant = record.find(ctx, scope.region)?;
            found.extend(grant.map(|(scope, key, grant)| (key.arn(scope), grant)));
        }
    }
    let grants = entries(ctx, found.into_iter(), scope.region.partition())?;
    Ok(api::ListGrantsResponse { grants: Some(grants), truncated: Some(next.is_some()), next_marker: next })
}

/// Whom a list is narrowed to.
enum Filter {
    /// It is not.
    Everyone,
    /// A principal that is there, and the name by which it was given.
    Only(Party, String),
    /// A principal that is not there, who has nothing.
    Nobody,
}

impl Filter {
    fn name(&self) -> &str {
        match self {
            Self::Only(_, name) => name,
            Self::Everyone | Self::Nobody => "",
        }
    }

    fn takes(&self, grant: &GrantRecord) -> bool {
        match self {
            Self::Everyone => true,
            Self::Only(party, _) => grant.grantee == *party,
            Self::Nobody => false,
        }
    }
}

fn filter(ctx: &mut Ctx<'_>, principal: Option<String>, service: Option<String>) -> Result<Filter> {
    match (principal, service) {
        (None, None) => Ok(Filter::Everyone),
        (Some(arn), None) => {
            if account_of(&arn, ctx.partition()).is_none() {
                return Err(error::invalid_principal(&arn).into());
            }
            Ok(known(ctx, &arn)?.map_or(Filter::Nobody, |(party, _)| Filter::Only(party, arn)))
        }
        (None, Some(name)) if matches!(ctx.caller().principal.identity, Identity::Service { .. }) => {
            Ok(Filter::Only(Party::service(name.as_str()), name))
        }
        (None, Some(_)) => Err(error::only_for_services().into()),
        (Some(_), Some(_)) => Err(error::one_principal().into()),
    }
}

/// Ends a grant: by those whom it says.
pub(crate) fn retire(ctx: &mut Ctx<'_>, input: api::RetireGrant) -> Result<()> {
    let key = ready(ctx, 0, api::RETIRE_GRANT.name)?;
    match (input.grant_token, input.grant_id) {
        (Some(token), _) => {
            let region = ctx.scope().region;
            let id = tokens::open(ctx.crypto(), region, &token)?.grant;
            end(ctx, &key, &id, input.dry_run, error::invalid_grant_token)
        }
        (None, id) => {
            let id = id.ok_or_else(error::one_grant)?;
            end(ctx, &key, &id, input.dry_run, || error::grant_not_found(&id))
        }
    }
}

/// Ends a grant: by those who may on its key.
pub(crate) fn revoke(ctx: &mut Ctx<'_>, input: api::RevokeGrant) -> Result<()> {
    let key = ready(ctx, 0, api::REVOKE_GRANT.name)?;
    end(ctx, &key, &input.grant_id, input.dry_run, || error::grant_not_found(&input.grant_id))
}

fn end(ctx: &mut Ctx<'_>, key: &KeyView, id: &str, dry_run: Option<bool>, gone: impl Fn() -> Fault) -> Result<()> {
    if !is_grant_id(id) {
        return Err(error::invalid_grant_id().into());
    }
    let ring = Ring::of(key);
    let grant = ring.find(ctx, id)?.ok_or_else(gone)?;
    ctx.audit_data("grantId", serde_json::Value::from(id).to_string());
    unless_dry(dry_run)?;
    ring.remove(ctx, &grant)
}

/// 64 hexadecimal digits.
fn is_grant_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Grants as lists tell them, each with the ARN of its key.
fn entries(
    ctx: &mut Ctx<'_>,
    grants: impl Iterator<Item = (String, GrantRecord)>,
    partition: Partition,
) -> Result<Vec<api::GrantListEntry>> {
    grants.map(|(key, grant)| entry(ctx, key, grant, partition)).collect()
}

fn entry(ctx: &mut Ctx<'_>, key: String, grant: GrantRecord, partition: Partition) -> Result<api::GrantListEntry> {
    let mut shown = |party: Option<&Party>| -> Result<(Option<String>, Option<String>)> {
        Ok(match party {
            None => (None, None),
            Some(party) if party.is_service() => (None, Some(party.as_str().to_owned())),
            Some(party) => (Some(party.shown(ctx, partition)?), None),
        })
    };
    let (grantee_principal, grantee_service_principal) = shown(Some(&grant.grantee))?;
    let (retiring_principal, retiring_service_principal) = shown(grant.retiring.as_ref().map(|(party, _)| party))?;
    let operations = grant
        .operations
        .iter()
        .filter_map(|word| api::GrantOperation::ALL.iter().copied().find(|operation| operation.as_str() == word));
    Ok(api::GrantListEntry {
        key_id: Some(key),
        grant_id: Some(grant.id.clone()),
        // AWS tells an empty name where there is none.
        name: Some(grant.name.clone().unwrap_or_default()),
        creation_date: Some(grant.created.into()),
        grantee_principal,
        retiring_principal,
        issuing_account: Some(format!("arn:{partition}:iam::{}:root", grant.issuer)),
        operations: Some(operations.collect()),
        constraints: told(&grant.constraints),
        grantee_service_principal,
        retiring_service_principal,
    })
}

fn told(constraints: &Constraints) -> Option<api::GrantConstraints> {
    let pairs = |pairs: &BTreeMap<String, String>| (!pairs.is_empty()).then(|| pairs.clone());
    let Constraints { equals, subset, source } = constraints;
    (*constraints != Constraints::default()).then(|| api::GrantConstraints {
        encryption_context_subset: pairs(subset),
        encryption_context_equals: pairs(equals),
        source_arn: source.clone(),
    })
}
