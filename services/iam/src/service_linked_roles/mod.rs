//! Service-linked roles: CreateServiceLinkedRole, DeleteServiceLinkedRole, GetServiceLinkedRoleDeletionStatus.
//!
//! Guarantees: such a role has the trust and the policy of its service and nobody changes it; it is deleted by a job,
//! whose outcome can be asked for a month. Source: IAM User Guide, "Create a service-linked role"; IAM API Reference.

mod services;

use crate::entities::{self, found};
use crate::{api, error, quotas, roles, targets};
use base::{AccountId, Uuid};
use bus::Job;
use directory::ids::{self, Prefix};
use directory::records::{self, EntityKind, Role, RoleUse};
use kernel::{Ctx, JobKind, Lookup, Result, Service, Target, op};
use model::Fault;
use serde::{Deserialize, Serialize};
use services::Linked;
use std::time::Duration;
use store::{Key, Record, Space};

/// For how long the outcome of a deletion can be asked.
const REMEMBERED: Duration = Duration::from_secs(30 * 86_400);

/// Deletes a role.
const DELETE: JobKind = JobKind { name: "iam.delete-service-linked-role", run: delete_now };
/// Forgets the outcome of a deletion.
const FORGET: JobKind = JobKind { name: "iam.forget-role-deletion", run: forget };

/// A deletion that was asked for.
#[derive(Clone, Serialize, Deserialize)]
struct Deletion {
    service: String,
    role: String,
    role_id: String,
    is_done: bool,
}

/// The task that is deleting a role.
#[derive(Serialize, Deserialize)]
struct Pending(String);

impl Record for Deletion {
    const VERSION: u8 = 1;
}

impl Record for Pending {
    const VERSION: u8 = 1;
}

impl Deletion {
    fn key(account: AccountId, task: &str) -> Key {
        Key::new(Space::account(account), "iam.role-deletion").text(task)
    }

    fn id(&self, task: &str) -> String {
        format!("task/aws-service-role/{}/{}/{task}", self.service, self.role)
    }
}

impl Pending {
    fn key(account: AccountId, role_id: &str) -> Key {
        Key::new(Space::account(account), "iam.role-deletion-pending").text(role_id)
    }
}

/// The operations on service-linked roles, and their jobs.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(op(api::CREATE_SERVICE_LINKED_ROLE, create).on(on_create).quota(&quotas::CHANGES).writes())
        .with(
            op(api::DELETE_SERVICE_LINKED_ROLE, delete)
                .on(|lookup, input| targets::only::<Role>(lookup, "iam:DeleteServiceLinkedRole", &input.role_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(op(api::GET_SERVICE_LINKED_ROLE_DELETION_STATUS, status).on(on_status).quota(&quotas::READS))
        .job(DELETE)
        .job(FORGET)
}

fn on_create(lookup: &mut Lookup<'_, '_>, input: &api::CreateServiceLinkedRole) -> Result<Vec<Target>> {
    let linked = known(&input.aws_service_name)?;
    let (path, name) = (path(&input.aws_service_name), linked.role_name(input.custom_suffix.as_deref()));
    let target = targets::fresh(lookup, "iam:CreateServiceLinkedRole", EntityKind::Role, &path, &name);
    Ok(vec![target.condition("iam:AWSServiceName", vec![input.aws_service_name.clone()])])
}

fn on_status(lookup: &mut Lookup<'_, '_>, input: &api::GetServiceLinkedRoleDeletionStatus) -> Result<Vec<Target>> {
    let (service, role, _) = parse(&input.deletion_task_id)?;
    let action = "iam:GetServiceLinkedRoleDeletionStatus";
    Ok(vec![targets::fresh(lookup, action, EntityKind::Role, &path(service), role)])
}

/// Makes the role of a service.
fn create(ctx: &mut Ctx<'_>, input: api::CreateServiceLinkedRole) -> Result<api::CreateServiceLinkedRoleOutput> {
    let account = ctx.scope().account;
    let service = input.aws_service_name;
    let linked = known(&service)?;
    if input.custom_suffix.is_some() && !linked.takes_suffix {
        return Err(error::invalid_input(format!("Custom suffix is not allowed for {service}")).into());
    }
    let name = linked.role_name(input.custom_suffix.as_deref());
    if records::find::<Role, _>(ctx, account, &name)?.is_some() {
        return Err(error::service_role_taken(&name).into());
    }
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Action":["sts:AssumeRole"],"Principal":{{"Service":["{service}"]}},"Effect":"Allow"}}]}}"#
    );
    let id = ids::unique_id(ctx.rng(), Prefix::Role);
    let mut role = Role::new(id, &path(&service), &name, trust, ctx.now());
    role.description = input.description;
    entities::add(ctx, &role)?;
    records::attach(ctx, account, &mut role, &linked.policy_arn(ctx.partition()))?;
    let told = roles::described(ctx, &role)?;
    let told = api::Role { max_session_duration: None, role_last_used: None, ..told };
    Ok(api::CreateServiceLinkedRoleOutput { role: Some(told) })
}

/// Has a role deleted. While that is under way, asking again gives the same task.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteServiceLinkedRole) -> Result<api::DeleteServiceLinkedRoleOutput> {
    let scope = ctx.scope();
    let role: Role = found(ctx, &input.role_name)?;
    let service = role.path.strip_prefix(PATH).and_then(|rest| rest.strip_suffix('/'));
    let Some(service) = service else { return Err(error::not_service_linked(&role.name).into()) };
    let deletion =
        Deletion { service: service.to_owned(), role: role.name.clone(), role_id: role.id.clone(), is_done: false };
    if let Some(Pending(task)) = ctx.get(&Pending::key(scope.account, &role.id))? {
        return Ok(api::DeleteServiceLinkedRoleOutput { deletion_task_id: deletion.id(&task) });
    }
    let task = Uuid::random(ctx.rng()).to_string();
    ctx.put(&Pending::key(scope.account, &role.id), &Pending(task.clone()))?;
    ctx.put(&Deletion::key(scope.account, &task), &deletion)?;
    ctx.schedule(&job(ctx, &DELETE, &task, Duration::ZERO))?;
    Ok(api::DeleteServiceLinkedRoleOutput { deletion_task_id: deletion.id(&task) })
}

/// How far a deletion is.
fn status(
    ctx: &mut Ctx<'_>,
    input: api::GetServiceLinkedRoleDeletionStatus,
) -> Result<api::GetServiceLinkedRoleDeletionStatusOutput> {
    let (_, _, task) = parse(&input.deletion_task_id)?;
    let deletion: Option<Deletion> = ctx.get(&Deletion::key(ctx.scope().account, task))?;
    let deletion = deletion.filter(|deletion| deletion.id(task) == input.deletion_task_id);
    let missing = || error::no_such_entity(format!("Deletion task {} cannot be found.", input.deletion_task_id));
    let is_done = deletion.ok_or_else(missing)?.is_done;
    let status = if is_done { api::DeletionTaskStatusType::Succeeded } else { api::DeletionTaskStatusType::InProgress };
    Ok(api::GetServiceLinkedRoleDeletionStatusOutput { status, reason: None })
}

/// The job: deletes the role, if it is the one that was meant.
fn delete_now(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let account = ctx.scope().account;
    let task = task_of(job)?;
    let place = Deletion::key(account, &task);
    let Some(mut deletion) = ctx.get::<Deletion>(&place)? else { return Ok(()) };
    if let Some(mut role) = entities::by_id::<Role, _>(ctx, account, &deletion.role_id)? {
        for arn in role.attached.clone() {
            records::detach(ctx, account, &mut role, &arn)?;
        }
        ctx.delete(&RoleUse::key(account, &role.id))?;
        records::remove(ctx, account, &role)?;
    }
    ctx.delete(&Pending::key(account, &deletion.role_id))?;
    deletion.is_done = true;
    ctx.put(&place, &deletion)?;
    ctx.schedule(&self::job(ctx, &FORGET, &task, REMEMBERED))
}

/// The job: nobody asks any more.
fn forget(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let task = task_of(job)?;
    ctx.delete(&Deletion::key(ctx.scope().account, &task))
}

fn job(ctx: &Ctx<'_>, kind: &JobKind, task: &str, later: Duration) -> Job {
    Job {
        id: format!("{}/{task}", kind.name),
        kind: kind.name.to_owned(),
        due: ctx.now().plus(later),
        space: Space::regional(ctx.scope()),
        payload: task.as_bytes().to_vec(),
    }
}

fn task_of(job: &Job) -> Result<String> {
    String::from_utf8(job.payload.clone()).map_err(|_| kernel::Error::Internal("the job names no task".into()))
}

/// The path of service-linked roles, without the service.
const PATH: &str = "/aws-service-role/";

fn path(service: &str) -> String {
    format!("{PATH}{service}/")
}

fn known(service: &str) -> std::result::Result<&'static Linked, Fault> {
    services::find(service).ok_or_else(|| error::no_service_linked_role(service))
}

/// Service, role and task of a task's id.
fn parse(id: &str) -> std::result::Result<(&str, &str, &str), Fault> {
    let mut parts = id.strip_prefix("task/aws-service-role/").unwrap_or_default().split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(service), Some(role), Some(task), None) if !service.is_empty() && !role.is_empty() => {
            Ok((service, role, task))
        }
        _ => Err(error::invalid_input(format!("Deletion task id {id} is not valid."))),
    }
}
