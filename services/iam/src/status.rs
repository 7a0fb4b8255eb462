//! Whether a credential may be used.

use crate::{api, error};
use model::Fault;

/// What a request sets: `Expired` is what a credential becomes, not what it is made.
pub(crate) fn is_active(status: api::StatusType) -> Result<bool, Fault> {
    match status {
        api::StatusType::Active => Ok(true),
        api::StatusType::Inactive => Ok(false),
        api::StatusType::Expired => Err(error::invalid_input("The status can be Active or Inactive.")),
    }
}

/// What an answer tells.
pub(crate) fn of(active: bool) -> api::StatusType {
    if active { api::StatusType::Active } else { api::StatusType::Inactive }
}
