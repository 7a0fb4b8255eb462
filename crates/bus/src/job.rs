//! Jobs as they lie in the store.
//!
//! Guarantees: an id names at most one job of an account and Region, waiting or parked. Jobs lie in the space that they
//! concern, so that scheduling adds no conflict between accounts; which spaces have had jobs is registered.
//!
//! Layout: `bus.jobs` orders waiting jobs by the time of the next attempt, then id; `bus.times` finds that time by id;
//! `bus.parked` holds what was given up; `bus.spaces` in the system's space registers the spaces.

use base::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Error, Key, Part, Record, Space, Transaction};

/// A job that failed so often is parked.
pub const MAX_ATTEMPTS: u32 = 10;
/// The pause after the first failure; it doubles with every further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const MAX_PAUSE: Duration = Duration::from_secs(15 * 60);
/// Of an error's text, this many bytes are kept.
const MAX_ERROR: usize = 1024;

const JOBS: &str = "bus.jobs";
const TIMES: &str = "bus.times";
const PARKED: &str = "bus.parked";
const SPACES: &str = "bus.spaces";

/// Something to be done at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Unique in the space. Scheduling a taken id moves that job.
    pub id: String,
    /// What is to be done, by the name under which the runner knows it.
    pub kind: String,
    /// When, in service time. Retries come later; this stays.
    pub due: Timestamp,
    /// Whom it concerns.
    pub space: Space,
    /// What the runner needs to know.
    pub payload: Vec<u8>,
}

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// The job. Scheduling it again is all it takes to try again.
    pub job: Job,
    /// What the last attempt said.
    pub error: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    kind: String,
    due: i64,
    attempts: u32,
    payload: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct NextAttempt(i64);

#[derive(Serialize, Deserialize)]
struct StoredParked {
    job: Stored,
    error: String,
}

#[derive(Serialize, Deserialize)]
struct Registered;

impl Record for Stored {
    const VERSION: u8 = 1;
}

impl Record for NextAttempt {
    const VERSION: u8 = 1;
}

impl Record for StoredParked {
    const VERSION: u8 = 1;
}

impl Record for Registered {
    const VERSION: u8 = 1;
}

/// Adds a job, or moves the one of this id, also out of the parked ones.
pub fn schedule(tx: &mut Transaction, job: &Job) -> Result<(), Error> {
    cancel(tx, job.space, &job.id)?;
    let registration = Key::new(Space::system(), SPACES).bytes(Key::new(job.space, JOBS).as_bytes());
    if !tx.exists(&registration)? {
        tx.put(&registration, &Registered)?;
    }
    let stored = Stored { kind: job.kind.clone(), due: job.due.millis(), attempts: 0, payload: job.payload.clone() };
    put(tx, job.space, &job.id, job.due, &stored)
}

/// Takes a job back, waiting or parked; whether there was one.
pub fn cancel(tx: &mut Transaction, space: Space, id: &str) -> Result<bool, Error> {
    let waited = remove(tx, space, id)?;
    let parked = parked_key(space, id);
    let was_parked = tx.exists(&parked)?;
    if was_parked {
        tx.delete(&parked)?;
    }
    Ok(waited || was_parked)
}

/// Ends a job, in the transaction of its effect. False if it was cancelled or moved, or another node completed it:
/// then the effect must not happen.
pub fn complete(tx: &mut Transaction, job: &Job) -> Result<bool, Error> {
    match waiting(tx, job)? {
        Some(_) => remove(tx, job.space, &job.id),
        None => Ok(false),
    }
}

/// The waiting job of this id.
pub fn find(tx: &mut Transaction, space: Space, id: &str) -> Result<Option<Job>, Error> {
    let Some(NextAttempt(time)) = tx.get(&time_key(space, id))? else { return Ok(None) };
    let stored: Option<Stored> = tx.get(&job_key(space, Timestamp::from_millis(time), id))?;
    Ok(stored.map(|stored| job_of(space, id.into(), stored)))
}

/// The first `limit` jobs of a space whose next attempt is due, in the order in which they are to start.
pub fn due(tx: &mut Transaction, space: Space, now: Timestamp, limit: usize) -> Result<Vec<Job>, Error> {
    let page: Vec<(Key, Stored)> = tx.scan(&Key::new(space, JOBS), None, limit)?;
    let due = page.into_iter().filter_map(|(key, stored)| {
        let (time, id) = time_and_id(&key)?;
        (time <= now).then(|| job_of(space, id, stored))
    });
    Ok(due.collect())
}

/// When the first job of a space is to be attempted.
pub fn next_due(tx: &mut Transaction, space: Space) -> Result<Option<Timestamp>, Error> {
    let first: Vec<(Key, Stored)> = tx.scan(&Key::new(space, JOBS), None, 1)?;
    Ok(first.first().and_then(|(key, _)| time_and_id(key)).map(|(time, _)| time))
}

/// The first `limit` parked jobs of a space, by id, after one if it is given.
pub fn parked(tx: &mut Transaction, space: Space, after: Option<&str>, limit: usize) -> Result<Vec<Parked>, Error> {
    let after = after.map(|id| parked_key(space, id));
    let page: Vec<(Key, StoredParked)> = tx.scan(&Key::new(space, PARKED), after.as_ref(), limit)?;
    let open = |(key, parked): (Key, StoredParked)| match key.parts().pop() {
        Some(Part::Text(id)) => Some(Parked { job: job_of(space, id, parked.job), error: parked.error }),
        _ => None,
    };
    Ok(page.into_iter().filter_map(open).collect())
}

/// The first `limit` spaces that have, or had, jobs, after one if it is given.
pub fn spaces(tx: &mut Transaction, after: Option<Space>, limit: usize) -> Result<Vec<Space>, Error> {
    let prefix = Key::new(Space::system(), SPACES);
    let after = after.map(|space| prefix.clone().bytes(Key::new(space, JOBS).as_bytes()));
    let page: Vec<(Key, Registered)> = tx.scan(&prefix, after.as_ref(), limit)?;
    let space = |key: &Key| match key.parts().pop() {
        Some(Part::Bytes(bytes)) => Key::from_bytes(&bytes).map(|key| key.space()),
        _ => None,
    };
    Ok(page.iter().filter_map(|(key, _)| space(key)).collect())
}

/// Notes a failed attempt: the job is tried again later, or parked after the last attempt. Nothing happens when it is
/// not waiting any more.
pub(crate) fn park_or_retry(tx: &mut Transaction, job: &Job, now: Timestamp, error: &str) -> Result<(), Error> {
    let Some(mut stored) = waiting(tx, job)? else { return Ok(()) };
    remove(tx, job.space, &job.id)?;
    stored.attempts += 1;
    if stored.attempts < MAX_ATTEMPTS {
        let pause = FIRST_PAUSE.saturating_mul(1 << (stored.attempts - 1).min(16)).min(MAX_PAUSE);
        return put(tx, job.space, &job.id, now.plus(pause), &stored);
    }
    let error = error.get(..error.floor_char_boundary(MAX_ERROR)).unwrap_or_default().into();
    tx.put(&parked_key(job.space, &job.id), &StoredParked { job: stored, error })
}

/// The stored form of a job that waits just as it was read.
fn waiting(tx: &mut Transaction, job: &Job) -> Result<Option<Stored>, Error> {
    let Some(NextAttempt(time)) = tx.get(&time_key(job.space, &job.id))? else { return Ok(None) };
    let stored: Option<Stored> = tx.get(&job_key(job.space, Timestamp::from_millis(time), &job.id))?;
    let same =
        |stored: &Stored| stored.due == job.due.millis() && stored.kind == job.kind && stored.payload == job.payload;
    Ok(stored.filter(same))
}

fn put(tx: &mut Transaction, space: Space, id: &str, time: Timestamp, stored: &Stored) -> Result<(), Error> {
    tx.put(&job_key(space, time, id), stored)?;
    tx.put(&time_key(space, id), &NextAttempt(time.millis()))
}

fn remove(tx: &mut Transaction, space: Space, id: &str) -> Result<bool, Error> {
    let by_id = time_key(space, id);
    let Some(NextAttempt(time)) = tx.get(&by_id)? else { return Ok(false) };
    tx.delete(&job_key(space, Timestamp::from_millis(time), id))?;
    tx.delete(&by_id)?;
    Ok(true)
}

fn job_of(space: Space, id: String, stored: Stored) -> Job {
    Job { id, kind: stored.kind, due: Timestamp::from_millis(stored.due), space, payload: stored.payload }
}

/// Times before 1970 are negative; flipping the sign bit makes the order of numbers the order of times.
const SIGN: u64 = 1 << 63;

fn job_key(space: Space, time: Timestamp, id: &str) -> Key {
    Key::new(space, JOBS).number(time.millis().cast_unsigned() ^ SIGN).text(id)
}

fn time_key(space: Space, id: &str) -> Key {
    Key::new(space, TIMES).text(id)
}

fn parked_key(space: Space, id: &str) -> Key {
    Key::new(space, PARKED).text(id)
}

fn time_and_id(key: &Key) -> Option<(Timestamp, String)> {
    let mut parts = key.parts().into_iter();
    match (parts.next()?, parts.next()?) {
        (Part::Number(number), Part::Text(id)) => Some((Timestamp::from_millis((number ^ SIGN).cast_signed()), id)),
        _ => None,
    }
}
