//! Paging as IAM does it: `MaxItems`, `Marker`, `IsTruncated`.
//!
//! Guarantees: a page holds at most what was asked for; a marker goes on only in the listing that gave it out. Source:
//! IAM API Reference, common to all `List…` operations.

use crate::error;
use kernel::{Ctx, Result};

/// The page when none is asked for. The most that may be asked for, 1000, is in the model.
const DEFAULT: i32 = 100;

/// A page that was asked for.
pub(crate) struct Ask<'a> {
    /// At most this many items.
    pub limit: usize,
    /// The last item of the page before.
    pub after: Option<String>,
    filters: &'a [&'a str],
}

/// Reads what the caller asked for. `filters` are all that decides what the listing holds.
pub(crate) fn ask<'a>(
    ctx: &Ctx<'_>,
    max_items: Option<i32>,
    marker: Option<&str>,
    filters: &'a [&'a str],
) -> Result<Ask<'a>> {
    let after = match marker {
        Some(marker) => Some(ctx.after_marker(marker, filters)?.ok_or_else(error::invalid_marker)?),
        None => None,
    };
    Ok(Ask { limit: usize::try_from(max_items.unwrap_or(DEFAULT)).unwrap_or(1), after, filters })
}

impl Ask<'_> {
    /// Whether an item of this name comes after the page before.
    pub(crate) fn is_after(&self, name: &str) -> bool {
        self.after.as_deref().is_none_or(|after| name > after)
    }

    /// Cuts `items`, of which there may be more than the limit, to the page, and gives the marker of the next.
    pub(crate) fn cut<T>(
        &self,
        ctx: &Ctx<'_>,
        mut items: Vec<T>,
        name: impl Fn(&T) -> &str,
    ) -> Result<(Vec<T>, Option<String>)> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let next = match items.last() {
            Some(last) if more => Some(ctx.marker(name(last), self.filters)?),
            _ => None,
        };
        Ok((items, next))
    }
}
