//! The encryption context: pairs that are not secret, bound to a message.
//!
//! Guarantees: pairs stand in the order of their keys' UTF-8 bytes, so that a context has one serialization; it is the
//! one of the message format: a count and the pairs, each text behind its length in 16 bits, and nothing at all for the
//! empty context. What does not fit those fields is refused when it is added.

use crate::Error;
use std::collections::BTreeMap;
use std::collections::btree_map;

/// What begins the keys that the format keeps for itself.
pub(crate) const RESERVED_PREFIX: &str = "aws-crypto-";
/// The key under which a signed message names its verification key.
pub(crate) const PUBLIC_KEY: &str = "aws-crypto-public-key";

/// An encryption context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncryptionContext(BTreeMap<String, String>);

impl EncryptionContext {
    /// A context of the caller's. Keys beginning with `aws-crypto-` belong to the format and are refused.
    pub fn new<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error> {
        let mut context = Self::default();
        for (key, value) in pairs {
            let key = key.into();
            if key.starts_with(RESERVED_PREFIX) {
                return Err(Error::Context(format!("keys that begin with {RESERVED_PREFIX} are reserved: {key}")));
            }
            if context.0.contains_key(&key) {
                return Err(Error::Context(format!("the key {key} stands there twice")));
            }
            context.insert(key, value)?;
        }
        Ok(context)
    }

    /// Adds a pair, reserved or not, in place of one with the same key.
    pub(crate) fn insert(&mut self, key: impl Into<String>, value: impl Into<String>) -> Result<(), Error> {
        let (key, value) = (key.into(), value.into());
        let replaced = self.0.get(&key).map_or(0, |old| 4 + key.len() + old.len());
        let length = 2 + self.length() + 4 + key.len() + value.len() - replaced;
        if length > usize::from(u16::MAX) || self.0.len() >= usize::from(u16::MAX) {
            return Err(Error::Context("an encryption context holds at most 65,535 bytes".into()));
        }
        self.0.insert(key, value);
        Ok(())
    }

    /// Length of all pairs, without the count.
    fn length(&self) -> usize {
        self.0.iter().map(|(key, value)| 4 + key.len() + value.len()).sum()
    }

    /// Takes a pair out.
    pub(crate) fn remove(&mut self, key: &str) -> Option<String> {
        self.0.remove(key)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Whether it has a pair of this key.
    pub fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// The pairs, in order.
    pub fn iter(&self) -> btree_map::Iter<'_, String, String> {
        self.0.iter()
    }

    /// How many pairs it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As KMS takes it.
    pub fn pairs(&self) -> &client::EncryptionContextPairs {
        &self.0
    }

    /// Its serialization: 16-bit count and pairs; no byte if there is none.
    pub fn serialize(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 + self.length());
        if !self.is_empty() {
            out.extend(short(self.0.len()));
            for text in self.0.iter().flat_map(|(key, value)| [key, value]) {
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
    }
}
