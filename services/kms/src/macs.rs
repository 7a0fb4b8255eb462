//! Message authentication codes: GenerateMac, VerifyMac.
//!
//! Guarantee: a MAC is compared whole and in constant time, and one that does not verify is an error, never an answer.
//! Source: KMS API Reference, "GenerateMac", "VerifyMac".

use crate::api::{KeyUsageType, MacAlgorithmSpec};
use crate::keys::ready;
use crate::view::KeyView;
use crate::{api, error, resolve, spec, usage};
use kernel::{Ctx, Error, Lookup, Result, Target};

/// What GenerateMac reaches.
pub(crate) fn on_generate(lookup: &mut Lookup<'_, '_>, input: &api::GenerateMac) -> Result<Vec<Target>> {
    let target = resolve::used(lookup, "kms:GenerateMac", &input.key_id, &input.grant_tokens)?;
    Ok(vec![described(target, input.mac_algorithm)])
}

/// What VerifyMac reaches.
pub(crate) fn on_verify(lookup: &mut Lookup<'_, '_>, input: &api::VerifyMac) -> Result<Vec<Target>> {
    let target = resolve::used(lookup, "kms:VerifyMac", &input.key_id, &input.grant_tokens)?;
    Ok(vec![described(target, input.mac_algorithm)])
}

fn described(target: Target, algorithm: MacAlgorithmSpec) -> Target {
    target.condition("kms:MacAlgorithm", vec![algorithm.as_str().to_owned()])
}

/// Makes the MAC of a message.
pub(crate) fn generate(ctx: &mut Ctx<'_>, input: api::GenerateMac) -> Result<api::GenerateMacOutput> {
    let key = ready(ctx, 0, api::GENERATE_MAC.name)?;
    check(&key, api::GENERATE_MAC.name, input.mac_algorithm)?;
    usage::unless_dry(input.dry_run)?;
    let mac = key.current()?.material.mac(input.message.expose());
    Ok(api::GenerateMacOutput {
        mac: Some(mac.map_err(|error| Error::Internal(error.to_string()))?),
        mac_algorithm: Some(input.mac_algorithm),
        key_id: Some(key.arn.clone()),
    })
}

/// Says that a MAC is that of the message by this key, or fails.
pub(crate) fn verify(ctx: &mut Ctx<'_>, input: api::VerifyMac) -> Result<api::VerifyMacOutput> {
    let key = ready(ctx, 0, api::VERIFY_MAC.name)?;
    check(&key, api::VERIFY_MAC.name, input.mac_algorithm)?;
    let verifies = key.current()?.material.verifies_mac(input.message.expose(), &input.mac);
    if !verifies.map_err(|error| Error::Internal(error.to_string()))? {
        return Err(error::invalid_mac().into());
    }
    usage::unless_dry(input.dry_run)?;
    Ok(api::VerifyMacOutput {
        key_id: Some(key.arn.clone()),
        mac_valid: Some(true),
        mac_algorithm: Some(input.mac_algorithm),
    })
}

fn check(key: &KeyView, operation: &str, algorithm: MacAlgorithmSpec) -> Result<()> {
    usage::is_for(key, KeyUsageType::GenerateVerifyMac, operation)?;
    usage::has(key, spec::mac(key.record.spec), &algorithm, algorithm.as_str())
}
