//! A scanner over CBOR: heads and strings, without any tree.
//!
//! Guarantees: what RFC 8949 calls well-formed and nothing else; never panics; a string of one piece is borrowed, not
//! copied; nothing is believed about a length before its bytes are there. Lengths in longer forms than they need are
//! read, since AWS's own answers have them.

use std::borrow::Cow;

/// The bytes are not CBOR, or not in the part of it that the protocol uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Malformed;

/// What one data item begins with.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Head {
    /// Not negative.
    Unsigned(u64),
    /// Minus one minus this.
    Negative(u64),
    /// Bytes of this length, or in chunks.
    Bytes(Option<u64>),
    /// Text of so many bytes, or in chunks.
    Text(Option<u64>),
    /// So many elements, or as many as come before a break.
    Array(Option<u64>),
    /// So many entries, or as many as come before a break.
    Map(Option<u64>),
    /// Says what the item after it means.
    Tag(u64),
    /// `true` or `false`
    Bool(bool),
    /// `null`, and `undefined`, which the protocol reads as the same.
    Null,
    /// Half, single or double.
    Float(f64),
    /// The end of what has no length.
    Break,
}

/// A place in some CBOR.
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
}

impl<'a> Scanner<'a> {
    /// At the beginning of `bytes`.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Whether nothing is left.
    pub(crate) fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes the next head.
    pub(crate) fn head(&mut self) -> Result<Head, Malformed> {
        let first = self.take_array::<1>()?[0];
        let (major, info) = (first >> 5, first & 0x1F);
        if major == 7 {
            return self.simple(info);
        }
        let argument = match info {
            0..=23 => Some(u64::from(info)),
            24 => Some(u64::from(u8::from_be_bytes(self.take_array()?))),
            25 => Some(u64::from(u16::from_be_bytes(self.take_array()?))),
            26 => Some(u64::from(u32::from_be_bytes(self.take_array()?))),
            27 => Some(u64::from_be_bytes(self.take_array()?)),
            31 => None,
            _ => return Err(Malformed),
        };
        match (major, argument) {
            (0, Some(number)) => Ok(Head::Unsigned(number)),
            (1, Some(number)) => Ok(Head::Negative(number)),
            (2, length) => Ok(Head::Bytes(length)),
            (3, length) => Ok(Head::Text(length)),
            (4, length) => Ok(Head::Array(length)),
            (5, length) => Ok(Head::Map(length)),
            (6, Some(tag)) => Ok(Head::Tag(tag)),
            _ => Err(Malformed),
        }
    }

    fn simple(&mut self, info: u8) -> Result<Head, Malformed> {
        match info {
            20 => Ok(Head::Bool(false)),
            21 => Ok(Head::Bool(true)),
            22 | 23 => Ok(Head::Null),
            25 => Ok(Head::Float(half(u16::from_be_bytes(self.take_array()?)))),
            26 => Ok(Head::Float(f32::from_be_bytes(self.take_array()?).into())),
            27 => Ok(Head::Float(f64::from_be_bytes(self.take_array()?))),
            31 => Ok(Head::Break),
            _ => Err(Malformed),
        }
    }

    /// The bytes after a head of this length.
    pub(crate) fn bytes(&mut self, length: Option<u64>) -> Result<Cow<'a, [u8]>, Malformed> {
        match length {
            Some(length) => self.take(length).map(Cow::Borrowed),
            None => {
                let mut whole = Vec::new();
                while let Some(length) =
                    self.chunk(|head| if let Head::Bytes(length) = head { length } else { None })?
                {
                    whole.extend_from_slice(self.take(length)?);
                }
                Ok(Cow::Owned(whole))
            }
        }
    }

    /// The text after a head of this length.
    pub(crate) fn text(&mut self, length: Option<u64>) -> Result<Cow<'a, str>, Malformed> {
        match length {
            Some(length) => self.take_text(length).map(Cow::Borrowed),
            None => {
                let mut whole = String::new();
                while let Some(length) = self.chunk(|head| if let Head::Text(length) = head { length } else { None })? {
                    whole.push_str(self.take_text(length)?);
                }
                Ok(Cow::Owned(whole))
            }
        }
    }

    /// The length of the next chunk; `None` at the break. A chunk has a length, and is of the same kind as the whole.
    fn chunk(&mut self, length: impl Fn(Head) -> Option<u64>) -> Result<Option<u64>, Malformed> {
        match self.head()? {
            Head::Break => Ok(None),
            head => length(head).map(Some).ok_or(Malformed),
        }
    }

    /// Takes the break that ends what has no length, if it is next.
    pub(crate) fn take_break(&mut self) -> bool {
        let rest = self.bytes.strip_prefix(&[0xFF]);
        self.bytes = rest.unwrap_or(self.bytes);
        rest.is_some()
    }

    /// Skips the item that began with `head`, and everything in it, at most `depth` levels deep.
    pub(crate) fn skip(&mut self, head: Head, depth: usize) -> Result<(), Malformed> {
        let deeper = || depth.checked_sub(1).ok_or(Malformed);
        match head {
            Head::Break => Err(Malformed),
            Head::Bytes(length) => self.bytes(length).map(drop),
            Head::Text(length) => self.text(length).map(drop),
            Head::Array(count) => self.skip_items(count, deeper()?),
            Head::Map(count) => {
                let depth = deeper()?;
                match count {
                    Some(count) => (0..count).try_for_each(|_| self.skip_items(Some(2), depth)),
                    None => {
                        while !self.take_break() {
                            self.skip_items(Some(2), depth)?;
                        }
                        Ok(())
                    }
                }
            }
            Head::Tag(_) => self.skip_items(Some(1), deeper()?),
            Head::Unsigned(_) | Head::Negative(_) | Head::Bool(_) | Head::Null | Head::Float(_) => Ok(()),
        }
    }

    fn skip_items(&mut self, count: Option<u64>, depth: usize) -> Result<(), Malformed> {
        let mut skipped = 0;
        while count.is_some_and(|count| skipped < count) || (count.is_none() && !self.take_break()) {
            let head = self.head()?;
            self.skip(head, depth)?;
            skipped += 1;
        }
        Ok(())
    }

    fn take_text(&mut self, length: u64) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.take(length)?).map_err(|_| Malformed)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(length).map_err(|_| Malformed)?;
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(Malformed)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn take_array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.bytes.split_first_chunk().ok_or(Malformed)?;
        self.bytes = rest;
        Ok(*taken)
    }
}

/// IEEE 754 binary16: one bit of sign, five of exponent, ten of fraction.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3FF);
    let magnitude = match (bits >> 10) & 0x1F {
        0 => fraction * (-24f64).exp2(),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1024.0 + fraction) * (f64::from(exponent) - 25.0).exp2(),
    };
    if bits & 0x8000 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(bytes: &[u8]) -> Result<Head, Malformed> {
        Scanner::new(bytes).head()
    }

    #[test]
    fn heads_of_rfc_8949_appendix_a_are_read() {
        for (bytes, expected) in [
            (&[0x17][..], Head::Unsigned(23)),
            (&[0x18, 0x18], Head::Unsigned(24)),
            (&[0x1B, 0, 0, 0, 0xE8, 0xD4, 0xA5, 0x10, 0], Head::Unsigned(1_000_000_000_000)),
            (&[0x3B, 255, 255, 255, 255, 255, 255, 255, 255], Head::Negative(u64::MAX)),
            (&[0x38, 0x63], Head::Negative(99)),
            (&[0xF9, 0, 0], Head::Float(0.0)),
            (&[0xF9, 0x3E, 0], Head::Float(1.5)),
            (&[0xF9, 0x7B, 0xFF], Head::Float(65504.0)),
            (&[0xF9, 0, 1], Head::Float(5.960_464_477_539_063e-8)),
            (&[0xF9, 4, 0], Head::Float(0.000_061_035_156_25)),
            (&[0xF9, 0xC4, 0], Head::Float(-4.0)),
            (&[0xF9, 0xFC, 0], Head::Float(f64::NEG_INFINITY)),
            (&[0xFA, 0x47, 0xC3, 0x50, 0], Head::Float(100_000.0)),
            (&[0xFB, 0xC0, 0x10, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66], Head::Float(-4.1)),
            (&[0xF4], Head::Bool(false)),
            (&[0xF6], Head::Null),
            (&[0xF7], Head::Null),
            (&[0xC1], Head::Tag(1)),
            (&[0x5F], Head::Bytes(None)),
            (&[0xB9, 0, 2], Head::Map(Some(2))),
        ] {
            assert_eq!(head(bytes), Ok(expected), "{bytes:02x?}");
        }
        assert!(matches!(head(&[0xF9, 0x7E, 0]), Ok(Head::Float(number)) if number.is_nan()));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        // Cut short, reserved, numbers and tags without an end, simple values that the protocol does not know.
        for bytes in [&[][..], &[0x18], &[0x19, 0], &[0x1C], &[0x1F], &[0x3F], &[0xDF], &[0xF8, 32], &[0xE0], &[0xFC]] {
            assert_eq!(head(bytes), Err(Malformed), "{bytes:02x?}");
        }
    }

    #[test]
    fn strings_in_chunks_are_joined_and_chunks_are_of_their_kind() {
        let text = |bytes: &[u8]| Scanner::new(bytes).text(None).map(Cow::into_owned);
        assert_eq!(
            text(&[0x65, b's', b't', b'r', b'e', b'a', 0x64, b'm', b'i', b'n', b'g', 0xFF]),
            Ok("streaming".into())
        );
        assert_eq!(text(&[0xFF]), Ok(String::new()));
        // Bytes in a text, chunks in a chunk, half a character in each chunk, no end.
        for bytes in [&[0x41, b'a', 0xFF][..], &[0x7F, 0xFF, 0xFF], &[0x61, 0xC3, 0x61, 0xA9, 0xFF], &[0x61, b'a']] {
            assert_eq!(text(bytes), Err(Malformed), "{bytes:02x?}");
        }
        assert_eq!(Scanner::new(&[0x41, 1, 0x41, 2, 0xFF]).bytes(None), Ok(Cow::Owned(vec![1, 2])));
        assert_eq!(Scanner::new(&[1, 2]).bytes(Some(u64::MAX)), Err(Malformed));
    }

    #[test]
    fn skipping_takes_one_whole_item() {
        let skipped = |bytes: &[u8], depth| {
            let mut scanner = Scanner::new(bytes);
            let head = scanner.head()?;
            scanner.skip(head, depth).map(|()| scanner.is_at_end())
        };
        for bytes in
            [&[0x82, 1, 0x81, 2][..], &[0x9F, 0xBF, 0x61, b'a', 0xF6, 0xFF, 0xFF], &[0xA1, 1, 0xC1, 0xF9, 0, 0]]
        {
            assert_eq!(skipped(bytes, 2), Ok(true), "{bytes:02x?}");
            assert_eq!(skipped(bytes, 1), Err(Malformed), "{bytes:02x?}");
        }
        // A key without a value, a break among counted items, more items than there are bytes.
        for bytes in [&[0xBF, 1, 0xFF][..], &[0x81, 0xFF], &[0x9B, 255, 255, 255, 255, 255, 255, 255, 255, 1]] {
            assert_eq!(skipped(bytes, 8), Err(Malformed), "{bytes:02x?}");
        }
    }
}
