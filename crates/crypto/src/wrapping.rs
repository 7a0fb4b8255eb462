//! Wrapping keys: what callers encrypt the key material with that they import.
//!
//! Guarantees: the private half exists only in this handle and, sealed, in the import token; what does not unwrap says
//! only that it does not. RSA_AES_KEY_WRAP is RSA-OAEP of an AES-256 key, as long as the modulus, then AES-KWP under that
//! key (RFC 5649). Source: KMS Developer Guide, "Encrypt the key material".

use crate::blob::InvalidCiphertext;
use crate::purpose::{InvalidToken, PurposeKey};
use base::{Rng, Secret};
use primitives::{OaepHash, RsaPrivateKey, RsaSize, key_wrap};

/// How imported material is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WrappingAlgorithm {
    /// RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256
    Oaep(OaepHash),
    /// RSA_AES_KEY_WRAP_SHA_1, RSA_AES_KEY_WRAP_SHA_256
    RsaAesKeyWrap(OaepHash),
}

/// A wrapping key pair.
pub struct WrappingKey(RsaPrivateKey);

/// Length of the AES key of RSA_AES_KEY_WRAP.
const AES_KEY: usize = 32;

impl WrappingKey {
    /// Makes one. Slow.
    pub fn generate(size: RsaSize) -> Self {
        Self(RsaPrivateKey::generate(size))
    }

    /// The public half, as `SubjectPublicKeyInfo`.
    pub fn public_key(&self) -> &[u8] {
        self.0.public().info()
    }

    /// A token that holds the private half and `claims`, at most 65,535 bytes, for the same `context` later.
    pub fn seal(&self, key: &PurposeKey<'_>, rng: &dyn Rng, context: &[u8], claims: &[u8]) -> String {
        let private = self.0.pkcs8();
        let length = u16::try_from(claims.len()).unwrap_or(u16::MAX).to_be_bytes();
        let mut content = Secret::new(Vec::with_capacity(length.len() + claims.len() + private.expose().len()));
        for part in [&length[..], claims, private.expose()] {
            content.expose_mut().extend_from_slice(part);
        }
        key.seal(rng, context, content.expose())
    }

    /// The key that a token holds, and its claims.
    pub fn open(key: &PurposeKey<'_>, context: &[u8], token: &str) -> Result<(Self, Vec<u8>), InvalidToken> {
        let content = key.open_secret(context, token)?;
        Self::read(content.expose()).ok_or(InvalidToken)
    }

    fn read(content: &[u8]) -> Option<(Self, Vec<u8>)> {
        let (length, rest) = content.split_first_chunk()?;
        let (claims, private) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        Some((Self(RsaPrivateKey::from_pkcs8(private)?), claims.to_vec()))
    }

    /// The material that was wrapped.
    pub fn unwrap(&self, algorithm: WrappingAlgorithm, wrapped: &[u8]) -> Result<Secret<Vec<u8>>, InvalidCiphertext> {
        let unwrapped = match algorithm {
            WrappingAlgorithm::Oaep(hash) => self.0.decrypt(hash, wrapped),
            WrappingAlgorithm::RsaAesKeyWrap(hash) => self.unwrap_twice(hash, wrapped),
        };
        unwrapped.ok_or(InvalidCiphertext)
    }

    fn unwrap_twice(&self, hash: OaepHash, wrapped: &[u8]) -> Option<Secret<Vec<u8>>> {
        let (key, material) = wrapped.split_at_checked(self.0.public().size().bytes())?;
        let key = self.0.decrypt(hash, key).filter(|key| key.expose().len() == AES_KEY)?;
        key_wrap::unwrap_padded(key.expose(), material)
    }
}
