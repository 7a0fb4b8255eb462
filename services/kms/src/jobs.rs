//! What KMS does on its own: deleting a key whose waiting period is over.
//!
//! Guarantees: a deleted key leaves nothing behind (record, tags, aliases, list, index, count), its material is gone
//! with its record, and CloudTrail is told. A job that finds its key saved meanwhile does nothing.

use crate::keyid::KeyId;
use crate::quotas::MAX_ALIASES_PER_KEY;
use crate::records::{AliasRecord, KeyRecord, Mark, MaterialRecord, PolicyRecord, TagsRecord};
use crate::states::State;
use crate::view::{self, KeyView};
use crate::{count, rotation};
use base::Timestamp;
use bus::Job;
use kernel::{Ctx, Error, JobKind, Result};
use store::Space;

/// Deletes a key.
pub(crate) const DELETE_KEY: JobKind = JobKind { name: "kms.delete-key", run: delete };

/// The id of the job that deletes a key.
pub(crate) fn deletion_id(key: &KeyView) -> String {
    format!("{}/{}", DELETE_KEY.name, key.id)
}

/// The deletion of a key at `due`.
pub(crate) fn deletion(key: &KeyView, due: Timestamp) -> Job {
    Job {
        id: deletion_id(key),
        kind: DELETE_KEY.name.to_owned(),
        due,
        space: Space::regional(key.scope),
        payload: key.id.as_str().as_bytes().to_vec(),
    }
}

fn delete(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let scope = ctx.scope();
    let id = std::str::from_utf8(&job.payload).ok().and_then(KeyId::parse);
    let id = id.ok_or_else(|| Error::Internal("the job names no key".into()))?;
    let place = KeyRecord::key(scope, &id);
    let Some(record) = ctx.get::<KeyRecord>(&place)? else { return Ok(()) };
    if record.state != State::PendingDeletion {
        return Ok(());
    }
    let marks: Vec<(_, Mark)> = ctx.scan(&Mark::aliases_of(scope, &id), None, MAX_ALIASES_PER_KEY + 1)?;
    for (mark, _) in marks {
        if let Some(name) = view::last_text(&mark) {
            ctx.delete(&AliasRecord::key(scope, &name))?;
        }
        ctx.delete(&mark)?;
    }
    ctx.forget_use(&id.arn(scope))?;
    rotation::disarm(ctx, &id, &record)?;
    for entry in &record.materials {
        ctx.delete(&MaterialRecord::key(scope.region, &entry.id))?;
    }
    ctx.delete(&TagsRecord::key(scope, &id))?;
    ctx.delete(&PolicyRecord::key(scope, &id))?;
    ctx.delete(&Mark::listed(scope, &id))?;
    ctx.delete(&place)?;
    count::subtract(ctx, scope, &id)?;
    let details = format!("{{\"keyId\":\"{}\"}}", id.arn(scope));
    ctx.service_event("DeleteKey", &[view::audited(scope, &id)], &details);
    Ok(())
}
