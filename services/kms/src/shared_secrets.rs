//! Secrets shared with somebody else: DeriveSharedSecret, Encapsulate, Decapsulate.
//!
//! Guarantees: the other party's public key is on the key's own curve; a ciphertext of the wrong length is an error, every
//! other one gives a secret (implicit rejection). Sources: KMS API Reference, "DeriveSharedSecret", "Encapsulate",
//! "Decapsulate"; FIPS 203.

use crate::api::{EncapsulationAlgorithmSpec, KeyUsageType};
use crate::keys::ready;
use crate::recipient::{self, disclose};
use crate::view::KeyView;
use crate::{api, error, resolve, spec, usage};
use attestation::Roots;
use kernel::{Ctx, Error, Lookup, Result, Target};
use model::Fault;

/// What DeriveSharedSecret reaches.
pub(crate) fn on_derive(
    lookup: &mut Lookup<'_, '_>,
    input: &api::DeriveSharedSecret,
    roots: &Roots,
) -> Result<Vec<Target>> {
    let target = resolve::used(lookup, "kms:DeriveSharedSecret", &input.key_id, &input.grant_tokens)?;
    let algorithm = input.key_agreement_algorithm.as_str().to_owned();
    let target = target.condition("kms:KeyAgreementAlgorithm", vec![algorithm]);
    Ok(vec![recipient::attested(lookup, target, input.recipient.as_ref(), roots)?])
}

/// What Encapsulate reaches.
pub(crate) fn on_encapsulate(lookup: &mut Lookup<'_, '_>, input: &api::Encapsulate) -> Result<Vec<Target>> {
    let target = resolve::used(lookup, "kms:Encapsulate", &input.key_id, &input.grant_tokens)?;
    Ok(vec![described(target, input.encapsulation_algorithm)])
}

/// What Decapsulate reaches.
pub(crate) fn on_decapsulate(lookup: &mut Lookup<'_, '_>, input: &api::Decapsulate) -> Result<Vec<Target>> {
    let target = resolve::used(lookup, "kms:Decapsulate", &input.key_id, &input.grant_tokens)?;
    Ok(vec![described(target, input.encapsulation_algorithm)])
}

fn described(target: Target, algorithm: EncapsulationAlgorithmSpec) -> Target {
    target.condition("kms:EncapsulationAlgorithm", vec![algorithm.as_str().to_owned()])
}

/// Derives what the key and the holder of a public key agree on.
pub(crate) fn derive(ctx: &mut Ctx<'_>, input: api::DeriveSharedSecret) -> Result<api::DeriveSharedSecretOutput> {
    let key = ready(ctx, 0, api::DERIVE_SHARED_SECRET.name)?;
    usage::is_for(&key, KeyUsageType::KeyAgreement, api::DERIVE_SHARED_SECRET.name)?;
    let algorithm = input.key_agreement_algorithm;
    usage::has(&key, spec::agreement(key.record.usage), &algorithm, algorithm.as_str())?;
    let secret = key.current()?.material.agree(&input.public_key).map_err(|_| {
        let spec = key.record.spec.as_str();
        Fault::validation(format!("The public key is not a valid key of key spec {spec} in DER-encoded X.509 form."))
    })?;
    usage::unless_dry(input.dry_run)?;
    let answer = disclose(ctx, input.recipient.as_ref(), secret)?;
    Ok(api::DeriveSharedSecretOutput {
        key_id: Some(key.arn.clone()),
        shared_secret: answer.in_clear,
        ciphertext_for_recipient: answer.for_recipient,
        key_agreement_algorithm: Some(algorithm),
        key_origin: Some(key.record.origin),
    })
}

/// Makes a secret that the holder of the key alone can take from its ciphertext.
pub(crate) fn encapsulate(ctx: &mut Ctx<'_>, input: api::Encapsulate) -> Result<api::EncapsulateOutput> {
    let key = ready(ctx, 0, api::ENCAPSULATE.name)?;
    check(&key, api::ENCAPSULATE.name, input.encapsulation_algorithm)?;
    usage::unless_dry(input.dry_run)?;
    let made = key.current()?.material.encapsulate();
    let (ciphertext, secret) = made.map_err(|error| Error::Internal(error.to_string()))?;
    Ok(api::EncapsulateOutput {
        key_id: Some(key.arn.clone()),
        shared_secret: Some(secret),
        shared_secret_ciphertext_blob: Some(ciphertext),
        encapsulation_algorithm: Some(input.encapsulation_algorithm),
    })
}

/// Takes the secret from a ciphertext.
pub(crate) fn decapsulate(ctx: &mut Ctx<'_>, input: api::Decapsulate) -> Result<api::DecapsulateOutput> {
    let key = ready(ctx, 0, api::DECAPSULATE.name)?;
    check(&key, api::DECAPSULATE.name, input.encapsulation_algorithm)?;
    let secret = key.current()?.material.decapsulate(&input.shared_secret_ciphertext_blob);
    let secret = secret.map_err(|_| error::invalid_ciphertext())?;
    usage::unless_dry(input.dry_run)?;
    Ok(api::DecapsulateOutput {
        key_id: Some(key.arn.clone()),
        shared_secret: Some(secret),
        encapsulation_algorithm: Some(input.encapsulation_algorithm),
    })
}

fn check(key: &KeyView, operation: &str, algorithm: EncapsulationAlgorithmSpec) -> Result<()> {
    usage::is_for(key, KeyUsageType::EncapsulateDecapsulate, operation)?;
    usage::has(key, spec::encapsulation(key.record.usage), &algorithm, algorithm.as_str())
}
