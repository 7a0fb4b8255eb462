//! What is stored of identities, and where. The road reads it; services/iam, sts and organizations edit it.
//!
//! Guarantees: everything that decides for one user, group, role or policy lies below one root key in its account's space,
//! so that a change of it outdates that and nothing else; names are unique without regard to case, because they are keys
//! in lower case while the record has the spelling; unique ids lead back to names, over all accounts; quotas are counted
//! where things are added and removed, not by scanning.
//!
//! Rooms: `edit` is the functions that keep these promises (a record that is put past them breaks indexes and counts);
//! one file for each noun.

mod access_key;
mod account;
mod controls;
mod edit;
mod entities;
mod policy;
mod principals;
mod service_use;

pub use access_key::{AccessKey, KeyStatus, KeyUse, Owner};
pub use account::{Account, Membership};
pub use controls::{ControlKind, ControlPolicy, Controls, EnabledControls};
pub use edit::{
    Attachments, Count, Entity, Mark, add, add_access_key, attach, attached_to, bump, count, detach, entity, find,
    join, leave, members, remove, remove_access_key, replace, set_boundary,
};
pub(crate) use entities::is_service_linked;
pub use entities::{EntityKind, Group, Holder, InstanceProfile, Named, Role, RoleUse, User};
pub use policy::{ManagedPolicy, PolicyVersion};
pub use principals::{
    arn_of_id, bind as bind_principals, has_id, id_of_arn, parse as parse_arn, unbind as unbind_principals,
};

pub use service_use::{LastCall, ServiceUse};

use base::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Key, Record, Transaction};

/// Makes types stored records of version 1.
macro_rules! first_version {
    ($($record:ty),* $(,)?) => {$(
        impl store::Record for $record {
            const VERSION: u8 = 1;
        }
    )*};
}
pub(crate) use first_version;

/// A point in time as stored: milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment(pub i64);

impl From<Timestamp> for Moment {
    fn from(time: Timestamp) -> Self {
        Self(time.millis())
    }
}

impl From<Moment> for Timestamp {
    fn from(moment: Moment) -> Self {
        Self::from_millis(moment.0)
    }
}

/// Where records are read: a call's context, or a transaction that no call began.
pub trait Reads {
    /// What goes wrong there.
    type Error: From<store::Error>;

    /// One record.
    fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>, Self::Error>;

    /// The records below `prefix` and after `after`, in order, at most `limit`.
    fn scan<R: Record>(
        &mut self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<(Key, R)>, Self::Error>;
}

/// Where records are written.
pub trait Writes: Reads {
    /// Stores a record.
    fn put<R: Record>(&mut self, key: &Key, record: &R) -> Result<(), Self::Error>;

    /// Stores a record unless the key is taken; says whether it did.
    fn insert<R: Record>(&mut self, key: &Key, record: &R) -> Result<bool, Self::Error>;

    /// Removes a record.
    fn delete(&mut self, key: &Key) -> Result<(), Self::Error>;
}

impl Reads for Transaction {
    type Error = store::Error;

    fn get<R: Record>(&mut self, key: &Key) -> Result<Option<R>, store::Error> {
        Transaction::get(self, key)
    }

    fn scan<R: Record>(
        &mut self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<(Key, R)>, store::Error> {
        Transaction::scan(self, prefix, after, limit)
    }
}

impl Writes for Transaction {
    fn put<R: Record>(&mut self, key: &Key, record: &R) -> Result<(), store::Error> {
        Transaction::put(self, key, record)
    }

    fn insert<R: Record>(&mut self, key: &Key, record: &R) -> Result<bool, store::Error> {
        Transaction::insert(self, key, record)
    }

    fn delete(&mut self, key: &Key) -> Result<(), store::Error> {
        Transaction::delete(self, key)
    }
}

/// A name as it is in keys: IAM tells no two names apart by case.
pub fn folded(name: &str) -> String {
    name.to_ascii_lowercase()
}
