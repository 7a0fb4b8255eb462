//! When users and roles last called which service.
//!
//! Apart from the user or role, since calling must not outdate it. One record for each service that somebody called holds
//! all its actions, of which a service has hundreds at most. Source: IAM API Reference, ServiceLastAccessed,
//! TrackedActionLastAccessed.

use super::{Moment, first_version};
use base::AccountId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Key, Space};

/// What somebody called of one service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceUse {
    /// The last call of each action, by the action's name without the service.
    pub actions: BTreeMap<String, LastCall>,
}

/// A last call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCall {
    /// When; the first such call of its hour.
    pub at: Moment,
    /// The Region.
    pub region: String,
}

first_version!(ServiceUse);

impl ServiceUse {
    /// All services that a user or role called, by its unique id.
    pub fn of(account: AccountId, id: &str) -> Key {
        Key::new(Space::account(account), "directory.service-use").text(id)
    }

    /// Where the uses of one service are, by its prefix in policies.
    pub fn key(account: AccountId, id: &str, service: &str) -> Key {
        Self::of(account, id).text(service)
    }

    /// The last call of all.
    pub fn last(&self) -> Option<&LastCall> {
        self.actions.values().max_by_key(|call| call.at)
    }

    /// Adds a call, unless a later one of the action is known.
    pub fn note(&mut self, action: &str, call: LastCall) {
        match self.actions.get_mut(action) {
            Some(known) if known.at >= call.at => {}
            Some(known) => *known = call,
            None => {
                self.actions.insert(action.to_owned(), call);
            }
        }
    }
}
