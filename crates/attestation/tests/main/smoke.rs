//! The fuzz target for a bounded time: mutations of documents, the same on every run.

use crate::now;
use attestation::testing::Hypervisor;

#[path = "../../../../fuzz/bodies/attestation.rs"]
mod attestations;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;

#[test]
fn fuzz_attestation() {
    let hypervisor = Hypervisor::new(now());
    let seeds = [
        include_bytes!("documents/enclave-2024-12-20.cbor").to_vec(),
        hypervisor.attest(&hypervisor.enclave(now())),
        hypervisor.attest(&hypervisor.tpm(now())),
    ];
    mutation::run(
        attestations::run,
        &seeds,
        &[b"\x5f", b"\xbf", b"\xff", b"\xbb\xff", b"\x64pcrs", b"\xf6", b"\x44\xa1\x01\x38\x22"],
    );
}
