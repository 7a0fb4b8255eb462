//! Points in time, in the formats that AWS uses.
//!
//! Milliseconds since the Unix epoch, UTC, proleptic Gregorian calendar, years 0001 to 9999.

use crate::Invalid;
use std::fmt;
use std::time::Duration;

/// A point in time with millisecond resolution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

const DAY: i64 = 86_400_000;

/// From the Unix epoch, which was a Thursday.
const WEEKDAYS: &str = "ThuFriSatSunMonTueWed";

const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";

impl Timestamp {
    /// From milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Seconds with their fraction, as JSON protocols send them.
    pub fn as_seconds_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Later by `duration`, saturating.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Earlier by `duration`, saturating.
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How much later this is than `earlier`; zero if it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Year, month, day, hour, minute, second.
    fn civil(self) -> (i64, i64, i64, i64, i64, i64) {
        // Days to civil date: eras of 400 years, years starting in March.
        let z = self.0.div_euclid(DAY) + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        let second = self.0.rem_euclid(DAY) / 1000;
        (year, month, doy - (153 * mp + 2) / 5 + 1, second / 3600, second / 60 % 60, second % 60)
    }

    fn from_civil(year: i64, month: i64, day: i64, time_of_day: i64) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + i64::from(leap),
            _ => return None,
        };
        if !(1..=length).contains(&day) || !(1..=9999).contains(&year) {
            return None;
        }
        let y = year - i64::from(month <= 2);
        let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        let yoe = y.rem_euclid(400);
        let days = y.div_euclid(400) * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468;
        Some(Self(days * DAY + time_of_day))
    }

    /// `20150830T123600Z`, as SigV4 writes it.
    pub fn to_basic(self) -> String {
        let (y, mo, d, h, mi, s) = self.civil();
        format!("{y:04}{mo:02}{d:02}T{h:02}{mi:02}{s:02}Z")
    }

    /// `2015-08-30T12:36:00Z`, without a fraction, as CloudTrail writes it.
    pub fn to_seconds_rfc3339(self) -> String {
        let (y, mo, d, h, mi, s) = self.civil();
        let Ok(y @ 0..=9999) = u16::try_from(y) else { return format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}Z") };
        // On every call: the formatter takes three times as long.
        let mut text = String::with_capacity(20);
        let century = i64::from(y / 100);
        for (number, mark) in
            [(century, ""), (i64::from(y % 100), "-"), (mo, "-"), (d, "T"), (h, ":"), (mi, ":"), (s, "Z")]
        {
            text.extend([number / 10, number % 10].map(|digit| char::from(b'0' + digit as u8)));
            text.push_str(mark);
        }
        text
    }

    /// `Sun, 30 Aug 2015 12:36:00 GMT` (RFC 9110 IMF-fixdate).
    pub fn to_http_date(self) -> String {
        let (y, mo, d, h, mi, s) = self.civil();
        let pick = |names: &'static str, index: i64| {
            usize::try_from(index * 3).ok().and_then(|start| names.get(start..start + 3)).unwrap_or_default()
        };
        let weekday = pick(WEEKDAYS, self.0.div_euclid(DAY).rem_euclid(7));
        let month = pick(MONTHS, mo - 1);
        format!("{weekday}, {d:02} {month} {y:04} {h:02}:{mi:02}:{s:02} GMT")
    }

    /// Reads `20150830T123600Z`.
    pub fn from_basic(text: &str) -> Result<Self, Invalid> {
        const RULE: Invalid = Invalid("a basic ISO 8601 time is YYYYMMDD'T'HHMMSS'Z'");
        let shape = text.len() == 16 && text.get(8..9) == Some("T") && text.ends_with('Z');
        let part = |from: usize, to: usize| digits(text.get(from..to)?);
        let read =
            || Self::assemble(part(0, 4)?, part(4, 6)?, part(6, 8)?, part(9, 11)?, part(11, 13)?, part(13, 15)?, 0);
        shape.then(read).flatten().ok_or(RULE)
    }

    /// Reads RFC 3339: `2015-08-30T12:36:00Z`, with optional fraction (cut to milliseconds) and numeric offset.
    pub fn from_rfc3339(text: &str) -> Result<Self, Invalid> {
        const RULE: Invalid = Invalid("a time is RFC 3339, such as 2026-01-31T12:00:00Z");
        Self::read_rfc3339(text).ok_or(RULE)
    }

    fn read_rfc3339(text: &str) -> Option<Self> {
        let part = |from: usize, to: usize| digits(text.get(from..to)?);
        let mark = |at: usize, marks: &str| marks.contains(text.get(at..at + 1)?).then_some(());
        (mark(4, "-"), mark(7, "-"), mark(10, "Tt "), mark(13, ":"), mark(16, ":"))
            .eq(&(Some(()), Some(()), Some(()), Some(()), Some(())))
            .then_some(())?;
        let mut rest = text.get(19..)?;
        let mut millis = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
            millis = thousandths(fraction.get(..length)?)?;
            rest = fraction.get(length..)?;
        }
        let offset = match rest {
            "Z" | "z" => 0,
            _ => {
                let sign = if rest.starts_with('+') {
                    1
                } else if rest.starts_with('-') {
                    -1
                } else {
                    return None;
                };
                (rest.len() == 6 && rest.get(3..4) == Some(":")).then_some(())?;
                let (hours, minutes) = (digits(rest.get(1..3)?)?, digits(rest.get(4..6)?)?);
                (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)?
            }
        };
        let time = Self::assemble(
            part(0, 4)?,
            part(5, 7)?,
            part(8, 10)?,
            part(11, 13)?,
            part(14, 16)?,
            part(17, 19)?,
            millis,
        )?;
        // An offset may lead out of the years that can be written.
        let time = Self(time.0 - offset);
        (1..=9999).contains(&time.year()).then_some(time)
    }

    /// Reads `Sun, 30 Aug 2015 12:36:00 GMT` (RFC 9110 IMF-fixdate), and the same with a fraction of the second, which
    /// Smithy allows and which is cut to milliseconds. A weekday that is not the date's is refused.
    pub fn from_http_date(text: &str) -> Result<Self, Invalid> {
        const RULE: Invalid = Invalid("an HTTP date is like Sun, 30 Aug 2015 12:36:00 GMT");
        Self::read_http_date(text).ok_or(RULE)
    }

    fn read_http_date(text: &str) -> Option<Self> {
        let text = text.strip_suffix(" GMT")?;
        let (text, millis) = match text.split_once('.') {
            None => (text, 0),
            Some((whole, fraction)) => (whole, thousandths(fraction)?),
        };
        let part = |from: usize, to: usize| text.get(from..to);
        let marks = (part(3, 5)?, part(7, 8)?, part(11, 12)?, part(16, 17)?, part(19, 20)?, part(22, 23)?);
        (text.len() == 25 && marks == (", ", " ", " ", " ", ":", ":")).then_some(())?;
        let number = |from: usize, to: usize| digits(part(from, to)?);
        let month = i64::try_from(MONTHS.find(part(8, 11)?)? / 3).ok()? + 1;
        let (day, year) = (number(5, 7)?, number(12, 16)?);
        let time = Self::assemble(year, month, day, number(17, 19)?, number(20, 22)?, number(23, 25)?, millis)?;
        // Names are found only at their own place, and the other fields cannot be written in two ways.
        time.to_http_date().starts_with(part(0, 16)?).then_some(time)
    }

    fn assemble(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64, millis: i64) -> Option<Self> {
        // A leap second counts as the last ordinary one.
        let second = second.min(59 + i64::from(second > 60) * 100);
        (hour < 24 && minute < 60 && second < 60).then_some(())?;
        Self::from_civil(year, month, day, ((hour * 60 + minute) * 60 + second) * 1000 + millis)
    }

    /// The year in UTC.
    pub fn year(self) -> i64 {
        self.civil().0
    }
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
    text.parse().ok()
}

/// The digits after a decimal point, cut to three.
fn thousandths(fraction: &str) -> Option<i64> {
    let is_number = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    let kept = fraction.chars().chain("000".chars()).take(3).collect::<String>();
    is_number.then(|| digits(&kept)).flatten()
}

/// RFC 3339 with milliseconds when there are any.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, mo, d, h, mi, s) = self.civil();
        write!(f, "{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}")?;
        match self.0.rem_euclid(1000) {
            0 => f.write_str("Z"),
            millis => write!(f, ".{millis:03}Z"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_instants_print_as_aws_prints_them() {
        let time = Timestamp::from_basic("20150830T123600Z").unwrap();
        assert_eq!(time.seconds(), 1_440_938_160);
        assert_eq!(time.to_basic(), "20150830T123600Z");
        assert_eq!(time.to_string(), "2015-08-30T12:36:00Z");
        assert_eq!(time.to_http_date(), "Sun, 30 Aug 2015 12:36:00 GMT");
        assert_eq!(Timestamp::from_rfc3339("2015-08-30T14:36:00.5+02:00").unwrap().millis(), time.millis() + 500);
        assert_eq!(Timestamp::from_http_date("Sun, 30 Aug 2015 12:36:00 GMT"), Ok(time));
        let later = Timestamp::from_http_date("Sun, 30 Aug 2015 12:36:00.4567 GMT");
        assert_eq!(later.map(|later| later.millis() - time.millis()), Ok(456));
        assert_eq!(Timestamp::from_millis(-1).to_string(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in
            ["", "20150230T000000Z", "20151301T000000Z", "20150830T240000Z", "20150830T123600", "+0150830T123600Z"]
        {
            assert!(Timestamp::from_basic(bad).is_err(), "{bad}");
        }
        for bad in [
            "2015-08-30",
            "2015-08-30T12:36:00",
            "2015-08-30T12:36:00.Z",
            "2015-08-30T12:36:61Z",
            "2015-02-29T00:00:00Z",
            "é015-08-30T12:36:00Z",
            "0001-01-01T00:00:00+00:01",
        ] {
            assert!(Timestamp::from_rfc3339(bad).is_err(), "{bad}");
        }
        for bad in [
            "",
            "Sun, 30 Aug 2015 12:36:00",
            "Mon, 30 Aug 2015 12:36:00 GMT",
            "Sun, 30 anF 2015 12:36:00 GMT",
            "Sun, 31 Jun 2015 12:36:00 GMT",
            "Sun, 30 Aug 15 12:36:00 GMT",
            "Sun, 30 Aug 2015 24:36:00 GMT",
            "Sun, 30 Aug 2015 12:36:00. GMT",
            "Sun, 30 Aug 2015 12:36:00.1x GMT",
            "Sun, 30 Aug 2015 12:36:00 +0000",
            "Sun, 30 Aug 2015 12:36:00  GMT",
        ] {
            assert!(Timestamp::from_http_date(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_instant_reads_back(millis in -62_135_596_800_000_i64..253_402_300_800_000) {
            let time = Timestamp::from_millis(millis);
            prop_assert_eq!(Timestamp::from_rfc3339(&time.to_string()), Ok(time));
            let whole = Timestamp::from_millis(millis.div_euclid(1000) * 1000);
            prop_assert_eq!(time.to_seconds_rfc3339(), whole.to_string());
            prop_assert_eq!(Timestamp::from_basic(&time.to_basic()).map(|t| t.seconds()), Ok(time.seconds()));
            prop_assert_eq!(Timestamp::from_http_date(&time.to_http_date()).map(|t| t.seconds()), Ok(time.seconds()));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,40}") {
            let _ = (Timestamp::from_rfc3339(&text), Timestamp::from_basic(&text), Timestamp::from_http_date(&text));
        }
    }
}
