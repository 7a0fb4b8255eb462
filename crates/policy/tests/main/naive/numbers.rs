//! Numbers of conditions: integers and decimals.

use std::cmp::Ordering;

/// How two numbers compare; `None` if one of them is none.
pub(super) fn compare(left: &str, right: &str) -> Option<Ordering> {
    Some(number(left)?.cmp(&number(right)?))
}

/// A number in billionths, so that `0.1` is what it says.
fn number(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits =
        |text: &str| !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let billionths: i128 = format!("{fraction:0<9}").parse().ok()?;
    let magnitude = whole.parse::<i128>().ok()? * 1_000_000_000 + billionths;
    Some(if negative { -magnitude } else { magnitude })
}
