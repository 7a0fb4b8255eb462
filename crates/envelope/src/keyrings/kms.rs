//! Keyrings over keys in KMS.
//!
//! Guarantees: a data key is taken from KMS only when the answer names the very key that was asked for and the plaintext
//! is as long as the suite wants it. Source: AWS Encryption SDK specification, `framework/aws-kms/`.

mod arn;
mod discovery;
mod ecdh;
mod multi;
mod rsa;
mod strict;

pub use discovery::{DiscoveryFilter, KmsDiscoveryKeyring};
pub use ecdh::{KmsAgreementKey, KmsEcdhKeyring};
pub use multi::KmsMultiKeyring;
pub use rsa::{KmsRsaAlgorithm, KmsRsaKeyring};
pub use strict::KmsKeyring;

#[cfg(test)]
mod tests;

pub(crate) use arn::{KmsArn, KmsName};

use crate::{DecryptionMaterials, EncryptedDataKey, Error, Refusal};
use base::Secret;
use client::Kms;

/// The provider id of data keys under symmetric KMS keys.
pub(crate) const PROVIDER_ID: &str = "aws-kms";

/// Asks KMS for the data key in `wrapped`. `key_id` is the ARN that is sent, and that the answer has to name.
fn decrypt(
    kms: &dyn Kms,
    key_id: &str,
    wrapped: &EncryptedDataKey,
    materials: &DecryptionMaterials,
    grant_tokens: &[String],
) -> Result<Secret<Vec<u8>>, String> {
    let answer = kms
        .decrypt(key_id, &wrapped.ciphertext, None, materials.context.pairs(), grant_tokens)
        .map_err(|error| error.to_string())?;
    expect_key(key_id, &answer.key_id).map_err(|error| error.to_string())?;
    Ok(answer.plaintext)
}

/// Refuses an answer about another key than the one that was asked for.
pub(crate) fn expect_key(asked: &str, answered: &str) -> Result<(), client::Error> {
    match asked == answered {
        true => Ok(()),
        false => Err(client::Error::Answer(format!("KMS was asked for {asked} and answered with {answered}"))),
    }
}

/// Takes the first data key that `unwrap` unwraps, of those that a provider's keys wrapped.
///
/// A data key of the provider that names anything else than a KMS key's ARN was written by nobody whom AWS's clients
/// follow: the keyring fails rather than pass it over.
fn unwrap_first(
    provider_id: &str,
    materials: &mut DecryptionMaterials,
    encrypted_data_keys: &[EncryptedDataKey],
    unwrap: impl Fn(&KmsArn, &EncryptedDataKey, &DecryptionMaterials) -> Result<Secret<Vec<u8>>, String>,
) -> Result<(), Error> {
    let foreign = |key: &&EncryptedDataKey| key.provider_id == provider_id && key_arn(key).is_none();
    if let Some(key) = encrypted_data_keys.iter().find(foreign) {
        return Err(Error::NoDataKey(vec![Refusal::new(key, "the provider info is not the ARN of a KMS key")]));
    }
    super::unwrap_first(materials, encrypted_data_keys, |materials, key| match key_arn(key) {
        Some(arn) if key.provider_id == provider_id => unwrap(&arn, key, materials),
        _ => Err(format!("not of the provider {provider_id}")),
    })
}

/// The ARN of the key that wrapped a data key, if it names one.
fn key_arn(key: &EncryptedDataKey) -> Option<KmsArn> {
    std::str::from_utf8(&key.provider_info).ok()?.parse().ok().filter(KmsArn::is_key)
}
