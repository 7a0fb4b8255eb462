//! `fastness clock`: shows and moves service time.

use super::client::Client;
use super::{Outcome, arguments, say};
use crate::control::Command;
use clap::{Arg, ArgMatches};

const EXAMPLES: &str = "\
Examples:
  fastness clock show
  fastness clock show --data /var/lib/fastness    a server of `fastness serve` only shows it
  fastness clock advance 366d            a year later: rotations and deletions happen
  fastness clock set 2040-01-01T00:00:00Z
  fastness clock freeze                  exact creation dates in tests
  fastness clock resume

Service time stamps state and audit records and drives jobs. It moves forward only;
a reset brings it back. Signatures are checked against wall time, so no client breaks.
Only `fastness dev` has a clock that moves.";

pub(super) fn describe() -> clap::Command {
    let value = |name: &'static str, help: &'static str| Arg::new(name).value_name(name).required(true).help(help);
    clap::Command::new("clock")
        .about("Show or move the service's time")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .args(arguments::server())
        .arg(arguments::json())
        .subcommand(clap::Command::new("show").about("Show the time"))
        .subcommand(
            clap::Command::new("advance")
                .about("Move forward")
                .arg(value("DURATION", "By how much, such as 366d, 1d12h or 90s").value_parser(arguments::duration)),
        )
        .subcommand(clap::Command::new("set").about("Move forward to a time").arg(value("TIME", "RFC 3339")))
        .subcommand(clap::Command::new("freeze").about("Stop the clock where it stands"))
        .subcommand(clap::Command::new("resume").about("Let a frozen clock run on"))
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let Some((name, inner)) = matches.subcommand() else { return Ok(()) };
    let command = match name {
        "advance" => {
            let by = inner.get_one::<std::time::Duration>("DURATION").copied().unwrap_or_default();
            Command::ClockAdvance { by_millis: u64::try_from(by.as_millis()).unwrap_or(u64::MAX) }
        }
        "set" => Command::ClockSet { to: arguments::text(inner, "TIME").unwrap_or_default().to_owned() },
        "freeze" => Command::ClockFreeze {},
        "resume" => Command::ClockResume {},
        _ => Command::ClockShow {},
    };
    let shown = Client::new(inner)?.send(&command)?;
    if inner.get_flag("json") {
        say(&shown.to_string());
    } else {
        let now = shown.get("now").and_then(|now| now.as_str()).unwrap_or_default();
        let frozen = shown.get("frozen").and_then(|frozen| frozen.as_bool()).unwrap_or_default();
        say(&format!("{now}{}", if frozen { " (frozen)" } else { "" }));
    }
    Ok(())
}
