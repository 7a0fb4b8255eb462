//! Long-term access keys.
//!
//! Kept by their id over all accounts, since a request names nothing else. The secret is sealed with the record, and
//! wiped from memory with it.

use super::{Moment, first_version};
use base::{AccountId, Secret};
use serde::{Deserialize, Serialize};
use store::{Error, Key, Record, Space};
use zeroize::Zeroize as _;

/// An access key: whose it is, and its secret.
#[derive(Serialize, Deserialize)]
pub struct AccessKey {
    account: String,
    /// Whose it is.
    pub owner: Owner,
    /// Whether it can be used.
    pub status: KeyStatus,
    /// When it was made.
    pub created: Moment,
    secret: String,
}

/// Whose an access key is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owner {
    /// The account's root user.
    Root,
    /// The user with this unique id.
    User(String),
    /// The user of this name: what the first version of the record says.
    Named(String),
}

/// Whether an access key can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyStatus {
    /// It can.
    Active,
    /// It cannot, until it is activated again.
    Inactive,
}

/// When and for what an access key was last used. Apart from the key, since using it must not outdate it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// When.
    pub at: Moment,
    /// The service's name in signatures.
    pub service: String,
    /// The Region.
    pub region: String,
}
first_version!(KeyUse);

impl AccessKey {
    /// An active key.
    pub fn new(account: AccountId, owner: Owner, created: impl Into<Moment>, secret: &Secret<String>) -> Self {
        Self {
            account: account.to_string(),
            owner,
            status: KeyStatus::Active,
            created: created.into(),
            secret: secret.expose().clone(),
        }
    }

    /// Where a key is.
    pub fn key(id: &str) -> Key {
        Key::new(Space::system(), "directory.access-key").text(id)
    }

    /// The account; `None` for a damaged record.
    pub fn account(&self) -> Option<AccountId> {
        self.account.parse().ok()
    }

    /// The secret, taken out of the record.
    pub fn take_secret(&mut self) -> Secret<String> {
        Secret::new(std::mem::take(&mut self.secret))
    }
}

impl KeyUse {
    /// Where the last use of a key is.
    pub fn key(account: AccountId, id: &str) -> Key {
        Key::new(Space::account(account), "directory.access-key-use").text(id)
    }
}

impl Drop for AccessKey {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl Record for AccessKey {
    const VERSION: u8 = 2;

    fn migrate(version: u8, bytes: &[u8]) -> Result<Self, Error> {
        let old = (version == 1).then(|| postcard::from_bytes::<First>(bytes).ok()).flatten();
        let old = old.ok_or_else(|| Error::Damaged(format!("no access key of version {version} reads so")))?;
        Ok(Self {
            account: old.account,
            owner: old.user.map_or(Owner::Root, Owner::Named),
            status: KeyStatus::Active,
            created: Moment(0),
            secret: old.secret,
        })
    }
}

/// The first version.
#[derive(Deserialize)]
struct First {
    account: String,
    user: Option<String>,
    secret: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_the_first_version_still_opens() {
        let old = [&[12], b"111122223333".as_slice(), &[1, 5], b"alice", &[6], b"secret"].concat();
        let mut key = AccessKey::migrate(1, &old).unwrap();
        assert_eq!((key.owner.clone(), key.status), (Owner::Named("alice".into()), KeyStatus::Active));
        assert_eq!(key.take_secret().expose(), "secret");
        assert!(AccessKey::migrate(1, b"?").is_err());
    }
}
