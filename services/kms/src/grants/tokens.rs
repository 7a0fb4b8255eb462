//! Grant tokens: what CreateGrant gives its caller to name the grant by before all of AWS knows it.
//!
//! Here a grant is effective at once, so a token adds nothing to it; it is checked, and it names the grant that RetireGrant
//! is to retire. Guarantees: nobody can make a token but this server; no two are equal; one is good in its Region only.
//! Source: KMS Developer Guide, "Grant token".

use crate::error;
use crate::keyid::KeyId;
use base::{Region, Scope};
use crypto::{Hierarchy, Purpose};
use kernel::{Ctx, Lookup, Result};

/// The grant that a token names.
pub(crate) struct Meant {
    /// Where the key is.
    pub scope: Scope,
    /// The key.
    pub key: KeyId,
    /// The grant's id.
    pub grant: String,
}

/// A new token for a grant.
pub(crate) fn new(ctx: &Ctx<'_>, scope: Scope, key: &KeyId, grant: &str) -> String {
    let named = format!("{}/{key}/{grant}", scope.account);
    let token = ctx.crypto().system_purpose_key(Purpose::GrantToken);
    token.seal(ctx.rng(), scope.region.as_str().as_bytes(), named.as_bytes())
}

/// The grant that a token names in the Region called.
pub(crate) fn open(crypto: &Hierarchy, region: Region, token: &str) -> Result<Meant> {
    let opened = crypto.system_purpose_key(Purpose::GrantToken).open(region.as_str().as_bytes(), token);
    let named = opened.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(named.and_then(|named| read(&named, region)).ok_or_else(error::invalid_grant_token)?)
}

/// Refuses tokens that are none. Which of the caller's grants counts is decided by the grants themselves.
pub(crate) fn check(lookup: &Lookup<'_, '_>, tokens: &Option<Vec<String>>) -> Result<()> {
    let region = lookup.scope().region;
    tokens.iter().flatten().try_for_each(|token| open(lookup.crypto(), region, token).map(|_| ()))
}

fn read(named: &str, region: Region) -> Option<Meant> {
    let mut parts = named.split('/');
    let (account, key, grant) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Meant {
        scope: Scope { account: account.parse().ok()?, region },
        key: KeyId::parse(key)?,
        grant: grant.to_owned(),
    })
}
