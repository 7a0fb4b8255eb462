//! Quotas: how often each operation may be called, and how many resources there may be.
//!
//! Guarantees: every number stands once, here, and what Service Quotas lists is what is enforced. Request rates are per
//! second, account and Region; the caller's account pays. Sources: KMS Developer Guide, "Resource quotas" and "Request
//! quotas"; AWS General Reference, "AWS Key Management Service endpoints and quotas" (codes and names).

use crate::api::{self, DataKeyPairSpec, KeySpec};
use crate::prices;
use crate::view::KeyView;
use base::{Partition, Region};
use kernel::{Charge, Limit, Measure, Pool, Quota, Target};

/// Keys of an account in a Region, in whatever state.
pub(crate) static KEYS: Limit = Limit { name: "kms.Keys", default: 100_000, most: 10_000_000 };

/// Aliases that point at one key.
pub(crate) static ALIASES_PER_KEY: Limit =
    Limit { name: "kms.AliasesPerKey", default: 50, most: MAX_ALIASES_PER_KEY as u64 };

/// The most that the quota of aliases can be raised to. They are part of the key's view, which is in memory as a whole.
pub(crate) const MAX_ALIASES_PER_KEY: usize = 1_000;

/// Grants of one key.
pub(crate) static GRANTS_PER_KEY: Limit = Limit { name: "kms.GrantsPerKey", default: 50_000, most: 1_000_000 };

/// Custom key stores of an account in a Region.
pub(crate) static CUSTOM_KEY_STORES: Limit =
    Limit { name: "kms.CustomKeyStores", default: 10, most: MAX_KEY_STORES as u64 };

/// The most that the quota of key stores can be raised to.
pub(crate) const MAX_KEY_STORES: usize = 1_000;

/// Rotations on demand of one key, ever. AWS raises it for nobody.
pub(crate) const MAX_ON_DEMAND_ROTATIONS: u16 = 25;

static ON_DEMAND_ROTATIONS: Limit = Limit {
    name: "kms.OnDemandRotations",
    default: MAX_ON_DEMAND_ROTATIONS as u64,
    most: MAX_ON_DEMAND_ROTATIONS as u64,
};

/// Materials of one key that are made here: a rotation every 90 days for a thousand years.
pub(crate) const MAX_MATERIALS_PER_KEY: usize = 4_096;

/// Symmetric cryptography and random numbers.
pub(crate) static SYMMETRIC: Pool = Pool { name: "kms.Symmetric", rate: symmetric };

/// Cryptography with RSA keys.
pub(crate) static RSA: Pool = Pool { name: "kms.Rsa", rate: |_| 1_000.0 };

/// Cryptography with keys on elliptic curves and SM2 keys.
pub(crate) static ECC: Pool = Pool { name: "kms.Ecc", rate: |_| 1_000.0 };

/// Signatures of ML-DSA keys.
pub(crate) static ML_DSA: Pool = Pool { name: "kms.MlDsa", rate: |_| 1_000.0 };

/// Key encapsulation. AWS's page does not name it yet; this is what the other asymmetric pools have. Not listed: its
/// code is not known.
static ML_KEM: Pool = Pool { name: "kms.MlKem", rate: |_| 1_000.0 };

/// Cryptography with the keys of one custom key store, whoever calls. Not listed by AWS either.
static CUSTOM_KEY_STORE: Pool = Pool { name: "kms.CustomKeyStore", rate: |_| 1_800.0 };

/// Data key pairs of one spec.
macro_rules! pairs {
    ($($pool:ident $spec:literal at $rate:expr;)*) => {
        $(static $pool: Pool = Pool { name: concat!("kms.GenerateDataKeyPair.", $spec), rate: $rate };)*
    };
}

pairs! {
    PAIR_P256 "ECC_NIST_P256" at |_| 100.0;
    PAIR_P384 "ECC_NIST_P384" at |_| 100.0;
    PAIR_P521 "ECC_NIST_P521" at |_| 100.0;
    PAIR_P256K1 "ECC_SECG_P256K1" at |_| 100.0;
    PAIR_ED25519 "ECC_NIST_EDWARDS25519" at |_| 100.0;
    PAIR_RSA_2048 "RSA_2048" at |region| in_china_or(region, 1.0, 20.0);
    PAIR_RSA_3072 "RSA_3072" at |region| in_china_or(region, 0.5, 4.0);
    PAIR_RSA_4096 "RSA_4096" at |region| in_china_or(region, 0.1, 1.0);
    PAIR_SM2 "SM2" at |_| 25.0;
    // AWS's page does not name these yet; the number is that of the curves.
    PAIR_ML_KEM "ML_KEM" at |_| 100.0;
}

/// The pool of an operation whose code AWS does not publish, and that Service Quotas therefore does not list here.
macro_rules! unlisted {
    ($($pool:ident $operation:literal at $rate:literal;)*) => {
        $(
            #[doc = concat!($operation, ".")]
            pub(crate) static $pool: Pool = Pool { name: concat!("kms.", $operation), rate: |_| $rate };
        )*
    };
}

unlisted! {
    GET_KEY_LAST_USAGE "GetKeyLastUsage" at 5.0;
    ROTATE_KEY_ON_DEMAND "RotateKeyOnDemand" at 5.0;
}

/// Declares the pools of single operations, and the list of all quotas: the given ones and these.
macro_rules! quotas {
    ({$($listed:expr,)*} $($pool:ident $operation:literal at $rate:literal, $code:literal;)*) => {
        $(
            #[doc = concat!($operation, ".")]
            pub(crate) static $pool: Pool = Pool { name: concat!("kms.", $operation), rate: |_| $rate };
        )*

        /// What Service Quotas lists.
        pub(crate) static QUOTAS: &[Quota] = &[
            $($listed,)*
            $(rate($code, concat!($operation, " request rate"), &$pool),)*
        ];
    };
}

const fn rate(code: &'static str, name: &'static str, pool: &'static Pool) -> Quota {
    Quota { code, name, adjustable: true, of: Measure::Rate(pool) }
}

const fn count(code: &'static str, name: &'static str, limit: &'static Limit) -> Quota {
    Quota { code, name, adjustable: true, of: Measure::Count(limit) }
}

quotas! {
    {
        count("L-340F62FB", "Aliases per CMK", &ALIASES_PER_KEY),
        count("L-F33DCFEB", "Custom Key Stores", &CUSTOM_KEY_STORES),
        count("L-C2F1777E", "Customer Master Keys (CMKs)", &KEYS),
        count("L-D594A657", "Grants per CMK", &GRANTS_PER_KEY),
        // This code is not in the General Reference, which links none for what cannot be raised; it is from tools that
        // list their accounts' quotas.
        Quota { adjustable: false, ..count("L-0E66C9C0", "On-demand rotations per CMK", &ON_DEMAND_ROTATIONS) },
        rate("L-DC14942D", "Cryptographic operations (ECC & SM2) request rate", &ECC),
        rate("L-3C995F2B", "Cryptographic operations (ML-DSA) request rate", &ML_DSA),
        rate("L-2AC98190", "Cryptographic operations (RSA) request rate", &RSA),
        rate("L-6E3AF000", "Cryptographic operations (symmetric) request rate", &SYMMETRIC),
        rate("L-7851D255", "GenerateDataKeyPair (ECC_NIST_EDWARDS25519) request rate", &PAIR_ED25519),
        rate("L-D2EEB5E0", "GenerateDataKeyPair (ECC_NIST_P256) request rate", &PAIR_P256),
        rate("L-16B46EF0", "GenerateDataKeyPair (ECC_NIST_P384) request rate", &PAIR_P384),
        rate("L-1D966DA0", "GenerateDataKeyPair (ECC_NIST_P521) request rate", &PAIR_P521),
        rate("L-3B372FA9", "GenerateDataKeyPair (ECC_SECG_P256K1) request rate", &PAIR_P256K1),
        rate("L-77042783", "GenerateDataKeyPair (RSA_2048) request rate", &PAIR_RSA_2048),
        rate("L-AE57B391", "GenerateDataKeyPair (RSA_3072) request rate", &PAIR_RSA_3072),
        rate("L-FCE4492D", "GenerateDataKeyPair (RSA_4096) request rate", &PAIR_RSA_4096),
    }
    CANCEL_KEY_DELETION "CancelKeyDeletion" at 5.0, "L-635264CC";
    CONNECT_CUSTOM_KEY_STORE "ConnectCustomKeyStore" at 5.0, "L-705B9E79";
    CREATE_ALIAS "CreateAlias" at 5.0, "L-F7504F73";
    CREATE_CUSTOM_KEY_STORE "CreateCustomKeyStore" at 5.0, "L-08932E37";
    CREATE_GRANT "CreateGrant" at 50.0, "L-0428A42E";
    CREATE_KEY "CreateKey" at 5.0, "L-32B67F4A";
    DELETE_ALIAS "DeleteAlias" at 15.0, "L-1F75ADD1";
    DELETE_CUSTOM_KEY_STORE "DeleteCustomKeyStore" at 5.0, "L-E99520CB";
    DELETE_IMPORTED_KEY_MATERIAL "DeleteImportedKeyMaterial" at 15.0, "L-1233BF9B";
    DESCRIBE_CUSTOM_KEY_STORES "DescribeCustomKeyStores" at 5.0, "L-E20AA94C";
    DESCRIBE_KEY "DescribeKey" at 2_000.0, "L-FAE8F084";
    DISABLE_KEY "DisableKey" at 5.0, "L-6B8C93BD";
    DISABLE_KEY_ROTATION "DisableKeyRotation" at 5.0, "L-CE1DB614";
    DISCONNECT_CUSTOM_KEY_STORE "DisconnectCustomKeyStore" at 5.0, "L-9F1FCF6D";
    ENABLE_KEY "EnableKey" at 5.0, "L-BD96F100";
    ENABLE_KEY_ROTATION "EnableKeyRotation" at 15.0, "L-BE799B67";
    GET_KEY_POLICY "GetKeyPolicy" at 1_000.0, "L-A2A30EC6";
    GET_KEY_ROTATION_STATUS "GetKeyRotationStatus" at 1_000.0, "L-D7711EF4";
    GET_PARAMETERS_FOR_IMPORT "GetParametersForImport" at 1.0, "L-515A0541";
    GET_PUBLIC_KEY "GetPublicKey" at 2_000.0, "L-E4FBCA5E";
    IMPORT_KEY_MATERIAL "ImportKeyMaterial" at 15.0, "L-99631835";
    LIST_ALIASES "ListAliases" at 500.0, "L-BF3F8F1D";
    LIST_GRANTS "ListGrants" at 100.0, "L-D39AB822";
    LIST_KEY_POLICIES "ListKeyPolicies" at 100.0, "L-79E0D0AB";
    LIST_KEY_ROTATIONS "ListKeyRotations" at 100.0, "L-171660E4";
    LIST_KEYS "ListKeys" at 500.0, "L-8A08DAEA";
    LIST_RESOURCE_TAGS "ListResourceTags" at 2_000.0, "L-FB6513A2";
    LIST_RETIRABLE_GRANTS "ListRetirableGrants" at 100.0, "L-161E93A6";
    PUT_KEY_POLICY "PutKeyPolicy" at 15.0, "L-9DDDE6CA";
    REPLICATE_KEY "ReplicateKey" at 5.0, "L-E1C93865";
    RETIRE_GRANT "RetireGrant" at 50.0, "L-74021A59";
    REVOKE_GRANT "RevokeGrant" at 50.0, "L-F20EBCB7";
    SCHEDULE_KEY_DELETION "ScheduleKeyDeletion" at 15.0, "L-88313D4A";
    TAG_RESOURCE "TagResource" at 10.0, "L-7D6DE447";
    UNTAG_RESOURCE "UntagResource" at 5.0, "L-6375F442";
    UPDATE_ALIAS "UpdateAlias" at 5.0, "L-DB3BF542";
    UPDATE_CUSTOM_KEY_STORE "UpdateCustomKeyStore" at 5.0, "L-275D92F3";
    UPDATE_KEY_DESCRIPTION "UpdateKeyDescription" at 5.0, "L-A3828E1F";
    UPDATE_PRIMARY_REGION "UpdatePrimaryRegion" at 5.0, "L-F83AC7F7";
}

fn symmetric(region: Region) -> f64 {
    match region.as_str() {
        "us-east-1" | "us-west-2" | "eu-west-1" => 100_000.0,
        "us-east-2" | "ap-southeast-1" | "ap-southeast-2" | "ap-northeast-1" | "eu-central-1" | "eu-west-2"
        | "eu-south-2" => 20_000.0,
        _ => 10_000.0,
    }
}

fn in_china_or(region: Region, china: f64, elsewhere: f64) -> f64 {
    if region.partition() == Partition::China { china } else { elsewhere }
}

/// What cryptography with keys of a spec draws on.
fn cryptography(spec: KeySpec) -> &'static Pool {
    use KeySpec as S;
    match spec {
        S::SymmetricDefault | S::Hmac224 | S::Hmac256 | S::Hmac384 | S::Hmac512 => &SYMMETRIC,
        S::Rsa2048 | S::Rsa3072 | S::Rsa4096 => &RSA,
        S::EccNistP256 | S::EccNistP384 | S::EccNistP521 | S::EccSecgP256k1 | S::EccNistEdwards25519 | S::Sm2 => &ECC,
        S::MlDsa44 | S::MlDsa65 | S::MlDsa87 => &ML_DSA,
        S::MlKem512 | S::MlKem768 | S::MlKem1024 => &ML_KEM,
    }
}

/// What making data key pairs of a spec draws on.
fn pair(spec: DataKeyPairSpec) -> &'static Pool {
    use DataKeyPairSpec as S;
    match spec {
        S::Rsa2048 => &PAIR_RSA_2048,
        S::Rsa3072 => &PAIR_RSA_3072,
        S::Rsa4096 => &PAIR_RSA_4096,
        S::EccNistP256 => &PAIR_P256,
        S::EccNistP384 => &PAIR_P384,
        S::EccNistP521 => &PAIR_P521,
        S::EccSecgP256k1 => &PAIR_P256K1,
        S::EccNistEdwards25519 => &PAIR_ED25519,
        S::Sm2 => &PAIR_SM2,
        S::MlKem512 | S::MlKem768 | S::MlKem1024 => &PAIR_ML_KEM,
    }
}

/// Cryptography draws on the pool of the key's kind, and, where the key lives in a custom key store, on the store's as
/// well. Between two keys of different kinds it draws on both pools.
pub(crate) fn by_key<I>(charge: &mut Charge<'_, '_>, _: &I, targets: &[Target]) {
    let mut drawn: Option<&'static str> = None;
    for key in targets.iter().filter_map(Target::seen::<KeyView>) {
        let pool = cryptography(key.record.spec);
        if drawn != Some(pool.name) {
            charge.draw(pool);
            drawn = Some(pool.name);
        }
        if let Some(class) = prices::of_key(key.record.spec) {
            charge.bill(class);
        }
        if let Some(link) = &key.record.store {
            charge.draw_of(key.scope, &CUSTOM_KEY_STORE, &link.id);
        }
    }
    // Known by its ARN alone: a key of another account that is not there, or is not for this caller to see.
    if drawn.is_none() {
        charge.draw(&SYMMETRIC);
    }
}

/// GetPublicKey, whose price is that of cryptography with the key.
pub(crate) fn of_public_key<I>(charge: &mut Charge<'_, '_>, _: &I, targets: &[Target]) {
    for class in targets.iter().filter_map(Target::seen::<KeyView>).filter_map(|key| prices::of_key(key.record.spec)) {
        charge.bill(class);
    }
}

/// A data key pair draws on the pool of its spec, whatever encrypts the private key.
pub(crate) fn by_pair(charge: &mut Charge<'_, '_>, input: &api::GenerateDataKeyPair, _: &[Target]) {
    charge.draw(pair(input.key_pair_spec));
    charge.bill(prices::of_pair(input.key_pair_spec));
}

/// The same where the private key is not shown.
pub(crate) fn by_pair_without_plaintext(
    charge: &mut Charge<'_, '_>,
    input: &api::GenerateDataKeyPairWithoutPlaintext,
    _: &[Target],
) {
    charge.draw(pair(input.key_pair_spec));
    charge.bill(prices::of_pair(input.key_pair_spec));
}

/// Random numbers may come from a custom key store.
pub(crate) fn by_store(charge: &mut Charge<'_, '_>, input: &api::GenerateRandom, _: &[Target]) {
    charge.draw(&SYMMETRIC);
    if let Some(id) = &input.custom_key_store_id {
        charge.draw_of(charge.scope(), &CUSTOM_KEY_STORE, id);
    }
}

/// ReplicateKey counts as two CreateKey requests in the replica's Region beside its own in the primary's.
pub(crate) fn of_replica(charge: &mut Charge<'_, '_>, input: &api::ReplicateKey, _: &[Target]) {
    if let Ok(region) = input.replica_region.parse() {
        charge.draw_in(region, &CREATE_KEY);
        charge.draw_in(region, &CREATE_KEY);
    }
}

/// UpdatePrimaryRegion counts in both Regions.
pub(crate) fn of_new_primary(charge: &mut Charge<'_, '_>, input: &api::UpdatePrimaryRegion, _: &[Target]) {
    if let Ok(region) = input.primary_region.parse() {
        charge.draw_in(region, &UPDATE_PRIMARY_REGION);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn rate_in(pool: &Pool, region: &str) -> f64 {
        (pool.rate)(region.parse().unwrap())
    }

    #[test]
    fn the_large_regions_have_the_large_quotas() {
        assert_eq!(rate_in(&SYMMETRIC, "us-east-1"), 100_000.0);
        assert_eq!(rate_in(&SYMMETRIC, "eu-central-1"), 20_000.0);
        assert_eq!(rate_in(&SYMMETRIC, "sa-east-1"), 10_000.0);
    }

    #[test]
    fn rsa_data_key_pairs_are_rarer_the_longer_they_are_and_rarest_in_china() {
        let rates = |region| [&PAIR_RSA_2048, &PAIR_RSA_3072, &PAIR_RSA_4096].map(|pool| rate_in(pool, region));
        assert_eq!(rates("eu-west-1"), [20.0, 4.0, 1.0]);
        assert_eq!(rates("cn-north-1"), [1.0, 0.5, 0.1]);
    }

    #[test]
    fn no_two_quotas_share_a_code_a_name_or_a_pool_by_accident() {
        let each = |of: fn(&Quota) -> &'static str| QUOTAS.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!([each(|q| q.code), each(|q| q.name), each(Quota::key)], [QUOTAS.len(); 3]);
        for quota in QUOTAS {
            let digits = quota.code.strip_prefix("L-").unwrap();
            assert!(digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b)));
        }
    }

    /// Every operation has a rate of its own or shares one; nothing is forgotten when one is implemented.
    #[test]
    fn every_operation_has_its_row() {
        let single = QUOTAS.iter().filter_map(|quota| quota.key().strip_prefix("kms."));
        let single: BTreeSet<_> = single.chain(["GetKeyLastUsage", "RotateKeyOnDemand"]).collect();
        let shared = [
            "Encrypt",
            "Decrypt",
            "ReEncrypt",
            "GenerateDataKey",
            "GenerateDataKeyWithoutPlaintext",
            "GenerateDataKeyPair",
            "GenerateDataKeyPairWithoutPlaintext",
            "GenerateRandom",
            "GenerateMac",
            "VerifyMac",
            "Sign",
            "Verify",
            "DeriveSharedSecret",
            "Encapsulate",
            "Decapsulate",
        ];
        for operation in model::services().by_name("kms").unwrap().operations() {
            let has = single.contains(operation.name) || shared.contains(&operation.name);
            assert!(has, "{} has no quota", operation.name);
        }
    }
}
