//! The tree: what is below what, and what is attached where. Kept whole by going through these functions alone.
//!
//! Guarantees: a member, the pointer in its own space, its place below its parent and its attachments appear and go
//! together; both directions of an attachment are written together.

use crate::records::{Child, Mark, Member, RESOURCE_CONTROL, SERVICE_CONTROL, Since, Tags};
use crate::standing::Standing;
use crate::{policies, units};
use base::AccountId;
use directory::records::{Account, Controls, Membership};
use kernel::{Ctx, Error, Result};
use std::collections::BTreeSet;

/// The address of an account's owner, or one in a domain that never exists (RFC 2606) if none is known.
pub(crate) fn address(account: &str) -> String {
    format!("{account}@accounts.invalid")
}

/// Adds a member below its parent, with AWS's policies of the types that are enabled. An account that is in an
/// organization already stays where it is: false.
pub(crate) fn put_member(ctx: &mut Ctx<'_>, standing: &Standing, account: &str, member: &Member) -> Result<bool> {
    let (id, mut known) = account_record(ctx, account)?;
    if known.membership.is_some() {
        return Ok(false);
    }
    known.membership = Some(membership(ctx, standing, &member.parent)?);
    known.name.clone_from(&member.name);
    known.email.clone_from(&member.email);
    ctx.put(&Account::key(id), &known)?;
    ctx.put(&Member::key(standing.management, account), member)?;
    ctx.put(&Mark::child(standing.management, &member.parent, Child::Account, account), &Mark)?;
    attach_managed(ctx, standing, account)?;
    Ok(true)
}

/// Puts a member below another parent.
pub(crate) fn move_member(
    ctx: &mut Ctx<'_>,
    standing: &Standing,
    account: &str,
    mut member: Member,
    parent: String,
) -> Result<()> {
    ctx.delete(&Mark::child(standing.management, &member.parent, Child::Account, account))?;
    ctx.put(&Mark::child(standing.management, &parent, Child::Account, account), &Mark)?;
    let (id, mut known) = account_record(ctx, account)?;
    known.membership = Some(membership(ctx, standing, &parent)?);
    ctx.put(&Account::key(id), &known)?;
    member.parent = parent;
    ctx.put(&Member::key(standing.management, account), &member)
}

/// Takes all authority from an account's principals.
pub(crate) fn close(ctx: &mut Ctx<'_>, account: &str) -> Result<()> {
    let (id, mut known) = account_record(ctx, account)?;
    known.is_closed = true;
    ctx.put(&Account::key(id), &known)
}

/// What an account below `parent` knows of its organization.
fn membership(ctx: &mut Ctx<'_>, standing: &Standing, parent: &str) -> Result<Membership> {
    let mut path = units::way_up(ctx, standing, parent)?.unwrap_or_default();
    path.reverse();
    let organization = standing.organization.id.clone();
    Ok(Membership { organization, management: standing.management.to_string(), path })
}

fn account_record(ctx: &mut Ctx<'_>, account: &str) -> Result<(AccountId, Account)> {
    let gone = || Error::Internal(format!("account {account} is a member, but not there"));
    let id = account.parse().map_err(|_| gone())?;
    Ok((id, ctx.get(&Account::key(id))?.ok_or_else(gone)?))
}

/// Takes a member out, with all that is known of it here. Its parent's list, pointer, attachments, tags, delegations.
pub(crate) fn remove_member(ctx: &mut Ctx<'_>, standing: &Standing, account: &str) -> Result<()> {
    let place = Member::key(standing.management, account);
    let Some(member) = ctx.get::<Member>(&place)? else { return Ok(()) };
    ctx.delete(&Mark::child(standing.management, &member.parent, Child::Account, account))?;
    for kind in &standing.organization.enabled {
        detach_all_from(ctx, standing, account, kind)?;
    }
    for (delegation, _) in ctx.scan::<Since>(&Since::delegations_to(standing.management, account), None, usize::MAX)? {
        ctx.delete(&delegation)?;
    }
    ctx.delete(&Tags::key(standing.management, account))?;
    ctx.delete(&place)?;
    let (id, mut known) = account_record(ctx, account)?;
    known.membership = None;
    ctx.put(&Account::key(id), &known)
}

/// Attaches AWS's policies of the enabled types to a new target.
pub(crate) fn attach_managed(ctx: &mut Ctx<'_>, standing: &Standing, target: &str) -> Result<()> {
    for kind in &standing.organization.enabled {
        if let Some(managed) = policies::aws_managed_of(kind) {
            mark_attached(ctx, standing, target, kind, managed.id)?;
        }
    }
    Ok(())
}

/// Writes an attachment in both directions.
pub(crate) fn mark_attached(
    ctx: &mut Ctx<'_>,
    standing: &Standing,
    target: &str,
    kind: &str,
    policy: &str,
) -> Result<()> {
    ctx.put(&Mark::attached(standing.management, target, kind, policy), &Mark)?;
    ctx.put(&Mark::target(standing.management, policy, target), &Mark)?;
    control(ctx, standing, target, kind, |policies| policies.insert(policy.to_owned()))
}

/// Removes an attachment in both directions.
pub(crate) fn unmark_attached(
    ctx: &mut Ctx<'_>,
    standing: &Standing,
    target: &str,
    kind: &str,
    policy: &str,
) -> Result<()> {
    ctx.delete(&Mark::attached(standing.management, target, kind, policy))?;
    ctx.delete(&Mark::target(standing.management, policy, target))?;
    control(ctx, standing, target, kind, |policies| policies.remove(policy))
}

/// Tells the road what is attached to a target now, if it is of a type that decides calls.
fn control(
    ctx: &mut Ctx<'_>,
    standing: &Standing,
    target: &str,
    kind: &str,
    change: impl FnOnce(&mut BTreeSet<String>) -> bool,
) -> Result<()> {
    let place = Controls::key(standing.management, target);
    let mut controls = ctx.get::<Controls>(&place)?.unwrap_or_default();
    match kind {
        SERVICE_CONTROL => change(&mut controls.service),
        RESOURCE_CONTROL => change(&mut controls.resource),
        _ => return Ok(()),
    };
    if controls == Controls::default() { ctx.delete(&place) } else { ctx.put(&place, &controls) }
}

/// The policies of one type on a target.
pub(crate) fn attached(ctx: &mut Ctx<'_>, standing: &Standing, target: &str, kind: &str) -> Result<Vec<String>> {
    let marks = ctx.scan::<Mark>(&Mark::attached_to(standing.management, target, kind), None, usize::MAX)?;
    Ok(marks.iter().filter_map(|(key, _)| key.last_text()).collect())
}

/// Detaches all policies of a type from one target.
pub(crate) fn detach_all_from(ctx: &mut Ctx<'_>, standing: &Standing, target: &str, kind: &str) -> Result<()> {
    for policy in attached(ctx, standing, target, kind)? {
        unmark_attached(ctx, standing, target, kind, &policy)?;
    }
    Ok(())
}

/// The root, every unit and every account.
pub(crate) fn all_targets(ctx: &mut Ctx<'_>, standing: &Standing) -> Result<Vec<String>> {
    let management = standing.management;
    let mut targets = vec![standing.organization.root.clone()];
    let mut next = 0;
    while let Some(parent) = targets.get(next).cloned() {
        let units = ctx.scan::<Mark>(&Mark::children(management, &parent, Child::Unit), None, usize::MAX)?;
        targets.extend(units.iter().filter_map(|(key, _)| key.last_text()));
        next += 1;
    }
    let members = ctx.scan::<Member>(&Member::all(management), None, usize::MAX)?;
    targets.extend(members.iter().filter_map(|(key, _)| key.last_text()));
    Ok(targets)
}
