//! Requests for another value of a quota.
//!
//! Guarantees: a quota has one request that waits, an account a limited number; an answered one is kept for a while. A
//! caller who does not want a support case opened gets the answer that only a case could change.

use crate::listing::UNIT;
use crate::quotas::{MAX_KEPT, MAX_OPEN};
use crate::records::{Change, Waiting};
use crate::resolve::{arn, place_of, quota, service};
use crate::{api, error, paging};
use base::{Rng, Timestamp, Uuid};
use kernel::{Ctx, Result};

/// Asks for another value. The operator answers.
pub(crate) fn request(
    ctx: &mut Ctx<'_>,
    input: api::RequestServiceQuotaIncrease,
) -> Result<api::RequestServiceQuotaIncreaseOutput> {
    let (scope, now) = (ctx.scope(), ctx.now().millis());
    let service = service(ctx.services(), &input.service_code)?;
    let quota = quota(service, &input.quota_code)?;
    if input.context_id.is_some() {
        return Err(error::context_not_supported().into());
    }
    if !quota.adjustable {
        return Err(error::not_adjustable().into());
    }
    let place = place_of(service, scope);
    let (default, desired) = (quota.default_in(place.region), input.desired_value);
    if desired <= default {
        return Err(error::not_above_default(default).into());
    }
    if desired <= ctx.quota(place, quota) {
        return Err(error::not_above_current().into());
    }
    if desired > quota.most() {
        return Err(error::above_most(quota.most()).into());
    }
    let known = all(ctx)?;
    if known.iter().any(|change| change.is_open() && change.quota == quota.code) {
        return Err(error::already_requested().into());
    }
    if known.iter().filter(|change| change.is_open()).count() >= MAX_OPEN {
        return Err(error::too_many_open().into());
    }
    let is_waiting = input.support_case_allowed.unwrap_or(true);
    let caller = ctx.caller().principal.arn(ctx.partition());
    let requester = serde_json::json!({ "accountId": scope.account.as_str(), "callerArn": caller });
    let change = Change {
        id: id(ctx.rng()),
        service: service.code().to_owned(),
        quota: quota.code.to_owned(),
        desired,
        // Every request takes the operator's answer here, which is what a support case is for.
        status: if is_waiting { "PENDING" } else { "NOT_APPROVED" }.to_owned(),
        created_millis: now,
        updated_millis: now,
        requester: requester.to_string(),
    };
    forget_oldest(ctx, &known)?;
    ctx.put(&Change::key(scope, &change.id), &change)?;
    if is_waiting {
        ctx.put(&Waiting::key(scope, &change.id), &Waiting)?;
    }
    Ok(api::RequestServiceQuotaIncreaseOutput { requested_quota: Some(told(ctx, change)) })
}

/// Tells about a request.
pub(crate) fn get(
    ctx: &mut Ctx<'_>,
    input: api::GetRequestedServiceQuotaChange,
) -> Result<api::GetRequestedServiceQuotaChangeOutput> {
    let change = ctx.get::<Change>(&Change::key(ctx.scope(), &input.request_id))?;
    let change = change.ok_or_else(error::no_such_request)?;
    Ok(api::GetRequestedServiceQuotaChangeOutput { requested_quota: Some(told(ctx, change)) })
}

/// The requests of the account, the newest first.
pub(crate) fn history(
    ctx: &mut Ctx<'_>,
    input: api::ListRequestedServiceQuotaChangeHistory,
) -> Result<api::ListRequestedServiceQuotaChangeHistoryOutput> {
    let code = input.service_code.as_deref();
    if let Some(code) = code {
        service(ctx.services(), code)?;
    }
    let asked = (input.max_results, input.next_token.as_deref());
    let (requested_quotas, next_token) = page(ctx, (code, None), input.status, input.quota_requested_at_level, asked)?;
    Ok(api::ListRequestedServiceQuotaChangeHistoryOutput { next_token, requested_quotas: Some(requested_quotas) })
}

/// The requests for one quota, the newest first.
pub(crate) fn history_of_quota(
    ctx: &mut Ctx<'_>,
    input: api::ListRequestedServiceQuotaChangeHistoryByQuota,
) -> Result<api::ListRequestedServiceQuotaChangeHistoryByQuotaOutput> {
    quota(service(ctx.services(), &input.service_code)?, &input.quota_code)?;
    let asked = (input.max_results, input.next_token.as_deref());
    let of = (Some(input.service_code.as_str()), Some(input.quota_code.as_str()));
    let (requested_quotas, next_token) = page(ctx, of, input.status, input.quota_requested_at_level, asked)?;
    let requested_quotas = Some(requested_quotas);
    Ok(api::ListRequestedServiceQuotaChangeHistoryByQuotaOutput { next_token, requested_quotas })
}

type Page = (Vec<api::RequestedServiceQuotaChange>, Option<String>);

fn page(
    ctx: &mut Ctx<'_>,
    (service, quota): (Option<&str>, Option<&str>),
    status: Option<api::RequestStatus>,
    level: Option<api::AppliedLevelEnum>,
    asked: (Option<i32>, Option<&str>),
) -> Result<Page> {
    let mut changes = all(ctx)?;
    changes.retain(|change| {
        service.is_none_or(|code| change.service == code)
            && quota.is_none_or(|code| change.quota == code)
            && status.is_none_or(|status| change.status == status.as_str())
            && level != Some(api::AppliedLevelEnum::Resource)
    });
    changes.sort_by(|a, b| (b.created_millis, &b.id).cmp(&(a.created_millis, &a.id)));
    let filters = [
        service.unwrap_or_default(),
        quota.unwrap_or_default(),
        status.map_or("", api::RequestStatus::as_str),
        level.map_or("", api::AppliedLevelEnum::as_str),
    ];
    let (page, next) = paging::cut(ctx, changes, asked, &filters, |change| &change.id)?;
    Ok((page.into_iter().map(|change| told(ctx, change)).collect(), next))
}

/// The requests of the account in the Region, of which there are at most [`MAX_KEPT`].
fn all(ctx: &mut Ctx<'_>) -> Result<Vec<Change>> {
    let found: Vec<(_, Change)> = ctx.scan(&Change::all(ctx.scope()), None, MAX_KEPT + 1)?;
    Ok(found.into_iter().map(|(_, change)| change).collect())
}

/// Makes room for one more.
fn forget_oldest(ctx: &mut Ctx<'_>, known: &[Change]) -> Result<()> {
    if known.len() < MAX_KEPT {
        return Ok(());
    }
    let oldest = known.iter().filter(|change| !change.is_open()).min_by_key(|change| change.created_millis);
    match oldest {
        Some(oldest) => ctx.delete(&Change::key(ctx.scope(), &oldest.id)),
        None => Ok(()),
    }
}

/// An id in the form of AWS's: 32 hexadecimal digits and eight letters and digits.
fn id(rng: &dyn Rng) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRabcdefghkmnp2345";
    let mut bytes = [0; 8];
    rng.fill(&mut bytes);
    let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)));
    let hex = Uuid::random(rng).to_string().replace('-', "");
    hex.chars().chain(letters.map(|letter| char::from(*letter))).collect()
}

fn told(ctx: &Ctx<'_>, change: Change) -> api::RequestedServiceQuotaChange {
    let found = service(ctx.services(), &change.service).ok();
    let name = found.and_then(|service| quota(service, &change.quota).ok()).map(|quota| quota.name.to_owned());
    api::RequestedServiceQuotaChange {
        id: Some(change.id.clone()),
        request_type: None,
        case_id: None,
        service_code: Some(change.service.clone()),
        service_name: found.map(|service| service.title().to_owned()),
        quota_code: Some(change.quota.clone()),
        quota_name: name,
        desired_value: Some(change.desired),
        status: api::RequestStatus::ALL.iter().copied().find(|status| status.as_str() == change.status),
        created: Some(change.created()),
        last_updated: Some(Timestamp::from_millis(change.updated_millis)),
        requester: Some(change.requester),
        quota_arn: Some(arn(ctx.scope(), &change.service, &change.quota)),
        global_quota: found.map(|service| service.is_global()),
        unit: Some(UNIT.to_owned()),
        quota_requested_at_level: Some(api::AppliedLevelEnum::Account),
        quota_context: None,
    }
}
