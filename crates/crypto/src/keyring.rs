//! An account's keys, versioned: exactly one seals, all open.
//!
//! Guarantees: versions count up from 1 and are never reused; every sealed thing names the version that sealed it; a
//! keyring in the engine is wrapped by the root key and bound to its account.

use crate::envelope::{self, Envelope, Series};
use crate::error::Error;
use crate::labels::{ACCOUNT_KEYRING, Label};
use base::{AccountId, Rng, Secret, Timestamp};
use primitives::KdfKey;
use store::{Key, Space};

/// The most versions a keyring has: a rotation a day for eleven years.
pub(crate) const MAX_VERSIONS: usize = 4096;

/// A keyring, ready for use. Never empty.
pub(crate) struct Keyring {
    primary: KeyringKey,
    older: Vec<KeyringKey>,
}

struct KeyringKey {
    version: u32,
    key: KdfKey,
}

impl Keyring {
    /// A keyring of one derived key.
    pub(crate) fn derived(version: u32, bytes: &[u8; 32]) -> Self {
        Self { primary: KeyringKey { version, key: KdfKey::new(bytes) }, older: Vec::new() }
    }

    /// Seals under the primary key.
    pub(crate) fn seal(&self, label: &Label, bound: &[u8], plaintext: &[u8], rng: &dyn Rng) -> Vec<u8> {
        envelope::seal(&self.primary.key, label, self.primary.version, bound, plaintext, rng)
    }

    /// A series of messages under the primary key.
    pub(crate) fn series(&self, label: &Label, rng: &dyn Rng) -> Series {
        Series::new(&self.primary.key, label, self.primary.version, rng)
    }

    /// A key derived from the primary key.
    pub(crate) fn derive(&self, label: &Label, context: &[u8]) -> Secret<[u8; 32]> {
        self.primary.key.derive(label.as_bytes(), context)
    }

    /// The key of a version; `None` when this keyring does not have it, or not yet.
    pub(crate) fn key(&self, version: u32) -> Option<&KdfKey> {
        [&self.primary].into_iter().chain(&self.older).find(|key| key.version == version).map(|key| &key.key)
    }
}

/// A keyring as it is stored: per version its number (4), when it was made in milliseconds (8) and its key (32), oldest
/// first. The last one is the primary.
pub(crate) struct StoredKeyring(Secret<Vec<u8>>);

const ENTRY: usize = 4 + 8 + 32;

impl StoredKeyring {
    /// Where an account's keyring lies in the engine.
    pub(crate) fn path(account: AccountId) -> Vec<u8> {
        Key::new(Space::system(), "crypto.keyring").text(account.as_str()).as_bytes().to_vec()
    }

    /// A keyring without keys, to be extended.
    pub(crate) fn new() -> Self {
        Self(Secret::new(Vec::new()))
    }

    /// This keyring with a new primary key.
    pub(crate) fn extended(&self, rng: &dyn Rng, now: Timestamp) -> Result<Self, Error> {
        let entries = self.0.expose();
        if entries.len() / ENTRY >= MAX_VERSIONS {
            return Err(Error::Damaged("a keyring with all versions used"));
        }
        let version = u32::try_from(entries.len() / ENTRY + 1).unwrap_or(u32::MAX);
        let mut key = Secret::new([0; 32]);
        rng.fill_secret(key.expose_mut());
        // Sized at once: a vector that grows would leave copies of keys behind.
        let mut extended = Secret::new(Vec::with_capacity(entries.len() + ENTRY));
        let out = extended.expose_mut();
        for part in [entries.as_slice(), &version.to_be_bytes(), &now.millis().to_be_bytes(), key.expose()] {
            out.extend_from_slice(part);
        }
        Ok(Self(extended))
    }

    /// The form that goes to the engine.
    pub(crate) fn wrap(&self, root: &KdfKey, path: &[u8], rng: &dyn Rng) -> Vec<u8> {
        envelope::seal(root, &ACCOUNT_KEYRING, 1, path, self.0.expose(), rng)
    }

    /// Reads what came from the engine.
    pub(crate) fn unwrap(root: &KdfKey, path: &[u8], wrapped: &[u8]) -> Result<Self, Error> {
        const DAMAGED: Error = Error::Damaged("a keyring");
        let envelope = Envelope::read(wrapped).ok_or(DAMAGED)?;
        envelope.open(root, &ACCOUNT_KEYRING, path).map(Self).map_err(|_| DAMAGED)
    }

    /// Prepares the keys.
    pub(crate) fn prepare(&self) -> Result<Keyring, Error> {
        let mut keys: Vec<KeyringKey> = self.0.expose().chunks_exact(ENTRY).filter_map(KeyringKey::read).collect();
        let primary = keys.pop().ok_or(Error::Damaged("a keyring without keys"))?;
        Ok(Keyring { primary, older: keys })
    }
}

impl KeyringKey {
    fn read(entry: &[u8]) -> Option<Self> {
        let (version, rest) = entry.split_first_chunk()?;
        Some(Self { version: u32::from_be_bytes(*version), key: KdfKey::new(rest.get(8..)?) })
    }
}
