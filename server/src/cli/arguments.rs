//! Arguments that several commands share, and how they are read.

use clap::{Arg, ArgAction, ArgMatches, ValueHint, value_parser};
use std::path::PathBuf;
use std::time::Duration;

/// Which server a command is for: [`super::client::Client::new`] reads them.
pub(super) fn server() -> [Arg; 3] {
    [data().help("The data directory of a server of `fastness serve`"), endpoint(), ca()]
}

/// The directory whose server is meant.
pub(super) fn data() -> Arg {
    Arg::new("data")
        .long("data")
        .value_name("DIR")
        .env("FASTNESS_DATA")
        .hide_env_values(true)
        .global(true)
        .value_hint(ValueHint::DirPath)
        .value_parser(value_parser!(PathBuf))
        .help("The server's data directory")
}

/// Where a server of `dev` answers.
fn endpoint() -> Arg {
    Arg::new("endpoint")
        .long("endpoint")
        .value_name("URL")
        // The lines that `fastness dev` prints set it for the AWS CLI and SDKs.
        .env("AWS_ENDPOINT_URL")
        .hide_env_values(true)
        .default_value("http://127.0.0.1:4566")
        .global(true)
        .help("The address of a server of `fastness dev`")
}

/// The authority to trust for an https endpoint.
fn ca() -> Arg {
    Arg::new("ca")
        .long("ca")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .global(true)
        .help("CA file for an https endpoint [default: $AWS_CA_BUNDLE, or the development CA]")
}

/// JSON instead of text.
pub(super) fn json() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).global(true).help("Print JSON")
}

/// The value of a text argument; empty when it is absent.
pub(super) fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}

/// Reads `366d`, `1d12h`, `90m`, `30s`: numbers with units w, d, h, m, s, added up.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    const RULE: &str = "a duration is numbers with units w, d, h, m, s, such as 366d or 1d12h";
    let (mut seconds, mut number) = (0_u64, None::<u64>);
    for character in text.chars() {
        let unit = match character {
            'w' => 7 * 86_400,
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => {
                let digit = character.to_digit(10).ok_or(RULE)?;
                number = number.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(digit.into()));
                number.ok_or(RULE)?;
                continue;
            }
        };
        let count = number.take().ok_or(RULE)?;
        seconds = count.checked_mul(unit).and_then(|more| seconds.checked_add(more)).ok_or(RULE)?;
    }
    if text.is_empty() || number.is_some() { Err(RULE.into()) } else { Ok(Duration::from_secs(seconds)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_units() {
        for (text, seconds) in [("366d", 31_622_400), ("1d12h", 129_600), ("90m", 5_400), ("0s", 0), ("2w", 1_209_600)]
        {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for bad in ["", "5", "d", "5x", "-1d", "1.5d", "99999999999999999999d", "9999999999999999999w", "1d 2h"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
