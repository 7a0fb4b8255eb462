//! The one format in which this server seals things for itself: values, keyrings, material, tokens, the root key.
//!
//! Layout: format (1) ‖ key version (4) ‖ nonce (16) ‖ IV (12) ‖ ciphertext ‖ tag (16). The key is derived from the
//! sealing key under the purpose's label, with format, version and nonce as context, and is used once; all of the
//! layout is therefore authenticated. What the caller binds (a path, a listing) is the AEAD's associated data.

use crate::labels::Label;
use base::{Rng, Secret};
use primitives::{AeadKey, BadTag, KdfKey, NONCE_LENGTH, TAG_LENGTH};

const FORMAT: u8 = 1;
const HEADER: usize = 5;
pub(crate) const NONCE: usize = 16;

/// By how many bytes an envelope is longer than what it holds.
pub(crate) const OVERHEAD: usize = HEADER + NONCE + NONCE_LENGTH + TAG_LENGTH;

/// A nonce for the KDF and an IV for the AEAD, in one draw.
pub(crate) fn draw(rng: &dyn Rng) -> ([u8; NONCE], [u8; NONCE_LENGTH]) {
    let mut random = [0; NONCE + NONCE_LENGTH];
    rng.fill(&mut random);
    let (mut nonce, mut iv) = ([0; NONCE], [0; NONCE_LENGTH]);
    for (slot, byte) in nonce.iter_mut().chain(&mut iv).zip(random) {
        *slot = byte;
    }
    (nonce, iv)
}

/// Seals under a key derived for this one message. `version` says which of its holder's keys `key` is.
pub(crate) fn seal(
    key: &KdfKey,
    label: &Label,
    version: u32,
    bound: &[u8],
    plaintext: &[u8],
    rng: &dyn Rng,
) -> Vec<u8> {
    let (nonce, iv) = draw(rng);
    let mut out = Vec::with_capacity(plaintext.len() + OVERHEAD);
    out.push(FORMAT);
    out.extend_from_slice(&version.to_be_bytes());
    out.extend_from_slice(&nonce);
    let once = AeadKey::new(key.derive(label.as_bytes(), &out).expose());
    out.extend_from_slice(&iv);
    once.seal_into(&iv, bound, plaintext, &mut out);
    out
}

/// A sealed message, taken apart.
pub(crate) struct Envelope<'a> {
    /// Which of its holder's keys sealed it.
    pub(crate) version: u32,
    context: &'a [u8],
    iv: &'a [u8; NONCE_LENGTH],
    body: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Takes a message apart; `None` when it cannot be one.
    pub(crate) fn read(sealed: &'a [u8]) -> Option<Self> {
        let (context, rest) = sealed.split_at_checked(HEADER + NONCE)?;
        let (iv, body) = rest.split_first_chunk()?;
        let (format, after) = context.split_first()?;
        let version = u32::from_be_bytes(*after.first_chunk()?);
        (*format == FORMAT && body.len() >= TAG_LENGTH).then_some(Self { version, context, iv, body })
    }

    /// Opens it with the key that its version names.
    pub(crate) fn open(&self, key: &KdfKey, label: &Label, bound: &[u8]) -> Result<Secret<Vec<u8>>, BadTag> {
        AeadKey::new(key.derive(label.as_bytes(), self.context).expose()).open(self.iv, bound, self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::{LOG_RECORD, STORED_VALUE};
    use primitives::SystemRng;

    #[test]
    fn only_the_same_key_label_and_binding_open_it_and_no_bit_may_change() {
        let (key, other) = (KdfKey::new(&[7; 32]), KdfKey::new(&[8; 32]));
        let sealed = seal(&key, &STORED_VALUE, 3, b"path", b"plain", &SystemRng);
        assert_eq!(sealed.len(), OVERHEAD + 5);
        let envelope = Envelope::read(&sealed).unwrap();
        assert_eq!(envelope.version, 3);
        assert!(envelope.open(&key, &STORED_VALUE, b"path").is_ok_and(|plain| plain.expose() == b"plain"));
        assert!(envelope.open(&other, &STORED_VALUE, b"path").is_err());
        assert!(envelope.open(&key, &LOG_RECORD, b"path").is_err());
        assert!(envelope.open(&key, &STORED_VALUE, b"path2").is_err());
        for bit in 0..sealed.len() * 8 {
            let mut bad = sealed.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let opened = Envelope::read(&bad).map(|envelope| envelope.open(&key, &STORED_VALUE, b"path").is_ok());
            assert_ne!(opened, Some(true), "bit {bit}");
        }
        for length in 0..sealed.len() {
            let opened = Envelope::read(&sealed[..length]).map(|e| e.open(&key, &STORED_VALUE, b"path").is_ok());
            assert_ne!(opened, Some(true), "length {length}");
        }
    }
}
