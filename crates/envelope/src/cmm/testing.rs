//! What the tests of the managers share.

use crate::{DataKey, DecryptionMaterials, EncryptedDataKey, EncryptionMaterials, Error, Keyring};
use base::{Rng as _, Secret};
use primitives::SystemRng;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts its calls, and wraps data keys in nothing.
#[derive(Clone, Default)]
pub(crate) struct CountingKeyring(pub(crate) Arc<AtomicUsize>);

impl CountingKeyring {
    pub(crate) fn calls(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Keyring for CountingKeyring {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let mut key = vec![0; materials.suite.key_length()];
        SystemRng.fill_secret(&mut key);
        materials.encrypted_data_keys.push(EncryptedDataKey {
            provider_id: "plain".into(),
            provider_info: b"none".to_vec(),
            ciphertext: key.clone(),
        });
        materials.set_data_key(DataKey::new(Secret::new(key)))
    }

    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let key = encrypted_data_keys.iter().find(|key| key.provider_id == "plain");
        let key = key.ok_or_else(|| Error::NoDataKey(Vec::new()))?;
        materials.set_data_key(DataKey::new(Secret::new(key.ciphertext.clone())))
    }
}
