//! The key derivation of the house: NIST SP 800-108r1 §4.1, counter mode, HMAC-SHA256, as AWS KMS uses it.
//!
//! Guarantees: a 32-bit big-endian counter stands before the fixed input `label ‖ 0x00 ‖ context ‖ length in bits`;
//! 32 bytes come out, one block of the PRF. A label therefore must hold no zero byte, or label and context could be
//! told apart in two ways; all labels of the house stand in one table in `crypto`.

use crate::HmacKey;
use base::Secret;

/// A prepared key to derive others from.
pub struct KdfKey(HmacKey);

impl KdfKey {
    /// Prepares a key-derivation key, of 32 bytes or more.
    pub fn new(key: &[u8]) -> Self {
        Self(HmacKey::new(key))
    }

    /// A key for the use that `label` names, bound to `context`.
    pub fn derive(&self, label: &[u8], context: &[u8]) -> Secret<[u8; 32]> {
        self.block(&[label, &[0], context, &256_u32.to_be_bytes()])
    }

    /// The first block of the KDF over fixed input given in parts.
    fn block(&self, fixed: &[&[u8]]) -> Secret<[u8; 32]> {
        let counter = 1_u32.to_be_bytes();
        let mut parts: [&[u8]; 8] = [&[]; 8];
        for (slot, part) in parts.iter_mut().zip([&counter[..]].iter().chain(fixed)) {
            *slot = part;
        }
        Secret::new(self.0.sign(&parts))
    }
}

/// A key for the use that `label` names, bound to `context`, from a key that is not used again.
pub fn kbkdf(key: &[u8], label: &[u8], context: &[u8]) -> Secret<[u8; 32]> {
    KdfKey::new(key).derive(label, context)
}
