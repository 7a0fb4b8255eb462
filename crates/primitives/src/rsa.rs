//! RSA (RFC 8017) with moduli of 2,048, 3,072 and 4,096 bits: encryption with OAEP and PKCS#1 v1.5, signatures with PSS
//! and PKCS#1 v1.5.
//!
//! Guarantees: OAEP hashes with one function throughout and has an empty label; the salt of PSS is as long as the digest,
//! and only such signatures verify; a key read from outside has two primes, consistent numbers and the public exponent
//! 65,537; decryption fails in one way only. Making a key takes from a tenth of a second to seconds.

use crate::der::Reader;
use crate::encoding::Algorithm;
use crate::{HashAlgorithm, Message};
use aws_lc_rs::digest;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    KeyPair, KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepAlgorithm, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, Pkcs1PrivateDecryptingKey,
    Pkcs1PublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaParameters, RsaSignatureEncoding,
};
use base::Secret;
use std::sync::OnceLock;

/// 65,537.
const EXPONENT: &[u8] = &[1, 0, 1];

/// By how many bytes at least PKCS#1 v1.5 makes a text longer: RFC 8017 §7.2.1.
const PKCS1_OVERHEAD: usize = 11;

/// Length of a modulus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RsaSize {
    /// 2,048 bits
    Rsa2048,
    /// 3,072 bits
    Rsa3072,
    /// 4,096 bits
    Rsa4096,
}

impl RsaSize {
    /// Bytes of a modulus, and so of a signature and of a ciphertext.
    pub fn bytes(self) -> usize {
        match self {
            Self::Rsa2048 => 256,
            Self::Rsa3072 => 384,
            Self::Rsa4096 => 512,
        }
    }

    fn of(bytes: usize) -> Option<Self> {
        [Self::Rsa2048, Self::Rsa3072, Self::Rsa4096].into_iter().find(|size| size.bytes() == bytes)
    }
}

/// The hash of OAEP and of its mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OaepHash {
    /// SHA-1, whose collisions OAEP does not depend on
    Sha1,
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl OaepHash {
    /// The most bytes that a key of this size encrypts: RFC 8017 §7.1.1.
    pub fn longest(self, size: RsaSize) -> usize {
        let hash = match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        };
        size.bytes() - 2 * hash - 2
    }

    fn algorithm(self) -> &'static OaepAlgorithm {
        match self {
            Self::Sha1 => &OAEP_SHA1_MGF1SHA1,
            Self::Sha256 => &OAEP_SHA256_MGF1SHA256,
            Self::Sha384 => &OAEP_SHA384_MGF1SHA384,
            Self::Sha512 => &OAEP_SHA512_MGF1SHA512,
        }
    }
}

/// How a signature is padded, and over which hash it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RsaScheme {
    /// RSASSA-PSS
    Pss(HashAlgorithm),
    /// RSASSA-PKCS1-v1_5
    Pkcs1(HashAlgorithm),
}

impl RsaScheme {
    fn signing(self) -> &'static RsaSignatureEncoding {
        match self {
            Self::Pss(HashAlgorithm::Sha256) => &RSA_PSS_SHA256,
            Self::Pss(HashAlgorithm::Sha384) => &RSA_PSS_SHA384,
            Self::Pss(HashAlgorithm::Sha512) => &RSA_PSS_SHA512,
            Self::Pkcs1(HashAlgorithm::Sha256) => &RSA_PKCS1_SHA256,
            Self::Pkcs1(HashAlgorithm::Sha384) => &RSA_PKCS1_SHA384,
            Self::Pkcs1(HashAlgorithm::Sha512) => &RSA_PKCS1_SHA512,
        }
    }

    fn verifying(self) -> &'static RsaParameters {
        match self {
            Self::Pss(HashAlgorithm::Sha256) => &RSA_PSS_2048_8192_SHA256,
            Self::Pss(HashAlgorithm::Sha384) => &RSA_PSS_2048_8192_SHA384,
            Self::Pss(HashAlgorithm::Sha512) => &RSA_PSS_2048_8192_SHA512,
            Self::Pkcs1(HashAlgorithm::Sha256) => &RSA_PKCS1_2048_8192_SHA256,
            Self::Pkcs1(HashAlgorithm::Sha384) => &RSA_PKCS1_2048_8192_SHA384,
            Self::Pkcs1(HashAlgorithm::Sha512) => &RSA_PKCS1_2048_8192_SHA512,
        }
    }

    fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Pss(hash) | Self::Pkcs1(hash) => hash.digest(),
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Pss(hash) => hash as usize,
            Self::Pkcs1(hash) => SCHEMES / 2 + hash as usize,
        }
    }
}

/// How many [`RsaScheme`]s there are.
const SCHEMES: usize = 6;

/// A public key.
pub struct RsaPublicKey {
    size: RsaSize,
    info: Vec<u8>,
    /// The key as the library wants it for encryption, parsed when it is first needed.
    encrypting: OnceLock<Option<PublicEncryptingKey>>,
    /// One for each scheme, parsed when it is first needed.
    verifying: [OnceLock<Option<ParsedPublicKey>>; SCHEMES],
}

impl RsaPublicKey {
    /// Reads a `SubjectPublicKeyInfo`; `None` if that is no key of one of the three sizes.
    pub fn from_info(der: &[u8]) -> Option<Self> {
        Self::read(der).filter(|key| key.encrypting().is_some())
    }

    fn read(der: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(Algorithm::RSA.public_key(der)?);
        let mut key = outer.sequence()?;
        let (modulus, _exponent) = (key.unsigned()?, key.unsigned()?);
        if !(outer.is_empty() && key.is_empty()) || modulus.first()? < &0x80 {
            return None;
        }
        let size = RsaSize::of(modulus.len())?;
        Some(Self { size, info: der.to_vec(), encrypting: OnceLock::new(), verifying: Default::default() })
    }

    /// Reads an `RSAPublicKey` (RFC 8017 §A.1.1); `None` if that is no key of one of the three sizes.
    pub fn from_pkcs1(der: &[u8]) -> Option<Self> {
        Self::from_info(&Algorithm::RSA.public(der))
    }

    fn encrypting(&self) -> Option<PublicEncryptingKey> {
        // A copy of a key counts references.
        self.encrypting.get_or_init(|| PublicEncryptingKey::from_der(&self.info).ok()).clone()
    }

    /// The length of its modulus.
    pub fn size(&self) -> RsaSize {
        self.size
    }

    /// The key as `SubjectPublicKeyInfo`.
    pub fn info(&self) -> &[u8] {
        &self.info
    }

    /// Encrypts with OAEP; `None` if the plaintext is longer than [`OaepHash::longest`].
    pub fn encrypt(&self, hash: OaepHash, plaintext: &[u8]) -> Option<Vec<u8>> {
        if plaintext.len() > hash.longest(self.size) {
            return None;
        }
        let mut ciphertext = vec![0; self.size.bytes()];
        let key = OaepPublicEncryptingKey::new(self.encrypting()?).ok()?;
        let written = key.encrypt(hash.algorithm(), plaintext, &mut ciphertext, None).ok()?.len();
        (written == ciphertext.len()).then_some(ciphertext)
    }

    /// Encrypts with the padding of PKCS#1 v1.5 (RFC 8017 §7.2), for formats that have it; `None` if the plaintext is not
    /// at least 11 bytes shorter than the modulus.
    pub fn encrypt_pkcs1(&self, plaintext: &[u8]) -> Option<Vec<u8>> {
        if plaintext.len() + PKCS1_OVERHEAD > self.size.bytes() {
            return None;
        }
        let mut ciphertext = vec![0; self.size.bytes()];
        let key = Pkcs1PublicEncryptingKey::new(self.encrypting()?).ok()?;
        let written = key.encrypt(plaintext, &mut ciphertext).ok()?.len();
        (written == ciphertext.len()).then_some(ciphertext)
    }

    /// Whether `signature` is one of the message. A digest of another length than the hash's has none.
    pub fn verifies(&self, scheme: RsaScheme, message: Message<'_>, signature: &[u8]) -> bool {
        let Some(slot) = self.verifying.get(scheme.index()) else { return false };
        let key = slot.get_or_init(|| ParsedPublicKey::new(scheme.verifying(), &self.info).ok());
        match (key, message.digest(scheme.digest())) {
            (Some(key), Some(digest)) => key.verify_digest_sig(&digest, signature).is_ok(),
            _ => false,
        }
    }
}

/// A private key, ready for use.
pub struct RsaPrivateKey {
    signing: KeyPair,
    /// The same key as the library wants it for decryption, parsed when it is first needed.
    decrypting: OnceLock<Option<PrivateDecryptingKey>>,
    public: RsaPublicKey,
}

impl RsaPrivateKey {
    /// Makes a key. Slow, and of a time that varies.
    pub fn generate(size: RsaSize) -> Self {
        let size = match size {
            RsaSize::Rsa2048 => KeySize::Rsa2048,
            RsaSize::Rsa3072 => KeySize::Rsa3072,
            RsaSize::Rsa4096 => KeySize::Rsa4096,
        };
        let pair = crate::certain(KeyPair::generate(size));
        crate::certain(Self::new(pair).ok_or(aws_lc_rs::error::Unspecified))
    }

    /// Reads an `RSAPrivateKey` (RFC 8017 §A.1.2); `None` if that is no key of one of the three sizes, or is damaged.
    pub fn from_pkcs1(der: &[u8]) -> Option<Self> {
        Self::from_pkcs8(Algorithm::RSA.private(der).expose())
    }

    /// Reads an unencrypted PKCS#8 document; `None` if that is no key of one of the three sizes, or is damaged.
    pub fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(Algorithm::RSA.private_key(der)?);
        let mut key = outer.sequence()?;
        // Version 0 has two primes.
        let (version, _modulus, exponent) = (key.unsigned()?, key.unsigned()?, key.unsigned()?);
        if version != [0] || exponent != EXPONENT || !outer.is_empty() {
            return None;
        }
        Self::new(KeyPair::from_pkcs8(der).ok()?)
    }

    fn new(pair: KeyPair) -> Option<Self> {
        let public = RsaPublicKey::read(pair.public_key().as_der().ok()?.as_ref())?;
        Some(Self { signing: pair, decrypting: OnceLock::new(), public })
    }

    /// The key as PKCS#8, always the same bytes for the same key.
    pub fn pkcs8(&self) -> Secret<Vec<u8>> {
        Secret::new(crate::certain(self.signing.as_der()).as_ref().to_vec())
    }

    /// Its public half.
    pub fn public(&self) -> &RsaPublicKey {
        &self.public
    }

    /// Signs; `None` if a digest has not the length of the scheme's hash.
    pub fn sign(&self, scheme: RsaScheme, message: Message<'_>) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.public.size.bytes()];
        match message {
            Message::Raw(message) => {
                self.signing.sign(scheme.signing(), &SystemRandom::new(), message, &mut signature).ok()?;
            }
            Message::Digest(_) => {
                let digest = message.digest(scheme.digest())?;
                self.signing.sign_digest(scheme.signing(), &digest, &mut signature).ok()?;
            }
        }
        Some(signature)
    }

    /// Decrypts what was encrypted with OAEP and the same hash.
    pub fn decrypt(&self, hash: OaepHash, ciphertext: &[u8]) -> Option<Secret<Vec<u8>>> {
        let key = OaepPrivateDecryptingKey::new(self.decrypting()?).ok()?;
        let mut plaintext = Secret::new(vec![0; self.public.size.bytes()]);
        let length = key.decrypt(hash.algorithm(), ciphertext, plaintext.expose_mut(), None).ok()?.len();
        plaintext.expose_mut().truncate(length);
        Some(plaintext)
    }

    /// Decrypts what was encrypted with the padding of PKCS#1 v1.5. Whether this succeeds tells who may choose ciphertexts
    /// what others hold (Bleichenbacher): nothing that answers strangers may let them know.
    pub fn decrypt_pkcs1(&self, ciphertext: &[u8]) -> Option<Secret<Vec<u8>>> {
        let key = Pkcs1PrivateDecryptingKey::new(self.decrypting()?).ok()?;
        let mut plaintext = Secret::new(vec![0; self.public.size.bytes()]);
        let length = key.decrypt(ciphertext, plaintext.expose_mut()).ok()?.len();
        plaintext.expose_mut().truncate(length);
        Some(plaintext)
    }

    fn decrypting(&self) -> Option<PrivateDecryptingKey> {
        self.decrypting.get_or_init(|| PrivateDecryptingKey::from_pkcs8(self.pkcs8().expose()).ok()).clone()
    }
}
