//! Signatures: Sign, Verify.
//!
//! Guarantees: a key signs only with the algorithms of its spec, a message only in the types that its algorithm takes; a
//! signature that does not verify is an error, never an answer. Sources: KMS API Reference, "Sign", "Verify"; KMS Developer
//! Guide, "Key spec reference".

use crate::api::{KeyUsageType, MessageType, SigningAlgorithmSpec};
use crate::keys::ready;
use crate::view::KeyView;
use crate::{api, error, resolve, spec, usage};
use crypto::{MU_LENGTH, Message, SigningAlgorithm};
use kernel::{Ctx, Error, Lookup, Result, Target};
use model::Fault;

/// What Sign reaches.
pub(crate) fn on_sign(lookup: &mut Lookup<'_, '_>, input: &api::Sign) -> Result<Vec<Target>> {
    let target = resolve::used(lookup, "kms:Sign", &input.key_id, &input.grant_tokens)?;
    Ok(vec![described(target, input.signing_algorithm, input.message_type)])
}

/// What Verify reaches.
pub(crate) fn on_verify(lookup: &mut Lookup<'_, '_>, input: &api::Verify) -> Result<Vec<Target>> {
    let target = resolve::used(lookup, "kms:Verify", &input.key_id, &input.grant_tokens)?;
    Ok(vec![described(target, input.signing_algorithm, input.message_type)])
}

fn described(target: Target, algorithm: SigningAlgorithmSpec, message: Option<MessageType>) -> Target {
    let message = message.unwrap_or(MessageType::Raw);
    target
        .condition("kms:SigningAlgorithm", vec![algorithm.as_str().to_owned()])
        .condition("kms:MessageType", vec![message.as_str().to_owned()])
}

/// Signs a message, a digest or, with ML-DSA, a message representative.
pub(crate) fn sign(ctx: &mut Ctx<'_>, input: api::Sign) -> Result<api::SignOutput> {
    let key = ready(ctx, 0, api::SIGN.name)?;
    let (algorithm, message) =
        asked(&key, api::SIGN.name, input.signing_algorithm, input.message_type, input.message.expose())?;
    usage::unless_dry(input.dry_run)?;
    let signature = key.current()?.material.sign(algorithm, message);
    Ok(api::SignOutput {
        key_id: Some(key.arn.clone()),
        signature: Some(signature.map_err(|error| Error::Internal(error.to_string()))?),
        signing_algorithm: Some(input.signing_algorithm),
    })
}

/// Says that a signature is one of the message by this key, or fails.
pub(crate) fn verify(ctx: &mut Ctx<'_>, input: api::Verify) -> Result<api::VerifyOutput> {
    let key = ready(ctx, 0, api::VERIFY.name)?;
    let (algorithm, message) =
        asked(&key, api::VERIFY.name, input.signing_algorithm, input.message_type, input.message.expose())?;
    let verifies = key.current()?.material.verifies(algorithm, message, &input.signature);
    if !verifies.map_err(|error| Error::Internal(error.to_string()))? {
        return Err(error::invalid_signature().into());
    }
    usage::unless_dry(input.dry_run)?;
    Ok(api::VerifyOutput {
        key_id: Some(key.arn.clone()),
        signature_valid: Some(true),
        signing_algorithm: Some(input.signing_algorithm),
    })
}

/// What is asked of the key, if it does that.
fn asked<'a>(
    key: &KeyView,
    operation: &str,
    algorithm: SigningAlgorithmSpec,
    message_type: Option<MessageType>,
    message: &'a [u8],
) -> Result<(SigningAlgorithm, Message<'a>)> {
    usage::is_for(key, KeyUsageType::SignVerify, operation)?;
    let name = algorithm.as_str();
    usage::has(key, spec::signing(key.record.spec, key.record.usage), &algorithm, name)?;
    let message_type = message_type.unwrap_or(MessageType::Raw);
    let (known, message) = match (spec::signature(algorithm), message_type) {
        // Ed25519 hashes the message itself, and Ed25519ph is for those who cannot send it.
        (Some((SigningAlgorithm::Ed25519Ph, _)), MessageType::Raw)
        | (Some((SigningAlgorithm::Ed25519 | SigningAlgorithm::MlDsa, _)), MessageType::Digest) => {
            return Err(not_taken(message_type, name));
        }
        (Some((known, _)), MessageType::Raw) => (known, Message::Raw(message)),
        (Some((known, length)), MessageType::Digest) => {
            if message.len() != length {
                return Err(Fault::validation(format!("Digest is invalid length for algorithm {name}.")).into());
            }
            (known, Message::Digest(message))
        }
        (Some((known @ SigningAlgorithm::MlDsa, _)), MessageType::ExternalMu) => {
            if message.len() != MU_LENGTH {
                return Err(Fault::validation(format!("External mu is invalid length for algorithm {name}.")).into());
            }
            (known, Message::ExternalMu(message))
        }
        _ => return Err(not_taken(message_type, name)),
    };
    Ok((known, message))
}

fn not_taken(message_type: MessageType, algorithm: &str) -> Error {
    let text = format!("MessageType {} is not valid for algorithm {algorithm}.", message_type.as_str());
    Fault::validation(text).into()
}
