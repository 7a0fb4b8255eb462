//! Several keyrings as one: whoever has one of them can decrypt.
//!
//! Guarantees: encryption fails if any of them fails, so that nobody is left out unnoticed; decryption asks the generator,
//! then the children in order, and stops at the first that can. Source: AWS Encryption SDK specification, "Multi-Keyring".

use crate::{DecryptionMaterials, EncryptedDataKey, EncryptionMaterials, Error, Keyring, Refusal};
use std::sync::Arc;

/// A keyring of keyrings.
pub struct MultiKeyring {
    generator: Option<Arc<dyn Keyring>>,
    children: Vec<Arc<dyn Keyring>>,
}

impl MultiKeyring {
    /// Joins keyrings. The generator makes the data key, the children wrap the same one; without a generator, the keyring
    /// decrypts, and encrypts only what has a data key already.
    pub fn new(generator: Option<Arc<dyn Keyring>>, children: Vec<Arc<dyn Keyring>>) -> Result<Self, Error> {
        if generator.is_none() && children.is_empty() {
            return Err(Error::Configuration("a multi-keyring has a generator or at least one child".into()));
        }
        Ok(Self { generator, children })
    }
}

impl Keyring for MultiKeyring {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        if let Some(generator) = &self.generator {
            if materials.data_key().is_some() {
                let text = "the materials have a data key already, which the generator keyring was to make";
                return Err(Error::Configuration(text.into()));
            }
            generator.on_encrypt(materials)?;
        }
        if materials.data_key().is_none() {
            return Err(Error::Configuration(match self.generator {
                Some(_) => "the generator keyring made no data key".into(),
                None => "a multi-keyring without a generator keyring makes no data key".into(),
            }));
        }
        self.children.iter().try_for_each(|child| child.on_encrypt(materials))
    }

    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error> {
        if materials.data_key().is_some() {
            return Err(Error::Configuration("the materials have a data key already".into()));
        }
        let mut refusals = Vec::new();
        for keyring in self.generator.iter().chain(&self.children) {
            match keyring.on_decrypt(materials, encrypted_data_keys) {
                Ok(()) if materials.data_key().is_some() => return Ok(()),
                Ok(()) => {}
                Err(Error::NoDataKey(reasons)) => refusals.extend(reasons),
                Err(error) => refusals.push(Refusal {
                    provider_id: String::new(),
                    provider_info: String::new(),
                    reason: error.to_string(),
                }),
            }
        }
        Err(Error::NoDataKey(refusals))
    }
}
