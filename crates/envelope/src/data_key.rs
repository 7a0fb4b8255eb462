//! Data keys: plain, and as a message carries them.

use base::Secret;

/// A plain data key, as long as its suite's key.
pub struct DataKey(Secret<Vec<u8>>);

impl DataKey {
    /// Takes the bytes of a key.
    pub fn new(bytes: Secret<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The key's bytes.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

/// A data key as a keyring wrapped it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EncryptedDataKey {
    /// Names the kind of keyring, such as `aws-kms`.
    pub provider_id: String,
    /// Names the wrapping key to that kind, such as an ARN; some kinds add bytes that are no text.
    pub provider_info: Vec<u8>,
    /// The wrapped key.
    pub ciphertext: Vec<u8>,
}
