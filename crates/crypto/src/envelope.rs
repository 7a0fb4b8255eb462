//! The one format in which this server seals things for itself: values, keyrings, material, tokens, the root key.
//!
//! Layout: format (1) ‖ key version (4) ‖ nonce (16) ‖ IV (12) ‖ ciphertext ‖ tag (16). The key is derived from the
//! sealing key under the purpose's label, with format, version and nonce as context, and is used once; all of the
//! layout is therefore authenticated. What the caller binds (a path, a listing) is the AEAD's associated data.
//!
//! A [`Series`] seals many messages in the same format under one derived key, with a counter for the IV: for the log, of
//! which every call writes a record. No IV is used twice there, and no key for more than [`Series::LENGTH`] messages.

use crate::labels::Label;
use base::{Rng, Secret};
use primitives::{AeadKey, BadTag, KdfKey, NONCE_LENGTH, TAG_LENGTH};
use std::sync::atomic::{AtomicU64, Ordering};

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

/// Messages that are sealed one after another under one derived key.
pub(crate) struct Series {
    /// Format, key version and nonce.
    context: [u8; HEADER + NONCE],
    key: AeadKey,
    used: AtomicU64,
}

impl Series {
    /// Messages under one key: far below what AES-GCM bears, so that the length of a message does not matter.
    const LENGTH: u64 = 1 << 20;

    /// A series under a key derived for it alone.
    pub(crate) fn new(key: &KdfKey, label: &Label, version: u32, rng: &dyn Rng) -> Self {
        let (nonce, _) = draw(rng);
        let mut context = [0; HEADER + NONCE];
        let parts = [FORMAT].into_iter().chain(version.to_be_bytes()).chain(nonce);
        for (slot, byte) in context.iter_mut().zip(parts) {
            *slot = byte;
        }
        let key = AeadKey::new(key.derive(label.as_bytes(), &context).expose());
        Self { context, key, used: AtomicU64::new(0) }
    }

    /// Seals the next message; `None` when the series is at its end.
    pub(crate) fn seal(&self, bound: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
        let number = self.used.fetch_add(1, Ordering::Relaxed);
        if number >= Self::LENGTH {
            return None;
        }
        let mut iv = [0; NONCE_LENGTH];
        for (slot, byte) in iv.iter_mut().rev().zip(number.to_le_bytes()) {
            *slot = byte;
        }
        let mut out = Vec::with_capacity(plaintext.len() + OVERHEAD);
        out.extend_from_slice(&self.context);
        out.extend_from_slice(&iv);
        self.key.seal_into(&iv, bound, plaintext, &mut out);
        Some(out)
    }
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

    #[test]
    fn a_series_seals_each_message_under_an_iv_of_its_own_and_ends() {
        let key = KdfKey::new(&[7; 32]);
        let series = Series::new(&key, &LOG_RECORD, 3, &SystemRng);
        let sealed: Vec<_> = (0..300).map(|_| series.seal(b"path", b"plain").unwrap()).collect();
        let ivs: std::collections::BTreeSet<_> =
            sealed.iter().map(|sealed| Envelope::read(sealed).unwrap().iv).collect();
        assert_eq!(ivs.len(), sealed.len());
        for sealed in &sealed {
            let envelope = Envelope::read(sealed).unwrap();
            assert_eq!(envelope.version, 3);
            assert!(envelope.open(&key, &LOG_RECORD, b"path").is_ok_and(|plain| plain.expose() == b"plain"));
            assert!(envelope.open(&key, &LOG_RECORD, b"elsewhere").is_err());
        }
        let other = Series::new(&key, &LOG_RECORD, 3, &SystemRng);
        assert_ne!(other.context, series.context);
        series.used.store(Series::LENGTH - 1, Ordering::Relaxed);
        assert!(series.seal(b"path", b"last").is_some());
        assert!(series.seal(b"path", b"one more").is_none() && series.seal(b"path", b"and more").is_none());
    }
}
