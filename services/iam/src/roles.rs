//! Roles: CreateRole, GetRole, UpdateRole, UpdateRoleDescription, UpdateAssumeRolePolicy, DeleteRole, ListRoles.
//!
//! Guarantees: a role that belongs to a service is changed by nobody else; one that has policies or is in an instance
//! profile cannot be deleted; principals of a trust policy are known by their unique ids. Source: IAM API Reference; IAM
//! User Guide, "IAM roles".

use crate::entities::{self, Noun as _, found};
use crate::{api, boundaries, error, paging, quotas, tags, targets, trust};
use directory::ids::{self, Prefix};
use directory::records::{self, EntityKind, Named, Role, RoleUse};
use kernel::{Ctx, Lookup, Result, Service, Target, op};

/// The operations on roles.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(op(api::CREATE_ROLE, create).on(on_create).quota(&quotas::CHANGES).writes())
        .with(
            op(api::GET_ROLE, get)
                .on(|lookup, input| targets::only::<Role>(lookup, "iam:GetRole", &input.role_name))
                .quota(&quotas::READS),
        )
        .with(
            op(api::UPDATE_ROLE, update)
                .on(|lookup, input| targets::only::<Role>(lookup, "iam:UpdateRole", &input.role_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::UPDATE_ROLE_DESCRIPTION, update_description)
                .on(|lookup, input| targets::only::<Role>(lookup, "iam:UpdateRoleDescription", &input.role_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::UPDATE_ASSUME_ROLE_POLICY, update_trust)
                .on(|lookup, input| targets::only::<Role>(lookup, "iam:UpdateAssumeRolePolicy", &input.role_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DELETE_ROLE, delete)
                .on(|lookup, input| targets::only::<Role>(lookup, "iam:DeleteRole", &input.role_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_ROLES, list)
                .on(|lookup, input| {
                    targets::listing(lookup, "iam:ListRoles", EntityKind::Role, input.path_prefix.as_deref())
                })
                .quota(&quotas::READS),
        )
}

fn on_create(lookup: &mut Lookup<'_, '_>, input: &api::CreateRole) -> Result<Vec<Target>> {
    let path = input.path.as_deref().unwrap_or("/");
    let on = |action| targets::fresh(lookup, action, EntityKind::Role, path, &input.role_name);
    let create = targets::boundary(on("iam:CreateRole"), input.permissions_boundary.as_deref());
    Ok(targets::creating(create, on("iam:TagRole"), input.tags.as_deref()))
}

/// Makes a role.
fn create(ctx: &mut Ctx<'_>, input: api::CreateRole) -> Result<api::CreateRoleOutput> {
    let path = input.path.unwrap_or_else(|| "/".into());
    if RESERVED_PATHS.iter().any(|reserved| path.starts_with(reserved)) {
        return Err(error::reserved_path(&path).into());
    }
    let trust = trust::bind(ctx, &input.assume_role_policy_document)?;
    let id = ids::unique_id(ctx.rng(), Prefix::Role);
    let mut role = Role::new(id, &path, &input.role_name, trust, ctx.now());
    role.description = input.description;
    if let Some(seconds) = input.max_session_duration {
        role.max_session_seconds = seconds.unsigned_abs();
    }
    role.tags = tags::new(input.tags, Role::TAG_QUOTA)?;
    entities::add(ctx, &role)?;
    if let Some(arn) = &input.permissions_boundary {
        boundaries::set(ctx, &mut role, arn)?;
    }
    let role = described(ctx, &role)?;
    // What a role has by default is not told when it is made.
    let told = input.max_session_duration.and(role.max_session_duration);
    Ok(api::CreateRoleOutput { role: api::Role { max_session_duration: told, role_last_used: None, ..role } })
}

/// Paths below which only services make roles.
const RESERVED_PATHS: [&str; 2] = ["/aws-service-role/", "/aws-reserved/"];

/// The role of this name, unless it belongs to a service.
pub(crate) fn modifiable(ctx: &mut Ctx<'_>, name: &str) -> Result<Role> {
    let role: Role = found(ctx, name)?;
    if RESERVED_PATHS.iter().any(|reserved| role.path.starts_with(reserved)) {
        return Err(error::protected_role(&role.name).into());
    }
    Ok(role)
}

/// Tells about a role.
fn get(ctx: &mut Ctx<'_>, input: api::GetRole) -> Result<api::GetRoleOutput> {
    let role: Role = found(ctx, &input.role_name)?;
    Ok(api::GetRoleOutput { role: described(ctx, &role)? })
}

/// Changes description and longest session. Of a role that belongs to a service the description alone.
fn update(ctx: &mut Ctx<'_>, input: api::UpdateRole) -> Result<api::UpdateRoleOutput> {
    let old = match input.max_session_duration {
        None => describable(ctx, &input.role_name)?,
        Some(_) => modifiable(ctx, &input.role_name)?,
    };
    let mut new = old.clone();
    new.description = input.description.or(new.description);
    if let Some(seconds) = input.max_session_duration {
        new.max_session_seconds = seconds.unsigned_abs();
    }
    entities::replace(ctx, &old, &new)?;
    Ok(api::UpdateRoleOutput {})
}

/// Changes the description.
fn update_description(
    ctx: &mut Ctx<'_>,
    input: api::UpdateRoleDescription,
) -> Result<api::UpdateRoleDescriptionOutput> {
    let old = describable(ctx, &input.role_name)?;
    let mut new = old.clone();
    new.description = Some(input.description);
    entities::replace(ctx, &old, &new)?;
    Ok(api::UpdateRoleDescriptionOutput { role: Some(described(ctx, &new)?) })
}

/// The role of this name, whose description may be changed. Source: IAM User Guide, "Edit a service-linked role
/// description".
fn describable(ctx: &mut Ctx<'_>, name: &str) -> Result<Role> {
    let role: Role = found(ctx, name)?;
    if role.is_service_linked() { Ok(role) } else { modifiable(ctx, name) }
}

/// Replaces the trust policy.
fn update_trust(ctx: &mut Ctx<'_>, input: api::UpdateAssumeRolePolicy) -> Result<()> {
    let old = modifiable(ctx, &input.role_name)?;
    let mut new = old.clone();
    new.trust_policy = trust::bind(ctx, &input.policy_document)?;
    entities::replace(ctx, &old, &new)
}

/// Deletes a role that has nothing left.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteRole) -> Result<()> {
    let account = ctx.scope().account;
    let mut role = modifiable(ctx, &input.role_name)?;
    let obstacles = [
        (!role.instance_profiles.is_empty(), "must remove roles from instance profile first."),
        (!role.attached.is_empty(), "must detach all policies first."),
        (!role.inline.is_empty(), "must delete policies first."),
    ];
    if let Some((_, what)) = obstacles.iter().find(|(there, _)| *there) {
        return Err(error::delete_conflict(what).into());
    }
    records::set_boundary(ctx, account, &mut role, None)?;
    ctx.delete(&RoleUse::key(account, &role.id))?;
    records::remove(ctx, account, &role)
}

/// The roles of the account, or those below a path, by name.
fn list(ctx: &mut Ctx<'_>, input: api::ListRoles) -> Result<api::ListRolesOutput> {
    let prefix = input.path_prefix.unwrap_or_else(|| "/".into());
    let filters = [prefix.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let (found, marker) = page.named(ctx, |role: &Role| role.path.starts_with(&prefix))?;
    let mut roles = Vec::with_capacity(found.len());
    for role in &found {
        roles.push(summary(ctx, role)?);
    }
    Ok(api::ListRolesOutput { roles, is_truncated: Some(marker.is_some()), marker })
}

/// All about a role.
pub(crate) fn described(ctx: &mut Ctx<'_>, role: &Role) -> Result<api::Role> {
    let used = ctx.role_use(ctx.scope().account, &role.id)?;
    Ok(api::Role {
        permissions_boundary: boundaries::described(role),
        tags: tags::described(&role.tags),
        role_last_used: Some(self::used(used)),
        ..summary(ctx, role)?
    })
}

/// When a role was last used, as answers tell it.
pub(crate) fn used(used: Option<RoleUse>) -> api::RoleLastUsed {
    api::RoleLastUsed { last_used_date: used.as_ref().map(|used| used.at.into()), region: used.map(|used| used.region) }
}

/// What lists and instance profiles tell about a role: neither boundary nor tags, nor when it was used.
pub(crate) fn summary(ctx: &mut Ctx<'_>, role: &Role) -> Result<api::Role> {
    Ok(api::Role {
        path: role.path.clone(),
        role_name: role.name.clone(),
        role_id: role.id.clone(),
        arn: role.arn(ctx.partition(), ctx.scope().account),
        create_date: role.created.into(),
        assume_role_policy_document: Some(trust::rendered(ctx, &role.trust_policy)?),
        description: role.description.clone(),
        max_session_duration: Some(role.max_session_seconds.try_into().unwrap_or(i32::MAX)),
        permissions_boundary: None,
        tags: None,
        role_last_used: None,
        source_role_template: None,
    })
}
