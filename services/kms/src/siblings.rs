//! The siblings of a multi-Region key: all that one Region does in another.
//!
//! A primary is the source of what its replicas share: materials, rotation, and who the siblings are. Guarantees: only
//! this file touches records of another Region than its caller's, one whole sibling at a time, so that a Region on another
//! server can be reached from here; where all Regions are in one store, siblings change in one transaction, so no
//! material is used in a Region before every other one has it. Source: KMS Developer Guide, "Multi-Region keys in AWS
//! KMS", "Importing key material into multi-Region keys".

use crate::api::{MultiRegionKeyType, OriginType};
use crate::keyid::KeyId;
use crate::materials::{MaterialEntry, MaterialState};
use crate::records::{KeyRecord, MaterialRecord, MultiRegion};
use crate::states::State;
use crate::{import, jobs, view};
use base::{Region, Scope};
use kernel::{Ctx, Error, Result};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// Gives every replica what it shares with the primary, after any of the siblings changed; `scope` is where that was.
/// Nothing happens to a key that has no siblings.
pub(crate) fn synchronise(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId) -> Result<()> {
    let changed = load(ctx, scope, id)?;
    let Some(siblings) = &changed.multi_region else { return Ok(()) };
    let home = at(scope, &siblings.primary)?;
    let mut primary = load(ctx, home, id)?;
    let mut replicas = Vec::new();
    for region in primary.multi_region.iter().flat_map(|siblings| siblings.replicas.clone()) {
        let there = at(scope, &region)?;
        replicas.push((there, load(ctx, there, id)?));
    }
    if settle_pending(&mut primary, &replicas) {
        ctx.put(&KeyRecord::key(home, id), &primary)?;
    }
    let mut is_told = false;
    for (there, replica) in &mut replicas {
        let before: Vec<_> = replica.materials.iter().map(|entry| entry.id).collect();
        if !adopt(replica, &primary) {
            continue;
        }
        is_told = true;
        for entry in replica.materials.iter().filter(|entry| !before.contains(&entry.id)) {
            let owner = MaterialRecord::new(there.account, id.clone());
            ctx.put(&MaterialRecord::key(there.region, &entry.id), &owner)?;
        }
        for gone in before.iter().filter(|gone| replica.materials.iter().all(|entry| entry.id != **gone)) {
            ctx.delete(&MaterialRecord::key(there.region, gone))?;
            import::forget_expiry(ctx, *there, id, gone)?;
        }
        ctx.put(&KeyRecord::key(*there, id), &*replica)?;
    }
    if is_told {
        let details = format!("{{\"keyId\":\"{}\"}}", id.arn(home));
        ctx.service_event_in(home.region, "SynchronizeMultiRegionKey", &[view::audited(home, id)], &details);
    }
    Ok(())
}

/// Changes who the siblings are, and who of them is the primary; all of them learn it.
pub(crate) fn rename(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId, how: impl Fn(&mut MultiRegion)) -> Result<()> {
    let Some(mut siblings) = load(ctx, scope, id)?.multi_region else { return Ok(()) };
    how(&mut siblings);
    let home = at(scope, &siblings.primary)?;
    let mut primary = load(ctx, home, id)?;
    primary.multi_region = Some(siblings);
    ctx.put(&KeyRecord::key(home, id), &primary)?;
    synchronise(ctx, home, id)
}

/// A key is gone. If it was a replica, the others forget it, and a primary that waited for the last of them begins to wait
/// for its own end.
pub(crate) fn left(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId, record: &KeyRecord) -> Result<()> {
    let Some(siblings) = record.multi_region.as_ref().filter(|s| s.role(scope) == MultiRegionKeyType::Replica) else {
        return Ok(());
    };
    let home = at(scope, &siblings.primary)?;
    rename(ctx, home, id, |siblings| siblings.replicas.retain(|region| region != scope.region.as_str()))?;
    let mut primary = load(ctx, home, id)?;
    let is_last = primary.multi_region.as_ref().is_none_or(|siblings| siblings.replicas.is_empty());
    if let (State::PendingReplicaDeletion, true) = (primary.state, is_last) {
        let days = primary.waiting_days.take().unwrap_or_default();
        let due = ctx.now().plus(DAY.saturating_mul(u32::from(days)));
        primary.state = State::PendingDeletion;
        primary.deletion = Some(due.into());
        ctx.put(&KeyRecord::key(home, id), &primary)?;
        ctx.schedule(&jobs::deletion(home, id, due))?;
    }
    Ok(())
}

/// Puts a sibling into a state that it leaves as soon as it can.
pub(crate) fn unsettle(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId) -> Result<()> {
    let mut record = load(ctx, scope, id)?;
    record.state = State::Updating;
    ctx.put(&KeyRecord::key(scope, id), &record)?;
    ctx.schedule(&jobs::settling(scope, id, ctx.now()))
}

/// What a new replica has of its primary's materials: those that were made here, and of imported ones the names alone.
pub(crate) fn inherited(primary: &KeyRecord) -> Vec<MaterialEntry> {
    let nameless =
        |entry: &MaterialEntry| MaterialEntry { token: None, expires: None, description: None, ..entry.clone() };
    match primary.origin {
        OriginType::External => primary.materials.iter().map(nameless).collect(),
        _ => primary.materials.clone(),
    }
}

/// The same account in another Region.
fn at(scope: Scope, region: &str) -> Result<Scope> {
    let region: Region = region.parse().map_err(|_| Error::Internal(format!("a sibling is in {region}")))?;
    Ok(Scope { region, ..scope })
}

fn load(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId) -> Result<KeyRecord> {
    let found = ctx.get(&KeyRecord::key(scope, id))?;
    found.ok_or_else(|| Error::Internal(format!("{} is a sibling, and is not there", id.arn(scope))))
}

/// Material that waits may be rotated in once every replica has it. Whether anything changed.
fn settle_pending(primary: &mut KeyRecord, replicas: &[(Scope, KeyRecord)]) -> bool {
    let mut is_changed = false;
    for entry in primary.materials.iter_mut().filter(|entry| !entry.state.is_permanent()) {
        let has = |replica: &KeyRecord| replica.materials.iter().any(|own| own.id == entry.id && own.token.is_some());
        let state = match replicas.iter().all(|(_, replica)| has(replica)) {
            true => MaterialState::PendingRotation,
            false => MaterialState::PendingMultiRegion,
        };
        is_changed |= entry.state != state;
        entry.state = state;
    }
    is_changed
}

/// Takes over what a replica shares with its primary; whether anything changed. Imported material is each sibling's own.
fn adopt(replica: &mut KeyRecord, primary: &KeyRecord) -> bool {
    let told = |record: &KeyRecord| -> Vec<_> {
        record.materials.iter().map(|entry| (entry.id, entry.state, entry.rotated)).collect()
    };
    let is_same = told(replica) == told(primary)
        && replica.rotation == primary.rotation
        && replica.multi_region == primary.multi_region;
    if is_same {
        return false;
    }
    replica.rotation = primary.rotation.clone();
    replica.multi_region = primary.multi_region.clone();
    let own = std::mem::replace(&mut replica.materials, inherited(primary));
    if primary.origin == OriginType::External {
        for entry in &mut replica.materials {
            if let Some(own) = own.iter().find(|own| own.id == entry.id) {
                entry.token.clone_from(&own.token);
                entry.description.clone_from(&own.description);
                entry.expires = own.expires;
            }
        }
    }
    true
}
