//! The outer forms of keys: `SubjectPublicKeyInfo` (RFC 5280 §4.1) and PKCS#8 (RFC 5208, RFC 5958), in DER.
//!
//! Guarantees: a key is read only if its algorithm is, byte for byte, the one that is expected (curves therefore by
//! name), and if no byte is left over. What is inside is for the algorithms to read.

use crate::der::{self, BIT_STRING, INTEGER, OCTET_STRING, Reader, SEQUENCE};
use base::Secret;

/// What an `AlgorithmIdentifier` holds: the object identifier and, where the algorithm has them, parameters.
#[derive(Clone, Copy)]
pub(crate) struct Algorithm(&'static [u8]);

impl Algorithm {
    /// RFC 8017 appendix C; with the `NULL` that it demands.
    pub(crate) const RSA: Self = Self(&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0]);
    /// RFC 5480.
    pub(crate) const P256: Self =
        Self(&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]);
    /// RFC 5480.
    pub(crate) const P384: Self = Self(&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x22]);
    /// RFC 5480.
    pub(crate) const P521: Self = Self(&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x23]);
    /// SEC 2 §A.2.
    pub(crate) const SECP256K1: Self = Self(&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x0a]);
    /// RFC 8410.
    pub(crate) const ED25519: Self = Self(&[6, 3, 0x2b, 0x65, 0x70]);
    /// RFC 9881.
    pub(crate) const ML_DSA_44: Self = Self(&[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 0x11]);
    /// RFC 9881.
    pub(crate) const ML_DSA_65: Self = Self(&[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 0x12]);
    /// RFC 9881.
    pub(crate) const ML_DSA_87: Self = Self(&[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 0x13]);
    /// RFC 9935.
    pub(crate) const ML_KEM_512: Self = Self(&[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 1]);
    /// RFC 9935.
    pub(crate) const ML_KEM_768: Self = Self(&[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 2]);
    /// RFC 9935.
    pub(crate) const ML_KEM_1024: Self = Self(&[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 3]);

    /// A public key of this algorithm as `SubjectPublicKeyInfo`.
    pub(crate) fn public(self, key: &[u8]) -> Vec<u8> {
        let algorithm = der::element(SEQUENCE, &[self.0]);
        der::element(SEQUENCE, &[&algorithm, &der::element(BIT_STRING, &[&[0], key])])
    }

    /// The key in a `SubjectPublicKeyInfo` of this algorithm.
    pub(crate) fn public_key(self, der: &[u8]) -> Option<&[u8]> {
        let mut outer = Reader::new(der);
        let mut info = outer.sequence()?;
        let algorithm = info.expect(SEQUENCE)?;
        let key = info.bits()?;
        (outer.is_empty() && info.is_empty() && algorithm.content == self.0).then_some(key)
    }

    /// A private key of this algorithm in PKCS#8, version 1.
    pub(crate) fn private(self, key: &[u8]) -> Secret<Vec<u8>> {
        let algorithm = der::element(SEQUENCE, &[self.0]);
        // The parts that hold the key are wiped; `element` sizes its result at once.
        let key = Secret::new(der::element(OCTET_STRING, &[key]));
        Secret::new(der::element(SEQUENCE, &[&[INTEGER, 1, 0], &algorithm, key.expose()]))
    }

    /// The key in a PKCS#8 document of this algorithm, version 1 or 2.
    pub(crate) fn private_key(self, der: &[u8]) -> Option<&[u8]> {
        const ATTRIBUTES: u8 = 0xa0;
        const PUBLIC_KEY: u8 = 0x81;
        let mut outer = Reader::new(der);
        let mut info = outer.sequence()?;
        let version = info.unsigned()?;
        let algorithm = info.expect(SEQUENCE)?;
        let key = info.expect(OCTET_STRING)?;
        info.expect(ATTRIBUTES);
        if version == [1] {
            info.expect(PUBLIC_KEY);
        }
        let known = matches!(version, [0 | 1]) && algorithm.content == self.0;
        (known && outer.is_empty() && info.is_empty()).then_some(key.content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_by_its_own_algorithm_only() {
        let (public, private) = (Algorithm::ED25519.public(&[7; 32]), Algorithm::ED25519.private(&[8; 34]));
        assert_eq!(Algorithm::ED25519.public_key(&public), Some(&[7; 32][..]));
        assert_eq!(Algorithm::ED25519.private_key(private.expose()), Some(&[8; 34][..]));
        assert_eq!(Algorithm::P256.public_key(&public), None);
        assert_eq!(Algorithm::P256.private_key(private.expose()), None);
    }

    #[test]
    fn nothing_may_be_missing_or_left_over() {
        let (public, private) = (Algorithm::RSA.public(&[7; 300]), Algorithm::RSA.private(&[8; 300]));
        for length in 0..public.len() {
            assert_eq!(Algorithm::RSA.public_key(&public[..length]), None);
        }
        for length in 0..private.expose().len() {
            assert_eq!(Algorithm::RSA.private_key(&private.expose()[..length]), None);
        }
        assert_eq!(Algorithm::RSA.public_key(&[&public[..], &[0]].concat()), None);
        assert_eq!(Algorithm::RSA.private_key(&[private.expose().as_slice(), &[0]].concat()), None);
        let three = der::element(SEQUENCE, &[&[2, 1, 0], &[0x30, 5, 6, 3, 0x2b, 0x65, 0x70], &[4, 1, 7], &[4, 1, 7]]);
        assert_eq!(Algorithm::ED25519.private_key(&three), None, "an element too many");
    }
}
