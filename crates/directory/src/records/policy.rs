//! Customer managed policies and their versions.
//!
//! Guarantee: a version never changes, and the policy says which is in force, so whoever follows the policy's record
//! follows all of it. Source: IAM User Guide, "Versioning IAM policies".

use super::entities::named;
use super::{EntityKind, Moment, Named, first_version, folded};
use base::AccountId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Key, Space};

/// A customer managed policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// `ANPA…`
    pub id: String,
    /// As it was given.
    pub name: String,
    /// Its path.
    pub path: String,
    /// What it is for.
    pub description: Option<String>,
    /// When it was made.
    pub created: Moment,
    /// When its versions last changed.
    pub updated: Moment,
    /// The number of the version that is in force.
    pub default_version: u32,
    /// The highest number that a version ever had; numbers are not used again.
    pub last_version: u32,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// One version of a managed policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// 1 for `v1`.
    pub number: u32,
    /// When it was made.
    pub created: Moment,
    /// The document as it was given.
    pub document: String,
}

first_version!(ManagedPolicy, PolicyVersion);
named!(ManagedPolicy, "directory.policy", Policy);

impl ManagedPolicy {
    /// A policy whose first version is in force. The version is a record of its own.
    pub fn new(id: String, path: &str, name: &str, created: impl Into<Moment>) -> Self {
        let created = created.into();
        Self {
            id,
            name: name.to_owned(),
            path: path.to_owned(),
            description: None,
            created,
            updated: created,
            default_version: 1,
            last_version: 1,
            tags: BTreeMap::new(),
        }
    }
}

impl PolicyVersion {
    /// The table of the versions of all policies.
    pub const TABLE: &str = "directory.policy-version";

    /// The most versions that a policy has at a time.
    pub const MAX: usize = 5;

    /// All versions of a policy, oldest first.
    pub fn of(account: AccountId, policy: &str) -> Key {
        Key::new(Space::account(account), Self::TABLE).text(&folded(policy))
    }

    /// Where a version is.
    pub fn key(account: AccountId, policy: &str, number: u32) -> Key {
        Self::of(account, policy).number(number.into())
    }
}
