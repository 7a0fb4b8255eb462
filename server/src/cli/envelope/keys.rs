//! Wrapping keys as the command line names them, and the keyrings that they become.

use super::cache::Cache;
use super::material::{Material, client_for};
use client::KmsSupplier;
use envelope::branch_keys::{FileBranchKeyStorage, KmsConfiguration};
use envelope::{
    BranchKeyStore, DEFAULT_CACHE_CAPACITY, DiscoveryFilter, EcdhCurve, HierarchicalKeyring, Keyring, KmsAgreementKey,
    KmsDiscoveryKeyring, KmsKeyring, KmsRsaAlgorithm, KmsRsaKeyring, MultiKeyring, RawAesKeyring, RawEcdhKeyring,
    RawRsaKeyring, RsaPadding,
};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A wrapping key, or a way to find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// A symmetric KMS key by id, ARN, alias or alias ARN.
    Kms(String),
    /// Whichever KMS key the message names; decrypting only.
    Discovery(Option<(String, Vec<String>)>),
    /// An AES key of the user's own.
    RawAes(RawKey),
    /// An RSA key of the user's own: the public one encrypts, the private one decrypts.
    RawRsa(RawKey, RsaPadding),
    /// A key pair of the user's own on a curve: the public key encrypts, the private one decrypts.
    RawEcdh(EcdhCurve, Material),
    /// An RSA key in KMS, by its ARN. With its public key at hand, encrypting takes no call.
    KmsRsa(String, Option<Material>, RsaPadding),
    /// A key pair in KMS that agrees on keys: anyone encrypts with its public half.
    KmsEcdh(String),
    /// A branch key.
    Branch(BranchKey),
}

/// A branch key, and the store that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BranchKey {
    pub(super) id: String,
    pub(super) store: Store,
}

/// A file of branch keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Store {
    pub(super) path: PathBuf,
    /// Its logical name.
    pub(super) name: String,
    /// The ARN of the KMS key above.
    pub(super) kms_key: String,
}

impl Store {
    /// Opens it.
    pub(super) fn open(&self, clients: &dyn KmsSupplier) -> Result<BranchKeyStore, String> {
        let storage = FileBranchKeyStorage::open(&self.path).map_err(|error| error.to_string())?;
        self.over(storage, clients)
    }

    /// The store over this storage.
    pub(super) fn over(
        &self,
        storage: FileBranchKeyStorage,
        clients: &dyn KmsSupplier,
    ) -> Result<BranchKeyStore, String> {
        let kms = client_for(clients, &self.kms_key)?;
        let configuration = KmsConfiguration::MultiRegionKey(self.kms_key.clone());
        BranchKeyStore::new(Arc::new(storage), kms, &self.name, configuration).map_err(|error| error.to_string())
    }
}

/// Reads `CURVE=SOURCE`.
pub(super) fn ecdh(text: &str) -> Result<Key, String> {
    let (curve, material) = text.split_once('=').ok_or("an ECDH key is CURVE=file:PATH or CURVE=env:NAME")?;
    let curve = EcdhCurve::from_name(curve).ok_or("a curve is ECC_NIST_P256, ECC_NIST_P384 or ECC_NIST_P521")?;
    Ok(Key::RawEcdh(curve, Material::new(material)?))
}

/// Reads `ARN` and `ARN=SOURCE`.
pub(super) fn kms_rsa(text: &str, padding: RsaPadding) -> Result<Key, String> {
    Ok(match text.split_once('=') {
        Some((arn, material)) => Key::KmsRsa(arn.to_owned(), Some(Material::new(material)?), padding),
        None => Key::KmsRsa(text.to_owned(), None, padding),
    })
}

/// How messages name a raw key, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawKey {
    namespace: String,
    name: String,
    material: Material,
}

impl RawKey {
    /// Reads `NAMESPACE/NAME=file:PATH` and its like.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let (names, material) =
            text.split_once('=').ok_or("a raw key is NAMESPACE/NAME=file:PATH, =env:NAME or =kms:KEY,PATH")?;
        let names = names.split_once('/').filter(|(namespace, name)| !namespace.is_empty() && !name.is_empty());
        let (namespace, name) = names.ok_or("a raw key has a namespace and a name: NAMESPACE/NAME=…")?;
        Ok(Self { namespace: namespace.to_owned(), name: name.to_owned(), material: Material::new(material)? })
    }
}

/// Names of paddings on the command line.
pub(super) const PADDINGS: [(&str, RsaPadding); 5] = [
    ("oaep-sha256", RsaPadding::OaepSha256),
    ("oaep-sha384", RsaPadding::OaepSha384),
    ("oaep-sha512", RsaPadding::OaepSha512),
    ("oaep-sha1", RsaPadding::OaepSha1),
    ("pkcs1", RsaPadding::Pkcs1),
];

/// The padding of a name.
pub(super) fn padding(name: &str) -> Result<RsaPadding, String> {
    let found = PADDINGS.iter().find(|(known, _)| *known == name);
    let names = || PADDINGS.map(|(name, _)| name).join(", ");
    found.map(|(_, padding)| *padding).ok_or_else(|| format!("a padding is one of {}", names()))
}

/// What is done with the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Encrypt,
    Decrypt,
}

impl Key {
    /// The keyring of this key.
    fn keyring(&self, direction: Direction, clients: &Arc<dyn KmsSupplier>) -> Result<Arc<dyn Keyring>, String> {
        let says = |error: envelope::Error| error.to_string();
        Ok(match self {
            Self::Kms(key_id) => {
                let kms = client_for(&**clients, key_id)?;
                Arc::new(KmsKeyring::multi_region(kms, key_id).map_err(says)?)
            }
            Self::Discovery(filter) => {
                let filter = match filter {
                    Some((partition, accounts)) => {
                        Some(DiscoveryFilter::new(partition, accounts.clone()).map_err(says)?)
                    }
                    None => None,
                };
                let filtered = |keyring: KmsDiscoveryKeyring| match &filter {
                    Some(filter) => keyring.with_filter(filter.clone()),
                    None => keyring,
                };
                // Multi-Region keys are used here, others where they are; without a Region, all are.
                let here = clients.default_region().and_then(|region| clients.kms(&region));
                Arc::new(filtered(match here {
                    Ok(here) => KmsDiscoveryKeyring::nearest(here, clients.clone()),
                    Err(_) => KmsDiscoveryKeyring::everywhere(clients.clone()),
                }))
            }
            Self::RawAes(key) => {
                let material = key.material.read(&**clients)?;
                let keyring = RawAesKeyring::new(&key.namespace, &key.name, material.expose());
                Arc::new(keyring.map_err(|error| format!("{}/{}: {error}", key.namespace, key.name))?)
            }
            Self::RawRsa(key, padding) => {
                let material = key.material.read(&**clients)?;
                let keyring =
                    RawRsaKeyring::new(&key.namespace, &key.name, *padding).and_then(|keyring| match direction {
                        Direction::Encrypt => keyring.with_public_key(material.expose()),
                        Direction::Decrypt => keyring.with_private_key(material.expose()),
                    });
                Arc::new(keyring.map_err(|error| format!("{}/{}: {error}", key.namespace, key.name))?)
            }
            Self::RawEcdh(curve, material) => {
                let material = material.read(&**clients)?;
                Arc::new(match direction {
                    Direction::Encrypt => {
                        RawEcdhKeyring::ephemeral_to_static(*curve, material.expose()).map_err(says)?
                    }
                    Direction::Decrypt => {
                        RawEcdhKeyring::public_key_discovery(*curve, material.expose()).map_err(says)?
                    }
                })
            }
            Self::KmsRsa(arn, public, padding) => {
                let algorithm = match padding {
                    RsaPadding::OaepSha256 => KmsRsaAlgorithm::OaepSha256,
                    RsaPadding::OaepSha1 => KmsRsaAlgorithm::OaepSha1,
                    _ => return Err("RSA keys in KMS take the paddings oaep-sha256 and oaep-sha1".into()),
                };
                let keyring = KmsRsaKeyring::new(arn, algorithm).map_err(says)?;
                let client = || client_for(&**clients, arn);
                Arc::new(match (direction, public) {
                    (Direction::Encrypt, Some(public)) => {
                        keyring.with_public_key(public.read(&**clients)?.expose()).map_err(says)?
                    }
                    (Direction::Encrypt, None) => {
                        keyring.with_client(client()?).and_then(KmsRsaKeyring::with_public_key_of_kms).map_err(says)?
                    }
                    (Direction::Decrypt, _) => keyring.with_client(client()?).map_err(says)?,
                })
            }
            Self::KmsEcdh(key_id) => {
                let kms = client_for(&**clients, key_id)?;
                let public = kms.get_public_key(key_id, &[]).map_err(|error| error.to_string())?;
                let curve = EcdhCurve::from_name(&public.key_spec).filter(|_| public.key_usage == "KEY_AGREEMENT");
                let curve = curve.ok_or_else(|| {
                    format!("{key_id} is a key {} for {}, not one for KEY_AGREEMENT", public.key_spec, public.key_usage)
                })?;
                match direction {
                    Direction::Encrypt => {
                        Arc::new(RawEcdhKeyring::ephemeral_to_static(curve, &public.der).map_err(says)?)
                    }
                    Direction::Decrypt => {
                        let key = KmsAgreementKey::with_public_key(kms, key_id, curve, Vec::new(), &public.der);
                        Arc::new(key.map_err(says)?.public_key_discovery())
                    }
                }
            }
            Self::Branch(BranchKey { id, store }) => {
                let store = Arc::new(store.open(&**clients)?);
                let keyring = HierarchicalKeyring::new(store, id, BRANCH_KEY_LIFETIME).map_err(says)?;
                let cache = Cache::new(DEFAULT_CACHE_CAPACITY, BRANCH_KEY_LIFETIME)?;
                Arc::new(keyring.with_cache(Arc::new(cache)))
            }
        })
    }
}

/// How long a branch key is kept by one process, which seldom lives so long.
const BRANCH_KEY_LIFETIME: Duration = Duration::from_secs(600);

/// The keyrings of keys, in order.
pub(super) fn keyrings(
    keys: &[Key],
    direction: Direction,
    clients: &Arc<dyn KmsSupplier>,
) -> Result<Vec<Arc<dyn Keyring>>, String> {
    keys.iter().map(|key| key.keyring(direction, clients)).collect()
}

/// One keyring of all: the first makes the data key, each wraps it; any of them unwraps it.
pub(super) fn joined(mut keyrings: Vec<Arc<dyn Keyring>>, direction: Direction) -> Result<Arc<dyn Keyring>, String> {
    if keyrings.len() > 1 {
        let generator = (direction == Direction::Encrypt).then(|| keyrings.remove(0));
        return multi(generator, keyrings);
    }
    keyrings.pop().ok_or_else(|| "no wrapping key is named".into())
}

fn multi(generator: Option<Arc<dyn Keyring>>, others: Vec<Arc<dyn Keyring>>) -> Result<Arc<dyn Keyring>, String> {
    match MultiKeyring::new(generator, others) {
        Ok(keyring) => Ok(Arc::new(keyring)),
        Err(error) => Err(error.to_string()),
    }
}
