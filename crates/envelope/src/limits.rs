//! What a message may ask of its reader before anything in it is verified.

/// Encrypted data keys of a message, unless the caller allows more: each may cost a call to KMS.
pub const DEFAULT_MAX_ENCRYPTED_DATA_KEYS: u16 = 10;

/// Bytes of a stored encryption context: all that the format has room for.
pub const DEFAULT_MAX_CONTEXT_LENGTH: usize = 65_535;

/// Bytes of a header.
pub const DEFAULT_MAX_HEADER_LENGTH: usize = 1 << 20;

/// Bytes of plaintext that must be held because one tag covers them: a frame's, or all of an unframed message.
pub const DEFAULT_MAX_HELD_LENGTH: u64 = 256 << 20;

/// Limits on what a reader takes from a message. Memory is used for what has arrived, not for what is announced, so a
/// message below the limits costs what it weighs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Encrypted data keys; [`DEFAULT_MAX_ENCRYPTED_DATA_KEYS`].
    pub encrypted_data_keys: u16,
    /// Bytes of the stored encryption context; [`DEFAULT_MAX_CONTEXT_LENGTH`].
    pub context_length: usize,
    /// Bytes of the header; [`DEFAULT_MAX_HEADER_LENGTH`].
    pub header_length: usize,
    /// Bytes of a frame's plaintext as the header announces them, or of all plaintext of an unframed message; no limit
    /// by default, since what is announced need not come: many a short message has a very long frame length.
    pub frame_length: u64,
    /// Bytes of plaintext under one tag, which are held until it is verified; [`DEFAULT_MAX_HELD_LENGTH`].
    pub held_length: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            encrypted_data_keys: DEFAULT_MAX_ENCRYPTED_DATA_KEYS,
            context_length: DEFAULT_MAX_CONTEXT_LENGTH,
            header_length: DEFAULT_MAX_HEADER_LENGTH,
            frame_length: u64::MAX,
            held_length: DEFAULT_MAX_HELD_LENGTH,
        }
    }
}
