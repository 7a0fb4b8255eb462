//! Paging as IAM does it: `MaxItems`, `Marker`, `IsTruncated`.
//!
//! Guarantees: a page holds at most what was asked for; a marker goes on only in the listing that gave it out. Source:
//! IAM API Reference, common to all `List…` operations.

use crate::error;
use directory::records::{Named, folded};
use kernel::{Ctx, Cut, Page, Result};
use std::ops::Deref;
use store::{Key, Part, Record};

/// The page when none is asked for. The most that may be asked for, 1000, is in the model.
const DEFAULT: i32 = 100;

/// A record with the texts of its key.
pub(crate) type Keyed<R> = (Vec<String>, R);

/// A page that was asked for, of the listings that IAM has.
pub(crate) struct Ask<'a>(Page<'a>);

impl<'a> Deref for Ask<'a> {
    type Target = Page<'a>;

    fn deref(&self) -> &Page<'a> {
        &self.0
    }
}

/// Reads what the caller asked for. `filters` are all that decides what the listing holds.
pub(crate) fn ask<'a>(
    ctx: &Ctx<'_>,
    max_items: Option<i32>,
    marker: Option<&str>,
    filters: &'a [&'a str],
) -> Result<Ask<'a>> {
    let page = Page::asked(ctx, max_items.unwrap_or(DEFAULT), marker, filters)?;
    Ok(Ask(page.ok_or_else(error::invalid_marker)?))
}

impl Ask<'_> {
    /// The page of an account's entities that `keep` is true of, by name, and the marker of the next.
    pub(crate) fn named<N: Named>(&self, ctx: &mut Ctx<'_>, keep: impl Fn(&N) -> bool) -> Result<Cut<N>> {
        let all = N::all(ctx.scope().account);
        let mut after = self.after.as_ref().map(|name| all.clone().text(&folded(name)));
        let mut page = Vec::new();
        // Bounded by the quota of the kind: each turn reads further.
        while page.len() <= self.limit {
            let found: Vec<(_, N)> = ctx.scan(&all, after.as_ref(), self.limit + 1)?;
            let last = found.len() <= self.limit;
            after = found.last().map(|(key, _)| key.clone());
            page.extend(found.into_iter().map(|(_, found)| found).filter(&keep));
            if last {
                break;
            }
        }
        self.cut(ctx, page, Named::name)
    }

    /// The page of what lies below `all` and `keep` is true of, by key, and the marker of the next. Each comes with the
    /// texts of its key below `all`, which together must fit a marker.
    pub(crate) fn scanned<R: Record>(
        &self,
        ctx: &mut Ctx<'_>,
        all: &Key,
        keep: impl Fn(&R) -> bool,
    ) -> Result<Cut<Keyed<R>>> {
        let above = all.parts().len();
        let below = |key: &Key| -> Vec<String> {
            let texts = key.parts().into_iter().skip(above).filter_map(|part| match part {
                Part::Text(text) => Some(text),
                _ => None,
            });
            texts.collect()
        };
        let place = |marker: &String| marker.split('/').fold(all.clone(), |key, text| key.text(text));
        let mut after = self.after.as_ref().map(place);
        let mut page = Vec::new();
        // Bounded by the quota of what is listed: each turn reads further.
        while page.len() <= self.limit {
            let found: Vec<(Key, R)> = ctx.scan(all, after.as_ref(), self.limit + 1)?;
            let last = found.len() <= self.limit;
            after = found.last().map(|(key, _)| key.clone());
            page.extend(found.into_iter().filter(|(_, found)| keep(found)).map(|(key, found)| {
                let texts = below(&key);
                (texts.join("/"), texts, found)
            }));
            if last {
                break;
            }
        }
        let (page, marker) = self.cut(ctx, page, |(place, ..): &(String, Vec<String>, R)| place)?;
        Ok((page.into_iter().map(|(_, texts, found)| (texts, found)).collect(), marker))
    }

    /// The page of a list that is small and whole. Its markers hold places, since what it lists may be longer than a
    /// marker.
    pub(crate) fn placed<T>(&self, ctx: &Ctx<'_>, items: Vec<T>) -> Result<Cut<T>> {
        let placed = items.into_iter().enumerate().map(|(place, item)| (format!("{place:05}"), item));
        let placed = placed.filter(|(place, _)| self.is_after(place)).collect();
        let (placed, next) = self.cut(ctx, placed, |(place, _): &(String, T)| place)?;
        Ok((placed.into_iter().map(|(_, item)| item).collect(), next))
    }
}
