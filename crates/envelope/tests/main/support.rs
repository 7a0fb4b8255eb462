//! Keys and messages for the tests.

use envelope::{
    AlgorithmSuite, CommitmentPolicy, DataKey, DecryptionMaterials, Decryptor, DefaultMaterialsManager,
    EncryptedDataKey, EncryptionContext, EncryptionMaterials, Encryptor, Error, Keyring,
};
use std::num::NonZeroU32;

/// A keyring that has one data key and gives it for every message, whatever that says of its data keys: what then still
/// refuses a changed message is the format itself.
pub(crate) struct OneKey;

impl Keyring for OneKey {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        materials.set_data_key(data_key(materials.suite))?;
        materials.encrypted_data_keys.push(EncryptedDataKey {
            provider_id: "test".into(),
            provider_info: b"one key".to_vec(),
            ciphertext: b"wrapped".to_vec(),
        });
        Ok(())
    }

    fn on_decrypt(&self, materials: &mut DecryptionMaterials, _: &[EncryptedDataKey]) -> Result<(), Error> {
        materials.set_data_key(data_key(materials.suite))
    }
}

fn data_key(suite: AlgorithmSuite) -> DataKey {
    DataKey::new(base::Secret::new((1..=suite.key_length() as u8).collect()))
}

pub(crate) fn policy(suite: AlgorithmSuite) -> CommitmentPolicy {
    if suite.is_committing() {
        CommitmentPolicy::RequireEncryptRequireDecrypt
    } else {
        CommitmentPolicy::ForbidEncryptAllowDecrypt
    }
}

pub(crate) fn encryptor(suite: AlgorithmSuite, frame_length: u32) -> Encryptor {
    Encryptor::new(DefaultMaterialsManager::new(OneKey))
        .commitment_policy(policy(suite))
        .suite(suite)
        .frame_length(NonZeroU32::new(frame_length).unwrap())
}

/// Reads every suite.
pub(crate) fn decryptor() -> Decryptor {
    Decryptor::new(DefaultMaterialsManager::new(OneKey)).commitment_policy(CommitmentPolicy::RequireEncryptAllowDecrypt)
}

pub(crate) fn context() -> EncryptionContext {
    EncryptionContext::new([("purpose", "test"), ("a", "1")]).unwrap()
}

pub(crate) fn no_context() -> EncryptionContext {
    EncryptionContext::default()
}

/// Reproducible bytes in which no two places are alike for long.
pub(crate) fn sample(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    base::Rng::fill(&base::SeededRng::new(length as u64 + 1), &mut bytes);
    bytes
}

/// Has another key than [`OneKey`].
pub(crate) struct OtherKey;

impl Keyring for OtherKey {
    fn on_encrypt(&self, _: &mut EncryptionMaterials) -> Result<(), Error> {
        Err(Error::Configuration("only decrypts".into()))
    }

    fn on_decrypt(&self, materials: &mut DecryptionMaterials, _: &[EncryptedDataKey]) -> Result<(), Error> {
        materials.set_data_key(DataKey::new(base::Secret::new(vec![0; materials.suite.key_length()])))
    }
}

/// Adds one more wrapped data key to those of [`OneKey`].
pub(crate) struct AnotherCopy;

impl Keyring for AnotherCopy {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        let copy = materials.encrypted_data_keys.first().cloned();
        materials.encrypted_data_keys.extend(copy);
        Ok(())
    }

    fn on_decrypt(&self, _: &mut DecryptionMaterials, _: &[EncryptedDataKey]) -> Result<(), Error> {
        Err(Error::NoDataKey(Vec::new()))
    }
}
