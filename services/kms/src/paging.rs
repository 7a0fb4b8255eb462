//! Paging as KMS does it: `Limit`, `Marker`, `NextMarker`, `Truncated`.
//!
//! Guarantees: a page holds at most what was asked for; a marker goes on only in the listing that gave it out. How much
//! may be asked for is in the model and its overlay. Source: KMS API Reference.

use crate::error;
use kernel::{Ctx, Result};

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

/// A page that was asked for.
pub(crate) struct Ask<'a> {
    /// At most this many items.
    pub limit: usize,
    /// The last item of the page before.
    pub after: Option<String>,
    filters: &'a [&'a str],
}

/// Reads what the caller asked for.
pub(crate) fn ask<'a>(
    ctx: &Ctx<'_>,
    limit: Option<i32>,
    marker: Option<&str>,
    default: i32,
    filters: &'a [&'a str],
) -> Result<Ask<'a>> {
    let limit = limit.unwrap_or(default);
    let after = match marker {
        Some(marker) => Some(ctx.after_marker(marker, filters)?.ok_or_else(error::invalid_marker)?),
        None => None,
    };
    Ok(Ask { limit: usize::try_from(limit).unwrap_or(1), after, filters })
}

impl Ask<'_> {
    /// Cuts `items`, of which there may be one more than the limit, to the page, and gives the marker of the next.
    pub(crate) fn cut<T>(
        &self,
        ctx: &Ctx<'_>,
        mut items: Vec<T>,
        name: impl Fn(&T) -> &str,
    ) -> Result<(Vec<T>, Option<String>)> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let next = match items.last() {
            Some(last) if more => Some(self.marker(ctx, name(last))?),
            _ => None,
        };
        Ok((items, next))
    }

    /// The marker of the page after the item of this name.
    pub(crate) fn marker(&self, ctx: &Ctx<'_>, last: &str) -> Result<String> {
        ctx.marker(last, self.filters)
    }
}
