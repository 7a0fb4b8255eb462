//! Quotas: how often each operation may be called, and how many resources there may be.
//!
//! Guarantees: every number stands once, here. Request rates are per second, account and Region; operations of the
//! symmetric pool share one. Source: KMS Developer Guide, "Resource quotas" and "Request quotas".

use base::Region;
use kernel::Pool;

/// Keys of an account in a Region, in whatever state.
pub(crate) const MAX_KEYS: u64 = 100_000;

/// Aliases that point at one key.
pub(crate) const MAX_ALIASES_PER_KEY: usize = 50;

/// Rotations on demand of one key, ever.
pub(crate) const MAX_ON_DEMAND_ROTATIONS: u16 = 25;

/// Materials of one key that are made here: a rotation every 90 days for a thousand years.
pub(crate) const MAX_MATERIALS_PER_KEY: usize = 4_096;

/// Symmetric cryptography and random numbers.
pub(crate) static SYMMETRIC: Pool = Pool { name: "kms.Symmetric", rate: symmetric };

fn symmetric(region: Region) -> f64 {
    match region.as_str() {
        "us-east-1" | "us-west-2" | "eu-west-1" => 100_000.0,
        "us-east-2" | "ap-southeast-1" | "ap-southeast-2" | "ap-northeast-1" | "eu-central-1" | "eu-west-2"
        | "eu-south-2" => 20_000.0,
        _ => 10_000.0,
    }
}

/// Declares pools of a single operation.
macro_rules! pools {
    ($($(#[$doc:meta])* $pool:ident = $name:literal at $rate:literal;)*) => {
        $($(#[$doc])* pub(crate) static $pool: Pool = Pool { name: $name, rate: |_| $rate };)*

        #[cfg(test)]
        const SINGLE: &[(&Pool, f64)] = &[$((&$pool, $rate)),*];
    };
}

pools! {
    /// DescribeKey.
    DESCRIBE_KEY = "kms.DescribeKey" at 2_000.0;
    /// ListResourceTags.
    LIST_RESOURCE_TAGS = "kms.ListResourceTags" at 2_000.0;
    /// GetKeyPolicy.
    GET_KEY_POLICY = "kms.GetKeyPolicy" at 1_000.0;
    PUT_KEY_POLICY = "kms.PutKeyPolicy" at 15.0;
    /// GetKeyRotationStatus.
    GET_KEY_ROTATION_STATUS = "kms.GetKeyRotationStatus" at 1_000.0;
    /// ListKeys.
    LIST_KEYS = "kms.ListKeys" at 500.0;
    /// ListAliases.
    LIST_ALIASES = "kms.ListAliases" at 500.0;
    /// ListGrants.
    LIST_GRANTS = "kms.ListGrants" at 100.0;
    /// ListKeyPolicies.
    LIST_KEY_POLICIES = "kms.ListKeyPolicies" at 100.0;
    /// DeleteAlias.
    DELETE_ALIAS = "kms.DeleteAlias" at 15.0;
    /// ScheduleKeyDeletion.
    SCHEDULE_KEY_DELETION = "kms.ScheduleKeyDeletion" at 15.0;
    /// EnableKeyRotation.
    ENABLE_KEY_ROTATION = "kms.EnableKeyRotation" at 15.0;
    /// ListKeyRotations.
    LIST_KEY_ROTATIONS = "kms.ListKeyRotations" at 100.0;
    /// DisableKeyRotation.
    DISABLE_KEY_ROTATION = "kms.DisableKeyRotation" at 5.0;
    /// RotateKeyOnDemand.
    ROTATE_KEY_ON_DEMAND = "kms.RotateKeyOnDemand" at 5.0;
    /// TagResource.
    TAG_RESOURCE = "kms.TagResource" at 10.0;
    /// CancelKeyDeletion.
    CANCEL_KEY_DELETION = "kms.CancelKeyDeletion" at 5.0;
    /// CreateAlias.
    CREATE_ALIAS = "kms.CreateAlias" at 5.0;
    /// CreateKey.
    CREATE_KEY = "kms.CreateKey" at 5.0;
    /// DisableKey.
    DISABLE_KEY = "kms.DisableKey" at 5.0;
    /// EnableKey.
    ENABLE_KEY = "kms.EnableKey" at 5.0;
    /// UntagResource.
    UNTAG_RESOURCE = "kms.UntagResource" at 5.0;
    /// UpdateAlias.
    UPDATE_ALIAS = "kms.UpdateAlias" at 5.0;
    /// UpdateKeyDescription.
    UPDATE_KEY_DESCRIPTION = "kms.UpdateKeyDescription" at 5.0;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_large_regions_have_the_large_quotas() {
        let rate = |region: &str| (SYMMETRIC.rate)(region.parse().unwrap());
        assert_eq!(rate("us-east-1"), 100_000.0);
        assert_eq!(rate("eu-central-1"), 20_000.0);
        assert_eq!(rate("sa-east-1"), 10_000.0);
    }

    #[test]
    fn no_two_operations_share_a_pool_by_accident() {
        let names: BTreeSet<_> = SINGLE.iter().map(|(pool, _)| pool.name).collect();
        assert_eq!(names.len(), SINGLE.len());
        for (pool, rate) in SINGLE {
            assert_eq!((pool.rate)("us-east-1".parse().unwrap()), *rate, "{}", pool.name);
        }
    }
}
