//! Who there is: accounts, users, groups, roles, their policies and keys — what the road must know of identity.
//!
//! Guarantees: an access key belongs to one principal for ever; secrets are sealed in the store and held in memory
//! only in bounded caches; these hold no negative answers and forget what changes. Sessions are not stored at all: their
//! tokens hold them.

mod accesses;
mod accounts;
mod authority;
mod credentials;
mod directory;
pub mod ids;
pub mod managed;
pub mod mfa;
mod parts;
pub mod providers;
pub mod records;
mod sessions;
mod standing;
mod token;
mod uses;

pub use accounts::{NewAdministrator, NewRootKey, NewUser};
pub use authority::Authority;
pub use credentials::Credential;
pub use directory::Directory;
pub use sessions::{InvalidSession, MAX_TOKEN, NewSession, NoSession, Session, SessionGrant};
pub use standing::AccountStanding;
