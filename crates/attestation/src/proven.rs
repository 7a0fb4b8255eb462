//! Signatures that were found right, remembered: verifying one takes a third of a millisecond, a document has five, and the
//! documents of a machine share all but the last.
//!
//! Guarantees: remembered is what was signed, by whom and how, all of it by its hash; never that something was wrong, nor
//! anything that depends on time or on what is trusted. Bounded.

use primitives::Sha256;
use quick_cache::sync::Cache;
use std::sync::Arc;

/// Signatures remembered, 32 bytes each and as much again for the table.
const MAX_PROVEN: usize = 2_048;

/// What was found right.
#[derive(Clone)]
pub(crate) struct Proven(Arc<Cache<[u8; 32], ()>>);

impl Proven {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Cache::new(MAX_PROVEN)))
    }

    /// Whether `check` holds for these parts, which are all that it looks at; it is asked once while that is remembered.
    pub(crate) fn holds(&self, parts: [&[u8]; 3], check: impl FnOnce() -> bool) -> bool {
        let mut hash = Sha256::new();
        for part in parts {
            // Lengths keep what is in one part from passing for the end of another.
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let name = hash.finish();
        if self.0.get(&name).is_some() {
            return true;
        }
        let holds = check();
        if holds {
            self.0.insert(name, ());
        }
        holds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_is_asked_once_and_what_does_not_every_time() {
        let proven = Proven::new();
        assert!(proven.holds([b"a", b"b", b"c"], || true));
        assert!(proven.holds([b"a", b"b", b"c"], || panic!("it is remembered")));
        for parts in [[&b"ab"[..], b"", b"c"], [b"a", b"bc", b""], [b"a", b"b", b"d"], [b"b", b"a", b"c"]] {
            assert!(!proven.holds(parts, || false));
            assert!(!proven.holds(parts, || false));
        }
    }
}
