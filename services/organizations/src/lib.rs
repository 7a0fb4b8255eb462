//! AWS Organizations: accounts in a tree, and the policies that bound them.
//!
//! Guarantees: only the management account, and whom it delegated to, sees or changes more than its own membership; an
//! account that is made here is a real account of this server; what an SCP or RCP says holds from the next call on,
//! since the road reads the same records ([`directory::records`]). Source: AWS Organizations API Reference.

pub mod api;

mod accounts;
mod attachments;
mod creation;
mod delegation;
mod effective;
mod error;
mod handshakes;
mod ids;
mod invitations;
mod organization;
mod paging;
mod policies;
mod quotas;
mod records;
mod resolve;
mod resource_policy;
mod standing;
mod tags;
mod tree;
mod units;

use kernel::Service;

/// The service; each noun has its lines in its own file.
pub fn service() -> Service {
    let service = Service::new("organizations", error::throttled)
        .global()
        .listed("organizations", "AWS Organizations", quotas::QUOTAS)
        .fails_with(error::internal);
    let service = organization::operations(service);
    let service = units::operations(service);
    let service = accounts::operations(service);
    let service = creation::operations(service);
    let service = policies::operations(service);
    let service = attachments::operations(service);
    let service = handshakes::operations(service);
    let service = delegation::operations(service);
    let service = resource_policy::operations(service);
    let service = tags::operations(service);
    service.job(creation::CREATE).job(handshakes::EXPIRE).job(handshakes::FORGET).job(accounts::CLOSE)
}
