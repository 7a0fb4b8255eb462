//! What key material does: each operation on the kinds that it is for, and on no other.
//!
//! Guarantees: each symmetric message is encrypted under a key derived from the material and 128 random bits, used once,
//! so there is no limit to how many messages one key may encrypt; what does not decrypt says only that it does not.

use crate::blob::{self, Blob, EncryptionContext, InvalidCiphertext, MaterialId};
use crate::envelope::{self, NONCE};
use crate::labels::MESSAGE;
use crate::material::{Key, Material};
use base::{Rng, Secret};
use primitives::{AeadKey, KdfKey, OaepHash, RsaScheme, TAG_LENGTH};
use std::fmt;

/// The material is of another kind than the operation is for, or the input not of the form that it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfit;

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key material does not do this, or not with such input")
    }
}

impl std::error::Error for Unfit {}

/// How a signature is made. The hash of ECDSA is the one of its curve, that of the others part of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SigningAlgorithm {
    /// RSA
    Rsa(RsaScheme),
    /// ECDSA, signatures in DER
    Ecdsa,
    /// Ed25519
    Ed25519,
    /// Ed25519ph
    Ed25519Ph,
    /// ML-DSA
    MlDsa,
}

/// What is signed.
#[derive(Clone, Copy)]
pub enum Message<'a> {
    /// The message itself.
    Raw(&'a [u8]),
    /// Its digest by the algorithm's hash. Ed25519ph takes it as the message, and hashes it once more.
    Digest(&'a [u8]),
    /// Its representative mu, of 64 bytes; for ML-DSA.
    ExternalMu(&'a [u8]),
}

/// Bytes of a SHA-512 digest, which is what Ed25519ph is given.
const ED25519PH_DIGEST: usize = 64;

impl Material {
    /// Encrypts a message, bound to `context`, under the name `id` that this material has in its KMS key.
    pub fn encrypt(
        &self,
        id: &MaterialId,
        rng: &dyn Rng,
        plaintext: &[u8],
        context: &EncryptionContext,
    ) -> Result<Vec<u8>, Unfit> {
        let Key::Symmetric(key) = self.key() else { return Err(Unfit) };
        let (nonce, iv) = envelope::draw(rng);
        let mut blob = Vec::with_capacity(blob::HEADER + plaintext.len() + TAG_LENGTH);
        for part in [&blob::MAGIC[..], id.as_bytes(), &nonce, &iv] {
            blob.extend_from_slice(part);
        }
        let bound = blob::bind(&blob, context);
        message_key(key, &nonce, id).seal_into(&iv, &bound, plaintext, &mut blob);
        Ok(blob)
    }

    /// Decrypts what this material encrypted in the same context.
    pub fn decrypt(&self, blob: &Blob<'_>, context: &EncryptionContext) -> Result<Secret<Vec<u8>>, InvalidCiphertext> {
        let Key::Symmetric(key) = self.key() else { return Err(InvalidCiphertext) };
        let bound = blob::bind(blob.header, context);
        message_key(key, blob.nonce, &blob.material_id).open(blob.iv, &bound, blob.body).map_err(|_| InvalidCiphertext)
    }

    /// Encrypts with RSA-OAEP, at most [`OaepHash::longest`] bytes.
    pub fn encrypt_oaep(&self, hash: OaepHash, plaintext: &[u8]) -> Result<Vec<u8>, Unfit> {
        let Key::Rsa(key) = self.key() else { return Err(Unfit) };
        key.public().encrypt(hash, plaintext).ok_or(Unfit)
    }

    /// Decrypts RSA-OAEP.
    pub fn decrypt_oaep(&self, hash: OaepHash, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, InvalidCiphertext> {
        let Key::Rsa(key) = self.key() else { return Err(InvalidCiphertext) };
        key.decrypt(hash, ciphertext).ok_or(InvalidCiphertext)
    }

    /// Signs.
    pub fn sign(&self, algorithm: SigningAlgorithm, message: Message<'_>) -> Result<Vec<u8>, Unfit> {
        match (self.key(), algorithm) {
            (Key::Rsa(key), SigningAlgorithm::Rsa(scheme)) => key.sign(scheme, message.hashed()?).ok_or(Unfit),
            (Key::Ec(key), SigningAlgorithm::Ecdsa) => key.sign(message.hashed()?).ok_or(Unfit),
            (Key::Ed25519(key), SigningAlgorithm::Ed25519) => Ok(key.sign(message.raw()?)),
            (Key::Ed25519(key), SigningAlgorithm::Ed25519Ph) => Ok(key.sign_prehashed(message.prehashed()?)),
            (Key::MlDsa(key), SigningAlgorithm::MlDsa) => match message {
                Message::ExternalMu(mu) => Ok(key.sign_mu(mu.try_into().map_err(|_| Unfit)?)),
                _ => Ok(key.sign(message.raw()?)),
            },
            _ => Err(Unfit),
        }
    }

    /// Whether `signature` is one of the message.
    pub fn verifies(&self, algorithm: SigningAlgorithm, message: Message<'_>, signature: &[u8]) -> Result<bool, Unfit> {
        match (self.key(), algorithm) {
            (Key::Rsa(key), SigningAlgorithm::Rsa(scheme)) => {
                Ok(key.public().verifies(scheme, message.hashed()?, signature))
            }
            (Key::Ec(key), SigningAlgorithm::Ecdsa) => Ok(key.public().verifies(message.hashed()?, signature)),
            (Key::Ed25519(key), SigningAlgorithm::Ed25519) => Ok(key.public().verifies(message.raw()?, signature)),
            (Key::Ed25519(key), SigningAlgorithm::Ed25519Ph) => {
                Ok(key.public().verifies_prehashed(message.prehashed()?, signature))
            }
            (Key::MlDsa(key), SigningAlgorithm::MlDsa) => match message {
                Message::ExternalMu(mu) => Ok(key.public().verifies_mu(mu.try_into().map_err(|_| Unfit)?, signature)),
                _ => Ok(key.public().verifies(message.raw()?, signature)),
            },
            _ => Err(Unfit),
        }
    }

    /// The MAC of a message.
    pub fn mac(&self, message: &[u8]) -> Result<Vec<u8>, Unfit> {
        let Key::Hmac(key) = self.key() else { return Err(Unfit) };
        Ok(key.sign(message))
    }

    /// Whether `mac` is the MAC of a message.
    pub fn verifies_mac(&self, message: &[u8], mac: &[u8]) -> Result<bool, Unfit> {
        let Key::Hmac(key) = self.key() else { return Err(Unfit) };
        Ok(key.verifies(message, mac))
    }

    /// What this key and the holder of `peer`, a `SubjectPublicKeyInfo` on the same curve, agree on: the x-coordinate.
    pub fn agree(&self, peer: &[u8]) -> Result<Secret<Vec<u8>>, Unfit> {
        let Key::Ec(key) = self.key() else { return Err(Unfit) };
        key.agree(peer).ok_or(Unfit)
    }

    /// A ciphertext and the secret that it carries.
    pub fn encapsulate(&self) -> Result<(Vec<u8>, Secret<Vec<u8>>), Unfit> {
        let Key::MlKem(key) = self.key() else { return Err(Unfit) };
        key.public().encapsulate().ok_or(Unfit)
    }

    /// The secret that a ciphertext carries. Fails only if that is of the wrong length; a wrong one of the right length
    /// gives a secret that nobody else has.
    pub fn decapsulate(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, InvalidCiphertext> {
        let Key::MlKem(key) = self.key() else { return Err(InvalidCiphertext) };
        key.decapsulate(ciphertext).ok_or(InvalidCiphertext)
    }
}

impl<'a> Message<'a> {
    fn raw(self) -> Result<&'a [u8], Unfit> {
        if let Self::Raw(message) = self { Ok(message) } else { Err(Unfit) }
    }

    fn prehashed(self) -> Result<&'a [u8], Unfit> {
        match self {
            Self::Digest(digest) if digest.len() == ED25519PH_DIGEST => Ok(digest),
            _ => Err(Unfit),
        }
    }

    fn hashed(self) -> Result<primitives::Message<'a>, Unfit> {
        match self {
            Self::Raw(message) => Ok(primitives::Message::Raw(message)),
            Self::Digest(digest) => Ok(primitives::Message::Digest(digest)),
            Self::ExternalMu(_) => Err(Unfit),
        }
    }
}

fn message_key(key: &KdfKey, nonce: &[u8; NONCE], id: &MaterialId) -> AeadKey {
    let mut context = [0; NONCE + 32];
    for (slot, byte) in context.iter_mut().zip(nonce.iter().chain(id.as_bytes())) {
        *slot = *byte;
    }
    AeadKey::new(key.derive(MESSAGE.as_bytes(), &context).expose())
}
