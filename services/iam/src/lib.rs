//! AWS Identity and Access Management: who there is in an account, and what they may do.
//!
//! IAM edits what `directory` owns, so that a change counts from the next call on. Guarantees: an entity that was deleted
//! leaves nothing to one that is made later under its name; a secret is told once; what is attached, a member or in use
//! cannot be deleted. IAM is one service for all Regions of a partition. Source: IAM API Reference.

pub mod api;

mod aliases;
mod error;
mod paging;
mod quotas;
mod records;

use kernel::Service;

/// The service. Each noun's file has the lines of its operations.
pub fn service() -> Service {
    let nouns = [aliases::lines];
    nouns.into_iter().fold(Service::new("iam", error::throttled).global(), |service, lines| lines(service))
}
