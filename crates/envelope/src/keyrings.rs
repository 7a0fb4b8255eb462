//! The keyrings, and what they share: a new data key, the walk over the encrypted data keys of a message, key files.
//!
//! Guarantees: on an error the materials to decrypt with are as before, and every encrypted data key has its reason; a
//! data key of another length than the suite's is refused like one that does not unwrap.

pub(crate) mod ecdh;
mod hierarchical;
pub(crate) mod kms;
mod multi;
mod raw_aes;
mod raw_ecdh;
mod raw_rsa;
#[cfg(test)]
mod tests;

pub use ecdh::EcdhCurve;
pub use hierarchical::{BranchKeySupplier, HierarchicalKeyring, HierarchicalMetrics};
pub use kms::{
    DiscoveryFilter, KmsAgreementKey, KmsDiscoveryKeyring, KmsEcdhKeyring, KmsKeyring, KmsMultiKeyring,
    KmsRsaAlgorithm, KmsRsaKeyring,
};
pub use multi::MultiKeyring;
pub use raw_aes::RawAesKeyring;
pub use raw_ecdh::RawEcdhKeyring;
pub use raw_rsa::{RawRsaKeyring, RsaPadding};

use crate::{DataKey, DecryptionMaterials, EncryptedDataKey, EncryptionMaterials, Error, Refusal};
use base::{Rng, Secret};
use primitives::{SystemRng, pem};

/// Makes a data key if there is none yet.
pub(crate) fn ensure_data_key(materials: &mut EncryptionMaterials) -> Result<(), Error> {
    if materials.data_key().is_some() {
        return Ok(());
    }
    let mut key = Secret::new(vec![0; materials.suite.key_length()]);
    SystemRng.fill_secret(key.expose_mut());
    materials.set_data_key(DataKey::new(key))
}

/// The data key that is there.
pub(crate) fn data_key(materials: &EncryptionMaterials) -> Result<&[u8], Error> {
    let missing = || Error::Configuration("the materials have no data key".into());
    materials.data_key().map(DataKey::expose).ok_or_else(missing)
}

/// Sets the data key of the first encrypted data key that `unwrap` can unwrap; why it cannot is collected one by one.
pub(crate) fn unwrap_first(
    materials: &mut DecryptionMaterials,
    encrypted_data_keys: &[EncryptedDataKey],
    mut unwrap: impl FnMut(&DecryptionMaterials, &EncryptedDataKey) -> Result<Secret<Vec<u8>>, String>,
) -> Result<(), Error> {
    if materials.data_key().is_some() {
        return Err(Error::Configuration("the materials have a data key already".into()));
    }
    let mut refusals = Vec::new();
    for encrypted in encrypted_data_keys {
        match unwrap(materials, encrypted) {
            Ok(key) if key.expose().len() == materials.suite.key_length() => {
                return materials.set_data_key(DataKey::new(key));
            }
            Ok(key) => refusals.push(Refusal::new(
                encrypted,
                format!(
                    "holds a key of {} bytes, the suite takes {}",
                    key.expose().len(),
                    materials.suite.key_length()
                ),
            )),
            Err(reason) => refusals.push(Refusal::new(encrypted, reason)),
        }
    }
    Err(Error::NoDataKey(refusals))
}

/// Refuses the namespaces that are not free to take.
fn check_namespace(namespace: &str) -> Result<(), Error> {
    match namespace {
        kms::PROVIDER_ID => Err(Error::Configuration(format!("the key namespace {namespace} is KMS's own"))),
        _ => check_name("key namespace", namespace),
    }
}

/// Refuses what the fields of an encrypted data key cannot hold.
fn check_name(what: &str, name: &str) -> Result<(), Error> {
    /// What a field holds, less what raw AES puts behind a name.
    const LONGEST: usize = u16::MAX as usize - 20;
    match name.len() {
        0..=LONGEST => Ok(()),
        length => Err(Error::Configuration(format!("a {what} has at most {LONGEST} bytes, not {length}"))),
    }
}

/// The data of a key in DER or PEM. In PEM, the one block whose label is among `labels`; its label comes with it.
fn key_file<'l>(bytes: &[u8], labels: &[&'l str]) -> Result<(Option<&'l str>, Secret<Vec<u8>>), Error> {
    if bytes.first() == Some(&primitives::der::SEQUENCE) {
        return Ok((None, Secret::new(bytes.to_vec())));
    }
    let wrong = |what: &str| Error::Configuration(format!("{what}; wanted is {}, in PEM or DER", labels.join(" or ")));
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("this is no key"))?;
    let blocks = pem::blocks(text).ok_or_else(|| wrong("the PEM text is broken"))?;
    let mut found = blocks.iter().filter_map(|block| {
        let label = labels.iter().find(|label| **label == block.label)?;
        Some((*label, block))
    });
    match (found.next(), found.next()) {
        (Some((_, block)), None) if block.has_headers => Err(wrong("the key is encrypted")),
        (Some((label, block)), None) => Ok((Some(label), Secret::new(block.data.to_vec()))),
        (Some(_), Some(_)) => Err(wrong("there is more than one key")),
        (None, _) if blocks.iter().any(|block| block.label == "ENCRYPTED PRIVATE KEY") => {
            Err(wrong("the key is encrypted"))
        }
        (None, _) => Err(wrong("there is no such key")),
    }
}
