//! The encryption context: pairs that are not secret, bound to a message.
//!
//! Guarantees: pairs stand in the order of their keys' UTF-8 bytes, so that a context has one serialization; it is the
//! one of the message format: a count and the pairs, each text behind its length in 16 bits, and nothing at all for the
//! empty context. What does not fit those fields is refused when it is added.

use crate::Error;
use std::collections::BTreeMap;
use std::collections::btree_map;
use std::fmt;

/// What begins the keys that the format keeps for itself.
pub(crate) const RESERVED_PREFIX: &str = "aws-crypto-";
/// The key under which a signed message names its verification key.
pub(crate) const PUBLIC_KEY: &str = "aws-crypto-public-key";

/// Bytes of the count.
const COUNT: usize = 2;

/// An encryption context.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EncryptionContext {
    pairs: BTreeMap<String, String>,
    /// Bytes of all pairs, without the count. Kept, since adding them up for each pair of a stranger's message would take
    /// time that grows with their square.
    length: usize,
}

impl EncryptionContext {
    /// A context of the caller's. Keys beginning with `aws-crypto-` belong to the format and are refused.
    pub fn new<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error> {
        let mut context = Self::default();
        for (key, value) in pairs {
            let key = key.into();
            if key.starts_with(RESERVED_PREFIX) {
                return Err(Error::Context(format!("keys that begin with {RESERVED_PREFIX} are reserved: {key}")));
            }
            if context.contains(&key) {
                return Err(Error::Context(format!("the key {key} stands there twice")));
            }
            context.insert(key, value)?;
        }
        Ok(context)
    }

    /// Adds a pair, reserved or not, in place of one with the same key.
    pub(crate) fn insert(&mut self, key: impl Into<String>, value: impl Into<String>) -> Result<(), Error> {
        let (key, value) = (key.into(), value.into());
        let replaced = self.pairs.get(&key).map_or(0, |old| pair_length(&key, old));
        let length = self.length - replaced + pair_length(&key, &value);
        // So the count fits too: a pair has four bytes or more.
        if COUNT + length > usize::from(u16::MAX) {
            return Err(Error::Context("an encryption context holds at most 65,535 bytes".into()));
        }
        self.pairs.insert(key, value);
        self.length = length;
        Ok(())
    }

    /// Takes a pair out.
    pub(crate) fn remove(&mut self, key: &str) -> Option<String> {
        let value = self.pairs.remove(key)?;
        self.length -= pair_length(key, &value);
        Some(value)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs.get(key).map(String::as_str)
    }

    /// Whether it has a pair of this key.
    pub fn contains(&self, key: &str) -> bool {
        self.pairs.contains_key(key)
    }

    /// The pairs, in order.
    pub fn iter(&self) -> btree_map::Iter<'_, String, String> {
        self.pairs.iter()
    }

    /// How many pairs it has.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// As KMS takes it.
    pub fn pairs(&self) -> &client::EncryptionContextPairs {
        &self.pairs
    }

    /// Its serialization: 16-bit count and pairs; no byte if there is none.
    pub fn serialize(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(COUNT + self.length);
        if !self.is_empty() {
            out.extend(short(self.pairs.len()));
            for text in self.pairs.iter().flat_map(|(key, value)| [key, value]) {
                out.extend(short(text.len()));
                out.extend(text.as_bytes());
            }
        }
        out
    }
}

impl<'a> IntoIterator for &'a EncryptionContext {
    type Item = (&'a String, &'a String);
    type IntoIter = btree_map::Iter<'a, String, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for EncryptionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pairs.fmt(f)
    }
}

/// Bytes of a pair: both texts behind their lengths.
fn pair_length(key: &str, value: &str) -> usize {
    4 + key.len() + value.len()
}

/// A length that [`EncryptionContext::insert`] has bounded.
fn short(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_serialized_in_the_order_of_their_bytes() {
        let context = EncryptionContext::new([("b", "2"), ("a", "1"), ("é", "x")]).unwrap();
        assert_eq!(context.serialize(), b"\0\x03\0\x01a\0\x011\0\x01b\0\x012\0\x02\xc3\xa9\0\x01x");
        assert!(EncryptionContext::default().serialize().is_empty());
    }

    #[test]
    fn what_the_format_cannot_hold_is_refused() {
        assert!(EncryptionContext::new([("aws-crypto-x", "")]).is_err());
        assert!(EncryptionContext::new([("a", "1"), ("a", "1")]).is_err());
        let longest = "x".repeat(65_535 - 2 - 4 - 1);
        assert!(EncryptionContext::new([("a", longest.clone())]).is_ok());
        assert!(EncryptionContext::new([("a", format!("{longest}x"))]).is_err());
        let mut context = EncryptionContext::new([("a", longest.as_str())]).unwrap();
        assert!(context.insert("a", longest).is_ok(), "a replaced pair does not count twice");
        assert!(context.insert("b", "").is_err());
        assert_eq!(COUNT + context.length, context.serialize().len());
    }

    #[test]
    fn what_was_replaced_or_taken_out_leaves_its_room() {
        let mut context = EncryptionContext::default();
        for round in 0..3_u32 {
            for key in 0..200_u32 {
                context.insert(key.to_string(), "x".repeat(((key * 7 + round * 31) % 50) as usize)).unwrap();
                assert_eq!(COUNT + context.length, context.serialize().len());
            }
        }
        for key in 0..200_u32 {
            assert!(context.remove(&key.to_string()).is_some());
            assert!(context.remove(&key.to_string()).is_none());
        }
        assert_eq!((context.length, context), (0, EncryptionContext::default()));
    }
}
