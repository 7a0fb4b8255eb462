//! `fastness audit`: reads the audit log of a running server.
//!
//! Guarantees: however many records are asked for, one page of them is in memory at a time; with `--follow` none is left
//! out without a word.

use super::client::Client;
use super::{Outcome, arguments, say};
use crate::control::{Command, TAIL_MAX};
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::Value;
use std::io::{self, Write as _};
use std::time::Duration;

/// Between two looks of `--follow`.
const LOOK_EVERY: Duration = Duration::from_millis(500);

const EXAMPLES: &str = "\
Examples:
  fastness audit tail --data /var/lib/fastness      the last 100 records, oldest first
  fastness audit tail -n 5 | jq .eventName          of a server of `fastness dev`
  fastness audit tail -n 1000000 > audit.jsonl      as many as there are, page by page
  fastness audit tail --follow                      and every one that comes";

pub(super) fn describe() -> clap::Command {
    let count = Arg::new("count")
        .short('n')
        .long("count")
        .value_name("N")
        .default_value("100")
        .value_parser(clap::value_parser!(u32))
        .help("How many records");
    let follow = Arg::new("follow").long("follow").short('f').action(ArgAction::SetTrue).help("Keep printing new ones");
    clap::Command::new("audit")
        .about("Read the audit log")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .args(arguments::server())
        .subcommand(
            clap::Command::new("tail")
                .about("Print the last CloudTrail records as JSON, one a line")
                .args([count, follow]),
        )
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let Some(("tail", matches)) = matches.subcommand() else { return Ok(()) };
    let client = Client::new(matches)?;
    let count = matches.get_one::<u32>("count").map_or(0, |count| *count as usize);
    let page = Page::read(&client, count, None)?;
    let mut left = count.saturating_sub(page.records.len());
    // Those that come meanwhile are for whoever follows.
    let (end, mut next) = (page.end, page.next);
    page.print();
    while left > 0 && next < end {
        let page = Page::read(&client, left, Some(next))?;
        left = left.saturating_sub(page.records.len());
        page.tell_of_gap(next);
        next = page.next;
        page.print();
    }
    if count == 0 {
        next = end;
    }
    while matches.get_flag("follow") {
        let page = Page::read(&client, TAIL_MAX, Some(next))?;
        // A reset began another log.
        let is_new = page.end < next;
        if page.records.is_empty() && !is_new {
            std::thread::sleep(LOOK_EVERY);
            continue;
        }
        page.tell_of_gap(next);
        next = if is_new { 0 } else { page.next };
        page.print();
    }
    Ok(())
}

/// Some records, and where they stand in the log.
struct Page {
    records: Vec<String>,
    first: u64,
    next: u64,
    end: u64,
}

impl Page {
    fn read(client: &Client, count: usize, from: Option<u64>) -> Result<Self, String> {
        let mut answer = client.send(&Command::AuditTail { count, from })?;
        let number = |name: &str| answer.get(name).and_then(Value::as_u64).ok_or("the answer holds no page of a log");
        let (first, next, end) = (number("first")?, number("next")?, number("end")?);
        let Some(Value::Array(records)) = answer.get_mut("records").map(Value::take) else {
            return Err("the answer holds no records".into());
        };
        let text = |record| if let Value::String(text) = record { Some(text) } else { None };
        Ok(Self { records: records.into_iter().filter_map(text).collect(), first, next, end })
    }

    fn print(&self) {
        self.records.iter().for_each(|record| say(record));
    }

    /// Says what was removed from the log before it was read.
    fn tell_of_gap(&self, expected: u64) {
        let lost = self.first.saturating_sub(expected);
        if lost > 0 {
            let _ = writeln!(io::stderr(), "fastness audit: {lost} records are no longer kept and were not read");
        }
    }
}
