//! What a request may cost. Each limit is enforced in one place and tested one below, at and one above.

/// Longest body, in bytes. The largest of the requests that are not files, a certificate of ACM with its chain in base64,
/// needs three quarters of it.
pub const MAX_BODY: usize = 4 << 20;

/// Deepest nesting of a JSON or XML text or of a form's names, unknown members included.
pub const MAX_DEPTH: usize = 64;

/// Most elements of one list and entries of one map. The largest list of a model, GuardDuty's, has 50,000.
pub const MAX_ELEMENTS: usize = 65_536;

/// Most attributes of one XML element. S3's Grantee has one, and clients declare a few namespaces.
pub const MAX_ATTRIBUTES: usize = 32;

/// Most parameters of one form or query string: a list as long as may be, and room beside it.
pub const MAX_PARAMETERS: usize = 2 * MAX_ELEMENTS;

/// A decoded value may take so many times the bytes of its input.
pub const MEMORY_MULTIPLE: usize = 32;

/// And so many bytes more: one structure with all its members absent is larger than `{}`.
pub const MEMORY_BASE: usize = 64 << 10;

/// What decoding one input may still allocate.
pub(crate) struct Budget(usize);

impl Budget {
    /// For an input of so many bytes.
    pub(crate) fn of(input: usize) -> Self {
        Self(input.saturating_mul(MEMORY_MULTIPLE).saturating_add(MEMORY_BASE))
    }

    /// Takes so many bytes from it; `None` if there are not as many.
    pub(crate) fn take(&mut self, bytes: usize) -> Option<()> {
        self.0 = self.0.checked_sub(bytes)?;
        Some(())
    }

    /// Whether there are so many bytes in it.
    pub(crate) fn holds(&self, bytes: usize) -> bool {
        bytes <= self.0
    }

    /// Takes what one more element of a list or map may cost, after so many: vectors begin with room for four and grow
    /// by doubling, and while one moves to its new place the old place is still there.
    pub(crate) fn take_element<T>(&mut self, before: usize) -> Option<()> {
        self.take(if before == 0 { 4 } else { 3 } * size_of::<T>())
    }
}
