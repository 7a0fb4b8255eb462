//! Key material of KMS keys, of every kind, behind one handle.
//!
//! Guarantees: the bytes cannot be had, printed or compared; parsed once, used often; material that was generated here,
//! stored or imported is of the form that its kind demands; an identifier tells it from other material and tells nothing
//! else of it. What can be done with it is in `operations`.

use crate::blob::MaterialId;
use crate::error::Error;
use crate::kind::MaterialKind;
use crate::labels::MATERIAL_ID;
use base::{Rng, Secret};
use primitives::{
    EcPrivateKey, Ed25519PrivateKey, KdfKey, MacKey, MlDsaPrivateKey, MlKemPrivateKey, RsaPrivateKey, RsaSize, Sha256,
};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Key material, ready for use. Cheap to clone; wiped when the last handle goes.
#[derive(Clone)]
pub struct Material(Arc<Prepared>);

struct Prepared {
    kind: MaterialKind,
    key: Key,
    /// Tells this material from others without telling anything of it.
    print: [u8; 32],
}

/// The material in the form that its algorithm wants.
pub(crate) enum Key {
    Symmetric(KdfKey),
    Hmac(MacKey),
    Rsa(Box<RsaPrivateKey>),
    Ec(Box<EcPrivateKey>),
    Ed25519(Box<Ed25519PrivateKey>),
    MlDsa(Box<MlDsaPrivateKey>),
    MlKem(Box<MlKemPrivateKey>),
}

/// Material that was just made and belongs to nobody yet.
pub struct NewMaterial {
    material: Material,
    pub(crate) bytes: Secret<Vec<u8>>,
}

impl NewMaterial {
    /// Makes it. For RSA this takes from a tenth of a second to seconds; keys that are random bytes, seeds included, are drawn
    /// from `rng`, RSA keys and points on curves from the library's own generator.
    pub fn generate(kind: MaterialKind, rng: &dyn Rng) -> Self {
        let (material, bytes) = Material::generate(kind, rng);
        Self { material, bytes }
    }

    /// The handle.
    pub fn material(&self) -> Material {
        self.material.clone()
    }
}

/// Key material wrapped under its account's keyring: the form that is stored. It is bound to the account, not to a Region.
#[derive(Clone, Serialize, Deserialize)]
pub struct MaterialToken(pub(crate) Vec<u8>);

/// Keeps the hash of an identifier apart from every other hash in the house.
const ID_DOMAIN: &[u8] = b"fastness/material-id/v1";

/// The length of symmetric material in bytes.
pub(crate) const SYMMETRIC_LENGTH: usize = 32;

/// The longest HMAC key that is imported, in bytes. Source: KMS Developer Guide, "Importing key material".
const LONGEST_HMAC: usize = 128;

impl Material {
    fn generate(kind: MaterialKind, rng: &dyn Rng) -> (Self, Secret<Vec<u8>>) {
        let key = match kind {
            MaterialKind::Symmetric => return Self::of_bytes(kind, &random(rng, SYMMETRIC_LENGTH)),
            MaterialKind::Hmac(hash) => return Self::of_bytes(kind, &random(rng, hash.bytes())),
            MaterialKind::Rsa(size) => Key::Rsa(Box::new(RsaPrivateKey::generate(size))),
            MaterialKind::Ec(curve) => Key::Ec(Box::new(EcPrivateKey::generate(curve))),
            MaterialKind::Ed25519 => Key::Ed25519(Box::new(Ed25519PrivateKey::generate(rng))),
            MaterialKind::MlDsa(set) => Key::MlDsa(Box::new(MlDsaPrivateKey::generate(set, rng))),
            MaterialKind::MlKem(set) => Key::MlKem(Box::new(MlKemPrivateKey::generate(set, rng))),
        };
        Self::of_pair(kind, key)
    }

    /// Material that a caller brings: 32 bytes for a symmetric key, as many as the digest has and up to 128 for HMAC,
    /// PKCS#8 in DER for key pairs (two primes and exponent 65,537 for RSA, a named curve for elliptic curves). ML-DSA and
    /// ML-KEM keys are not imported. Source: KMS Developer Guide, "Importing key material".
    pub fn import(kind: MaterialKind, bytes: &Secret<Vec<u8>>) -> Result<Self, Error> {
        Self::imported(kind, bytes).map(|(material, _)| material)
    }

    pub(crate) fn imported(kind: MaterialKind, bytes: &Secret<Vec<u8>>) -> Result<(Self, Secret<Vec<u8>>), Error> {
        match kind {
            MaterialKind::MlDsa(_) | MaterialKind::MlKem(_) => Err(Error::BadMaterial),
            _ => Self::prepare(kind, bytes.expose()).ok_or(Error::BadMaterial),
        }
    }

    /// Material as it was stored.
    pub(crate) fn stored(kind: MaterialKind, bytes: &[u8]) -> Option<Self> {
        Self::prepare(kind, bytes).map(|(material, _)| material)
    }

    /// The handle of these bytes, and the form of them that is stored: the same for the same key, however it was written.
    fn prepare(kind: MaterialKind, bytes: &[u8]) -> Option<(Self, Secret<Vec<u8>>)> {
        let key = match kind {
            MaterialKind::Symmetric | MaterialKind::Hmac(_) => {
                lengths(kind).contains(&bytes.len()).then_some(())?;
                return Some(Self::of_bytes(kind, &Secret::new(bytes.to_vec())));
            }
            MaterialKind::Rsa(size) => {
                let key = RsaPrivateKey::from_pkcs8(bytes).filter(|key| key.public().size() == size)?;
                Key::Rsa(Box::new(key))
            }
            MaterialKind::Ec(curve) => Key::Ec(Box::new(EcPrivateKey::from_pkcs8(curve, bytes)?)),
            MaterialKind::Ed25519 => Key::Ed25519(Box::new(Ed25519PrivateKey::from_pkcs8(bytes)?)),
            MaterialKind::MlDsa(set) => Key::MlDsa(Box::new(MlDsaPrivateKey::from_seed(set, bytes)?)),
            MaterialKind::MlKem(set) => Key::MlKem(Box::new(MlKemPrivateKey::from_seed(set, bytes)?)),
        };
        Some(Self::of_pair(kind, key))
    }

    /// A handle of material that is bytes.
    fn of_bytes(kind: MaterialKind, bytes: &Secret<Vec<u8>>) -> (Self, Secret<Vec<u8>>) {
        let key = match kind {
            MaterialKind::Hmac(hash) => Key::Hmac(MacKey::new(hash, bytes.expose())),
            _ => Key::Symmetric(KdfKey::new(bytes.expose())),
        };
        let print = print(kind, bytes.expose());
        (Self(Arc::new(Prepared { kind, key, print })), bytes.duplicate())
    }

    /// A handle of a key pair. The public key is what tells it from others.
    fn of_pair(kind: MaterialKind, key: Key) -> (Self, Secret<Vec<u8>>) {
        let bytes = match &key {
            Key::Rsa(key) => key.pkcs8(),
            Key::Ec(key) => key.pkcs8(),
            Key::Ed25519(key) => key.pkcs8(),
            Key::MlDsa(key) => Secret::new(key.seed().to_vec()),
            Key::MlKem(key) => Secret::new(key.seed().to_vec()),
            Key::Symmetric(_) | Key::Hmac(_) => Secret::new(Vec::new()),
        };
        let print = print(kind, key.public().unwrap_or_default());
        (Self(Arc::new(Prepared { kind, key, print })), bytes)
    }

    /// What it is.
    pub fn kind(&self) -> MaterialKind {
        self.0.kind
    }

    /// About how much memory the handle takes, in KiB: what the library keeps of a key that is used, as measured.
    pub fn weight(&self) -> u32 {
        match self.0.kind {
            MaterialKind::Symmetric | MaterialKind::Hmac(_) => 1,
            MaterialKind::Ed25519 | MaterialKind::Ec(_) => 2,
            MaterialKind::MlKem(_) | MaterialKind::Rsa(RsaSize::Rsa2048) => 10,
            MaterialKind::Rsa(_) | MaterialKind::MlDsa(_) => 20,
        }
    }

    /// The public half of a key pair, as `SubjectPublicKeyInfo`. Costs nothing.
    pub fn public_key(&self) -> Option<&[u8]> {
        self.0.key.public()
    }

    /// The identifier of this material in the KMS key `key_id`.
    pub fn id(&self, key_id: &str) -> MaterialId {
        // Both ends have fixed lengths, so the key id in between cannot be read in two ways.
        let mut hash = Sha256::new();
        hash.update(ID_DOMAIN);
        hash.update(key_id.as_bytes());
        hash.update(&self.0.print);
        MaterialId(hash.finish())
    }

    pub(crate) fn key(&self) -> &Key {
        &self.0.key
    }
}

impl Key {
    fn public(&self) -> Option<&[u8]> {
        match self {
            Self::Symmetric(_) | Self::Hmac(_) => None,
            Self::Rsa(key) => Some(key.public().info()),
            Self::Ec(key) => Some(key.public().info()),
            Self::Ed25519(key) => Some(key.public().info()),
            Self::MlDsa(key) => Some(key.public().info()),
            Self::MlKem(key) => Some(key.public().info()),
        }
    }
}

/// Lengths of material that is bytes.
fn lengths(kind: MaterialKind) -> RangeInclusive<usize> {
    match kind {
        MaterialKind::Hmac(hash) => hash.bytes()..=LONGEST_HMAC,
        _ => SYMMETRIC_LENGTH..=SYMMETRIC_LENGTH,
    }
}

/// Symmetric material has an empty context, as it had before there were other kinds.
fn print(kind: MaterialKind, named_by: &[u8]) -> [u8; 32] {
    let code = [kind.code()];
    let context: &[u8] = if kind == MaterialKind::Symmetric { &[] } else { &code };
    *KdfKey::new(named_by).derive(MATERIAL_ID.as_bytes(), context).expose()
}

fn random(rng: &dyn Rng, length: usize) -> Secret<Vec<u8>> {
    let mut bytes = Secret::new(vec![0; length]);
    rng.fill_secret(bytes.expose_mut());
    bytes
}
