//! What a certificate's extensions say of its place in a chain (RFC 5280 §4.2.1.3 and §4.2.1.9).
//!
//! Guarantees: an extension that occurs twice, is malformed, or is critical and not known here makes all of them
//! unreadable, since whoever wrote it meant it to be obeyed (§4.2); what is absent permits nothing.

use crate::der::{self, Reader};

/// Extensions in one certificate; the chains of AWS have five.
const MAX_EXTENSIONS: usize = 32;

/// `id-ce-basicConstraints`
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
/// `id-ce-keyUsage`
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];

/// `digitalSignature`, the first bit.
const SIGNS_DATA: u8 = 0x80;
/// `keyCertSign`, the sixth.
const SIGNS_CERTIFICATES: u8 = 0x04;

/// The version-3 extensions as far as chains need them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// Whether the certificate is an authority's.
    pub is_authority: bool,
    /// Whether what says so is critical, as it must be in an authority's certificate.
    pub authority_is_critical: bool,
    /// How many further authorities may stand between it and the end of a chain; `None` is as many as one likes.
    pub path_length: Option<u32>,
    /// Whether its key may sign data.
    pub signs_data: bool,
    /// Whether its key may sign certificates.
    pub signs_certificates: bool,
}

impl Extensions {
    /// Reads what stands behind the public key.
    pub(super) fn read(rest: &[u8]) -> Option<Self> {
        let mut extensions = Self::default();
        let mut rest = Reader::new(rest);
        if rest.is_empty() {
            return Some(extensions);
        }
        // `[3]`, explicitly tagged. The unique identifiers that may stand before it have been forbidden since 1999.
        let mut tagged = Reader::new(rest.expect(0xa3)?.content);
        let mut list = tagged.sequence()?;
        let mut seen: Vec<&[u8]> = Vec::new();
        while let Some(mut extension) = list.sequence() {
            let id = extension.expect(der::OBJECT_IDENTIFIER)?.content;
            let is_critical = match extension.peek()?.tag {
                der::BOOLEAN => boolean(&mut extension)?,
                _ => false,
            };
            let value = extension.expect(der::OCTET_STRING)?.content;
            if !extension.is_empty() || seen.contains(&id) || seen.len() == MAX_EXTENSIONS {
                return None;
            }
            seen.push(id);
            match id {
                BASIC_CONSTRAINTS => {
                    extensions.authority_is_critical = is_critical;
                    extensions.basic_constraints(value)?;
                }
                KEY_USAGE => extensions.key_usage(value)?,
                _ if is_critical => return None,
                _ => {}
            }
        }
        (rest.is_empty() && tagged.is_empty() && list.is_empty()).then_some(extensions)
    }

    fn basic_constraints(&mut self, value: &[u8]) -> Option<()> {
        let mut value = Reader::new(value);
        let mut members = value.sequence()?;
        // The default, false, should not be written, but some do.
        if members.peek().is_some_and(|element| element.tag == der::BOOLEAN) {
            self.is_authority = boolean(&mut members)?;
        }
        if !members.is_empty() {
            let digits = members.unsigned()?;
            let length = digits
                .iter()
                .try_fold(0_u32, |length, digit| Some(length.checked_mul(0x100)?.saturating_add(u32::from(*digit))));
            self.path_length = Some(length?);
        }
        (value.is_empty() && members.is_empty()).then_some(())
    }

    fn key_usage(&mut self, value: &[u8]) -> Option<()> {
        let mut value = Reader::new(value);
        let (unused, bits) = value.expect(der::BIT_STRING)?.content.split_first()?;
        let first = bits.first()?;
        self.signs_data = first & SIGNS_DATA != 0;
        self.signs_certificates = first & SIGNS_CERTIFICATES != 0;
        (*unused < 8 && value.is_empty()).then_some(())
    }
}

fn boolean(reader: &mut Reader<'_>) -> Option<bool> {
    match reader.expect(der::BOOLEAN)?.content {
        [0x00] => Some(false),
        [0xff] => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::{BIT_STRING, BOOLEAN, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, element};

    fn extension(id: &[u8], critical: &[u8], value: &[u8]) -> Vec<u8> {
        let id = element(OBJECT_IDENTIFIER, &[id]);
        element(SEQUENCE, &[&id, critical, &element(OCTET_STRING, &[value])])
    }

    fn read(extensions: &[&[u8]]) -> Option<Extensions> {
        Extensions::read(&element(0xa3, &[&element(SEQUENCE, extensions)]))
    }

    fn critical() -> Vec<u8> {
        element(BOOLEAN, &[&[0xff]])
    }

    fn authority(members: &[&[u8]]) -> Vec<u8> {
        extension(BASIC_CONSTRAINTS, &critical(), &element(SEQUENCE, members))
    }

    #[test]
    fn what_is_absent_permits_nothing() {
        assert_eq!(Extensions::read(&[]), Some(Extensions::default()));
        assert_eq!(read(&[]), Some(Extensions::default()));
        let other = extension(&[0x55, 0x1d, 0x1f], &[], &[1, 2]);
        assert_eq!(read(&[&other]), Some(Extensions::default()));
    }

    #[test]
    fn the_place_in_a_chain_is_read() {
        let yes = element(BOOLEAN, &[&[0xff]]);
        let read_authority = read(&[&authority(&[&yes, &der::unsigned(&[1, 0])])]).unwrap();
        assert!(read_authority.is_authority && read_authority.authority_is_critical);
        assert_eq!(read_authority.path_length, Some(256));
        assert_eq!(read(&[&authority(&[&yes])]).unwrap().path_length, None);
        for explicit in [&[][..], &element(BOOLEAN, &[&[0]])] {
            assert!(!read(&[&authority(&[explicit])]).unwrap().is_authority);
        }
        for (bits, data, certificates) in
            [(0x80, true, false), (0x04, false, true), (0x86, true, true), (0x40, false, false)]
        {
            let usage = read(&[&extension(KEY_USAGE, &[], &element(BIT_STRING, &[&[1, bits]]))]).unwrap();
            assert_eq!((usage.signs_data, usage.signs_certificates), (data, certificates), "{bits:x}");
        }
    }

    #[test]
    fn what_is_critical_and_unknown_or_stands_twice_or_is_malformed_makes_all_unreadable() {
        let usage = extension(KEY_USAGE, &[], &element(BIT_STRING, &[&[0, 0x80]]));
        let yes = element(BOOLEAN, &[&[0xff]]);
        for extensions in [
            &[&extension(&[0x55, 0x1d, 0x25], &critical(), &[])[..]][..],
            &[&usage, &usage],
            &[&extension(KEY_USAGE, &[], &element(BIT_STRING, &[&[0]]))],
            &[&extension(KEY_USAGE, &[], &element(BIT_STRING, &[&[8, 0]]))],
            &[&extension(KEY_USAGE, &[], &[usage.as_slice(), &[0]].concat())],
            &[&extension(KEY_USAGE, &element(BOOLEAN, &[&[1]]), &element(BIT_STRING, &[&[0, 0x80]]))],
            &[&authority(&[&yes, &der::unsigned(&[1, 0, 0, 0, 0])])],
            &[&authority(&[&yes, &[2, 1, 0xff]])],
            &[&authority(&[&yes, &yes])],
            &[&element(SEQUENCE, &[])],
        ] {
            assert_eq!(read(extensions), None, "{extensions:x?}");
        }
        let unique_identifier = [element(0x81, &[&[0, 1]]), element(0xa3, &[&element(SEQUENCE, &[])])].concat();
        assert_eq!(Extensions::read(&unique_identifier), None);
        let many: Vec<Vec<u8>> = (0..=MAX_EXTENSIONS as u8).map(|n| extension(&[0x55, n], &[], &[])).collect();
        assert_eq!(read(&many.iter().map(Vec::as_slice).collect::<Vec<_>>()), None);
    }
}
