//! ML-KEM (FIPS 203): shared secrets of 32 bytes.
//!
//! Guarantees: a key is kept and written as its seed (d, then z), in PKCS#8 as RFC 9935 §6 has it; a ciphertext of the right
//! length always gives a secret, which is the sender's only if the ciphertext is (implicit rejection, FIPS 203 §6.3).

use crate::encoding::Algorithm;
use crate::ffi;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::kem::{self, AlgorithmId, DecapsulationKey, EncapsulationKey, ML_KEM_512, ML_KEM_768, ML_KEM_1024};
use base::{Rng, Secret};

/// A parameter set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MlKemSet {
    /// Category 1
    MlKem512,
    /// Category 3
    MlKem768,
    /// Category 5
    MlKem1024,
}

/// Length of a seed in bytes.
const SEED: usize = 64;

/// The tag of a seed among the forms of a private key: RFC 9935 §6.
const SEED_TAG: u8 = 0x80;

impl MlKemSet {
    /// Bytes of a ciphertext: FIPS 203 table 3.
    pub fn ciphertext_length(self) -> usize {
        match self {
            Self::MlKem512 => 768,
            Self::MlKem768 => 1088,
            Self::MlKem1024 => 1568,
        }
    }

    fn public_length(self) -> usize {
        match self {
            Self::MlKem512 => 800,
            Self::MlKem768 => 1184,
            Self::MlKem1024 => 1568,
        }
    }

    fn private_length(self) -> usize {
        match self {
            Self::MlKem512 => 1632,
            Self::MlKem768 => 2400,
            Self::MlKem1024 => 3168,
        }
    }

    fn kem(self) -> &'static kem::Algorithm<AlgorithmId> {
        match self {
            Self::MlKem512 => &ML_KEM_512,
            Self::MlKem768 => &ML_KEM_768,
            Self::MlKem1024 => &ML_KEM_1024,
        }
    }

    #[cfg(feature = "fips")]
    fn id(self) -> ffi::MlKemId {
        match self {
            Self::MlKem512 => ffi::MlKemId::MLKEM_512,
            Self::MlKem768 => ffi::MlKemId::MLKEM_768,
            Self::MlKem1024 => ffi::MlKemId::MLKEM_1024,
        }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::MlKem512 => Algorithm::ML_KEM_512,
            Self::MlKem768 => Algorithm::ML_KEM_768,
            Self::MlKem1024 => Algorithm::ML_KEM_1024,
        }
    }
}

/// A public key.
pub struct MlKemPublicKey {
    info: Vec<u8>,
    encapsulating: EncapsulationKey,
}

impl MlKemPublicKey {
    /// Reads a `SubjectPublicKeyInfo` of this parameter set.
    pub fn from_info(set: MlKemSet, der: &[u8]) -> Option<Self> {
        Self::from_raw(set, set.algorithm().public_key(der)?)
    }

    fn from_raw(set: MlKemSet, key: &[u8]) -> Option<Self> {
        let encapsulating = EncapsulationKey::new(set.kem(), key).ok()?;
        Some(Self { info: set.algorithm().public(key), encapsulating })
    }

    /// The key as `SubjectPublicKeyInfo`.
    pub fn info(&self) -> &[u8] {
        &self.info
    }

    /// A ciphertext and the secret that it carries; `None` if the key is none that FIPS 203 §7.2 admits.
    pub fn encapsulate(&self) -> Option<(Vec<u8>, Secret<Vec<u8>>)> {
        let (ciphertext, secret) = self.encapsulating.encapsulate().ok()?;
        Some((ciphertext.as_ref().to_vec(), Secret::new(secret.as_ref().to_vec())))
    }
}

/// A private key, ready for use.
pub struct MlKemPrivateKey {
    set: MlKemSet,
    seed: Secret<[u8; SEED]>,
    decapsulating: DecapsulationKey,
    public: MlKemPublicKey,
}

impl MlKemPrivateKey {
    /// Makes a key.
    pub fn generate(set: MlKemSet, rng: &dyn Rng) -> Self {
        let mut seed = Secret::new([0; SEED]);
        rng.fill_secret(seed.expose_mut());
        crate::certain(Self::from_seed(set, seed.expose()).ok_or(Unspecified))
    }

    /// The key of a seed; `None` if that has not 64 bytes.
    pub fn from_seed(set: MlKemSet, seed: &[u8]) -> Option<Self> {
        let seed: Secret<[u8; SEED]> = Secret::new(seed.try_into().ok()?);
        #[cfg(feature = "fips")]
        let key = ffi::Key::ml_kem_private(set.id(), seed.expose())?;
        #[cfg(not(feature = "fips"))]
        let key = ffi::Key::from_pkcs8(written(set, seed.expose()).expose())?;
        let decapsulating = DecapsulationKey::new(set.kem(), key.raw_private(set.private_length())?.expose()).ok()?;
        let public = MlKemPublicKey::from_raw(set, &key.raw_public(set.public_length())?)?;
        Some(Self { set, seed, decapsulating, public })
    }

    /// The seed.
    pub fn seed(&self) -> &[u8] {
        self.seed.expose()
    }

    /// The key as PKCS#8.
    pub fn pkcs8(&self) -> Secret<Vec<u8>> {
        written(self.set, self.seed.expose())
    }

    /// Its public half.
    pub fn public(&self) -> &MlKemPublicKey {
        &self.public
    }

    /// The secret that a ciphertext carries; `None` only if the ciphertext is of another length than the set's.
    pub fn decapsulate(&self, ciphertext: &[u8]) -> Option<Secret<Vec<u8>>> {
        (ciphertext.len() == self.set.ciphertext_length()).then_some(())?;
        let secret = self.decapsulating.decapsulate(ciphertext.into()).ok()?;
        Some(Secret::new(secret.as_ref().to_vec()))
    }
}

fn written(set: MlKemSet, seed: &[u8; SEED]) -> Secret<Vec<u8>> {
    let choice = Secret::new(crate::der::element(SEED_TAG, &[seed]));
    set.algorithm().private(choice.expose())
}
