//! The managed policies that AWS keeps in every account.
//!
//! In `authorization/policies/<path>.txt` a policy is a line with its name, default version, dates of creation and of
//! that version, and its document below, followed by an empty line. In the archive, the directory has all but the
//! document.
//!
//! Guarantees: a document is AWS's own, member for member and in AWS's order, with other white space; only the default
//! version is here. Descriptions are not. A document is unpacked each time that it is asked for.

use crate::archive::{Archive, Entry};
use base::{Partition, Timestamp};
use std::sync::OnceLock;

static PACKED: &[u8] = include_bytes!("../data/policies.bin");

/// What precedes a policy's path and name in its ARN, after `arn:` and the partition.
const OWNER: &str = ":iam::aws:policy";

/// A policy of AWS's own.
pub struct ManagedPolicy {
    /// `/`, or what kind of policy it is: `/job-function/`, `/service-role/`, `/aws-service-role/`.
    pub path: &'static str,
    /// Unique among all of them.
    pub name: &'static str,
    /// A policy's id, which never changes. AWS does not publish its own; this one is made from the ARN.
    pub id: &'static str,
    /// The version in force, such as `v3`.
    pub version: &'static str,
    /// When AWS made the policy.
    pub created: Timestamp,
    /// When AWS made the version in force.
    pub updated: Timestamp,
    entry: &'static Entry,
}

/// All of AWS's managed policies, ordered by path and name.
pub fn managed_policies() -> &'static [ManagedPolicy] {
    shelf().map_or(&[], |shelf| &shelf.policies)
}

/// The policy of that ARN. Each partition has them under ARNs of its own.
pub fn managed_policy(arn: &str) -> Option<&'static ManagedPolicy> {
    let (partition, name) = arn.strip_prefix("arn:")?.split_once(OWNER)?;
    let known = [Partition::Aws, Partition::China, Partition::GovCloud].iter().any(|one| one.to_string() == partition);
    let shelf = shelf().filter(|_| known)?;
    shelf.policies.get(shelf.archive.find(name)?)
}

impl ManagedPolicy {
    /// The policy's ARN.
    pub fn arn(&self, partition: Partition) -> String {
        format!("arn:{partition}{OWNER}{}", self.entry.name)
    }

    /// The policy document. The data is part of the binary and a test opens every one, so that `None` does not happen
    /// in practice.
    pub fn document(&self) -> Option<String> {
        let block = shelf()?.archive.block(self.entry.block)?;
        self.entry.within(&block).map(str::to_owned)
    }
}

struct Shelf {
    archive: &'static Archive,
    policies: Vec<ManagedPolicy>,
}

fn shelf() -> Option<&'static Shelf> {
    static ARCHIVE: OnceLock<Option<Archive>> = OnceLock::new();
    static SHELF: OnceLock<Option<Shelf>> = OnceLock::new();
    let open = || {
        let archive = ARCHIVE.get_or_init(|| Archive::open(PACKED)).as_ref()?;
        let policies = archive.entries.iter().map(policy).collect::<Option<Vec<_>>>()?;
        Some(Shelf { archive, policies })
    };
    SHELF.get_or_init(open).as_ref()
}

fn policy(entry: &'static Entry) -> Option<ManagedPolicy> {
    let (path, name) = entry.name.split_at_checked(entry.name.rfind('/')? + 1)?;
    let mut about = entry.about.split(' ');
    let mut next = || about.next();
    let (id, version, created, updated) = (next()?, next()?, next()?, next()?);
    let time = |text: &str| Timestamp::from_rfc3339(text).ok();
    Some(ManagedPolicy { path, name, id, version, created: time(created)?, updated: time(updated)?, entry })
}
