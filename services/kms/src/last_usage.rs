//! When a key was last used: GetKeyLastUsage, and the condition key that goes with it.
//!
//! Guarantees: only successful cryptography counts, on each of the keys that it used; every key is tracked from its
//! creation on. Source: KMS Developer Guide, "Determine past usage of a KMS key".

use crate::api::{self, KeyLastUsageTrackingOperation};
use crate::keys::ready;
use crate::view::KeyView;
use base::Timestamp;
use kernel::{Ctx, LastUse, Lookup, Result};

const DAY_MILLIS: i64 = 86_400_000;

/// The last successful cryptography with a key.
pub(crate) fn get(ctx: &mut Ctx<'_>, _: api::GetKeyLastUsage) -> Result<api::GetKeyLastUsageOutput> {
    let key = ready(ctx, 0, api::GET_KEY_LAST_USAGE.name)?;
    let last = ctx.last_use(key.scope.account, &key.arn)?;
    let created = Timestamp::from(key.record.created);
    Ok(api::GetKeyLastUsageOutput {
        key_id: Some(key.id.to_string()),
        key_last_usage: Some(last.map(told).unwrap_or_default()),
        tracking_start_date: Some(created),
        key_creation_date: Some(created),
    })
}

/// Whole days since a key was last used, or made if it never was: `kms:TrailingDaysWithoutKeyUsage`. Source: KMS
/// Developer Guide, "Condition keys for AWS KMS".
pub(crate) fn trailing_days(lookup: &mut Lookup<'_, '_>, key: &KeyView) -> Result<i64> {
    let last = lookup.last_use(key.scope.account, &key.arn)?;
    let since = last.map_or(Timestamp::from(key.record.created), |last| last.at);
    Ok(lookup.now().millis().saturating_sub(since.millis()).max(0) / DAY_MILLIS)
}

fn told(last: LastUse) -> api::KeyLastUsageData {
    let operation = KeyLastUsageTrackingOperation::ALL.iter().copied().find(|known| known.as_str() == last.operation);
    api::KeyLastUsageData {
        operation,
        timestamp: Some(last.at),
        cloud_trail_event_id: Some(last.event.to_string()),
        kms_request_id: Some(last.request),
    }
}
