//! When a resource was last used, by which call.
//!
//! Some services tell of a resource when it was last used, and every call of the operations that count (see
//! [`crate::registry::Line::uses`]) would be a write. So uses are gathered in memory and written from time to time; what is
//! told is both together. Guarantees: only a call that succeeded, and is on record, counts; noting a use that follows
//! another allocates nothing; memory is bounded; nothing is kept of what is gone; a use that could not be noted or written
//! is lost, and nothing else.
//!
//! Source: KMS Developer Guide, "Determine past usage of a KMS key" (there may be an hour's delay).

use crate::access::Permit;
use crate::call::Call;
use crate::control::Kernel;
use crate::ctx::{Ctx, Lookup};
use crate::error::Result;
use crate::record::Notes;
use base::{AccountId, Scope, Timestamp, Uuid};
use quick_cache::DefaultHashBuilder;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::{Error, Key, Marker, Record, Space, Transaction};

/// Resources whose uses wait to be written.
const MAX_WAITING: usize = 32_768;

/// Uses written by one transaction.
const BATCH: usize = 256;

/// The last use of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUse {
    /// The operation.
    pub operation: String,
    /// Service time of the call.
    pub at: Timestamp,
    /// The event in the log of the resource's owner.
    pub event: Uuid,
    /// The id by which the caller knows the call.
    pub request: String,
}

/// A use as it is noted.
struct Noted<'a> {
    scope: Scope,
    operation: &'static str,
    at: Timestamp,
    event: Uuid,
    request: &'a str,
}

/// Uses that are not yet written.
#[derive(Default)]
pub(crate) struct LastUses {
    waiting: Mutex<Waiting>,
    /// Held while they are written: one at a time.
    writing: Mutex<()>,
}

#[derive(Default)]
struct Waiting {
    /// By ARN.
    fresh: HashMap<String, Use, DefaultHashBuilder>,
    /// Those that are being written, told of until they are.
    leaving: Arc<HashMap<String, Use, DefaultHashBuilder>>,
}

#[derive(Clone)]
struct Use {
    /// Below which everything about the resource is stored; without it, the resource is gone.
    root: Key,
    scope: Scope,
    operation: &'static str,
    at: Timestamp,
    event: Uuid,
    request: String,
}

impl LastUses {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the use of a resource; `root` is asked for only if no use of it waits.
    fn note(&self, arn: &str, noted: &Noted<'_>, root: impl FnOnce() -> Option<Key>) {
        let mut waiting = self.lock();
        if let Some(known) = waiting.fresh.get_mut(arn) {
            (known.operation, known.at, known.event) = (noted.operation, noted.at, noted.event);
            known.request.clear();
            known.request.push_str(noted.request);
            return;
        }
        if waiting.fresh.len() >= MAX_WAITING {
            return;
        }
        let Some(root) = root() else { return };
        let Noted { scope, operation, at, event, request } = *noted;
        let new = Use { root, scope, operation, at, event, request: request.to_owned() };
        waiting.fresh.insert(arn.to_owned(), new);
    }

    fn of(&self, arn: &str) -> Option<LastUse> {
        let waiting = self.lock();
        waiting.fresh.get(arn).or_else(|| waiting.leaving.get(arn)).map(Use::told)
    }

    /// Takes all that waits; it is told of until it [has left](Self::left).
    fn leave(&self) -> Arc<HashMap<String, Use, DefaultHashBuilder>> {
        let mut waiting = self.lock();
        // As large as it was, so that it does not grow while calls wait for the lock.
        let next = HashMap::with_capacity_and_hasher(waiting.fresh.len(), DefaultHashBuilder::default());
        waiting.leaving = Arc::new(std::mem::replace(&mut waiting.fresh, next));
        waiting.leaving.clone()
    }

    /// What was taken is written, or goes on waiting.
    fn left(&self, is_written: bool) {
        let mut waiting = self.lock();
        let leaving = std::mem::take(&mut waiting.leaving);
        if !is_written {
            for (arn, use_) in leaving.iter() {
                waiting.fresh.entry(arn.clone()).or_insert_with(|| use_.clone());
            }
        }
    }
}

impl Use {
    fn told(&self) -> LastUse {
        LastUse { operation: self.operation.to_owned(), at: self.at, event: self.event, request: self.request.clone() }
    }

    /// Writes it, unless the resource is gone or a later use is there.
    fn write(&self, transaction: &mut Transaction, arn: &str) -> std::result::Result<(), Error> {
        let place = place(self.scope, arn);
        let known = transaction.get::<UseRecord>(&place)?;
        if transaction.exists(&self.root)? && known.is_none_or(|known| known.at <= self.at.millis()) {
            transaction.put(&place, &UseRecord::from(self))?;
        }
        Ok(())
    }
}

impl Kernel {
    /// Notes that a call used the resources that it was permitted, each by its owner's event.
    pub(crate) fn note_uses(&self, call: &Call, notes: &Notes, permits: &[Permit], copies: &[(AccountId, Uuid)]) {
        for resource in &notes.resources {
            let copy = copies.iter().find(|(account, _)| *account == resource.account);
            let noted = Noted {
                scope: Scope { account: resource.account, region: call.scope.region },
                operation: call.name,
                at: call.now,
                event: copy.map_or(call.event_id, |(_, event)| *event),
                request: &call.request_id,
            };
            let root = || permits.iter().find_map(|permit| permit.root_of(&resource.arn));
            self.last_uses.note(&resource.arn, &noted, root);
        }
    }

    /// Notes that who came in by a door used a resource as `operation` does; `root` is where the resource is.
    pub(crate) fn note_use_by_door(&self, call: &Call, arn: &str, operation: &'static str, root: Key) {
        let (scope, at, event) = (call.scope, call.now, call.event_id);
        let noted = Noted { scope, operation, at, event, request: &call.request_id };
        self.last_uses.note(arn, &noted, || Some(root));
    }

    /// Writes the uses that were noted.
    pub(crate) fn keep_last_uses(&self) -> std::result::Result<(), Error> {
        let _one = self.last_uses.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let leaving = self.last_uses.leave();
        let all: Vec<_> = leaving.iter().collect();
        let written = all.chunks(BATCH).try_for_each(|batch| {
            self.store.transact(Marker(Uuid::random(self.rng.as_ref())), |transaction| {
                batch.iter().try_for_each(|(arn, use_)| use_.write(transaction, arn))
            })
        });
        self.last_uses.left(written.is_ok());
        written
    }
}

impl Ctx<'_> {
    /// When a resource of an account in this Region was last used; `None` if it never was.
    pub fn last_use(&mut self, owner: AccountId, arn: &str) -> Result<Option<LastUse>> {
        let scope = Scope { account: owner, ..self.scope() };
        let written = self.get::<UseRecord>(&place(scope, arn))?.map(UseRecord::told);
        // Another server over the same store may have written a later one.
        let waiting = self.kernel.last_uses.of(arn);
        Ok(written.into_iter().chain(waiting).max_by_key(|last| last.at))
    }

    /// Keeps nothing about the use of a resource of this account and Region, which is deleted.
    pub fn forget_use(&mut self, arn: &str) -> Result<()> {
        let scope = self.scope();
        self.delete(&place(scope, arn))
    }
}

impl Lookup<'_, '_> {
    /// See [`Ctx::last_use`].
    pub fn last_use(&mut self, owner: AccountId, arn: &str) -> Result<Option<LastUse>> {
        self.ctx().last_use(owner, arn)
    }
}

fn place(scope: Scope, arn: &str) -> Key {
    Key::new(Space::regional(scope), "kernel.last-use").text(arn)
}

/// A last use as it is stored.
#[derive(Serialize, Deserialize)]
struct UseRecord {
    operation: String,
    at: i64,
    event: [u8; 16],
    request: String,
}

impl Record for UseRecord {
    const VERSION: u8 = 1;
}

impl From<&Use> for UseRecord {
    fn from(last: &Use) -> Self {
        let (operation, request) = (last.operation.to_owned(), last.request.clone());
        Self { operation, at: last.at.millis(), event: last.event.0, request }
    }
}

impl UseRecord {
    fn told(self) -> LastUse {
        LastUse {
            operation: self.operation,
            at: Timestamp::from_millis(self.at),
            event: Uuid(self.event),
            request: self.request,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        Scope { account: "111122223333".parse().unwrap(), region: "us-east-1".parse().unwrap() }
    }

    fn note(uses: &LastUses, thing: &str, operation: &'static str, second: i64) {
        let at = Timestamp::from_millis(second * 1_000);
        let noted = Noted { scope: scope(), operation, at, event: Uuid([1; 16]), request: "request" };
        uses.note(thing, &noted, || Some(Key::new(Space::regional(scope()), "test.things").text(thing)));
    }

    fn told(uses: &LastUses, thing: &str) -> Option<(String, i64)> {
        uses.of(thing).map(|last| (last.operation, last.at.millis() / 1_000))
    }

    #[test]
    fn the_last_use_of_each_thing_is_told_also_while_it_is_written() {
        let uses = LastUses::default();
        note(&uses, "a", "Encrypt", 1);
        note(&uses, "a", "Decrypt", 2);
        note(&uses, "b", "Sign", 3);
        assert_eq!(uses.leave().len(), 2);
        assert_eq!(told(&uses, "a"), Some(("Decrypt".to_owned(), 2)));
        note(&uses, "a", "Encrypt", 4);
        assert_eq!(told(&uses, "a"), Some(("Encrypt".to_owned(), 4)));
        uses.left(true);
        assert_eq!((told(&uses, "a"), told(&uses, "b")), (Some(("Encrypt".to_owned(), 4)), None));
    }

    #[test]
    fn what_could_not_be_written_waits_on_unless_there_is_a_later_use() {
        let uses = LastUses::default();
        note(&uses, "a", "Encrypt", 1);
        note(&uses, "b", "Encrypt", 1);
        uses.leave();
        note(&uses, "b", "Decrypt", 2);
        uses.left(false);
        assert_eq!(told(&uses, "a"), Some(("Encrypt".to_owned(), 1)));
        assert_eq!(told(&uses, "b"), Some(("Decrypt".to_owned(), 2)));
        assert_eq!(uses.leave().len(), 2);
    }

    #[test]
    fn no_more_things_wait_than_there_is_room_for_and_those_that_do_are_kept_up_to_date() {
        let uses = LastUses::default();
        for number in 0..MAX_WAITING + 10 {
            note(&uses, &number.to_string(), "Encrypt", 1);
        }
        note(&uses, "0", "Decrypt", 2);
        assert_eq!(told(&uses, "0"), Some(("Decrypt".to_owned(), 2)));
        assert_eq!(uses.leave().len(), MAX_WAITING);
    }

    #[test]
    fn a_thing_that_is_stored_nowhere_is_not_noted() {
        let uses = LastUses::default();
        let at = Timestamp::from_millis(0);
        let noted = Noted { scope: scope(), operation: "Encrypt", at, event: Uuid([1; 16]), request: "request" };
        uses.note("a", &noted, || None);
        assert_eq!(told(&uses, "a"), None);
    }
}
