//! Calls to endpoints that speak AWS's APIs: AWS's own as well as Fastness's.
//!
//! [`Kms`] is what a caller of KMS needs, as one small trait, which programs may implement over a client of their own.
//! [`Clients`] is ours: it takes its settings and credentials from where AWS's tools take them, signs, retries, and keeps
//! connections. Calls block; a client may be used by many threads.
//!
//! ```no_run
//! use fastness_client::{Clients, KmsSupplier as _, Options};
//!
//! # fn main() -> Result<(), fastness_client::Error> {
//! let clients = Clients::new(Options { profile: Some("ops".into()), ..Options::default() })?;
//! let kms = clients.kms(&clients.default_region()?)?;
//! println!("{}", kms.describe_key("alias/app", &[])?.arn);
//! # Ok(())
//! # }
//! ```
//!
//! # What is configured where
//!
//! [`Options`] come first, then the environment, then the profile (`AWS_PROFILE`, else `default`) in the files that
//! `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name, else `~/.aws/config` and `~/.aws/credentials`.
//!
//! | | Environment | Profile |
//! |---|---|---|
//! | Region | `AWS_REGION`, `AWS_DEFAULT_REGION` | `region` |
//! | Endpoint | `AWS_ENDPOINT_URL_KMS` (`_STS`), `AWS_ENDPOINT_URL`; `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` | `services`, `endpoint_url`; `ignore_configured_endpoint_urls` |
//! | AWS's own endpoints | `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT` | `use_fips_endpoint`, `use_dualstack_endpoint` |
//! | Trust | `AWS_CA_BUNDLE`, else the system's authorities (`SSL_CERT_FILE`) | `ca_bundle` |
//! | Proxies | `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`; never for this machine | |
//! | Retries | `AWS_MAX_ATTEMPTS`; `AWS_RETRY_MODE`, of which every value means `standard` | `max_attempts`, `retry_mode` |
//!
//! Credentials are taken from the first of these that has some, and renewed five minutes before they expire:
//!
//! 1. `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` (passed over where [`Options`] name a profile)
//! 2. `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN`, `AWS_ROLE_SESSION_NAME` (likewise)
//! 3. the profile: `role_arn` with `source_profile`, `credential_source` or `web_identity_token_file`, `external_id`,
//!    `role_session_name`, `duration_seconds`; an access key; `credential_process`
//! 4. `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `_FULL_URI`, with `AWS_CONTAINER_AUTHORIZATION_TOKEN` or `_TOKEN_FILE`
//! 5. the metadata service of an EC2 instance, version 2: `AWS_EC2_METADATA_DISABLED`,
//!    `AWS_EC2_METADATA_SERVICE_ENDPOINT`, `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, `AWS_METADATA_SERVICE_TIMEOUT`,
//!    `AWS_METADATA_SERVICE_NUM_ATTEMPTS`, `AWS_EC2_INSTANCE_PROFILE_NAME`
//!
//! Signing in by IAM Identity Center or `aws login`, and codes of MFA devices, are errors that say how the AWS CLI does it
//! for us, by `credential_process`.
//!
//! # Guarantees
//!
//! Nothing goes out in clear but to loopback, and to the hosts of containers and instances on their own links; no redirection is
//! followed; whatever may take long has its time; secrets are wiped where they lay and never printed.
//!
//! Rooms: `settings` and `profiles` read what is configured, `endpoint` and `trust` say where and whom, `transport`
//! sends, `service` signs and tries again as `retry` allows, `credentials` says who calls, `protocol` writes and reads,
//! `local` asks what runs beside us.

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
