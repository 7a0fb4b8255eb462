//! Points in time of conditions: the W3C's forms of ISO 8601, or seconds since 1970.

use std::cmp::Ordering;

/// How two points in time compare; `None` if one of them is none.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    Some(instant(left)?.cmp(&instant(right)?))
}

/// Nanoseconds since 1970.
fn instant(text: &str) -> Option<i128> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() != 4 {
        return Some(text.parse::<i128>().ok()? * 1_000_000_000);
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |part| digits(part, 2))?;
    let day = parts.next().map_or(Some(1), |part| digits(part, 2))?;
    if parts.next().is_some() || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let days: i128 = (1970..year).map(days_in_year).sum::<i128>() - (year..1970).map(days_in_year).sum::<i128>()
        + (1..month).map(|month| days_in(year, month)).sum::<i128>()
        + day
        - 1;
    let of_day = time.map_or(Some(0), time_of_day)?;
    Some(days * 86_400_000_000_000 + of_day)
}

/// `hh:mm`, perhaps seconds, perhaps with a fraction, then `Z` or an offset; in nanoseconds of the day in UTC.
fn time_of_day(text: &str) -> Option<i128> {
    let (clock, offset) = match text.strip_suffix('Z') {
        Some(clock) => (clock, 0),
        None => {
            let at = text.rfind(['+', '-'])?;
            let (hours, minutes) = text[at + 1..].split_once(':')?;
            let minutes = digits(hours, 2)? * 60 + digits(minutes, 2)?;
            (&text[..at], if text[at..].starts_with('-') { -minutes } else { minutes })
        }
    };
    let mut parts = clock.split(':');
    let (hours, minutes) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let (seconds, fraction) = match parts.next() {
        Some(seconds) => seconds.split_once('.').unwrap_or((seconds, "0")),
        None => ("00", "0"),
    };
    let seconds = digits(seconds, 2)?;
    let nanoseconds = digits(&format!("{fraction:0<9}"), 9)?;
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    Some(((hours * 60 + minutes - offset) * 60 + seconds) * 1_000_000_000 + nanoseconds)
}

fn digits(text: &str, count: usize) -> Option<i128> {
    Some(text).filter(|text| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

fn is_leap(year: i128) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_year(year: i128) -> i128 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in(year: i128, month: i128) -> i128 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
