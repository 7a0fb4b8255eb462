//! The directory: finds credentials and the authority behind them, and hears of what changes.
//!
//! Whoever asks says whether the caches are known to be fresh; if not, everything is read anew and nothing is kept, so a
//! node that is cut off from the others answers nothing from memory.

use crate::accesses::{self, Accesses};
use crate::authority::{Authority, Claim};
use crate::credentials::{Credential, Credentials};
use crate::ids::{self, KeyKind};
use crate::parts::Parts;
use crate::records::{self, AccessKey, KeyStatus, KeyUse, Owner, Reads, RoleUse, ServiceUse, User};
use crate::sessions::{self, InvalidSession, NewSession, NoSession, Session, SessionGrant, Sessions};
use crate::standing::{AccountStanding, Basis, Loader, Standing};
use crate::uses::{self, Used, Uses};
use authn::SigningSecret;
use base::{AccountId, Clock, Region, Rng, Timestamp};
use crypto::{Hierarchy, Purpose};
use policy::{Entity, Identity, Principal};
use quick_cache::sync::Cache;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Error, Store};

/// The account of callers in open mode that name no other.
const OPEN_ACCOUNT: &str = "000000000000";

/// Accounts kept in memory, with their roots.
const ACCOUNTS: usize = 4_096;

/// Users and roles kept in memory.
const STANDINGS: usize = 16_384;

/// All identities of the process.
pub struct Directory {
    pub(crate) store: Store,
    pub(crate) crypto: Arc<Hierarchy>,
    pub(crate) rng: Arc<dyn Rng>,
    pub(crate) clock: Arc<dyn Clock>,
    parts: Parts,
    accounts: Cache<AccountId, Arc<AccountStanding>>,
    /// By unique id.
    standings: Cache<String, Arc<Standing>>,
    credentials: Credentials,
    sessions: Sessions,
    roots: Cache<AccountId, Arc<Authority>>,
    uses: Uses,
    accesses: Accesses,
}

impl Directory {
    /// The directory in `store`; `clock` is service time.
    pub fn new(store: Store, crypto: Arc<Hierarchy>, rng: Arc<dyn Rng>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            crypto,
            rng,
            clock,
            parts: Parts::default(),
            accounts: Cache::new(ACCOUNTS),
            standings: Cache::new(STANDINGS),
            credentials: Credentials::new(),
            sessions: Sessions::new(),
            roots: Cache::new(ACCOUNTS),
            uses: Uses::default(),
            accesses: Accesses::default(),
        }
    }

    /// The credential of an access key that is active.
    pub fn credential(&self, access_key_id: &str, fresh: bool) -> Result<Option<Arc<Credential>>, Error> {
        if let Some(credential) = fresh.then(|| self.credentials.get(access_key_id)).flatten() {
            return Ok(Some(credential));
        }
        let key = AccessKey::key(access_key_id);
        let mut basis = Basis::default();
        basis.add(&self.parts.mark(&key));
        let mut transaction = self.store.begin()?;
        let Some(mut record) = transaction.get::<AccessKey>(&key)? else { return Ok(None) };
        if record.status == KeyStatus::Inactive {
            return Ok(None);
        }
        let damaged = |what: &str| Error::Damaged(format!("access key {access_key_id} names {what}"));
        let account = record.account().ok_or_else(|| damaged("no account"))?;
        let identity = match &record.owner {
            Owner::Root => Identity::Root,
            // The name is found where the policies are.
            Owner::User(id) => Identity::User(Entity { path: "/".into(), name: String::new(), id: id.clone() }),
            Owner::Named(name) => {
                let user = records::find::<User, _>(&mut transaction, account, name)?;
                let user = user.ok_or_else(|| damaged("no user"))?;
                Identity::User(Entity { path: user.path, name: user.name, id: user.id })
            }
        };
        let secret = SigningSecret::new(record.take_secret());
        let credential = Arc::new(Credential::new(secret, Claim::of(Principal::new(account, identity)), basis));
        if fresh {
            self.credentials.keep(access_key_id, &credential);
        }
        Ok(Some(credential))
    }

    /// Who holds a credential, and with what authority; `None` if they are gone.
    pub fn authority(&self, credential: &Credential, fresh: bool) -> Result<Option<Arc<Authority>>, Error> {
        if let Some(authority) = fresh.then(|| credential.authority()).flatten() {
            return Ok(Some(authority));
        }
        let found = self.find(&credential.claim, fresh)?;
        if let (Some(authority), true) = (&found, fresh) {
            credential.keep(authority);
        }
        Ok(found)
    }

    /// The same authority as the records say now; `None` if its holder is gone.
    pub fn renewed(&self, authority: &Arc<Authority>, fresh: bool) -> Result<Option<Arc<Authority>>, Error> {
        if fresh && authority.holds() {
            return Ok(Some(authority.clone()));
        }
        self.find(authority.claim(), fresh)
    }

    /// With what authority a principal would act; `None` if there is no such.
    pub fn authority_of(&self, principal: Principal, fresh: bool) -> Result<Option<Arc<Authority>>, Error> {
        self.find(&Arc::new(Claim::of(principal)), fresh)
    }

    /// An account as its organisation sees it; `None` if there is no such account.
    pub fn account(&self, id: AccountId, fresh: bool) -> Result<Option<Arc<AccountStanding>>, Error> {
        self.with_loader(fresh, |loader| self.account_of(loader, id, fresh))
    }

    fn find(&self, claim: &Arc<Claim>, fresh: bool) -> Result<Option<Arc<Authority>>, Error> {
        let principal = &claim.principal;
        if !principal.belongs_to_account() {
            return Ok(Some(Authority::without_policies(principal.clone())));
        }
        self.with_loader(fresh, |loader| {
            let standing = self.standing(loader, principal, fresh)?;
            standing.map(|standing| Authority::new(claim, standing, loader, fresh)).transpose()
        })
    }

    fn standing(
        &self,
        loader: &Loader<'_>,
        principal: &Principal,
        fresh: bool,
    ) -> Result<Option<Arc<Standing>>, Error> {
        let (entity, is_role) = match &principal.identity {
            Identity::User(user) | Identity::Federated { user: Some(user), .. } => (Some(user), false),
            Identity::Role { role, .. } => (Some(role), true),
            _ => (None, false),
        };
        let Some(entity) = entity else {
            let account = self.account_of(loader, principal.account, fresh)?;
            return Ok(account.map(|account| Arc::new(Standing::of_root(account))));
        };
        let known = fresh.then(|| self.standings.get(entity.id.as_str())).flatten();
        let is_it = |known: &Arc<Standing>| known.account.id() == principal.account && known.is_role == is_role;
        if let Some(known) = known.filter(|known| is_it(known) && known.holds()) {
            return Ok(Some(known));
        }
        let Some(account) = self.account_of(loader, principal.account, fresh)? else { return Ok(None) };
        let (id, name) = (entity.id.as_str(), entity.name.as_str());
        let found = if is_role { loader.role(account, id, name) } else { loader.user(account, id, name) };
        let found = found?.map(Arc::new);
        if let (Some(standing), true) = (&found, fresh) {
            self.standings.insert(entity.id.clone(), standing.clone());
        }
        Ok(found)
    }

    fn account_of(
        &self,
        loader: &Loader<'_>,
        id: AccountId,
        fresh: bool,
    ) -> Result<Option<Arc<AccountStanding>>, Error> {
        let known = fresh.then(|| self.accounts.get(&id)).flatten();
        if let Some(known) = known.filter(|known| known.holds()) {
            return Ok(Some(known));
        }
        let found = loader.account(id)?.map(Arc::new);
        if let (Some(account), true) = (&found, fresh) {
            self.accounts.insert(id, account.clone());
        }
        Ok(found)
    }

    fn with_loader<T>(&self, fresh: bool, body: impl FnOnce(&Loader<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let own = Parts::default();
        let parts = if fresh { &self.parts } else { &own };
        body(&Loader { store: &self.store, parts })
    }

    /// The root of the account that an access key id names by its twelve digits, or else of `000000000000`; the account
    /// is made if it is new. For `--open`, where everybody is believed.
    pub fn open_root(&self, access_key_id: &str, fresh: bool) -> Result<Arc<Authority>, Error> {
        let named = access_key_id.parse().or_else(|_| OPEN_ACCOUNT.parse());
        let account: AccountId = named.map_err(|_| Error::Damaged("no open account".into()))?;
        let known = fresh.then(|| self.roots.get(&account)).flatten();
        if let Some(root) = known.filter(|root| root.holds()) {
            return Ok(root);
        }
        self.ensure_account(account)?;
        let root = self.authority_of(Principal::root(account), fresh)?;
        let root = root.ok_or_else(|| Error::Damaged(format!("account {account} was made and is not there")))?;
        if fresh {
            self.roots.insert(account, root.clone());
        }
        Ok(root)
    }

    /// Makes temporary credentials, good for `lasts` from `now` in service time. Nothing is stored.
    pub fn issue_session(
        &self,
        grant: &SessionGrant,
        now: Timestamp,
        lasts: Duration,
    ) -> Result<NewSession, NoSession> {
        let id = ids::access_key_id(self.rng.as_ref(), KeyKind::Temporary, grant.account);
        let key = self.crypto.system_purpose_key(Purpose::SessionToken);
        sessions::issue(&key, self.rng.as_ref(), id, grant, now, lasts)
    }

    /// The session that a token holds for this access key id, without reading the store. Whether it is over is for the
    /// caller to ask, once the request has proven that it knows the session's secret.
    pub fn session(&self, access_key_id: &str, token: &str) -> Result<Arc<Session>, InvalidSession> {
        self.sessions.open(&self.crypto.system_purpose_key(Purpose::SessionToken), access_key_id, token)
    }

    /// Notes that a credential was used for a service, by the name of it in signatures, in a Region.
    pub fn used(
        &self,
        credential: &Credential,
        access_key_id: &str,
        service: &'static str,
        region: Region,
        now: Timestamp,
    ) {
        let principal = credential.principal();
        let used = || match (&principal.session, &principal.identity) {
            (None, _) => Some(Used::Key(principal.account, access_key_id.to_owned())),
            (Some(_), Identity::Role { role, .. }) => Some(Used::Role(principal.account, role.id.clone())),
            (Some(_), _) => None,
        };
        self.uses.note(&credential.last_use, used, service, region, now);
    }

    /// The last use of an access key, if there was one.
    pub fn key_use<R: Reads>(&self, records: &mut R, account: AccountId, id: &str) -> Result<Option<KeyUse>, R::Error> {
        match self.uses.of_key(account, id) {
            Some(last) => Ok(Some(last)),
            None => records.get(&KeyUse::key(account, id)),
        }
    }

    /// The last use of a role, if there was one.
    pub fn role_use<R: Reads>(
        &self,
        records: &mut R,
        account: AccountId,
        id: &str,
    ) -> Result<Option<RoleUse>, R::Error> {
        match self.uses.of_role(account, id) {
            Some(last) => Ok(Some(last)),
            None => records.get(&RoleUse::key(account, id)),
        }
    }

    /// Notes that a principal called an action, given as the service's prefix in policies and the action's name.
    pub fn accessed(
        &self,
        principal: &Principal,
        action: (&'static str, &'static str),
        region: Region,
        now: Timestamp,
    ) {
        self.accesses.note(principal, action, region, now);
    }

    /// What a user or role of an account called, by the services' prefixes in policies.
    pub fn service_uses<R: Reads>(
        &self,
        records: &mut R,
        account: AccountId,
        id: &str,
    ) -> Result<BTreeMap<String, ServiceUse>, R::Error> {
        self.accesses.of(records, account, id)
    }

    /// Writes the uses that were noted.
    pub fn keep_uses(&self) -> Result<(), Error> {
        loop {
            let (uses, accesses) = (self.uses.take(), self.accesses.take());
            if uses.is_empty() && accesses.is_empty() {
                return Ok(());
            }
            self.ensure(|transaction| {
                uses.iter().try_for_each(|(used, last)| uses::write(transaction, used, last))?;
                accesses.iter().try_for_each(|(caller, calls)| accesses::write(transaction, caller, calls))
            })?;
        }
    }

    /// Whatever was made of the changed `keys` is not believed any more.
    pub fn outdate<'k>(&self, keys: impl IntoIterator<Item = &'k [u8]>) {
        self.parts.outdate(keys);
    }

    /// How many entries each cache has, by its name.
    pub fn cached(&self) -> [(&'static str, usize); 5] {
        [
            ("credentials", self.credentials.len()),
            ("sessions", self.sessions.len()),
            ("accounts", self.accounts.len()),
            ("identities", self.standings.len()),
            ("roots", self.roots.len()),
        ]
    }

    /// Forgets everything that is cached.
    pub fn clear(&self) {
        self.parts.outdate_all();
        self.credentials.clear();
        self.sessions.clear();
        self.accounts.clear();
        self.standings.clear();
        self.roots.clear();
    }
}
