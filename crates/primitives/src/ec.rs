//! Elliptic curves P-256, P-384, P-521 and secp256k1: ECDSA (FIPS 186-5) and, on the curves of NIST, ECDH (SP 800-56A).
//!
//! Guarantees: a signature is made over the one hash of its curve, in DER; keys name their curve and points lie on it;
//! what two parties agree on is the x-coordinate, as long as the field.

use crate::der::{INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Reader};
use crate::encoding::Algorithm;
use crate::{Curve, Message, ffi};
use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::digest;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256K1_SHA256_ASN1, ECDSA_P256K1_SHA256_ASN1_SIGNING,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, KeyPair as _, ParsedPublicKey,
};
use base::Secret;
use std::sync::OnceLock;

impl Curve {
    fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
            Self::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
            Self::P521 => &ECDSA_P521_SHA512_ASN1_SIGNING,
            Self::Secp256k1 => &ECDSA_P256K1_SHA256_ASN1_SIGNING,
        }
    }

    fn verifying(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_ASN1,
            Self::P384 => &ECDSA_P384_SHA384_ASN1,
            Self::P521 => &ECDSA_P521_SHA512_ASN1,
            Self::Secp256k1 => &ECDSA_P256K1_SHA256_ASN1,
        }
    }

    fn agreement(self) -> Option<&'static agreement::Algorithm> {
        match self {
            Self::P256 => Some(&ECDH_P256),
            Self::P384 => Some(&ECDH_P384),
            Self::P521 => Some(&ECDH_P521),
            Self::Secp256k1 => None,
        }
    }

    fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::P256 | Self::Secp256k1 => &digest::SHA256,
            Self::P384 => &digest::SHA384,
            Self::P521 => &digest::SHA512,
        }
    }

    fn group(self) -> ffi::Group {
        match self {
            Self::P256 => ffi::Group::P256,
            Self::P384 => ffi::Group::P384,
            Self::P521 => ffi::Group::P521,
            Self::Secp256k1 => ffi::Group::SECP256K1,
        }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::P256 => Algorithm::P256,
            Self::P384 => Algorithm::P384,
            Self::P521 => Algorithm::P521,
            Self::Secp256k1 => Algorithm::SECP256K1,
        }
    }
}

/// A public key.
pub struct EcPublicKey {
    curve: Curve,
    info: Vec<u8>,
    verifying: ParsedPublicKey,
}

impl EcPublicKey {
    /// Reads a `SubjectPublicKeyInfo`; `None` if that is no key of this curve.
    pub fn from_info(curve: Curve, der: &[u8]) -> Option<Self> {
        Self::from_point(curve, curve.algorithm().public_key(der)?).filter(|key| {
            // A compressed point is the same key in another form, and stays in it.
            key.info == der || is_compressed(curve.algorithm().public_key(der))
        })
    }

    fn from_point(curve: Curve, point: &[u8]) -> Option<Self> {
        matches!(point.first()?, 2..=4).then_some(())?;
        let verifying = ParsedPublicKey::new(curve.verifying(), point).ok()?;
        Some(Self { curve, info: curve.algorithm().public(point), verifying })
    }

    /// Reads a point in SEC 1's compressed form; `None` if that is no point of this curve. What [`info`](Self::info) gives
    /// of it is not compressed.
    pub fn from_compressed(curve: Curve, point: &[u8]) -> Option<Self> {
        (is_compressed(Some(point)) && point.len() == 1 + curve.bytes()).then_some(())?;
        Self::from_point(curve, &ffi::uncompressed_point(curve.group(), point, 1 + 2 * curve.bytes())?)
    }

    /// The point in SEC 1's compressed form.
    pub fn compressed(&self) -> Vec<u8> {
        let point = self.curve.algorithm().public_key(&self.info).unwrap_or_default();
        match (point.split_first(), point.last()) {
            (Some((4, coordinates)), Some(last)) => {
                let (x, _) = coordinates.split_at_checked(self.curve.bytes()).unwrap_or_default();
                [&[2 | last & 1], x].concat()
            }
            _ => point.to_vec(),
        }
    }

    /// Its curve.
    pub fn curve(&self) -> Curve {
        self.curve
    }

    /// The key as `SubjectPublicKeyInfo`.
    pub fn info(&self) -> &[u8] {
        &self.info
    }

    /// Whether `signature`, in DER, is one of the message. A digest of another length than the hash's has none.
    pub fn verifies(&self, message: Message<'_>, signature: &[u8]) -> bool {
        let digest = message.digest(self.curve.digest());
        digest.is_some_and(|digest| self.verifying.verify_digest_sig(&digest, signature).is_ok())
    }
}

fn is_compressed(point: Option<&[u8]>) -> bool {
    point.and_then(|point| point.first()).is_some_and(|form| matches!(form, 2 | 3))
}

/// A private key, ready for use.
pub struct EcPrivateKey {
    signing: EcdsaKeyPair,
    /// The same key as the library wants it for agreements, parsed when it is first needed.
    agreeing: OnceLock<Option<PrivateKey>>,
    public: EcPublicKey,
}

impl EcPrivateKey {
    /// Makes a key.
    pub fn generate(curve: Curve) -> Self {
        let pair = crate::certain(EcdsaKeyPair::generate(curve.signing()));
        crate::certain(Self::new(curve, pair).ok_or(Unspecified))
    }

    /// Reads an unencrypted PKCS#8 document; `None` if that is no key of this curve, or one whose halves do not fit.
    pub fn from_pkcs8(curve: Curve, der: &[u8]) -> Option<Self> {
        is_private_key(curve.algorithm().private_key(der)?).then_some(())?;
        Self::new(curve, EcdsaKeyPair::from_pkcs8(curve.signing(), der).ok()?)
    }

    fn new(curve: Curve, pair: EcdsaKeyPair) -> Option<Self> {
        let public = EcPublicKey::from_point(curve, pair.public_key().as_ref())?;
        Some(Self { signing: pair, agreeing: OnceLock::new(), public })
    }

    /// The key as PKCS#8, always the same bytes for the same key.
    pub fn pkcs8(&self) -> Secret<Vec<u8>> {
        Secret::new(crate::certain(self.signing.to_pkcs8v1()).as_ref().to_vec())
    }

    /// Its public half.
    pub fn public(&self) -> &EcPublicKey {
        &self.public
    }

    /// Signs, in DER; `None` if a digest has not the length of the curve's hash.
    pub fn sign(&self, message: Message<'_>) -> Option<Vec<u8>> {
        let signature = match message {
            Message::Raw(message) => self.signing.sign(&SystemRandom::new(), message),
            Message::Digest(_) => self.signing.sign_digest(&message.digest(self.public.curve.digest())?),
        };
        Some(signature.ok()?.as_ref().to_vec())
    }

    /// What this key and the holder of `peer`, a `SubjectPublicKeyInfo` on the same curve, agree on. `None` if that is no
    /// such key, and on secp256k1.
    pub fn agree(&self, peer: &[u8]) -> Option<Secret<Vec<u8>>> {
        let curve = self.public.curve;
        let algorithm = curve.agreement()?;
        let point = curve.algorithm().public_key(peer).filter(|point| matches!(point.first(), Some(2..=4)))?;
        let key = self.agreeing.get_or_init(|| PrivateKey::from_private_key_der(algorithm, self.pkcs8().expose()).ok());
        let peer = UnparsedPublicKey::new(algorithm, point);
        agreement::agree(key.as_ref()?, peer, (), |secret| Ok(Secret::new(secret.to_vec()))).ok()
    }
}

/// Whether this is an `ECPrivateKey` (RFC 5915) that, if it says its curve again, says it by name.
fn is_private_key(der: &[u8]) -> bool {
    const PARAMETERS: u8 = 0xa0;
    const PUBLIC_KEY: u8 = 0xa1;
    let read = || {
        let mut outer = Reader::new(der);
        let mut key = outer.sequence()?;
        let version = key.expect(INTEGER)?;
        key.expect(OCTET_STRING)?;
        if let Some(parameters) = key.expect(PARAMETERS) {
            Reader::new(parameters.content).expect(OBJECT_IDENTIFIER)?;
        }
        key.expect(PUBLIC_KEY);
        Some(version.content == [1] && outer.is_empty() && key.is_empty())
    };
    read() == Some(true)
}
