//! The services that this binary serves.

/// All services, each with its registry.
pub(crate) fn all() -> Vec<kernel::Service> {
    vec![iam::service(), kms::service(), organizations::service(), sts::service()]
}
