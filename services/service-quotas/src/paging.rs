//! Paging as Service Quotas does it: `MaxResults`, `NextToken`. Listings are short (a service's quotas, an account's
//! requests), so a page is cut from the whole.

use crate::error;
use kernel::{Ctx, Result};

/// Items of a page when none is asked for, and at most.
const PAGE: i32 = 100;

/// The page of `items` after the token, and the token of the next; `name` tells one item from another.
pub(crate) fn cut<T>(
    ctx: &Ctx<'_>,
    items: Vec<T>,
    (max, token): (Option<i32>, Option<&str>),
    filters: &[&str],
    name: impl Fn(&T) -> &str,
) -> Result<(Vec<T>, Option<String>)> {
    let after = match token {
        Some(token) => Some(
            ctx.after_marker(&token.replace('+', "-").replace('/', "_"), filters)?.ok_or_else(error::invalid_token)?,
        ),
        None => None,
    };
    let limit = usize::try_from(max.unwrap_or(PAGE)).unwrap_or(1);
    // An item that has gone since takes its page with it: the listing begins anew rather than skip any.
    let begin = after.and_then(|after| items.iter().position(|item| name(item) == after)).map_or(0, |place| place + 1);
    let more = items.len() > begin + limit;
    let page: Vec<T> = items.into_iter().skip(begin).take(limit).collect();
    let next = match page.last() {
        // The model has tokens in the other alphabet of base64.
        Some(last) if more => Some(ctx.marker(name(last), filters)?.replace('-', "+").replace('_', "/")),
        _ => None,
    };
    Ok((page, next))
}
