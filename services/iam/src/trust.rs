//! Trust policies: bound to unique ids when they are written, rendered as ARNs when they are read.
//!
//! Guarantee: a user or role that is made under the name of a deleted one is not trusted in its stead; what the deleted
//! one was called is then shown as its id. Source: IAM User Guide, "AWS JSON policy elements: Principal".

use crate::{documents, error, quotas};
use directory::records;
use kernel::{Ctx, Error, Result};
use policy::{Document, Kind};

/// Reads a trust policy and binds its principals.
pub(crate) fn bind(ctx: &mut Ctx<'_>, text: &str) -> Result<String> {
    let document = documents::read(Kind::Trust, text)?;
    if document.size() as u64 > quotas::TRUST_POLICY_SIZE {
        return Err(error::quota("ACLSizePerRole", quotas::TRUST_POLICY_SIZE).into());
    }
    match records::bind_principals(ctx, &document)? {
        Ok(bound) => Ok(bound),
        Err(principal) => Err(error::invalid_principal(&principal).into()),
    }
}

/// A stored trust policy as people read it.
pub(crate) fn shown(ctx: &mut Ctx<'_>, stored: &str) -> Result<String> {
    let document = Document::parse(Kind::Trust, stored);
    let document = document.map_err(|malformed| Error::Internal(format!("a stored trust policy: {malformed}")))?;
    let partition = ctx.partition();
    records::unbind_principals(ctx, &document, partition)
}

/// A trust policy in an answer.
pub(crate) fn rendered(ctx: &mut Ctx<'_>, stored: &str) -> Result<String> {
    Ok(documents::encoded(&shown(ctx, stored)?))
}
