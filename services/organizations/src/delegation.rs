//! Services that work across the organization, and members that administer them for it.
//!
//! Guarantees: a member administers a service only while that service has access; the management account never does.

use crate::records::{Since, State};
use crate::resolve::{Reach, on};
use crate::standing::Standing;
use crate::{accounts, api, error, paging, quotas};
use base::{Secret, Timestamp};
use kernel::{Ctx, Result, Service, op};
use std::collections::BTreeMap;
use store::Part;

pub(crate) fn operations(service: Service) -> Service {
    service
        .with(
            op(api::ENABLE_AWS_SERVICE_ACCESS, enable)
                .on(|lookup, input| {
                    let principal = [("organizations:ServicePrincipal", vec![input.service_principal.clone()])];
                    on(lookup, "organizations:EnableAWSServiceAccess", Reach::Manage, &[], &principal)
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DISABLE_AWS_SERVICE_ACCESS, disable)
                .on(|lookup, input| {
                    let principal = [("organizations:ServicePrincipal", vec![input.service_principal.clone()])];
                    on(lookup, "organizations:DisableAWSServiceAccess", Reach::Manage, &[], &principal)
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::LIST_AWS_SERVICE_ACCESS_FOR_ORGANIZATION, list_services)
                .on(|lookup, _| on(lookup, "organizations:ListAWSServiceAccessForOrganization", Reach::Read, &[], &[]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::REGISTER_DELEGATED_ADMINISTRATOR, register)
                .on(|lookup, input| {
                    let principal = [("organizations:ServicePrincipal", vec![input.service_principal.clone()])];
                    let action = "organizations:RegisterDelegatedAdministrator";
                    on(lookup, action, Reach::Manage, &[&input.account_id], &principal)
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DEREGISTER_DELEGATED_ADMINISTRATOR, deregister)
                .on(|lookup, input| {
                    let principal = [("organizations:ServicePrincipal", vec![input.service_principal.clone()])];
                    let action = "organizations:DeregisterDelegatedAdministrator";
                    on(lookup, action, Reach::Manage, &[&input.account_id], &principal)
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::LIST_DELEGATED_ADMINISTRATORS, list_administrators)
                .on(|lookup, input| {
                    let principal: Vec<_> = input.service_principal.iter().cloned().collect();
                    let principal = [("organizations:ServicePrincipal", principal)];
                    let conditions = if input.service_principal.is_some() { &principal[..] } else { &[] };
                    on(lookup, "organizations:ListDelegatedAdministrators", Reach::Read, &[], conditions)
                })
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_DELEGATED_SERVICES_FOR_ACCOUNT, list_delegated)
                .on(|lookup, input| {
                    let action = "organizations:ListDelegatedServicesForAccount";
                    on(lookup, action, Reach::Read, &[&input.account_id], &[])
                })
                .quota(&quotas::READS),
        )
}

fn enable(ctx: &mut Ctx<'_>, input: api::EnableAWSServiceAccess) -> Result<()> {
    let standing = Standing::of(ctx)?;
    recognised(&input.service_principal)?;
    let place = Since::service_access(standing.management, &input.service_principal);
    if !ctx.exists(&place)? {
        ctx.put(&place, &Since(ctx.now().millis()))?;
    }
    Ok(())
}

fn disable(ctx: &mut Ctx<'_>, input: api::DisableAWSServiceAccess) -> Result<()> {
    let standing = Standing::of(ctx)?;
    recognised(&input.service_principal)?;
    if !delegates(ctx, &standing, Some(&input.service_principal))?.is_empty() {
        return Err(error::constraint(
            "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE",
            "You must deregister the service's delegated administrators before you disable its access.",
        )
        .into());
    }
    ctx.delete(&Since::service_access(standing.management, &input.service_principal))
}

fn list_services(
    ctx: &mut Ctx<'_>,
    input: api::ListAWSServiceAccessForOrganization,
) -> Result<api::ListAWSServiceAccessForOrganizationOutput> {
    let standing = Standing::of(ctx)?;
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &[])?;
    let (found, next_token) = page.records::<Since>(ctx, &Since::service_accesses(standing.management))?;
    let entry = |(principal, since): (String, Since)| api::EnabledServicePrincipal {
        service_principal: Some(principal),
        date_enabled: Some(Timestamp::from_millis(since.0)),
    };
    let enabled = found.into_iter().map(entry).collect();
    Ok(api::ListAWSServiceAccessForOrganizationOutput { enabled_service_principals: Some(enabled), next_token })
}

fn register(ctx: &mut Ctx<'_>, input: api::RegisterDelegatedAdministrator) -> Result<()> {
    let standing = Standing::of(ctx)?;
    let (account, principal) = (&input.account_id, &input.service_principal);
    recognised(principal)?;
    let member = accounts::existing(ctx, &standing, account)?;
    if account == standing.management.as_str() {
        return Err(error::constraint(
            "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
            "You cannot register master account/yourself as delegated administrator for your organization.",
        )
        .into());
    }
    if member.state != State::Active {
        return Err(error::constraint(
            "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR",
            "You cannot register a suspended account as a delegated administrator.",
        )
        .into());
    }
    if !ctx.exists(&Since::service_access(standing.management, principal))? {
        return Err(error::constraint(
            "SERVICE_ACCESS_NOT_ENABLED",
            "You attempted to register a delegated administrator before you enabled service access. Call the \
             EnableAWSServiceAccess API first.",
        )
        .into());
    }
    if delegates(ctx, &standing, Some(principal))?.len() >= quotas::MAX_DELEGATES_PER_SERVICE {
        return Err(error::constraint(
            "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED",
            "You have reached the number of delegated administrators for the service.",
        )
        .into());
    }
    let since = Since(ctx.now().millis());
    if ctx.insert(&Since::delegation(standing.management, account, principal), &since)? {
        return Ok(());
    }
    Err(error::bare(
        "AccountAlreadyRegisteredException",
        "The provided account is already a delegated administrator for your organization.",
    )
    .into())
}

fn deregister(ctx: &mut Ctx<'_>, input: api::DeregisterDelegatedAdministrator) -> Result<()> {
    let standing = Standing::of(ctx)?;
    recognised(&input.service_principal)?;
    accounts::existing(ctx, &standing, &input.account_id)?;
    let place = Since::delegation(standing.management, &input.account_id, &input.service_principal);
    if !ctx.exists(&place)? {
        return Err(error::bare(
            "AccountNotRegisteredException",
            "The provided account is not a registered delegated administrator for your organization.",
        )
        .into());
    }
    ctx.delete(&place)
}

fn list_administrators(
    ctx: &mut Ctx<'_>,
    input: api::ListDelegatedAdministrators,
) -> Result<api::ListDelegatedAdministratorsOutput> {
    let standing = Standing::of(ctx)?;
    let filter = input.service_principal.as_deref();
    let filters: Vec<&str> = filter.into_iter().collect();
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &filters)?;
    let all = delegates(ctx, &standing, filter)?;
    let (found, next_token) = page.of(ctx, all.into_iter().collect())?;
    let mut administrators = Vec::with_capacity(found.len());
    for (id, since) in found {
        let member = accounts::existing(ctx, &standing, &id)?;
        let (status, state) = accounts::status(&member);
        administrators.push(api::DelegatedAdministrator {
            arn: Some(standing.arns().account(&id)),
            id: Some(id),
            status: Some(status),
            state: Some(state),
            joined_method: Some(accounts::joined(&member)),
            joined_timestamp: Some(Timestamp::from_millis(member.joined_millis)),
            delegation_enabled_date: Some(Timestamp::from_millis(since)),
            email: Some(Secret::new(member.email)),
            name: Some(Secret::new(member.name)),
        });
    }
    Ok(api::ListDelegatedAdministratorsOutput { delegated_administrators: Some(administrators), next_token })
}

fn list_delegated(
    ctx: &mut Ctx<'_>,
    input: api::ListDelegatedServicesForAccount,
) -> Result<api::ListDelegatedServicesForAccountOutput> {
    let standing = Standing::of(ctx)?;
    accounts::existing(ctx, &standing, &input.account_id)?;
    if !administers(ctx, &standing, &input.account_id)? {
        return Err(error::bare(
            "AccountNotRegisteredException",
            "The provided account is not a registered delegated administrator for your organization.",
        )
        .into());
    }
    let filters = [input.account_id.as_str()];
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &filters)?;
    let delegations = Since::delegations_to(standing.management, &input.account_id);
    let (found, next_token) = page.records::<Since>(ctx, &delegations)?;
    let entry = |(principal, since): (String, Since)| api::DelegatedService {
        service_principal: Some(principal),
        delegation_enabled_date: Some(Timestamp::from_millis(since.0)),
    };
    let services = found.into_iter().map(entry).collect();
    Ok(api::ListDelegatedServicesForAccountOutput { delegated_services: Some(services), next_token })
}

/// Whether a member administers any service.
pub(crate) fn administers(ctx: &mut Ctx<'_>, standing: &Standing, account: &str) -> Result<bool> {
    Ok(!ctx.scan::<Since>(&Since::delegations_to(standing.management, account), None, 1)?.is_empty())
}

/// The members that administer a service, or any, with the time since when.
fn delegates(ctx: &mut Ctx<'_>, standing: &Standing, principal: Option<&str>) -> Result<BTreeMap<String, i64>> {
    let mut found = BTreeMap::new();
    for (key, since) in ctx.scan::<Since>(&Since::delegations(standing.management), None, usize::MAX)? {
        let parts = key.parts();
        let [Part::Text(account), Part::Text(service)] = parts.as_slice() else { continue };
        if principal.is_none_or(|principal| principal == service) {
            let earliest = found.entry(account.clone()).or_insert(since.0);
            *earliest = since.0.min(*earliest);
        }
    }
    Ok(found)
}

/// Refuses what is no service principal.
fn recognised(principal: &str) -> std::result::Result<(), model::Fault> {
    let name = principal.strip_suffix(".amazonaws.com").unwrap_or_default();
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if name.split('.').all(is_label) {
        return Ok(());
    }
    Err(error::invalid_input("UNRECOGNIZED_SERVICE_PRINCIPAL", "You specified an unrecognized service principal."))
}
