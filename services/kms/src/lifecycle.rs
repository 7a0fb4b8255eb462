//! The life of a key after it is made: EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion.
//!
//! Guarantees: a key is only ever deleted by the job that its waiting period ends with, and a multi-Region primary never
//! while it has replicas; taking a deletion back leaves the key disabled. Source: KMS Developer Guide, "Deleting AWS KMS
//! keys", "Deleting multi-Region keys".

use crate::keys::{change, ready, tell_key};
use crate::states::State;
use crate::view::KeyView;
use crate::{api, jobs, prices, rotation};
use kernel::{Ctx, Result};
use std::time::Duration;

/// The waiting period when none is asked for.
pub(crate) const DEFAULT_WINDOW_DAYS: i32 = 30;

const DAY: Duration = Duration::from_secs(86_400);

/// Makes a key usable. A rotation that its time came for meanwhile happens at once.
pub(crate) fn enable(ctx: &mut Ctx<'_>, _: api::EnableKey) -> Result<()> {
    let key = ready(ctx, 0, api::ENABLE_KEY.name)?;
    tell_key(ctx, &key);
    let record = change(ctx, &key, |record| record.state = State::Enabled)?;
    rotation::arm(ctx, key.scope, &key.id, &record)
}

/// Makes a key unusable for cryptography.
pub(crate) fn disable(ctx: &mut Ctx<'_>, _: api::DisableKey) -> Result<()> {
    let key = ready(ctx, 0, api::DISABLE_KEY.name)?;
    tell_key(ctx, &key);
    change(ctx, &key, |record| record.state = State::Disabled)?;
    Ok(())
}

/// Makes a key unusable, and has it deleted when the waiting period ends.
pub(crate) fn schedule_deletion(
    ctx: &mut Ctx<'_>,
    input: api::ScheduleKeyDeletion,
) -> Result<api::ScheduleKeyDeletionOutput> {
    let days = input.pending_window_in_days.unwrap_or(DEFAULT_WINDOW_DAYS);
    let key = ready(ctx, 0, api::SCHEDULE_KEY_DELETION.name)?;
    ctx.close_rents(key.scope, &key.arn, &prices::rents(key.scope, &key.id, &key.record))?;
    if key.record.multi_region.as_ref().is_some_and(|siblings| siblings.keeps(key.scope)) {
        return wait_for_replicas(ctx, &key, days);
    }
    let due = ctx.now().plus(DAY.saturating_mul(days.unsigned_abs()));
    change(ctx, &key, |record| {
        record.state = State::PendingDeletion;
        record.deletion = Some(due.into());
    })?;
    ctx.schedule(&jobs::deletion(key.scope, &key.id, due))?;
    Ok(api::ScheduleKeyDeletionOutput {
        key_id: Some(key.arn.clone()),
        deletion_date: Some(due),
        key_state: Some(api::KeyState::PendingDeletion),
        pending_window_in_days: Some(days),
    })
}

/// A primary is not deleted before its replicas; its waiting period begins when the last of them is gone.
fn wait_for_replicas(ctx: &mut Ctx<'_>, key: &KeyView, days: i32) -> Result<api::ScheduleKeyDeletionOutput> {
    change(ctx, key, |record| {
        record.state = State::PendingReplicaDeletion;
        record.waiting_days = u16::try_from(days).ok();
    })?;
    Ok(api::ScheduleKeyDeletionOutput {
        key_id: Some(key.arn.clone()),
        deletion_date: None,
        key_state: Some(api::KeyState::PendingReplicaDeletion),
        pending_window_in_days: Some(days),
    })
}

/// Takes a deletion back. A key whose imported material is missing waits for that again.
pub(crate) fn cancel_deletion(ctx: &mut Ctx<'_>, _: api::CancelKeyDeletion) -> Result<api::CancelKeyDeletionOutput> {
    let key = ready(ctx, 0, api::CANCEL_KEY_DELETION.name)?;
    change(ctx, &key, |record| {
        record.state = record.settled(State::Disabled);
        record.deletion = None;
        record.waiting_days = None;
    })?;
    ctx.cancel(&jobs::deletion_id(&key.id))?;
    ctx.reopen_rents(key.scope, &key.arn)?;
    Ok(api::CancelKeyDeletionOutput { key_id: Some(key.arn.clone()) })
}
