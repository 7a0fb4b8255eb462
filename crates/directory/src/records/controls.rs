//! What an organisation's policies are to the road: which are in force at each level above an account.
//!
//! Kept in the management account's space. What else an organisation consists of is the organizations service's own.
//! Source: Organizations User Guide, "SCP evaluation", "RCP evaluation".

use super::first_version;
use base::AccountId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{Key, Space};

/// Kinds of an organisation's policies that decide calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ControlKind {
    /// Bounds what principals of member accounts may do.
    Service,
    /// Bounds what may be done to resources of member accounts.
    Resource,
}

/// A service or resource control policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlPolicy {
    /// Which of the two.
    pub kind: ControlKind,
    /// Its ARN.
    pub arn: String,
    /// The document as it was given.
    pub document: String,
}

/// The policies attached to one root, organisational unit or account, by id (`p-…`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controls {
    /// Service control policies.
    pub service: BTreeSet<String>,
    /// Resource control policies.
    pub resource: BTreeSet<String>,
}

/// Which kinds of policies a root has enabled. Those of a kind that is not enabled decide nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnabledControls {
    /// Service control policies.
    pub service: bool,
    /// Resource control policies.
    pub resource: bool,
}

first_version!(ControlPolicy, Controls, EnabledControls);

impl ControlPolicy {
    /// Where a policy is.
    pub fn key(management: AccountId, id: &str) -> Key {
        Key::new(Space::account(management), "directory.control-policy").text(id)
    }
}

impl Controls {
    /// Where the attachments of a root, organisational unit or account are.
    pub fn key(management: AccountId, target: &str) -> Key {
        Key::new(Space::account(management), "directory.controls").text(target)
    }
}

impl EnabledControls {
    /// Where it is, by the root's id.
    pub fn key(management: AccountId, root: &str) -> Key {
        Key::new(Space::account(management), "directory.enabled-controls").text(root)
    }
}
