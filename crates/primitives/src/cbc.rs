//! AES-256-CBC with PKCS #7 padding (NIST SP 800-38A; RFC 5652 §6.3): encryption only, for formats that ask for it.
//!
//! It authenticates nothing, so nothing of the house's own is sealed with it, and nothing here opens it.

use aws_lc_rs::cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;

/// Length of an initialisation vector in bytes.
pub const CBC_IV_LENGTH: usize = 16;

/// Encrypts `plaintext` under a key and an initialisation vector that are used once.
pub fn cbc_encrypt(key: &[u8; 32], iv: &[u8; CBC_IV_LENGTH], plaintext: &[u8]) -> Vec<u8> {
    // Room for the padding from the start: what grows leaves a copy of the plaintext behind.
    let mut text = Vec::with_capacity(plaintext.len() + BLOCK);
    text.extend_from_slice(plaintext);
    let key = crate::certain(UnboundCipherKey::new(&AES_256, key).and_then(PaddedBlockEncryptingKey::cbc_pkcs7));
    crate::certain(key.less_safe_encrypt(&mut text, EncryptionContext::Iv128(FixedLength::from(iv))));
    text
}

const BLOCK: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_nist_are_met() {
        // SP 800-38A, F.2.5: the first two blocks of CBC-AES256.Encrypt.
        let digit = |letter: u8| (letter as char).to_digit(16).unwrap() as u8;
        let hex = |text: &str| -> Vec<u8> {
            text.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
        };
        let key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4").try_into().unwrap();
        let iv = hex("000102030405060708090a0b0c0d0e0f").try_into().unwrap();
        let text = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
        let encrypted = cbc_encrypt(&key, &iv, &text);
        assert_eq!(encrypted.len(), 48, "a whole block of padding");
        assert_eq!(encrypted[..32], hex("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"));
        assert_eq!(cbc_encrypt(&key, &iv, &[]).len(), 16);
    }
}
