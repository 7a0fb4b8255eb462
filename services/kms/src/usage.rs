//! What a call wants of a key must be what the key is for, by an algorithm that it has.
//!
//! Guarantee: nothing is computed with a key that has not passed here. Texts are those that clients of AWS have seen, where
//! known. Sources: KMS API Reference, `InvalidKeyUsageException`; KMS Developer Guide, "Key spec reference".

use crate::api::{DryRunModifierType, EncryptionAlgorithmSpec, KeyUsageType};
use crate::resolve::SYMMETRIC;
use crate::view::KeyView;
use crate::{error, spec};
use crypto::OaepHash;
use kernel::Result;
use model::Fault;

/// Refuses a key that is for something else than `operation` does.
pub(crate) fn is_for(key: &KeyView, usage: KeyUsageType, operation: &str) -> Result<()> {
    if key.record.usage == usage {
        return Ok(());
    }
    let (arn, other) = (&key.arn, key.record.usage.as_str());
    Err(error::invalid_usage(format!("{arn} key usage is {other} which is not valid for {operation}.")).into())
}

/// Refuses an algorithm that is none of the key's.
pub(crate) fn has<T: PartialEq>(key: &KeyView, offered: &[T], asked: &T, name: &str) -> Result<()> {
    if offered.contains(asked) {
        return Ok(());
    }
    let spec = key.record.spec.as_str();
    Err(error::invalid_usage(format!("Algorithm {name} is incompatible with key spec {spec}.")).into())
}

/// The algorithm that a key is asked to encrypt or decrypt with: SYMMETRIC_DEFAULT unless the request says otherwise.
pub(crate) fn encryption(
    key: &KeyView,
    operation: &str,
    asked: Option<EncryptionAlgorithmSpec>,
) -> Result<EncryptionAlgorithmSpec> {
    is_for(key, KeyUsageType::EncryptDecrypt, operation)?;
    let asked = asked.unwrap_or(EncryptionAlgorithmSpec::SymmetricDefault);
    has(key, spec::encryption(key.record.spec, key.record.usage), &asked, asked.as_str())?;
    Ok(asked)
}

/// Refuses a key that is no symmetric encryption key, to which alone data keys are encrypted.
pub(crate) fn is_symmetric(key: &KeyView, operation: &str) -> Result<()> {
    encryption(key, operation, None).map(|_| ())
}

/// Refuses an encryption context where nothing could be bound to it.
pub(crate) fn takes_context(algorithm: EncryptionAlgorithmSpec, is_given: bool) -> Result<()> {
    if is_given && algorithm != EncryptionAlgorithmSpec::SymmetricDefault {
        let text = format!("EncryptionContext is valid only with the encryption algorithm {SYMMETRIC}.");
        return Err(Fault::validation(text).into());
    }
    Ok(())
}

/// Refuses a plaintext that is longer than RSA-OAEP can take. Source: KMS API Reference, "Encrypt".
pub(crate) fn fits(key: &KeyView, algorithm: EncryptionAlgorithmSpec, length: usize) -> Result<()> {
    let most =
        spec::oaep(algorithm).zip(spec::rsa_size(key.record.spec)).map(|(hash, size)| OaepHash::longest(hash, size));
    match most {
        Some(most) if length > most => {
            let (algorithm, spec) = (algorithm.as_str(), key.record.spec.as_str());
            Err(Fault::validation(format!(
                "Algorithm {algorithm} and key spec {spec} cannot encrypt data larger than {most} bytes."
            ))
            .into())
        }
        _ => Ok(()),
    }
}

/// Whether a dry run asks for permissions alone, without a ciphertext. Outside of a dry run the modifier has no effect.
/// Source: KMS API Reference, `DryRunModifiers`.
pub(crate) fn ignores_ciphertext(dry_run: Option<bool>, modifiers: &Option<Vec<DryRunModifierType>>) -> bool {
    dry_run == Some(true)
        && modifiers.iter().flatten().any(|modifier| *modifier == DryRunModifierType::IgnoreCiphertext)
}

/// A dry run ends where the call would have answered.
pub(crate) fn unless_dry(dry_run: Option<bool>) -> Result<()> {
    if dry_run == Some(true) { Err(error::dry_run().into()) } else { Ok(()) }
}
