//! Paging as Organizations does it: `MaxResults`, `NextToken`.
//!
//! Guarantees: a page holds at most what was asked for, and 20 if nothing was; a token goes on only in the listing that
//! gave it out; a page that is chosen from more looks at a limited number of records, and so may be short, or empty,
//! although more follow.

use crate::error;
use kernel::{Ctx, Cut, Page, Result};
use store::{Key, Record};

const PAGE: i32 = 20;

/// Records that a page is chosen from.
const MAX_SEEN: usize = 500;
/// Records that are read at a time for that.
const BATCH: usize = 50;

/// Items by their names, and the token of the page after them.
pub(crate) type Named<T> = Cut<(String, T)>;

/// A page that was asked for, of the listings that Organizations has.
pub(crate) struct Ask<'a>(Page<'a>);

/// Reads what the caller asked for.
pub(crate) fn ask<'a>(
    ctx: &Ctx<'_>,
    limit: Option<i32>,
    token: Option<&str>,
    filters: &'a [&'a str],
) -> Result<Ask<'a>> {
    let unknown = || error::invalid_input("INVALID_NEXT_TOKEN", "You provided an invalid value for nextToken.");
    let page = Page::asked(ctx, limit.unwrap_or(PAGE), token, filters)?;
    Ok(Ask(page.ok_or_else(unknown)?))
}

impl Ask<'_> {
    /// The page of the records below `prefix`, each with the last part of its key, and the token of the next page.
    pub(crate) fn records<R: Record>(&self, ctx: &mut Ctx<'_>, prefix: &Key) -> Result<Named<R>> {
        let after = self.0.after.as_ref().map(|name| prefix.clone().text(name));
        let found = ctx.scan::<R>(prefix, after.as_ref(), self.0.limit + 1)?;
        self.cut(ctx, found.into_iter().filter_map(|(key, record)| Some((key.last_text()?, record))).collect())
    }

    /// The page of those records below `prefix` that are wanted.
    pub(crate) fn chosen<R: Record>(
        &self,
        ctx: &mut Ctx<'_>,
        prefix: &Key,
        is_wanted: impl Fn(&R) -> bool,
    ) -> Result<Named<R>> {
        let (mut found, mut seen) = (Vec::new(), 0);
        let mut last = self.0.after.clone();
        loop {
            let after = last.as_ref().map(|name| prefix.clone().text(name));
            let batch = ctx.scan::<R>(prefix, after.as_ref(), BATCH)?;
            let is_last = batch.len() < BATCH;
            seen += batch.len();
            for (name, record) in batch.into_iter().filter_map(|(key, record)| Some((key.last_text()?, record))) {
                if is_wanted(&record) {
                    if found.len() == self.0.limit {
                        return self.going_on(ctx, found, last.as_deref());
                    }
                    found.push((name.clone(), record));
                }
                last = Some(name);
            }
            if is_last {
                return Ok((found, None));
            }
            if seen >= MAX_SEEN {
                return self.going_on(ctx, found, last.as_deref());
            }
        }
    }

    fn going_on<T>(&self, ctx: &Ctx<'_>, items: Vec<(String, T)>, last: Option<&str>) -> Result<Named<T>> {
        Ok((items, Some(self.0.marker(ctx, last.unwrap_or_default())?)))
    }

    /// The same page with room for one item less.
    pub(crate) fn shorter(mut self) -> Self {
        self.0.limit = self.0.limit.saturating_sub(1);
        self
    }

    /// Whether it is the first of its listing.
    pub(crate) fn is_first(&self) -> bool {
        self.0.after.is_none()
    }

    /// The page of items that are all at hand, in the order of their names.
    pub(crate) fn of<T>(&self, ctx: &Ctx<'_>, items: Vec<(String, T)>) -> Result<Named<T>> {
        let rest = items.into_iter().filter(|(name, _)| self.0.is_after(name));
        self.cut(ctx, rest.take(self.0.limit + 1).collect())
    }

    fn cut<T>(&self, ctx: &Ctx<'_>, items: Vec<(String, T)>) -> Result<Named<T>> {
        self.0.cut(ctx, items, |(name, _): &(String, T)| name)
    }
}
