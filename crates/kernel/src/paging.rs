//! Pagination markers: opaque, bound to the question they continue.
//!
//! A marker seals the last item's key component for the account, Region, operation and filters of the listing, so one
//! can neither be made up nor carried into another listing. No state is kept for it.

use crate::ctx::Ctx;
use crate::error::Result;
use crypto::Purpose;

/// A page that was asked for. Services have names of their own for what asks and answers.
pub struct Page<'a> {
    /// At most this many items.
    pub limit: usize,
    /// The last item of the page before.
    pub after: Option<String>,
    filters: &'a [&'a str],
}

/// What stands on a page, and the marker of the next one.
pub type Cut<T> = (Vec<T>, Option<String>);

impl<'a> Page<'a> {
    /// The page that goes on after `marker`; `None` for a marker that does not belong to this listing. `filters` are all
    /// that decides what the listing holds.
    pub fn asked(ctx: &Ctx<'_>, limit: i32, marker: Option<&str>, filters: &'a [&'a str]) -> Result<Option<Self>> {
        let after = match marker {
            Some(marker) => match ctx.after_marker(marker, filters)? {
                None => return Ok(None),
                after => after,
            },
            None => None,
        };
        Ok(Some(Self { limit: usize::try_from(limit).unwrap_or(1), after, filters }))
    }

    /// Whether an item of this name comes after the page before.
    pub fn is_after(&self, name: &str) -> bool {
        self.after.as_deref().is_none_or(|after| name > after)
    }

    /// Cuts `items`, of which there may be more than the limit, to the page.
    pub fn cut<T>(&self, ctx: &Ctx<'_>, mut items: Vec<T>, name: impl Fn(&T) -> &str) -> Result<Cut<T>> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let next = match items.last() {
            Some(last) if more => Some(self.marker(ctx, name(last))?),
            _ => None,
        };
        Ok((items, next))
    }

    /// The marker of the page after the item of this name.
    pub fn marker(&self, ctx: &Ctx<'_>, last: &str) -> Result<String> {
        ctx.marker(last, self.filters)
    }
}

impl Ctx<'_> {
    /// The marker after the item `last` of this operation's listing, as `filters` narrow it.
    pub fn marker(&self, last: &str, filters: &[&str]) -> Result<String> {
        let key = self.crypto().purpose_key(self.scope().account, Purpose::PaginationMarker)?;
        Ok(key.seal(self.rng(), &self.listing(filters), last.as_bytes()))
    }

    /// The item after which the listing goes on; `None` for a marker that does not belong to this listing.
    pub fn after_marker(&self, marker: &str, filters: &[&str]) -> Result<Option<String>> {
        let key = self.crypto().purpose_key(self.scope().account, Purpose::PaginationMarker)?;
        let last = key.open(&self.listing(filters), marker).ok();
        Ok(last.and_then(|last| String::from_utf8(last).ok()))
    }

    fn listing(&self, filters: &[&str]) -> Vec<u8> {
        let mut listing = Vec::new();
        let region = self.scope().region;
        let parts = [region.as_str(), self.call.service.name, self.call.name];
        for part in parts.into_iter().chain(filters.iter().copied()) {
            listing.extend((part.len() as u64).to_be_bytes());
            listing.extend(part.as_bytes());
        }
        listing
    }
}
