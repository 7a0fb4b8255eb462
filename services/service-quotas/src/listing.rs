//! Services and their quotas, as they are and as AWS has them.

use crate::resolve::{arn, default_arn, place_of, quota, service};
use crate::{api, error, paging};
use base::Scope;
use kernel::{Ctx, Quota, Result, Service};

/// The services that have quotas here.
pub(crate) fn services(ctx: &mut Ctx<'_>, input: api::ListServices) -> Result<api::ListServicesOutput> {
    let mut listed: Vec<_> = ctx.services().iter().filter(|service| !service.quotas().is_empty()).collect();
    listed.sort_by_key(|service| service.code());
    let asked = (input.max_results, input.next_token.as_deref());
    let (page, next_token) = paging::cut(ctx, listed, asked, &[], |service| service.code())?;
    let info = |service: &&Service| api::ServiceInfo {
        service_code: Some(service.code().to_owned()),
        service_name: Some(service.title().to_owned()),
    };
    Ok(api::ListServicesOutput { next_token, services: Some(page.iter().map(info).collect()) })
}

/// The quotas of a service as they count for the account.
pub(crate) fn applied(ctx: &mut Ctx<'_>, input: api::ListServiceQuotas) -> Result<api::ListServiceQuotasOutput> {
    let service = service(ctx.services(), &input.service_code)?;
    let code = input.quota_code.as_deref();
    // No quota here has values of its own for single resources.
    let none = input.quota_applied_at_level == Some(api::AppliedLevelEnum::Resource);
    let wanted = |quota: &&Quota| !none && code.is_none_or(|code| quota.code == code);
    let listed: Vec<_> = service.quotas().iter().filter(wanted).collect();
    if let (true, Some(code)) = (listed.is_empty() && !none, code) {
        quota(service, code)?;
    }
    let asked = (input.max_results, input.next_token.as_deref());
    let (page, next_token) = paging::cut(ctx, listed, asked, &[service.code()], |quota| quota.code)?;
    let quotas = page.into_iter().map(|quota| told(ctx, service, quota)).collect();
    Ok(api::ListServiceQuotasOutput { next_token, quotas: Some(quotas) })
}

/// The quotas of a service as AWS has them for everybody.
pub(crate) fn defaults(
    ctx: &mut Ctx<'_>,
    input: api::ListAWSDefaultServiceQuotas,
) -> Result<api::ListAWSDefaultServiceQuotasOutput> {
    let service = service(ctx.services(), &input.service_code)?;
    let asked = (input.max_results, input.next_token.as_deref());
    let listed = service.quotas().iter().collect();
    let (page, next_token) = paging::cut(ctx, listed, asked, &[service.code()], |quota: &&Quota| quota.code)?;
    let quotas = page.into_iter().map(|quota| told_default(ctx.scope(), service, quota)).collect();
    Ok(api::ListAWSDefaultServiceQuotasOutput { next_token, quotas: Some(quotas) })
}

/// One quota as it counts for the account.
pub(crate) fn get(ctx: &mut Ctx<'_>, input: api::GetServiceQuota) -> Result<api::GetServiceQuotaOutput> {
    let service = service(ctx.services(), &input.service_code)?;
    let quota = quota(service, &input.quota_code)?;
    if input.context_id.is_some() {
        return Err(error::no_such_context().into());
    }
    Ok(api::GetServiceQuotaOutput { quota: Some(told(ctx, service, quota)) })
}

/// One quota as AWS has it for everybody.
pub(crate) fn get_default(
    ctx: &mut Ctx<'_>,
    input: api::GetAWSDefaultServiceQuota,
) -> Result<api::GetAWSDefaultServiceQuotaOutput> {
    let service = service(ctx.services(), &input.service_code)?;
    let quota = quota(service, &input.quota_code)?;
    Ok(api::GetAWSDefaultServiceQuotaOutput { quota: Some(told_default(ctx.scope(), service, quota)) })
}

fn told(ctx: &Ctx<'_>, service: &Service, quota: &Quota) -> api::ServiceQuota {
    let place = place_of(service, ctx.scope());
    api::ServiceQuota {
        quota_arn: Some(arn(ctx.scope(), service.code(), quota.code)),
        value: Some(ctx.quota(place, quota)),
        quota_applied_at_level: Some(api::AppliedLevelEnum::Account),
        ..told_default(ctx.scope(), service, quota)
    }
}

fn told_default(scope: Scope, service: &Service, quota: &Quota) -> api::ServiceQuota {
    let region = place_of(service, scope).region;
    let second = || api::QuotaPeriod { period_value: Some(1), period_unit: Some(api::PeriodUnit::Second) };
    api::ServiceQuota {
        service_code: Some(service.code().to_owned()),
        service_name: Some(service.title().to_owned()),
        quota_arn: Some(default_arn(scope.region, service.code(), quota.code)),
        quota_code: Some(quota.code.to_owned()),
        quota_name: Some(quota.name.to_owned()),
        value: Some(quota.default_in(region)),
        unit: Some(UNIT.to_owned()),
        adjustable: Some(quota.adjustable),
        global_quota: Some(service.is_global()),
        usage_metric: None,
        period: quota.is_rate().then(second),
        error_reason: None,
        quota_applied_at_level: None,
        quota_context: None,
        description: None,
    }
}

/// The unit of every quota here: a plain number.
pub(crate) const UNIT: &str = "None";
