//! `fastness aws-encryption-cli`: the arguments, log lines, metadata and exit statuses of aws-encryption-cli 4.3.0.
//!
//! Better than it where its users are surprised: output files appear whole or not at all; aliases and key ids decrypt,
//! too; raw keys need no plugin; what was skipped or did not match ends with status 1; one file that fails does not keep
//! the others from being done.

mod argparse;
mod files;
mod log;
mod options;
mod perform;
mod records;
mod request;

use self::argparse::PROGRAM;
use self::log::Log;
use self::options::{Kind, help, usage};
use self::request::{Request, Wrong};
use clap::{Arg, ArgMatches, Command};
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

/// The version whose arguments these are.
const VERSION: &str = "4.3.0";

/// As the list of commands shows it. Its arguments are read by [`main`].
pub(in super::super) fn describe() -> Command {
    Command::new(PROGRAM)
        .about("Take the arguments of the official AWS Encryption CLI")
        .after_help("Examples:\n  fastness aws-encryption-cli --help\n  ln -s fastness aws-encryption-cli")
        .disable_help_flag(true)
        .arg(Arg::new("arguments").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true))
}

/// Whether a command line is for this command: by its first word, or by the program's own name.
pub(in super::super) fn arguments(all: &[OsString]) -> Option<&[OsString]> {
    let program = all.first().map(std::path::Path::new)?;
    let (rest, name) = (all.get(1..)?, program.file_name()?);
    match rest.split_first() {
        _ if name == PROGRAM => Some(rest),
        Some((first, rest)) if first == PROGRAM => Some(rest),
        _ => None,
    }
}

/// What clap calls if it ever comes so far.
pub(in super::super) fn run(_: &ArgMatches) -> super::super::Outcome {
    Err("its arguments stand behind its name".into())
}

/// Runs the command with its arguments.
pub(in super::super) fn main(arguments: &[OsString]) -> ExitCode {
    let texts: Result<Vec<_>, _> = arguments.iter().map(|argument| argument.clone().into_string()).collect();
    let parsed = match texts {
        Ok(texts) => argparse::parse(texts),
        Err(argument) => Err(format!("an argument is not UTF-8: {}", argument.display())),
    };
    let given = match parsed {
        Ok(given) => given,
        Err(error) => return misused(&error),
    };
    match given.last().map(|last| last.option.kind) {
        Some(Kind::Help) => return told(&help()),
        Some(Kind::Version) => {
            let own = env!("CARGO_PKG_VERSION");
            return told(&format!("aws-encryption-sdk-cli/{VERSION} fastness/{own}\n"));
        }
        _ => {}
    }
    let request = match Request::new(&given) {
        Ok(request) => request,
        Err(Wrong::Usage(error)) => return misused(&error),
        Err(Wrong::Meaning(error)) => return failed(&error),
    };
    let log = Log::new(request.verbosity, request.is_quiet);
    match perform::perform(request, log) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::FAILURE
}

fn misused(error: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "{}{PROGRAM}: error: {error}", usage());
    ExitCode::from(2)
}

fn told(text: &str) -> ExitCode {
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}
