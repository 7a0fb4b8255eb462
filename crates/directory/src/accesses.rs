//! Which services users and roles call.
//!
//! Calls are gathered in memory and written from time to time; what is shown is both together. Guarantees: of the calls of
//! one action by one user or role in one Region at most one an hour is noted, and the others cost a look at a table; memory
//! is bounded; what could not be noted or written is lost, and nothing else (AWS tells accesses with hours of delay too).
//!
//! Source: IAM User Guide, "Refine permissions in AWS using last accessed information".

use crate::records::{Entity, LastCall, Moment, Reads, ServiceUse};
use base::{AccountId, Region, Timestamp};
use policy::{Identity, Principal};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use store::{Error, Key, Part, Transaction};

/// Calls that wait to be written.
const MAX_WAITING: usize = 16_384;

/// Users and roles whose calls are written by one transaction.
const BATCH: usize = 64;

/// Calls of one action in the same hour and Region are one.
const GRAIN_MILLIS: i64 = 3_600_000;

/// Places of the table of calls noted; two that fall on one place are noted more often.
const MARKS: usize = 16_384;

/// Services of one user or role that are read at a time.
const CHUNK: usize = 256;

/// Calls that are not yet written.
pub(crate) struct Accesses {
    hasher: RandomState,
    marks: Box<[AtomicU64]>,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    by: HashMap<Caller, Calls>,
    count: usize,
}

/// A user or role of an account, by unique id.
pub(crate) type Caller = (AccountId, String);

/// The last calls by service and action.
pub(crate) type Calls = HashMap<(&'static str, &'static str), (Moment, Region)>;

impl Default for Accesses {
    fn default() -> Self {
        let marks = (0..MARKS).map(|_| AtomicU64::new(0)).collect();
        Self { hasher: RandomState::new(), marks, waiting: Mutex::default() }
    }
}

/// The unique id that a principal's calls count for; root users, services and strangers have none.
fn caller(principal: &Principal) -> Option<&str> {
    match &principal.identity {
        Identity::User(entity)
        | Identity::Role { role: entity, .. }
        | Identity::Federated { user: Some(entity), .. } => Some(&entity.id),
        _ => None,
    }
}

impl Accesses {
    /// Notes a call, unless the same was noted within the hour.
    pub(crate) fn note(
        &self,
        principal: &Principal,
        (service, action): (&'static str, &'static str),
        region: Region,
        now: Timestamp,
    ) {
        let Some(id) = caller(principal) else { return };
        let hour = now.millis().div_euclid(GRAIN_MILLIS);
        let hash = self.hasher.hash_one((id, service, action, region));
        // Never the zero of a place that is free.
        let mark = self.hasher.hash_one((hash, hour)) | 1;
        let Some(place) = self.marks.get(usize::try_from(hash).unwrap_or(0) % MARKS) else { return };
        if place.load(Ordering::Relaxed) == mark {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.count >= MAX_WAITING {
            return;
        }
        let calls = waiting.by.entry((principal.account, id.to_owned())).or_default();
        let is_new = calls.insert((service, action), (now.into(), region)).is_none();
        waiting.count += usize::from(is_new);
        place.store(mark, Ordering::Relaxed);
    }

    /// Takes some of what waits.
    pub(crate) fn take(&self) -> Vec<(Caller, Calls)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let some: Vec<Caller> = waiting.by.keys().take(BATCH).cloned().collect();
        let taken: Vec<_> = some.iter().filter_map(|caller| waiting.by.remove_entry(caller)).collect();
        let count: usize = taken.iter().map(|(_, calls)| calls.len()).sum();
        waiting.count = waiting.count.saturating_sub(count);
        taken
    }

    /// Everything that a user or role called, by service.
    pub(crate) fn of<R: Reads>(
        &self,
        records: &mut R,
        account: AccountId,
        id: &str,
    ) -> Result<BTreeMap<String, ServiceUse>, R::Error> {
        let all = ServiceUse::of(account, id);
        let mut uses = BTreeMap::new();
        let mut after: Option<Key> = None;
        loop {
            let found: Vec<(Key, ServiceUse)> = records.scan(&all, after.as_ref(), CHUNK)?;
            let is_last = found.len() < CHUNK;
            after = found.last().map(|(key, _)| key.clone());
            uses.extend(found.into_iter().filter_map(|(key, found)| match key.parts().pop() {
                Some(Part::Text(service)) => Some((service, found)),
                _ => None,
            }));
            if is_last {
                break;
            }
        }
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for ((service, action), last) in waiting.by.get(&(account, id.to_owned())).into_iter().flatten() {
            uses.entry((*service).to_owned()).or_default().note(action, call(*last));
        }
        Ok(uses)
    }
}

fn call((at, region): (Moment, Region)) -> LastCall {
    LastCall { at, region: region.to_string() }
}

/// Writes what somebody called, unless the user or role is gone.
pub(crate) fn write(transaction: &mut Transaction, (account, id): &Caller, calls: &Calls) -> Result<(), Error> {
    if !transaction.exists(&Entity::key(id))? {
        return Ok(());
    }
    let mut by_service: BTreeMap<&str, ServiceUse> = BTreeMap::new();
    for ((service, action), last) in calls {
        by_service.entry(service).or_default().note(action, call(*last));
    }
    for (service, new) in by_service {
        let key = ServiceUse::key(*account, id, service);
        let mut known = transaction.get::<ServiceUse>(&key)?.unwrap_or_default();
        for (action, call) in new.actions {
            known.note(&action, call);
        }
        transaction.put(&key, &known)?;
    }
    Ok(())
}
