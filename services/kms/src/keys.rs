//! Keys: CreateKey, DescribeKey, ListKeys, UpdateKeyDescription.
//!
//! Guarantees: a key is made whole (record, tags, place in the list, index of its material) or not at all; what this
//! server does not offer is refused by name, after AWS's own errors. Source: KMS API Reference.

use crate::api::{KeySpec, KeyUsageType, OriginType};
use crate::key_stores::{self, KeyStoreRecord, answered};
use crate::keyid::KeyId;
use crate::materials::MaterialEntry;
use crate::records::{KeyRecord, Mark, MaterialRecord, MultiRegion, PolicyRecord, Records, TagsRecord};
use crate::view::{self, KeyView};
use crate::{api, aws_keys, count, error, key_policy, paging, spec, states, tags};
use base::Scope;
use crypto::{Material, MaterialKind, MaterialToken, NewMaterial};
use kernel::{Ctx, Result};
use model::Fault;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The `index`-th permitted key, in a state that admits the operation.
pub(crate) fn ready(ctx: &mut Ctx<'_>, index: usize, operation: &str) -> Result<Arc<KeyView>> {
    let key = ctx.permitted::<KeyView>(index)?;
    aws_keys::check(operation, &key.record, &key.arn)?;
    match &key.record.store {
        None => states::check(operation, key.record.state, key.record.origin, &key.arn)?,
        Some(link) => key_stores::check(ctx, &key, link, operation)?,
    }
    Ok(key)
}

/// CloudTrail shows the key's ARN as the answer of operations that have none. Source: KMS Developer Guide, "EnableKey" and
/// other examples of log entries ("on or after December 2022").
pub(crate) fn tell_key(ctx: &mut Ctx<'_>, key: &KeyView) {
    ctx.audit_response(format!("{{\"keyId\":\"{}\"}}", key.arn));
}

/// Makes a key.
pub(crate) fn create(ctx: &mut Ctx<'_>, input: api::CreateKey) -> Result<api::CreateKeyOutput> {
    tell_defaults(ctx, &input);
    let (spec, usage) = check_request(&input)?;
    let scope = ctx.scope();
    let placed = answered!(key_stores::place(ctx, &input, spec)?, ctx, input);
    let is_multi_region = input.multi_region == Some(true);
    let drawn = || if is_multi_region { KeyId::random_multi_region(ctx.rng()) } else { KeyId::random(ctx.rng()) };
    let id = placed.id.unwrap_or_else(drawn);
    let tags = tags::merge(Default::default(), input.tags.unwrap_or_default())?;
    count::check(ctx, scope, &id)?;
    let bypass = input.bypass_policy_lockout_safety_check.unwrap_or(false);
    furnish(ctx, scope, &id, &tags, input.policy.as_deref(), bypass)?;
    let record = if input.origin == Some(OriginType::External) {
        KeyRecord::without_material(spec, usage, ctx.now())
    } else {
        let (material, token) = fresh(ctx, spec)?;
        let first = MaterialEntry::first(material.id(id.as_str()), token);
        KeyRecord::new(spec, usage, first, ctx.now())
    };
    let record = KeyRecord {
        description: input.description.unwrap_or_default(),
        origin: input.origin.unwrap_or(OriginType::AwsKms),
        store: placed.link,
        multi_region: is_multi_region.then(|| MultiRegion::alone(scope)),
        ..record
    };
    keep(ctx, scope, &id, &record)?;
    ctx.audit_resource(view::audited(scope, &id));
    let told = key_stores::tell(ctx, scope, &record, view::metadata(scope, &id, &record))?;
    Ok(api::CreateKeyOutput { key_metadata: Some(told) })
}

/// Gives a new key what is its own: tags, and a policy if it shall have another than the default one.
pub(crate) fn furnish(
    ctx: &mut Ctx<'_>,
    scope: Scope,
    id: &KeyId,
    tags: &BTreeMap<String, String>,
    policy: Option<&str>,
    bypass: bool,
) -> Result<()> {
    if !tags.is_empty() {
        ctx.put(&TagsRecord::key(scope, id), &TagsRecord(tags.clone()))?;
    }
    if let Some(text) = policy {
        let stored = key_policy::accept(ctx, scope, id, text, bypass)?;
        ctx.put(&PolicyRecord::key(scope, id), &stored)?;
    }
    Ok(())
}

/// New material of a spec, and the form of it to be stored. RSA keys are made between two runs of the call.
fn fresh(ctx: &Ctx<'_>, spec: KeySpec) -> Result<(Material, MaterialToken)> {
    const MATERIAL: &str = "key material";
    let account = ctx.scope().account;
    match spec::kind(spec) {
        Some(kind @ MaterialKind::Rsa(_)) => match ctx.computed::<NewMaterial>(MATERIAL) {
            Some(made) => {
                let made = made.map_err(|_| error::timed_out())?;
                Ok((made.material(), ctx.crypto().keep_material(account, made, ctx.rng())?))
            }
            None => Err(ctx.compute(MATERIAL, move |rng| NewMaterial::generate(kind, rng), ())),
        },
        Some(kind) => Ok(ctx.crypto().generate_material(account, kind, ctx.rng())?),
        None => Err(error::not_in_this_region("KeySpec", spec.as_str()).into()),
    }
}

/// Stores a new key: its record, its place in the list, and the index that leads from its ciphertexts to it.
pub(crate) fn keep<T: Records>(
    records: &mut T,
    scope: Scope,
    id: &KeyId,
    record: &KeyRecord,
) -> std::result::Result<(), T::Error> {
    count::add(records, scope, id)?;
    records.put(&KeyRecord::key(scope, id), record)?;
    records.put(&Mark::listed(scope, id), &Mark)?;
    if let Some(link) = &record.store {
        records.put(&KeyStoreRecord::member(scope, link), &Mark)?;
    }
    for entry in &record.materials {
        records.put(&MaterialRecord::key(scope.region, &entry.id), &MaterialRecord::new(scope.account, id.clone()))?;
    }
    Ok(())
}

/// Tells about a key.
pub(crate) fn describe(ctx: &mut Ctx<'_>, _: api::DescribeKey) -> Result<api::DescribeKeyOutput> {
    let key = ready(ctx, 0, api::DESCRIBE_KEY.name)?;
    let told = key_stores::tell(ctx, key.scope, &key.record, key.metadata())?;
    Ok(api::DescribeKeyOutput { key_metadata: Some(told) })
}

/// The keys of the account and Region, by id. Keys that other accounts share by AWS RAM there are none: nobody can share one
/// with a server that does not have that service.
pub(crate) fn list(ctx: &mut Ctx<'_>, input: api::ListKeys) -> Result<api::ListKeysOutput> {
    let scope = ctx.scope();
    let is_own = |owner: &api::ResourceOwnerType| *owner == api::ResourceOwnerType::SelfValue;
    if input.resource_owners.as_ref().is_some_and(|owners| !owners.iter().any(is_own)) {
        // A listing without a second page gave no marker out.
        if input.marker.is_some() {
            return Err(error::invalid_marker().into());
        }
        return Ok(api::ListKeysOutput { keys: Some(Vec::new()), next_marker: None, truncated: Some(false) });
    }
    let page = paging::ask(ctx, input.limit, input.marker.as_deref(), paging::KEYS, &[])?;
    let after = page.after.as_ref().map(|id| Mark::keys(scope).text(id));
    let found: Vec<(_, Mark)> = ctx.scan(&Mark::keys(scope), after.as_ref(), page.limit + 1)?;
    let ids = found.iter().filter_map(|(key, _)| KeyId::parse(&key.last_text()?)).collect();
    let (ids, next) = page.cut(ctx, ids, KeyId::as_str)?;
    let entry = |id: KeyId| api::KeyListEntry { key_arn: Some(id.arn(scope)), key_id: Some(id.to_string()) };
    Ok(api::ListKeysOutput {
        keys: Some(ids.into_iter().map(entry).collect()),
        truncated: Some(next.is_some()),
        next_marker: next,
    })
}

/// Changes what a key says it is for.
pub(crate) fn update_description(ctx: &mut Ctx<'_>, input: api::UpdateKeyDescription) -> Result<()> {
    let key = ready(ctx, 0, api::UPDATE_KEY_DESCRIPTION.name)?;
    change(ctx, &key, |record| record.description = input.description)?;
    Ok(())
}

/// Changes the record of a key; gives back what is stored now.
pub(crate) fn change(ctx: &mut Ctx<'_>, key: &KeyView, how: impl FnOnce(&mut KeyRecord)) -> Result<KeyRecord> {
    let mut record = stored(ctx, key)?;
    how(&mut record);
    ctx.put(&KeyRecord::key(key.scope, &key.id), &record)?;
    Ok(record)
}

/// The record of a key, to be changed.
pub(crate) fn stored(ctx: &mut Ctx<'_>, key: &KeyView) -> Result<KeyRecord> {
    Ok(ctx.get(&KeyRecord::key(key.scope, &key.id))?.ok_or_else(|| error::key_not_found(&key.arn))?)
}

/// The key spec that a request means, whichever of the two parameters tells it.
pub(crate) fn requested_spec(input: &api::CreateKey) -> KeySpec {
    let former = input.customer_master_key_spec.and_then(spec::present);
    input.key_spec.or(former).unwrap_or(KeySpec::SymmetricDefault)
}

/// CloudTrail shows the defaults that CreateKey worked with.
fn tell_defaults(ctx: &mut Ctx<'_>, input: &api::CreateKey) {
    let spec = format!("\"{}\"", requested_spec(input).as_str());
    let defaults = [
        ("description", input.description.is_none(), "\"\""),
        ("origin", input.origin.is_none(), "\"AWS_KMS\""),
        ("bypassPolicyLockoutSafetyCheck", input.bypass_policy_lockout_safety_check.is_none(), "false"),
        ("customerMasterKeySpec", input.customer_master_key_spec.is_none(), &spec),
        ("keySpec", input.key_spec.is_none(), &spec),
        ("keyUsage", input.key_usage.is_none(), "\"ENCRYPT_DECRYPT\""),
    ];
    for (name, absent, json) in defaults {
        if absent {
            ctx.audit_parameter(name, json.to_owned());
        }
    }
}

/// AWS's own errors first, then what this server does not offer.
fn check_request(input: &api::CreateKey) -> Result<(KeySpec, KeyUsageType)> {
    if input.key_spec.is_some() && input.customer_master_key_spec.is_some() {
        return Err(Fault::validation(
            "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is \
             deprecated.",
        )
        .into());
    }
    let spec = requested_spec(input);
    let default = (spec == KeySpec::SymmetricDefault).then_some(KeyUsageType::EncryptDecrypt);
    let Some(usage) = input.key_usage.or(default) else {
        return Err(Fault::validation(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
        )
        .into());
    };
    if !spec::usages(spec).contains(&usage) {
        let (usage, spec) = (usage.as_str(), spec.as_str());
        return Err(Fault::validation(format!("KeyUsage {usage} is not compatible with KeySpec {spec}")).into());
    }
    if spec::kind(spec).is_none() {
        return Err(error::not_in_this_region("KeySpec", spec.as_str()).into());
    }
    if input.origin == Some(OriginType::External) && !spec::is_importable(spec) {
        return Err(
            error::unsupported(format!("KeySpec {} is not supported for Origin EXTERNAL", spec.as_str())).into()
        );
    }
    Ok((spec, usage))
}
