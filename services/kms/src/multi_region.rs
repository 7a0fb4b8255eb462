//! Multi-Region keys: ReplicateKey, UpdatePrimaryRegion; the same key in several Regions.
//!
//! Guarantees: a multi-Region key has one primary, and at most one sibling in a Region; what a sibling tells about the
//! others is what its record says; a replica has its own policy, tags, aliases and state, and shares the rest (see
//! `siblings`). Who replicates a key needs permission on the primary and to make keys in the other Region; who moves the
//! primary needs it on both keys. Source: KMS Developer Guide, "Multi-Region keys in AWS KMS", "Control access to
//! multi-Region keys".

use crate::keyid::{self, Accepts, KeyId, Reference};
use crate::keys::{self, ready};
use crate::records::{KeyRecord, MultiRegion};
use crate::resolve;
use crate::states::{self, State};
use crate::view::{self, KeyView};
use crate::{api, count, error, jobs, key_policy, rotation, siblings, tags};
use base::{Region, Scope};
use kernel::{Ctx, Elsewhere, Error, Lookup, Result, Target};
use model::{Fault, IntoValue};

impl MultiRegion {
    /// The siblings of a new key.
    pub(crate) fn alone(scope: Scope) -> Self {
        Self { primary: scope.region.to_string(), replicas: Vec::new() }
    }

    /// What the sibling in a Region is.
    pub(crate) fn role(&self, scope: Scope) -> api::MultiRegionKeyType {
        if self.primary == scope.region.as_str() {
            api::MultiRegionKeyType::Primary
        } else {
            api::MultiRegionKeyType::Replica
        }
    }

    /// Whether the sibling in a Region is the primary of others.
    pub(crate) fn keeps(&self, scope: Scope) -> bool {
        self.role(scope) == api::MultiRegionKeyType::Primary && !self.replicas.is_empty()
    }

    /// What DescribeKey tells about the siblings.
    pub(crate) fn told(&self, scope: Scope, id: &KeyId) -> api::MultiRegionConfiguration {
        let sibling =
            |region: &String| api::MultiRegionKey { arn: Some(id.arn_in(scope, region)), region: Some(region.clone()) };
        api::MultiRegionConfiguration {
            multi_region_key_type: Some(self.role(scope)),
            primary_key: Some(sibling(&self.primary)),
            replica_keys: Some(self.replicas.iter().map(sibling).collect()),
        }
    }

    fn has(&self, region: &str) -> bool {
        self.primary == region || self.replicas.iter().any(|replica| replica == region)
    }

    fn add(&mut self, region: &str) {
        self.replicas.push(region.to_owned());
        self.replicas.sort();
    }
}

/// ReplicateKey: the primary, and what making a key in the other Region takes.
pub(crate) fn replicate_targets(lookup: &mut Lookup<'_, '_>, input: &api::ReplicateKey) -> Result<Vec<Target>> {
    let region = other_region(lookup.scope(), &input.replica_region)?;
    let target = resolve::key(lookup, "kms:ReplicateKey", &input.key_id, Accepts::Keys)?;
    let mut targets = vec![target.condition("kms:ReplicaRegion", vec![region.to_string()])];
    let bypass = input.bypass_policy_lockout_safety_check.unwrap_or(false).to_string();
    let primary = own(lookup, lookup.scope(), &input.key_id)?;
    let tags = input.tags.as_deref().unwrap_or_default();
    let mut create = Target::any("kms:CreateKey").in_region(region);
    if let Some(primary) = primary {
        let record = &primary.record;
        create = create
            .condition("kms:KeySpec", vec![record.spec.as_str().to_owned()])
            .condition("kms:KeyUsage", vec![record.usage.as_str().to_owned()])
            .condition("kms:KeyOrigin", vec![record.origin.as_str().to_owned()]);
    }
    let create = create
        .condition("kms:MultiRegion", vec!["true".to_owned()])
        .condition("kms:MultiRegionKeyType", vec![api::MultiRegionKeyType::Replica.as_str().to_owned()])
        .condition("kms:BypassPolicyLockoutSafetyCheck", vec![bypass]);
    targets.push(resolve::request_tags(create, tags));
    if !tags.is_empty() {
        targets.push(resolve::request_tags(Target::any("kms:TagResource").in_region(region), tags));
    }
    Ok(targets)
}

/// UpdatePrimaryRegion: the primary, and the replica that shall be it.
pub(crate) fn update_primary_targets(
    lookup: &mut Lookup<'_, '_>,
    input: &api::UpdatePrimaryRegion,
) -> Result<Vec<Target>> {
    let action = "kms:UpdatePrimaryRegion";
    let region = other_region(lookup.scope(), &input.primary_region)?;
    let condition = |target: Target| target.condition("kms:PrimaryRegion", vec![region.to_string()]);
    let mut targets = vec![condition(resolve::key(lookup, action, &input.key_id, Accepts::Keys)?)];
    let there = Scope { region, ..lookup.scope() };
    if let Some(replica) = own(lookup, there, &input.key_id)? {
        targets.push(condition(Target::view(action, replica).in_region(region)));
    }
    Ok(targets)
}

/// The caller's own key of the id that the request names, in a Region.
fn own(lookup: &mut Lookup<'_, '_>, scope: Scope, named: &str) -> Result<Option<std::sync::Arc<KeyView>>> {
    match keyid::parse(named, lookup.scope(), Accepts::Keys)? {
        Reference::Key(account, id) if account == scope.account => lookup.view::<KeyView>(scope, id.as_str()),
        _ => Ok(None),
    }
}

/// Another Region of the partition.
fn other_region(scope: Scope, named: &str) -> Result<Region> {
    let known = named.parse::<Region>().ok().filter(|region| region.partition() == scope.region.partition());
    Ok(known.ok_or_else(|| error::no_region(named))?)
}

/// Makes a replica of a primary in another Region.
pub(crate) fn replicate(ctx: &mut Ctx<'_>, input: api::ReplicateKey) -> Result<api::ReplicateKeyOutput> {
    tell_defaults(ctx, &input);
    let description = input.description.unwrap_or_default();
    let bypass = input.bypass_policy_lockout_safety_check.unwrap_or(false);
    let primary = ready(ctx, 0, api::REPLICATE_KEY.name)?;
    let mut family = primary_siblings(&primary)?.clone();
    let region = other_region(primary.scope, &input.replica_region)?;
    let scope = Scope { region, ..primary.scope };
    let id = &primary.id;
    if family.has(region.as_str()) {
        return Err(error::replica_exists(&id.arn(scope)).into());
    }
    count::check(ctx, scope, id)?;
    family.add(region.as_str());
    let record = KeyRecord {
        description: description.clone(),
        state: State::Creating,
        origin: primary.record.origin,
        materials: siblings::inherited(&primary.record),
        rotation: primary.record.rotation.clone(),
        multi_region: Some(family),
        ..KeyRecord::without_material(primary.record.spec, primary.record.usage, ctx.now())
    };
    keys::keep(ctx, scope, id, &record)?;
    let tags = tags::merge(Default::default(), input.tags.unwrap_or_default())?;
    keys::furnish(ctx, scope, id, &tags, input.policy.as_deref(), bypass)?;
    siblings::rename(ctx, primary.scope, id, |family| family.add(region.as_str()))?;
    ctx.schedule(&jobs::settling(scope, id, ctx.now()))?;
    let metadata = view::metadata(scope, id, &record);
    tell_replication(ctx, scope, id, &metadata, &description, bypass)?;
    let told = |(key, value)| api::Tag { tag_key: key, tag_value: value };
    Ok(api::ReplicateKeyOutput {
        replica_key_metadata: Some(metadata),
        replica_policy: Some(key_policy::shown(ctx, scope, id)?),
        replica_tags: Some(tags.into_iter().map(told).collect()),
    })
}

/// Makes a replica the primary, and the primary a replica.
pub(crate) fn update_primary(ctx: &mut Ctx<'_>, input: api::UpdatePrimaryRegion) -> Result<()> {
    let primary = ready(ctx, 0, api::UPDATE_PRIMARY_REGION.name)?;
    let family = primary_siblings(&primary)?;
    let region = other_region(primary.scope, &input.primary_region)?;
    let (scope, id) = (Scope { region, ..primary.scope }, &primary.id);
    if !family.replicas.iter().any(|replica| replica == region.as_str()) {
        return Err(error::no_replica(&primary.arn, region.as_str()).into());
    }
    let replica = ctx.permitted::<KeyView>(1)?;
    states::check(api::UPDATE_PRIMARY_REGION.name, replica.record.state, replica.record.origin, &replica.arn)?;
    siblings::rename(ctx, primary.scope, id, |family| {
        family.replicas.retain(|replica| replica != region.as_str());
        family.primary = region.to_string();
        family.add(primary.scope.region.as_str());
    })?;
    // The primary has the job of its automatic rotation.
    rotation::disarm(ctx, id, &primary.record)?;
    rotation::arm(ctx, scope, id, &primary.record)?;
    for sibling in [primary.scope, scope] {
        siblings::unsettle(ctx, sibling, id)?;
    }
    ctx.audit_response(answer(&primary.arn));
    let parameters = [("keyId", &input.key_id), ("primaryRegion", &input.primary_region)];
    ctx.record_elsewhere(Elsewhere {
        region,
        operation: api::UPDATE_PRIMARY_REGION.name,
        parameters: parameters.map(|(name, value)| (name, json(value))).into(),
        response: answer(&replica.arn),
        resource: view::audited(scope, id),
    });
    Ok(())
}

/// The siblings of a key that must be their primary.
fn primary_siblings(key: &KeyView) -> std::result::Result<&MultiRegion, Fault> {
    let siblings = key.record.multi_region.as_ref();
    let siblings = siblings.filter(|siblings| siblings.role(key.scope) == api::MultiRegionKeyType::Primary);
    siblings.ok_or_else(|| error::not_primary(&key.arn))
}

/// CloudTrail shows the defaults that ReplicateKey worked with.
fn tell_defaults(ctx: &mut Ctx<'_>, input: &api::ReplicateKey) {
    if input.description.is_none() {
        ctx.audit_parameter("description", json(""));
    }
    if input.bypass_policy_lockout_safety_check.is_none() {
        ctx.audit_parameter("bypassPolicyLockoutSafetyCheck", "false".to_owned());
    }
}

/// CloudTrail shows in the replica's Region that a key was made.
fn tell_replication(
    ctx: &mut Ctx<'_>,
    scope: Scope,
    id: &KeyId,
    metadata: &api::KeyMetadata,
    description: &str,
    bypass: bool,
) -> Result<()> {
    let word = |word: Option<&'static str>| json(word.unwrap_or_default());
    let spec = metadata.key_spec.map(api::KeySpec::as_str);
    let parameters = vec![
        ("description", json(description)),
        ("origin", word(metadata.origin.map(api::OriginType::as_str))),
        ("bypassPolicyLockoutSafetyCheck", bypass.to_string()),
        ("customerMasterKeySpec", word(spec)),
        ("keySpec", word(spec)),
        ("keyUsage", word(metadata.key_usage.map(api::KeyUsageType::as_str))),
        ("multiRegion", "true".to_owned()),
    ];
    let output = api::CreateKeyOutput { key_metadata: Some(metadata.clone()) }.into_value();
    let service = model::services().by_name(api::CREATE_KEY.service);
    let shape = service.and_then(|service| Some((service, service.operation(api::CREATE_KEY.name)?.output?)));
    let (service, shape) = shape.ok_or_else(|| Error::Internal("CreateKey is not in the model".into()))?;
    ctx.record_elsewhere(Elsewhere {
        region: scope.region,
        operation: api::CREATE_KEY.name,
        parameters,
        response: model::redacted_json(service, shape, &output),
        resource: view::audited(scope, id),
    });
    Ok(())
}

fn answer(arn: &str) -> String {
    format!("{{\"keyId\":{}}}", json(arn))
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
