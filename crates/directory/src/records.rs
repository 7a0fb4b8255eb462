//! What is stored of identities, and where.

use base::AccountId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Key, Record, Space};

pub(crate) const ACCESS_KEYS: &str = "directory.access-key";

/// An account.
#[derive(Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) created_millis: i64,
}

/// A user. Policies are kept as given until the policy language is evaluated.
#[derive(Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) created_millis: i64,
    pub(crate) attached_policies: Vec<String>,
    pub(crate) inline_policies: BTreeMap<String, String>,
}

/// An access key: whose it is, and its secret.
#[derive(Serialize, Deserialize)]
pub(crate) struct AccessKey {
    pub(crate) account: String,
    /// The user's name; `None` for the account's root.
    pub(crate) user: Option<String>,
    pub(crate) secret: String,
}

impl Drop for AccessKey {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.secret);
    }
}

macro_rules! first_version {
    ($($record:ty),*) => {$(
        impl Record for $record {
            const VERSION: u8 = 1;
        }
    )*};
}

first_version!(Account, User, AccessKey);

pub(crate) fn account_key(id: AccountId) -> Key {
    Key::new(Space::account(id), "directory.account")
}

pub(crate) fn user_key(account: AccountId, name: &str) -> Key {
    Key::new(Space::account(account), "directory.user").text(name)
}

pub(crate) fn access_key_key(id: &str) -> Key {
    Key::new(Space::system(), ACCESS_KEYS).text(id)
}
