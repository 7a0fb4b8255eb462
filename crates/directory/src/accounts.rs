//! Makes accounts, users and access keys that were named beforehand, as a seed does.
//!
//! Guarantee: what exists is never changed.

use crate::directory::Directory;
use crate::ids::{self, KeyKind, Prefix};
use crate::records::{self, AccessKey, Account, Owner, User};
use base::{AccountId, Partition, Secret, Uuid};
use std::collections::BTreeMap;
use store::{Error, Marker, Transaction};

/// A user to be made.
pub struct NewUser {
    /// Unique in the account.
    pub name: String,
    /// ARNs of managed policies.
    pub attached_policies: Vec<String>,
    /// Policy documents by name.
    pub inline_policies: BTreeMap<String, String>,
}

/// A user that may do everything in its account, and its access key.
pub struct NewAdministrator {
    /// `AIDA…`
    pub user_id: String,
    /// `AKIA…`
    pub access_key_id: String,
    /// Its secret, which is not shown again.
    pub secret: Secret<String>,
}

/// An access key of an account's root.
pub struct NewRootKey {
    /// `AKIA…`
    pub access_key_id: String,
    /// Its secret, which is not shown again.
    pub secret: Secret<String>,
    /// The ids of those that it has beside it.
    pub kept: Vec<String>,
    /// The ids of those that it had, and that are refused from now on.
    pub deleted: Vec<String>,
}

/// The most access keys of a root user. Source: IAM User Guide, "IAM and AWS STS quotas".
const MAX_ROOT_KEYS: usize = 2;

impl Directory {
    /// Makes the account unless it exists: its keyring first, since everything else of it is sealed under that.
    pub fn ensure_account(&self, id: AccountId) -> Result<(), Error> {
        self.crypto.ensure_keyring(id, self.clock.now()).map_err(unsealed)?;
        let account = Account::new(self.clock.now());
        self.ensure(|transaction| transaction.insert(&Account::key(id), &account))?;
        Ok(())
    }

    /// Makes a user of an existing account unless there is one of that name. Attachments must be AWS's managed policies
    /// or the account's own.
    pub fn ensure_user(&self, account: AccountId, user: NewUser) -> Result<(), Error> {
        let id = ids::unique_id(self.rng.as_ref(), Prefix::User);
        let mut record = User::new(id, "/", &user.name, self.clock.now());
        record.inline = user.inline_policies;
        self.ensure(|transaction| {
            if !records::add(transaction, account, &record)? {
                return Ok(());
            }
            let mut record = record.clone();
            for arn in &user.attached_policies {
                records::attach(transaction, account, &mut record, arn)?;
            }
            Ok(())
        })
    }

    /// Makes an access key of the account's root, or of a user, unless there is one of that id. True when the id
    /// belongs to that principal now, false when somebody else has it.
    pub fn ensure_access_key(
        &self,
        account: AccountId,
        user: Option<&str>,
        id: &str,
        secret: &Secret<String>,
    ) -> Result<bool, Error> {
        let now = self.clock.now();
        self.ensure(|transaction| {
            let owner = match user {
                None => Owner::Root,
                Some(name) => match records::find::<User, _>(transaction, account, name)? {
                    Some(user) => Owner::User(user.id),
                    None => return Ok(false),
                },
            };
            match transaction.get::<AccessKey>(&AccessKey::key(id))? {
                Some(known) => Ok(known.account() == Some(account) && is_owner(transaction, &known, &owner)?),
                None => records::add_access_key(transaction, id, &AccessKey::new(account, owner, now, secret)),
            }
        })
    }

    /// Makes a user that may do everything in its account, with an access key; `also` is part of the same transaction.
    /// The words of a refusal are for operators.
    pub fn create_administrator(
        &self,
        account: AccountId,
        name: &str,
        partition: Partition,
        also: impl Fn(&mut Transaction, &User) -> Result<(), Error>,
    ) -> Result<Result<NewAdministrator, String>, Error> {
        let rng = self.rng.as_ref();
        let now = self.clock.now();
        let user = User::new(ids::unique_id(rng, Prefix::User), "/", name, now);
        let key_id = ids::access_key_id(rng, KeyKind::LongTerm, account);
        let secret = ids::secret(rng);
        self.ensure(|transaction| {
            if !transaction.exists(&Account::key(account))? {
                return Ok(Err(format!("there is no account {account}: a seed or Organizations makes one")));
            }
            let mut user = user.clone();
            if !records::add(transaction, account, &user)? {
                return Ok(Err(format!("account {account} has a user {name} already")));
            }
            let arn = format!("arn:{partition}:iam::aws:policy/AdministratorAccess");
            records::attach(transaction, account, &mut user, &arn)?;
            let key = AccessKey::new(account, Owner::User(user.id.clone()), now, &secret);
            if !records::add_access_key(transaction, &key_id, &key)? {
                return Err(Error::Conflict);
            }
            also(transaction, &user)?;
            Ok(Ok(NewAdministrator { user_id: user.id, access_key_id: key_id.clone(), secret: secret.duplicate() }))
        })
    }

    /// Makes an access key of an account's root, which keeps those that it has or loses them; `also` is part of the same
    /// transaction. The words of a refusal are for operators.
    pub fn create_root_key(
        &self,
        account: AccountId,
        keep: bool,
        also: impl Fn(&mut Transaction, &NewRootKey) -> Result<(), Error>,
    ) -> Result<Result<NewRootKey, String>, Error> {
        let rng = self.rng.as_ref();
        let now = self.clock.now();
        let (id, secret) = (ids::access_key_id(rng, KeyKind::LongTerm, account), ids::secret(rng));
        self.ensure(|transaction| {
            let Some(root) = transaction.get::<Account>(&Account::key(account))? else {
                return Ok(Err(format!("there is no account {account}")));
            };
            if root.is_closed {
                return Ok(Err(format!("account {account} is closed: its root may do nothing")));
            }
            let (kept, deleted) = if keep { (root.access_keys, Vec::new()) } else { (Vec::new(), root.access_keys) };
            if kept.len() >= MAX_ROOT_KEYS {
                return Ok(Err(format!(
                    "the root of account {account} has {MAX_ROOT_KEYS} access keys, and may have no more: delete one, \
                     or do not keep them"
                )));
            }
            for old in &deleted {
                if let Some(key) = transaction.get::<AccessKey>(&AccessKey::key(old))? {
                    records::remove_access_key(transaction, old, &key)?;
                }
            }
            if !records::add_access_key(transaction, &id, &AccessKey::new(account, Owner::Root, now, &secret))? {
                return Err(Error::Conflict);
            }
            let made = NewRootKey { access_key_id: id.clone(), secret: secret.duplicate(), kept, deleted };
            also(transaction, &made)?;
            Ok(Ok(made))
        })
    }

    pub(crate) fn ensure<T>(&self, body: impl FnMut(&mut Transaction) -> Result<T, Error>) -> Result<T, Error> {
        self.store.transact(Marker(Uuid::random(self.rng.as_ref())), body)
    }
}

/// The user that owns a key, if a user does.
fn user_of(transaction: &mut Transaction, account: AccountId, owner: &Owner) -> Result<Option<User>, Error> {
    let name = match owner {
        Owner::Root => None,
        Owner::Named(name) => Some(name.clone()),
        Owner::User(id) => records::entity(transaction, id)?.map(|entity| entity.name),
    };
    name.map_or(Ok(None), |name| records::find::<User, _>(transaction, account, &name))
}

/// Whether a key is `owner`'s.
fn is_owner(transaction: &mut Transaction, key: &AccessKey, owner: &Owner) -> Result<bool, Error> {
    let Some(account) = key.account() else { return Ok(false) };
    let user = user_of(transaction, account, &key.owner)?;
    Ok(match owner {
        Owner::User(id) => user.is_some_and(|user| user.id == *id),
        _ => key.owner == *owner,
    })
}

fn unsealed(error: crypto::Error) -> Error {
    match error {
        crypto::Error::Store(error) => error,
        other => Error::Seal(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{Rng, SeededRng, TestClock};
    use crypto::{EphemeralSeal, Hierarchy};
    use policy::Identity;
    use std::sync::Arc;
    use store::{Memory, Store};

    fn directory() -> Directory {
        let rng: Arc<dyn Rng> = Arc::new(SeededRng::new(1));
        let engine = Arc::new(Memory::new());
        let seal = EphemeralSeal::new(rng.as_ref());
        let crypto = Hierarchy::open(engine.clone(), &seal, rng.clone()).unwrap();
        Directory::new(Store::new(engine, crypto.clone()), crypto, rng, Arc::new(TestClock::default()))
    }

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn an_access_key_finds_its_principal_and_is_never_given_to_another() {
        let directory = directory();
        let account: AccountId = "111122223333".parse().unwrap();
        directory.ensure_account(account).unwrap();
        let alice =
            NewUser { name: "alice".into(), attached_policies: Vec::new(), inline_policies: BTreeMap::default() };
        directory.ensure_user(account, alice).unwrap();
        assert!(directory.ensure_access_key(account, Some("alice"), "AKIA1", &secret("s")).unwrap());
        assert!(!directory.ensure_access_key(account, None, "AKIA1", &secret("s")).unwrap());
        let found = directory.credential("AKIA1", true).unwrap().unwrap();
        let found = directory.authority(&found, true).unwrap().unwrap();
        assert!(matches!(&found.principal().identity, Identity::User(user) if user.name == "alice"));
        assert!(directory.credential("AKIA2", true).unwrap().is_none());
    }

    #[test]
    fn an_access_key_id_longer_than_any_is_just_not_known() {
        assert!(directory().credential(&"A".repeat(4000), true).unwrap().is_none());
    }

    #[test]
    fn a_key_made_after_a_miss_is_found() {
        let directory = directory();
        let account: AccountId = "111122223333".parse().unwrap();
        directory.ensure_account(account).unwrap();
        assert!(directory.credential("AKIA1", true).unwrap().is_none());
        directory.ensure_access_key(account, None, "AKIA1", &secret("s")).unwrap();
        assert!(directory.credential("AKIA1", true).unwrap().is_some());
    }

    #[test]
    fn open_mode_believes_the_account_in_the_key() {
        let directory = directory();
        let account = |id: &str| directory.open_root(id, true).unwrap().principal().account().to_string();
        assert_eq!(account("222233334444"), "222233334444");
        assert_eq!(account("test"), "000000000000");
    }
}
