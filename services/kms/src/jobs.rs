//! What KMS does on its own: deleting a key whose waiting period is over, and then its grants; finishing what is under way
//! with a replica.
//!
//! Guarantees: a deleted key leaves nothing behind (record, tags, aliases, list, index, count), its material is gone
//! with its record, and CloudTrail is told; its grants, of which there may be very many, give nothing from then on and are
//! removed piece by piece. A job that finds its key saved meanwhile does nothing.

use crate::grants::records::{Ring, granted};
use crate::keyid::KeyId;
use crate::quotas::MAX_ALIASES_PER_KEY;
use crate::records::{AliasRecord, KeyRecord, Mark, MaterialRecord, Moment, PolicyRecord, PublicKeyRecord, TagsRecord};
use crate::states::State;
use crate::{count, key_stores, rotation, siblings, view};
use base::{Scope, Timestamp};
use bus::Job;
use kernel::{Ctx, Error, JobKind, Result};
use store::Space;

/// Deletes a key.
pub(crate) const DELETE_KEY: JobKind = JobKind { name: "kms.delete-key", run: delete };

/// The id of the job that deletes a key.
pub(crate) fn deletion_id(id: &KeyId) -> String {
    format!("{}/{id}", DELETE_KEY.name)
}

/// The deletion of a key at `due`.
pub(crate) fn deletion(scope: Scope, id: &KeyId, due: Timestamp) -> Job {
    on_key(DELETE_KEY.name, deletion_id(id), scope, id, due)
}

/// Ends the time that a key is being made or made the primary.
pub(crate) const SETTLE_KEY: JobKind = JobKind { name: "kms.settle-key", run: settle };

/// The end, at once, of the time that a key is being made or made the primary.
pub(crate) fn settling(scope: Scope, id: &KeyId, now: Timestamp) -> Job {
    on_key(SETTLE_KEY.name, format!("{}/{id}", SETTLE_KEY.name), scope, id, now)
}

/// A job that is about a key as a whole.
fn on_key(kind: &str, job: String, scope: Scope, id: &KeyId, due: Timestamp) -> Job {
    let (space, payload) = (Space::regional(scope), id.as_str().as_bytes().to_vec());
    Job { id: job, kind: kind.to_owned(), due, space, payload }
}

/// The key that a job is about.
fn key_of(job: &Job) -> Result<KeyId> {
    let id = std::str::from_utf8(&job.payload).ok().and_then(KeyId::parse);
    id.ok_or_else(|| Error::Internal("the job names no key".into()))
}

/// Before, the key was enabled, or was about to be made so; meanwhile its material may have expired.
fn settle(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let place = KeyRecord::key(ctx.scope(), &key_of(job)?);
    let Some(mut record) = ctx.get::<KeyRecord>(&place)? else { return Ok(()) };
    if matches!(record.state, State::Creating | State::Updating) {
        record.state = record.settled(State::Enabled);
        ctx.put(&place, &record)?;
    }
    Ok(())
}

fn delete(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let scope = ctx.scope();
    let id = key_of(job)?;
    let place = KeyRecord::key(scope, &id);
    let Some(record) = ctx.get::<KeyRecord>(&place)? else { return Ok(()) };
    if record.state != State::PendingDeletion {
        return Ok(());
    }
    let marks: Vec<(_, Mark)> = ctx.scan(&Mark::aliases_of(scope, &id), None, MAX_ALIASES_PER_KEY + 1)?;
    for (mark, _) in marks {
        if let Some(name) = mark.last_text() {
            ctx.delete(&AliasRecord::key(scope, &name))?;
        }
        ctx.delete(&mark)?;
    }
    ctx.forget_use(&id.arn(scope))?;
    rotation::disarm(ctx, &id, &record)?;
    key_stores::leave(ctx, scope, &record)?;
    for entry in &record.materials {
        ctx.delete(&MaterialRecord::key(scope.region, &entry.id))?;
    }
    let mark = granted(scope, &id);
    if ctx.exists(&mark)? {
        ctx.delete(&mark)?;
        ctx.schedule(&piece(scope, &id, record.created, 0, ctx.now()))?;
    }
    ctx.delete(&TagsRecord::key(scope, &id))?;
    ctx.delete(&PolicyRecord::key(scope, &id))?;
    ctx.delete(&PublicKeyRecord::key(scope, &id))?;
    ctx.delete(&Mark::listed(scope, &id))?;
    ctx.delete(&place)?;
    count::subtract(ctx, scope, &id)?;
    siblings::left(ctx, scope, &id, &record)?;
    let details = format!("{{\"keyId\":\"{}\"}}", id.arn(scope));
    ctx.service_event("DeleteKey", &[view::audited(scope, &id)], &details);
    Ok(())
}

/// Removes grants of a key that is gone.
pub(crate) const DELETE_GRANTS: JobKind = JobKind { name: "kms.delete-grants", run: delete_grants };

/// Grants removed at once.
const PIECE: usize = 500;

/// One piece of the removal of a key's grants.
fn piece(scope: Scope, key: &KeyId, made: Moment, number: u64, now: Timestamp) -> Job {
    Job {
        id: format!("{}/{key}/{number}", DELETE_GRANTS.name),
        kind: DELETE_GRANTS.name.to_owned(),
        due: now,
        space: Space::regional(scope),
        payload: format!("{key} {} {number}", Timestamp::from(made).millis()).into_bytes(),
    }
}

fn delete_grants(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let scope = ctx.scope();
    let told = || {
        let mut words = std::str::from_utf8(&job.payload).ok()?.split(' ');
        let key = KeyId::parse(words.next()?)?;
        let made = Moment::from(Timestamp::from_millis(words.next()?.parse().ok()?));
        Some((key, made, words.next()?.parse::<u64>().ok()?))
    };
    let (key, made, number) = told().ok_or_else(|| Error::Internal("the job names no key".into()))?;
    if Ring::new(scope, &key, made).clear(ctx, PIECE)? {
        ctx.schedule(&piece(scope, &key, made, number.saturating_add(1), ctx.now()))?;
    }
    Ok(())
}
