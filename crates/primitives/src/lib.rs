//! The cryptographic primitives of the house, over aws-lc-rs; no other crate names a cryptographic library.
//!
//! Guarantees: no unsafe code but in `ffi` and `linkage`, which argue it call by call; keys are wiped when dropped and cannot be
//! printed; every comparison of secrets takes constant time; a library failure that valid arguments cannot cause ends the
//! process rather than go on with weak bytes. Source of the choice of provider: AWS KMS Cryptographic Details (the same KDF and AEAD).

mod aead;
mod argon2;
mod cbc;
mod certificate;
mod checksum;
pub mod der;
mod ec;
mod ed25519;
mod encoding;
mod ffi;
mod fips;
mod hash;
mod kdf;
pub mod key_wrap;
pub mod linkage;
mod mac;
mod ml_dsa;
mod ml_kem;
mod oaep;
mod p256;
mod password;
pub mod pem;
mod random;
mod rsa;
pub mod shares;
mod signature;
#[cfg(feature = "testing")]
#[allow(clippy::expect_used, clippy::indexing_slicing, reason = "what fails in here fails a test")]
pub mod testing;
pub mod totp;

pub use aead::{AeadKey, AesGcm, BadTag, NONCE_LENGTH, TAG_LENGTH};
pub use argon2::{Argon2Cost, Argon2Failure, argon2id};
pub use cbc::{CBC_IV_LENGTH, cbc_encrypt};
pub use certificate::{Certificate, Extensions, NoKey, public_half};
pub use checksum::{Checksum, ChecksumAlgorithm};
pub use ec::{EcPrivateKey, EcPublicKey};
pub use ed25519::{Ed25519PrivateKey, Ed25519PublicKey};
pub use fips::fips_module;
pub use hash::{HashAlgorithm, Hasher, Sha256, hash, md5_fingerprint, sha1_thumbprint, sha256};
pub use kdf::{KdfKey, hkdf, kbkdf, kbkdf_counter};
pub use mac::{HmacHash, HmacKey, MacKey, equal, hmac_sha256};
pub use ml_dsa::{MU_LENGTH, MlDsaPrivateKey, MlDsaPublicKey, MlDsaSet};
pub use ml_kem::{MlKemPrivateKey, MlKemPublicKey, MlKemSet};
pub use oaep::OaepSha256Key;
pub use p256::P256PublicKey;
pub use password::{ITERATIONS, hash_password};
pub use random::SystemRng;
pub use rsa::{OaepHash, RsaPrivateKey, RsaPublicKey, RsaScheme, RsaSize};
pub use signature::{Curve, Message, VerifyingKey};

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
