//! Instance profiles: what hands a role to a machine.
//!
//! Guarantees: a profile holds one role at most; whoever puts a role in must be allowed to pass that role; a profile with
//! a role cannot be deleted, nor a role that is in one. Source: IAM API Reference; IAM User Guide, "Using instance
//! profiles".

use crate::entities::{self, Noun as _, found};
use crate::{api, error, paging, quotas, roles, tags, targets};
use directory::ids::{self, Prefix};
use directory::records::{self, EntityKind, InstanceProfile, Named, Role};
use kernel::{Ctx, Lookup, Result, Service, Target, op};

/// The operations on instance profiles.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(op(api::CREATE_INSTANCE_PROFILE, create).on(on_create).quota(&quotas::CHANGES).writes())
        .with(
            op(api::GET_INSTANCE_PROFILE, get)
                .on(|lookup, input| only(lookup, "iam:GetInstanceProfile", &input.instance_profile_name))
                .quota(&quotas::READS),
        )
        .with(
            op(api::DELETE_INSTANCE_PROFILE, delete)
                .on(|lookup, input| only(lookup, "iam:DeleteInstanceProfile", &input.instance_profile_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_INSTANCE_PROFILES, list)
                .on(|lookup, input| {
                    targets::listing(
                        lookup,
                        "iam:ListInstanceProfiles",
                        EntityKind::InstanceProfile,
                        input.path_prefix.as_deref(),
                    )
                })
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_INSTANCE_PROFILES_FOR_ROLE, list_for_role)
                .on(|lookup, input| targets::only::<Role>(lookup, "iam:ListInstanceProfilesForRole", &input.role_name))
                .quota(&quotas::READS),
        )
        .with(op(api::ADD_ROLE_TO_INSTANCE_PROFILE, add_role).on(on_add).quota(&quotas::CHANGES).writes())
        .with(
            op(api::REMOVE_ROLE_FROM_INSTANCE_PROFILE, remove_role)
                .on(|lookup, input| only(lookup, "iam:RemoveRoleFromInstanceProfile", &input.instance_profile_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
}

fn only(lookup: &mut Lookup<'_, '_>, action: &'static str, name: &str) -> Result<Vec<Target>> {
    targets::only::<InstanceProfile>(lookup, action, name)
}

fn on_create(lookup: &mut Lookup<'_, '_>, input: &api::CreateInstanceProfile) -> Result<Vec<Target>> {
    let path = input.path.as_deref().unwrap_or("/");
    let on = |action| targets::fresh(lookup, action, EntityKind::InstanceProfile, path, &input.instance_profile_name);
    Ok(targets::creating(on("iam:CreateInstanceProfile"), on("iam:TagInstanceProfile"), input.tags.as_deref()))
}

/// The profile, and the role that is passed to machines.
fn on_add(lookup: &mut Lookup<'_, '_>, input: &api::AddRoleToInstanceProfile) -> Result<Vec<Target>> {
    let mut both = only(lookup, "iam:AddRoleToInstanceProfile", &input.instance_profile_name)?;
    let account = lookup.scope().account;
    // Other than IAM's own actions, this one is told with the ARN.
    let pass = match records::find::<Role, _>(lookup, account, &input.role_name)? {
        Some(role) => targets::stored(lookup, "iam:PassRole", &role),
        None => targets::fresh(lookup, "iam:PassRole", EntityKind::Role, "/", &input.role_name),
    };
    both.push(pass.condition("iam:PassedToService", vec![MACHINES.to_owned()]));
    Ok(both)
}

/// The service whose machines profiles are for.
const MACHINES: &str = "ec2.amazonaws.com";

/// Makes an instance profile without a role.
fn create(ctx: &mut Ctx<'_>, input: api::CreateInstanceProfile) -> Result<api::CreateInstanceProfileOutput> {
    let profile = InstanceProfile {
        id: ids::unique_id(ctx.rng(), Prefix::InstanceProfile),
        name: input.instance_profile_name,
        path: input.path.unwrap_or_else(|| "/".into()),
        created: ctx.now().into(),
        role: None,
        tags: tags::new(input.tags, InstanceProfile::TAG_QUOTA)?,
    };
    entities::add(ctx, &profile)?;
    Ok(api::CreateInstanceProfileOutput { instance_profile: described(ctx, &profile)? })
}

/// Tells about an instance profile and its role.
fn get(ctx: &mut Ctx<'_>, input: api::GetInstanceProfile) -> Result<api::GetInstanceProfileOutput> {
    let profile: InstanceProfile = found(ctx, &input.instance_profile_name)?;
    Ok(api::GetInstanceProfileOutput { instance_profile: described(ctx, &profile)? })
}

/// Deletes an instance profile that has no role.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteInstanceProfile) -> Result<()> {
    let account = ctx.scope().account;
    let profile: InstanceProfile = found(ctx, &input.instance_profile_name)?;
    if profile.role.is_some() {
        return Err(error::delete_conflict("must remove roles from instance profile first.").into());
    }
    records::remove(ctx, account, &profile)
}

/// The instance profiles of the account, or those below a path, by name.
fn list(ctx: &mut Ctx<'_>, input: api::ListInstanceProfiles) -> Result<api::ListInstanceProfilesOutput> {
    let prefix = input.path_prefix.unwrap_or_else(|| "/".into());
    let filters = [prefix.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let (found, marker) = page.named(ctx, |profile: &InstanceProfile| profile.path.starts_with(&prefix))?;
    let mut instance_profiles = Vec::with_capacity(found.len());
    for profile in &found {
        instance_profiles.push(api::InstanceProfile { tags: None, ..described(ctx, profile)? });
    }
    Ok(api::ListInstanceProfilesOutput { instance_profiles, is_truncated: Some(marker.is_some()), marker })
}

/// The instance profiles that a role is in.
fn list_for_role(
    ctx: &mut Ctx<'_>,
    input: api::ListInstanceProfilesForRole,
) -> Result<api::ListInstanceProfilesForRoleOutput> {
    let role: Role = found(ctx, &input.role_name)?;
    let filters = [role.id.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let names = role.instance_profiles.iter().filter(|name| page.is_after(name)).take(page.limit + 1);
    let (names, marker) = page.cut(ctx, names.cloned().collect(), String::as_str)?;
    let mut instance_profiles = Vec::with_capacity(names.len());
    for name in names {
        let profile: InstanceProfile = found(ctx, &name)?;
        instance_profiles.push(api::InstanceProfile { tags: None, ..described(ctx, &profile)? });
    }
    Ok(api::ListInstanceProfilesForRoleOutput { instance_profiles, is_truncated: Some(marker.is_some()), marker })
}

/// Puts a role into an instance profile.
fn add_role(ctx: &mut Ctx<'_>, input: api::AddRoleToInstanceProfile) -> Result<()> {
    let old: InstanceProfile = found(ctx, &input.instance_profile_name)?;
    let role = roles::modifiable(ctx, &input.role_name)?;
    if old.role.is_some() {
        return Err(error::quota("InstanceSessionsPerInstanceProfile", 1).into());
    }
    let (mut new, mut holder) = (old.clone(), role.clone());
    new.role = Some(role.name.clone());
    holder.instance_profiles.insert(old.name.clone());
    entities::replace(ctx, &role, &holder)?;
    entities::replace(ctx, &old, &new)
}

/// Takes the role out of an instance profile.
fn remove_role(ctx: &mut Ctx<'_>, input: api::RemoveRoleFromInstanceProfile) -> Result<()> {
    let old: InstanceProfile = found(ctx, &input.instance_profile_name)?;
    let role = roles::modifiable(ctx, &input.role_name)?;
    if old.role.as_ref() != Some(&role.name) {
        return Err(error::role_not_in_profile(&role.name, &old.name).into());
    }
    let (mut new, mut holder) = (old.clone(), role.clone());
    new.role = None;
    holder.instance_profiles.remove(&old.name);
    entities::replace(ctx, &role, &holder)?;
    entities::replace(ctx, &old, &new)
}

/// All about an instance profile.
pub(crate) fn described(ctx: &mut Ctx<'_>, profile: &InstanceProfile) -> Result<api::InstanceProfile> {
    let mut held = Vec::new();
    if let Some(name) = &profile.role {
        let role: Role = found(ctx, name)?;
        held.push(roles::summary(ctx, &role)?);
    }
    Ok(api::InstanceProfile {
        path: profile.path.clone(),
        instance_profile_name: profile.name.clone(),
        instance_profile_id: profile.id.clone(),
        arn: profile.arn(ctx.partition(), ctx.scope().account),
        create_date: profile.created.into(),
        roles: held,
        tags: Some(tags::all(&profile.tags)),
    })
}
