//! Wrapping keys as the command line names them, and the keyrings that they become.

use super::material::{Material, client_for};
use client::KmsSupplier;
use envelope::{
    DiscoveryFilter, Keyring, KmsDiscoveryKeyring, KmsKeyring, MultiKeyring, RawAesKeyring, RawRsaKeyring, RsaPadding,
};
use std::sync::Arc;

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
        })
    }
}

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
