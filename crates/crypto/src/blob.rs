//! The ciphertexts that callers of KMS hold, version 1, and what binds them.
//!
//! Layout: magic and version (2) ‖ id of the key material (32) ‖ nonce (16) ‖ IV (12) ‖ ciphertext ‖ tag (16). The
//! header and the encryption context are associated data; the message's key is derived from the material under nonce
//! and id. Guarantees: every failure is the same [`InvalidCiphertext`]; a blob of AWS (which begins 01 02) is none of
//! ours.

use crate::envelope::NONCE;
use base::hex;
use primitives::{NONCE_LENGTH, TAG_LENGTH};
use std::collections::BTreeMap;
use std::fmt;

/// Pairs that a ciphertext is bound to; compared exactly, in no order.
pub type EncryptionContext = BTreeMap<String, String>;

/// The first bytes of a blob: ours, version 1.
pub(crate) const MAGIC: [u8; 2] = [0xfa, 1];
const ID: usize = 32;

/// Length of all that stands before the ciphertext.
pub(crate) const HEADER: usize = MAGIC.len() + ID + NONCE + NONCE_LENGTH;

/// Names key material: the same for the same KMS key id and material, different otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct MaterialId(pub(crate) [u8; ID]);

impl MaterialId {
    /// The bytes, as the blob holds them.
    pub fn as_bytes(&self) -> &[u8; ID] {
        &self.0
    }
}

/// 64 hexadecimal digits, as KMS writes it.
impl fmt::Display for MaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// Why a ciphertext does not open. Says nothing more, so that it teaches an attacker nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidCiphertext;

impl fmt::Display for InvalidCiphertext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the ciphertext is invalid")
    }
}

impl std::error::Error for InvalidCiphertext {}

/// A ciphertext, taken apart; nothing of it is proven yet.
pub struct Blob<'a> {
    pub(crate) header: &'a [u8],
    pub(crate) material_id: MaterialId,
    pub(crate) nonce: &'a [u8; NONCE],
    pub(crate) iv: &'a [u8; NONCE_LENGTH],
    pub(crate) body: &'a [u8],
}

impl<'a> Blob<'a> {
    /// Takes a ciphertext apart.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, InvalidCiphertext> {
        Self::read(bytes).ok_or(InvalidCiphertext)
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (header, body) = bytes.split_at_checked(HEADER)?;
        let (magic, rest) = header.split_first_chunk()?;
        let (id, rest) = rest.split_first_chunk()?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let iv = rest.first_chunk()?;
        (*magic == MAGIC && body.len() >= TAG_LENGTH).then_some(())?;
        Some(Self { header, material_id: MaterialId(*id), nonce, iv, body })
    }

    /// The material that is said to have encrypted it: whose key decides who may decrypt.
    pub fn material_id(&self) -> MaterialId {
        self.material_id
    }
}

/// The associated data: the header, then every pair in the order of the keys, each text behind its length.
pub(crate) fn bind(header: &[u8], context: &EncryptionContext) -> Vec<u8> {
    let length: usize = context.iter().map(|(key, value)| key.len() + value.len() + 16).sum();
    let mut bound = Vec::with_capacity(header.len() + length);
    bound.extend_from_slice(header);
    for text in context.iter().flat_map(|(key, value)| [key, value]) {
        bound.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bound.extend_from_slice(text.as_bytes());
    }
    bound
}
