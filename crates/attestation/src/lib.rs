//! Attestation documents of Nitro enclaves and NitroTPM, and answers that only the attested can read.
//!
//! A document says which code runs where, in registers (PCRs), and carries the public key that this code holds the
//! private half of. It is signed by a certificate that leads to a root which the verifier knows.
//!
//! Guarantees: an [`Attestation`] exists only of a document whose every byte was understood, whose signature is right,
//! whose chain begins with a trusted root and holds now, and which is fresh; everything is bounded before it is read,
//! and every cheap check comes before the first signature. Source: "Verifying the root of trust" (Nitro Enclaves User
//! Guide), "Validate a NitroTPM Attestation Document" (EC2 User Guide), "Nitro Enclaves Attestation Process" (NSM API).

mod chain;
mod cose;
mod document;
mod envelope;
mod proven;
mod refused;
mod roots;
#[cfg(feature = "testing")]
#[allow(clippy::expect_used, clippy::indexing_slicing, reason = "what fails in here fails a test")]
pub mod testing;

pub use document::{Attestation, Platform};
pub use envelope::Recipient;
pub use refused::Refused;
pub use roots::{MAX_ROOTS, Roots, UnfitRoot};

use base::Timestamp;
use std::time::Duration;

/// Longest document, with its signature (KMS API Reference, `RecipientInfo`).
pub const MAX_DOCUMENT: usize = 262_144;

/// How old a document may be, and how far ahead its clock. AWS documents no limit; its users report that KMS turns away
/// what is older than five minutes. A client asks for a new document for each call anyway.
pub const MAX_AGE: Duration = Duration::from_secs(300);

/// Verifies a document at `now`, which is wall time: the clocks of those who attest cannot be moved.
pub fn verify(document: &[u8], roots: &Roots, now: Timestamp) -> Result<Attestation, Refused> {
    let signed = cose::Signed::read(document)?;
    let claims = document::Claims::read(signed.payload)?;
    claims.check_freshness(now)?;
    let signer = chain::verify(claims.certificate, &claims.authorities, roots, now)?;
    let message = signed.to_be_signed();
    let parts = [claims.certificate, &message, signed.signature];
    if !roots.proven.holds(parts, || signer.verifies(&message, signed.signature)) {
        return Err(Refused::Forged("the signature is not one of the document's certificate"));
    }
    Ok(claims.believed())
}

/// Takes a document apart as [`verify`] does, believing none of it: for fuzzing.
#[doc(hidden)]
pub fn is_well_formed(document: &[u8]) -> bool {
    cose::Signed::read(document).and_then(|signed| document::Claims::read(signed.payload)).is_ok()
}
