//! A key that something outside hands over: a credential of systemd's, a variable of the environment.
//!
//! Guarantees: the same bytes make the same seal as in a key file, so that a key can move from one to the other.

use super::{FileSeal, RootSeal, SealKey, UnwrapError};
use base::{Rng, Secret, hex};

/// A key that was handed over.
pub struct KeyBytesSeal {
    key: SealKey,
    locator: String,
}

impl KeyBytesSeal {
    /// Takes a key, all of whose bytes count, and where it comes from; an error if it is too short or too long for one.
    pub fn new(bytes: &Secret<Vec<u8>>, locator: &str) -> Result<Self, String> {
        let length = bytes.expose().len();
        if !(FileSeal::MIN_BYTES..=FileSeal::MAX_BYTES).contains(&length) {
            let (least, most) = (FileSeal::MIN_BYTES, FileSeal::MAX_BYTES);
            return Err(format!("{locator} has {length} bytes, and a key has {least} to {most}"));
        }
        Ok(Self { key: SealKey::new(bytes.expose()), locator: locator.to_owned() })
    }
}

impl RootSeal for KeyBytesSeal {
    fn name(&self) -> String {
        format!("the key in {} (id {})", self.locator, hex(&self.key.id))
    }

    fn locator(&self) -> String {
        self.locator.clone()
    }

    fn wrap(&self, root: &Secret<[u8; 32]>, rng: &dyn Rng) -> Result<Vec<u8>, String> {
        Ok(self.key.wrap(root, rng))
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
        self.key.unwrap(wrapped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use primitives::SystemRng;

    #[test]
    fn a_key_file_handed_over_opens_what_the_file_sealed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("root.key");
        let wrapped = FileSeal::open_or_create(&path, &SystemRng).unwrap().wrap(&Secret::new([9; 32]), &SystemRng);
        let bytes = Secret::new(std::fs::read(&path).unwrap());
        let seal = KeyBytesSeal::new(&bytes, "env:KEY").unwrap();
        assert!(seal.unwrap(&wrapped.unwrap()).is_ok_and(|root| *root.expose() == [9; 32]));
        assert!(
            KeyBytesSeal::new(&Secret::new(vec![0; 31]), "env:KEY").err().unwrap().contains("env:KEY has 31 bytes")
        );
    }
}
