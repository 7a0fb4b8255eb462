//! `fastness audit`: reads the audit log of a running server.

use super::client::Client;
use super::{Outcome, arguments, say};
use crate::control::{Command, TAIL_MAX};
use clap::{Arg, ArgAction, ArgMatches};
use std::collections::HashSet;
use std::time::Duration;

/// Between two looks of `--follow`.
const LOOK_EVERY: Duration = Duration::from_millis(500);

const EXAMPLES: &str = "\
Examples:
  fastness audit tail                    the last 100 records, oldest first
  fastness audit tail -n 5 | jq .eventName
  fastness audit tail --follow           and every one that comes";

pub(super) fn describe() -> clap::Command {
    let count = Arg::new("count")
        .short('n')
        .long("count")
        .value_name("N")
        .default_value("100")
        .value_parser(clap::value_parser!(u64).range(0..=TAIL_MAX as u64))
        .help("How many records");
    let follow = Arg::new("follow").long("follow").short('f').action(ArgAction::SetTrue).help("Keep printing new ones");
    clap::Command::new("audit")
        .about("Read the audit log")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .args([arguments::endpoint(), arguments::ca()])
        .subcommand(
            clap::Command::new("tail").about("Print the last CloudTrail records, one a line").args([count, follow]),
        )
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let Some(("tail", matches)) = matches.subcommand() else { return Ok(()) };
    let client = Client::new(matches)?;
    let count = matches.get_one::<u64>("count").map_or(0, |count| *count as usize);
    let mut last = tail(&client, count)?;
    last.iter().for_each(|record| say(record));
    while matches.get_flag("follow") {
        std::thread::sleep(LOOK_EVERY);
        let next = tail(&client, TAIL_MAX)?;
        // What came before the first look is older than anything shown; what was shown is known by its text, which
        // holds the event's id.
        let known: HashSet<&str> = last.iter().map(String::as_str).collect();
        let newest_known = next.iter().rposition(|record| known.contains(record.as_str()));
        next.iter().skip(newest_known.map_or(0, |index| index + 1)).for_each(|record| say(record));
        last = next;
    }
    Ok(())
}

fn tail(client: &Client, count: usize) -> Result<Vec<String>, String> {
    let answer = client.send(&Command::AuditTail { count })?;
    let records = answer.get("records").and_then(|records| records.as_array()).ok_or("the answer holds no records")?;
    Ok(records.iter().filter_map(|record| record.as_str()).map(str::to_owned).collect())
}
