//! Custom key stores: keys whose ciphertexts need somebody outside, the proxy of an external key manager or a token of a
//! hardware module.
//!
//! Guarantees: what such a key encrypts is encrypted with material of this server first and by the other side then, so
//! neither decrypts alone; nobody is asked for a key whose store is not connected; credentials are only ever in sealed
//! records and in questions. Source: KMS Developer Guide, "Key stores".
//!
//! Rooms: `operations` are the six of the API, `connecting` the job that ends in CONNECTED or FAILED, `cryptography` and
//! `keys` what keys of a store do otherwise than others, `outside` the questions and answers, `error` all that can be
//! wrong with either side.

mod connecting;
mod cryptography;
mod error;
mod keys;
mod operations;
mod outside;

pub(crate) use connecting::CONNECT;
pub(crate) use cryptography::{DataKey, data_key, open, random, seal};
pub(crate) use keys::{check, leave, place, tell};
pub(crate) use operations::{connect, create, delete, describe, disconnect, update};
pub(crate) use outside::{Step, answered};

use crate::records::{Moment, StoreLink};
use base::{Scope, Secret};
use kernel::{Ctx, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use store::{Key, Record, Space};

/// A custom key store of an account in a Region.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeyStoreRecord {
    /// Its name, which its owner chose.
    pub name: String,
    /// When it was made.
    pub created: Moment,
    /// Whether its keys can be used.
    pub connection: Connection,
    /// Why the last attempt to connect failed; only while that is its state.
    pub failure: Option<Failure>,
    /// Who is asked.
    pub kind: StoreKind,
}

impl Record for KeyStoreRecord {
    const VERSION: u8 = 1;
}

/// Who is asked for the keys of a store.
#[derive(Serialize, Deserialize)]
pub(crate) enum StoreKind {
    /// A token of a hardware module.
    Cluster(Cluster),
    /// The proxy of an external key manager.
    Proxy(Proxy),
}

/// A token that goes by the id of a cluster.
#[derive(Serialize, Deserialize)]
pub(crate) struct Cluster {
    /// The cluster's id: the token's label.
    pub id: String,
    /// The cluster's certificate as its owner gave it.
    pub anchor: String,
    /// The password of `kmsuser`: the PIN of the token's user.
    #[serde(with = "hidden")]
    pub password: Secret<String>,
}

/// The proxy of an external key manager.
#[derive(Serialize, Deserialize)]
pub(crate) struct Proxy {
    /// Scheme and host.
    pub endpoint: String,
    /// The path that its calls begin with.
    pub path: String,
    /// The id of the credential that signs.
    pub access_key_id: String,
    /// Its secret.
    #[serde(with = "hidden")]
    pub secret: Secret<String>,
}

/// Whether the keys of a store can be used. Stored, so the order of the variants must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Connection {
    /// They can.
    Connected,
    /// It is being tried.
    Connecting,
    /// It was tried.
    Failed,
    /// Nobody tries.
    Disconnected,
}

/// Why a store could not be connected. Stored, so the order of the variants must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Failure {
    InvalidCredentials,
    ClusterNotFound,
    InternalError,
    UserLockedOut,
    ProxyAccessDenied,
    ProxyNotReachable,
    ProxyInvalidResponse,
    ProxyInvalidConfiguration,
    ProxyTimedOut,
    ProxyInvalidTls,
}

impl KeyStoreRecord {
    /// All stores of an account in a Region.
    pub(crate) fn all(scope: Scope) -> Key {
        Key::new(Space::regional(scope), "kms.key-store")
    }

    /// Where a store is.
    pub(crate) fn key(scope: Scope, id: &str) -> Key {
        Self::all(scope).text(id)
    }

    /// The marks of the keys of a store, by what they are called there.
    pub(crate) fn members(scope: Scope, id: &str) -> Key {
        Key::new(Space::regional(scope), "kms.key-store-key").text(id)
    }

    /// The mark of one of them.
    pub(crate) fn member(scope: Scope, link: &StoreLink) -> Key {
        Self::members(scope, &link.id).text(&link.key)
    }

    /// The store of this id, or that there is none.
    pub(crate) fn find(ctx: &mut Ctx<'_>, scope: Scope, id: &str) -> Result<Self> {
        Ok(ctx.get(&Self::key(scope, id))?.ok_or_else(|| error::not_found(id))?)
    }
}

/// Secrets of a record: the record is sealed, what is read of it is wiped.
mod hidden {
    use super::{Deserialize, Deserializer, Secret, Serializer};

    pub(super) fn serialize<S: Serializer>(secret: &Secret<String>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret<String>, D::Error> {
        String::deserialize(deserializer).map(Secret::new)
    }
}
