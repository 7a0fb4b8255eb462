//! Accounts, Regions, partitions and event ids.
//!
//! Guarantees: a value of these types is well formed. Small and `Copy`, since every call carries several.

use crate::Rng;
use crate::rng::write_hex;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// Why a text is not the identifier it should be; the text names what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid(pub &'static str);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Invalid {}

/// Twelve digits naming an account.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId([u8; 12]);

impl AccountId {
    /// The digits.
    pub fn as_str(&self) -> &str {
        // Only digits are ever stored, so this cannot fail.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for AccountId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let digits: [u8; 12] = text.as_bytes().try_into().map_err(|_| Invalid("an account id has 12 digits"))?;
        if digits.iter().all(u8::is_ascii_digit) {
            Ok(Self(digits))
        } else {
            Err(Invalid("an account id has 12 digits"))
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const REGION_MAX: usize = 30;

/// A Region's name such as `eu-central-1`: lower-case words and digits joined by dashes, at most 30 characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region {
    bytes: [u8; REGION_MAX],
    length: u8,
}

impl Region {
    /// The name.
    pub fn as_str(&self) -> &str {
        self.bytes.get(..usize::from(self.length)).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default()
    }

    /// The partition that the Region belongs to, told by its prefix.
    pub fn partition(&self) -> Partition {
        match self.as_str() {
            name if name.starts_with("cn-") => Partition::China,
            name if name.starts_with("us-gov-") => Partition::GovCloud,
            _ => Partition::Aws,
        }
    }
}

impl FromStr for Region {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const RULE: Invalid = Invalid("a Region is lower-case words and a number joined by dashes, such as us-east-1");
        let mut words = text.split('-');
        let number = words.next_back().filter(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit()));
        let mut count = 0;
        let plain = words.all(|w| {
            count += 1;
            !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase())
        });
        if number.is_none() || !plain || count < 2 || text.len() > REGION_MAX {
            return Err(RULE);
        }
        let mut bytes = [0; REGION_MAX];
        for (slot, byte) in bytes.iter_mut().zip(text.bytes()) {
            *slot = byte;
        }
        Ok(Self { bytes, length: text.len() as u8 })
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A group of Regions with one identity system; the second part of every ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Partition {
    /// `aws`
    Aws,
    /// `aws-cn`
    China,
    /// `aws-us-gov`
    GovCloud,
}

impl Partition {
    /// The name in ARNs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }

    /// The Region in which services without Regions, such as IAM, sign, count and record calls.
    /// Source: IAM User Guide, "AWS Identity and Access Management endpoints and quotas".
    pub fn global_region(self) -> Option<Region> {
        let name = match self {
            Self::Aws => "us-east-1",
            Self::China => "cn-north-1",
            Self::GovCloud => "us-gov-west-1",
        };
        name.parse().ok()
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An account in a Region: where most resources live and most quotas are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    /// The owning account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
}

/// A random (version 4) UUID: request ids, event ids, key ids.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Uuid(pub [u8; 16]);

impl Uuid {
    /// Draws a new one.
    pub fn random(rng: &dyn Rng) -> Self {
        let mut bytes = [0; 16];
        rng.fill(&mut bytes);
        let mut value = u128::from_be_bytes(bytes);
        value = value & !(0xf << 76) | 4 << 76;
        value = value & !(0b11 << 62) | 0b10 << 62;
        Self(value.to_be_bytes())
    }
}

/// Where the digits of a UUID stand in its text; between them are dashes.
const GROUPS: [(Range<usize>, Range<usize>); 5] =
    [(0..8, 0..8), (8..12, 9..13), (12..16, 14..18), (16..20, 19..23), (20..32, 24..36)];

/// Written on every call several times, so it goes through a buffer rather than through the formatter digit by digit.
impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut text, mut digits) = ([b'-'; 36], [0; 32]);
        write_hex(&self.0, &mut digits);
        for (group, place) in GROUPS {
            if let (Some(from), Some(to)) = (digits.get(group), text.get_mut(place)) {
                to.copy_from_slice(from);
            }
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl FromStr for Uuid {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const RULE: Invalid = Invalid("a UUID is 8-4-4-4-12 lower-case hexadecimal digits");
        let text: &[u8; 36] = text.as_bytes().try_into().map_err(|_| RULE)?;
        let (mut digits, mut bytes) = ([0; 32], [0; 16]);
        for (group, place) in GROUPS {
            if let (Some(to), Some(from)) = (digits.get_mut(group), text.get(place)) {
                to.copy_from_slice(from);
            }
        }
        let mut sound = [8, 13, 18, 23].iter().all(|index| text.get(*index) == Some(&b'-'));
        for (byte, [high, low]) in bytes.iter_mut().zip(digits.as_chunks().0) {
            let (high, low) = (nibble(*high), nibble(*low));
            sound &= high < 16 && low < 16;
            *byte = high << 4 | low & 15;
        }
        if sound { Ok(Self(bytes)) } else { Err(RULE) }
    }
}

/// The number that a lower-case hexadecimal digit stands for; 16 or more for any other byte.
fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => 16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    #[test]
    fn every_partition_has_a_global_region_of_its_own() {
        for partition in [Partition::Aws, Partition::China, Partition::GovCloud] {
            assert_eq!(partition.global_region().unwrap().partition(), partition);
        }
    }

    #[test]
    fn identifiers_are_checked() {
        assert!("000000000000".parse::<AccountId>().is_ok());
        assert!("00000000000".parse::<AccountId>().is_err());
        assert!("00000000000a".parse::<AccountId>().is_err());
        assert_eq!("us-gov-west-1".parse::<Region>().unwrap().partition(), Partition::GovCloud);
        for bad in ["", "us", "us-east", "us-1", "US-east-1", "us--1", "us-east-1/", "us-east-1\0", "../us-east-1"] {
            assert!(bad.parse::<Region>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_uuid_is_version_4_and_reads_back() {
        let uuid = Uuid::random(&SeededRng::new(7));
        let text = uuid.to_string();
        assert_eq!(text.len(), 36);
        assert_eq!(text.as_bytes()[14], b'4');
        assert!(matches!(text.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
        assert_eq!(text.parse(), Ok(uuid));
        assert!(text.to_uppercase().parse::<Uuid>().is_err());
    }

    #[test]
    fn a_uuid_has_every_digit_in_its_place_and_no_other_text_is_one() {
        const TEXT: &str = "01234567-89ab-cdef-fedc-ba9876543210";
        let uuid =
            Uuid([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10]);
        assert_eq!(uuid.to_string(), TEXT);
        assert_eq!(TEXT.parse(), Ok(uuid));
        for at in 0..TEXT.len() {
            for wrong in ["-", "g", "A", "/", ":", "`", " ", "\0"] {
                let mut text = TEXT.to_owned();
                text.replace_range(at..=at, wrong);
                assert_eq!(text.parse::<Uuid>().is_ok(), text == TEXT, "{text}");
            }
            assert!(TEXT.get(..at).unwrap().parse::<Uuid>().is_err());
        }
        assert!([TEXT, "0"].concat().parse::<Uuid>().is_err());
    }
}
