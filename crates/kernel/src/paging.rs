//! Pagination markers: opaque, bound to the question they continue.
//!
//! A marker seals the last item's key component for the account, Region, operation and filters of the listing, so one
//! can neither be made up nor carried into another listing. No state is kept for it.

use crate::ctx::Ctx;
use crate::error::Result;
use crypto::Purpose;

/// One page: its items, and where the next begins if there is one.
pub struct Page<T> {
    /// At most `limit` items.
    pub items: Vec<T>,
    /// Whether there are more.
    pub more: bool,
}

impl<T> Page<T> {
    /// Cuts a scan that asked for one item more than `limit`.
    pub fn cut(mut items: Vec<T>, limit: usize) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        Self { items, more }
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
