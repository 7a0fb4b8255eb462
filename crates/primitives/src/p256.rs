//! ECDSA over P-256 with SHA-256 (FIPS 186-5): verification only.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};

/// A public key, ready to verify.
pub struct P256PublicKey(ParsedPublicKey);

impl P256PublicKey {
    /// The public half of the key pair whose private half is `scalar`, big-endian; `None` if that is none.
    pub fn of_private(scalar: &[u8; 32]) -> Option<Self> {
        let private = PrivateKey::from_private_key(&ECDH_P256, scalar).ok()?;
        let point = private.compute_public_key().ok()?;
        ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point.as_ref()).ok().map(Self)
    }

    /// Whether `signature`, in DER, is one of `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}
