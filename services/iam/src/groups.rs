//! Groups: CreateGroup, GetGroup, UpdateGroup, DeleteGroup, ListGroups; AddUserToGroup, RemoveUserFromGroup,
//! ListGroupsForUser.
//!
//! Guarantees: a group with members or policies cannot be deleted; a renamed group keeps both. Source: IAM API
//! Reference; IAM User Guide, "IAM user groups".

use crate::entities::{self, by_id, found};
use crate::{api, error, paging, quotas, targets, users};
use directory::ids::{self, Prefix};
use directory::records::{self, EntityKind, Group, Named, User};
use kernel::{Ctx, Lookup, Result, Service, Target, op};

/// The operations on groups.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::CREATE_GROUP, create)
                .on(|lookup, input| {
                    let path = input.path.as_deref().unwrap_or("/");
                    Ok(vec![targets::fresh(lookup, "iam:CreateGroup", EntityKind::Group, path, &input.group_name)])
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::GET_GROUP, get)
                .on(|lookup, input| targets::only::<Group>(lookup, "iam:GetGroup", &input.group_name))
                .quota(&quotas::READS),
        )
        .with(op(api::UPDATE_GROUP, update).on(on_update).quota(&quotas::CHANGES).writes())
        .with(
            op(api::DELETE_GROUP, delete)
                .on(|lookup, input| targets::only::<Group>(lookup, "iam:DeleteGroup", &input.group_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_GROUPS, list)
                .on(|lookup, input| {
                    targets::listing(lookup, "iam:ListGroups", EntityKind::Group, input.path_prefix.as_deref())
                })
                .quota(&quotas::READS),
        )
        .with(
            op(api::ADD_USER_TO_GROUP, add_user)
                .on(|lookup, input| targets::only::<Group>(lookup, "iam:AddUserToGroup", &input.group_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::REMOVE_USER_FROM_GROUP, remove_user)
                .on(|lookup, input| targets::only::<Group>(lookup, "iam:RemoveUserFromGroup", &input.group_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_GROUPS_FOR_USER, list_for_user)
                .on(|lookup, input| targets::only::<User>(lookup, "iam:ListGroupsForUser", &input.user_name))
                .quota(&quotas::READS),
        )
}

/// Both the group as it is and the group as it shall be.
fn on_update(lookup: &mut Lookup<'_, '_>, input: &api::UpdateGroup) -> Result<Vec<Target>> {
    let account = lookup.scope().account;
    let mut both = targets::only::<Group>(lookup, "iam:UpdateGroup", &input.group_name)?;
    if let Some(group) = records::find::<Group, _>(lookup, account, &input.group_name)? {
        let path = input.new_path.as_deref().unwrap_or(&group.path);
        let name = input.new_group_name.as_deref().unwrap_or(&group.name);
        both.push(targets::fresh(lookup, "iam:UpdateGroup", EntityKind::Group, path, name));
    }
    Ok(both)
}

/// Makes a group.
fn create(ctx: &mut Ctx<'_>, input: api::CreateGroup) -> Result<api::CreateGroupOutput> {
    let id = ids::unique_id(ctx.rng(), Prefix::Group);
    let group = Group::new(id, input.path.as_deref().unwrap_or("/"), &input.group_name, ctx.now());
    entities::add(ctx, &group)?;
    Ok(api::CreateGroupOutput { group: described(ctx, &group) })
}

/// Tells about a group, with a page of its members.
fn get(ctx: &mut Ctx<'_>, input: api::GetGroup) -> Result<api::GetGroupOutput> {
    let account = ctx.scope().account;
    let group: Group = found(ctx, &input.group_name)?;
    let filters = [group.id.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let ids = records::members(ctx, account, &group, page.after.as_deref(), page.limit + 1)?;
    let (ids, marker) = page.cut(ctx, ids, String::as_str)?;
    let mut members = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(user) = by_id::<User, _>(ctx, account, &id)? {
            members.push(users::summary(ctx, &user));
        }
    }
    Ok(api::GetGroupOutput {
        group: described(ctx, &group),
        users: members,
        is_truncated: Some(marker.is_some()),
        marker,
    })
}

/// Gives a group another name or path.
fn update(ctx: &mut Ctx<'_>, input: api::UpdateGroup) -> Result<()> {
    let old: Group = found(ctx, &input.group_name)?;
    let mut new = old.clone();
    new.name = input.new_group_name.unwrap_or(new.name);
    new.path = input.new_path.unwrap_or(new.path);
    entities::replace(ctx, &old, &new)
}

/// Deletes a group that has nothing left.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteGroup) -> Result<()> {
    let account = ctx.scope().account;
    let group: Group = found(ctx, &input.group_name)?;
    let obstacles = [
        (!records::members(ctx, account, &group, None, 1)?.is_empty(), "must remove users from group first."),
        (!group.attached.is_empty(), "must detach all policies first."),
        (!group.inline.is_empty(), "must delete policies first."),
    ];
    if let Some((_, what)) = obstacles.iter().find(|(there, _)| *there) {
        return Err(error::delete_conflict(what).into());
    }
    records::remove(ctx, account, &group)
}

/// The groups of the account, or those below a path, by name.
fn list(ctx: &mut Ctx<'_>, input: api::ListGroups) -> Result<api::ListGroupsOutput> {
    let prefix = input.path_prefix.unwrap_or_else(|| "/".into());
    let filters = [prefix.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let (groups, marker) = page.named(ctx, |group: &Group| group.path.starts_with(&prefix))?;
    Ok(api::ListGroupsOutput {
        groups: groups.iter().map(|group| described(ctx, group)).collect(),
        is_truncated: Some(marker.is_some()),
        marker,
    })
}

/// Makes a user a member. One that is a member already stays one.
fn add_user(ctx: &mut Ctx<'_>, input: api::AddUserToGroup) -> Result<()> {
    let account = ctx.scope().account;
    let group: Group = found(ctx, &input.group_name)?;
    let mut user: User = found(ctx, &input.user_name)?;
    if !user.groups.contains(&group.id) && user.groups.len() as u64 >= quotas::GROUPS_PER_USER {
        return Err(error::quota("GroupsPerUser", quotas::GROUPS_PER_USER).into());
    }
    records::join(ctx, account, &mut user, &group)?;
    Ok(())
}

/// Ends a membership. One that is no member stays none.
fn remove_user(ctx: &mut Ctx<'_>, input: api::RemoveUserFromGroup) -> Result<()> {
    let account = ctx.scope().account;
    let group: Group = found(ctx, &input.group_name)?;
    let mut user: User = found(ctx, &input.user_name)?;
    records::leave(ctx, account, &mut user, &group)?;
    Ok(())
}

/// The groups that a user is in.
fn list_for_user(ctx: &mut Ctx<'_>, input: api::ListGroupsForUser) -> Result<api::ListGroupsForUserOutput> {
    let user: User = found(ctx, &input.user_name)?;
    let filters = [user.id.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let groups = of_user(ctx, &user)?.iter().map(|group| described(ctx, group)).collect();
    let (groups, marker) = page.placed(ctx, groups)?;
    Ok(api::ListGroupsForUserOutput { groups, is_truncated: Some(marker.is_some()), marker })
}

/// The groups that a user is in, by name.
pub(crate) fn of_user(ctx: &mut Ctx<'_>, user: &User) -> Result<Vec<Group>> {
    let account = ctx.scope().account;
    let mut groups = Vec::new();
    for id in &user.groups {
        groups.extend(by_id::<Group, _>(ctx, account, id)?);
    }
    groups.sort_by_key(|group| records::folded(&group.name));
    Ok(groups)
}

/// The group of a unique id, if there is one.
pub(crate) fn with_id(ctx: &mut Ctx<'_>, id: &str) -> Result<Option<Group>> {
    let account = ctx.scope().account;
    by_id(ctx, account, id)
}

/// All about a group.
pub(crate) fn described(ctx: &Ctx<'_>, group: &Group) -> api::Group {
    api::Group {
        path: group.path.clone(),
        group_name: group.name.clone(),
        group_id: group.id.clone(),
        arn: group.arn(ctx.partition(), ctx.scope().account),
        create_date: group.created.into(),
    }
}
