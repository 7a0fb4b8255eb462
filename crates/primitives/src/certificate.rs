//! X.509 certificates (RFC 5280) and the private keys that belong to them, as far as a store of them needs it.
//!
//! Guarantees: what is read is DER, every byte of it accounted for; a signature is believed only if the algorithm stands
//! in the table below and is the same inside and outside of what is signed. Whether a chain is trusted for a purpose is
//! for others to decide (TLS, `attestation`); here only whether its links fit, and what its extensions say.

mod extensions;

pub use extensions::Extensions;

use crate::der::{self, Reader};
use crate::pem;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1,
    ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P384_SHA512_ASN1,
    ECDSA_P521_SHA256_ASN1, ECDSA_P521_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_ASN1_SIGNING, ED25519,
    EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_2048_8192_SHA384, UnparsedPublicKey, VerificationAlgorithm,
};
use base::Timestamp;

/// A certificate.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    signed: Vec<u8>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    public_key: Vec<u8>,
    not_before: Timestamp,
    not_after: Timestamp,
    /// What stands behind the public key: extensions, unless the certificate is of an old version.
    rest: Vec<u8>,
}

impl Certificate {
    /// Reads DER; `None` if it is no certificate.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(der);
        let mut certificate = outer.sequence()?;
        let signed = certificate.expect(der::SEQUENCE)?;
        let algorithm = certificate.expect(der::SEQUENCE)?.whole;
        let signature = certificate.bits()?;
        let mut body = Reader::new(signed.content);
        if body.peek()?.tag == 0xa0 {
            body.take()?;
        }
        body.expect(der::INTEGER)?;
        if body.expect(der::SEQUENCE)?.whole != algorithm {
            return None;
        }
        let issuer = body.expect(der::SEQUENCE)?.whole;
        let mut validity = body.sequence()?;
        let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
        let subject = body.expect(der::SEQUENCE)?.whole;
        let public_key = body.expect(der::SEQUENCE)?.whole;
        if !(outer.is_empty() && certificate.is_empty() && validity.is_empty()) {
            return None;
        }
        Some(Self {
            der: der.to_vec(),
            signed: signed.whole.to_vec(),
            algorithm: algorithm.to_vec(),
            signature: signature.to_vec(),
            issuer: issuer.to_vec(),
            subject: subject.to_vec(),
            public_key: public_key.to_vec(),
            not_before,
            not_after,
            rest: body.rest().to_vec(),
        })
    }

    /// The certificates of a PEM text, in order; `None` if anything in it is none.
    pub fn all_from_pem(text: &str) -> Option<Vec<Self>> {
        let known = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];
        let read = |block: &pem::Block| known.contains(&block.label.as_str()).then(|| Self::from_der(&block.data))?;
        pem::blocks(text)?.iter().map(read).collect()
    }

    /// All of it.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The public key as `SubjectPublicKeyInfo`.
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// From when it holds.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Until when it holds.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// What its extensions say of its place in a chain; `None` if they are malformed, or one is critical that is not known.
    pub fn extensions(&self) -> Option<Extensions> {
        Extensions::read(&self.rest)
    }

    /// Whether it says of itself that it was issued by its own subject.
    pub fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// Whether `issuer` has the name and made the signature that the certificate says.
    pub fn is_issued_by(&self, issuer: &Self) -> bool {
        self.issuer == issuer.subject && verifies(&self.algorithm, &issuer.public_key, &self.signed, &self.signature)
    }

    /// The same, for chains that know ECDSA over P-384 with SHA-384 and nothing else.
    pub fn is_issued_by_p384(&self, issuer: &Self) -> bool {
        let key = || UnparsedPublicKey::new(&ECDSA_P384_SHA384_ASN1, &issuer.public_key);
        self.algorithm == ECDSA_WITH_SHA384
            && self.issuer == issuer.subject
            && key().verify(&self.signed, &self.signature).is_ok()
    }
}

/// The public half of an unencrypted private key in PEM, as `SubjectPublicKeyInfo`.
pub fn public_half(private_key: &str) -> Result<Vec<u8>, NoKey> {
    let blocks = pem::blocks(private_key).ok_or(NoKey::Unreadable)?;
    // OpenSSL writes the parameters of a curve before the key itself.
    let mut keys = blocks.iter().filter(|block| block.label != "EC PARAMETERS");
    let (Some(block), None) = (keys.next(), keys.next()) else { return Err(NoKey::Unreadable) };
    if block.has_headers || block.label == "ENCRYPTED PRIVATE KEY" {
        return Err(NoKey::Encrypted);
    }
    let curves = [&ECDSA_P256_SHA256_ASN1_SIGNING, &ECDSA_P384_SHA384_ASN1_SIGNING, &ECDSA_P521_SHA512_ASN1_SIGNING];
    let of_curve = |read: &dyn Fn(&'static _) -> Option<EcdsaKeyPair>| {
        curves.into_iter().find_map(read).and_then(|pair| info(pair.public_key()))
    };
    let public = match block.label.as_str() {
        "RSA PRIVATE KEY" => rsa::KeyPair::from_der(&block.data).ok().and_then(|pair| info(pair.public_key())),
        "EC PRIVATE KEY" => of_curve(&|curve| EcdsaKeyPair::from_private_key_der(curve, &block.data).ok()),
        "PRIVATE KEY" => rsa::KeyPair::from_pkcs8(&block.data)
            .ok()
            .and_then(|pair| info(pair.public_key()))
            .or_else(|| of_curve(&|curve| EcdsaKeyPair::from_pkcs8(curve, &block.data).ok()))
            .or_else(|| {
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(&block.data).ok().and_then(|pair| info(pair.public_key()))
            }),
        _ => None,
    };
    public.ok_or(NoKey::Unreadable)
}

/// `ecdsa-with-SHA384`, which has no parameters (RFC 5758 §3.2).
const ECDSA_WITH_SHA384: &[u8] = &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03];

/// Why a text is no private key that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// It is none, or of an unknown kind.
    Unreadable,
    /// It is encrypted.
    Encrypted,
}

fn info(key: &impl AsDer<PublicKeyX509Der<'static>>) -> Option<Vec<u8>> {
    key.as_der().ok().map(|der| der.as_ref().to_vec())
}

fn time(validity: &mut Reader<'_>) -> Option<Timestamp> {
    let element = validity.take()?;
    let text = std::str::from_utf8(element.content).ok()?;
    let (year, rest) = match element.tag {
        der::UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            // RFC 5280 §4.1.2.5.1.
            (format!("{}{year}", if year < "50" { "20" } else { "19" }), rest)
        }
        der::GENERALIZED_TIME => text.split_at_checked(4).map(|(year, rest)| (year.to_owned(), rest))?,
        _ => return None,
    };
    let (date, time) = rest.split_at_checked(4)?;
    Timestamp::from_basic(&format!("{year}{date}T{time}")).ok()
}

/// Signature algorithms: what their `AlgorithmIdentifier` holds, and how keys of which kind verify them. SHA-1 and short
/// RSA keys are for the certificates of old roots, whose signatures nobody relies on.
fn verifies(algorithm: &[u8], key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
    const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03];
    const ED25519_ID: &[u8] = &[0x2b, 0x65, 0x70];
    let Some(id) = identifier(algorithm) else { return false };
    let algorithms: &[&'static dyn VerificationAlgorithm] = match id.split_last() {
        Some((5, RSA)) => &[&RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY],
        Some((11, RSA)) => &[&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY],
        Some((12, RSA)) => &[&RSA_PKCS1_2048_8192_SHA384],
        Some((13, RSA)) => &[&RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY],
        Some((2, ECDSA)) => &[&ECDSA_P256_SHA256_ASN1, &ECDSA_P384_SHA256_ASN1, &ECDSA_P521_SHA256_ASN1],
        Some((3, ECDSA)) => &[&ECDSA_P256_SHA384_ASN1, &ECDSA_P384_SHA384_ASN1, &ECDSA_P521_SHA384_ASN1],
        Some((4, ECDSA)) => &[&ECDSA_P256_SHA512_ASN1, &ECDSA_P384_SHA512_ASN1, &ECDSA_P521_SHA512_ASN1],
        _ if id == ED25519_ID => &[&ED25519],
        _ => return false,
    };
    let check = |algorithm: &&'static dyn VerificationAlgorithm| -> Result<(), Unspecified> {
        UnparsedPublicKey::new(*algorithm, key).verify(message, signature)
    };
    algorithms.iter().any(|algorithm| check(algorithm).is_ok())
}

fn identifier(algorithm: &[u8]) -> Option<&[u8]> {
    Reader::new(algorithm).sequence()?.expect(der::OBJECT_IDENTIFIER).map(|element| element.content)
}
