//! AWS Identity and Access Management: who there is in an account, and what they may do.
//!
//! IAM edits what `directory` owns, so that a change counts from the next call on. Guarantees: an entity that was deleted
//! leaves nothing to one that is made later under its name; a secret is told once; what is attached, a member or in use
//! cannot be deleted. IAM is one service for all Regions of a partition. Source: IAM API Reference.

pub mod api;

mod access_keys;
mod account_summary;
mod aliases;
mod arns;
mod attachments;
mod authorization_details;
mod boundaries;
mod counts;
mod credential_report;
mod documents;
mod entities;
mod error;
mod groups;
mod held;
mod inline;
mod instance_profiles;
mod last_accessed;
mod login_profiles;
mod mfa_devices;
mod oidc_providers;
mod owners;
mod paging;
mod parts;
mod password_policy;
mod policies;
mod policy_entities;
mod qr;
mod quotas;
mod records;
mod roles;
mod saml_providers;
mod server_certificates;
mod service_credentials;
mod service_linked_roles;
mod signing_certificates;
mod simulation;
mod ssh_keys;
mod status;
mod tags;
mod targets;
mod trust;
mod users;
mod versions;

use kernel::Service;
use model::Fault;
use policy::{Principal, SessionKind};

/// The service. Each noun's file has the lines of its operations.
pub fn service() -> Service {
    let nouns = [
        access_keys::lines,
        account_summary::lines,
        aliases::lines,
        attachments::lines,
        authorization_details::lines,
        boundaries::lines,
        credential_report::lines,
        groups::lines,
        inline::lines,
        instance_profiles::lines,
        last_accessed::lines,
        login_profiles::lines,
        mfa_devices::lines,
        oidc_providers::lines,
        password_policy::lines,
        policies::lines,
        policy_entities::lines,
        roles::lines,
        saml_providers::lines,
        server_certificates::lines,
        service_credentials::lines,
        service_linked_roles::lines,
        signing_certificates::lines,
        simulation::lines,
        ssh_keys::lines,
        tags::lines,
        users::lines,
        versions::lines,
    ];
    let service = Service::new("iam", error::throttled).fails_with(error::internal).global().guarded(guard);
    nouns.into_iter().fold(service, |service, lines| lines(service))
}

/// Sessions that may not call IAM whatever their policies say: of federated users, and of users who gave no second factor.
/// Source: IAM User Guide, "Compare AWS STS credentials".
fn guard(principal: &Principal, _: &str) -> Option<Fault> {
    let session = principal.session.as_ref()?;
    let is_shut_out = match session.kind {
        SessionKind::Federation => true,
        SessionKind::SessionToken => session.mfa_at.is_none(),
        SessionKind::AssumedRole | SessionKind::WebIdentity | SessionKind::Saml => false,
    };
    is_shut_out.then(error::invalid_token)
}
