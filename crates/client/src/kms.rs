//! What envelope encryption asks of KMS.
//!
//! One method an operation, with the members that envelope encryption sends and reads; see AWS KMS API Reference for
//! their meaning. Calls block. Implementations retry what may be retried, so an error is final.

use crate::Error;
use base::Secret;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An encryption context as KMS takes it.
pub type EncryptionContextPairs = BTreeMap<String, String>;

/// A client of KMS in one Region.
pub trait Kms: Send + Sync {
    /// The Region that it calls.
    fn region(&self) -> &str;

    /// GenerateDataKey with `NumberOfBytes`.
    fn generate_data_key(
        &self,
        key_id: &str,
        bytes: usize,
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<DataKey, Error>;

    /// GenerateDataKeyWithoutPlaintext with `NumberOfBytes`.
    fn generate_data_key_without_plaintext(
        &self,
        key_id: &str,
        bytes: usize,
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<SealedDataKey, Error>;

    /// Encrypt under a symmetric key.
    fn encrypt(
        &self,
        key_id: &str,
        plaintext: &[u8],
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<Ciphertext, Error>;

    /// Decrypt. `algorithm` is an `EncryptionAlgorithmSpec` such as `RSAES_OAEP_SHA_256`; `None` means symmetric, and
    /// only then is the context sent.
    fn decrypt(
        &self,
        key_id: &str,
        ciphertext: &[u8],
        algorithm: Option<&str>,
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<Plaintext, Error>;

    /// ReEncrypt between contexts, under symmetric keys.
    fn re_encrypt(
        &self,
        source_key_id: &str,
        ciphertext: &[u8],
        source_context: &EncryptionContextPairs,
        destination_key_id: &str,
        destination_context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<Ciphertext, Error>;

    /// GetPublicKey.
    fn get_public_key(&self, key_id: &str, grant_tokens: &[String]) -> Result<PublicKey, Error>;

    /// DeriveSharedSecret by ECDH with a public key in DER.
    fn derive_shared_secret(
        &self,
        key_id: &str,
        public_key: &[u8],
        grant_tokens: &[String],
    ) -> Result<Secret<Vec<u8>>, Error>;

    /// DescribeKey: what a name stands for.
    fn describe_key(&self, key_id: &str, grant_tokens: &[String]) -> Result<KeyDescription, Error>;
}

/// Gives the clients of the Regions that keys live in.
pub trait KmsSupplier: Send + Sync {
    /// The client of a Region. Asked again for the same Region it should give the same client.
    fn kms(&self, region: &str) -> Result<Arc<dyn Kms>, Error>;

    /// The Region of calls that name none.
    fn default_region(&self) -> Result<String, Error>;
}

/// A data key, plain and under a KMS key.
pub struct DataKey {
    /// The key itself.
    pub plaintext: Secret<Vec<u8>>,
    /// What Decrypt takes.
    pub ciphertext: Vec<u8>,
    /// ARN of the KMS key.
    pub key_id: String,
}

/// A data key under a KMS key.
pub struct SealedDataKey {
    /// What Decrypt takes.
    pub ciphertext: Vec<u8>,
    /// ARN of the KMS key.
    pub key_id: String,
}

/// What was encrypted.
pub struct Ciphertext {
    /// What Decrypt takes.
    pub ciphertext: Vec<u8>,
    /// ARN of the KMS key.
    pub key_id: String,
}

/// What was decrypted.
pub struct Plaintext {
    /// The bytes.
    pub plaintext: Secret<Vec<u8>>,
    /// ARN of the KMS key.
    pub key_id: String,
}

/// A public key of KMS.
pub struct PublicKey {
    /// `SubjectPublicKeyInfo` in DER.
    pub der: Vec<u8>,
    /// ARN of the KMS key.
    pub key_id: String,
    /// Such as `ECC_NIST_P256` or `RSA_3072`.
    pub key_spec: String,
    /// Such as `KEY_AGREEMENT`.
    pub key_usage: String,
}

/// What DescribeKey tells of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDescription {
    /// ARN of the key, never of an alias.
    pub arn: String,
    /// Such as `SYMMETRIC_DEFAULT`.
    pub key_spec: String,
    /// Such as `ENCRYPT_DECRYPT`.
    pub key_usage: String,
}
