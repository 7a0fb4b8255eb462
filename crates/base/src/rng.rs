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
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// The lower-case hexadecimal digit of a number below 16.
pub(crate) const fn digit(nibble: u8) -> char {
    (if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }) as char
}
