//! Joins root key and keyrings, and seals what the store and the log keep.
//!
//! Guarantees: a value opens only under the path that it was sealed for, with the keyring of the account that the path
//! names; keyrings that another node made or rotated are found when they are first needed; a call that needs a keyring
//! for the first time reads the engine, and so must run where such reads may. Memory for keyrings is bounded.

use crate::envelope::{Envelope, Series};
use crate::error::{Error, OpenError};
use crate::keyring::{Keyring, StoredKeyring};
use crate::kind::MaterialKind;
use crate::labels::{
    KEY_MATERIAL, LOG_CHAIN, LOG_RECORD, Label, Purpose, STORED_VALUE, SYMMETRIC_MATERIAL, SYSTEM_KEYRING,
};
use crate::material::{Material, MaterialToken, NewMaterial};
use crate::purpose::PurposeKey;
use crate::root::{self, RootKey};
use crate::seal::RootSeal;
use base::{AccountId, Rng, Secret, Timestamp, Uuid};
use primitives::{HmacKey, KdfKey};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use store::{Batch, Engine, Key, Marker, ReadSet, Seal, SealError, Snapshot};

/// The keys of a server, from the root down. One per engine.
pub struct Hierarchy {
    engine: Arc<dyn Engine>,
    rng: Arc<dyn Rng>,
    root: KdfKey,
    system: Arc<Keyring>,
    keyrings: RwLock<HashMap<AccountId, Arc<Keyring>>>,
}

/// How many accounts' keyrings are kept in memory.
const MAX_CACHED: usize = 16_384;

/// How often a keyring's change starts again after meeting another one.
const MAX_ATTEMPTS: usize = 16;

impl Hierarchy {
    /// Unwraps the root key that the engine keeps, or makes one if the engine is empty. Waits for the engine.
    pub fn open(engine: Arc<dyn Engine>, seal: &dyn RootSeal, rng: Arc<dyn Rng>) -> Result<Arc<Self>, OpenError> {
        let root = root::open_or_make(engine.as_ref(), &[seal], rng.as_ref())?;
        Ok(Self::under(engine, &root, rng))
    }

    /// Makes the root key of an empty engine, to be opened by any of the seals. Waits for the engine.
    pub fn make(engine: Arc<dyn Engine>, seals: &[&dyn RootSeal], rng: Arc<dyn Rng>) -> Result<Arc<Self>, OpenError> {
        let root = root::make(engine.as_ref(), seals, rng.as_ref())?;
        Ok(Self::under(engine, &root, rng))
    }

    /// The hierarchy of an engine whose root key was unwrapped; see [`crate::unlock`].
    pub fn under(engine: Arc<dyn Engine>, root: &RootKey, rng: Arc<dyn Rng>) -> Arc<Self> {
        const SYSTEM_VERSION: u32 = 1;
        let root = KdfKey::new(root.0.expose());
        let system = root.derive(SYSTEM_KEYRING.as_bytes(), &SYSTEM_VERSION.to_be_bytes());
        let system = Arc::new(Keyring::derived(SYSTEM_VERSION, system.expose()));
        Arc::new(Self { engine, rng, root, system, keyrings: RwLock::default() })
    }

    /// Makes an account's keyring unless it has one. Durable when this returns.
    pub fn ensure_keyring(&self, account: AccountId, now: Timestamp) -> Result<(), Error> {
        if self.keyring(account).is_ok() {
            return Ok(());
        }
        self.change(account, |found| match found {
            Some(_) => Ok(None),
            None => StoredKeyring::new().extended(self.rng.as_ref(), now).map(Some),
        })
    }

    /// Gives an account's keyring a new primary key; what older ones sealed still opens. Durable when this returns.
    pub fn rotate_keyring(&self, account: AccountId, now: Timestamp) -> Result<(), Error> {
        self.change(account, |found| found.ok_or(Error::NoKeyring(account))?.extended(self.rng.as_ref(), now).map(Some))
    }

    /// New material for a key of an account, and the form of it to be stored. Slow for RSA: a tenth of a second to seconds.
    pub fn generate_material(
        &self,
        account: AccountId,
        kind: MaterialKind,
        rng: &dyn Rng,
    ) -> Result<(Material, MaterialToken), Error> {
        let made = NewMaterial::generate(kind, rng);
        Ok((made.material(), self.keep_material(account, &made, rng)?))
    }

    /// The form of new material in which an account stores it.
    pub fn keep_material(&self, account: AccountId, made: &NewMaterial, rng: &dyn Rng) -> Result<MaterialToken, Error> {
        Ok(token(self.keyring(account)?.as_ref(), account, made.material().kind(), &made.bytes, rng))
    }

    /// The caller's own material for a key of an account, and the form of it to be stored; see [`Material::import`].
    pub fn import_material(
        &self,
        account: AccountId,
        kind: MaterialKind,
        bytes: &Secret<Vec<u8>>,
        rng: &dyn Rng,
    ) -> Result<(Material, MaterialToken), Error> {
        let keyring = self.keyring(account)?;
        let (material, bytes) = Material::imported(kind, bytes)?;
        Ok((material, token(&keyring, account, kind, &bytes, rng)))
    }

    /// Material as it was stored. Worth caching: a key pair takes up to a tenth of a millisecond to parse, and the handle
    /// costs little to keep and to clone.
    pub fn open_material(&self, account: AccountId, token: &MaterialToken) -> Result<Material, Error> {
        const WHAT: &str = "key material";
        let bound = account.as_str().as_bytes();
        let opened = match token.0.split_first() {
            Some((&TOKEN_OF_A_KIND, sealed)) => {
                let content = self.open_sealed(Some(account), &KEY_MATERIAL, bound, sealed, WHAT)?;
                let (code, bytes) = content.expose().split_first().ok_or(Error::Damaged(WHAT))?;
                MaterialKind::of_code(*code).and_then(|kind| Material::stored(kind, bytes))
            }
            _ => {
                let bytes = self.open_sealed(Some(account), &SYMMETRIC_MATERIAL, bound, &token.0, WHAT)?;
                Material::stored(MaterialKind::Symmetric, bytes.expose())
            }
        };
        opened.ok_or(Error::Damaged(WHAT))
    }

    /// What seals tokens of an account.
    pub fn purpose_key(&self, account: AccountId, purpose: Purpose) -> Result<PurposeKey<'_>, Error> {
        Ok(PurposeKey { hierarchy: self, account: Some(account), purpose, keyring: self.keyring(account)? })
    }

    /// What seals tokens that belong to no account, and are opened without reading the engine.
    pub fn system_purpose_key(&self, purpose: Purpose) -> PurposeKey<'_> {
        PurposeKey { hierarchy: self, account: None, purpose, keyring: self.system.clone() }
    }

    /// What seals records of the audit log: the system's keyring, since one log holds the records of all accounts.
    pub fn audit_seal(self: &Arc<Self>) -> Arc<dyn Seal> {
        Arc::new(LogSeal { series: RwLock::new(self.log_series()), hierarchy: self.clone() })
    }

    fn log_series(&self) -> Series {
        self.system.series(&LOG_RECORD, self.rng.as_ref())
    }

    /// What links the chain of audit records that is called `name`.
    pub fn audit_chain(&self, name: &str) -> HmacKey {
        HmacKey::new(self.system.derive(&LOG_CHAIN, name.as_bytes()).expose())
    }

    /// Opens what a keyring sealed; `None` is the system's. `what` names it in the error.
    pub(crate) fn open_sealed(
        &self,
        account: Option<AccountId>,
        label: &Label,
        bound: &[u8],
        sealed: &[u8],
        what: &'static str,
    ) -> Result<Secret<Vec<u8>>, Error> {
        let envelope = Envelope::read(sealed).ok_or(Error::Damaged(what))?;
        let mut keyring = self.keyring_of(account)?;
        if let (None, Some(account)) = (keyring.key(envelope.version), account) {
            // Perhaps another node has rotated it since it was read.
            keyring = self.load(account)?;
        }
        let key = keyring.key(envelope.version).ok_or(Error::Damaged(what))?;
        envelope.open(key, label, bound).map_err(|_| Error::Damaged(what))
    }

    /// Keyrings of accounts that are held unwrapped.
    pub fn cached_keyrings(&self) -> usize {
        self.keyrings.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn keyring_of(&self, account: Option<AccountId>) -> Result<Arc<Keyring>, Error> {
        account.map_or_else(|| Ok(self.system.clone()), |account| self.keyring(account))
    }

    fn keyring(&self, account: AccountId) -> Result<Arc<Keyring>, Error> {
        let cached = self.keyrings.read().unwrap_or_else(PoisonError::into_inner).get(&account).cloned();
        cached.map_or_else(|| self.load(account), Ok)
    }

    fn load(&self, account: AccountId) -> Result<Arc<Keyring>, Error> {
        let path = StoredKeyring::path(account);
        let wrapped = self.engine.snapshot()?.get(&path)?.ok_or(Error::NoKeyring(account))?;
        let keyring = Arc::new(StoredKeyring::unwrap(&self.root, &path, &wrapped)?.prepare()?);
        let mut keyrings = self.keyrings.write().unwrap_or_else(PoisonError::into_inner);
        if keyrings.len() >= MAX_CACHED && !keyrings.contains_key(&account) {
            // Any will do: a keyring that is needed again costs one read.
            if let Some(victim) = keyrings.keys().next().copied() {
                keyrings.remove(&victim);
            }
        }
        keyrings.insert(account, keyring.clone());
        Ok(keyring)
    }

    /// Replaces an account's keyring by what `next` makes of it, or leaves it where that is `None`.
    fn change(
        &self,
        account: AccountId,
        next: impl Fn(Option<StoredKeyring>) -> Result<Option<StoredKeyring>, Error>,
    ) -> Result<(), Error> {
        let path = StoredKeyring::path(account);
        for _ in 0..MAX_ATTEMPTS {
            let mut snapshot = self.engine.snapshot()?;
            let found = snapshot.get(&path)?;
            let found = found.map(|wrapped| StoredKeyring::unwrap(&self.root, &path, &wrapped)).transpose()?;
            let changed = next(found)?;
            let wrapped = changed.map(|keyring| keyring.wrap(&self.root, &path, self.rng.as_ref()));
            if wrapped.map_or(Ok(true), |wrapped| self.commit(snapshot, &path, wrapped))? {
                return self.load(account).map(|_| ());
            }
        }
        Err(store::Error::Conflict.into())
    }

    /// Whether the value was written; false when someone else wrote there first.
    fn commit(&self, snapshot: Box<dyn Snapshot>, path: &[u8], value: Vec<u8>) -> Result<bool, Error> {
        let marker = Marker(Uuid::random(self.rng.as_ref()));
        let reads = ReadSet { points: [path.to_vec()].into(), ranges: Vec::new() };
        let writes = BTreeMap::from([(path.to_vec(), Some(value))]);
        match snapshot.commit(Batch { reads, writes, marker }).wait_blocking() {
            Ok(_) => Ok(true),
            Err(store::Error::Conflict) => Ok(false),
            Err(store::Error::Ambiguous) => Ok(self.engine.committed(marker)?),
            Err(error) => Err(error.into()),
        }
    }
}

impl Seal for Hierarchy {
    fn seal(&self, path: &[u8], value: &[u8]) -> Result<Vec<u8>, SealError> {
        let keyring = self.keyring_of(account_of(path)?).map_err(in_words)?;
        Ok(keyring.seal(&STORED_VALUE, path, value, self.rng.as_ref()))
    }

    fn open(&self, path: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        self.open_sealed(account_of(path)?, &STORED_VALUE, path, sealed, "the value").map_err(in_words)
    }
}

/// The first byte of tokens that hold their kind. Those from before begin as envelopes do, with 1.
const TOKEN_OF_A_KIND: u8 = 2;

fn token(
    keyring: &Keyring,
    account: AccountId,
    kind: MaterialKind,
    bytes: &Secret<Vec<u8>>,
    rng: &dyn Rng,
) -> MaterialToken {
    let mut content = Secret::new(Vec::with_capacity(1 + bytes.expose().len()));
    content.expose_mut().push(kind.code());
    content.expose_mut().extend_from_slice(bytes.expose());
    let sealed = keyring.seal(&KEY_MATERIAL, account.as_str().as_bytes(), content.expose(), rng);
    MaterialToken([&[TOKEN_OF_A_KIND], sealed.as_slice()].concat())
}

/// What seals records of the log. Every call writes one, so they share keys.
struct LogSeal {
    hierarchy: Arc<Hierarchy>,
    series: RwLock<Series>,
}

impl Seal for LogSeal {
    fn seal(&self, path: &[u8], value: &[u8]) -> Result<Vec<u8>, SealError> {
        loop {
            if let Some(sealed) = self.series.read().unwrap_or_else(PoisonError::into_inner).seal(path, value) {
                return Ok(sealed);
            }
            *self.series.write().unwrap_or_else(PoisonError::into_inner) = self.hierarchy.log_series();
        }
    }

    fn open(&self, path: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        self.hierarchy.open_sealed(None, &LOG_RECORD, path, sealed, "the log record").map_err(in_words)
    }
}

fn account_of(path: &[u8]) -> Result<Option<AccountId>, SealError> {
    Key::space_of(path).map(|(account, _)| account).ok_or_else(|| SealError("the path belongs to no space".into()))
}

fn in_words(error: Error) -> SealError {
    SealError(error.to_string())
}
