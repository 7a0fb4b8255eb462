//! Just enough DER to tell when a certificate is valid and whom it is for.
//!
//! Guarantees: never believed for trust, which rustls decides; anything unexpected is `None`.
//! Source: RFC 5280 §4.1, X.690 §8.1.

use base::Timestamp;
use std::fmt::Write as _;

/// Longest subject that is told, in characters.
const SUBJECT: usize = 256;

/// The first and the last instant of a certificate's validity.
pub(crate) fn validity(certificate: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let mut body = body(certificate, 3)?;
    let mut validity = Der(body.next()?.1);
    Some((time(validity.next()?.1)?, time(validity.next()?.1)?))
}

/// Whom a certificate is for, as `CN=a,O=b` in its own order; what is no plain text becomes `?`.
pub(crate) fn subject(certificate: &[u8]) -> Option<String> {
    let mut body = body(certificate, 4)?;
    let mut names = Der(body.next()?.1);
    let mut text = String::new();
    while let Some((_, set)) = names.next() {
        let mut set = Der(set);
        while let Some((_, pair)) = set.next() {
            let mut pair = Der(pair);
            let (oid, value) = (pair.next()?.1, pair.next()?.1);
            if !text.is_empty() {
                text.push(',');
            }
            match oid {
                [0x55, 4, 3] => text.push_str("CN"),
                [0x55, 4, 6] => text.push('C'),
                [0x55, 4, 7] => text.push('L'),
                [0x55, 4, 8] => text.push_str("ST"),
                [0x55, 4, 10] => text.push('O'),
                [0x55, 4, 11] => text.push_str("OU"),
                other => {
                    let _ = write!(text, "{}", base::hex(other));
                }
            }
            text.push('=');
            let value = std::str::from_utf8(value).unwrap_or("?");
            let is_plain = |c: char| !c.is_control() && !matches!(c, ',' | '=' | '"' | '\\');
            text.extend(value.chars().map(|c| if is_plain(c) { c } else { '?' }).take(SUBJECT));
        }
    }
    Some(text.chars().take(SUBJECT).collect())
}

/// What is signed of a certificate, from its serial number on with `skip` fields passed over.
fn body(certificate: &[u8], skip: usize) -> Option<Der<'_>> {
    let mut certificate = Der(Der(certificate).next()?.1);
    let mut body = Der(certificate.next()?.1);
    // The version stands first, but in certificates of the first version it is absent.
    if body.0.first() == Some(&0xa0) {
        body.next()?;
    }
    for _ in 0..skip {
        body.next()?;
    }
    Some(body)
}

fn time(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    // UTCTime has two digits for the year, and those from 50 on are of the last century; GeneralizedTime has four.
    let full = match text.len() {
        13 if text >= "50" => format!("19{text}"),
        13 => format!("20{text}"),
        _ => text.to_owned(),
    };
    let (day, time) = full.split_at_checked(8)?;
    Timestamp::from_basic(&format!("{day}T{time}")).ok()
}

/// DER values, one after the other: tags and contents.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add(usize::from(*byte)))?, rest)
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validity_and_subject_of_a_certificate_are_read() {
        let mut params = rcgen::CertificateParams::default();
        params.not_before = rcgen::date_time_ymd(2020, 1, 2);
        params.not_after = rcgen::date_time_ymd(2051, 3, 4);
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::OrganizationName, "Acme, Inc");
        params.distinguished_name.push(rcgen::DnType::CommonName, "billing");
        let made = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
        let (from, to) = validity(made.der()).unwrap();
        assert_eq!((from.seconds(), to.seconds()), (1_577_923_200, 2_561_500_800));
        assert_eq!(subject(made.der()).as_deref(), Some("O=Acme? Inc,CN=billing"));
    }

    #[test]
    fn what_is_cut_short_or_damaged_tells_nothing_and_panics_nowhere() {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap().cert;
        for end in 0..made.der().len() {
            assert_eq!(validity(&made.der()[..end]), None);
            assert_eq!(subject(&made.der()[..end]), None);
        }
        for place in 0..made.der().len() {
            for byte in [0, 0x7f, 0x80, 0x84, 0xff] {
                let mut odd = made.der().to_vec();
                odd[place] = byte;
                let _ = (validity(&odd), subject(&odd));
            }
        }
    }
}
