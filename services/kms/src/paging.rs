//! Paging as KMS does it: `Limit`, `Marker`, `NextMarker`, `Truncated`.
//!
//! Guarantees: a page holds at most what was asked for; a marker goes on only in the listing that gave it out. How much
//! may be asked for is in the model and its overlay. Source: KMS API Reference.

use crate::error;
use kernel::{Ctx, Page, Result};

/// The page of ListKeys and ListKeyPolicies when none is asked for.
pub(crate) const KEYS: i32 = 100;
/// The page of ListKeyRotations when none is asked for.
pub(crate) const ROTATIONS: i32 = 100;
/// The page of ListAliases when none is asked for.
pub(crate) const ALIASES: i32 = 50;
/// The page of ListGrants and ListRetirableGrants when none is asked for.
pub(crate) const GRANTS: i32 = 50;
/// The page of ListResourceTags when none is asked for.
pub(crate) const TAGS: i32 = 50;

/// The page of DescribeCustomKeyStores when none is asked for.
pub(crate) const KEY_STORES: i32 = 100;

/// Reads what the caller asked for.
pub(crate) fn ask<'a>(
    ctx: &Ctx<'_>,
    limit: Option<i32>,
    marker: Option<&str>,
    default: i32,
    filters: &'a [&'a str],
) -> Result<Page<'a>> {
    Ok(Page::asked(ctx, limit.unwrap_or(default), marker, filters)?.ok_or_else(error::invalid_marker)?)
}
