//! The value that ties together all that belongs to a ciphertext (`ciphertextDataIntegrityValue`).
//!
//! Guarantee: it tells of the parts as the side saw them that computed it, so what was changed in between, or in the
//! memory of a proxy, does not go unseen.

use crate::Sealed;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use primitives::Sha256;

/// Base64 of the SHA-256 over what the ciphertext is bound to, its metadata, IV, ciphertext and tag.
pub fn integrity_value(bound: &[u8], sealed: &Sealed) -> String {
    let mut hash = Sha256::new();
    for part in [bound, &sealed.metadata, &sealed.iv, &sealed.ciphertext, &sealed.tag] {
        hash.update(part);
    }
    STANDARD.encode(hash.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unhex<const N: usize>(text: &str) -> [u8; N] {
        let bytes: Vec<u8> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        bytes.try_into().unwrap()
    }

    /// The worked value of the specification.
    #[test]
    fn the_published_example_comes_out() {
        let sealed = Sealed {
            ciphertext: unhex::<12>("821c642b5b71783367deaf18").to_vec(),
            iv: unhex("1ccae5470f39700254779031"),
            tag: unhex("bc1c4dda7707d6812447c5955e99b261"),
            metadata: b"key_version=1".to_vec(),
        };
        let value = integrity_value(b"project=nile,department=marketing", &sealed);
        assert_eq!(value, "qHA/ImC9h5HsLRXqCyPmWgYx7tzyoTplzILbP0fPXsc=");
        let without = Sealed { metadata: Vec::new(), ..sealed };
        assert_ne!(integrity_value(b"project=nile,department=marketing", &without), value);
    }
}
