//! AES-256-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags.
//!
//! Guarantees: nothing of a plaintext is given out unless its tag is right. The caller owes that no nonce is used twice
//! under one key; the formats of the house derive a key per message, so that a random nonce is enough (see `crypto`).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base::Secret;
use std::fmt;

/// Length of a nonce in bytes.
pub const NONCE_LENGTH: usize = 12;

/// By how many bytes a sealed text is longer than its plaintext.
pub const TAG_LENGTH: usize = 16;

/// A key with its schedule, expanded once.
pub struct AeadKey(LessSafeKey);

/// Why a sealed text does not open. Says nothing more, so that it teaches an attacker nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadTag;

impl fmt::Display for BadTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sealed text is damaged or was sealed under another key or context")
    }
}

impl std::error::Error for BadTag {}

impl AeadKey {
    /// Expands the key schedule.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(LessSafeKey::new(crate::certain(UnboundKey::new(&AES_256_GCM, key))))
    }

    /// Ciphertext followed by its tag.
    pub fn seal(&self, nonce: &[u8; NONCE_LENGTH], aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(plaintext.len() + TAG_LENGTH);
        self.seal_into(nonce, aad, plaintext, &mut out);
        out
    }

    /// Appends the ciphertext and its tag to `out`.
    pub fn seal_into(&self, nonce: &[u8; NONCE_LENGTH], aad: &[u8], plaintext: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        out.resize(start + plaintext.len() + TAG_LENGTH, 0);
        let room = out.get_mut(start..).unwrap_or_default();
        let (body, tag) = room.split_at_mut(plaintext.len());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        crate::certain(self.0.seal_out_of_place_scatter(nonce, Aad::from(aad), plaintext, body, &[], tag));
    }

    /// The plaintext of a ciphertext followed by its tag.
    pub fn open(&self, nonce: &[u8; NONCE_LENGTH], aad: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, BadTag> {
        let length = sealed.len().checked_sub(TAG_LENGTH).ok_or(BadTag)?;
        let (body, tag) = sealed.split_at_checked(length).ok_or(BadTag)?;
        let mut plaintext = Secret::new(vec![0; length]);
        let nonce = Nonce::assume_unique_for_key(*nonce);
        self.0.open_separate_gather(nonce, Aad::from(aad), body, tag, plaintext.expose_mut()).map_err(|_| BadTag)?;
        Ok(plaintext)
    }
}
