//! Any bytes as an attestation document: never a panic, and nothing that no trusted root stands behind is believed.

use attestation::Roots;
use base::Timestamp;

pub(crate) fn run(data: &[u8]) {
    let is_well_formed = attestation::is_well_formed(data);
    let verified = attestation::verify(data, &Roots::aws(), Timestamp::from_millis(1_734_707_282_370));
    assert!(is_well_formed || verified.is_err());
    if let Ok(attestation) = verified {
        assert!(!attestation.module_id.is_empty() && attestation.registers.keys().all(|index| *index < 32));
        let _ = attestation.recipient();
    }
}
