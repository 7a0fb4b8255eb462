//! The services that this binary serves.

use attestation::Roots;

/// All services, each with its registry. Attestation documents are believed under these roots.
pub(crate) fn all(roots: &Roots) -> Vec<kernel::Service> {
    vec![
        iam::service(),
        kms::service_trusting(roots.clone()),
        organizations::service(),
        service_quotas::service(),
        sts::service(),
    ]
}
