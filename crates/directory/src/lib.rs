//! Who there is: accounts, users and access keys — what the road must know of identity.
//!
//! Guarantees: an access key belongs to one principal for ever; secrets are sealed in the store and held in memory
//! only in the bounded cache of credentials; the cache holds no negative answers and forgets what changes.

mod accounts;
mod credentials;
mod records;

pub use accounts::{Directory, NewUser};
pub use credentials::Credential;
