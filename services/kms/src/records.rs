//! What KMS stores, and where.
//!
//! Everything about one key lies below the key's root, so that one prefix holds all that its view is made of. Beside
//! that stand the lists by which keys and aliases are found. Guarantees: a record says its version; key material is
//! only ever here as the sealed token that `crypto` gave out.

use crate::api::{KeySpec, KeyUsageType, OriginType};
use crate::keyid::KeyId;
use crate::materials::{MaterialEntry, MaterialState, Rotation};
use crate::spec;
use crate::states::State;
use base::{AccountId, Region, Scope, Timestamp};
use crypto::MaterialId;
use kernel::Ctx;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Key, Record, Space, Transaction};

/// Makes a type a stored record of version 1.
macro_rules! record {
    ($type:ty) => {
        impl Record for $type {
            const VERSION: u8 = 1;
        }
    };
}

/// Where records are read and written: a call's context, or a transaction that no call began.
pub(crate) trait Records {
    /// What goes wrong there.
    type Error;

    /// One record.
    fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>, Self::Error>;

    /// Stores a record.
    fn put<R: Record>(&mut self, key: &Key, record: &R) -> Result<(), Self::Error>;
}

impl Records for Ctx<'_> {
    type Error = kernel::Error;

    fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>, Self::Error> {
        Ctx::get(self, key)
    }

    fn put<R: Record>(&mut self, key: &Key, record: &R) -> Result<(), Self::Error> {
        Ctx::put(self, key, record)
    }
}

impl Records for Transaction {
    type Error = store::Error;

    fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>, Self::Error> {
        Transaction::get(self, key)
    }

    fn put<R: Record>(&mut self, key: &Key, record: &R) -> Result<(), Self::Error> {
        Transaction::put(self, key, record)
    }
}

/// A point in time as stored: milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Moment(i64);

impl From<Timestamp> for Moment {
    fn from(time: Timestamp) -> Self {
        Self(time.millis())
    }
}

impl From<Moment> for Timestamp {
    fn from(moment: Moment) -> Self {
        Self::from_millis(moment.0)
    }
}

/// A key.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeyRecord {
    /// What it is for, in its owner's words.
    pub description: String,
    /// When it was made.
    pub created: Moment,
    /// What it may be used for now.
    pub state: State,
    /// When it will be deleted; only while that is pending.
    pub deletion: Option<Moment>,
    /// How long it will wait once its replicas are deleted; only while it waits for them.
    pub waiting_days: Option<u16>,
    /// Who looks after it.
    pub manager: Manager,
    /// What kind of material it has.
    #[serde(with = "spec::key_spec")]
    pub spec: KeySpec,
    /// What that material is for.
    #[serde(with = "spec::key_usage")]
    pub usage: KeyUsageType,
    /// Where the material comes from.
    #[serde(with = "spec::key_origin")]
    pub origin: OriginType,
    /// Its materials, oldest first.
    pub materials: Vec<MaterialEntry>,
    /// How they follow one another.
    pub rotation: Rotation,
    /// Its siblings in other Regions, if it may have any.
    pub multi_region: Option<MultiRegion>,
    /// The custom key store that it lives in.
    pub store: Option<StoreLink>,
}

impl Record for KeyRecord {
    const VERSION: u8 = 2;

    /// Version 1 held symmetric keys of one material without its name, and was never part of a release.
    fn migrate(version: u8, _: &[u8]) -> Result<Self, store::Error> {
        Err(store::Error::Damaged(format!("a KMS key of format {version}, from before the first release")))
    }
}

/// Who looks after a key. Stored, so the order of the variants must stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Manager {
    /// The account.
    Customer,
    /// The service that made it, such as `s3`.
    Aws(String),
}

/// The siblings of a multi-Region key, itself among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MultiRegion {
    /// Where the primary is.
    pub primary: String,
    /// Where the replicas are, in order.
    pub replicas: Vec<String>,
}

/// Where a key's material is that lives in a custom key store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoreLink {
    /// The store's id.
    pub id: String,
    /// The name of the key there.
    pub key: String,
}

impl KeyRecord {
    /// A customer's key that is new and can be used.
    pub(crate) fn new(spec: KeySpec, usage: KeyUsageType, first: MaterialEntry, now: Timestamp) -> Self {
        Self {
            state: State::Enabled,
            origin: OriginType::AwsKms,
            materials: vec![first],
            ..Self::without_material(spec, usage, now)
        }
    }

    /// A customer's key that is new and waits for its material to be imported.
    pub(crate) fn without_material(spec: KeySpec, usage: KeyUsageType, now: Timestamp) -> Self {
        Self {
            description: String::new(),
            created: now.into(),
            state: State::PendingImport,
            deletion: None,
            waiting_days: None,
            manager: Manager::Customer,
            spec,
            usage,
            origin: OriginType::External,
            materials: Vec::new(),
            rotation: Rotation::default(),
            multi_region: None,
            store: None,
        }
    }

    /// Where the record of a key is: its root.
    pub(crate) fn key(scope: Scope, id: &KeyId) -> Key {
        Key::new(Space::regional(scope), KEYS).text(id.as_str())
    }

    /// The state that the key is in when nothing but its materials stands against `wanted`: imported ones can be missing.
    pub(crate) fn settled(&self, wanted: State) -> State {
        let mut permanent = self.materials.iter().filter(|entry| entry.state.is_permanent()).peekable();
        let has_all = permanent.peek().is_some() && permanent.all(|entry| entry.token.is_some());
        if self.origin == OriginType::External && !has_all { State::PendingImport } else { wanted }
    }

    /// The material that encrypts now.
    pub(crate) fn current(&self) -> Option<&MaterialEntry> {
        self.materials.iter().find(|entry| entry.state == MaterialState::Current)
    }
}

/// The tags of a key.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct TagsRecord(pub BTreeMap<String, String>);
record!(TagsRecord);

impl TagsRecord {
    /// Where the tags of a key are.
    pub(crate) fn key(scope: Scope, id: &KeyId) -> Key {
        KeyRecord::key(scope, id).text("tags")
    }
}

/// The public half of an imported key pair, which is told also when the material is gone.
#[derive(Serialize, Deserialize)]
pub(crate) struct PublicKeyRecord(pub Vec<u8>);
record!(PublicKeyRecord);

impl PublicKeyRecord {
    /// Where the public half of a key is.
    pub(crate) fn key(scope: Scope, id: &KeyId) -> Key {
        KeyRecord::key(scope, id).text("public")
    }
}

/// The policy of a key that has another than the default one; principals by their unique ids.
#[derive(Serialize, Deserialize)]
pub(crate) struct PolicyRecord(pub String);
record!(PolicyRecord);

impl PolicyRecord {
    /// Where the policy of a key is.
    pub(crate) fn key(scope: Scope, id: &KeyId) -> Key {
        KeyRecord::key(scope, id).text("policy")
    }
}

/// A mark that says something by being there.
#[derive(Serialize, Deserialize)]
pub(crate) struct Mark;
record!(Mark);

impl Mark {
    /// The aliases that point at a key: one mark for each, below the key's root.
    pub(crate) fn aliases_of(scope: Scope, id: &KeyId) -> Key {
        KeyRecord::key(scope, id).text("alias")
    }

    /// The mark of one alias of a key.
    pub(crate) fn alias_of(scope: Scope, id: &KeyId, name: &str) -> Key {
        Self::aliases_of(scope, id).text(name)
    }

    /// All keys of an account in a Region: one mark for each.
    pub(crate) fn keys(scope: Scope) -> Key {
        Key::new(Space::regional(scope), "kms.listed")
    }

    /// The mark of one key in the list of all.
    pub(crate) fn listed(scope: Scope, id: &KeyId) -> Key {
        Self::keys(scope).text(id.as_str())
    }
}

/// A name for a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AliasRecord {
    /// The key that it names.
    pub target: KeyId,
    /// When it was made.
    pub created: Moment,
    /// When it was last pointed at a key.
    pub updated: Moment,
}
record!(AliasRecord);

impl AliasRecord {
    /// All aliases of an account in a Region.
    pub(crate) fn all(scope: Scope) -> Key {
        Key::new(Space::regional(scope), ALIASES)
    }

    /// Where an alias is; `name` begins with `alias/`.
    pub(crate) fn key(scope: Scope, name: &str) -> Key {
        Self::all(scope).text(name)
    }
}

/// Whose material a ciphertext names. Kept per Region over all accounts, since a blob names only its material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MaterialRecord {
    account: String,
    /// The key.
    pub id: KeyId,
}
record!(MaterialRecord);

impl MaterialRecord {
    /// The entry for a key's material.
    pub(crate) fn new(account: AccountId, id: KeyId) -> Self {
        Self { account: account.to_string(), id }
    }

    /// The account that owns the key.
    pub(crate) fn account(&self) -> Option<AccountId> {
        self.account.parse().ok()
    }

    /// Where the entry is.
    pub(crate) fn key(region: Region, material: &MaterialId) -> Key {
        Key::new(Space::system(), MATERIALS).text(&format!("{region}/{material}"))
    }
}

/// How many keys an account has in a Region; one part of the count (see `count.rs`).
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct CountRecord(pub u64);
record!(CountRecord);

impl CountRecord {
    /// All parts of the count.
    pub(crate) fn all(scope: Scope) -> Key {
        Key::new(Space::regional(scope), "kms.count")
    }

    /// Where a part of the count is.
    pub(crate) fn key(scope: Scope, part: u64) -> Key {
        Self::all(scope).number(part)
    }
}

/// The table of keys, each with all that belongs to it.
pub(crate) const KEYS: &str = "kms.key";

/// The table of aliases.
pub(crate) const ALIASES: &str = "kms.alias";

/// The table of materials.
pub(crate) const MATERIALS: &str = "kms.material";
