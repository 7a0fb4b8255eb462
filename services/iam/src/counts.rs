//! How many of something an account has, beside the entities that the directory counts itself.

use crate::error;
use directory::records;
use kernel::{Ctx, Result};

/// One more of `what`, of which there may be `most`; `quota` is the name of that limit.
pub(crate) fn add(ctx: &mut Ctx<'_>, what: &str, most: u64, quota: &str) -> Result<()> {
    let account = ctx.scope().account;
    if records::count(ctx, account, what)? >= most {
        return Err(error::quota(quota, most).into());
    }
    records::bump(ctx, account, what, 1)
}

/// One less.
pub(crate) fn subtract(ctx: &mut Ctx<'_>, what: &str) -> Result<()> {
    let account = ctx.scope().account;
    records::bump(ctx, account, what, -1)
}
