//! Signature Version 4: who sent this request, proven by a shared secret.
//!
//! Guarantees: nothing is believed of a request before its signature is right; no input makes it panic; memory is
//! bounded by named limits; secrets and signatures are compared in constant time; error texts never echo a header.
//! A request is read in two steps, [`claim`] and [`Verifier::verify`], since routing and the form of an error need the
//! claimed scope before anything is proven.
//!
//! Rooms: `claim` reads the header, `scope` judges time and scope, `canonical` writes what was signed, `keys` derives
//! and caches signing keys, `verify` compares, `sign` makes signatures, `errors` says what AWS says.
//!
//! Source: IAM User Guide, "AWS Signature Version 4 for API requests".

mod canonical;
mod claim;
mod errors;
mod keys;
mod scope;
mod sign;
#[cfg(test)]
mod suite;
mod verify;

pub use claim::{Claim, Request, claim, limits};
pub use errors::{AuthnError, ErrorFamily};
pub use keys::SigningSecret;
pub use scope::{Expected, window};
pub use sign::{Signer, sign};
pub use verify::Verifier;
