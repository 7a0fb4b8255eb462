//! Aliases: names for keys, unique in an account and Region.
//!
//! Guarantees: an alias points at a key of its own account and Region; `alias/aws/…` is AWS's own; the list of aliases
//! and the marks below their keys change together. Source: KMS Developer Guide, "Aliases in AWS KMS".

use crate::keyid::{self, Accepts, KeyId, Reference};
use crate::keys::{ready, tell_key};
use crate::quotas::ALIASES_PER_KEY;
use crate::records::{AliasRecord, KeyRecord, Mark};
use crate::view::KeyView;
use crate::{api, aws_keys, error, paging, spec};
use base::Scope;
use crypto::MaterialKind;
use kernel::{Ctx, Page, Result};
use model::Fault;
use std::collections::BTreeMap;

/// The prefix of names that only AWS gives.
pub(crate) const RESERVED: &str = "alias/aws/";

/// Names a key. A taken name is `AlreadyExistsException`, also when it already points at this key.
pub(crate) fn create(ctx: &mut Ctx<'_>, input: api::CreateAlias) -> Result<()> {
    let key = ready(ctx, 1, api::CREATE_ALIAS.name)?;
    tell_key(ctx, &key);
    let scope = ctx.scope();
    let now = ctx.now().into();
    let alias = AliasRecord { target: key.id.clone(), created: now, updated: now };
    if !ctx.insert(&AliasRecord::key(scope, &input.alias_name), &alias)? {
        return Err(error::alias_exists(&keyid::alias_arn(scope, &input.alias_name)).into());
    }
    attach(ctx, &key, &input.alias_name)
}

/// Points an alias at another key.
pub(crate) fn update(ctx: &mut Ctx<'_>, input: api::UpdateAlias) -> Result<()> {
    // The key that the alias leaves may be in any state.
    let old = ctx.permitted::<KeyView>(1)?;
    let new = ready(ctx, 2, api::UPDATE_ALIAS.name)?;
    check_alike(&old, &new)?;
    tell_key(ctx, &new);
    let (mut alias, place) = existing(ctx, &input.alias_name)?;
    alias.target = new.id.clone();
    alias.updated = ctx.now().into();
    ctx.put(&place, &alias)?;
    if old.id == new.id {
        return Ok(());
    }
    ctx.delete(&Mark::alias_of(old.scope, &old.id, &input.alias_name))?;
    attach(ctx, &new, &input.alias_name)
}

/// Takes a name away. The key stays.
pub(crate) fn delete(ctx: &mut Ctx<'_>, input: api::DeleteAlias) -> Result<()> {
    let key = ready(ctx, 1, api::DELETE_ALIAS.name)?;
    tell_key(ctx, &key);
    let (_, place) = existing(ctx, &input.alias_name)?;
    ctx.delete(&place)?;
    ctx.delete(&Mark::alias_of(key.scope, &key.id, &input.alias_name))
}

/// The aliases of the account and Region, or of one key, by name.
pub(crate) fn list(ctx: &mut Ctx<'_>, input: api::ListAliases) -> Result<api::ListAliasesOutput> {
    let scope = ctx.scope();
    let of_key = match &input.key_id {
        Some(named) => Some(known_key(ctx, named)?),
        None => None,
    };
    let filters: Vec<&str> = of_key.iter().map(KeyId::as_str).collect();
    let page = paging::ask(ctx, input.limit, input.marker.as_deref(), paging::ALIASES, &filters)?;
    let found = match &of_key {
        Some(id) => aliases_of(ctx, scope, id, &page)?,
        None => all_aliases(ctx, scope, &page)?,
    };
    let (found, next) = page.cut(ctx, found, |(name, _)| name)?;
    let entry = |(name, alias): (String, Option<AliasRecord>)| api::AliasListEntry {
        alias_arn: Some(keyid::alias_arn(scope, &name)),
        alias_name: Some(name),
        target_key_id: alias.as_ref().map(|alias| alias.target.to_string()),
        creation_date: alias.as_ref().map(|alias| alias.created.into()),
        last_updated_date: alias.map(|alias| alias.updated.into()),
    };
    Ok(api::ListAliasesOutput {
        aliases: Some(found.into_iter().map(entry).collect()),
        truncated: Some(next.is_some()),
        next_marker: next,
    })
}

/// Refuses what cannot be the name of a customer's alias. The service answers for the missing prefix as for a broken
/// constraint (seen in aws-controllers-k8s/community issue 1878), and so it does for a colon.
pub(crate) fn check_name(name: &str) -> std::result::Result<(), Fault> {
    if !name.starts_with("alias/") || name.len() == "alias/".len() {
        return Err(Fault::validation(
            "Alias must start with the prefix \"alias/\". Please see \
             https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        ));
    }
    if name.starts_with(RESERVED) {
        return Err(error::invalid_alias_name(format!("{name} begins with {RESERVED}, which is reserved for AWS.")));
    }
    // The model's pattern admits colons, the service does not.
    if name.contains(':') {
        return Err(Fault::validation(format!("{name} contains invalid characters for an alias")));
    }
    Ok(())
}

/// Refuses an alias where a key must be named.
pub(crate) fn check_target(named: &str) -> std::result::Result<(), Fault> {
    if named.starts_with("alias/") || named.contains(":alias/") {
        return Err(Fault::validation("Aliases must refer to keys. Not aliases"));
    }
    Ok(())
}

/// An alias moves only to a key that does the same. Source: KMS API Reference, "UpdateAlias".
fn check_alike(old: &KeyView, new: &KeyView) -> Result<()> {
    let kind = |key: &KeyView| match spec::kind(key.record.spec) {
        Some(MaterialKind::Symmetric) => "symmetric",
        Some(MaterialKind::Hmac(_)) => "HMAC",
        _ => "asymmetric",
    };
    if kind(old) != kind(new) || old.record.usage != new.record.usage {
        return Err(Fault::validation(
            "The current and the new key of an alias must be of the same type, symmetric, asymmetric or HMAC, and have the \
             same key usage.",
        )
        .into());
    }
    Ok(())
}

/// Marks the alias below its key, within the quota.
fn attach(ctx: &mut Ctx<'_>, key: &KeyView, name: &str) -> Result<()> {
    let most = ctx.limit_of(key.scope, &ALIASES_PER_KEY);
    if key.aliases.len() as u64 >= most {
        let text = format!("{} has reached the quota of {most} aliases for a KMS key.", key.arn);
        return Err(error::limit_exceeded(text).into());
    }
    ctx.put(&Mark::alias_of(key.scope, &key.id, name), &Mark)
}

fn existing(ctx: &mut Ctx<'_>, name: &str) -> Result<(AliasRecord, store::Key)> {
    let scope = ctx.scope();
    let place = AliasRecord::key(scope, name);
    let alias = ctx.get(&place)?.ok_or_else(|| error::alias_not_found(&keyid::alias_arn(scope, name)))?;
    Ok((alias, place))
}

/// A key of the account that a listing is narrowed to.
fn known_key(ctx: &mut Ctx<'_>, named: &str) -> Result<KeyId> {
    let scope = ctx.scope();
    let Reference::Key(account, id) = keyid::parse(named, scope, Accepts::Keys)? else {
        return Err(error::invalid_key_id(named).into());
    };
    let known = account == scope.account && ctx.exists(&KeyRecord::key(scope, &id))?;
    if known { Ok(id) } else { Err(error::key_not_found(&id.arn(Scope { account, ..scope })).into()) }
}

/// The aliases of the account and Region, and those that AWS has set up and that have no key yet.
fn all_aliases(ctx: &mut Ctx<'_>, scope: Scope, page: &Page<'_>) -> Result<Vec<(String, Option<AliasRecord>)>> {
    let after = page.after.as_ref().map(|name| AliasRecord::key(scope, name));
    let found = ctx.scan::<AliasRecord>(&AliasRecord::all(scope), after.as_ref(), page.limit + 1)?;
    let named = found.into_iter().filter_map(|(key, alias)| Some((key.last_text()?, Some(alias))));
    let mut aliases: BTreeMap<String, Option<AliasRecord>> = named.collect();
    for name in aws_keys::predefined().filter(|name| page.is_after(name)) {
        aliases.entry(name).or_insert(None);
    }
    Ok(aliases.into_iter().take(page.limit + 1).collect())
}

fn aliases_of(
    ctx: &mut Ctx<'_>,
    scope: Scope,
    id: &KeyId,
    page: &Page<'_>,
) -> Result<Vec<(String, Option<AliasRecord>)>> {
    let after = page.after.as_ref().map(|name| Mark::alias_of(scope, id, name));
    let marks: Vec<(_, Mark)> = ctx.scan(&Mark::aliases_of(scope, id), after.as_ref(), page.limit + 1)?;
    let mut found = Vec::with_capacity(marks.len());
    for name in marks.iter().filter_map(|(key, _)| key.last_text()) {
        let (alias, _) = existing(ctx, &name)?;
        found.push((name, Some(alias)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_below_alias_and_not_awss_own_are_accepted() {
        assert!(check_name("alias/app").is_ok());
        assert!(check_name("alias/aws-like").is_ok());
        for name in ["app", "alias/", "alias/a:b", "Alias/app"] {
            assert_eq!(check_name(name).expect_err(name).code, "ValidationException", "{name}");
        }
        assert_eq!(check_name("alias/aws/s3").expect_err("reserved").code, "InvalidAliasNameException");
    }

    #[test]
    fn an_alias_does_not_point_at_an_alias() {
        for named in ["alias/app", "arn:aws:kms:us-east-1:111122223333:alias/app"] {
            assert_eq!(check_target(named).expect_err(named).code, "ValidationException");
        }
        assert!(check_target("1234abcd-12ab-34cd-56ef-1234567890ab").is_ok());
    }
}
