//! The signature of a whole message, header to last frame.

use crate::Error;
use primitives::{Curve, EcPrivateKey, EcPublicKey, HashAlgorithm, Hasher, Message};
use std::sync::Arc;

/// Most bytes of a footer that is written: the length and a DER signature on P-384.
pub(crate) const MAX_FOOTER_LENGTH: usize = 2 + 104;

/// Hashes a message while it is written.
pub(crate) struct Signer {
    key: Arc<EcPrivateKey>,
    hasher: Hasher,
}

impl Signer {
    pub(crate) fn new(key: Arc<EcPrivateKey>) -> Self {
        let hasher = Hasher::new(hash(key.public().curve()));
        Self { key, hasher }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// The footer: the signature behind its length.
    pub(crate) fn footer(self) -> Result<Vec<u8>, Error> {
        let failed = || Error::Configuration("the signing key does not sign".into());
        let signature = self.key.sign(Message::Digest(&self.hasher.finish())).ok_or_else(failed)?;
        let length = u16::try_from(signature.len()).map_err(|_| failed())?;
        Ok([&length.to_be_bytes(), signature.as_slice()].concat())
    }
}

/// Hashes a message while it is read.
pub(crate) struct Verifier {
    key: Arc<EcPublicKey>,
    hasher: Hasher,
}

impl Verifier {
    pub(crate) fn new(key: Arc<EcPublicKey>) -> Self {
        let hasher = Hasher::new(hash(key.curve()));
        Self { key, hasher }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// Whether this is the signature of all that was hashed.
    pub(crate) fn verifies(self, signature: &[u8]) -> bool {
        self.key.verifies(Message::Digest(&self.hasher.finish()), signature)
    }
}

fn hash(curve: Curve) -> HashAlgorithm {
    match curve {
        Curve::P256 | Curve::Secp256k1 => HashAlgorithm::Sha256,
        Curve::P384 => HashAlgorithm::Sha384,
        Curve::P521 => HashAlgorithm::Sha512,
    }
}
