//! RSAES-OAEP with SHA-256 (RFC 8017 §7.1; MGF1 with the same hash, empty label) to the public keys of others.
//!
//! Guarantees: moduli are 2,048 to 8,192 bits; what is encrypted fits by its type. The library draws the seed.

use crate::der::{self, Reader};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};

/// A public key that short secrets, such as keys, are encrypted to.
pub struct OaepSha256Key(OaepPublicEncryptingKey);

impl OaepSha256Key {
    /// Reads a `SubjectPublicKeyInfo`; `None` if it is no RSA key of a length that is safe.
    pub fn from_info(info: &[u8]) -> Option<Self> {
        // The library is content with bytes behind the key.
        let mut reader = Reader::new(info);
        reader.sequence()?.expect(der::SEQUENCE)?;
        reader.is_empty().then_some(())?;
        OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(info).ok()?).ok().map(Self)
    }

    /// Encrypts a key of 256 bits, which is shorter than anything that the modulus cannot take.
    pub fn encrypt(&self, key: &[u8; 32]) -> Vec<u8> {
        let mut ciphertext = vec![0; self.0.ciphertext_size()];
        let length = crate::certain(self.0.encrypt(&OAEP_SHA256_MGF1SHA256, key, &mut ciphertext, None)).len();
        ciphertext.truncate(length);
        ciphertext
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_rsa_key_is_refused() {
        let point = include_str!("../tests/main/certificates/leaf.pem");
        let certificate = crate::Certificate::all_from_pem(point).unwrap().remove(0);
        for info in [&[][..], &[0x30, 0x00], certificate.der()] {
            assert!(OaepSha256Key::from_info(info).is_none());
        }
    }
}
