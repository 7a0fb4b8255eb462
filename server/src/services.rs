//! The services that this binary serves.

use attestation::Roots;

/// Service and operation of all that is served, as the registry numbers them.
pub(crate) fn names() -> Vec<(&'static str, &'static str)> {
    kernel::Registry::new(all(&Roots::aws())).names().to_vec()
}

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
