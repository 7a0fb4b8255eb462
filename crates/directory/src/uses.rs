//! When access keys and roles were last used.
//!
//! Every call uses one, so uses are gathered in memory and written from time to time; what is shown is both together.
//! Guarantees: a call notes at most one use, and none that differs from the last in nothing but seconds; memory is
//! bounded; a use that could not be noted or written is lost, and nothing else (AWS tells them with hours of delay too).
//!
//! Source: IAM API Reference, AccessKeyLastUsed ("within 4 hours"), RoleLastUsed.

use crate::records::{KeyUse, Moment, RoleUse};
use base::{AccountId, Region, Timestamp};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use store::{Error, Transaction};

/// Uses that wait to be written.
const MAX_WAITING: usize = 16_384;

/// Uses written by one transaction.
const BATCH: usize = 256;

/// Uses of one key in the same minute, service and Region are one.
const GRAIN_MILLIS: i64 = 60_000;

/// What was used last for a credential; see [`Uses::note`].
#[derive(Default)]
pub(crate) struct LastUse(AtomicU64);

/// Uses that are not yet written.
#[derive(Default)]
pub(crate) struct Uses {
    hasher: RandomState,
    waiting: Mutex<HashMap<Used, Use>>,
}

/// What is used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Used {
    /// An access key of an account.
    Key(AccountId, String),
    /// A role of an account, by unique id.
    Role(AccountId, String),
}

#[derive(Clone)]
struct Use {
    at: Moment,
    service: &'static str,
    region: Region,
}

impl Uses {
    /// Notes a use, unless the credential's last was the same.
    pub(crate) fn note(
        &self,
        last: &LastUse,
        used: impl FnOnce() -> Option<Used>,
        service: &'static str,
        region: Region,
        now: Timestamp,
    ) {
        let mark = self.hasher.hash_one((now.millis() / GRAIN_MILLIS, service, region));
        if last.0.swap(mark, Ordering::Relaxed) == mark {
            return;
        }
        let Some(used) = used() else { return };
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MAX_WAITING || waiting.contains_key(&used) {
            waiting.insert(used, Use { at: now.into(), service, region });
        }
    }

    /// The last use of a key that waits to be written.
    pub(crate) fn of_key(&self, account: AccountId, id: &str) -> Option<KeyUse> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.get(&Used::Key(account, id.to_owned())).map(Use::of_key)
    }

    /// The last use of a role that waits to be written.
    pub(crate) fn of_role(&self, account: AccountId, id: &str) -> Option<RoleUse> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.get(&Used::Role(account, id.to_owned())).map(Use::of_role)
    }

    /// Takes some of what waits.
    pub(crate) fn take(&self) -> Vec<(Used, KeyUse)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let some: Vec<Used> = waiting.keys().take(BATCH).cloned().collect();
        let mut taken = Vec::with_capacity(some.len());
        for used in some {
            if let Some(last) = waiting.remove(&used) {
                taken.push((used, last.of_key()));
            }
        }
        taken
    }
}

impl Use {
    fn of_key(&self) -> KeyUse {
        KeyUse { at: self.at, service: self.service.to_owned(), region: self.region.to_string() }
    }

    fn of_role(&self) -> RoleUse {
        RoleUse { at: self.at, region: self.region.to_string() }
    }
}

/// Writes one use, unless a later one is there, or what was used is gone.
pub(crate) fn write(transaction: &mut Transaction, used: &Used, last: &KeyUse) -> Result<(), Error> {
    match used {
        Used::Key(account, id) => {
            let key = KeyUse::key(*account, id);
            let exists = transaction.exists(&crate::records::AccessKey::key(id))?;
            let later = transaction.get::<KeyUse>(&key)?.is_some_and(|known| known.at >= last.at);
            if exists && !later {
                transaction.put(&key, last)?;
            }
        }
        Used::Role(account, id) => {
            let key = RoleUse::key(*account, id);
            let exists = transaction.exists(&crate::records::Entity::key(id))?;
            let later = transaction.get::<RoleUse>(&key)?.is_some_and(|known| known.at >= last.at);
            if exists && !later {
                transaction.put(&key, &RoleUse { at: last.at, region: last.region.clone() })?;
            }
        }
    }
    Ok(())
}
