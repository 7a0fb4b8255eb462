//! Who could call which services, and when they last did: GenerateServiceLastAccessedDetails and what tells its outcome.
//!
//! Guarantees: a report is made by a job from what the server noted of real calls, told to whom it was made for and nobody
//! else, and forgotten after a day; an account has no more of them than its quota. Source: IAM User Guide, "Refine
//! permissions in AWS using last accessed information"; IAM API Reference.

mod granted;
mod granting;
mod subject;

use crate::{api, error, paging, parts, quotas, targets};
use api::AccessAdvisorUsageGranularityType as Granularity;
use base::{AccountId, Timestamp, Uuid};
use bus::Job;
use directory::records::{self, LastCall, Moment, ServiceUse};
use kernel::{Ctx, Error, JobKind, Result, Service, op};
use policy::{Identity, Principal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use store::{Key, Record, Space};
use subject::Subject;

/// How far back a report looks.
const TRACKED: Duration = Duration::from_secs(400 * 86_400);

/// For how long a report is told.
const KEPT: Duration = Duration::from_secs(86_400);

/// The word by which reports are counted.
const COUNTED: &str = "access-report";

/// Makes a report.
const MAKE: JobKind = JobKind { name: "iam.access-report", run: make };
/// Forgets a report.
const FORGET: JobKind = JobKind { name: "iam.forget-access-report", run: forget };

/// A report that was asked for.
#[derive(Clone, Serialize, Deserialize)]
struct Report {
    arn: String,
    /// Of the user or role that asked, or the number of the account.
    requester: String,
    of_actions: bool,
    created: Moment,
    completed: Option<Moment>,
    /// Why there is none: code and text.
    failure: Option<(String, String)>,
}

impl Record for Report {
    const VERSION: u8 = 1;
}

impl Report {
    fn key(account: AccountId, job: &str) -> Key {
        Key::new(Space::account(account), "iam.access-report").text(job)
    }

    fn rows(account: AccountId, job: &str) -> Key {
        Key::new(Space::account(account), "iam.access-report-rows").text(job)
    }

    fn status(&self) -> api::JobStatusType {
        match (&self.failure, self.completed) {
            (Some(_), _) => api::JobStatusType::Failed,
            (None, Some(_)) => api::JobStatusType::Completed,
            (None, None) => api::JobStatusType::InProgress,
        }
    }

    fn error(&self) -> Option<api::ErrorDetails> {
        self.failure.clone().map(|(code, message)| api::ErrorDetails { message, code })
    }
}

/// What a report says of one service.
#[derive(Default, Serialize, Deserialize)]
struct Row {
    namespace: String,
    last: Option<Last>,
    /// How many called it.
    callers: i32,
    actions: BTreeMap<String, Last>,
}

/// The last call of all.
#[derive(Clone, Serialize, Deserialize)]
struct Last {
    /// The unique id of the user or role.
    id: String,
    at: Moment,
    region: String,
}

impl Last {
    /// The later of two; of two at one time, the one known first.
    fn later(known: Option<Self>, id: &str, call: &LastCall) -> Self {
        known.filter(|known| known.at >= call.at).unwrap_or_else(|| Self {
            id: id.to_owned(),
            at: call.at,
            region: call.region.clone(),
        })
    }
}

/// The operations on reports, and their jobs.
pub(crate) fn lines(service: Service) -> Service {
    let service = service
        .with(
            op(api::GENERATE_SERVICE_LAST_ACCESSED_DETAILS, generate)
                .on(|lookup, input| {
                    let action = "iam:GenerateServiceLastAccessedDetails";
                    Subject::parse(&input.arn, lookup.partition())?.target(lookup, action, &input.arn)
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::GET_SERVICE_LAST_ACCESSED_DETAILS, get)
                .on(|_, _| targets::anything("iam:GetServiceLastAccessedDetails"))
                .quota(&quotas::READS),
        )
        .with(
            op(api::GET_SERVICE_LAST_ACCESSED_DETAILS_WITH_ENTITIES, get_with_entities)
                .on(|_, _| targets::anything("iam:GetServiceLastAccessedDetailsWithEntities"))
                .quota(&quotas::READS),
        )
        .job(MAKE)
        .job(FORGET);
    granting::lines(service)
}

/// Has a report made.
fn generate(
    ctx: &mut Ctx<'_>,
    input: api::GenerateServiceLastAccessedDetails,
) -> Result<api::GenerateServiceLastAccessedDetailsOutput> {
    let account = ctx.scope().account;
    Subject::parse(&input.arn, ctx.partition())?.check(ctx)?;
    if records::count(ctx, account, COUNTED)? >= quotas::ACCESS_REPORTS {
        return Err(error::quota("AccessReportsPerAccount", quotas::ACCESS_REPORTS).into());
    }
    let job = Uuid::random(ctx.rng()).to_string();
    let report = Report {
        arn: input.arn,
        requester: requester(&ctx.caller().principal),
        of_actions: input.granularity == Some(Granularity::ActionLevel),
        created: ctx.now().into(),
        completed: None,
        failure: None,
    };
    ctx.put(&Report::key(account, &job), &report)?;
    records::bump(ctx, account, COUNTED, 1)?;
    ctx.schedule(&self::job(ctx, &MAKE, &job, Duration::ZERO))?;
    Ok(api::GenerateServiceLastAccessedDetailsOutput { job_id: Some(job) })
}

/// Every service that could be called, and who did last.
fn get(
    ctx: &mut Ctx<'_>,
    input: api::GetServiceLastAccessedDetails,
) -> Result<api::GetServiceLastAccessedDetailsOutput> {
    let account = ctx.scope().account;
    let report = found(ctx, &input.job_id)?;
    let filters = [input.job_id.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let rows = match report.status() {
        api::JobStatusType::Completed => read(&parts::get(ctx, &Report::rows(account, &input.job_id))?)?,
        _ => Vec::new(),
    };
    let rows = rows.into_iter().filter(|row| page.is_after(&row.namespace)).collect();
    let (rows, marker) = page.cut(ctx, rows, |row: &Row| &row.namespace)?;
    let mut services = Vec::with_capacity(rows.len());
    for row in rows {
        services.push(told(ctx, row, report.of_actions)?);
    }
    Ok(api::GetServiceLastAccessedDetailsOutput {
        job_status: report.status(),
        job_type: Some(if report.of_actions { Granularity::ActionLevel } else { Granularity::ServiceLevel }),
        job_creation_date: report.created.into(),
        services_last_accessed: services,
        job_completion_date: report.completed.map(Into::into),
        is_truncated: Some(marker.is_some()),
        marker,
        error: report.error(),
    })
}

fn told(ctx: &mut Ctx<'_>, row: Row, of_actions: bool) -> Result<api::ServiceLastAccessed> {
    let arn = |ctx: &mut Ctx<'_>, last: &Last| records::arn_of_id(ctx, &last.id, ctx.partition());
    let entity = row.last.as_ref().map(|last| arn(ctx, last)).transpose()?.flatten();
    let mut actions = Vec::with_capacity(row.actions.len());
    for (action, last) in row.actions {
        actions.push(api::TrackedActionLastAccessed {
            action_name: Some(action),
            last_accessed_entity: arn(ctx, &last)?,
            last_accessed_time: Some(last.at.into()),
            last_accessed_region: Some(last.region),
        });
    }
    let service = authorization_data::service(&row.namespace);
    Ok(api::ServiceLastAccessed {
        service_name: service.map_or_else(|| row.namespace.clone(), |service| service.name.to_owned()),
        last_authenticated: row.last.as_ref().map(|last| last.at.into()),
        service_namespace: row.namespace,
        last_authenticated_entity: entity,
        last_authenticated_region: row.last.map(|last| last.region),
        total_authenticated_entities: Some(row.callers).filter(|callers| *callers > 0),
        tracked_actions_last_accessed: Some(actions).filter(|actions| of_actions && !actions.is_empty()),
    })
}

/// Who could call a service, those who did before the others, the last first.
fn get_with_entities(
    ctx: &mut Ctx<'_>,
    input: api::GetServiceLastAccessedDetailsWithEntities,
) -> Result<api::GetServiceLastAccessedDetailsWithEntitiesOutput> {
    let account = ctx.scope().account;
    let report = found(ctx, &input.job_id)?;
    let filters = [input.job_id.as_str(), &input.service_namespace];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let mut callers = Vec::new();
    if report.status() == api::JobStatusType::Completed {
        let since = tracked_since(ctx);
        let partition = ctx.partition();
        for id in Subject::parse(&report.arn, partition)?.callers(ctx)? {
            let uses = ctx.service_uses(account, &id)?;
            let last = uses.get(&input.service_namespace).and_then(ServiceUse::last).filter(|call| call.at >= since);
            callers.push((last.map(|call| call.at), id));
        }
    }
    callers.sort_by(|(first, a), (second, b)| second.cmp(first).then_with(|| a.cmp(b)));
    let (callers, marker) = page.placed(ctx, callers)?;
    let mut list = Vec::with_capacity(callers.len());
    for (last, id) in callers {
        let Some(entity) = records::entity(ctx, &id)? else { continue };
        let Some(arn) = records::arn_of_id(ctx, &id, ctx.partition())? else { continue };
        let info = api::EntityInfo {
            arn,
            name: entity.name,
            r#type: granting::owner(entity.kind),
            id,
            path: Some(entity.path),
        };
        list.push(api::EntityDetails { entity_info: info, last_authenticated: last.map(Into::into) });
    }
    Ok(api::GetServiceLastAccessedDetailsWithEntitiesOutput {
        job_status: report.status(),
        job_creation_date: report.created.into(),
        job_completion_date: report.completed.map(Into::into),
        entity_details_list: list,
        is_truncated: Some(marker.is_some()),
        marker,
        error: report.error(),
    })
}

/// The job: makes a report, or notes why there is none.
fn make(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let account = ctx.scope().account;
    let id = id_of(job)?;
    let place = Report::key(account, &id);
    let Some(mut report) = ctx.get::<Report>(&place)? else { return Ok(()) };
    match rows(ctx, &report) {
        Ok(rows) => {
            let text = serde_json::to_string(&rows).map_err(|error| Error::Internal(error.to_string()))?;
            parts::put(ctx, &Report::rows(account, &id), &text)?;
        }
        // What it is about is gone by now.
        Err(Error::Fault(fault)) => {
            let code = fault.code.strip_suffix("Exception").unwrap_or(&fault.code).to_owned();
            report.failure = Some((code, fault.message.unwrap_or_default()));
        }
        Err(error) => return Err(error),
    }
    report.completed = Some(ctx.now().into());
    ctx.put(&place, &report)?;
    ctx.schedule(&self::job(ctx, &FORGET, &id, KEPT))
}

fn rows(ctx: &mut Ctx<'_>, report: &Report) -> Result<Vec<Row>> {
    let (account, since, partition) = (ctx.scope().account, tracked_since(ctx), ctx.partition());
    let subject = Subject::parse(&report.arn, partition)?;
    let granted = subject.granted(ctx)?;
    let mut rows: BTreeMap<&str, (Row, _)> = BTreeMap::new();
    for service in authorization_data::services() {
        let actions = granted.of(service);
        if !actions.is_empty() {
            let row = Row { namespace: service.prefix.to_owned(), ..Row::default() };
            rows.insert(service.prefix, (row, actions));
        }
    }
    for id in subject.callers(ctx)? {
        for (namespace, uses) in ctx.service_uses(account, &id)? {
            let Some((row, actions)) = rows.get_mut(namespace.as_str()) else { continue };
            let calls = || uses.actions.iter().filter(|(_, call)| call.at >= since);
            row.callers += i32::from(calls().next().is_some());
            for (action, call) in calls() {
                row.last = Some(Last::later(row.last.take(), &id, call));
                if report.of_actions && actions.contains(action.as_str()) {
                    let known = row.actions.remove(action);
                    row.actions.insert(action.clone(), Last::later(known, &id, call));
                }
            }
        }
    }
    Ok(rows.into_values().map(|(row, _)| row).collect())
}

fn read(text: &str) -> Result<Vec<Row>> {
    serde_json::from_str(text).map_err(|error| Error::Internal(format!("an access report cannot be read: {error}")))
}

/// The job: nobody asks any more.
fn forget(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let account = ctx.scope().account;
    let id = id_of(job)?;
    if ctx.get::<Report>(&Report::key(account, &id))?.is_some() {
        ctx.delete(&Report::key(account, &id))?;
        parts::delete(ctx, &Report::rows(account, &id))?;
        records::bump(ctx, account, COUNTED, -1)?;
    }
    Ok(())
}

/// The report of a job, if the caller had it made.
fn found(ctx: &mut Ctx<'_>, job: &str) -> Result<Report> {
    let account = ctx.scope().account;
    let own = requester(&ctx.caller().principal);
    let report: Option<Report> = ctx.get(&Report::key(account, job))?;
    let missing = || error::no_such_entity(format!("Job with id {job} cannot be found."));
    Ok(report.filter(|report| report.requester == own).ok_or_else(missing)?)
}

/// A user, whatever credentials it calls with; a role, whatever its session; or the account.
fn requester(caller: &Principal) -> String {
    match &caller.identity {
        Identity::Role { role, .. } => role.id.clone(),
        _ => caller.unique_id().into_owned(),
    }
}

fn tracked_since(ctx: &Ctx<'_>) -> Moment {
    let now: Timestamp = ctx.now();
    Moment(now.millis().saturating_sub(i64::try_from(TRACKED.as_millis()).unwrap_or(i64::MAX)))
}

fn job(ctx: &Ctx<'_>, kind: &JobKind, id: &str, later: Duration) -> Job {
    Job {
        id: format!("{}/{id}", kind.name),
        kind: kind.name.to_owned(),
        due: ctx.now().plus(later),
        space: Space::regional(ctx.scope()),
        payload: id.as_bytes().to_vec(),
    }
}

fn id_of(job: &Job) -> Result<String> {
    String::from_utf8(job.payload.clone()).map_err(|_| Error::Internal("the job names no report".into()))
}
