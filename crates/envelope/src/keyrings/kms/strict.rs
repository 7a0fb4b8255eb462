//! The keyring of one KMS key.
//!
//! Guarantees: on decrypt KMS is asked under the configured key only, for data keys that this key wrapped, or, for the
//! keyring that knows multi-Region keys, a related one. Unlike AWS's clients, which refuse them there, an alias or a key
//! id serves on decrypt too: what KMS said it stands for, when it was used to encrypt or else by DescribeKey, is required.
//! Source: AWS Encryption SDK specification, "AWS KMS Keyring" and "AWS KMS MRK Keyring".

use super::arn::{KmsArn, KmsName};
use super::{PROVIDER_ID, decrypt, unwrap_first};
use crate::{DataKey, DecryptionMaterials, EncryptedDataKey, EncryptionMaterials, Error, Keyring};
use client::Kms;
use std::cell::OnceCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many keys that an alias stood for are remembered.
const REMEMBERED: usize = 8;

/// A keyring that wraps and unwraps data keys under one symmetric KMS key.
pub struct KmsKeyring {
    kms: Arc<dyn Kms>,
    name: KmsName,
    grant_tokens: Vec<String>,
    multi_region: bool,
    /// What KMS said that the name stands for, which may change if it is an alias; the newest last.
    resolved: Mutex<Vec<KmsArn>>,
    /// Held by whoever asks KMS what the name stands for: why that failed the last time, if it did.
    failure: Mutex<Option<String>>,
    /// How many times somebody asked.
    lookups: AtomicU64,
}

impl KmsKeyring {
    /// The keyring of a key, named by key ARN, key id, alias name (`alias/…`) or alias ARN. An ARN must be of the
    /// client's Region. An alias is looked up once, if at all: what it stands for later, the keyring learns as it
    /// encrypts; one that only decrypts has to be made anew when the alias was pointed elsewhere.
    pub fn new(kms: Arc<dyn Kms>, key_id: &str) -> Result<Self, Error> {
        let name: KmsName = key_id.parse()?;
        name.expect_region(kms.region())?;
        let (grant_tokens, multi_region, resolved, failure, lookups) = Default::default();
        Ok(Self { kms, name, grant_tokens, multi_region, resolved, failure, lookups })
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

    /// The ARNs that the key has or had by its name; one at least, the newest last.
    fn key_arns(&self) -> Result<Vec<KmsArn>, String> {
        if let Some(arn) = self.name.key_arn() {
            return Ok(vec![arn.clone()]);
        }
        let before = self.lookups.load(Ordering::SeqCst);
        if let Some(known) = self.known() {
            return Ok(known);
        }
        // Held during the call, so that many threads together ask once; nobody who encrypts waits for it.
        let mut failure = lock(&self.failure);
        if let Some(known) = self.known() {
            return Ok(known);
        }
        // What whoever held it meanwhile heard is good enough: when KMS is down, they do not wait one after another.
        if let Some(failure) = failure.as_ref().filter(|_| self.lookups.load(Ordering::SeqCst) != before) {
            return Err(failure.clone());
        }
        let outcome = self.look_up().map(|arn| {
            self.learn(arn.clone());
            self.known().unwrap_or_else(|| vec![arn])
        });
        *failure = outcome.as_ref().err().cloned();
        self.lookups.fetch_add(1, Ordering::SeqCst);
        outcome
    }

    /// What KMS says that the name stands for.
    fn look_up(&self) -> Result<KmsArn, String> {
        let name = &self.name;
        let described = self.kms.describe_key(&name.to_string(), &self.grant_tokens);
        let answer =
            described.map_err(|error| format!("DescribeKey does not tell what {name} stands for: {error}"))?.arn;
        let arn = answer.parse::<KmsArn>().ok().filter(|arn| name.can_stand_for(arn, self.kms.region()));
        arn.ok_or_else(|| format!("DescribeKey says that {name} stands for {answer}, which cannot be"))
    }

    /// What is known without asking.
    fn known(&self) -> Option<Vec<KmsArn>> {
        Some(lock(&self.resolved).clone()).filter(|known| !known.is_empty())
    }

    /// Remembers what KMS said that the name stands for.
    fn learn(&self, arn: KmsArn) {
        if self.name.key_arn().is_some() {
            return;
        }
        let mut resolved = lock(&self.resolved);
        if resolved.last() != Some(&arn) {
            resolved.retain(|known| *known != arn);
            if resolved.len() >= REMEMBERED {
                resolved.remove(0);
            }
            resolved.push(arn);
        }
    }

    /// Whether what `wrapping` wrapped is for this keyring.
    fn matches(&self, own: &KmsArn, wrapping: &KmsArn) -> bool {
        if self.multi_region { own.is_related(wrapping) } else { own == wrapping }
    }

    /// The data key that KMS made or encrypted, as a message carries it.
    fn wrapped(&self, key_id: String, ciphertext: Vec<u8>) -> Result<EncryptedDataKey, Error> {
        let arn = key_id.parse::<KmsArn>().ok().filter(|arn| self.name.can_stand_for(arn, self.kms.region()));
        let wrong = || client::Error::Answer(format!("KMS was asked to use {} and answered with {key_id}", self.name));
        self.learn(arn.ok_or_else(wrong)?);
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
            let own = own.get_or_init(|| self.key_arns()).as_ref().map_err(String::clone)?;
            match (own.iter().rfind(|own| self.matches(own, wrapping)), own.last()) {
                (Some(own), _) => decrypt(&*self.kms, &own.to_string(), key, materials, &self.grant_tokens),
                (None, Some(own)) if self.name.key_arn().is_none() => {
                    Err(format!("wrapped by another KMS key than {own}, which {} stands for", self.name))
                }
                _ => Err(format!("wrapped by another KMS key than {}", self.name)),
            }
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
