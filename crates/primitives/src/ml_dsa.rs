//! ML-DSA (FIPS 204): pure, with an empty context, over a message or over its representative mu.
//!
//! Guarantees: a key is kept and written as its seed; a signature over mu and one over the message that mu was made of
//! verify alike. Signatures are hedged with fresh randomness.

use crate::encoding::Algorithm;
use crate::ffi::{self, MlDsaId};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{
    KeyPair as _, ML_DSA_44, ML_DSA_44_SIGNING, ML_DSA_65, ML_DSA_65_SIGNING, ML_DSA_87, ML_DSA_87_SIGNING,
    ParsedPublicKey, PqdsaKeyPair, PqdsaSigningAlgorithm, PqdsaVerificationAlgorithm,
};
use base::{Rng, Secret};
use std::sync::OnceLock;

/// A parameter set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MlDsaSet {
    /// Category 2
    MlDsa44,
    /// Category 3
    MlDsa65,
    /// Category 5
    MlDsa87,
}

/// Length of mu in bytes: FIPS 204 §6.2.
pub const MU_LENGTH: usize = 64;

/// Length of a seed in bytes.
const SEED: usize = 32;

impl MlDsaSet {
    fn signing(self) -> &'static PqdsaSigningAlgorithm {
        match self {
            Self::MlDsa44 => &ML_DSA_44_SIGNING,
            Self::MlDsa65 => &ML_DSA_65_SIGNING,
            Self::MlDsa87 => &ML_DSA_87_SIGNING,
        }
    }

    fn verifying(self) -> &'static PqdsaVerificationAlgorithm {
        match self {
            Self::MlDsa44 => &ML_DSA_44,
            Self::MlDsa65 => &ML_DSA_65,
            Self::MlDsa87 => &ML_DSA_87,
        }
    }

    fn id(self) -> MlDsaId {
        match self {
            Self::MlDsa44 => MlDsaId::MLDSA_44,
            Self::MlDsa65 => MlDsaId::MLDSA_65,
            Self::MlDsa87 => MlDsaId::MLDSA_87,
        }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::MlDsa44 => Algorithm::ML_DSA_44,
            Self::MlDsa65 => Algorithm::ML_DSA_65,
            Self::MlDsa87 => Algorithm::ML_DSA_87,
        }
    }
}

/// A public key.
pub struct MlDsaPublicKey {
    set: MlDsaSet,
    info: Vec<u8>,
    verifying: ParsedPublicKey,
    /// The same key for signatures over mu, parsed when it is first needed.
    verifying_mu: OnceLock<Option<ffi::Key>>,
}

impl MlDsaPublicKey {
    /// Reads a `SubjectPublicKeyInfo` of this parameter set.
    pub fn from_info(set: MlDsaSet, der: &[u8]) -> Option<Self> {
        Self::from_raw(set, set.algorithm().public_key(der)?)
    }

    fn from_raw(set: MlDsaSet, key: &[u8]) -> Option<Self> {
        let right = key.len() == set.signing().public_key_len();
        let verifying = ParsedPublicKey::new(set.verifying(), right.then_some(key)?).ok()?;
        Some(Self { set, info: set.algorithm().public(key), verifying, verifying_mu: OnceLock::new() })
    }

    /// The key as `SubjectPublicKeyInfo`.
    pub fn info(&self) -> &[u8] {
        &self.info
    }

    /// Whether `signature` is one of `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifying.verify_sig(message, signature).is_ok()
    }

    /// Whether `signature` is one of the message whose representative is `mu`.
    pub fn verifies_mu(&self, mu: &[u8; MU_LENGTH], signature: &[u8]) -> bool {
        let parse = || ffi::Key::ml_dsa_public(self.set.id(), self.set.algorithm().public_key(&self.info)?);
        self.verifying_mu.get_or_init(parse).as_ref().is_some_and(|key| key.verifies_digest(mu, signature))
    }
}

/// A private key, ready for use.
pub struct MlDsaPrivateKey {
    seed: Secret<[u8; SEED]>,
    signing: PqdsaKeyPair,
    /// The same key for signatures over mu, expanded when it is first needed.
    signing_mu: OnceLock<Option<ffi::Key>>,
    public: MlDsaPublicKey,
}

impl MlDsaPrivateKey {
    /// Makes a key.
    pub fn generate(set: MlDsaSet, rng: &dyn Rng) -> Self {
        let mut seed = Secret::new([0; SEED]);
        rng.fill_secret(seed.expose_mut());
        crate::certain(Self::from_seed(set, seed.expose()).ok_or(Unspecified))
    }

    /// The key of a seed; `None` if that has not 32 bytes.
    pub fn from_seed(set: MlDsaSet, seed: &[u8]) -> Option<Self> {
        let signing = PqdsaKeyPair::from_seed(set.signing(), seed).ok()?;
        let public = MlDsaPublicKey::from_raw(set, signing.public_key().as_ref())?;
        let seed = Secret::new(seed.try_into().ok()?);
        Some(Self { seed, signing, signing_mu: OnceLock::new(), public })
    }

    /// The seed.
    pub fn seed(&self) -> &[u8] {
        self.seed.expose()
    }

    /// Its public half.
    pub fn public(&self) -> &MlDsaPublicKey {
        &self.public
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.public.set.signing().signature_len()];
        let length = crate::certain(self.signing.sign(message, &mut signature));
        signature.truncate(length);
        signature
    }

    /// Signs the message whose representative is `mu`.
    pub fn sign_mu(&self, mu: &[u8; MU_LENGTH]) -> Vec<u8> {
        let set = self.public.set;
        let key = self.signing_mu.get_or_init(|| ffi::Key::ml_dsa_private(set.id(), self.seed.expose()));
        let signature = key.as_ref().and_then(|key| key.sign_digest(mu, set.signing().signature_len()));
        crate::certain(signature.ok_or(Unspecified))
    }
}
