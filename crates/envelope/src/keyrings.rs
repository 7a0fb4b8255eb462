//! The kinds of keyrings that there are.

pub(crate) mod kms;
