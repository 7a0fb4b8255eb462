//! Documents of every kind, right and wrong, and answers to them.

// Helpers of tests may fail as tests do; the lint set knows test functions only.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

extern crate fastness_attestation as attestation;

mod answers;
mod chains;
mod documents;
mod smoke;

use attestation::testing::{Draft, Hypervisor};
use attestation::{Attestation, Refused, Roots};
use base::Timestamp;

fn now() -> Timestamp {
    Timestamp::from_rfc3339("2026-07-01T12:00:00Z").unwrap()
}

/// The roots of a test: AWS's, and the hypervisor's.
fn roots(hypervisor: &Hypervisor) -> Roots {
    let mut roots = Roots::aws();
    roots.add(&hypervisor.root_pem(), now()).unwrap();
    roots
}

fn verify(hypervisor: &Hypervisor, document: &[u8]) -> Result<Attestation, Refused> {
    attestation::verify(document, &roots(hypervisor), now())
}

/// Why a draft is refused that is signed as it should be.
#[track_caller]
fn refused(hypervisor: &Hypervisor, draft: &Draft) -> Refused {
    verify(hypervisor, &hypervisor.attest(draft)).err().expect("it was believed")
}
