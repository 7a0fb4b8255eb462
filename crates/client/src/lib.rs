//! Calls to endpoints that speak AWS's APIs: AWS's own as well as Fastness's.
//!
//! What a caller of KMS needs, as one small trait, [`Kms`], which programs may implement over a client of their own.

mod error;
mod kms;

pub use error::Error;
pub use kms::{
    Ciphertext, DataKey, EncryptionContextPairs, KeyDescription, Kms, KmsSupplier, Plaintext, PublicKey, SealedDataKey,
};
