//! DER (ITU-T X.690), as far as certificates and keys need it.
//!
//! Guarantees: only definite lengths in their shortest form are read, so one value has one encoding; nothing is copied;
//! a reader never looks past its slice, and nothing here recurses.

/// `BOOLEAN`
pub const BOOLEAN: u8 = 0x01;
/// `INTEGER`
pub const INTEGER: u8 = 0x02;
/// `BIT STRING`
pub const BIT_STRING: u8 = 0x03;
/// `OCTET STRING`
pub const OCTET_STRING: u8 = 0x04;
/// `NULL`
pub const NULL: u8 = 0x05;
/// `OBJECT IDENTIFIER`
pub const OBJECT_IDENTIFIER: u8 = 0x06;
/// `UTCTime`
pub const UTC_TIME: u8 = 0x17;
/// `GeneralizedTime`
pub const GENERALIZED_TIME: u8 = 0x18;
/// `SEQUENCE`
pub const SEQUENCE: u8 = 0x30;
/// `SET`
pub const SET: u8 = 0x31;

/// Reads one element after another.
#[derive(Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// Its tag, class and form included.
    pub tag: u8,
    /// What it holds.
    pub content: &'a [u8],
    /// All of it: tag, length and content.
    pub whole: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next element, without taking it.
    pub fn peek(&self) -> Option<Element<'a>> {
        let (&tag, rest) = self.0.split_first()?;
        // Tags above 30 take more bytes; nothing that is read here has any.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (&first, rest) = rest.split_first()?;
        let (length, head) = if first < 0x80 {
            (usize::from(first), 2)
        } else {
            let count = usize::from(first & 0x7f);
            let digits = rest.get(..count).filter(|digits| matches!(digits.len(), 1..=3))?;
            let length = digits.iter().fold(0_usize, |length, digit| length << 8 | usize::from(*digit));
            let shortest = length >= 0x80 && digits.first() != Some(&0);
            (shortest.then_some(length)?, 2 + count)
        };
        let whole = self.0.get(..head.checked_add(length)?)?;
        Some(Element { tag, content: whole.get(head..)?, whole })
    }

    /// The next element.
    pub fn take(&mut self) -> Option<Element<'a>> {
        let element = self.peek()?;
        self.0 = self.0.get(element.whole.len()..)?;
        Some(element)
    }

    /// The next element if it has this tag.
    pub fn expect(&mut self, tag: u8) -> Option<Element<'a>> {
        self.peek().filter(|element| element.tag == tag)?;
        self.take()
    }

    /// A reader of what the next element, a sequence, holds.
    pub fn sequence(&mut self) -> Option<Self> {
        self.expect(SEQUENCE).map(|element| Self(element.content))
    }

    /// The bytes of the next element, a bit string of whole bytes.
    pub fn bits(&mut self) -> Option<&'a [u8]> {
        let (unused, bytes) = self.expect(BIT_STRING)?.content.split_first()?;
        (*unused == 0).then_some(bytes)
    }

    /// The next element, an integer that is not negative, without the zero that keeps it so.
    pub fn unsigned(&mut self) -> Option<&'a [u8]> {
        match self.expect(INTEGER)?.content {
            [] => None,
            [0, rest @ ..] if !rest.is_empty() => rest.first().is_some_and(|byte| *byte >= 0x80).then_some(rest),
            bytes => bytes.first().is_some_and(|byte| *byte < 0x80).then_some(bytes),
        }
    }
}

/// An element of this tag that holds the parts, one after another.
pub fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    // Sized at once: a vector that grows would leave copies of what may be secret behind.
    let mut bytes = Vec::with_capacity(length + 2 + size_of::<usize>());
    bytes.push(tag);
    match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => bytes.push(short),
        _ => {
            let digits = length.to_be_bytes();
            let digits: Vec<u8> = digits.into_iter().skip_while(|digit| *digit == 0).collect();
            bytes.push(0x80 | digits.len() as u8);
            bytes.extend(digits);
        }
    }
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}

/// An integer that is not negative, from its bytes, the most significant first.
pub fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    match bytes.get(zeros..) {
        None | Some([]) => element(INTEGER, &[&[0]]),
        Some(digits) if digits.first() >= Some(&0x80) => element(INTEGER, &[&[0], digits]),
        Some(digits) => element(INTEGER, &[digits]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let content = vec![7; length];
            let written = element(SEQUENCE, &[&content]);
            let mut reader = Reader::new(&written);
            let read = reader.take().unwrap();
            assert_eq!((read.tag, read.content, read.whole), (SEQUENCE, content.as_slice(), written.as_slice()));
            assert!(reader.is_empty());
        }
        for number in [&[][..], &[0], &[1], &[127], &[128], &[255, 0]] {
            let written = unsigned(number);
            let read = Reader::new(&written).unsigned().unwrap();
            assert_eq!(read, if number.is_empty() { &[0] } else { number });
        }
    }

    #[test]
    fn what_der_forbids_is_not_read() {
        for bytes in [
            &[][..],
            &[0x30],
            &[0x30, 0x80, 0, 0],
            &[0x30, 0x81, 0x01, 0],
            &[0x30, 0x82, 0x00, 0x80],
            &[0x30, 0x02, 0],
            &[0x30, 0x84, 1, 0, 0, 0],
            &[0x1f, 0x81, 0x01, 0],
            &[0x30, 0xff],
        ] {
            assert!(Reader::new(bytes).take().is_none(), "{bytes:x?}");
        }
        for bytes in [&[2, 0][..], &[2, 1, 0x80], &[2, 2, 0, 0x7f], &[2, 2, 0, 0], &[3, 1, 0]] {
            assert!(Reader::new(bytes).unsigned().is_none(), "{bytes:x?}");
        }
        assert!(Reader::new(&[3, 2, 4, 0x80]).bits().is_none());
    }
}
