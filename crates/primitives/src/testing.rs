//! The other ends of what the house verifies and seals: keys that sign and open, for tests only.

use aws_lc_rs::cipher::{AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair,
};

/// A key pair over P-384, signing with SHA-384.
pub struct P384Signer {
    asn1: EcdsaKeyPair,
    fixed: EcdsaKeyPair,
}

impl P384Signer {
    /// A new one.
    #[allow(clippy::new_without_default, reason = "each is another")]
    pub fn new() -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, &SystemRandom::new());
        let pkcs8 = pkcs8.expect("a key pair can be made");
        let read = |algorithm: &'static EcdsaSigningAlgorithm| EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref());
        Self {
            asn1: read(&ECDSA_P384_SHA384_ASN1_SIGNING).expect("it was just made"),
            fixed: read(&ECDSA_P384_SHA384_FIXED_SIGNING).expect("it was just made"),
        }
    }

    /// Its public half as `SubjectPublicKeyInfo`.
    pub fn info(&self) -> Vec<u8> {
        AsDer::<PublicKeyX509Der<'_>>::as_der(self.asn1.public_key()).expect("it is a key").as_ref().to_vec()
    }

    /// A signature in DER, as certificates have it.
    pub fn sign_asn1(&self, message: &[u8]) -> Vec<u8> {
        self.asn1.sign(&SystemRandom::new(), message).expect("it signs").as_ref().to_vec()
    }

    /// The two integers side by side, as COSE and JOSE have it.
    pub fn sign_fixed(&self, message: &[u8]) -> Vec<u8> {
        self.fixed.sign(&SystemRandom::new(), message).expect("it signs").as_ref().to_vec()
    }
}

/// An RSA key pair of 2,048 bits that opens what was encrypted to it.
pub struct RsaOpener(PrivateDecryptingKey);

impl RsaOpener {
    /// A new one.
    #[allow(clippy::new_without_default, reason = "each is another")]
    pub fn new() -> Self {
        Self(PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("a key pair can be made"))
    }

    /// Its public half as `SubjectPublicKeyInfo`.
    pub fn info(&self) -> Vec<u8> {
        AsDer::<PublicKeyX509Der<'_>>::as_der(&self.0.public_key()).expect("it is a key").as_ref().to_vec()
    }

    /// Its private half as PKCS #8, for programs that open for themselves.
    pub fn pkcs8(&self) -> Vec<u8> {
        AsDer::<Pkcs8V1Der<'_>>::as_der(&self.0).expect("it is a key").as_ref().to_vec()
    }

    /// Opens RSAES-OAEP with SHA-256; `None` if it was not encrypted to this key.
    pub fn open_oaep_sha256(&self, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let key = OaepPrivateDecryptingKey::new(self.0.clone()).ok()?;
        let mut plaintext = vec![0; key.min_output_size()];
        let opened = key.decrypt(&OAEP_SHA256_MGF1SHA256, ciphertext, &mut plaintext, None).ok()?;
        Some(opened.to_vec())
    }
}

/// Opens AES-256-CBC with PKCS #7 padding; `None` if the padding is wrong.
pub fn cbc_decrypt(key: &[u8; 32], iv: &[u8; 16], ciphertext: &[u8]) -> Option<Vec<u8>> {
    let key = UnboundCipherKey::new(&AES_256, key).and_then(PaddedBlockDecryptingKey::cbc_pkcs7).ok()?;
    let mut buffer = ciphertext.to_vec();
    let opened = key.decrypt(&mut buffer, DecryptionContext::Iv128(FixedLength::from(iv))).ok()?;
    Some(opened.to_vec())
}
