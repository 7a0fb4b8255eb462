//! Grants: ListGrants.
//!
//! Guarantee: what is listed is what there is. No grant can be made yet (CreateGrant is not implemented), so a key has
//! none, and tools that look for them before they change a key learn that. Source: KMS API Reference, ListGrants.

use crate::keys::ready;
use crate::{api, error};
use kernel::{Ctx, Result};

/// The grants of a key: none.
pub(crate) fn list(ctx: &mut Ctx<'_>, input: api::ListGrants) -> Result<api::ListGrantsResponse> {
    ready(ctx, 0, api::LIST_GRANTS.name)?;
    // A listing without a second page gave no marker out.
    if input.marker.is_some() {
        return Err(error::invalid_marker().into());
    }
    Ok(api::ListGrantsResponse { grants: Some(Vec::new()), next_marker: None, truncated: Some(false) })
}
