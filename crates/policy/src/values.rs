//! Values as conditions compare them: numbers, points in time, ranges of addresses.
//!
//! Guarantee: what is not exactly one of them is none; there is no rounding.
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

use base::Timestamp;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Digits behind the point that count.
const FRACTION: usize = 12;
/// Digits before it.
const WHOLE: usize = 20;

/// A decimal number, in units of its last digit.
pub(crate) fn number(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let fraction_given = fraction.unwrap_or_default();
    if whole.is_empty() || whole.len() > WHOLE || fraction.is_some_and(str::is_empty) || fraction_given.len() > FRACTION
    {
        return None;
    }
    if !whole.bytes().chain(fraction_given.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let missing = std::iter::repeat_n(b'0', FRACTION - fraction_given.len());
    let digits = whole.bytes().chain(fraction_given.bytes()).chain(missing);
    let value = digits.fold(0_i128, |value, digit| value * 10 + i128::from(digit - b'0'));
    Some(if negative { -value } else { value })
}

/// A whole number in the same units.
pub(crate) fn whole(number: i64) -> i128 {
    i128::from(number) * 10_i128.pow(FRACTION as u32)
}

/// A point in time: a W3C date of ISO 8601, from the year alone to fractions of a second with a zone, or seconds since
/// the epoch.
pub(crate) fn date(text: &str) -> Option<Timestamp> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(text.strip_prefix('-').unwrap_or(text)) && text.len() != 4 {
        let seconds: i64 = text.parse().ok()?;
        return seconds.checked_mul(1000).map(Timestamp::from_millis);
    }
    let whole = match text.len() {
        4 => format!("{text}-01-01T00:00:00Z"),
        7 => format!("{text}-01T00:00:00Z"),
        10 => format!("{text}T00:00:00Z"),
        _ => with_seconds(text)?,
    };
    Timestamp::from_rfc3339(&whole).ok()
}

/// `1997-07-16T19:20+01:00` has no seconds.
fn with_seconds(text: &str) -> Option<String> {
    let (day_and_minute, rest) = text.split_at_checked(16)?;
    Some(if rest.starts_with(':') { text.to_owned() } else { format!("{day_and_minute}:00{rest}") })
}

/// A range of addresses in few bytes: how many bits count, then the address.
pub(crate) fn range(text: &str) -> Option<Vec<u8>> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = match bits {
        None => most,
        Some(bits) if !bits.is_empty() && bits.len() <= 3 && bits.bytes().all(|byte| byte.is_ascii_digit()) => {
            bits.parse().ok().filter(|bits| *bits <= most)?
        }
        Some(_) => return None,
    };
    let mut bytes = vec![bits];
    match address {
        IpAddr::V4(address) => bytes.extend(address.octets()),
        IpAddr::V6(address) => bytes.extend(address.octets()),
    }
    Some(bytes)
}

/// A range as it is written.
pub(crate) fn range_written(range: &[u8]) -> Option<String> {
    let (bits, address) = range.split_first()?;
    let address: IpAddr = match address.len() {
        4 => Ipv4Addr::from(<[u8; 4]>::try_from(address).ok()?).into(),
        _ => Ipv6Addr::from(<[u8; 16]>::try_from(address).ok()?).into(),
    };
    Some(format!("{address}/{bits}"))
}

/// Whether an address is in a range. One of IPv4 that is written as one of IPv6 is what it is.
pub(crate) fn in_range(range: &[u8], address: IpAddr) -> bool {
    let Some((bits, base)) = range.split_first() else { return false };
    let within = |given: u128, base: u128, width: u32| {
        let rest = width - u32::from(*bits).min(width);
        given.checked_shr(rest).unwrap_or(0) == base.checked_shr(rest).unwrap_or(0)
    };
    match (address.to_canonical(), base.len()) {
        (IpAddr::V4(given), 4) => {
            let base = <[u8; 4]>::try_from(base).map(u32::from_be_bytes).unwrap_or_default();
            within(u32::from(given).into(), base.into(), 32)
        }
        (IpAddr::V6(given), 16) => {
            let base = <[u8; 16]>::try_from(base).map(u128::from_be_bytes).unwrap_or_default();
            within(given.into(), base, 128)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_and_nothing_else_is_one() {
        assert_eq!(number("10"), Some(whole(10)));
        assert_eq!(number("-1.50"), number("-1.5"));
        assert!(number("0.1") < number("0.11"));
        for text in ["", "-", "1.", ".5", "1e3", "0x1", "1 ", "١", "1.1.1", "0.1234567890123", "123456789012345678901"]
        {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn dates_have_the_forms_of_the_w3c_and_of_the_epoch() {
        let millis = |text: &str| date(text).map(Timestamp::millis);
        assert_eq!(millis("2020"), Some(1_577_836_800_000));
        assert_eq!(millis("2020-01"), millis("2020"));
        assert_eq!(millis("2020-01-01"), millis("2020"));
        assert_eq!(millis("2020-01-01T01:00+01:00"), millis("2020"));
        assert_eq!(millis("2020-01-01T00:00:00.5Z"), Some(1_577_836_800_500));
        assert_eq!(millis("1577836800"), millis("2020"));
        for text in ["", "20", "2020-13", "2020-02-30", "tomorrow", "2020-01-01T00:00:00"] {
            assert!(text == "20" || date(text).is_none(), "{text}");
        }
    }

    #[test]
    fn addresses_are_in_their_ranges() {
        let within = |text: &str, address: &str| in_range(&range(text).unwrap(), address.parse().unwrap());
        assert!(within("203.0.113.0/24", "203.0.113.255"));
        assert!(!within("203.0.113.0/24", "203.0.114.0"));
        assert!(within("203.0.113.7", "203.0.113.7"));
        assert!(within("0.0.0.0/0", "8.8.8.8"));
        assert!(!within("0.0.0.0/0", "::1"));
        assert!(within("2001:db8::/32", "2001:db8:1::5"));
        assert!(within("::/0", "::1"));
        assert!(within("203.0.113.0/24", "::ffff:203.0.113.9"));
        for text in ["", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "::/129", "1.2.3.4/+8", "01.2.3.4"] {
            assert_eq!(range(text), None, "{text}");
        }
        assert_eq!(range_written(&range("10.0.0.0/8").unwrap()).unwrap(), "10.0.0.0/8");
    }
}
