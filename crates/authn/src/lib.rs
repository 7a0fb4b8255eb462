//! Signature Version 4: who sent this request, proven by a shared secret.
//!
//! Guarantees: nothing is believed of a request before its signature is right; no input makes it panic; memory is
//! bounded by named limits; secrets and signatures are compared in constant time; error texts never echo a header.
//! A request is read in two steps, [`claim`] and [`Verifier::verify`], since routing and the form of an error need the
//! claimed scope before anything is proven.
//!
//! Rooms: `header` and `presigned` read a `claim`, `scope` judges time and scope, `canonical` writes what was signed,
//! `keys` derives and caches signing keys, `verify` compares, `payload` says what is known of the body then, `chunks` and
//! `trailer` take a body in parts, `post` and `post_policy` judge the forms of browsers, `sign` makes signatures, `errors` and `body` say what AWS says (`malformed` and `s3`
//! with them).
//!
//! Sources: IAM User Guide, "AWS Signature Version 4 for API requests"; S3 API Reference, "Authenticating requests (AWS
//! Signature Version 4)".

mod body;
mod canonical;
mod chunks;
mod claim;
mod errors;
mod header;
mod keys;
mod malformed;
mod payload;
mod post;
mod post_policy;
mod presigned;
mod request;
mod s3;
mod scope;
mod sign;
#[cfg(test)]
mod suite;
mod trailer;
#[cfg(test)]
mod vectors;
mod verify;

pub use body::BodyError;
pub use chunks::{Chunked, Decoder, MAX_SIGNED_CHUNK, MIN_CHUNK};
pub use claim::{Claim, claim};
pub use errors::{AuthnError, ErrorFamily, Mismatch};
pub use keys::SigningSecret;
pub use malformed::Malformed;
pub use payload::Payload;
pub use post::{MAX_FORM, PostError, PostForm};
pub use post_policy::PostPolicy;
pub use request::{Request, limits};
pub use scope::{Dialect, Expected, Skew, WrongScope, window};
pub use sign::{Signer, presign, sign, sign_form};
pub use verify::Verifier;
