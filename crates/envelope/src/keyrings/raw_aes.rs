//! Data keys wrapped with AES-GCM under a key that the program holds.
//!
//! Guarantees: each wrapping has an IV of its own and is bound to the encryption context; only what names this namespace
//! and key is unwrapped. Source: AWS Encryption SDK specification, "Raw AES Keyring".

use super::{check_name, check_namespace, data_key, ensure_data_key, unwrap_first};
use crate::{DecryptionMaterials, EncryptedDataKey, EncryptionContext, EncryptionMaterials, Error, Keyring};
use base::{Rng, Secret};
use primitives::{AesGcm, NONCE_LENGTH, SystemRng, TAG_LENGTH};

/// Bits of a tag and bytes of an IV, as the provider info tells them.
const LENGTHS: [[u8; 4]; 2] = [(8 * TAG_LENGTH as u32).to_be_bytes(), (NONCE_LENGTH as u32).to_be_bytes()];

/// A keyring over an AES key. Messages in all number at most 2^32 a key, since IVs are random (NIST SP 800-38D §8.3).
pub struct RawAesKeyring {
    namespace: String,
    name: String,
    key: AesGcm,
}

impl RawAesKeyring {
    /// Namespace and name are how messages name the key; the key has 16, 24 or 32 bytes.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>, key: &[u8]) -> Result<Self, Error> {
        let (namespace, name) = (namespace.into(), name.into());
        check_namespace(&namespace)?;
        check_name("key name", &name)?;
        let wrong = || Error::Configuration(format!("an AES key has 16, 24 or 32 bytes, not {}", key.len()));
        Ok(Self { namespace, name, key: AesGcm::new(key).ok_or_else(wrong)? })
    }

    fn unwrap(&self, context: &EncryptionContext, encrypted: &EncryptedDataKey) -> Result<Secret<Vec<u8>>, String> {
        let other = || format!("is not for the AES key {} {}", self.namespace, self.name);
        if encrypted.provider_id != self.namespace {
            return Err(other());
        }
        let rest = encrypted.provider_info.strip_prefix(self.name.as_bytes()).ok_or_else(other)?;
        let iv = rest.strip_prefix(LENGTHS.as_flattened()).and_then(|iv| <&[u8; NONCE_LENGTH]>::try_from(iv).ok());
        // A longer name that begins with this one looks the same as lengths that are not these.
        let iv = iv.ok_or_else(other)?;
        let (wrapped, tag) =
            encrypted.ciphertext.split_last_chunk::<TAG_LENGTH>().ok_or("its ciphertext is too short")?;
        let mut key = Secret::new(vec![0; wrapped.len()]);
        let opened = self.key.open(iv, &context.serialize(), wrapped, tag, key.expose_mut());
        opened.map_err(|_| "does not verify: another key or encryption context, or it was changed")?;
        Ok(key)
    }
}

impl Keyring for RawAesKeyring {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        ensure_data_key(materials)?;
        let mut iv = [0; NONCE_LENGTH];
        SystemRng.fill(&mut iv);
        let mut ciphertext = data_key(materials)?.to_vec();
        let tag = self.key.seal_in_place(&iv, &materials.context.serialize(), &mut ciphertext);
        ciphertext.extend_from_slice(&tag);
        materials.encrypted_data_keys.push(EncryptedDataKey {
            provider_id: self.namespace.clone(),
            provider_info: [self.name.as_bytes(), LENGTHS.as_flattened(), &iv].concat(),
            ciphertext,
        });
        Ok(())
    }

    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error> {
        unwrap_first(materials, encrypted_data_keys, |materials, encrypted| self.unwrap(&materials.context, encrypted))
    }
}
