//! Calls to endpoints that speak AWS's APIs: AWS's own as well as Fastness's.
//!
//! [`Kms`] is what a caller of KMS needs, as one small trait, which programs may implement over a client of their own.
//! [`Clients`] is ours: it takes its settings and credentials from where AWS's tools take them, signs, retries, and keeps
//! connections. Calls block; a client may be used by many threads.
//!
//! Guarantees: nothing goes out in clear but to loopback; no redirection is followed; whatever may take long has its
//! time; secrets are wiped where they lay and never printed.
//!
//! Rooms: `settings` and `profiles` read what is configured, `endpoint` and `trust` say where and whom, `transport`
//! sends, `service` signs and tries again as `retry` allows, `credentials` says who calls, `protocol` writes and reads.

mod credentials;
mod endpoint;
mod error;
mod kms;
mod kms_client;
mod local;
mod profiles;
mod protocol;
mod retry;
mod service;
mod settings;
mod transport;
mod trust;
mod world;

pub use error::Error;
pub use kms::{
    Ciphertext, DataKey, EncryptionContextPairs, KeyDescription, Kms, KmsSupplier, Plaintext, PublicKey, SealedDataKey,
};
pub use kms_client::Clients;
pub use local::post;
pub use settings::Options;
pub use world::{Environment, World};
