//! The directory: makes accounts, users and access keys, and finds credentials.

use crate::credentials::{Credential, Credentials};
use crate::ids::{self, KeyKind, Prefix};
use crate::managed;
use crate::records::{self, ACCESS_KEYS, AccessKey, Account, KeyStatus, Named, Owner, User};
use crate::sessions::{self, InvalidSession, NewSession, Session, Sessions};
use authn::SigningSecret;
use base::{AccountId, Clock, Rng, Secret, Uuid};
use crypto::{Hierarchy, Purpose};
use policy::Principal;
use quick_cache::sync::Cache;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Error, Key, Marker, Store, Transaction};

/// The account of callers in open mode that name no other.
const OPEN_ACCOUNT: &str = "000000000000";

/// Accounts known to exist, remembered by their roots.
const ROOTS: usize = 4_096;

/// A user to be made.
pub struct NewUser {
    /// Unique in the account.
    pub name: String,
    /// ARNs of managed policies.
    pub attached_policies: Vec<String>,
    /// Policy documents by name.
    pub inline_policies: BTreeMap<String, String>,
}

/// All identities of the process.
pub struct Directory {
    store: Store,
    crypto: Arc<Hierarchy>,
    rng: Arc<dyn Rng>,
    clock: Arc<dyn Clock>,
    credentials: Credentials,
    sessions: Sessions,
    roots: Cache<AccountId, Arc<Principal>>,
    managed: managed::Lookup,
}

impl Directory {
    /// The directory in `store`; `clock` is service time.
    pub fn new(store: Store, crypto: Arc<Hierarchy>, rng: Arc<dyn Rng>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            crypto,
            rng,
            clock,
            credentials: Credentials::new(),
            sessions: Sessions::new(),
            roots: Cache::new(ROOTS),
            managed: managed::built_in,
        }
    }

    /// The same with a larger table of AWS's managed policies.
    #[must_use]
    pub fn with_managed(mut self, managed: managed::Lookup) -> Self {
        self.managed = managed;
        self
    }

    /// The document of one of AWS's managed policies.
    pub fn managed(&self, arn: &str) -> Option<&'static str> {
        managed::name_of(arn).and_then(self.managed)
    }

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

    /// The credential of an access key that is active.
    pub fn credential(&self, access_key_id: &str) -> Result<Option<Arc<Credential>>, Error> {
        if let Some(credential) = self.credentials.get(access_key_id) {
            return Ok(Some(credential));
        }
        let epoch = self.credentials.epoch();
        let mut transaction = self.store.begin()?;
        let Some(mut record) = transaction.get::<AccessKey>(&AccessKey::key(access_key_id))? else { return Ok(None) };
        if record.status == KeyStatus::Inactive {
            return Ok(None);
        }
        let damaged = |what: &str| Error::Damaged(format!("access key {access_key_id} names {what}"));
        let account = record.account().ok_or_else(|| damaged("no account"))?;
        let principal = match user_of(&mut transaction, account, &record.owner)? {
            None if record.owner == Owner::Root => Principal::root(account),
            None => return Err(damaged("no user")),
            Some(user) => Principal::user(account, user.path, user.name, user.id),
        };
        let secret = SigningSecret::new(record.take_secret());
        let credential = Arc::new(Credential { secret, principal: Arc::new(principal) });
        self.credentials.keep(access_key_id, &credential, epoch);
        Ok(Some(credential))
    }

    /// The root of the account that an access key id names by its twelve digits, or else of `000000000000`; the account
    /// is made if it is new. For `--open`, where everybody is believed.
    pub fn open_root(&self, access_key_id: &str) -> Result<Arc<Principal>, Error> {
        let named = access_key_id.parse().or_else(|_| OPEN_ACCOUNT.parse());
        let account: AccountId = named.map_err(|_| Error::Damaged("no open account".into()))?;
        if let Some(root) = self.roots.get(&account) {
            return Ok(root);
        }
        self.ensure_account(account)?;
        let root = Arc::new(Principal::root(account));
        self.roots.insert(account, root.clone());
        Ok(root)
    }

    /// Makes temporary credentials of a user or of an account's root, good for `lasts` from now. Nothing is stored.
    pub fn issue_session(&self, principal: &Principal, lasts: Duration) -> Result<NewSession, InvalidSession> {
        let id = ids::access_key_id(self.rng.as_ref(), KeyKind::Temporary, principal.account());
        let key = self.crypto.system_purpose_key(Purpose::SessionToken);
        sessions::issue(&key, self.rng.as_ref(), id, principal, self.clock.now(), lasts)
    }

    /// The session that a token holds for this access key id, without reading the store. Whether it is over is for the
    /// caller to ask, once the request has proven that it knows the session's secret.
    pub fn session(&self, access_key_id: &str, token: &str) -> Result<Arc<Session>, InvalidSession> {
        self.sessions.open(&self.crypto.system_purpose_key(Purpose::SessionToken), access_key_id, token)
    }

    /// Forgets what the changed `keys` make stale.
    pub fn outdate<'k>(&self, keys: impl IntoIterator<Item = &'k [u8]>) {
        let decides = |key: Key| matches!(key.table().as_str(), ACCESS_KEYS | User::TABLE);
        if keys.into_iter().any(|key| Key::from_bytes(key).is_some_and(decides)) {
            self.credentials.clear();
        }
    }

    /// Forgets everything that is cached.
    pub fn clear(&self) {
        self.credentials.clear();
        self.sessions.clear();
        self.roots.clear();
    }

    fn ensure<T>(&self, body: impl FnMut(&mut store::Transaction) -> Result<T, Error>) -> Result<T, Error> {
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
    use base::{SeededRng, TestClock};
    use crypto::EphemeralSeal;
    use policy::Identity;
    use store::Memory;

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
        let found = directory.credential("AKIA1").unwrap().unwrap();
        assert!(matches!(&found.principal.identity, Identity::User(user) if user.name == "alice"));
        assert!(directory.credential("AKIA2").unwrap().is_none());
    }

    #[test]
    fn an_access_key_id_longer_than_any_is_just_not_known() {
        assert!(directory().credential(&"A".repeat(4000)).unwrap().is_none());
    }

    #[test]
    fn a_key_made_after_a_miss_is_found() {
        let directory = directory();
        let account: AccountId = "111122223333".parse().unwrap();
        directory.ensure_account(account).unwrap();
        assert!(directory.credential("AKIA1").unwrap().is_none());
        directory.ensure_access_key(account, None, "AKIA1", &secret("s")).unwrap();
        assert!(directory.credential("AKIA1").unwrap().is_some());
    }

    #[test]
    fn open_mode_believes_the_account_in_the_key() {
        let directory = directory();
        let account = |id: &str| directory.open_root(id).unwrap().account().to_string();
        assert_eq!(account("222233334444"), "222233334444");
        assert_eq!(account("test"), "000000000000");
    }
}
