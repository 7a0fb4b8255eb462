//! Long-term access keys of users and of the account's root user: CreateAccessKey, ListAccessKeys, UpdateAccessKey,
//! DeleteAccessKey, GetAccessKeyLastUsed.
//!
//! Guarantees: the secret is in the answer to CreateAccessKey and nowhere else; nobody has more than two keys; an
//! inactive or deleted key is refused from the next call on. Source: IAM User Guide, "Manage access keys for IAM users".

use crate::entities::{by_id, found};
use crate::targets::{self, Subject};
use crate::{api, error, paging, quotas, users};
use base::AccountId;
use directory::ids::{self, KeyKind};
use directory::records::{self, AccessKey, Account, KeyStatus, Owner, User};
use kernel::{Ctx, Lookup, Result, Service, Target, op};

/// The operations on access keys.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::CREATE_ACCESS_KEY, create)
                .on(|lookup, input| targets::on_subject(lookup, "iam:CreateAccessKey", input.user_name.as_deref()))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_ACCESS_KEYS, list)
                .on(|lookup, input| targets::on_subject(lookup, "iam:ListAccessKeys", input.user_name.as_deref()))
                .quota(&quotas::READS),
        )
        .with(
            op(api::UPDATE_ACCESS_KEY, update)
                .on(|lookup, input| targets::on_subject(lookup, "iam:UpdateAccessKey", input.user_name.as_deref()))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DELETE_ACCESS_KEY, delete)
                .on(|lookup, input| targets::on_subject(lookup, "iam:DeleteAccessKey", input.user_name.as_deref()))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(op(api::GET_ACCESS_KEY_LAST_USED, last_used).on(on_last_used).quota(&quotas::READS))
}

/// Whose keys a request is about.
struct Holder {
    /// As keys name their owner.
    owner: Owner,
    /// As answers call it.
    name: String,
    /// Its keys.
    keys: Vec<String>,
}

/// Whom a request means by a name or by none.
fn holder(ctx: &mut Ctx<'_>, named: Option<&str>) -> Result<Holder> {
    let account = ctx.scope().account;
    Ok(match users::subject(ctx, named)? {
        Subject::User(name) => {
            let user: User = found(ctx, &name)?;
            Holder { owner: Owner::User(user.id), name: user.name, keys: user.access_keys }
        }
        Subject::Root => {
            let root: Option<Account> = ctx.get(&Account::key(account))?;
            let keys = root.map(|root| root.access_keys).unwrap_or_default();
            Holder { owner: Owner::Root, name: users::root_name(ctx)?, keys }
        }
    })
}

impl Holder {
    /// A key of this id, if it is the holder's.
    fn key(&self, ctx: &mut Ctx<'_>, id: &str) -> Result<AccessKey> {
        let missing = || error::no_such_access_key(id);
        if !self.keys.iter().any(|known| known == id) {
            return Err(missing().into());
        }
        Ok(ctx.get(&AccessKey::key(id))?.ok_or_else(missing)?)
    }
}

/// Makes an access key.
fn create(ctx: &mut Ctx<'_>, input: api::CreateAccessKey) -> Result<api::CreateAccessKeyOutput> {
    let account = ctx.scope().account;
    let holder = holder(ctx, input.user_name.as_deref())?;
    if holder.keys.len() as u64 >= quotas::ACCESS_KEYS {
        return Err(error::quota("AccessKeysPerUser", quotas::ACCESS_KEYS).into());
    }
    let id = ids::access_key_id(ctx.rng(), KeyKind::LongTerm, account);
    let secret = ids::secret(ctx.rng());
    if !records::add_access_key(ctx, &id, &AccessKey::new(account, holder.owner, ctx.now(), &secret))? {
        return Err(kernel::Error::Internal("a new access key's id is taken or its owner is gone".into()));
    }
    Ok(api::CreateAccessKeyOutput {
        access_key: api::AccessKey {
            user_name: holder.name,
            access_key_id: id,
            status: api::StatusType::Active,
            secret_access_key: secret,
            create_date: Some(ctx.now()),
        },
    })
}

/// The access keys of somebody, without their secrets.
fn list(ctx: &mut Ctx<'_>, input: api::ListAccessKeys) -> Result<api::ListAccessKeysOutput> {
    let holder = holder(ctx, input.user_name.as_deref())?;
    let filters = [holder.name.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let mut keys = Vec::with_capacity(holder.keys.len());
    for id in &holder.keys {
        let Some(key) = ctx.get::<AccessKey>(&AccessKey::key(id))? else { continue };
        keys.push(api::AccessKeyMetadata {
            user_name: Some(holder.name.clone()),
            access_key_id: Some(id.clone()),
            status: Some(status(key.status)),
            create_date: Some(key.created.into()),
        });
    }
    let (access_key_metadata, marker) = page.placed(ctx, keys)?;
    Ok(api::ListAccessKeysOutput { access_key_metadata, is_truncated: Some(marker.is_some()), marker })
}

fn status(status: KeyStatus) -> api::StatusType {
    match status {
        KeyStatus::Active => api::StatusType::Active,
        KeyStatus::Inactive => api::StatusType::Inactive,
    }
}

/// Switches an access key on or off.
fn update(ctx: &mut Ctx<'_>, input: api::UpdateAccessKey) -> Result<()> {
    let status = match input.status {
        api::StatusType::Active => KeyStatus::Active,
        api::StatusType::Inactive => KeyStatus::Inactive,
        api::StatusType::Expired => return Err(error::expired_status().into()),
    };
    let mut key = holder(ctx, input.user_name.as_deref())?.key(ctx, &input.access_key_id)?;
    key.status = status;
    ctx.put(&AccessKey::key(&input.access_key_id), &key)
}

/// Deletes an access key.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteAccessKey) -> Result<()> {
    let key = holder(ctx, input.user_name.as_deref())?.key(ctx, &input.access_key_id)?;
    records::remove_access_key(ctx, &input.access_key_id, &key)
}

/// The user whose key is named. A key that is not the account's is denied like one that may not be seen.
fn on_last_used(lookup: &mut Lookup<'_, '_>, input: &api::GetAccessKeyLastUsed) -> Result<Vec<Target>> {
    let action = "iam:GetAccessKeyLastUsed";
    let scope = lookup.scope();
    let key = lookup.get::<AccessKey>(&AccessKey::key(&input.access_key_id))?;
    let owner = key.filter(|key| key.account() == Some(scope.account)).map(|key| key.owner.clone());
    let name = match owner {
        Some(Owner::Root) => return targets::anything(action),
        Some(Owner::User(id)) => records::entity(lookup, &id)?.map(|entity| entity.name),
        Some(Owner::Named(name)) => Some(name),
        None => None,
    };
    let Some(name) = name else {
        let caller = lookup.caller().principal.arn(scope.region.partition());
        return Err(error::unseen_access_key(&caller, &input.access_key_id).into());
    };
    targets::only::<User>(lookup, action, &name)
}

/// When and for what a key was last used.
fn last_used(ctx: &mut Ctx<'_>, input: api::GetAccessKeyLastUsed) -> Result<api::GetAccessKeyLastUsedOutput> {
    let account = ctx.scope().account;
    let key: Option<AccessKey> = ctx.get(&AccessKey::key(&input.access_key_id))?;
    let user_name = match key.map(|key| key.owner.clone()) {
        Some(owner) => Some(name_of(ctx, account, &owner)?),
        None => None,
    };
    let used = ctx.key_use(account, &input.access_key_id)?;
    let never = "N/A".to_owned();
    let used = match used {
        Some(used) => api::AccessKeyLastUsed {
            last_used_date: Some(used.at.into()),
            service_name: used.service,
            region: used.region,
        },
        None => api::AccessKeyLastUsed { last_used_date: None, service_name: never.clone(), region: never },
    };
    Ok(api::GetAccessKeyLastUsedOutput { user_name, access_key_last_used: Some(used) })
}

fn name_of(ctx: &mut Ctx<'_>, account: AccountId, owner: &Owner) -> Result<String> {
    Ok(match owner {
        Owner::Root => users::root_name(ctx)?,
        Owner::Named(name) => name.clone(),
        Owner::User(id) => by_id::<User, _>(ctx, account, id)?.map(|user| user.name).unwrap_or_default(),
    })
}
