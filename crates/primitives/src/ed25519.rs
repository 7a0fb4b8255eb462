//! Ed25519 and Ed25519ph (RFC 8032, FIPS 186-5 §7).
//!
//! Guarantee: a signature of one of the two never verifies as one of the other. Ed25519ph takes the message, not its
//! digest: it hashes by itself, and has an empty context here.

use crate::encoding::Algorithm;
use crate::ffi;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, ParsedPublicKey};
use base::{Rng, Secret};

/// A public key.
pub struct Ed25519PublicKey {
    raw: [u8; 32],
    info: Vec<u8>,
    verifying: ParsedPublicKey,
}

impl Ed25519PublicKey {
    /// Reads a `SubjectPublicKeyInfo`.
    pub fn from_info(der: &[u8]) -> Option<Self> {
        Self::from_raw(Algorithm::ED25519.public_key(der)?)
    }

    fn from_raw(key: &[u8]) -> Option<Self> {
        let raw = key.try_into().ok()?;
        let verifying = ParsedPublicKey::new(&ED25519, key).ok()?;
        Some(Self { raw, info: Algorithm::ED25519.public(key), verifying })
    }

    /// The key as `SubjectPublicKeyInfo`.
    pub fn info(&self) -> &[u8] {
        &self.info
    }

    /// Whether `signature` is an Ed25519 signature of `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifying.verify_sig(message, signature).is_ok()
    }

    /// Whether `signature` is an Ed25519ph signature of `message`.
    pub fn verifies_prehashed(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.try_into().is_ok_and(|signature| ffi::ed25519ph_verifies(message, signature, &self.raw))
    }
}

/// A private key, ready for use.
pub struct Ed25519PrivateKey {
    signing: Ed25519KeyPair,
    /// The seed, then the public key: the form that Ed25519ph wants.
    whole: Secret<[u8; 64]>,
    public: Ed25519PublicKey,
}

impl Ed25519PrivateKey {
    /// Makes a key.
    pub fn generate(rng: &dyn Rng) -> Self {
        let mut seed = Secret::new([0; 32]);
        rng.fill_secret(seed.expose_mut());
        let key = Ed25519KeyPair::from_seed_unchecked(seed.expose()).ok().and_then(Self::new);
        crate::certain(key.ok_or(aws_lc_rs::error::Unspecified))
    }

    /// Reads an unencrypted PKCS#8 document, with or without the public key.
    pub fn from_pkcs8(der: &[u8]) -> Option<Self> {
        // The key is an octet string in an octet string: RFC 8410 §7.
        matches!(Algorithm::ED25519.private_key(der)?, [4, 32, seed @ ..] if seed.len() == 32).then_some(())?;
        Self::new(Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok()?)
    }

    fn new(pair: Ed25519KeyPair) -> Option<Self> {
        let public = Ed25519PublicKey::from_raw(pair.public_key().as_ref())?;
        let seed = aws_lc_rs::encoding::AsBigEndian::as_be_bytes(&pair.seed().ok()?).ok()?;
        let mut whole = Secret::new([0; 64]);
        for (slot, byte) in whole.expose_mut().iter_mut().zip(seed.as_ref().iter().chain(&public.raw)) {
            *slot = *byte;
        }
        Some(Self { signing: pair, whole, public })
    }

    /// The key as PKCS#8, always the same bytes for the same key: version 1, without the public key, as OpenSSL writes it.
    pub fn pkcs8(&self) -> Secret<Vec<u8>> {
        let document: Result<aws_lc_rs::encoding::Pkcs8V1Der<'_>, _> = self.signing.as_der();
        Secret::new(crate::certain(document).as_ref().to_vec())
    }

    /// Its public half.
    pub fn public(&self) -> &Ed25519PublicKey {
        &self.public
    }

    /// An Ed25519 signature.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        crate::certain(self.signing.try_sign(message)).as_ref().to_vec()
    }

    /// An Ed25519ph signature.
    pub fn sign_prehashed(&self, message: &[u8]) -> Vec<u8> {
        let signature = ffi::ed25519ph_sign(message, self.whole.expose());
        crate::certain(signature.ok_or(aws_lc_rs::error::Unspecified)).to_vec()
    }
}
