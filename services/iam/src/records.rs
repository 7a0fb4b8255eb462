//! What IAM stores beside the identities themselves, which are the directory's.
//!
//! Guarantee: a record says its version.

use base::{AccountId, Partition};
use serde::{Deserialize, Serialize};
use store::{Key, Record, Space};

/// Makes a type a stored record of version 1.
macro_rules! record {
    ($type:ty) => {
        impl Record for $type {
            const VERSION: u8 = 1;
        }
    };
}

/// The alias of an account.
#[derive(Serialize, Deserialize)]
pub(crate) struct Alias(pub String);
record!(Alias);

impl Alias {
    /// Where the alias of an account is.
    pub(crate) fn key(account: AccountId) -> Key {
        Key::new(Space::account(account), "iam.alias")
    }
}

/// Whose an alias is. Aliases are unique over all accounts of a partition.
#[derive(Serialize, Deserialize)]
pub(crate) struct AliasOwner(String);
record!(AliasOwner);

impl AliasOwner {
    /// The entry for an account's alias.
    pub(crate) fn new(account: AccountId) -> Self {
        Self(account.to_string())
    }

    /// Where the owner of an alias is.
    pub(crate) fn key(partition: Partition, alias: &str) -> Key {
        Key::new(Space::system(), "iam.alias-owner").text(partition.as_str()).text(alias)
    }
}
