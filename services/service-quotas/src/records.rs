//! What Service Quotas stores: requests, those that wait, and tags of quotas that have a value of their own.

use base::{Scope, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Key, Record, Space};

/// A request for another value.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    /// Its id.
    pub id: String,
    /// The code of the service.
    pub service: String,
    /// The code of the quota.
    pub quota: String,
    /// What was asked for.
    pub desired: f64,
    /// AWS's word for how far it has come.
    pub status: String,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_millis: i64,
    /// When that last changed.
    pub updated_millis: i64,
    /// Who made it, in JSON.
    pub requester: String,
}

impl Record for Change {
    const VERSION: u8 = 1;
}

impl Change {
    /// All requests of an account in a Region.
    pub(crate) fn all(scope: Scope) -> Key {
        Key::new(Space::regional(scope), "servicequotas.change")
    }

    pub(crate) fn key(scope: Scope, id: &str) -> Key {
        Self::all(scope).text(id)
    }

    /// Whether it waits for an answer.
    pub(crate) fn is_open(&self) -> bool {
        self.status == "PENDING"
    }

    pub(crate) fn created(&self) -> Timestamp {
        Timestamp::from_millis(self.created_millis)
    }
}

/// A request that waits for the operator: a mark whose place names it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Waiting;

impl Record for Waiting {
    const VERSION: u8 = 1;
}

impl Waiting {
    /// The requests of all accounts that wait.
    pub(crate) fn all() -> Key {
        Key::new(Space::system(), "servicequotas.waiting")
    }

    pub(crate) fn key(scope: Scope, id: &str) -> Key {
        Self::all().text(scope.account.as_str()).text(scope.region.as_str()).text(id)
    }
}

/// The tags of a quota that has a value of its own.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Tags(pub BTreeMap<String, String>);

impl Record for Tags {
    const VERSION: u8 = 1;
}

impl Tags {
    pub(crate) fn key(scope: Scope, service: &str, quota: &str) -> Key {
        Key::new(Space::regional(scope), "servicequotas.tags").text(service).text(quota)
    }
}
