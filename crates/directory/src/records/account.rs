//! Accounts, and the organisation that they are in.

use super::Moment;
use base::AccountId;
use serde::{Deserialize, Serialize};
use store::{Error, Key, Record, Space};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// When it was made.
    pub created: Moment,
    /// Its name in Organizations; empty for one that was made here without any.
    pub name: String,
    /// The address of its root user; empty like the name.
    pub email: String,
    /// The access keys of its root user.
    pub access_keys: Vec<String>,
    /// The organisation that it is in.
    pub membership: Option<Membership>,
    /// It was closed: none of its principals has any authority.
    pub is_closed: bool,
}

/// An account's place in an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// `o-…`
    pub organization: String,
    /// The management account, in whose space the organisation is kept.
    pub management: String,
    /// The ids above the account: the root (`r-…`), then organisational units (`ou-…`) from the top.
    pub path: Vec<String>,
}

impl Membership {
    /// The management account; `None` for a damaged record.
    pub fn management(&self) -> Option<AccountId> {
        self.management.parse().ok()
    }

    /// `aws:PrincipalOrgPaths`: `o-…/r-…/ou-…/`.
    pub fn org_path(&self) -> String {
        let ids = std::iter::once(&self.organization).chain(&self.path);
        ids.flat_map(|id| [id.as_str(), "/"]).collect()
    }
}

impl Account {
    /// An account of which nothing is known but when it was made.
    pub fn new(created: impl Into<Moment>) -> Self {
        let created = created.into();
        let (name, email) = (String::new(), String::new());
        Self { created, name, email, access_keys: Vec::new(), membership: None, is_closed: false }
    }

    /// Where an account is.
    pub fn key(id: AccountId) -> Key {
        Key::new(Space::account(id), "directory.account")
    }
}

impl Record for Account {
    const VERSION: u8 = 2;

    /// The first version held the time of creation alone, in milliseconds.
    fn migrate(version: u8, bytes: &[u8]) -> Result<Self, Error> {
        let created = (version == 1).then(|| postcard::from_bytes::<Moment>(bytes).ok()).flatten();
        created.map(Self::new).ok_or_else(|| Error::Damaged(format!("no account of version {version} reads so")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_of_the_first_version_still_opens() {
        // As the first version wrote 1,767,225,600,000 milliseconds.
        let old = [128, 160, 213, 237, 238, 102];
        assert_eq!(Account::migrate(1, &old).unwrap(), Account::new(Moment(1_767_225_600_000)));
        assert!(Account::migrate(1, &[]).is_err());
    }

    #[test]
    fn an_organisation_path_ends_in_a_slash() {
        let path = vec!["r-ab12".to_owned(), "ou-ab12-11111111".to_owned()];
        let membership = Membership { organization: "o-a1b2c3d4e5".into(), management: "111122223333".into(), path };
        assert_eq!(membership.org_path(), "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/");
    }
}
