//! Points in time as text, in each of the models' formats; the one place where protocols read and write them.
//!
//! Guarantees: what is written reads back as itself, to the format's own precision; nothing outside the years 1 to 9999
//! is accepted.

use base::Timestamp;
use model::TimestampFormat;
use std::fmt::Write;

/// Reads a time that is written as text: in a form, a header, XML, or as a JSON string.
pub(crate) fn read(format: TimestampFormat, text: &str) -> Option<Timestamp> {
    match format {
        TimestampFormat::UnixTimestamp => from_epoch(text.parse().ok()?),
        TimestampFormat::Iso8601 => Timestamp::from_rfc3339(text).ok(),
        TimestampFormat::HttpDate => Timestamp::from_http_date(text).ok(),
    }
}

/// Appends a time as text.
pub(crate) fn write(format: TimestampFormat, time: Timestamp, out: &mut String) {
    // Writing to a String cannot fail.
    _ = match format {
        TimestampFormat::UnixTimestamp => epoch(time, out),
        TimestampFormat::Iso8601 => write!(out, "{time}"),
        TimestampFormat::HttpDate => out.write_str(&time.to_http_date()),
    };
}

/// Seconds since 1970 with their fraction, rounded to milliseconds; `None` outside the years 1 to 9999.
pub(crate) fn from_epoch(seconds: f64) -> Option<Timestamp> {
    let millis = (seconds * 1000.0).round();
    (-62_135_596_800_000.0..253_402_300_800_000.0).contains(&millis).then(|| Timestamp::from_millis(millis as i64))
}

/// Seconds with the milliseconds as fraction, from whole numbers, so that nothing is rounded.
fn epoch(time: Timestamp, out: &mut String) -> std::fmt::Result {
    let millis = time.millis();
    let sign = if millis < 0 { "-" } else { "" };
    let (seconds, fraction) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
    match fraction {
        0 => write!(out, "{sign}{seconds}"),
        _ => write!(out, "{sign}{seconds}.{fraction:03}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_reads_what_it_writes() {
        let known = [
            (TimestampFormat::UnixTimestamp, "1398796238.123", 1_398_796_238_123),
            (TimestampFormat::UnixTimestamp, "-0.001", -1),
            (TimestampFormat::Iso8601, "2014-04-29T18:30:38.123Z", 1_398_796_238_123),
            (TimestampFormat::HttpDate, "Tue, 29 Apr 2014 18:30:38 GMT", 1_398_796_238_000),
        ];
        for (format, text, millis) in known {
            let time = Timestamp::from_millis(millis);
            let mut out = String::new();
            write(format, time, &mut out);
            assert_eq!(out, text);
            assert_eq!(read(format, text), Some(time), "{text}");
        }
    }

    #[test]
    fn other_forms_of_the_same_time_are_read() {
        let same = [
            (TimestampFormat::UnixTimestamp, "1398796238.5"),
            (TimestampFormat::UnixTimestamp, "1.3987962385e9"),
            (TimestampFormat::Iso8601, "2014-04-29T19:30:38.5+01:00"),
            (TimestampFormat::Iso8601, "2014-04-29T18:30:38.500999Z"),
            (TimestampFormat::HttpDate, "Tue, 29 Apr 2014 18:30:38.500 GMT"),
        ];
        for (format, text) in same {
            assert_eq!(read(format, text), Some(Timestamp::from_millis(1_398_796_238_500)), "{text}");
        }
        for nonsense in ["", "NaN", "inf", "1e400", "253402300800", "-62135596800.001", "2014-04-29T18:30:38Z"] {
            assert_eq!(read(TimestampFormat::UnixTimestamp, nonsense), None, "{nonsense}");
        }
    }
}
