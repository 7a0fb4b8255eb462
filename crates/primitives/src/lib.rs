//! The cryptographic primitives of the house, over aws-lc-rs; no other crate names a cryptographic library.
//!
//! Guarantees: no unsafe code; keys are wiped when dropped and cannot be printed; every comparison of secrets takes
//! constant time; a library failure that valid arguments cannot cause ends the process rather than go on with weak
//! bytes. Source of the choice of provider: AWS KMS Cryptographic Details (the same KDF and AEAD).

mod aead;
mod cbc;
mod certificate;
mod checksum;
pub mod der;
mod hash;
mod kdf;
mod mac;
mod oaep;
mod p256;
mod password;
pub mod pem;
mod random;
mod signature;
#[cfg(feature = "testing")]
#[allow(clippy::expect_used, clippy::indexing_slicing, reason = "what fails in here fails a test")]
pub mod testing;
pub mod totp;

pub use aead::{AeadKey, BadTag, NONCE_LENGTH, TAG_LENGTH};
pub use cbc::{CBC_IV_LENGTH, cbc_encrypt};
pub use certificate::{Certificate, Extensions, NoKey, public_half};
pub use checksum::{Checksum, ChecksumAlgorithm};
pub use hash::{Sha256, md5_fingerprint, sha1_thumbprint, sha256};
pub use kdf::{KdfKey, kbkdf};
pub use mac::{HmacKey, equal, hmac_sha256};
pub use oaep::OaepSha256Key;
pub use p256::P256PublicKey;
pub use password::{ITERATIONS, hash_password};
pub use random::SystemRng;
pub use signature::{Curve, RsaHash, VerifyingKey};

/// The value of a library call that cannot fail with the arguments given here.
///
/// If it fails nevertheless (a self-test of the library tripped, memory is corrupt), nothing that follows could be
/// trusted, and a panic could be caught by a task runner that goes on: the process ends.
fn certain<T>(result: Result<T, aws_lc_rs::error::Unspecified>) -> T {
    match result {
        Ok(value) => value,
        Err(_) => std::process::abort(),
    }
}
