//! What STS tells without giving anything: whose credentials these are, whose access key that is.
//!
//! Guarantee: GetCallerIdentity needs no permission and cannot be denied, so that whoever has credentials can learn
//! whose they are. Source: STS API Reference.

use crate::{api, error};
use directory::ids;
use directory::records::AccessKey;
use kernel::{Ctx, Result};

/// Tells whose credentials signed the call.
pub(crate) fn get_caller_identity(
    ctx: &mut Ctx<'_>,
    _: api::GetCallerIdentity,
) -> Result<api::GetCallerIdentityOutput> {
    let principal = &ctx.caller().principal;
    Ok(api::GetCallerIdentityOutput {
        user_id: Some(principal.unique_id().into_owned()),
        account: Some(principal.account().to_string()),
        arn: Some(principal.arn(ctx.partition())),
    })
}

/// Tells the account of an access key, from its id alone; of one that was chosen in a seed, from its record.
pub(crate) fn get_access_key_info(
    ctx: &mut Ctx<'_>,
    input: api::GetAccessKeyInfo,
) -> Result<api::GetAccessKeyInfoOutput> {
    let id = &input.access_key_id;
    let told = ids::account_of(id);
    let account =
        if told.is_some() { told } else { ctx.get(&AccessKey::key(id))?.and_then(|key: AccessKey| key.account()) };
    let account = account.ok_or_else(error::no_access_key)?;
    Ok(api::GetAccessKeyInfoOutput { account: Some(account.to_string()) })
}

/// Shows what stands behind a denial, from the message that the denied caller was given.
pub(crate) fn decode_authorization_message(
    ctx: &mut Ctx<'_>,
    input: api::DecodeAuthorizationMessage,
) -> Result<api::DecodeAuthorizationMessageOutput> {
    let decoded = ctx.decoded_authorization(&input.encoded_message).ok_or_else(error::no_message)?;
    Ok(api::DecodeAuthorizationMessageOutput { decoded_message: Some(decoded) })
}
