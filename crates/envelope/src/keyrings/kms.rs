//! Keyrings over keys in KMS.
//!
//! Guarantees: a data key is taken from KMS only when the answer names the very key that was asked for and the plaintext
//! is as long as the suite wants it. Source: AWS Encryption SDK specification, `framework/aws-kms/`.

mod arn;
mod discovery;
mod strict;

pub use discovery::{DiscoveryFilter, KmsDiscoveryKeyring};
pub use strict::KmsKeyring;

#[cfg(test)]
mod tests;

use crate::{DataKey, DecryptionMaterials, EncryptedDataKey, Error, Refusal};
use arn::KmsArn;
use client::Kms;

/// The provider id of data keys under symmetric KMS keys.
pub(crate) const PROVIDER_ID: &str = "aws-kms";

/// The ARN of the key that wrapped a data key of provider `aws-kms`; `None` for data keys of other providers.
///
/// A data key that names anything else than a key's ARN was written by nobody whom AWS's clients follow: the keyring
/// fails rather than pass it over.
fn wrapping_key(key: &EncryptedDataKey) -> Option<Result<KmsArn, Error>> {
    (key.provider_id == PROVIDER_ID).then(|| {
        let arn = std::str::from_utf8(&key.provider_info).ok().and_then(|info| info.parse::<KmsArn>().ok());
        arn.filter(KmsArn::is_key)
            .ok_or_else(|| Error::NoDataKey(vec![Refusal::new(key, "the provider info is not the ARN of a KMS key")]))
    })
}

/// Asks KMS for the data key in `wrapped`. `key_id` is the ARN that is sent, and that the answer has to name.
fn decrypt(
    kms: &dyn Kms,
    key_id: &str,
    wrapped: &EncryptedDataKey,
    materials: &DecryptionMaterials,
    grant_tokens: &[String],
) -> Result<DataKey, String> {
    let answer = kms
        .decrypt(key_id, &wrapped.ciphertext, None, materials.context.pairs(), grant_tokens)
        .map_err(|error| error.to_string())?;
    if answer.key_id != key_id {
        return Err(format!("KMS was asked for {key_id} and answered with {}", answer.key_id));
    }
    let (length, expected) = (answer.plaintext.expose().len(), materials.suite.key_length());
    if length != expected {
        return Err(format!("KMS gave a data key of {length} bytes, the suite takes {expected}"));
    }
    Ok(DataKey::new(answer.plaintext))
}

/// Takes the first data key that `unwrap` unwraps, of those that KMS keys wrapped.
fn unwrap_first(
    materials: &mut DecryptionMaterials,
    encrypted_data_keys: &[EncryptedDataKey],
    unwrap: impl Fn(&KmsArn, &EncryptedDataKey, &DecryptionMaterials) -> Result<DataKey, String>,
) -> Result<(), Error> {
    if materials.data_key().is_some() {
        return Err(Error::Configuration("the materials have a data key already".into()));
    }
    let mut refusals = Vec::new();
    let mut candidates = Vec::new();
    for key in encrypted_data_keys {
        match wrapping_key(key) {
            Some(arn) => candidates.push((arn?, key)),
            None => refusals.push(Refusal::new(key, "not wrapped by a KMS key")),
        }
    }
    for (arn, key) in candidates {
        match unwrap(&arn, key, materials) {
            Ok(data_key) => return materials.set_data_key(data_key),
            Err(reason) => refusals.push(Refusal::new(key, reason)),
        }
    }
    Err(Error::NoDataKey(refusals))
}
