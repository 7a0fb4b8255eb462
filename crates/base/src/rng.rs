//! Randomness as a trait, so that handlers are functions of their arguments.

use std::sync::Mutex;

/// A source of random bytes. The real one lives in `primitives`.
pub trait Rng: Send + Sync {
    /// Fills `out` with random bytes. A source that cannot do so ends the process rather than return weak bytes.
    fn fill(&self, out: &mut [u8]);

    /// The same for keys and whatever else must stay secret, of any length: drawn when it is asked for, so that it was
    /// never in memory before.
    fn fill_secret(&self, out: &mut [u8]) {
        self.fill(out);
    }
}

/// Reproducible bytes for tests (xorshift). Never cryptographic.
pub struct SeededRng(Mutex<u64>);

impl SeededRng {
    /// The same seed gives the same bytes.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed | 1))
    }
}

impl Rng for SeededRng {
    fn fill(&self, out: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for byte in out {
            *state ^= *state << 13;
            *state ^= *state >> 7;
            *state ^= *state << 17;
            *byte = (*state >> 24) as u8;
        }
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut digits = vec![0; bytes.len() * 2];
    write_hex(bytes, &mut digits);
    // Digits are ASCII, so this cannot fail.
    String::from_utf8(digits).unwrap_or_default()
}

/// Fills `digits`, which has two places for each of `bytes`, with lower-case hexadecimal digits.
pub(crate) fn write_hex(bytes: &[u8], digits: &mut [u8]) {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    for ([high, low], byte) in digits.as_chunks_mut().0.iter_mut().zip(bytes) {
        (*high, *low) = (digit(byte >> 4), digit(byte & 15));
    }
}

/// Reads hexadecimal digits of either case; `None` if there is anything else, or half a byte.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}
