//! Makes what a seed names, or the default credentials when there is no seed.
//!
//! Guarantees: what exists is never changed; a seed whose access key belongs to somebody else is refused. The default
//! credentials are `test`/`test`, as users of emulators expect; they are made in a store that has never been used, so
//! that a seeded store does not get a well-known key by being started once without its seed.

use crate::seed::{AccessKey, Seed};
use base::{AccountId, Clock, Secret};
use directory::NewUser;
use kernel::Kernel;
use policy::Principal;

const DEFAULT_ID: &str = "test";
const DEFAULT_SECRET: &str = "test";

/// Credentials to print.
pub struct Credentials {
    /// Access key id.
    pub id: &'static str,
    /// Its secret, which is no secret.
    pub secret: &'static str,
}

/// Sows; `fresh` tells that the store has never been used. The default credentials are returned when they apply.
pub(crate) fn sow(
    kernel: &Kernel,
    seed: Option<&Seed>,
    account: AccountId,
    fresh: bool,
) -> Result<Option<Credentials>, String> {
    match seed {
        Some(seed) => plant(kernel, seed).map(|()| None),
        None => default_credentials(kernel, account, fresh),
    }
}

fn default_credentials(kernel: &Kernel, account: AccountId, fresh: bool) -> Result<Option<Credentials>, String> {
    let directory = kernel.directory();
    if fresh {
        directory.ensure_account(account).map_err(|error| error.to_string())?;
        let secret = Secret::new(DEFAULT_SECRET.to_owned());
        directory.ensure_access_key(account, None, DEFAULT_ID, &secret).map_err(|error| error.to_string())?;
    }
    let found = directory.credential(DEFAULT_ID, false).map_err(|error| error.to_string())?;
    let is_root = found.is_some_and(|known| *known.principal() == Principal::root(account));
    Ok(is_root.then_some(Credentials { id: DEFAULT_ID, secret: DEFAULT_SECRET }))
}

fn plant(kernel: &Kernel, seed: &Seed) -> Result<(), String> {
    let directory = kernel.directory();
    for account in &seed.accounts {
        directory.ensure_account(account.id).map_err(|error| error.to_string())?;
        for key in &account.root_access_keys {
            plant_access_key(kernel, account.id, None, key)?;
        }
        for user in &account.users {
            let new = NewUser {
                name: user.name.clone(),
                attached_policies: user.attached_policies.clone(),
                inline_policies: user.inline_policies.clone(),
            };
            directory.ensure_user(account.id, new).map_err(|error| error.to_string())?;
            for key in &user.access_keys {
                plant_access_key(kernel, account.id, Some(&user.name), key)?;
            }
        }
        account.keys.iter().for_each(|key| kernel.note_metered(key.scope));
        let now = kernel.clock().now();
        kms::seed(kernel.store(), kernel.crypto(), kernel.rng().as_ref(), now, &account.keys)
            .map_err(|error| format!("the seed's keys cannot be made: {error}"))?;
    }
    Ok(())
}

fn plant_access_key(kernel: &Kernel, account: AccountId, user: Option<&str>, key: &AccessKey) -> Result<(), String> {
    let ours = kernel.directory().ensure_access_key(account, user, &key.id, &key.secret);
    if ours.map_err(|error| error.to_string())? {
        return Ok(());
    }
    let owner = user.map_or_else(|| format!("the root of {account}"), |user| format!("{user} of {account}"));
    Err(format!("the seed gives the access key {} to {owner}, but the store has it for somebody else", key.id))
}
