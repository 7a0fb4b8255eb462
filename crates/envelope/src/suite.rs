//! The algorithm suites: one table, from which all else follows.
//!
//! Source: AWS Encryption SDK specification, "Algorithm Suites". AES-GCM with 12-byte IVs and 16-byte tags everywhere.

use primitives::Curve;
use std::fmt;

/// An algorithm suite of the AWS Encryption SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlgorithmSuite {
    /// `0578`: AES-256-GCM, HKDF-SHA512, key commitment, ECDSA P-384. What is used unless something else is asked for.
    Aes256GcmHkdfSha512CommitKeyEcdsaP384,
    /// `0478`: AES-256-GCM, HKDF-SHA512, key commitment. The fastest.
    Aes256GcmHkdfSha512CommitKey,
    /// `0378`: AES-256-GCM, HKDF-SHA384, ECDSA P-384.
    Aes256GcmHkdfSha384EcdsaP384,
    /// `0346`: AES-192-GCM, HKDF-SHA384, ECDSA P-384.
    Aes192GcmHkdfSha384EcdsaP384,
    /// `0214`: AES-128-GCM, HKDF-SHA256, ECDSA P-256.
    Aes128GcmHkdfSha256EcdsaP256,
    /// `0178`: AES-256-GCM, HKDF-SHA256.
    Aes256GcmHkdfSha256,
    /// `0146`: AES-192-GCM, HKDF-SHA256.
    Aes192GcmHkdfSha256,
    /// `0114`: AES-128-GCM, HKDF-SHA256.
    Aes128GcmHkdfSha256,
    /// `0078`: AES-256-GCM under the data key itself.
    Aes256Gcm,
    /// `0046`: AES-192-GCM under the data key itself.
    Aes192Gcm,
    /// `0014`: AES-128-GCM under the data key itself.
    Aes128Gcm,
}

use AlgorithmSuite::{
    Aes128Gcm, Aes128GcmHkdfSha256, Aes128GcmHkdfSha256EcdsaP256, Aes192Gcm, Aes192GcmHkdfSha256,
    Aes192GcmHkdfSha384EcdsaP384, Aes256Gcm, Aes256GcmHkdfSha256, Aes256GcmHkdfSha384EcdsaP384,
    Aes256GcmHkdfSha512CommitKey, Aes256GcmHkdfSha512CommitKeyEcdsaP384,
};

/// How the key of the content comes from the data key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyDerivation {
    /// HKDF-SHA512 with the message id as salt; gives a commitment beside the key.
    HkdfSha512Commit,
    /// HKDF-SHA384 without salt, bound to suite and message id.
    HkdfSha384,
    /// HKDF-SHA256 without salt, bound to suite and message id.
    HkdfSha256,
    /// The data key is the content's key; such data keys are never used for a second message.
    Identity,
}

/// The version of the message format that a suite is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageVersion {
    /// Message ids of 16 bytes, no commitment.
    One,
    /// Message ids of 32 bytes, with commitment.
    Two,
}

impl MessageVersion {
    /// Length of a message id in bytes.
    pub fn message_id_length(self) -> usize {
        match self {
            Self::One => 16,
            Self::Two => 32,
        }
    }
}

/// What the names of a suite say, in one row.
struct Row {
    suite: AlgorithmSuite,
    id: u16,
    key_length: usize,
    derivation: KeyDerivation,
    signature: Option<Curve>,
    /// The name by which AWS's clients and their command line know it.
    name: &'static str,
}

const fn row(
    suite: AlgorithmSuite,
    id: u16,
    key_length: usize,
    derivation: KeyDerivation,
    signature: Option<Curve>,
    name: &'static str,
) -> Row {
    Row { suite, id, key_length, derivation, signature, name }
}

const P256: Option<Curve> = Some(Curve::P256);
const P384: Option<Curve> = Some(Curve::P384);

/// In the order of [`AlgorithmSuite`]'s variants.
#[rustfmt::skip]
const SUITES: [Row; 11] = [
    row(Aes256GcmHkdfSha512CommitKeyEcdsaP384, 0x0578, 32, KeyDerivation::HkdfSha512Commit, P384, "AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384"),
    row(Aes256GcmHkdfSha512CommitKey,          0x0478, 32, KeyDerivation::HkdfSha512Commit, None, "AES_256_GCM_HKDF_SHA512_COMMIT_KEY"),
    row(Aes256GcmHkdfSha384EcdsaP384,          0x0378, 32, KeyDerivation::HkdfSha384,       P384, "AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384"),
    row(Aes192GcmHkdfSha384EcdsaP384,          0x0346, 24, KeyDerivation::HkdfSha384,       P384, "AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384"),
    row(Aes128GcmHkdfSha256EcdsaP256,          0x0214, 16, KeyDerivation::HkdfSha256,       P256, "AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256"),
    row(Aes256GcmHkdfSha256,                   0x0178, 32, KeyDerivation::HkdfSha256,       None, "AES_256_GCM_IV12_TAG16_HKDF_SHA256"),
    row(Aes192GcmHkdfSha256,                   0x0146, 24, KeyDerivation::HkdfSha256,       None, "AES_192_GCM_IV12_TAG16_HKDF_SHA256"),
    row(Aes128GcmHkdfSha256,                   0x0114, 16, KeyDerivation::HkdfSha256,       None, "AES_128_GCM_IV12_TAG16_HKDF_SHA256"),
    row(Aes256Gcm,                             0x0078, 32, KeyDerivation::Identity,         None, "AES_256_GCM_IV12_TAG16"),
    row(Aes192Gcm,                             0x0046, 24, KeyDerivation::Identity,         None, "AES_192_GCM_IV12_TAG16"),
    row(Aes128Gcm,                             0x0014, 16, KeyDerivation::Identity,         None, "AES_128_GCM_IV12_TAG16"),
];

impl AlgorithmSuite {
    /// All there are.
    pub fn all() -> impl Iterator<Item = Self> {
        SUITES.iter().map(|row| row.suite)
    }

    #[allow(clippy::indexing_slicing, reason = "one row a variant, in their order; a test holds it")]
    fn row(self) -> &'static Row {
        &SUITES[self as usize]
    }

    /// The suite of an id.
    pub fn from_id(id: u16) -> Option<Self> {
        SUITES.iter().find(|row| row.id == id).map(|row| row.suite)
    }

    /// The suite of a name of AWS's, such as `AES_256_GCM_HKDF_SHA512_COMMIT_KEY`.
    pub fn from_name(name: &str) -> Option<Self> {
        SUITES.iter().find(|row| row.name == name).map(|row| row.suite)
    }

    /// Its id, as messages carry it.
    pub fn id(self) -> u16 {
        self.row().id
    }

    /// AWS's name for it.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Length in bytes of data key and content key alike.
    pub fn key_length(self) -> usize {
        self.row().key_length
    }

    /// How the content's key is derived.
    pub fn derivation(self) -> KeyDerivation {
        self.row().derivation
    }

    /// The curve of its signature, if messages are signed.
    pub fn signature(self) -> Option<Curve> {
        self.row().signature
    }

    /// Whether messages carry a commitment to their key.
    pub fn is_committing(self) -> bool {
        self.derivation() == KeyDerivation::HkdfSha512Commit
    }

    /// The version of the message format.
    pub fn message_version(self) -> MessageVersion {
        if self.is_committing() { MessageVersion::Two } else { MessageVersion::One }
    }
}

impl fmt::Display for AlgorithmSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_has_its_own_row() {
        for (index, row) in SUITES.iter().enumerate() {
            assert_eq!(row.suite as usize, index);
            assert_eq!(AlgorithmSuite::from_id(row.id), Some(row.suite));
            assert_eq!(AlgorithmSuite::from_name(row.name), Some(row.suite));
        }
        assert_eq!(AlgorithmSuite::from_id(0x0579), None);
    }
}
