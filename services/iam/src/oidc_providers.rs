//! OpenID Connect providers: whose tokens the account's roles may trust.
//!
//! Guarantees: an account knows a provider once; STS reads what is stored here at every sign-in, so that a change counts
//! from the next one on. A provider without thumbprints is reached through publicly trusted certificates only: nothing
//! is fetched when it is made. Source: IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM".

use crate::{api, arns, counts, error, quotas, tags, targets};
use base::{AccountId, Partition};
use directory::providers::OidcProvider;
use kernel::{Ctx, Lookup, Result, Service, Target, op};
use model::Fault;

/// What counts these providers.
pub(crate) const COUNT: &str = "oidc-provider";

/// The operations on OpenID Connect providers.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(op(api::CREATE_OPEN_ID_CONNECT_PROVIDER, create).on(on_create).quota(&quotas::CHANGES).writes())
        .with(
            op(api::GET_OPEN_ID_CONNECT_PROVIDER, get)
                .on(|lookup, input| on(lookup, "iam:GetOpenIDConnectProvider", &input.open_id_connect_provider_arn))
                .quota(&quotas::READS),
        )
        .with(
            op(api::DELETE_OPEN_ID_CONNECT_PROVIDER, delete)
                .on(|lookup, input| on(lookup, "iam:DeleteOpenIDConnectProvider", &input.open_id_connect_provider_arn))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_OPEN_ID_CONNECT_PROVIDERS, list)
                .on(|_, _| Ok(vec![Target::any("iam:ListOpenIDConnectProviders")]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::ADD_CLIENT_ID_TO_OPEN_ID_CONNECT_PROVIDER, add_client)
                .on(|lookup, input| {
                    on(lookup, "iam:AddClientIDToOpenIDConnectProvider", &input.open_id_connect_provider_arn)
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::REMOVE_CLIENT_ID_FROM_OPEN_ID_CONNECT_PROVIDER, remove_client)
                .on(|lookup, input| {
                    on(lookup, "iam:RemoveClientIDFromOpenIDConnectProvider", &input.open_id_connect_provider_arn)
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::UPDATE_OPEN_ID_CONNECT_PROVIDER_THUMBPRINT, update_thumbprints)
                .on(|lookup, input| {
                    on(lookup, "iam:UpdateOpenIDConnectProviderThumbprint", &input.open_id_connect_provider_arn)
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::TAG_OPEN_ID_CONNECT_PROVIDER, tag)
                .on(|lookup, input| {
                    let target = target(lookup, "iam:TagOpenIDConnectProvider", &input.open_id_connect_provider_arn)?;
                    Ok(vec![targets::request_tags(target, &input.tags)])
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::UNTAG_OPEN_ID_CONNECT_PROVIDER, untag)
                .on(|lookup, input| {
                    let target = target(lookup, "iam:UntagOpenIDConnectProvider", &input.open_id_connect_provider_arn)?;
                    Ok(vec![target.condition_set("aws:TagKeys", input.tag_keys.clone())])
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_OPEN_ID_CONNECT_PROVIDER_TAGS, list_tags)
                .on(|lookup, input| {
                    on(lookup, "iam:ListOpenIDConnectProviderTags", &input.open_id_connect_provider_arn)
                })
                .quota(&quotas::READS),
        )
}

fn on_create(lookup: &mut Lookup<'_, '_>, input: &api::CreateOpenIDConnectProvider) -> Result<Vec<Target>> {
    let scope = lookup.scope();
    let arn = arns::of(scope, "oidc-provider/", issuer(&input.url)?);
    let on = |action| Target::arn(action, arn.clone(), scope.account);
    let (create, tag) = (on("iam:CreateOpenIDConnectProvider"), on("iam:TagOpenIDConnectProvider"));
    Ok(targets::creating(create, tag, input.tags.as_deref()))
}

fn on(lookup: &mut Lookup<'_, '_>, action: &'static str, arn: &str) -> Result<Vec<Target>> {
    Ok(vec![target(lookup, action, arn)?])
}

fn target(lookup: &mut Lookup<'_, '_>, action: &'static str, arn: &str) -> Result<Target> {
    let (account, url) = parse(arn, lookup.partition())?;
    let known: Option<OidcProvider> = lookup.get(&OidcProvider::key(account, url))?;
    let tags = known.map(|known| known.tags.clone()).unwrap_or_default();
    Ok(Target::arn(action, arn.to_owned(), account).tagged(tags))
}

/// Makes a provider.
fn create(
    ctx: &mut Ctx<'_>,
    input: api::CreateOpenIDConnectProvider,
) -> Result<api::CreateOpenIDConnectProviderOutput> {
    let account = ctx.scope().account;
    let url = issuer(&input.url)?.to_owned();
    let provider = OidcProvider {
        client_ids: clients(input.client_id_list.unwrap_or_default())?,
        thumbprints: thumbprints(input.thumbprint_list.unwrap_or_default())?,
        created_millis: ctx.now().millis(),
        tags: tags::new(input.tags, "TagsPerOpenIdConnectProvider")?,
        url: url.clone(),
    };
    let place = OidcProvider::key(account, &url);
    if ctx.exists(&place)? {
        return Err(error::exists(format!("Provider with url https://{url} already exists.")).into());
    }
    counts::add(ctx, COUNT, quotas::OIDC_PROVIDERS, "OpenIdConnectProvidersPerAccount")?;
    ctx.put(&place, &provider)?;
    Ok(api::CreateOpenIDConnectProviderOutput {
        open_id_connect_provider_arn: Some(arns::of(ctx.scope(), "oidc-provider/", &url)),
        tags: tags::described(&provider.tags),
    })
}

/// Tells about a provider.
fn get(ctx: &mut Ctx<'_>, input: api::GetOpenIDConnectProvider) -> Result<api::GetOpenIDConnectProviderOutput> {
    let (_, provider) = known(ctx, &input.open_id_connect_provider_arn)?;
    Ok(api::GetOpenIDConnectProviderOutput {
        url: Some(provider.url),
        client_id_list: Some(provider.client_ids),
        thumbprint_list: Some(provider.thumbprints),
        create_date: Some(base::Timestamp::from_millis(provider.created_millis)),
        tags: tags::described(&provider.tags),
    })
}

/// Deletes a provider; roles that trust it stay as they are. One that is not there is no error.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteOpenIDConnectProvider) -> Result<()> {
    let (account, url) = parse(&input.open_id_connect_provider_arn, ctx.partition())?;
    let place = OidcProvider::key(account, url);
    if ctx.exists(&place)? {
        ctx.delete(&place)?;
        counts::subtract(ctx, COUNT)?;
    }
    Ok(())
}

/// The account's providers.
fn list(ctx: &mut Ctx<'_>, _: api::ListOpenIDConnectProviders) -> Result<api::ListOpenIDConnectProvidersOutput> {
    let scope = ctx.scope();
    let most = usize::try_from(quotas::OIDC_PROVIDERS).unwrap_or(usize::MAX);
    let found: Vec<(_, OidcProvider)> = ctx.scan(&OidcProvider::all(scope.account), None, most)?;
    let entry = |(_, provider): (_, OidcProvider)| api::OpenIDConnectProviderListEntry {
        arn: Some(arns::of(scope, "oidc-provider/", &provider.url)),
    };
    let list = found.into_iter().map(entry).collect();
    Ok(api::ListOpenIDConnectProvidersOutput { open_id_connect_provider_list: Some(list) })
}

/// Accepts one audience more. One that is accepted already is no error.
fn add_client(ctx: &mut Ctx<'_>, input: api::AddClientIDToOpenIDConnectProvider) -> Result<()> {
    change(ctx, &input.open_id_connect_provider_arn, |provider| {
        provider.client_ids.push(input.client_id);
        provider.client_ids = clients(std::mem::take(&mut provider.client_ids))?;
        Ok(())
    })
}

/// Accepts one audience less. One that is not accepted anyway is no error.
fn remove_client(ctx: &mut Ctx<'_>, input: api::RemoveClientIDFromOpenIDConnectProvider) -> Result<()> {
    change(ctx, &input.open_id_connect_provider_arn, |provider| {
        provider.client_ids.retain(|client| *client != input.client_id);
        Ok(())
    })
}

/// Replaces the thumbprints.
fn update_thumbprints(ctx: &mut Ctx<'_>, input: api::UpdateOpenIDConnectProviderThumbprint) -> Result<()> {
    change(ctx, &input.open_id_connect_provider_arn, |provider| {
        provider.thumbprints = thumbprints(input.thumbprint_list)?;
        Ok(())
    })
}

fn tag(ctx: &mut Ctx<'_>, input: api::TagOpenIDConnectProvider) -> Result<()> {
    change(ctx, &input.open_id_connect_provider_arn, |provider| {
        tags::merge(&mut provider.tags, input.tags, "TagsPerOpenIdConnectProvider")
    })
}

fn untag(ctx: &mut Ctx<'_>, input: api::UntagOpenIDConnectProvider) -> Result<()> {
    change(ctx, &input.open_id_connect_provider_arn, |provider| tags::remove(&mut provider.tags, &input.tag_keys))
}

fn list_tags(
    ctx: &mut Ctx<'_>,
    input: api::ListOpenIDConnectProviderTags,
) -> Result<api::ListOpenIDConnectProviderTagsOutput> {
    let (_, provider) = known(ctx, &input.open_id_connect_provider_arn)?;
    let (tags, marker) = tags::page(ctx, &provider.tags, &provider.url, input.max_items, input.marker.as_deref())?;
    Ok(api::ListOpenIDConnectProviderTagsOutput { tags, is_truncated: Some(marker.is_some()), marker })
}

fn change(
    ctx: &mut Ctx<'_>,
    arn: &str,
    how: impl FnOnce(&mut OidcProvider) -> std::result::Result<(), Fault>,
) -> Result<()> {
    let (place, mut provider) = known(ctx, arn)?;
    how(&mut provider)?;
    ctx.put(&place, &provider)
}

fn known(ctx: &mut Ctx<'_>, arn: &str) -> Result<(store::Key, OidcProvider)> {
    let (account, url) = parse(arn, ctx.partition())?;
    let place = OidcProvider::key(account, url);
    let found = ctx.get(&place)?;
    let missing = || error::no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}"));
    Ok((place, found.ok_or_else(missing)?))
}

fn parse(arn: &str, partition: Partition) -> std::result::Result<(AccountId, &str), Fault> {
    arns::parse(arn, "oidc-provider/", partition).ok_or_else(|| error::invalid_arn(arn))
}

/// The issuer without `https://`. AWS's page says that it should have no port; one is taken here, since a provider of
/// one's own often has one.
fn issuer(url: &str) -> std::result::Result<&str, Fault> {
    let issuer = url.strip_prefix("https://").filter(|rest| {
        let host = rest.split('/').next().unwrap_or_default();
        let letters = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'@' | b'\\' | b'"');
        !host.is_empty() && !host.starts_with(':') && rest.bytes().all(letters)
    });
    issuer.ok_or_else(|| Fault::validation("Invalid Open ID Connect Provider URL"))
}

/// Audiences, each once.
fn clients(given: Vec<String>) -> std::result::Result<Vec<String>, Fault> {
    let clients = each_once(given);
    if clients.len() as u64 > quotas::CLIENT_IDS {
        return Err(error::quota("ClientIdsPerOpenIdConnectProvider", quotas::CLIENT_IDS));
    }
    Ok(clients)
}

/// Thumbprints, each once: SHA-1 in hexadecimal.
fn thumbprints(given: Vec<String>) -> std::result::Result<Vec<String>, Fault> {
    if given.len() as u64 > quotas::THUMBPRINTS {
        return Err(error::invalid_input(format!(
            "Thumbprint list must contain fewer than {} entries.",
            quotas::THUMBPRINTS
        )));
    }
    let thumbprints = each_once(given.iter().map(|print| print.to_ascii_lowercase()).collect());
    if !thumbprints.iter().all(|print| print.len() == 40 && print.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Err(error::invalid_input("Thumbprint must be the 40 hexadecimal digits of a SHA-1 hash."));
    }
    Ok(thumbprints)
}

fn each_once(mut given: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    given.retain(|value| seen.insert(value.clone()));
    given
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_issuer_is_a_host_and_perhaps_a_path_behind_https() {
        for (url, issuer) in [
            ("https://token.actions.githubusercontent.com", "token.actions.githubusercontent.com"),
            ("https://idp.example.com/tenant/1/", "idp.example.com/tenant/1/"),
            ("https://localhost:8443", "localhost:8443"),
        ] {
            assert_eq!(super::issuer(url).ok(), Some(issuer));
        }
        for url in
            ["http://a.example", "a.example", "https://", "https:///path", "https://:80", "https://a?b", "https://u@a"]
        {
            assert!(super::issuer(url).is_err(), "{url}");
        }
    }
}
