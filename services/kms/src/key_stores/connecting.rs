//! The job that connects a store: asks the other side to let this server in, and ends in CONNECTED or FAILED.
//!
//! Guarantees: a store that was disconnected or deleted meanwhile is left alone; a failure has its code.

use super::error::Cause;
use super::outside::{self, Wanted};
use super::{Connection, KeyStoreRecord};
use crate::api;
use bus::Job;
use kernel::{Ctx, Error, JobKind, Result};
use store::Space;

/// Connects a store.
pub(crate) const CONNECT: JobKind = JobKind { name: "kms.connect-key-store", run: connect };

const ENTRY: &str = "entry";

/// The id of the job that connects a store.
pub(super) fn job_id(store: &str) -> String {
    format!("{}/{store}", CONNECT.name)
}

/// The job that connects a store now.
pub(super) fn job(ctx: &Ctx<'_>, store: &str) -> Job {
    Job {
        id: job_id(store),
        kind: CONNECT.name.to_owned(),
        due: ctx.now(),
        space: Space::regional(ctx.scope()),
        payload: store.as_bytes().to_vec(),
    }
}

fn connect(ctx: &mut Ctx<'_>, job: &Job) -> Result<()> {
    let id = std::str::from_utf8(&job.payload).map_err(|_| Error::Internal("the job names no key store".into()))?;
    let place = KeyStoreRecord::key(ctx.scope(), id);
    let Some(mut record) = ctx.get::<KeyStoreRecord>(&place)? else { return Ok(()) };
    if record.connection != Connection::Connecting {
        return Ok(());
    }
    let Some(exchange) = ctx.exchanged(ENTRY) else {
        let question = record.kind.question(ctx, api::CONNECT_CUSTOM_KEY_STORE.name, &Wanted::Entry);
        let question = question.ok_or_else(|| Error::Internal("a key store cannot be asked to let in".into()))?;
        return Err(ctx.ask(ENTRY, question, ()));
    };
    let failure = outside::is_well(exchange)?.err().map(Cause::on_connecting);
    record.connection = if failure.is_some() { Connection::Failed } else { Connection::Connected };
    record.failure = failure;
    ctx.put(&place, &record)
}
