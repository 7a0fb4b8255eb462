//! Member accounts: looking at them, closing them, taking them out.
//!
//! Guarantees: the management account cannot leave; a closed account's credentials stop to work with the call that
//! closes it; an account that left is bound by nothing of the organization any more.

use crate::records::{Child, Joined, Mark, Member, State};
use crate::resolve::{Reach, on};
use crate::standing::Standing;
use crate::{api, error, paging, quotas, tree, units};
use base::{Secret, Timestamp};
use bus::Job;
use kernel::{Ctx, Error, JobKind, Result, Service, op};
use store::Space;

/// What follows on a request to close an account.
pub(crate) const CLOSE: JobKind = JobKind { name: "organizations.close-account", run: closed };

pub(crate) fn operations(service: Service) -> Service {
    service
        .with(
            op(api::DESCRIBE_ACCOUNT, describe)
                .on(|lookup, input| on(lookup, "organizations:DescribeAccount", Reach::Read, &[&input.account_id], &[]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_ACCOUNTS, list)
                .on(|lookup, _| on(lookup, "organizations:ListAccounts", Reach::Read, &[], &[]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_ACCOUNTS_FOR_PARENT, list_for_parent)
                .on(|lookup, input| {
                    on(lookup, "organizations:ListAccountsForParent", Reach::Read, &[&input.parent_id], &[])
                })
                .quota(&quotas::READS),
        )
        .with(
            op(api::CLOSE_ACCOUNT, close)
                .on(|lookup, input| on(lookup, "organizations:CloseAccount", Reach::Manage, &[&input.account_id], &[]))
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::REMOVE_ACCOUNT_FROM_ORGANIZATION, remove)
                .on(|lookup, input| {
                    let action = "organizations:RemoveAccountFromOrganization";
                    on(lookup, action, Reach::Manage, &[&input.account_id], &[])
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::LEAVE_ORGANIZATION, leave)
                .on(|lookup, ()| on(lookup, "organizations:LeaveOrganization", Reach::Own, &[], &[]))
                .quota(&quotas::WRITES)
                .writes(),
        )
}

fn describe(ctx: &mut Ctx<'_>, input: api::DescribeAccount) -> Result<api::DescribeAccountOutput> {
    let standing = Standing::of(ctx)?;
    let member = existing(ctx, &standing, &input.account_id)?;
    Ok(api::DescribeAccountOutput { account: Some(view(ctx, &standing, input.account_id, member)?) })
}

fn list(ctx: &mut Ctx<'_>, input: api::ListAccounts) -> Result<api::ListAccountsOutput> {
    let standing = Standing::of(ctx)?;
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &[])?;
    let (found, next_token) = page.records::<Member>(ctx, &Member::all(standing.management))?;
    let mut accounts = Vec::with_capacity(found.len());
    for (id, member) in found {
        accounts.push(view(ctx, &standing, id, member)?);
    }
    Ok(api::ListAccountsOutput { accounts: Some(accounts), next_token })
}

fn list_for_parent(ctx: &mut Ctx<'_>, input: api::ListAccountsForParent) -> Result<api::ListAccountsForParentOutput> {
    let standing = Standing::of(ctx)?;
    units::way_up(ctx, &standing, &input.parent_id)?.ok_or_else(error::parent_not_found)?;
    let filters = [input.parent_id.as_str()];
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &filters)?;
    let children = Mark::children(standing.management, &input.parent_id, Child::Account);
    let (found, next_token) = page.records::<Mark>(ctx, &children)?;
    let mut accounts = Vec::with_capacity(found.len());
    for (id, _) in found {
        let member = existing(ctx, &standing, &id)?;
        accounts.push(view(ctx, &standing, id, member)?);
    }
    Ok(api::ListAccountsForParentOutput { accounts: Some(accounts), next_token })
}

/// Begins to close a member: it may not be used from here on, and is suspended a moment later.
fn close(ctx: &mut Ctx<'_>, input: api::CloseAccount) -> Result<()> {
    let standing = Standing::of(ctx)?;
    let mut member = existing(ctx, &standing, &input.account_id)?;
    if input.account_id == standing.management.as_str() {
        return Err(error::constraint(
            "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
            "You cannot close the management account of an organization.",
        )
        .into());
    }
    if member.state != State::Active {
        let text = "The account is already closed or closing it is under way.";
        return Err(error::bare("AccountAlreadyClosedException", text).into());
    }
    member.state = State::PendingClosure;
    member.closed_millis = Some(ctx.now().millis());
    ctx.put(&Member::key(standing.management, &input.account_id), &member)?;
    tree::close(ctx, &input.account_id)?;
    ctx.schedule(&Job {
        id: format!("{}/{}", CLOSE.name, input.account_id),
        kind: CLOSE.name.to_owned(),
        due: ctx.now(),
        space: Space::regional(ctx.scope()),
        payload: input.account_id.into_bytes(),
    })
}

fn closed(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let account = String::from_utf8(job.payload.clone()).map_err(|_| Error::Internal("no account".into()))?;
    let Some(standing) = Standing::find(ctx)? else { return Ok(()) };
    let place = Member::key(standing.management, &account);
    let Some(mut member) = ctx.get::<Member>(&place)? else { return Ok(()) };
    member.state = State::Suspended;
    ctx.put(&place, &member)?;
    let details = format!("{{\"closeAccountStatus\":{{\"accountId\":\"{account}\",\"state\":\"SUCCEEDED\"}}}}");
    ctx.service_event("CloseAccountResult", &[], &details);
    Ok(())
}

fn remove(ctx: &mut Ctx<'_>, input: api::RemoveAccountFromOrganization) -> Result<()> {
    let standing = Standing::of(ctx)?;
    take_out(ctx, standing, &input.account_id)
}

fn leave(ctx: &mut Ctx<'_>, (): ()) -> Result<()> {
    let standing = Standing::of(ctx)?;
    let account = ctx.scope().account;
    take_out(ctx, standing, account.as_str())
}

fn take_out(ctx: &mut Ctx<'_>, mut standing: Standing, account: &str) -> Result<()> {
    let member = existing(ctx, &standing, account)?;
    if account == standing.management.as_str() {
        return Err(error::bare(
            "MasterCannotLeaveOrganizationException",
            "You can't remove a management account from an organization. If you want the management account to become a \
             member account in another organization, you must first delete the current organization.",
        )
        .into());
    }
    if crate::delegation::administers(ctx, &standing, account)? {
        return Err(error::constraint(
            "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
            "You must deregister the account as a delegated administrator before you remove it from the organization.",
        )
        .into());
    }
    let free = Timestamp::from_millis(member.joined_millis).plus(quotas::MIN_AGE);
    if member.joined == Joined::Created && ctx.now() < free {
        return Err(error::constraint(
            "WAIT_PERIOD_ACTIVE",
            "The member account must wait at least seven days after it was created before it can leave the organization.",
        )
        .into());
    }
    tree::remove_member(ctx, &standing, account)?;
    standing.organization.accounts = standing.organization.accounts.saturating_sub(1);
    standing.save(ctx)
}

/// A member by its account id.
pub(crate) fn existing(ctx: &mut Ctx<'_>, standing: &Standing, account: &str) -> Result<Member> {
    Ok(ctx.get(&Member::key(standing.management, account))?.ok_or_else(error::account_not_found)?)
}

/// How an account came in, in AWS's word.
pub(crate) fn joined(member: &Member) -> api::AccountJoinedMethod {
    match member.joined {
        Joined::Invited => api::AccountJoinedMethod::Invited,
        Joined::Created => api::AccountJoinedMethod::Created,
    }
}

/// Whether an account may be used, in the older word and the newer one.
pub(crate) fn status(member: &Member) -> (api::AccountStatus, api::AccountState) {
    match member.state {
        State::Active => (api::AccountStatus::Active, api::AccountState::Active),
        State::PendingClosure => (api::AccountStatus::PendingClosure, api::AccountState::PendingClosure),
        State::Suspended => (api::AccountStatus::Suspended, api::AccountState::Suspended),
    }
}

fn view(ctx: &mut Ctx<'_>, standing: &Standing, id: String, member: Member) -> Result<api::Account> {
    let (status, state) = status(&member);
    let path = format!("{}{id}/", units::path(ctx, standing, &member.parent)?);
    Ok(api::Account {
        arn: Some(standing.arns().account(&id)),
        id: Some(id),
        status: Some(status),
        state: Some(state),
        paths: Some(vec![path]),
        joined_method: Some(joined(&member)),
        joined_timestamp: Some(Timestamp::from_millis(member.joined_millis)),
        email: Some(Secret::new(member.email)),
        name: Some(Secret::new(member.name)),
    })
}
