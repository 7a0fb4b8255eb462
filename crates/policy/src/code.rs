//! The bytes that a compiled policy consists of.
//!
//! Guarantee: reading never leaves its bytes; where they end early, there is nothing. All texts of a policy lie in one
//! buffer, one after the other, each behind its length: no pointers, little more than the texts themselves.

use base::AccountId;

/// Writes a buffer.
#[derive(Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    /// A number, seven bits a byte, the lowest first.
    pub(crate) fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// Bytes behind their length.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    /// Bytes behind their length and `flags`, of which there are `bits`.
    pub(crate) fn flagged(&mut self, bits: u32, flags: usize, bytes: &[u8]) {
        self.number(bytes.len() << bits | flags);
        self.0.extend_from_slice(bytes);
    }

    /// What `write` writes, behind its length.
    pub(crate) fn block(&mut self, write: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        write(&mut inner);
        self.bytes(&inner.0);
    }

    pub(crate) fn account(&mut self, account: AccountId) {
        self.0.extend_from_slice(account.as_str().as_bytes());
    }
}

/// Reads a buffer.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    #[inline]
    pub(crate) fn number(&mut self) -> Option<usize> {
        let first = self.byte()?;
        if first < 0x80 { Some(usize::from(first)) } else { self.long_number(first) }
    }

    fn long_number(&mut self, first: u8) -> Option<usize> {
        let (mut number, mut shift) = (usize::from(first & 0x7f), 7);
        loop {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }

    #[inline]
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// Bytes behind their length.
    #[inline]
    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(length)
    }

    /// Text behind its length.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// Bytes behind their length and flags.
    #[inline]
    pub(crate) fn flagged(&mut self, bits: u32) -> Option<(usize, &'a [u8])> {
        let number = self.number()?;
        Some((number & ((1 << bits) - 1), self.take(number >> bits)?))
    }

    /// A block, to read by itself.
    pub(crate) fn block(&mut self) -> Option<Self> {
        self.bytes().map(Self)
    }

    pub(crate) fn account(&mut self) -> Option<AccountId> {
        std::str::from_utf8(self.take(12)?).ok()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut writer = Writer::default();
        for number in [0, 127, 128, 300, usize::MAX >> 3] {
            writer.number(number);
        }
        writer.block(|inner| inner.flagged(2, 3, b"abc"));
        let mut reader = Reader(&writer.0);
        for number in [0, 127, 128, 300, usize::MAX >> 3] {
            assert_eq!(reader.number(), Some(number));
        }
        assert_eq!(reader.block().unwrap().flagged(2), Some((3, b"abc".as_slice())));
        assert!(reader.is_empty());
        assert_eq!(reader.byte(), None);
        assert_eq!(Reader(&[5, 1]).bytes(), None);
        assert_eq!(Reader(&[0xff; 20]).number(), None);
    }
}
