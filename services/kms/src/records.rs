//! What KMS stores, and where.
//!
//! Everything about one key lies below the key's root, so that one prefix holds all that its view is made of. Beside
//! that stand the lists by which keys and aliases are found. Guarantees: a record says its version; key material is
//! only ever here as the sealed token that `crypto` gave out.

use crate::keyid::KeyId;
use crate::states::State;
use base::{AccountId, Region, Scope, Timestamp};
use crypto::{MaterialId, MaterialToken};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// A symmetric encryption key whose material was made here.
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
    /// Its material, sealed.
    pub material: MaterialToken,
}
record!(KeyRecord);

impl KeyRecord {
    /// A key that is new and can be used.
    pub(crate) fn new(material: MaterialToken, description: String, now: Timestamp) -> Self {
        Self { description, created: now.into(), state: State::Enabled, deletion: None, material }
    }

    /// Where the record of a key is: its root.
    pub(crate) fn key(scope: Scope, id: &KeyId) -> Key {
        Key::new(Space::regional(scope), KEYS).text(id.as_str())
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
