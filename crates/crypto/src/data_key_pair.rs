//! Data key pairs: key pairs that are made here, given out, and not kept.

use crate::kind::MaterialKind;
use crate::operations::Unfit;
use base::{Rng, Secret};
use primitives::{EcPrivateKey, Ed25519PrivateKey, MlKemPrivateKey, RsaPrivateKey};

/// A key pair for a caller. Its private half is the one form of key bytes that leaves this crate.
pub struct DataKeyPair {
    /// The public half, as `SubjectPublicKeyInfo`.
    pub public: Vec<u8>,
    /// The private half, as PKCS#8; ML-KEM in seed form.
    pub private: Secret<Vec<u8>>,
}

impl DataKeyPair {
    /// Makes one of every kind that KMS offers: RSA, elliptic curves, Ed25519 and ML-KEM. Slow for RSA.
    pub fn generate(kind: MaterialKind, rng: &dyn Rng) -> Result<Self, Unfit> {
        let (public, private) = match kind {
            MaterialKind::Rsa(size) => {
                let key = RsaPrivateKey::generate(size);
                (key.public().info().to_vec(), key.pkcs8())
            }
            MaterialKind::Ec(curve) => {
                let key = EcPrivateKey::generate(curve);
                (key.public().info().to_vec(), key.pkcs8())
            }
            MaterialKind::Ed25519 => {
                let key = Ed25519PrivateKey::generate(rng);
                (key.public().info().to_vec(), key.pkcs8())
            }
            MaterialKind::MlKem(set) => {
                let key = MlKemPrivateKey::generate(set, rng);
                (key.public().info().to_vec(), key.pkcs8())
            }
            MaterialKind::Symmetric | MaterialKind::Hmac(_) | MaterialKind::MlDsa(_) => return Err(Unfit),
        };
        Ok(Self { public, private })
    }
}
