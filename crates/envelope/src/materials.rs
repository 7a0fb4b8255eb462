//! Cryptographic materials: what one message is encrypted or decrypted with, and the interface of who manages them.
//!
//! Guarantees: a data key, once set, is as long as its suite wants it and is not replaced.

use crate::{AlgorithmSuite, CommitmentPolicy, DataKey, EncryptedDataKey, EncryptionContext, Error};
use primitives::{EcPrivateKey, EcPublicKey};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What encryption asks a materials manager for.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct EncryptionRequest {
    /// The caller's context.
    pub context: EncryptionContext,
    /// Keys of the context that are to be authenticated but not stored in the message.
    pub required_context_keys: BTreeSet<String>,
    /// The suite that the caller wants; `None`: the policy's.
    pub suite: Option<AlgorithmSuite>,
    /// The commitment policy.
    pub policy: CommitmentPolicy,
    /// Length of the plaintext, or a bound of it, if it is known.
    pub plaintext_length: Option<u64>,
}

/// What decryption asks a materials manager for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DecryptionRequest<'a> {
    /// The suite of the message.
    pub suite: AlgorithmSuite,
    /// The context that the message holds.
    pub context: EncryptionContext,
    /// The message's encrypted data keys.
    pub encrypted_data_keys: &'a [EncryptedDataKey],
    /// The commitment policy.
    pub policy: CommitmentPolicy,
    /// The context that the caller expects.
    pub reproduced_context: EncryptionContext,
}

impl<'a> DecryptionRequest<'a> {
    /// A request for a message of this suite and context, by the default policy, from a reader who reproduces nothing.
    pub fn new(suite: AlgorithmSuite, context: EncryptionContext, encrypted_data_keys: &'a [EncryptedDataKey]) -> Self {
        let (policy, reproduced_context) = Default::default();
        Self { suite, context, encrypted_data_keys, policy, reproduced_context }
    }
}

/// A cryptographic materials manager (CMM): assembles materials with the help of keyrings. Calls may block.
pub trait MaterialsManager: Send + Sync {
    /// Materials to encrypt a message with. The data key is there.
    fn encryption_materials(&self, request: &EncryptionRequest) -> Result<Arc<EncryptionMaterials>, Error>;

    /// Materials to decrypt a message with. The data key is there.
    fn decryption_materials(&self, request: &DecryptionRequest<'_>) -> Result<Arc<DecryptionMaterials>, Error>;
}

impl<M: MaterialsManager + ?Sized> MaterialsManager for Arc<M> {
    fn encryption_materials(&self, request: &EncryptionRequest) -> Result<Arc<EncryptionMaterials>, Error> {
        (**self).encryption_materials(request)
    }

    fn decryption_materials(&self, request: &DecryptionRequest<'_>) -> Result<Arc<DecryptionMaterials>, Error> {
        (**self).decryption_materials(request)
    }
}

/// Materials to encrypt with.
pub struct EncryptionMaterials {
    /// The suite.
    pub suite: AlgorithmSuite,
    /// The whole context, with what the format adds.
    pub context: EncryptionContext,
    /// Keys of the context that are authenticated but not stored in the message.
    pub required_context_keys: BTreeSet<String>,
    /// The data key, wrapped.
    pub encrypted_data_keys: Vec<EncryptedDataKey>,
    /// The key that signs, for signed suites.
    pub signing_key: Option<Arc<EcPrivateKey>>,
    data_key: Option<DataKey>,
}

impl EncryptionMaterials {
    /// Materials without a data key yet.
    pub fn new(suite: AlgorithmSuite, context: EncryptionContext) -> Self {
        Self {
            suite,
            context,
            required_context_keys: BTreeSet::new(),
            encrypted_data_keys: Vec::new(),
            signing_key: None,
            data_key: None,
        }
    }

    /// The data key, if there is one yet.
    pub fn data_key(&self) -> Option<&DataKey> {
        self.data_key.as_ref()
    }

    /// Sets the data key, once.
    pub fn set_data_key(&mut self, key: DataKey) -> Result<(), Error> {
        set(&mut self.data_key, key, self.suite)
    }
}

/// Materials to decrypt with.
pub struct DecryptionMaterials {
    /// The suite.
    pub suite: AlgorithmSuite,
    /// The whole context: what the message holds and what the caller adds.
    pub context: EncryptionContext,
    /// Keys of the context that are authenticated but not stored in the message.
    pub required_context_keys: BTreeSet<String>,
    /// The key that verifies, for signed suites.
    pub verification_key: Option<Arc<EcPublicKey>>,
    data_key: Option<DataKey>,
}

impl DecryptionMaterials {
    /// Materials without a data key yet.
    pub fn new(suite: AlgorithmSuite, context: EncryptionContext) -> Self {
        Self { suite, context, required_context_keys: BTreeSet::new(), verification_key: None, data_key: None }
    }

    /// The data key, if there is one yet.
    pub fn data_key(&self) -> Option<&DataKey> {
        self.data_key.as_ref()
    }

    /// Sets the data key, once.
    pub fn set_data_key(&mut self, key: DataKey) -> Result<(), Error> {
        set(&mut self.data_key, key, self.suite)
    }
}

fn set(slot: &mut Option<DataKey>, key: DataKey, suite: AlgorithmSuite) -> Result<(), Error> {
    if slot.is_some() {
        return Err(Error::Configuration("the materials have a data key already".into()));
    }
    if key.expose().len() != suite.key_length() {
        return Err(Error::Configuration(format!("{suite} takes data keys of {} bytes", suite.key_length())));
    }
    *slot = Some(key);
    Ok(())
}
