//! Paging as Organizations does it: `MaxResults`, `NextToken`.
//!
//! Guarantees: a page holds at most what was asked for, and 20 if nothing was; a token goes on only in the listing that
//! gave it out; a page that is chosen from more looks at a limited number of records, and so may be short, or empty,
//! although more follow.

use crate::error;
use kernel::{Ctx, Result};
use store::{Key, Part, Record};

const PAGE: i32 = 20;

/// Records that a page is chosen from.
const MAX_SEEN: usize = 500;
/// Records that are read at a time for that.
const BATCH: usize = 50;

/// Items by their names, and the token of the page after them.
pub(crate) type Cut<T> = (Vec<(String, T)>, Option<String>);

/// A page that was asked for.
pub(crate) struct Page<'a> {
    pub limit: usize,
    after: Option<String>,
    filters: &'a [&'a str],
}

/// Reads what the caller asked for.
pub(crate) fn ask<'a>(
    ctx: &Ctx<'_>,
    limit: Option<i32>,
    token: Option<&str>,
    filters: &'a [&'a str],
) -> Result<Page<'a>> {
    let after = match token {
        None => None,
        Some(token) => {
            let unknown = || error::invalid_input("INVALID_NEXT_TOKEN", "You provided an invalid value for nextToken.");
            Some(ctx.after_marker(token, filters)?.ok_or_else(unknown)?)
        }
    };
    Ok(Page { limit: usize::try_from(limit.unwrap_or(PAGE)).unwrap_or(1), after, filters })
}

impl Page<'_> {
    /// The page of the records below `prefix`, each with the last part of its key, and the token of the next page.
    pub(crate) fn records<R: Record>(&self, ctx: &mut Ctx<'_>, prefix: &Key) -> Result<Cut<R>> {
        let after = self.after.as_ref().map(|name| prefix.clone().text(name));
        let found = ctx.scan::<R>(prefix, after.as_ref(), self.limit + 1)?;
        self.cut(ctx, found.into_iter().filter_map(|(key, record)| Some((last_text(&key)?, record))).collect())
    }

    /// The page of those records below `prefix` that are wanted.
    pub(crate) fn chosen<R: Record>(
        &self,
        ctx: &mut Ctx<'_>,
        prefix: &Key,
        is_wanted: impl Fn(&R) -> bool,
    ) -> Result<Cut<R>> {
        let (mut found, mut seen) = (Vec::new(), 0);
        let mut last = self.after.clone();
        loop {
            let after = last.as_ref().map(|name| prefix.clone().text(name));
            let batch = ctx.scan::<R>(prefix, after.as_ref(), BATCH)?;
            let is_last = batch.len() < BATCH;
            seen += batch.len();
            for (name, record) in batch.into_iter().filter_map(|(key, record)| Some((last_text(&key)?, record))) {
                if is_wanted(&record) {
                    if found.len() == self.limit {
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

    fn going_on<T>(&self, ctx: &Ctx<'_>, items: Vec<(String, T)>, last: Option<&str>) -> Result<Cut<T>> {
        Ok((items, Some(ctx.marker(last.unwrap_or_default(), self.filters)?)))
    }

    /// Whether it is the first of its listing.
    pub(crate) fn is_first(&self) -> bool {
        self.after.is_none()
    }

    /// The page of items that are all at hand, in the order of their names.
    pub(crate) fn of<T>(&self, ctx: &Ctx<'_>, items: Vec<(String, T)>) -> Result<Cut<T>> {
        let rest = items.into_iter().filter(|(name, _)| self.after.as_ref().is_none_or(|after| name > after));
        self.cut(ctx, rest.take(self.limit + 1).collect())
    }

    fn cut<T>(&self, ctx: &Ctx<'_>, mut items: Vec<(String, T)>) -> Result<Cut<T>> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let next = match items.last() {
            Some((last, _)) if more => Some(ctx.marker(last, self.filters)?),
            _ => None,
        };
        Ok((items, next))
    }
}

/// The last part of a key, by which its record is named.
pub(crate) fn last_text(key: &Key) -> Option<String> {
    match key.parts().pop() {
        Some(Part::Text(text)) => Some(text),
        _ => None,
    }
}
