//! What lies under a key: a typed record, versioned and sealed.
//!
//! Guarantees: a value opens only under the key and the version that it was sealed with; an older version is migrated
//! when it is read; a newer one is refused with words, never misread. Layout: one byte of version, then the sealed
//! bytes.

use crate::{Error, Key};
use base::Secret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// The largest sealed value: engines hold records, not objects.
pub const MAX_VALUE_BYTES: usize = 1 << 20;

/// Something that is stored.
pub trait Record: Serialize + DeserializeOwned {
    /// The version that is written today. It goes up with every change of the encoding.
    const VERSION: u8;

    /// Reads what an older version wrote; `bytes` are that version's encoding.
    fn migrate(version: u8, bytes: &[u8]) -> Result<Self, Error> {
        let _ = bytes;
        Err(Error::Damaged(format!("no record of version {version} was ever written")))
    }
}

/// What hides values from engines; `crypto` implements it.
pub trait Seal: Send + Sync {
    /// Encrypts. `path` is bound to the result: the encoded key, which tells whose keyring to use, and the version byte.
    fn seal(&self, path: &[u8], value: &[u8]) -> Result<Vec<u8>, SealError>;

    /// Decrypts what was sealed under the same path.
    fn open(&self, path: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError>;
}

/// Why a value could not be sealed or opened, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealError(pub String);

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SealError {}

pub(crate) fn encode<R: Record>(seal: &dyn Seal, key: &Key, record: &R) -> Result<Vec<u8>, Error> {
    let plain = postcard::to_extend(record, Secret::new(Vec::new()));
    let plain = plain.map_err(|error| Error::Seal(format!("{key}: {error}")))?;
    let sealed =
        seal.seal(&path(key, R::VERSION), plain.expose()).map_err(|error| Error::Seal(format!("{key}: {error}")))?;
    if sealed.len() >= MAX_VALUE_BYTES {
        return Err(Error::TooLarge("a sealed value has at most 1 MiB"));
    }
    let mut stored = Vec::with_capacity(1 + sealed.len());
    stored.push(R::VERSION);
    stored.extend_from_slice(&sealed);
    Ok(stored)
}

pub(crate) fn decode<R: Record>(seal: &dyn Seal, key: &Key, stored: &[u8]) -> Result<R, Error> {
    let (version, sealed) = stored.split_first().ok_or_else(|| Error::Damaged(format!("{key} is empty")))?;
    if *version > R::VERSION {
        return Err(Error::Version(format!(
            "{key} has version {version}, and this server knows versions up to {}",
            R::VERSION
        )));
    }
    let plain = seal.open(&path(key, *version), sealed).map_err(|error| Error::Seal(format!("{key}: {error}")))?;
    if *version < R::VERSION {
        return R::migrate(*version, plain.expose());
    }
    postcard::from_bytes(plain.expose()).map_err(|error| Error::Damaged(format!("{key} does not decode: {error}")))
}

fn path(key: &Key, version: u8) -> Vec<u8> {
    [key.as_bytes(), &[version]].concat()
}
