//! SSH public keys of users, as CodeCommit knows them.
//!
//! Guarantees: a user has five at most, none twice; a key comes back in the encoding that is asked for, whichever it came
//! in. Source: IAM API Reference, UploadSSHPublicKey, GetSSHPublicKey.

mod body;

use crate::owners::{Owner, owner, user};
use crate::{api, error, paging, quotas, status, targets};
use base::AccountId;
use body::{NoKey, PublicKey};
use directory::ids::{self, Prefix};
use directory::records::{Moment, User};
use kernel::{Ctx, Result, Service, op};
use model::Fault;
use serde::{Deserialize, Serialize};
use store::{Key, Record, Space};

/// A user's key.
#[derive(Serialize, Deserialize)]
pub(crate) struct SshKey {
    /// As it was given.
    body: String,
    active: bool,
    uploaded: Moment,
}

impl Record for SshKey {
    const VERSION: u8 = 1;
}

impl SshKey {
    fn all_of(account: AccountId, owner: &str) -> Key {
        Key::new(Space::account(account), "iam.ssh-key").text(owner)
    }

    fn key(account: AccountId, owner: &str, id: &str) -> Key {
        Self::all_of(account, owner).text(id)
    }
}

/// The operations on SSH keys.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::UPLOAD_SSH_PUBLIC_KEY, upload)
                .on(|lookup, input| targets::only::<User>(lookup, "iam:UploadSSHPublicKey", &input.user_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::GET_SSH_PUBLIC_KEY, get)
                .on(|lookup, input| targets::only::<User>(lookup, "iam:GetSSHPublicKey", &input.user_name))
                .quota(&quotas::READS),
        )
        .with(
            op(api::LIST_SSH_PUBLIC_KEYS, list)
                .on(|lookup, input| targets::on_subject(lookup, "iam:ListSSHPublicKeys", input.user_name.as_deref()))
                .quota(&quotas::READS),
        )
        .with(
            op(api::UPDATE_SSH_PUBLIC_KEY, update)
                .on(|lookup, input| targets::only::<User>(lookup, "iam:UpdateSSHPublicKey", &input.user_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DELETE_SSH_PUBLIC_KEY, delete)
                .on(|lookup, input| targets::only::<User>(lookup, "iam:DeleteSSHPublicKey", &input.user_name))
                .quota(&quotas::CHANGES)
                .writes(),
        )
}

/// Stores a key of a user.
fn upload(ctx: &mut Ctx<'_>, input: api::UploadSSHPublicKey) -> Result<api::UploadSSHPublicKeyOutput> {
    let account = ctx.scope().account;
    let owner = user(ctx, &input.user_name)?;
    let public = read(&input.ssh_public_key_body)?;
    let present = of(ctx, account, &owner.id)?;
    if present.iter().any(|(_, key)| PublicKey::read(&key.body).as_ref() == Ok(&public)) {
        return Err(error::duplicate_ssh_key().into());
    }
    if present.len() as u64 >= quotas::SSH_KEYS {
        return Err(error::quota("SSHPublicKeysPerUser", quotas::SSH_KEYS).into());
    }
    let id = ids::unique_id(ctx.rng(), Prefix::PublicKey);
    let key = SshKey { body: input.ssh_public_key_body, active: true, uploaded: ctx.now().into() };
    ctx.put(&SshKey::key(account, &owner.id, &id), &key)?;
    let body = key.body.clone();
    Ok(api::UploadSSHPublicKeyOutput { ssh_public_key: Some(described(&owner, &id, &key, &public, body)) })
}

/// A key in one of the two encodings.
fn get(ctx: &mut Ctx<'_>, input: api::GetSSHPublicKey) -> Result<api::GetSSHPublicKeyOutput> {
    let owner = user(ctx, &input.user_name)?;
    let (_, key) = known(ctx, &owner, &input.ssh_public_key_id)?;
    let public = read(&key.body)?;
    let body = match input.encoding {
        api::EncodingType::Ssh => public.to_line(),
        api::EncodingType::Pem => public.to_pem(),
    };
    let described = described(&owner, &input.ssh_public_key_id, &key, &public, body);
    Ok(api::GetSSHPublicKeyOutput { ssh_public_key: Some(described) })
}

/// A user's keys, without their bodies.
fn list(ctx: &mut Ctx<'_>, input: api::ListSSHPublicKeys) -> Result<api::ListSSHPublicKeysOutput> {
    let owner = owner(ctx, input.user_name.as_deref())?;
    let filters = [owner.id.as_str()];
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &filters)?;
    let all = of(ctx, ctx.scope().account, &owner.id)?;
    let (found, marker) = page.placed(ctx, all)?;
    let entry = |(id, key): (String, SshKey)| api::SSHPublicKeyMetadata {
        user_name: owner.name.clone(),
        ssh_public_key_id: id,
        status: status::of(key.active),
        upload_date: key.uploaded.into(),
    };
    Ok(api::ListSSHPublicKeysOutput {
        ssh_public_keys: Some(found.into_iter().map(entry).collect()),
        is_truncated: Some(marker.is_some()),
        marker,
    })
}

/// Says whether a key may be used.
fn update(ctx: &mut Ctx<'_>, input: api::UpdateSSHPublicKey) -> Result<()> {
    let active = status::is_active(input.status)?;
    let owner = user(ctx, &input.user_name)?;
    let (place, mut key) = known(ctx, &owner, &input.ssh_public_key_id)?;
    key.active = active;
    ctx.put(&place, &key)
}

/// Removes a key.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteSSHPublicKey) -> Result<()> {
    let owner = user(ctx, &input.user_name)?;
    let (place, _) = known(ctx, &owner, &input.ssh_public_key_id)?;
    ctx.delete(&place)
}

/// The keys of an owner by id, the oldest first.
pub(crate) fn of(ctx: &mut Ctx<'_>, account: AccountId, owner: &str) -> Result<Vec<(String, SshKey)>> {
    let most = usize::try_from(quotas::SSH_KEYS).unwrap_or(usize::MAX);
    let found: Vec<(Key, SshKey)> = ctx.scan(&SshKey::all_of(account, owner), None, most)?;
    let mut found: Vec<_> = found.into_iter().filter_map(|(place, key)| Some((place.last_text()?, key))).collect();
    found.sort_by_key(|(_, key)| key.uploaded);
    Ok(found)
}

fn read(body: &str) -> std::result::Result<PublicKey, Fault> {
    PublicKey::read(body).map_err(|no_key| match no_key {
        NoKey::Unrecognised => error::unrecognised_ssh_key(),
        NoKey::Invalid => error::invalid_ssh_key(),
    })
}

/// What stands in the way of deleting a user.
pub(crate) fn obstacle(ctx: &mut Ctx<'_>, account: AccountId, user: &User) -> Result<Option<&'static str>> {
    let has = !of(ctx, account, &user.id)?.is_empty();
    Ok(has.then_some("must delete SSH public keys first."))
}

fn known(ctx: &mut Ctx<'_>, owner: &Owner, id: &str) -> Result<(Key, SshKey)> {
    let place = SshKey::key(ctx.scope().account, &owner.id, id);
    let missing = || error::no_such_entity(format!("The Public Key with id {id} cannot be found."));
    let found = ctx.get(&place)?.ok_or_else(missing)?;
    Ok((place, found))
}

fn described(owner: &Owner, id: &str, key: &SshKey, public: &PublicKey, body: String) -> api::SSHPublicKey {
    api::SSHPublicKey {
        user_name: owner.name.clone(),
        ssh_public_key_id: id.to_owned(),
        fingerprint: public.fingerprint(),
        ssh_public_key_body: body,
        status: status::of(key.active),
        upload_date: Some(key.uploaded.into()),
    }
}
