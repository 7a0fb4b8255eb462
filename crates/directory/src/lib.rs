//! Who there is: accounts, users, groups, roles, their policies and keys — what the road must know of identity.
//!
//! Guarantees: an access key belongs to one principal for ever; secrets are sealed in the store and held in memory
//! only in bounded caches; these hold no negative answers and forget what changes. Sessions are not stored at all: their
//! tokens hold them.

mod accounts;
mod credentials;
pub mod ids;
pub mod managed;
pub mod mfa;
pub mod providers;
pub mod records;
mod sessions;

pub use accounts::{Directory, NewUser};
pub use credentials::Credential;
pub use sessions::{InvalidSession, NewSession, Session};
