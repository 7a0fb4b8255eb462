//! Users: CreateUser, GetUser, UpdateUser, DeleteUser, ListUsers.
//!
//! Guarantees: a user that has anything left cannot be deleted; a new name or path needs permission on both the old and
//! the new ARN, and leaves the user's id, keys, policies and groups as they are. Source: IAM API Reference; IAM User
//! Guide, "IAM users".

use crate::entities::{self, Noun as _, found};
use crate::targets::{self, Subject};
use crate::{aliases, api, boundaries, error, paging, quotas, tags};
use base::AccountId;
use directory::ids::{self, Prefix};
use directory::records::{self, Account, EntityKind, Named, User};
use kernel::{Ctx, Lookup, Result, Service, Target, op};

/// The operations on users.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(op(api::CREATE_USER, create).on(on_create).quota(&quotas::CHANGES).writes())
        .with(
            op(api::GET_USER, get)
                .on(|lookup, input| targets::on_subject(lookup, "iam:GetUser", input.user_name.as_deref()))
                .quota(&quotas::READS),
        )
        .with(op(api::UPDATE_USER, update).on(on_update).quota(&quotas::CHANGES).writes())
        .with(
            op(api::DELETE_USER, delete)
                .on(|lookup, input| targets::only::<User>(lookup, "iam:DeleteUser", &input.user_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_USERS, list)
                .on(|lookup, input| {
                    targets::listing(lookup, "iam:ListUsers", EntityKind::User, input.path_prefix.as_deref())
                })
                .quota(&quotas::READS),
        )
}

fn on_create(lookup: &mut Lookup<'_, '_>, input: &api::CreateUser) -> Result<Vec<Target>> {
    let path = input.path.as_deref().unwrap_or("/");
    let on = |action| targets::fresh(lookup, action, EntityKind::User, path, &input.user_name);
    let create = targets::boundary(on("iam:CreateUser"), input.permissions_boundary.as_deref());
    Ok(targets::creating(create, on("iam:TagUser"), input.tags.as_deref()))
}

/// Both the user as it is and the user as it shall be.
fn on_update(lookup: &mut Lookup<'_, '_>, input: &api::UpdateUser) -> Result<Vec<Target>> {
    let account = lookup.scope().account;
    let mut both = targets::only::<User>(lookup, "iam:UpdateUser", &input.user_name)?;
    if let Some(user) = records::find::<User, _>(lookup, account, &input.user_name)? {
        let path = input.new_path.as_deref().unwrap_or(&user.path);
        let name = input.new_user_name.as_deref().unwrap_or(&user.name);
        both.push(targets::fresh(lookup, "iam:UpdateUser", EntityKind::User, path, name));
    }
    Ok(both)
}

/// Makes a user.
fn create(ctx: &mut Ctx<'_>, input: api::CreateUser) -> Result<api::CreateUserOutput> {
    let id = ids::unique_id(ctx.rng(), Prefix::User);
    let mut user = User::new(id, input.path.as_deref().unwrap_or("/"), &input.user_name, ctx.now());
    user.tags = tags::new(input.tags, User::TAG_QUOTA)?;
    entities::add(ctx, &user)?;
    if let Some(arn) = &input.permissions_boundary {
        boundaries::set(ctx, &mut user, arn)?;
    }
    Ok(api::CreateUserOutput { user: Some(described(ctx, &user)) })
}

/// Tells about a user, or about the caller.
fn get(ctx: &mut Ctx<'_>, input: api::GetUser) -> Result<api::GetUserOutput> {
    let user = match subject(ctx, input.user_name.as_deref())? {
        Subject::User(name) => {
            let user: User = found(ctx, &name)?;
            described(ctx, &user)
        }
        Subject::Root => root(ctx)?,
    };
    Ok(api::GetUserOutput { user })
}

/// The name that answers give the account's root user: the account's alias, if it has one.
pub(crate) fn root_name(ctx: &mut Ctx<'_>) -> Result<String> {
    let account = ctx.scope().account;
    Ok(aliases::of(ctx, account)?.unwrap_or_else(|| account.to_string()))
}

/// The account's root user, seen as a user.
fn root(ctx: &mut Ctx<'_>) -> Result<api::User> {
    let account = ctx.scope().account;
    let record: Option<Account> = ctx.get(&Account::key(account))?;
    let created = record.ok_or_else(|| kernel::Error::Internal("the caller's account is gone".into()))?.created;
    Ok(api::User {
        path: "/".into(),
        user_name: root_name(ctx)?,
        user_id: account.to_string(),
        arn: targets::root_arn(ctx.partition(), account),
        create_date: created.into(),
        password_last_used: None,
        permissions_boundary: None,
        tags: None,
    })
}

/// Gives a user another name or path.
fn update(ctx: &mut Ctx<'_>, input: api::UpdateUser) -> Result<()> {
    let old: User = found(ctx, &input.user_name)?;
    let mut new = old.clone();
    new.name = input.new_user_name.unwrap_or(new.name);
    new.path = input.new_path.unwrap_or(new.path);
    entities::replace(ctx, &old, &new)
}

/// Deletes a user that has nothing left.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteUser) -> Result<()> {
    let account = ctx.scope().account;
    let mut user: User = found(ctx, &input.user_name)?;
    for obstacle in OBSTACLES {
        if let Some(what) = obstacle(ctx, account, &user)? {
            return Err(error::delete_conflict(what).into());
        }
    }
    records::set_boundary(ctx, account, &mut user, None)?;
    records::remove(ctx, account, &user)
}

/// Tells what must be done before a user can be deleted, if anything must.
type Obstacle = fn(&mut Ctx<'_>, AccountId, &User) -> Result<Option<&'static str>>;

/// What can be in the way, in the order in which it is told.
const OBSTACLES: &[Obstacle] = &[
    |_, _, user| Ok((!user.access_keys.is_empty()).then_some("must delete access keys first.")),
    |_, _, user| Ok((!user.groups.is_empty()).then_some("must remove users from group first.")),
    |_, _, user| Ok((!user.attached.is_empty()).then_some("must detach all policies first.")),
    |_, _, user| Ok((!user.inline.is_empty()).then_some("must delete policies first.")),
    crate::login_profiles::obstacle,
    crate::mfa_devices::obstacle,
    crate::signing_certificates::obstacle,
    crate::ssh_keys::obstacle,
    crate::service_credentials::obstacle,
];

/// The users of the account, or those below a path, by name.
fn list(ctx: &mut Ctx<'_>, input: api::ListUsers) -> Result<api::ListUsersOutput> {
    let prefix = input.path_prefix.unwrap_or_else(|| "/".into());
    let filters = [prefix.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let (users, marker) = page.named(ctx, |user: &User| user.path.starts_with(&prefix))?;
    Ok(api::ListUsersOutput {
        users: users.iter().map(|user| summary(ctx, user)).collect(),
        is_truncated: Some(marker.is_some()),
        marker,
    })
}

/// Whom the request means; the resolver has asked the same.
pub(crate) fn subject(ctx: &mut Ctx<'_>, named: Option<&str>) -> Result<Subject> {
    let caller = ctx.caller().principal.clone();
    targets::subject(ctx, &caller, named)
}

/// All about a user.
pub(crate) fn described(ctx: &Ctx<'_>, user: &User) -> api::User {
    api::User {
        permissions_boundary: boundaries::described(user),
        tags: tags::described(&user.tags),
        ..summary(ctx, user)
    }
}

/// What lists tell about a user: neither boundary nor tags.
pub(crate) fn summary(ctx: &Ctx<'_>, user: &User) -> api::User {
    api::User {
        path: user.path.clone(),
        user_name: user.name.clone(),
        user_id: user.id.clone(),
        arn: user.arn(ctx.partition(), ctx.scope().account),
        create_date: user.created.into(),
        password_last_used: None,
        permissions_boundary: None,
        tags: None,
    }
}
