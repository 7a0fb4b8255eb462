//! What makes, wraps and unwraps data keys.

use crate::{DecryptionMaterials, EncryptedDataKey, EncryptionMaterials, Error};

/// A keyring. Calls may block on the network.
pub trait Keyring: Send + Sync {
    /// Makes the data key if there is none yet ([`EncryptionMaterials::set_data_key`]) and adds it, wrapped, to the
    /// encrypted data keys. On an error the whole encryption fails.
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error>;

    /// Unwraps the first of `encrypted_data_keys` that it can. The caller makes sure that there is no data key yet; on an
    /// error, [`Error::NoDataKey`] with the reason for each that it tried, the materials are as before.
    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error>;
}

impl<K: Keyring + ?Sized> Keyring for std::sync::Arc<K> {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        (**self).on_encrypt(materials)
    }

    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error> {
        (**self).on_decrypt(materials, encrypted_data_keys)
    }
}
