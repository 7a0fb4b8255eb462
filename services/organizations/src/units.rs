//! Organizational units, and moving between parents.
//!
//! Guarantees: a unit's name is unique below its parent; the tree is at most five units deep; a unit that is not empty
//! stays.

use crate::records::{Child, Id, Mark, Member, Tags, Unit};
use crate::resolve::{Reach, on, request_tags};
use crate::standing::Standing;
use crate::{api, error, ids, paging, quotas, tags, tree};
use kernel::{Ctx, Error, Result, Service, op};

pub(crate) fn operations(service: Service) -> Service {
    service
        .with(
            op(api::CREATE_ORGANIZATIONAL_UNIT, create)
                .on(|lookup, input| {
                    let tags = input.tags.iter().flatten().map(|tag| (tag.key.as_str(), tag.value.as_str()));
                    let conditions = request_tags(tags);
                    let conditions: Vec<_> = conditions.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
                    let action = "organizations:CreateOrganizationalUnit";
                    on(lookup, action, Reach::Manage, &[&input.parent_id], &conditions)
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::UPDATE_ORGANIZATIONAL_UNIT, update)
                .on(|lookup, input| {
                    let action = "organizations:UpdateOrganizationalUnit";
                    on(lookup, action, Reach::Manage, &[&input.organizational_unit_id], &[])
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DELETE_ORGANIZATIONAL_UNIT, delete)
                .on(|lookup, input| {
                    let action = "organizations:DeleteOrganizationalUnit";
                    on(lookup, action, Reach::Manage, &[&input.organizational_unit_id], &[])
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
        .with(
            op(api::DESCRIBE_ORGANIZATIONAL_UNIT, describe)
                .on(|lookup, input| {
                    let action = "organizations:DescribeOrganizationalUnit";
                    on(lookup, action, Reach::Read, &[&input.organizational_unit_id], &[])
                })
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_ORGANIZATIONAL_UNITS_FOR_PARENT, list)
                .on(|lookup, input| {
                    let action = "organizations:ListOrganizationalUnitsForParent";
                    on(lookup, action, Reach::Read, &[&input.parent_id], &[])
                })
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_CHILDREN, list_children)
                .on(|lookup, input| on(lookup, "organizations:ListChildren", Reach::Read, &[&input.parent_id], &[]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_PARENTS, list_parents)
                .on(|lookup, input| on(lookup, "organizations:ListParents", Reach::Read, &[&input.child_id], &[]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::MOVE_ACCOUNT, move_account)
                .on(|lookup, input| {
                    let resources = [&*input.account_id, &input.source_parent_id, &input.destination_parent_id];
                    on(lookup, "organizations:MoveAccount", Reach::Manage, &resources, &[])
                })
                .quota(&quotas::WRITES)
                .writes(),
        )
}

fn create(ctx: &mut Ctx<'_>, input: api::CreateOrganizationalUnit) -> Result<api::CreateOrganizationalUnitOutput> {
    let mut standing = Standing::of(ctx)?;
    let above = way_up(ctx, &standing, &input.parent_id)?.ok_or_else(error::parent_not_found)?;
    // The way up holds the root, which is no unit.
    if above.len() > quotas::MAX_NESTED_UNITS {
        return Err(error::constraint(
            "OU_DEPTH_LIMIT_EXCEEDED",
            "You have exceeded the number of levels of nested OUs.",
        )
        .into());
    }
    if standing.organization.units >= quotas::MAX_UNITS {
        return Err(error::constraint("OU_NUMBER_LIMIT_EXCEEDED", "You have exceeded the number of OUs.").into());
    }
    let id = ids::unit(ctx.rng(), &standing.organization.root);
    name(ctx, &standing, &input.parent_id, &input.name, &id)?;
    let unit = Unit { name: input.name, parent: input.parent_id };
    ctx.put(&Unit::key(standing.management, &id), &unit)?;
    ctx.put(&Mark::child(standing.management, &unit.parent, Child::Unit, &id), &Mark)?;
    tags::put(ctx, &standing, &id, input.tags)?;
    tree::attach_managed(ctx, &standing, &id)?;
    standing.organization.units += 1;
    standing.save(ctx)?;
    let view = view(ctx, &standing, &id, unit)?;
    Ok(api::CreateOrganizationalUnitOutput { organizational_unit: Some(view) })
}

fn update(ctx: &mut Ctx<'_>, input: api::UpdateOrganizationalUnit) -> Result<api::UpdateOrganizationalUnitOutput> {
    let standing = Standing::of(ctx)?;
    let id = input.organizational_unit_id;
    let mut unit = existing(ctx, &standing, &id)?;
    if let Some(new) = input.name.filter(|new| *new != unit.name) {
        name(ctx, &standing, &unit.parent, &new, &id)?;
        ctx.delete(&Unit::name_key(standing.management, &unit.parent, &unit.name))?;
        unit.name = new;
        ctx.put(&Unit::key(standing.management, &id), &unit)?;
    }
    let view = view(ctx, &standing, &id, unit)?;
    Ok(api::UpdateOrganizationalUnitOutput { organizational_unit: Some(view) })
}

fn delete(ctx: &mut Ctx<'_>, input: api::DeleteOrganizationalUnit) -> Result<()> {
    let mut standing = Standing::of(ctx)?;
    let id = input.organizational_unit_id;
    let unit = existing(ctx, &standing, &id)?;
    let management = standing.management;
    for kind in [Child::Account, Child::Unit] {
        if !ctx.scan::<Mark>(&Mark::children(management, &id, kind), None, 1)?.is_empty() {
            return Err(error::bare(
                "OrganizationalUnitNotEmptyException",
                "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, \
                 and try the operation again.",
            )
            .into());
        }
    }
    for kind in &standing.organization.enabled {
        tree::detach_all_from(ctx, &standing, &id, kind)?;
    }
    ctx.delete(&Unit::name_key(management, &unit.parent, &unit.name))?;
    ctx.delete(&Mark::child(management, &unit.parent, Child::Unit, &id))?;
    ctx.delete(&Tags::key(management, &id))?;
    ctx.delete(&Unit::key(management, &id))?;
    standing.organization.units = standing.organization.units.saturating_sub(1);
    standing.save(ctx)
}

fn describe(
    ctx: &mut Ctx<'_>,
    input: api::DescribeOrganizationalUnit,
) -> Result<api::DescribeOrganizationalUnitOutput> {
    let standing = Standing::of(ctx)?;
    let unit = existing(ctx, &standing, &input.organizational_unit_id)?;
    let view = view(ctx, &standing, &input.organizational_unit_id, unit)?;
    Ok(api::DescribeOrganizationalUnitOutput { organizational_unit: Some(view) })
}

fn list(
    ctx: &mut Ctx<'_>,
    input: api::ListOrganizationalUnitsForParent,
) -> Result<api::ListOrganizationalUnitsForParentOutput> {
    let standing = Standing::of(ctx)?;
    way_up(ctx, &standing, &input.parent_id)?.ok_or_else(error::parent_not_found)?;
    let filters = [input.parent_id.as_str()];
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &filters)?;
    let children = Mark::children(standing.management, &input.parent_id, Child::Unit);
    let (found, next_token) = page.records::<Mark>(ctx, &children)?;
    let mut units = Vec::with_capacity(found.len());
    for (id, _) in found {
        let unit = existing(ctx, &standing, &id)?;
        units.push(view(ctx, &standing, &id, unit)?);
    }
    Ok(api::ListOrganizationalUnitsForParentOutput { organizational_units: Some(units), next_token })
}

fn list_children(ctx: &mut Ctx<'_>, input: api::ListChildren) -> Result<api::ListChildrenOutput> {
    let standing = Standing::of(ctx)?;
    way_up(ctx, &standing, &input.parent_id)?.ok_or_else(error::parent_not_found)?;
    let kind = match input.child_type {
        api::ChildType::Account => Child::Account,
        api::ChildType::OrganizationalUnit => Child::Unit,
    };
    let filters = [input.parent_id.as_str(), input.child_type.as_str()];
    let page = paging::ask(ctx, input.max_results, input.next_token.as_deref(), &filters)?;
    let (found, next_token) =
        page.records::<Mark>(ctx, &Mark::children(standing.management, &input.parent_id, kind))?;
    let child = |(id, _)| api::Child { id: Some(id), r#type: Some(input.child_type) };
    Ok(api::ListChildrenOutput { children: Some(found.into_iter().map(child).collect()), next_token })
}

fn list_parents(ctx: &mut Ctx<'_>, input: api::ListParents) -> Result<api::ListParentsOutput> {
    let standing = Standing::of(ctx)?;
    let id = &input.child_id;
    let parent = match ctx.get::<Member>(&Member::key(standing.management, id))? {
        Some(member) => Some(member.parent),
        None => ctx.get::<Unit>(&Unit::key(standing.management, id))?.map(|unit| unit.parent),
    };
    let parent = parent.ok_or_else(error::child_not_found)?;
    let is_root = parent == standing.organization.root;
    let r#type = if is_root { api::ParentType::Root } else { api::ParentType::OrganizationalUnit };
    let parent = api::Parent { id: Some(parent), r#type: Some(r#type) };
    Ok(api::ListParentsOutput { parents: Some(vec![parent]), next_token: None })
}

fn move_account(ctx: &mut Ctx<'_>, input: api::MoveAccount) -> Result<()> {
    let standing = Standing::of(ctx)?;
    let management = standing.management;
    let member: Member = ctx.get(&Member::key(management, &input.account_id))?.ok_or_else(error::account_not_found)?;
    if way_up(ctx, &standing, &input.source_parent_id)?.is_none() || member.parent != input.source_parent_id {
        return Err(error::bare(
            "SourceParentNotFoundException",
            "You specified a source root or OU that doesn't exist.",
        )
        .into());
    }
    if way_up(ctx, &standing, &input.destination_parent_id)?.is_none() {
        return Err(error::bare(
            "DestinationParentNotFoundException",
            "You specified a destination root or OU that doesn't exist.",
        )
        .into());
    }
    if member.parent == input.destination_parent_id {
        return Err(error::bare(
            "DuplicateAccountException",
            "That account is already present in the specified destination.",
        )
        .into());
    }
    tree::move_member(ctx, &standing, &input.account_id, member, input.destination_parent_id)
}

/// The unit with an id.
pub(crate) fn existing(ctx: &mut Ctx<'_>, standing: &Standing, id: &str) -> Result<Unit> {
    Ok(ctx.get(&Unit::key(standing.management, id))?.ok_or_else(error::unit_not_found)?)
}

/// The root or unit itself and what is above it, itself first and the root last; `None` if there is no such parent.
pub(crate) fn way_up(ctx: &mut Ctx<'_>, standing: &Standing, parent: &str) -> Result<Option<Vec<String>>> {
    let mut way = vec![parent.to_owned()];
    while let Some(last) = way.last().filter(|last| **last != standing.organization.root) {
        if way.len() > quotas::MAX_NESTED_UNITS + 1 {
            return Err(Error::Internal(format!("{parent} is deeper than the tree may be")));
        }
        match ctx.get::<Unit>(&Unit::key(standing.management, last))? {
            Some(unit) => way.push(unit.parent),
            None if way.len() == 1 => return Ok(None),
            None => return Err(Error::Internal(format!("{parent} is below a unit that is gone"))),
        }
    }
    Ok(Some(way))
}

/// `o-…/r-…/ou-…/` down to a parent.
pub(crate) fn path(ctx: &mut Ctx<'_>, standing: &Standing, parent: &str) -> Result<String> {
    let mut way = way_up(ctx, standing, parent)?.unwrap_or_default();
    way.reverse();
    Ok(format!("{}/{}/", standing.organization.id, way.join("/")))
}

/// Takes a name below a parent.
fn name(ctx: &mut Ctx<'_>, standing: &Standing, parent: &str, name: &str, id: &str) -> Result<()> {
    if ctx.insert(&Unit::name_key(standing.management, parent, name), &Id(id.to_owned()))? {
        return Ok(());
    }
    Err(error::bare("DuplicateOrganizationalUnitException", "An OU with the same name already exists.").into())
}

fn view(ctx: &mut Ctx<'_>, standing: &Standing, id: &str, unit: Unit) -> Result<api::OrganizationalUnit> {
    Ok(api::OrganizationalUnit {
        id: Some(id.to_owned()),
        arn: Some(standing.arns().unit(id)),
        path: Some(path(ctx, standing, id)?),
        name: Some(unit.name),
    })
}
