//! Any bytes as an encrypted message, whose data key is known: never a panic, the same plaintext whichever way it is
//! read, and no plaintext of a message that is bad but what a good begin of it holds.

use envelope::{
    CommitmentPolicy, DataKey, DecryptionMaterials, Decryptor, DefaultMaterialsManager, EncryptedDataKey,
    EncryptionContext, EncryptionMaterials, Error, Keyring,
};
use std::io::Write;

/// Gives one data key for every message: what is fuzzed is the format, not a keyring.
pub(crate) struct OneKey;

impl OneKey {
    fn data_key(length: usize) -> DataKey {
        DataKey::new(base::Secret::new(vec![7; length]))
    }
}

impl Keyring for OneKey {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        materials.set_data_key(Self::data_key(materials.suite.key_length()))?;
        materials.encrypted_data_keys.push(EncryptedDataKey {
            provider_id: "test".into(),
            provider_info: b"one key".to_vec(),
            ciphertext: b"wrapped".to_vec(),
        });
        Ok(())
    }

    fn on_decrypt(&self, materials: &mut DecryptionMaterials, _: &[EncryptedDataKey]) -> Result<(), Error> {
        materials.set_data_key(Self::data_key(materials.suite.key_length()))
    }
}

pub(crate) fn run(data: &[u8]) {
    let decryptor = Decryptor::new(DefaultMaterialsManager::new(OneKey))
        .commitment_policy(CommitmentPolicy::RequireEncryptAllowDecrypt)
        .retry_net_v4_0_0();
    let context = EncryptionContext::default();
    let at_once = decryptor.decrypt(data, &context);

    let mut read = Vec::new();
    let streamed = decryptor.decrypt_stream(data, &mut read, &context);
    let mut written = Vec::new();
    let mut writer = decryptor.decrypt_writer(&mut written, &context);
    let pieces = data.chunks(13).try_for_each(|piece| writer.write_all(piece)).map_err(Error::from);
    let finished = pieces.and_then(|()| writer.finish().map(|(_, summary)| summary));

    match at_once {
        Ok(opened) => {
            assert!(streamed.is_ok_and(|summary| summary.header == opened.header));
            assert!(finished.is_ok_and(|summary| summary.message_length == data.len() as u64));
            assert!(read == opened.plaintext && written == opened.plaintext);
        }
        Err(_) => {
            assert!(streamed.is_err() && finished.is_err());
            // How much of the good begin came out depends on how the bytes came.
            assert!(written.starts_with(&read) || read.starts_with(&written));
        }
    }
}
