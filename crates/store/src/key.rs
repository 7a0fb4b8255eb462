//! Keys: tuples encoded so that the order of the bytes is the order of the tuples.
//!
//! Guarantees: encoding is injective and keeps order; no key's encoding begins another's unless its tuple does; the
//! space that a key belongs to can be read from its first bytes, so that sealing finds the account's keyring.
//!
//! Layout: the space (a tag, twelve digits for an account, the Region's name and a zero byte), the table's name, then
//! the parts. Texts and byte strings are a tag, their bytes with each zero byte followed by 0xff, and a zero byte;
//! numbers are a tag and eight bytes, most significant first. No tag is 0x00 or 0xff.

use crate::{Error, KeyRange};
use base::{AccountId, Region, Scope};
use std::fmt;

/// The longest key that an engine must take.
pub const MAX_KEY_BYTES: usize = 1536;

/// Room for most keys, taken at once: every call builds some.
const USUAL_BYTES: usize = 112;

const SYSTEM: u8 = 0x10;
const ACCOUNT: u8 = 0x11;
const REGIONAL: u8 = 0x12;
const TEXT: u8 = 0x20;
const BYTES: u8 = 0x21;
const NUMBER: u8 = 0x22;
const END: u8 = 0x00;
const ESCAPE: u8 = 0xff;
const ACCOUNT_DIGITS: usize = 12;

/// Whom a key belongs to: the unit of keyrings and of change sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Space {
    /// The server itself.
    System,
    /// An account, whatever the Region.
    Account(AccountId),
    /// An account in a Region.
    Regional(AccountId, Region),
}

impl Space {
    /// What belongs to the server itself.
    pub fn system() -> Self {
        Self::System
    }

    /// What belongs to an account in every Region.
    pub fn account(account: AccountId) -> Self {
        Self::Account(account)
    }

    /// What belongs to an account in one Region.
    pub fn regional(scope: Scope) -> Self {
        Self::Regional(scope.account, scope.region)
    }

    fn encode(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        let parts: [&[u8]; 4] = match &self {
            Self::System => [&[SYSTEM], &[], &[], &[]],
            Self::Account(account) => [&[ACCOUNT], account.as_str().as_bytes(), &[], &[]],
            Self::Regional(account, region) => {
                [&[REGIONAL], account.as_str().as_bytes(), region.as_str().as_bytes(), &[END]]
            }
        };
        parts.iter().for_each(|part| bytes.extend_from_slice(part));
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (tag, rest) = bytes.split_first()?;
        if *tag == SYSTEM {
            return Some((Self::System, rest));
        }
        let (digits, rest) = rest.split_at_checked(ACCOUNT_DIGITS)?;
        let account: AccountId = std::str::from_utf8(digits).ok()?.parse().ok()?;
        match *tag {
            ACCOUNT => Some((Self::Account(account), rest)),
            REGIONAL => {
                let (name, rest) = rest.split_at_checked(rest.iter().position(|byte| *byte == END)?)?;
                let region = std::str::from_utf8(name).ok()?.parse().ok()?;
                Some((Self::Regional(account, region), rest.get(1..)?))
            }
            _ => None,
        }
    }
}

/// One component of a key. Parts of different kinds order by kind: texts, byte strings, numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A name.
    Text(String),
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// A number, in numeric order.
    Number(u64),
}

/// The path of a record: a space, a table in it, and parts.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(Vec<u8>);

impl Key {
    /// The table's own key, to be extended with parts or scanned as a prefix.
    pub fn new(space: Space, table: &str) -> Self {
        Self(space.encode()).text(table)
    }

    /// Reads back an encoded key, such as one that a watch tells of.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (_, mut rest) = Space::decode(bytes)?;
        matches!(take_part(&mut rest)?, Part::Text(_)).then_some(())?;
        while !rest.is_empty() {
            take_part(&mut rest)?;
        }
        Some(Self(bytes.to_vec()))
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.push_escaped(TEXT, text.as_bytes());
        self
    }

    /// Adds raw bytes.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.push_escaped(BYTES, bytes);
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn number(mut self, number: u64) -> Self {
        self.0.push(NUMBER);
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    fn push_escaped(&mut self, tag: u8, bytes: &[u8]) {
        self.0.reserve(bytes.len() + 2);
        self.0.push(tag);
        if bytes.contains(&END) {
            for (index, run) in bytes.split(|byte| *byte == END).enumerate() {
                if index > 0 {
                    self.0.extend_from_slice(&[END, ESCAPE]);
                }
                self.0.extend_from_slice(run);
            }
        } else {
            // Names hardly ever hold the end mark.
            self.0.extend_from_slice(bytes);
        }
        self.0.push(END);
    }

    /// The encoding.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The space that an encoded key belongs to: the account, if any, and the Region, if any.
    pub fn space_of(key: &[u8]) -> Option<(Option<AccountId>, Option<Region>)> {
        Some(match Space::decode(key)?.0 {
            Space::System => (None, None),
            Space::Account(account) => (Some(account), None),
            Space::Regional(account, region) => (Some(account), Some(region)),
        })
    }

    /// The beginning of an encoded key that names one thing: its space, its table and the first part. Whatever is stored
    /// about a thing lies below its root.
    pub fn root_of(key: &[u8]) -> Option<&[u8]> {
        let (_, mut rest) = Space::decode(key)?;
        take_part(&mut rest)?;
        take_part(&mut rest)?;
        key.get(..key.len() - rest.len())
    }

    /// The encoded space at the beginning of an encoded key; all of it when it has none.
    pub(crate) fn space_bytes(key: &[u8]) -> &[u8] {
        Space::decode(key).and_then(|(_, rest)| key.get(..key.len() - rest.len())).unwrap_or(key)
    }

    /// The space that this key belongs to.
    pub fn space(&self) -> Space {
        // A key is only ever made from a space.
        Space::decode(&self.0).map_or(Space::System, |(space, _)| space)
    }

    /// The table's name.
    pub fn table(&self) -> String {
        match self.components().next() {
            Some(Part::Text(name)) => name,
            _ => String::new(),
        }
    }

    /// The parts after the table's name.
    pub fn parts(&self) -> Vec<Part> {
        self.components().skip(1).collect()
    }

    /// The last part, if it is a text: by it the records of a table are often named.
    pub fn last_text(&self) -> Option<String> {
        match self.components().last() {
            Some(Part::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn components(&self) -> impl Iterator<Item = Part> {
        let mut rest = Space::decode(&self.0).map_or(&[][..], |(_, rest)| rest);
        std::iter::from_fn(move || take_part(&mut rest))
    }

    /// All keys that extend this one by at least one part.
    pub fn children(&self) -> KeyRange {
        KeyRange { start: [self.as_bytes(), &[TEXT]].concat(), end: [self.as_bytes(), &[ESCAPE]].concat() }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.0.len() > MAX_KEY_BYTES { Err(Error::TooLarge("a key has at most 1536 bytes")) } else { Ok(()) }
    }
}

/// The path in words, for operators: `111122223333/us-east-1/kms.key/1234`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.space() {
            Space::System => f.write_str("system")?,
            Space::Account(account) => write!(f, "{account}")?,
            Space::Regional(account, region) => write!(f, "{account}/{region}")?,
        }
        for part in self.components() {
            match part {
                Part::Text(text) => write!(f, "/{}", text.escape_default())?,
                Part::Bytes(bytes) => write!(f, "/0x{}", base::hex(&bytes))?,
                Part::Number(number) => write!(f, "/{number}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn take_part(rest: &mut &[u8]) -> Option<Part> {
    let (tag, after) = rest.split_first()?;
    if *tag == NUMBER {
        let (number, after) = after.split_first_chunk::<8>()?;
        *rest = after;
        return Some(Part::Number(u64::from_be_bytes(*number)));
    }
    let mut bytes = Vec::new();
    let mut left = after;
    loop {
        let (byte, after) = left.split_first()?;
        left = after;
        match (*byte, left.first()) {
            (END, Some(&ESCAPE)) => {
                bytes.push(END);
                left = left.get(1..)?;
            }
            (END, _) => break,
            (byte, _) => bytes.push(byte),
        }
    }
    *rest = left;
    match *tag {
        TEXT => Some(Part::Text(String::from_utf8(bytes).ok()?)),
        BYTES => Some(Part::Bytes(bytes)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[test]
    fn everything_about_a_thing_shares_its_root() {
        let thing = Key::new(Space::regional(scope()), "kms.key").text("a\0b");
        let below = thing.clone().text("alias").text("x");
        assert_eq!(Key::root_of(below.as_bytes()), Some(thing.as_bytes()));
        assert_eq!(Key::root_of(thing.as_bytes()), Some(thing.as_bytes()));
        assert_eq!(Key::root_of(Key::new(Space::system(), "t").as_bytes()), None);
        assert_eq!(Key::root_of(b"nonsense"), None);
    }

    fn scope() -> Scope {
        Scope { account: "111122223333".parse().unwrap(), region: "us-east-1".parse().unwrap() }
    }

    fn build(space: Space, parts: &[Part]) -> Key {
        parts.iter().fold(Key::new(space, "t"), |key, part| match part {
            Part::Text(text) => key.text(text),
            Part::Bytes(bytes) => key.bytes(bytes),
            Part::Number(number) => key.number(*number),
        })
    }

    fn part() -> impl Strategy<Value = Part> {
        // Zero bytes and 0xff are what an encoding gets wrong, so they are frequent here.
        let byte = prop_oneof![Just(0u8), Just(1), Just(0xfe), Just(0xff), any::<u8>()];
        let text = "[\u{0}\u{1}a\u{7f}\u{ff}\u{10ffff}]{0,4}";
        prop_oneof![
            text.prop_map(Part::Text),
            vec(byte, 0..5).prop_map(Part::Bytes),
            any::<u64>().prop_map(Part::Number)
        ]
    }

    proptest! {
        #[test]
        fn bytes_order_as_tuples_do(left in vec(part(), 0..4), right in vec(part(), 0..4)) {
            let (a, b) = (build(Space::regional(scope()), &left), build(Space::regional(scope()), &right));
            prop_assert_eq!(a.as_bytes().cmp(b.as_bytes()), left.cmp(&right));
        }

        #[test]
        fn a_key_reads_back(parts in vec(part(), 0..4)) {
            let key = build(Space::account(scope().account), &parts);
            let again = Key::from_bytes(key.as_bytes()).unwrap();
            prop_assert_eq!(again.parts(), parts);
            prop_assert_eq!(again.table(), "t");
        }

        #[test]
        fn the_children_of_a_key_are_its_extensions(left in vec(part(), 0..3), right in vec(part(), 0..4)) {
            let (prefix, key) = (build(Space::system(), &left), build(Space::system(), &right));
            let extends = right.len() > left.len() && right.starts_with(&left);
            prop_assert_eq!(prefix.children().contains(key.as_bytes()), extends);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in vec(any::<u8>(), 0..40)) {
            let _ = (Key::from_bytes(&bytes), Key::space_of(&bytes), Key::space_bytes(&bytes));
        }
    }

    #[test]
    fn the_space_is_told_by_the_first_bytes() {
        let scope = scope();
        let key = Key::new(Space::regional(scope), "kms.key").text("1234");
        assert_eq!(Key::space_of(key.as_bytes()), Some((Some(scope.account), Some(scope.region))));
        assert_eq!(
            Key::space_of(Key::new(Space::account(scope.account), "t").as_bytes()),
            Some((Some(scope.account), None))
        );
        assert_eq!(Key::space_of(Key::new(Space::system(), "t").as_bytes()), Some((None, None)));
        assert_eq!(Key::space_bytes(key.as_bytes()), Space::regional(scope).encode());
        assert_eq!(key.to_string(), "111122223333/us-east-1/kms.key/1234");
        assert_eq!(Key::space_of(b"\x99"), None);
    }

    #[test]
    fn an_account_and_its_regions_are_spaces_apart() {
        let scope = scope();
        let account = Key::new(Space::account(scope.account), "t");
        let regional = Key::new(Space::regional(scope), "t").text("x");
        assert!(!account.children().contains(regional.as_bytes()));
    }
}
