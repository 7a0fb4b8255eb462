//! AWS Identity and Access Management: who there is in an account, and what they may do.
//!
//! IAM edits what `directory` owns, so that a change counts from the next call on. Guarantees: an entity that was deleted
//! leaves nothing to one that is made later under its name; a secret is told once; what is attached, a member or in use
//! cannot be deleted. IAM is one service for all Regions of a partition. Source: IAM API Reference.

pub mod api;

mod access_keys;
mod aliases;
mod attachments;
mod boundaries;
mod documents;
mod entities;
mod error;
mod groups;
mod inline;
mod instance_profiles;
mod paging;
mod policies;
mod policy_entities;
mod quotas;
mod records;
mod roles;
mod tags;
mod targets;
mod trust;
mod users;
mod versions;

use kernel::Service;

/// The service. Each noun's file has the lines of its operations.
pub fn service() -> Service {
    let nouns = [
        access_keys::lines,
        aliases::lines,
        attachments::lines,
        boundaries::lines,
        groups::lines,
        inline::lines,
        instance_profiles::lines,
        policies::lines,
        policy_entities::lines,
        roles::lines,
        tags::lines,
        users::lines,
        versions::lines,
    ];
    nouns.into_iter().fold(Service::new("iam", error::throttled).global(), |service, lines| lines(service))
}
