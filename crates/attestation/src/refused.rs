//! Why a document is not believed.

use std::fmt;

/// Why a document is not believed. The words are safe to show: they say nothing but what its owner could find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not what AWS specifies.
    Malformed(&'static str),
    /// Its chain does not lead to a trusted root.
    Untrusted(&'static str),
    /// It, or a certificate, holds no more or not yet.
    Untimely(&'static str),
    /// A signature is wrong.
    Forged(&'static str),
    /// Nothing can be encrypted to it.
    NoKey(&'static str),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why)
            | Self::Untrusted(why)
            | Self::Untimely(why)
            | Self::Forged(why)
            | Self::NoKey(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Refused {}

impl From<minicbor::decode::Error> for Refused {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Malformed("it is not the CBOR of an attestation document")
    }
}
