//! Seals: what protects the root key.
//!
//! Guarantees: a wrapped root key names the key that wrapped it, so a wrong seal is told from damage; nothing is asked of
//! a person or of the world outside in here: seals are made of what was asked before.

mod key_bytes;
mod key_file;
mod passphrase;
mod shares;

use crate::envelope::{self, Envelope};
use crate::labels::{ROOT_KEY, SEAL_ID};
use base::{Rng, Secret, hex};
use primitives::KdfKey;

pub use key_bytes::KeyBytesSeal;
pub use key_file::FileSeal;
pub use passphrase::{PassphraseCost, PassphraseSeal};
pub use shares::{BadShares, SharedSeal};

/// Something that wraps and unwraps the root key.
pub trait RootSeal: Send + Sync {
    /// The seal in an operator's words, without secrets.
    fn name(&self) -> String;

    /// Where it is found again, as `--seal` takes it; empty where there is no such place.
    fn locator(&self) -> String;

    /// Wraps a root key. May wait for what keeps the seal; an error tells what happened there.
    fn wrap(&self, root: &Secret<[u8; 32]>, rng: &dyn Rng) -> Result<Vec<u8>, String>;

    /// Unwraps what [`RootSeal::wrap`] returned.
    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError>;
}

/// Why a root key does not unwrap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnwrapError {
    /// Another seal wrapped it.
    WrongSeal,
    /// This seal wrapped it, and it has changed since.
    Damaged,
    /// What keeps the seal could not be asked, or did not answer well; what happened. It may be otherwise the next time.
    Unavailable(String),
    /// What keeps the seal refused; why. To ask again unchanged would do harm, as a wrong PIN does.
    Refused(String),
}

/// A key in memory only: what it sealed is lost with the process. For `dev` without a data directory.
pub struct EphemeralSeal(SealKey);

impl EphemeralSeal {
    /// Draws a new key.
    pub fn new(rng: &dyn Rng) -> Self {
        let mut key = Secret::new([0; 32]);
        rng.fill_secret(key.expose_mut());
        Self(SealKey::new(key.expose()))
    }
}

impl RootSeal for EphemeralSeal {
    fn name(&self) -> String {
        format!("a key in memory (id {})", hex(&self.0.id))
    }

    fn locator(&self) -> String {
        String::new()
    }

    fn wrap(&self, root: &Secret<[u8; 32]>, rng: &dyn Rng) -> Result<Vec<u8>, String> {
        Ok(self.0.wrap(root, rng))
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
        self.0.unwrap(wrapped)
    }
}

const ID: usize = 8;

/// A wrapping key. Wrapped: its id (8), then an envelope.
pub(crate) struct SealKey {
    key: KdfKey,
    id: [u8; ID],
}

impl SealKey {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let key = KdfKey::new(bytes);
        let name = key.derive(SEAL_ID.as_bytes(), &[]);
        let mut id = [0; ID];
        for (slot, byte) in id.iter_mut().zip(name.expose()) {
            *slot = *byte;
        }
        Self { key, id }
    }

    pub(crate) fn wrap(&self, root: &Secret<[u8; 32]>, rng: &dyn Rng) -> Vec<u8> {
        let sealed = envelope::seal(&self.key, &ROOT_KEY, 1, &self.id, root.expose(), rng);
        [&self.id[..], &sealed].concat()
    }

    pub(crate) fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
        let (id, sealed) = wrapped.split_first_chunk::<ID>().ok_or(UnwrapError::Damaged)?;
        if *id != self.id {
            return Err(UnwrapError::WrongSeal);
        }
        let envelope = Envelope::read(sealed).ok_or(UnwrapError::Damaged)?;
        let root = envelope.open(&self.key, &ROOT_KEY, id).map_err(|_| UnwrapError::Damaged)?;
        root.expose().as_slice().try_into().map(Secret::new).map_err(|_| UnwrapError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use primitives::SystemRng;

    #[test]
    fn a_wrong_seal_is_told_from_a_damaged_root_key() {
        let (seal, other) = (EphemeralSeal::new(&SystemRng), EphemeralSeal::new(&SystemRng));
        let wrapped = seal.wrap(&Secret::new([9; 32]), &SystemRng).unwrap();
        assert_eq!(other.unwrap(&wrapped).err(), Some(UnwrapError::WrongSeal));
        for position in ID..wrapped.len() {
            let mut bad = wrapped.clone();
            bad[position] ^= 1;
            assert_eq!(seal.unwrap(&bad).err(), Some(UnwrapError::Damaged));
        }
        assert_eq!(seal.unwrap(&wrapped[..4]).err(), Some(UnwrapError::Damaged));
    }
}
