//! The keyring of one KMS key.
//!
//! Guarantees: on decrypt KMS is asked under the configured key only, for data keys that this key wrapped, or, for the
//! keyring that knows multi-Region keys, a related one. Unlike AWS's clients, which refuse them there, an alias or a key
//! id serves on decrypt too: DescribeKey says once what it stands for, and from then on that ARN is required.
//! Source: AWS Encryption SDK specification, "AWS KMS Keyring" and "AWS KMS MRK Keyring".

use super::arn::{KmsArn, KmsName};
use super::{PROVIDER_ID, decrypt, unwrap_first};
use crate::{DataKey, DecryptionMaterials, EncryptedDataKey, EncryptionMaterials, Error, Keyring};
use client::Kms;
use std::cell::OnceCell;
use std::sync::{Arc, Mutex, PoisonError};

/// A keyring that wraps and unwraps data keys under one symmetric KMS key.
pub struct KmsKeyring {
    kms: Arc<dyn Kms>,
    name: KmsName,
    grant_tokens: Vec<String>,
    multi_region: bool,
    /// What the name stands for, once DescribeKey said it.
    resolved: Mutex<Option<KmsArn>>,
}

impl KmsKeyring {
    /// The keyring of a key, named by key ARN, key id, alias name (`alias/…`) or alias ARN. An ARN must be of the
    /// client's Region. An alias is looked up once: make a new keyring when it was pointed elsewhere.
    pub fn new(kms: Arc<dyn Kms>, key_id: &str) -> Result<Self, Error> {
        let name: KmsName = key_id.parse()?;
        name.expect_region(kms.region())?;
        Ok(Self { kms, name, grant_tokens: Vec::new(), multi_region: false, resolved: Mutex::new(None) })
    }

    /// The same, but if the key is a multi-Region key, data keys wrapped by its relatives in other Regions are unwrapped
    /// in the client's Region.
    pub fn multi_region(kms: Arc<dyn Kms>, key_id: &str) -> Result<Self, Error> {
        Ok(Self { multi_region: true, ..Self::new(kms, key_id)? })
    }

    /// Sends grant tokens with every call.
    #[must_use]
    pub fn with_grant_tokens(self, grant_tokens: Vec<String>) -> Self {
        Self { grant_tokens, ..self }
    }

    /// The ARN of the key.
    fn key_arn(&self) -> Result<KmsArn, String> {
        if let Some(arn) = self.name.key_arn() {
            return Ok(arn.clone());
        }
        // The lock is held during the call, so that many threads together ask once.
        let mut resolved = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(arn) = &*resolved {
            return Ok(arn.clone());
        }
        let name = &self.name;
        let described = self.kms.describe_key(&name.to_string(), &self.grant_tokens);
        let answer =
            described.map_err(|error| format!("DescribeKey does not tell what {name} stands for: {error}"))?.arn;
        let arn = answer.parse::<KmsArn>().ok().filter(|arn| name.can_stand_for(arn, self.kms.region()));
        let arn = arn.ok_or_else(|| format!("DescribeKey says that {name} stands for {answer}, which cannot be"))?;
        Ok(resolved.insert(arn).clone())
    }

    /// Whether what `wrapping` wrapped is for this keyring.
    fn matches(&self, own: &KmsArn, wrapping: &KmsArn) -> bool {
        if self.multi_region { own.is_related(wrapping) } else { own == wrapping }
    }

    /// The data key that KMS made or encrypted, as a message carries it.
    fn wrapped(&self, key_id: String, ciphertext: Vec<u8>) -> Result<EncryptedDataKey, Error> {
        let arn = key_id.parse::<KmsArn>().ok().filter(KmsArn::is_key);
        if arn.is_none_or(|arn| !self.name.can_stand_for(&arn, self.kms.region())) {
            let text = format!("KMS was asked to use {} and answered with {key_id}", self.name);
            return Err(client::Error::Answer(text).into());
        }
        Ok(EncryptedDataKey { provider_id: PROVIDER_ID.into(), provider_info: key_id.into_bytes(), ciphertext })
    }
}

impl Keyring for KmsKeyring {
    fn on_encrypt(&self, materials: &mut EncryptionMaterials) -> Result<(), Error> {
        let (name, context) = (self.name.to_string(), materials.context.pairs());
        let wrapped = match materials.data_key() {
            Some(key) => {
                let answer = self.kms.encrypt(&name, key.expose(), context, &self.grant_tokens)?;
                self.wrapped(answer.key_id, answer.ciphertext)?
            }
            None => {
                let bytes = materials.suite.key_length();
                let answer = self.kms.generate_data_key(&name, bytes, context, &self.grant_tokens)?;
                let length = answer.plaintext.expose().len();
                if length != bytes {
                    let text = format!("KMS was asked for a data key of {bytes} bytes and gave one of {length}");
                    return Err(client::Error::Answer(text).into());
                }
                let wrapped = self.wrapped(answer.key_id, answer.ciphertext)?;
                materials.set_data_key(DataKey::new(answer.plaintext))?;
                wrapped
            }
        };
        materials.encrypted_data_keys.push(wrapped);
        Ok(())
    }

    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error> {
        // Asked for only where some data key is under a KMS key.
        let own = OnceCell::new();
        unwrap_first(PROVIDER_ID, materials, encrypted_data_keys, |wrapping, key, materials| {
            let own = own.get_or_init(|| self.key_arn()).as_ref().map_err(String::clone)?;
            if self.matches(own, wrapping) {
                decrypt(&*self.kms, &own.to_string(), key, materials, &self.grant_tokens)
            } else if self.name.key_arn().is_some() {
                Err(format!("wrapped by another KMS key than {own}"))
            } else {
                Err(format!("wrapped by another KMS key than {own}, which {} stands for", self.name))
            }
        })
    }
}
