//! What KMS costs on AWS, and which keys are paid for.
//!
//! Guarantees: a customer's key costs by the hour from its creation, its first and its second rotation as much again, AWS
//! managed keys nothing, and nothing does while its deletion is pending; a deletion that is taken back counts as if it had
//! never been asked for. Prices are those of us-east-1. Source: AWS Key Management Service pricing.

use crate::api::{DataKeyPairSpec, KeySpec};
use crate::keyid::KeyId;
use crate::records::{KeyRecord, Manager, Mark};
use crate::states::State;
use base::Scope;
use kernel::{Class, Reader, Rent, Result, Tariff, Unit};

/// Every other request: with symmetric and HMAC keys, and for management.
static REQUESTS: Class = requests(0, "requests", 3_000, 20_000);
/// Cryptography and public keys of RSA_2048.
static RSA_2048: Class = requests(1, "requests, RSA 2048", 3_000, 0);
/// Cryptography and public keys of every other asymmetric key.
static ASYMMETRIC: Class = requests(2, "requests, asymmetric", 15_000, 0);
/// Data key pairs on curves. ML-KEM pairs, which AWS's page does not name yet, are counted with them.
static ECC_PAIRS: Class = requests(3, "data key pairs, ECC", 10_000, 0);
/// Data key pairs of RSA.
static RSA_PAIRS: Class = requests(4, "data key pairs, RSA", 1_200_000, 0);
/// Keys that are there, and what they keep of their rotations.
static KEY_MONTHS: Class = Class { slot: 5, name: "key months", unit: Unit::Months, nano_usd: 1_000_000_000, free: 0 };

const fn requests(slot: usize, name: &'static str, nano_usd: u64, free: u64) -> Class {
    Class { slot, name, unit: Unit::Requests, nano_usd, free }
}

/// The list prices. Prices of 10,000 requests on AWS's page: $0.03, $0.15, $0.10, $12.00; $1 a key and month, prorated
/// by the hour; 20,000 requests a month free, asymmetric ones and data key pairs excluded.
pub(crate) static TARIFF: Tariff =
    Tariff { as_of: "2026-03", classes: &[&REQUESTS, &RSA_2048, &ASYMMETRIC, &ECC_PAIRS, &RSA_PAIRS, &KEY_MONTHS] };

/// Rotations that cost as much as a key each: the first two of a key.
const CHARGED_ROTATIONS: usize = 2;

/// The price class of a request that refers to a key of a spec; `None` where it is the usual one.
pub(crate) fn of_key(spec: KeySpec) -> Option<&'static Class> {
    match spec {
        KeySpec::SymmetricDefault | KeySpec::Hmac224 | KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512 => None,
        KeySpec::Rsa2048 => Some(&RSA_2048),
        _ => Some(&ASYMMETRIC),
    }
}

/// The price class of data key pairs of a spec.
pub(crate) fn of_pair(spec: DataKeyPairSpec) -> &'static Class {
    match spec {
        DataKeyPairSpec::Rsa2048 | DataKeyPairSpec::Rsa3072 | DataKeyPairSpec::Rsa4096 => &RSA_PAIRS,
        _ => &ECC_PAIRS,
    }
}

/// What a key costs as long as it is there.
pub(crate) fn rents(scope: Scope, id: &KeyId, record: &KeyRecord) -> Vec<Rent> {
    if record.manager != Manager::Customer {
        return Vec::new();
    }
    let rotations = record.materials.iter().filter_map(|entry| entry.rotated).map(|(when, _)| when);
    let begun = std::iter::once(record.created).chain(rotations.take(CHARGED_ROTATIONS));
    // A replica may be younger than the rotations that it shares.
    let begun = begun.map(|from| from.max(record.created));
    begun.map(|from| Rent { resource: id.arn(scope), class: &KEY_MONTHS, from: from.into() }).collect()
}

/// Keys looked at together.
const PAGE: usize = 500;

/// What the keys of an account in a Region cost, from the key after the named one on. Those whose deletion is pending have
/// their rents closed.
pub(crate) fn renting(
    reader: &mut Reader<'_>,
    scope: Scope,
    after: Option<&str>,
) -> Result<(Vec<Rent>, Option<String>)> {
    let after = after.map(|id| Mark::keys(scope).text(id));
    let listed: Vec<(_, Mark)> = reader.scan_after(&Mark::keys(scope), after.as_ref(), PAGE)?;
    let ids: Vec<KeyId> = listed.iter().filter_map(|(key, _)| KeyId::parse(&key.last_text()?)).collect();
    let mut found = Vec::new();
    for id in &ids {
        let Some(record) = reader.get::<KeyRecord>(&KeyRecord::key(scope, id))? else { continue };
        if !matches!(record.state, State::PendingDeletion | State::PendingReplicaDeletion) {
            found.extend(rents(scope, id, &record));
        }
    }
    Ok((found, ids.get(PAGE - 1).map(KeyId::to_string)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_slot_and_a_name_of_its_own() {
        for (index, class) in TARIFF.classes.iter().enumerate() {
            assert_eq!(class.slot, index, "{}", class.name);
            assert!(TARIFF.classes.iter().filter(|other| other.name == class.name).count() == 1);
        }
        assert!(std::ptr::eq(TARIFF.classes[0], &REQUESTS), "the first class is the usual one");
    }

    #[test]
    fn kinds_of_keys_and_pairs_have_the_prices_of_their_kind() {
        assert!(of_key(KeySpec::Hmac256).is_none());
        assert_eq!(of_key(KeySpec::Rsa2048).unwrap().nano_usd, 3_000);
        assert_eq!(of_key(KeySpec::Rsa4096).unwrap().nano_usd, 15_000);
        assert_eq!(of_key(KeySpec::MlDsa44).unwrap().nano_usd, 15_000);
        assert_eq!(of_pair(DataKeyPairSpec::Rsa2048).nano_usd, 1_200_000);
        assert_eq!(of_pair(DataKeyPairSpec::EccNistP256).nano_usd, 10_000);
    }
}
