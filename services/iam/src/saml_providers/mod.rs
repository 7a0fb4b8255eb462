//! SAML providers: whose assertions the account's roles may trust.
//!
//! Guarantees: what STS needs to verify an assertion is taken from the metadata once, when it is uploaded; the document
//! itself comes back as it was given; a private key never comes back. Source: IAM User Guide, "Create a SAML identity
//! provider in IAM".

mod metadata;

use crate::{api, arns, counts, error, parts, quotas, tags, targets};
use base::{AccountId, Partition, Timestamp};
use directory::ids::{self, Prefix};
use directory::providers::{SamlPrivateKey, SamlProvider};
use kernel::{Ctx, Lookup, Result, Service, Target, op};
use metadata::Metadata;
use model::Fault;
use primitives::public_half;
use std::time::Duration;

/// What counts these providers.
pub(crate) const COUNT: &str = "saml-provider";

/// How long a provider is valid whose metadata does not say: a hundred years of 365.25 days.
const CENTURY: Duration = Duration::from_secs(36_525 * 86_400);

/// The operations on SAML providers.
pub(crate) fn lines(service: Service) -> Service {
    service
        .with(op(api::CREATE_SAML_PROVIDER, create).on(on_create).quota(&quotas::CHANGES).writes())
        .with(
            op(api::GET_SAML_PROVIDER, get)
                .on(|lookup, input| on(lookup, "iam:GetSAMLProvider", &input.saml_provider_arn))
                .quota(&quotas::READS),
        )
        .with(
            op(api::UPDATE_SAML_PROVIDER, update)
                .on(|lookup, input| on(lookup, "iam:UpdateSAMLProvider", &input.saml_provider_arn))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::DELETE_SAML_PROVIDER, delete)
                .on(|lookup, input| on(lookup, "iam:DeleteSAMLProvider", &input.saml_provider_arn))
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_SAML_PROVIDERS, list)
                .on(|_, _| Ok(vec![Target::any("iam:ListSAMLProviders")]))
                .quota(&quotas::READS),
        )
        .with(
            op(api::TAG_SAML_PROVIDER, tag)
                .on(|lookup, input| {
                    let target = target(lookup, "iam:TagSAMLProvider", &input.saml_provider_arn)?;
                    Ok(vec![targets::request_tags(target, &input.tags)])
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::UNTAG_SAML_PROVIDER, untag)
                .on(|lookup, input| {
                    let target = target(lookup, "iam:UntagSAMLProvider", &input.saml_provider_arn)?;
                    Ok(vec![target.condition_set("aws:TagKeys", input.tag_keys.clone())])
                })
                .quota(&quotas::CHANGES)
                .writes(),
        )
        .with(
            op(api::LIST_SAML_PROVIDER_TAGS, list_tags)
                .on(|lookup, input| on(lookup, "iam:ListSAMLProviderTags", &input.saml_provider_arn))
                .quota(&quotas::READS),
        )
}

fn on_create(lookup: &mut Lookup<'_, '_>, input: &api::CreateSAMLProvider) -> Result<Vec<Target>> {
    let scope = lookup.scope();
    let arn = arns::of(scope, "saml-provider/", &input.name);
    let on = |action| Target::arn(action, arn.clone(), scope.account);
    Ok(targets::creating(on("iam:CreateSAMLProvider"), on("iam:TagSAMLProvider"), input.tags.as_deref()))
}

fn on(lookup: &mut Lookup<'_, '_>, action: &'static str, arn: &str) -> Result<Vec<Target>> {
    Ok(vec![target(lookup, action, arn)?])
}

fn target(lookup: &mut Lookup<'_, '_>, action: &'static str, arn: &str) -> Result<Target> {
    let (account, name) = parse(arn, lookup.partition())?;
    let known: Option<SamlProvider> = lookup.get(&SamlProvider::key(account, name))?;
    let tags = known.map(|known| known.tags.clone()).unwrap_or_default();
    Ok(Target::arn(action, arn.to_owned(), account).tagged(tags))
}

/// Makes a provider from its metadata.
fn create(ctx: &mut Ctx<'_>, input: api::CreateSAMLProvider) -> Result<api::CreateSAMLProviderOutput> {
    let account = ctx.scope().account;
    let place = SamlProvider::key(account, &input.name);
    if ctx.exists(&place)? {
        return Err(error::exists(format!("Provider with name {} already exists.", input.name)).into());
    }
    let mut provider = SamlProvider {
        uuid: ids::unique_id(ctx.rng(), Prefix::SamlProvider),
        created_millis: ctx.now().millis(),
        valid_until_millis: 0,
        tags: tags::new(input.tags, "TagsPerSAMLProvider")?,
        entity_id: String::new(),
        signing_certificates: Vec::new(),
        encryption_required: requires(input.assertion_encryption_mode),
        private_keys: Vec::new(),
        name: input.name,
    };
    learn(ctx, &mut provider, &input.saml_metadata_document)?;
    if let Some(pem) = input.add_private_key {
        add_key(ctx, &mut provider, pem.expose())?;
    }
    can_open(&provider)?;
    counts::add(ctx, COUNT, quotas::SAML_PROVIDERS, "SAMLProvidersPerAccount")?;
    ctx.put(&place, &provider)?;
    Ok(api::CreateSAMLProviderOutput {
        saml_provider_arn: Some(arns::of(ctx.scope(), "saml-provider/", &provider.name)),
        tags: tags::described(&provider.tags),
    })
}

/// Tells about a provider, and gives its metadata back.
fn get(ctx: &mut Ctx<'_>, input: api::GetSAMLProvider) -> Result<api::GetSAMLProviderOutput> {
    let (account, provider) = known(ctx, &input.saml_provider_arn)?;
    let keys = provider.private_keys.iter().map(|key| api::SAMLPrivateKey {
        key_id: Some(key.id.clone()),
        timestamp: Some(Timestamp::from_millis(key.added_millis)),
    });
    Ok(api::GetSAMLProviderOutput {
        saml_provider_uuid: Some(provider.uuid.clone()),
        saml_metadata_document: Some(parts::get(ctx, &SamlProvider::metadata(account, &provider.name))?),
        create_date: Some(Timestamp::from_millis(provider.created_millis)),
        valid_until: Some(Timestamp::from_millis(provider.valid_until_millis)),
        tags: tags::described(&provider.tags),
        assertion_encryption_mode: Some(if provider.encryption_required {
            api::AssertionEncryptionModeType::Required
        } else {
            api::AssertionEncryptionModeType::Allowed
        }),
        private_key_list: Some(keys.collect()),
    })
}

/// Replaces the metadata, the encryption mode, or one private key by another.
fn update(ctx: &mut Ctx<'_>, input: api::UpdateSAMLProvider) -> Result<api::UpdateSAMLProviderOutput> {
    let (account, mut provider) = known(ctx, &input.saml_provider_arn)?;
    if let Some(document) = &input.saml_metadata_document {
        learn(ctx, &mut provider, document)?;
    }
    if let Some(mode) = input.assertion_encryption_mode {
        provider.encryption_required = requires(Some(mode));
    }
    if let Some(id) = &input.remove_private_key {
        let before = provider.private_keys.len();
        provider.private_keys.retain(|key| key.id != *id);
        if provider.private_keys.len() == before {
            return Err(error::no_such_entity(format!("Private key with id {id} does not exist.")).into());
        }
    }
    if let Some(pem) = input.add_private_key {
        add_key(ctx, &mut provider, pem.expose())?;
    }
    can_open(&provider)?;
    ctx.put(&SamlProvider::key(account, &provider.name), &provider)?;
    Ok(api::UpdateSAMLProviderOutput { saml_provider_arn: Some(input.saml_provider_arn) })
}

/// Deletes a provider; roles that trust it stay as they are.
fn delete(ctx: &mut Ctx<'_>, input: api::DeleteSAMLProvider) -> Result<()> {
    let (account, provider) = known(ctx, &input.saml_provider_arn)?;
    parts::delete(ctx, &SamlProvider::metadata(account, &provider.name))?;
    ctx.delete(&SamlProvider::key(account, &provider.name))?;
    counts::subtract(ctx, COUNT)
}

/// The account's providers.
fn list(ctx: &mut Ctx<'_>, _: api::ListSAMLProviders) -> Result<api::ListSAMLProvidersOutput> {
    let scope = ctx.scope();
    let most = usize::try_from(quotas::SAML_PROVIDERS).unwrap_or(usize::MAX);
    let found: Vec<(_, SamlProvider)> = ctx.scan(&SamlProvider::all(scope.account), None, most)?;
    let entry = |(_, provider): (_, SamlProvider)| api::SAMLProviderListEntry {
        arn: Some(arns::of(scope, "saml-provider/", &provider.name)),
        valid_until: Some(Timestamp::from_millis(provider.valid_until_millis)),
        create_date: Some(Timestamp::from_millis(provider.created_millis)),
    };
    Ok(api::ListSAMLProvidersOutput { saml_provider_list: Some(found.into_iter().map(entry).collect()) })
}

fn tag(ctx: &mut Ctx<'_>, input: api::TagSAMLProvider) -> Result<()> {
    let (account, mut provider) = known(ctx, &input.saml_provider_arn)?;
    tags::merge(&mut provider.tags, input.tags, "TagsPerSAMLProvider")?;
    ctx.put(&SamlProvider::key(account, &provider.name), &provider)
}

fn untag(ctx: &mut Ctx<'_>, input: api::UntagSAMLProvider) -> Result<()> {
    let (account, mut provider) = known(ctx, &input.saml_provider_arn)?;
    tags::remove(&mut provider.tags, &input.tag_keys)?;
    ctx.put(&SamlProvider::key(account, &provider.name), &provider)
}

fn list_tags(ctx: &mut Ctx<'_>, input: api::ListSAMLProviderTags) -> Result<api::ListSAMLProviderTagsOutput> {
    let (_, provider) = known(ctx, &input.saml_provider_arn)?;
    let (tags, marker) = tags::page(ctx, &provider.tags, &provider.uuid, input.max_items, input.marker.as_deref())?;
    Ok(api::ListSAMLProviderTagsOutput { tags, is_truncated: Some(marker.is_some()), marker })
}

/// Takes what metadata tells into the provider, and stores the document.
fn learn(ctx: &mut Ctx<'_>, provider: &mut SamlProvider, document: &str) -> Result<()> {
    let Metadata { entity_id, signing_certificates, valid_until } = metadata::read(document)?;
    provider.entity_id = entity_id;
    provider.signing_certificates = signing_certificates;
    provider.valid_until_millis = valid_until.unwrap_or_else(|| ctx.now().plus(CENTURY)).millis();
    parts::put(ctx, &SamlProvider::metadata(ctx.scope().account, &provider.name), document)
}

fn add_key(ctx: &Ctx<'_>, provider: &mut SamlProvider, pem: &str) -> std::result::Result<(), Fault> {
    if public_half(pem).is_err() {
        return Err(error::invalid_input("Invalid private key: an unencrypted private key in PEM format is expected."));
    }
    if provider.private_keys.len() as u64 >= quotas::SAML_PRIVATE_KEYS {
        return Err(error::quota("PrivateKeysPerSAMLProvider", quotas::SAML_PRIVATE_KEYS));
    }
    let id = ids::unique_id(ctx.rng(), Prefix::SamlPrivateKey);
    provider.private_keys.push(SamlPrivateKey { id, added_millis: ctx.now().millis(), pem: pem.to_owned() });
    Ok(())
}

/// A provider whose assertions have to be encrypted needs a key that opens them.
fn can_open(provider: &SamlProvider) -> std::result::Result<(), Fault> {
    if provider.encryption_required && provider.private_keys.is_empty() {
        return Err(error::invalid_input("A private key is needed while assertions have to be encrypted."));
    }
    Ok(())
}

fn requires(mode: Option<api::AssertionEncryptionModeType>) -> bool {
    matches!(mode, Some(api::AssertionEncryptionModeType::Required))
}

fn known(ctx: &mut Ctx<'_>, arn: &str) -> Result<(AccountId, SamlProvider)> {
    let (account, name) = parse(arn, ctx.partition())?;
    let found = ctx.get(&SamlProvider::key(account, name))?;
    let missing = || error::no_such_entity(format!("Manifest not found for arn {arn}"));
    Ok((account, found.ok_or_else(missing)?))
}

fn parse(arn: &str, partition: Partition) -> std::result::Result<(AccountId, &str), Fault> {
    arns::parse(arn, "saml-provider/", partition).ok_or_else(|| error::invalid_arn(arn))
}
