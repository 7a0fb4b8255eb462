//! Account aliases: a name for the account in its sign-in address.
//!
//! Guarantees: an account has at most one alias, and no two accounts have the same. Source: IAM User Guide, "Your AWS
//! account ID and its alias".

use crate::records::{Alias, AliasOwner};
use crate::{api, error, paging, quotas, targets};
use base::AccountId;
use kernel::{Ctx, Result, Service, op};

/// The operations on aliases.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(
            op(api::CREATE_ACCOUNT_ALIAS, create)
                .on(|_, _| targets::anything("iam:CreateAccountAlias"))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DELETE_ACCOUNT_ALIAS, delete)
                .on(|_, _| targets::anything("iam:DeleteAccountAlias"))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_ACCOUNT_ALIASES, list)
                .on(|_, _| targets::anything("iam:ListAccountAliases"))
                .quota(&quotas::READS),
        )
}

/// Gives the account an alias, in place of the one that it has.
fn create(ctx: &mut Ctx<'_>, input: api::CreateAccountAlias) -> Result<()> {
    let account = ctx.scope().account;
    let alias = input.account_alias;
    if is_account_id(&alias) {
        return Err(error::alias_is_account_id().into());
    }
    if !ctx.insert(&AliasOwner::key(ctx.partition(), &alias), &AliasOwner::new(account))? {
        return Err(error::alias_exists(&alias).into());
    }
    if let Some(Alias(former)) = ctx.get(&Alias::key(account))? {
        ctx.delete(&AliasOwner::key(ctx.partition(), &former))?;
    }
    ctx.put(&Alias::key(account), &Alias(alias))
}

/// Takes the account's alias away.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteAccountAlias) -> Result<()> {
    let account = ctx.scope().account;
    match ctx.get(&Alias::key(account))? {
        Some(Alias(alias)) if alias == input.account_alias => {
            ctx.delete(&Alias::key(account))?;
            ctx.delete(&AliasOwner::key(ctx.partition(), &alias))
        }
        _ => Err(error::no_such_alias(&input.account_alias).into()),
    }
}

/// The account's aliases, of which there is at most one.
fn list(ctx: &mut Ctx<'_>, input: api::ListAccountAliases) -> Result<api::ListAccountAliasesOutput> {
    let page = paging::ask(ctx, input.max_items, input.marker.as_deref(), &[])?;
    let alias = of(ctx, ctx.scope().account)?;
    let aliases = alias.into_iter().filter(|alias| page.is_after(alias)).collect();
    let (aliases, next) = page.cut(ctx, aliases, String::as_str)?;
    Ok(api::ListAccountAliasesOutput { account_aliases: aliases, is_truncated: Some(next.is_some()), marker: next })
}

/// The alias of an account.
pub(crate) fn of(ctx: &mut Ctx<'_>, account: AccountId) -> Result<Option<String>> {
    Ok(ctx.get(&Alias::key(account))?.map(|Alias(alias)| alias))
}

/// Twelve digits could be taken for an account.
fn is_account_id(alias: &str) -> bool {
    alias.len() == 12 && alias.bytes().all(|byte| byte.is_ascii_digit())
}
