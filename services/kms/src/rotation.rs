//! Rotation of key material: EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus, RotateKeyOnDemand,
//! ListKeyRotations, and the job behind automatic rotation.
//!
//! Guarantees: what an earlier material encrypted still decrypts; a key is rotated only while it is enabled, and at once
//! when it is enabled again after its time; however long a server was away, a key that is overdue is rotated once; all
//! siblings of a multi-Region key get the new material in the transaction that makes it current, so none of them meets a
//! ciphertext that it cannot decrypt. Source: KMS Developer Guide, "Rotate AWS KMS keys".

use crate::api::{KeySpec, MultiRegionKeyType, OriginType};
use crate::keyid::KeyId;
use crate::keys::{ready, stored, tell_key};
use crate::materials::{MaterialEntry, MaterialState, RotationType};
use crate::quotas::{MAX_MATERIALS_PER_KEY, MAX_ON_DEMAND_ROTATIONS};
use crate::records::{KeyRecord, Manager, MaterialRecord, Moment};
use crate::states::State;
use crate::view::{self, KeyView};
use crate::{api, error, paging, siblings};
use base::{Scope, Timestamp};
use bus::Job;
use crypto::{MaterialId, MaterialKind};
use kernel::{Ctx, Error, JobKind, Result};
use std::time::Duration;
use store::Space;

/// The period when none is asked for, and that of AWS managed keys.
pub(crate) const YEAR: u16 = 365;

/// So long before an automatic rotation nobody may rotate the key on demand.
const QUIET: Duration = Duration::from_secs(20 * 60);

const DAY: Duration = Duration::from_secs(86_400);

/// Rotates a key whose time has come.
pub(crate) const ROTATE_KEY: JobKind = JobKind { name: "kms.rotate-key", run: rotate_due };

/// Has a key rotated automatically from now on, or changes the period. The same period again changes nothing: else a
/// tool that asks every day would put the rotation off for ever.
pub(crate) fn enable(ctx: &mut Ctx<'_>, input: api::EnableKeyRotation) -> Result<()> {
    let key = ready(ctx, 0, api::ENABLE_KEY_ROTATION.name)?;
    check_automatic(&key)?;
    let days = period(input.rotation_period_in_days);
    let mut record = stored(ctx, &key)?;
    if record.rotation.period_days != Some(days) {
        disarm(ctx, &key.id, &record)?;
        begin(ctx, key.scope, &key.id, &mut record, days)?;
        keep(ctx, &key, &record)?;
    }
    tell_key(ctx, &key);
    Ok(())
}

/// Leaves a key with the material that it has.
pub(crate) fn disable(ctx: &mut Ctx<'_>, _: api::DisableKeyRotation) -> Result<()> {
    let key = ready(ctx, 0, api::DISABLE_KEY_ROTATION.name)?;
    check_automatic(&key)?;
    let mut record = stored(ctx, &key)?;
    disarm(ctx, &key.id, &record)?;
    (record.rotation.period_days, record.rotation.next) = (None, None);
    keep(ctx, &key, &record)
}

/// Whether, how often and when next a key is rotated. While its deletion is pending it is not, whatever was asked for.
pub(crate) fn status(ctx: &mut Ctx<'_>, _: api::GetKeyRotationStatus) -> Result<api::GetKeyRotationStatusOutput> {
    let key = ready(ctx, 0, api::GET_KEY_ROTATION_STATUS.name)?;
    check_kind(&key)?;
    let rotation = &key.record.rotation;
    let is_doomed = matches!(key.record.state, State::PendingDeletion | State::PendingReplicaDeletion);
    let period = rotation.period_days.filter(|_| !is_doomed);
    Ok(api::GetKeyRotationStatusOutput {
        key_id: Some(key.id.to_string()),
        key_rotation_enabled: Some(period.is_some()),
        rotation_period_in_days: period.map(i32::from),
        next_rotation_date: rotation.next.filter(|_| period.is_some()).map(Into::into),
        on_demand_rotation_start_date: rotation.started.map(Into::into),
    })
}

/// Rotates a key now, whatever its schedule, which stays.
pub(crate) fn on_demand(ctx: &mut Ctx<'_>, _: api::RotateKeyOnDemand) -> Result<api::RotateKeyOnDemandOutput> {
    let key = ready(ctx, 0, api::ROTATE_KEY_ON_DEMAND.name)?;
    check_kind(&key)?;
    check_owner(&key)?;
    let mut record = stored(ctx, &key)?;
    if record.rotation.next.is_some_and(|next| Timestamp::from(next) <= ctx.now().plus(QUIET)) {
        return Err(error::rotation_conflict(&key.arn).into());
    }
    if record.rotation.on_demand >= MAX_ON_DEMAND_ROTATIONS {
        let text =
            format!("You have reached the quota of {MAX_ON_DEMAND_ROTATIONS} on-demand rotations of {}.", key.arn);
        return Err(error::limit_exceeded(text).into());
    }
    record.rotation.on_demand += 1;
    rotate(ctx, key.scope, &key.id, &mut record, RotationType::OnDemand)?;
    keep(ctx, &key, &record)?;
    Ok(api::RotateKeyOnDemandOutput { key_id: Some(key.id.to_string()) })
}

/// The rotations of a key, oldest first; with all its materials if asked for, the first and those that wait among them.
pub(crate) fn list(ctx: &mut Ctx<'_>, input: api::ListKeyRotations) -> Result<api::ListKeyRotationsOutput> {
    let key = ready(ctx, 0, api::LIST_KEY_ROTATIONS.name)?;
    check_kind(&key)?;
    let include = input.include_key_material.unwrap_or(api::IncludeKeyMaterial::RotationsOnly);
    let is_all = include == api::IncludeKeyMaterial::AllKeyMaterial;
    let filters = [key.id.as_str(), include.as_str()];
    let page = paging::ask(ctx, input.limit, input.marker.as_deref(), paging::ROTATIONS, &filters)?;
    // Materials that were current once stay where they are in the list, so their number is a place to go on from.
    let seen = match &page.after {
        Some(number) => number.parse().map_err(|_| error::invalid_marker())?,
        None => 0,
    };
    let entries = key.record.materials.iter().enumerate().skip(seen);
    let entries = entries.filter(|(_, entry)| is_all || entry.rotated.is_some()).take(page.limit + 1);
    let entries = entries.map(|(number, entry)| ((number + 1).to_string(), told(&key, entry))).collect();
    let (entries, next) = page.cut(ctx, entries, |(number, _)| number)?;
    Ok(api::ListKeyRotationsOutput {
        rotations: Some(entries.into_iter().map(|(_, entry)| entry).collect()),
        truncated: Some(next.is_some()),
        next_marker: next,
    })
}

/// Has a key rotated every `days` from now on. The caller stores the record. AWS managed keys, whose period is a
/// [`YEAR`], begin with this when they are made.
pub(crate) fn begin(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId, record: &mut KeyRecord, days: u16) -> Result<()> {
    record.rotation.period_days = Some(days);
    record.rotation.next = Some(after(ctx.now(), days).into());
    arm(ctx, scope, id, record)
}

/// Has the next automatic rotation happen at its time, or at once if that is over. To be called when a key becomes
/// usable again: a rotation whose time came meanwhile was left out.
pub(crate) fn arm(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId, record: &KeyRecord) -> Result<()> {
    let Some(due) = record.rotation.next else { return Ok(()) };
    ctx.schedule(&Job {
        id: job_id(id, due),
        kind: ROTATE_KEY.name.to_owned(),
        due: due.into(),
        space: Space::regional(scope),
        payload: id.as_str().as_bytes().to_vec(),
    })
}

/// Takes the next automatic rotation back.
pub(crate) fn disarm(ctx: &mut Ctx<'_>, id: &KeyId, record: &KeyRecord) -> Result<()> {
    if let Some(due) = record.rotation.next {
        ctx.cancel(&job_id(id, due))?;
    }
    Ok(())
}

/// Makes the next material of a key its current one: a new one, or the imported one that waits for it. The caller stores
/// the record, and has the siblings synchronised; the index of materials is written here.
pub(crate) fn rotate(
    ctx: &mut Ctx<'_>,
    scope: Scope,
    id: &KeyId,
    record: &mut KeyRecord,
    by: RotationType,
) -> Result<()> {
    let previous = record.current().map(|entry| entry.id);
    let mut next = next_material(ctx, scope, id, record)?;
    next.state = MaterialState::Current;
    next.rotated = Some((ctx.now().into(), by));
    succeed(record, &next);
    ctx.put(&MaterialRecord::key(scope.region, &next.id), &MaterialRecord::new(scope.account, id.clone()))?;
    let details = event(id, record.origin, by, previous, next.id);
    ctx.service_event("RotateKey", &[view::audited(scope, id)], &details);
    Ok(())
}

/// What becomes current next. Imported material waits for its turn in the list.
fn next_material(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId, record: &KeyRecord) -> Result<MaterialEntry> {
    if record.origin == OriginType::External {
        let waiting = record.materials.iter().find(|entry| entry.state == MaterialState::PendingRotation);
        return waiting.cloned().ok_or_else(|| error::nothing_to_rotate(&id.arn(scope)).into());
    }
    if record.materials.len() >= MAX_MATERIALS_PER_KEY {
        return Err(error::limit_exceeded(format!("A KMS key has at most {MAX_MATERIALS_PER_KEY} materials.")).into());
    }
    let (material, token) = ctx.crypto().generate_material(scope.account, MaterialKind::Symmetric, ctx.rng())?;
    Ok(MaterialEntry::first(material.id(id.as_str()), token))
}

/// Puts a material in the place of the current one. A sibling that imported it has it already, sealed by itself.
fn succeed(record: &mut KeyRecord, next: &MaterialEntry) {
    for entry in &mut record.materials {
        if entry.state == MaterialState::Current {
            entry.state = MaterialState::NonCurrent;
        }
    }
    match record.materials.iter_mut().find(|entry| entry.id == next.id) {
        Some(known) => (known.state, known.rotated) = (next.state, next.rotated),
        None => record.materials.push(next.clone()),
    }
}

/// The job of an automatic rotation. What changed since it was scheduled has scheduled another, or will.
fn rotate_due(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let scope = ctx.scope();
    let id = std::str::from_utf8(&job.payload).ok().and_then(KeyId::parse);
    let id = id.ok_or_else(|| Error::Internal("the job names no key".into()))?;
    let place = KeyRecord::key(scope, &id);
    let Some(mut record) = ctx.get::<KeyRecord>(&place)? else { return Ok(()) };
    let Some(days) = record.rotation.period_days else { return Ok(()) };
    let is_usable = matches!(record.state, State::Enabled | State::Updating);
    if record.rotation.next != Some(job.due.into()) || !is_usable || is_replica(scope, &record) {
        return Ok(());
    }
    rotate(ctx, scope, &id, &mut record, RotationType::Automatic)?;
    record.rotation.next = Some(next_due(job.due, days, ctx.now()).into());
    ctx.put(&place, &record)?;
    siblings::synchronise(ctx, scope, &id)?;
    arm(ctx, scope, &id, &record)
}

/// The first time after now that is a whole number of periods after `due`.
fn next_due(due: Timestamp, days: u16, now: Timestamp) -> Timestamp {
    let period = i64::from(days.max(1)).saturating_mul(86_400_000);
    let late = now.millis().saturating_sub(due.millis()).max(0);
    Timestamp::from_millis(due.millis().saturating_add((late / period + 1).saturating_mul(period)))
}

fn after(now: Timestamp, days: u16) -> Timestamp {
    now.plus(DAY.saturating_mul(u32::from(days)))
}

fn period(asked: Option<i32>) -> u16 {
    asked.and_then(|days| u16::try_from(days).ok()).unwrap_or(YEAR)
}

/// Every rotation has a job of its own: a job cannot schedule itself again before it is done.
fn job_id(id: &KeyId, due: Moment) -> String {
    format!("{}/{id}/{}", ROTATE_KEY.name, Timestamp::from(due).millis())
}

/// Stores a record, and what siblings share of it.
fn keep(ctx: &mut Ctx<'_>, key: &KeyView, record: &KeyRecord) -> Result<()> {
    ctx.put(&KeyRecord::key(key.scope, &key.id), record)?;
    siblings::synchronise(ctx, key.scope, &key.id)
}

/// The keys that have rotations at all: for symmetric encryption, outside of custom key stores.
fn check_kind(key: &KeyView) -> Result<()> {
    let record = &key.record;
    if record.spec != KeySpec::SymmetricDefault {
        return Err(error::invalid_spec(&key.arn, record.spec).into());
    }
    if !matches!(record.origin, OriginType::AwsKms | OriginType::External) {
        return Err(error::invalid_origin(&key.arn, record.origin).into());
    }
    Ok(())
}

/// The keys that their owner may rotate: their own, by the primary.
fn check_owner(key: &KeyView) -> Result<()> {
    if key.record.manager != Manager::Customer {
        let text = format!("{} is an AWS managed key which is not valid for this operation.", key.arn);
        return Err(error::unsupported(text).into());
    }
    if is_replica(key.scope, &key.record) {
        let text = format!("{} is a multi-Region replica key which is not valid for this operation.", key.arn);
        return Err(error::unsupported(text).into());
    }
    Ok(())
}

/// The keys whose owner may have them rotated automatically: those whose material is made here.
fn check_automatic(key: &KeyView) -> Result<()> {
    check_kind(key)?;
    if key.record.origin == OriginType::External {
        return Err(error::invalid_origin(&key.arn, key.record.origin).into());
    }
    check_owner(key)
}

fn is_replica(scope: Scope, record: &KeyRecord) -> bool {
    record.multi_region.as_ref().is_some_and(|siblings| siblings.role(scope) == MultiRegionKeyType::Replica)
}

/// What ListKeyRotations tells about a material. Source: KMS API Reference, "RotationsListEntry".
fn told(key: &KeyView, entry: &MaterialEntry) -> api::RotationsListEntry {
    let is_imported = key.record.origin == OriginType::External;
    let is_present = entry.token.is_some();
    let model = match entry.expires {
        Some(_) => api::ExpirationModelType::KeyMaterialExpires,
        None => api::ExpirationModelType::KeyMaterialDoesNotExpire,
    };
    let import = if is_present { api::ImportState::Imported } else { api::ImportState::PendingImport };
    api::RotationsListEntry {
        key_id: Some(key.id.to_string()),
        key_material_id: Some(entry.id.to_string()),
        key_material_description: entry.description.clone().filter(|_| is_imported),
        import_state: is_imported.then_some(import),
        key_material_state: Some(match entry.state {
            MaterialState::Current => api::KeyMaterialState::Current,
            MaterialState::NonCurrent => api::KeyMaterialState::NonCurrent,
            MaterialState::PendingRotation => api::KeyMaterialState::PendingRotation,
            MaterialState::PendingMultiRegion => api::KeyMaterialState::PendingMultiRegionImportAndRotation,
        }),
        expiration_model: (is_imported && is_present).then_some(model),
        valid_to: entry.expires.filter(|_| is_imported && is_present).map(Into::into),
        rotation_date: entry.rotated.map(|(when, _)| when.into()),
        rotation_type: entry.rotated.map(|(_, by)| api_type(by)),
    }
}

fn api_type(by: RotationType) -> api::RotationType {
    match by {
        RotationType::Automatic => api::RotationType::Automatic,
        RotationType::OnDemand => api::RotationType::OnDemand,
    }
}

/// `serviceEventDetails` of a RotateKey record. Source: KMS Developer Guide, "RotateKey".
fn event(
    id: &KeyId,
    origin: OriginType,
    by: RotationType,
    previous: Option<MaterialId>,
    current: MaterialId,
) -> String {
    let previous = previous.map(|id| format!("\"previousKeyMaterialId\":\"{id}\",")).unwrap_or_default();
    format!(
        "{{\"rotationType\":\"{}\",\"keyOrigin\":\"{}\",{previous}\"currentKeyMaterialId\":\"{current}\",\"keyId\":\"{id}\"}}",
        api_type(by).as_str(),
        origin.as_str()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_goes_on_however_late_a_rotation_was() {
        let day = |n: i64| Timestamp::from_millis(n * 86_400_000);
        for (now, next) in [(90, 180), (91, 180), (179, 180), (180, 270), (1_000, 1_080)] {
            assert_eq!(next_due(day(90), 90, day(now)), day(next), "on day {now}");
        }
        assert_eq!(next_due(day(90), 90, day(10)), day(180), "a clock that was set back");
    }
}
