//! The message format, without I/O: headers, keys, frames, signatures.
//!
//! Source: AWS Encryption SDK specification, `data-format/*` and `client-apis/*`. All integers are big-endian.

mod derive;
mod frame;
mod header;
mod open;
mod parser;
mod seal;
mod signature;
#[cfg(test)]
mod tests;

pub(crate) use frame::{FINAL_FRAME_OVERHEAD, FRAME_OVERHEAD};
pub use header::{ContentType, MessageHeader};
pub(crate) use open::{BodyOpener, Progress, VerifiedMessage, verify};
pub(crate) use parser::{HeaderParser, RawHeader};
pub(crate) use seal::{BegunMessage, BodySealer, begin};
pub(crate) use signature::{Signer, Verifier};
