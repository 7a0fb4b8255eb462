//! Envelope encryption in the message format of the AWS Encryption SDK, as a library of its own.
//!
//! Data is encrypted where it is, under a data key that a [`Keyring`] wraps; who cannot unwrap it, the server that holds
//! the wrapping keys included, never sees the data. Format and rules: AWS Encryption SDK specification
//! (`awslabs/aws-encryption-sdk-specification`), whose terms the names here are.
//!
//! An [`Encryptor`] writes messages and a [`Decryptor`] reads them, whole, as [`Read`](std::io::Read) or as
//! [`Write`](std::io::Write). Both take a [`MaterialsManager`]: [`DefaultMaterialsManager`] over a keyring,
//! [`CachingMaterialsManager`] and [`RequiredContextMaterialsManager`] over another manager. The README has examples.
//!
//! Guarantees: a message is written in no other form than AWS's clients read; nothing of a message is believed before it
//! is verified; secrets are wiped when dropped and cannot be printed; no input makes it panic or use memory beyond the
//! [`Limits`].

#[cfg(feature = "tokio")]
pub mod asynchronous;
pub mod branch_keys;
mod cache;
mod cmm;
mod context;
mod data_key;
mod decryptor;
mod encryptor;
mod error;
mod keyring;
mod keyrings;
mod limits;
mod materials;
mod message;
mod policy;
mod stream;
mod suite;
#[cfg(any(test, feature = "testing"))]
#[allow(clippy::expect_used, clippy::panic, reason = "what fails in here fails a test")]
pub mod testing;

pub use branch_keys::BranchKeyStore;
pub use cache::{
    CacheMetrics, DEFAULT_CACHE_CAPACITY, Entry, EntryId, LocalCache, MaterialsCache, StormSettings, StormTrackingCache,
};
pub use client;
pub use cmm::{
    CachedMaterials, CachingLimits, CachingMaterialsManager, CachingMetrics, DefaultMaterialsManager,
    MAX_BYTES_PER_KEY, MAX_MESSAGES_PER_KEY, RequiredContextMaterialsManager,
};
pub use context::EncryptionContext;
pub use data_key::{DataKey, EncryptedDataKey};
pub use decryptor::{Decrypted, Decryptor};
pub use encryptor::{DEFAULT_FRAME_LENGTH, Encrypted, Encryptor};
pub use error::{Error, Refusal};
pub use keyring::Keyring;
pub use keyrings::{
    BranchKeySupplier, DiscoveryFilter, EcdhCurve, HierarchicalKeyring, HierarchicalMetrics, KmsAgreementKey,
    KmsDiscoveryKeyring, KmsEcdhKeyring, KmsKeyring, KmsMultiKeyring, KmsRsaAlgorithm, KmsRsaKeyring, MultiKeyring,
    RawAesKeyring, RawEcdhKeyring, RawRsaKeyring, RsaPadding,
};
pub use limits::{
    DEFAULT_MAX_CONTEXT_LENGTH, DEFAULT_MAX_ENCRYPTED_DATA_KEYS, DEFAULT_MAX_HEADER_LENGTH, DEFAULT_MAX_HELD_LENGTH,
    Limits,
};
pub use materials::{DecryptionMaterials, DecryptionRequest, EncryptionMaterials, EncryptionRequest, MaterialsManager};
pub use message::{ContentType, MessageHeader};
pub use policy::CommitmentPolicy;
pub use stream::{DecryptReader, DecryptWriter, EncryptReader, EncryptWriter, Summary};
pub use suite::{AlgorithmSuite, KeyDerivation, MessageVersion};

/// The README's examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
