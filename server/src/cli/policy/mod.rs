//! `fastness policy`: checks policy documents, and decides cases by them, without a server.

mod cases;
mod check;
mod reach;
mod test;
mod vocabulary;

use super::{Outcome, arguments, say};
use clap::ArgMatches;
use policy::Kind;

const EXAMPLES: &str = "\
Examples:
  fastness policy check app.json                  a policy of an identity, or whatever it looks like
  fastness policy check --kind key key.json
  fastness policy check --strict policies/*.json  fails on warnings as well
  fastness policy test cases.toml                 decides the cases of a file";

/// The kinds of documents by the names that the command line has for them.
const KINDS: [(&str, Kind); 9] = [
    ("identity", Kind::Identity),
    ("managed", Kind::Managed),
    ("session", Kind::Session),
    ("resource", Kind::Resource),
    ("key", Kind::Key),
    ("trust", Kind::Trust),
    ("scp", Kind::ServiceControl),
    ("rcp", Kind::ResourceControl),
    ("endpoint", Kind::Endpoint),
];

pub(super) fn describe() -> clap::Command {
    clap::Command::new("policy")
        .about("Check policy documents, and test what they decide")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg(arguments::json())
        .subcommand(check::describe())
        .subcommand(test::describe())
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    match matches.subcommand() {
        Some(("check", matches)) => check::run(matches),
        Some(("test", matches)) => test::run(matches),
        _ => Ok(()),
    }
}
