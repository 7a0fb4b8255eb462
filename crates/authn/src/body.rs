//! What is wrong with the body of a request whose signature was right, in S3's words.
//!
//! Source: S3 API Reference, "List of error codes".

use crate::Mismatch;
use crate::chunks::{MAX_SIGNED_CHUNK, MIN_CHUNK};
use crate::s3::SIGNATURE_DOES_NOT_MATCH;
use std::fmt;

/// Why a body is not the one that was signed or declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It does not have the hash that the request named.
    WrongHash {
        /// What the request named, in hexadecimal.
        claimed: String,
        /// What the body has.
        computed: String,
    },
    /// It ended early, or is longer or shorter than declared.
    Incomplete,
    /// It is not what its encoding prescribes.
    Malformed,
    /// A chunk is too small without being the last, or too large to be held.
    ChunkSize {
        /// Its number, from 1.
        chunk: u64,
        /// Its size in bytes.
        size: u64,
    },
    /// The signature of a chunk or of the trailer is not the one computed here.
    BadSignature(Box<Mismatch>),
    /// The trailer is missing, was not announced, or is no header.
    MalformedTrailer,
    /// The value of the trailer of this name is no checksum of its kind.
    BadChecksum(&'static str),
    /// The checksum of this name is not the data's.
    WrongChecksum(&'static str),
}

impl BodyError {
    /// The error's code and HTTP status.
    pub fn code(&self) -> (&'static str, u16) {
        match self {
            Self::WrongHash { .. } => ("XAmzContentSHA256Mismatch", 400),
            Self::Incomplete | Self::Malformed => ("IncompleteBody", 400),
            Self::ChunkSize { .. } => ("InvalidChunkSizeError", 403),
            Self::BadSignature(_) => ("SignatureDoesNotMatch", 403),
            Self::MalformedTrailer => ("MalformedTrailerError", 400),
            Self::BadChecksum(_) => ("InvalidRequest", 400),
            Self::WrongChecksum(_) => ("BadDigest", 400),
        }
    }

    /// The error's message.
    pub fn text(&self) -> String {
        match self {
            Self::WrongHash { .. } => {
                "The provided 'x-amz-content-sha256' header does not match what was computed.".into()
            }
            Self::Incomplete | Self::Malformed => "The request body terminated unexpectedly".into(),
            Self::ChunkSize { size, .. } if *size < MIN_CHUNK => {
                format!("Only the last chunk is allowed to have a size less than {MIN_CHUNK} bytes")
            }
            Self::ChunkSize { .. } => format!("A signed chunk has {MAX_SIGNED_CHUNK} bytes at most"),
            Self::BadSignature(_) => SIGNATURE_DOES_NOT_MATCH.into(),
            Self::MalformedTrailer => {
                "The request contained trailing data that was not well-formed or did not conform \
                                       to our published schema."
                    .into()
            }
            Self::BadChecksum(name) => format!("Value for {name} trailing header is invalid."),
            Self::WrongChecksum(name) => format!("The {name} you specified did not match the calculated checksum."),
        }
    }

    /// What else the error's body says.
    pub fn members(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::WrongHash { claimed, computed } => {
                vec![("ClientComputedContentSHA256", claimed.clone()), ("S3ComputedContentSHA256", computed.clone())]
            }
            Self::ChunkSize { chunk, size } => {
                vec![("Chunk", chunk.to_string()), ("BadChunkSize", size.to_string())]
            }
            Self::BadSignature(mismatch) => mismatch.members(),
            Self::Incomplete
            | Self::Malformed
            | Self::MalformedTrailer
            | Self::BadChecksum(_)
            | Self::WrongChecksum(_) => Vec::new(),
        }
    }
}

/// For the operator's log.
impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl std::error::Error for BodyError {}
