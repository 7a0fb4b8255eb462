//! What a request may cost. Each limit is enforced in one place and tested one below, at and one above.

/// Longest body, in bytes. The largest KMS request (an attestation document in base64) needs a third of it.
pub const MAX_BODY: usize = 1 << 20;

/// Deepest nesting of a JSON text or of a form's names, unknown members included.
pub const MAX_DEPTH: usize = 64;

/// Most elements of one list and entries of one map.
pub const MAX_ELEMENTS: usize = 16_384;

/// Most parameters of one form.
pub const MAX_PARAMETERS: usize = 16_384;

/// A decoded value may take so many times the bytes of its input.
pub const MEMORY_MULTIPLE: usize = 32;

/// And so many bytes more: one structure with all its members absent is larger than `{}`.
pub const MEMORY_BASE: usize = 64 << 10;
