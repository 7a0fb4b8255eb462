//! AES-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags.
//!
//! Guarantees: nothing of a plaintext is given out unless its tag is right. The caller owes that no nonce is used twice
//! under one key; the formats of the house derive a key per message, so that a random nonce is enough (see `crypto`).

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base::Secret;
use std::fmt;

/// Length of a nonce in bytes.
pub const NONCE_LENGTH: usize = 12;

/// By how many bytes a sealed text is longer than its plaintext.
pub const TAG_LENGTH: usize = 16;

/// Why a sealed text does not open. Says nothing more, so that it teaches an attacker nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadTag;

impl fmt::Display for BadTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sealed text is damaged or was sealed under another key or context")
    }
}

impl std::error::Error for BadTag {}

/// A key of 128, 192 or 256 bits with its schedule, expanded once. Works on slices of the caller's and allocates nothing;
/// many threads may use one key.
pub struct AesGcm(LessSafeKey);

impl AesGcm {
    /// Expands the key schedule; `None` if the key has not 16, 24 or 32 bytes.
    pub fn new(key: &[u8]) -> Option<Self> {
        let algorithm = match key.len() {
            16 => &AES_128_GCM,
            24 => &AES_192_GCM,
            32 => &AES_256_GCM,
            _ => return None,
        };
        Some(Self(LessSafeKey::new(crate::certain(UnboundKey::new(algorithm, key)))))
    }

    /// Encrypts `plaintext` into `out`, which the caller makes as long (that they differ ends the process).
    pub fn seal(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        aad: &[u8],
        plaintext: &[u8],
        out: &mut [u8],
        tag: &mut [u8; TAG_LENGTH],
    ) {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        crate::certain(self.0.seal_out_of_place_scatter(nonce, Aad::from(aad), plaintext, out, &[], tag));
    }

    /// Encrypts `data` where it lies, and gives the tag.
    pub fn seal_in_place(&self, nonce: &[u8; NONCE_LENGTH], aad: &[u8], data: &mut [u8]) -> [u8; TAG_LENGTH] {
        let mut tag = [0; TAG_LENGTH];
        let nonce = Nonce::assume_unique_for_key(*nonce);
        crate::certain(self.0.seal_in_place_scatter(nonce, Aad::from(aad), data, &[], &mut tag));
        tag
    }

    /// Decrypts `ciphertext` into `out`, which is as long. What `out` holds after an error is nobody's plaintext.
    pub fn open(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8],
        out: &mut [u8],
    ) -> Result<(), BadTag> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        self.0.open_separate_gather(nonce, Aad::from(aad), ciphertext, tag, out).map_err(|_| BadTag)
    }
}

/// A key of 256 bits for short texts that are kept whole, each with its tag behind it.
pub struct AeadKey(AesGcm);

impl AeadKey {
    /// Expands the key schedule.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(crate::certain(AesGcm::new(key).ok_or(aws_lc_rs::error::Unspecified)))
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
        out.resize(start + plaintext.len(), 0);
        let mut tag = [0; TAG_LENGTH];
        self.0.seal(nonce, aad, plaintext, out.get_mut(start..).unwrap_or_default(), &mut tag);
        out.extend_from_slice(&tag);
    }

    /// The plaintext of a ciphertext followed by its tag.
    pub fn open(&self, nonce: &[u8; NONCE_LENGTH], aad: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, BadTag> {
        let length = sealed.len().checked_sub(TAG_LENGTH).ok_or(BadTag)?;
        let (body, tag) = sealed.split_at_checked(length).ok_or(BadTag)?;
        let mut plaintext = Secret::new(vec![0; length]);
        self.0.open(nonce, aad, body, tag, plaintext.expose_mut())?;
        Ok(plaintext)
    }
}
