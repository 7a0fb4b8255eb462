//! AES key wrap, without and with padding (RFC 3394, RFC 5649; NIST SP 800-38F), under keys of 128 and 256 bits.
//!
//! Guarantee: nothing of a key is given out unless its integrity value is right.

use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap as _, KeyWrapPadded as _};
use base::Secret;

/// How many bytes a wrapped key is longer than its plaintext, at most: the integrity value and the padding.
const OVERHEAD: usize = 15;

fn key_of(key: &[u8]) -> Option<AesKek> {
    match key.len() {
        16 => AesKek::new(&AES_128, key).ok(),
        32 => AesKek::new(&AES_256, key).ok(),
        _ => None,
    }
}

/// AES-KW: wraps a key of at least 16 bytes, a multiple of eight.
pub fn wrap(key: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    let mut wrapped = vec![0; plaintext.len() + OVERHEAD];
    let length = key_of(key)?.wrap(plaintext, &mut wrapped).ok()?.len();
    wrapped.truncate(length);
    Some(wrapped)
}

/// AES-KW: the key that was wrapped.
pub fn unwrap(key: &[u8], wrapped: &[u8]) -> Option<Secret<Vec<u8>>> {
    let mut plaintext = Secret::new(vec![0; wrapped.len()]);
    let length = key_of(key)?.unwrap(wrapped, plaintext.expose_mut()).ok()?.len();
    plaintext.expose_mut().truncate(length);
    Some(plaintext)
}

/// AES-KWP: wraps a key of any length but zero.
pub fn wrap_padded(key: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    let mut wrapped = vec![0; plaintext.len() + OVERHEAD];
    let length = key_of(key)?.wrap_with_padding(plaintext, &mut wrapped).ok()?.len();
    wrapped.truncate(length);
    Some(wrapped)
}

/// AES-KWP: the key that was wrapped.
pub fn unwrap_padded(key: &[u8], wrapped: &[u8]) -> Option<Secret<Vec<u8>>> {
    let mut plaintext = Secret::new(vec![0; wrapped.len()]);
    let length = key_of(key)?.unwrap_with_padding(wrapped, plaintext.expose_mut()).ok()?.len();
    plaintext.expose_mut().truncate(length);
    Some(plaintext)
}
