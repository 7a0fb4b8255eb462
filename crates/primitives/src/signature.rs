//! What signatures are made over, and signatures of others: RSA PKCS#1 v1.5 (RFC 8017 §8.2) and ECDSA (FIPS 186-5),
//! verification only.
//!
//! Guarantees: a key verifies under the one scheme that it was made for; RSA moduli are 2,048 to 8,192 bits; a point
//! that is not on its curve is no key. For JSON Web Signatures (RFC 7518 §3.3 and §3.4), whose ECDSA signatures are the
//! two integers side by side.

use crate::{HashAlgorithm, der};
use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256K1_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
    EcdsaVerificationAlgorithm, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};

/// What is signed.
#[derive(Clone, Copy)]
pub enum Message<'a> {
    /// The message itself.
    Raw(&'a [u8]),
    /// Its digest, made with the hash that the signature names.
    Digest(&'a [u8]),
}

impl Message<'_> {
    pub(crate) fn digest(self, hash: &'static digest::Algorithm) -> Option<Digest> {
        match self {
            Self::Raw(message) => Some(digest::digest(hash, message)),
            Self::Digest(digest) => Digest::import_less_safe(digest, hash).ok(),
        }
    }
}

/// A curve, and with it the hash that its signatures are made over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Curve {
    /// P-256 with SHA-256
    P256,
    /// P-384 with SHA-384
    P384,
    /// P-521 with SHA-512
    P521,
    /// secp256k1 with SHA-256
    Secp256k1,
}

impl Curve {
    /// The algorithm of signatures that are two integers side by side.
    fn fixed(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED,
            Self::P384 => &ECDSA_P384_SHA384_FIXED,
            Self::P521 => &ECDSA_P521_SHA512_FIXED,
            Self::Secp256k1 => &ECDSA_P256K1_SHA256_FIXED,
        }
    }

    /// Bytes of a coordinate.
    pub fn bytes(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// A public key, ready to verify.
pub struct VerifyingKey(ParsedPublicKey);

impl VerifyingKey {
    /// An RSA key from its modulus and exponent, big-endian; leading zeros are allowed. `None` if that is no key.
    pub fn rsa(modulus: &[u8], exponent: &[u8], hash: HashAlgorithm) -> Option<Self> {
        let parameters: &'static RsaParameters = match hash {
            HashAlgorithm::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
            HashAlgorithm::Sha384 => &RSA_PKCS1_2048_8192_SHA384,
            HashAlgorithm::Sha512 => &RSA_PKCS1_2048_8192_SHA512,
        };
        let key = RsaPublicKeyComponents { n: trimmed(modulus), e: trimmed(exponent) };
        key.to_parsed_public_key(parameters).ok().map(Self)
    }

    /// An elliptic curve key from the coordinates of its point, big-endian and exactly as wide as the curve's field.
    /// `None` if that is no point of the curve.
    pub fn ecdsa(curve: Curve, x: &[u8], y: &[u8]) -> Option<Self> {
        if x.len() != curve.bytes() || y.len() != curve.bytes() {
            return None;
        }
        let point = [&[4], x, y].concat();
        ParsedPublicKey::new(curve.fixed(), &point).ok().map(Self)
    }

    /// An elliptic curve key from its `SubjectPublicKeyInfo`. `None` if that is no key of the curve.
    pub fn ecdsa_info(curve: Curve, info: &[u8]) -> Option<Self> {
        // The library takes bare points as well.
        let key = ParsedPublicKey::new(curve.fixed(), info).ok();
        key.filter(|_| info.first() == Some(&der::SEQUENCE)).map(Self)
    }

    /// Whether `signature` is one of `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(VerifyingKey::rsa(&[], &[1, 0, 1], HashAlgorithm::Sha256).is_none());
        assert!(VerifyingKey::rsa(&[0xff; 256], &[0, 0], HashAlgorithm::Sha256).is_none());
        assert!(VerifyingKey::ecdsa(Curve::P256, &[1; 32], &[1; 32]).is_none(), "not on the curve");
        assert!(VerifyingKey::ecdsa(Curve::P256, &[], &[]).is_none(), "the point at infinity");
        assert!(VerifyingKey::ecdsa(Curve::P384, &[1; 32], &[1; 32]).is_none());
    }
}
