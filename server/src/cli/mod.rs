//! The command line: one table of commands, each with its help, examples and the function that runs it.
//!
//! Guarantees: results go to standard output and nothing else does; a failure is one line on standard error and exit
//! status 1 (2 for a command line that cannot be understood).

mod admin;
mod arguments;
mod ask;
mod audit;
mod backup;
mod begin;
mod check;
mod client;
mod clock;
mod config;
mod cost;
mod dev;
mod envelope;
mod examples;
mod fault;
mod init;
mod local;
mod manual;
mod meter;
mod operations;
mod policy;
mod profile;
mod quota;
mod sealing;
mod seals;
mod serve;
mod why;
mod xks_proxy;

use crate::tokens::helper;
use clap::{ArgMatches, Command};
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

/// What a command ends with: nothing, or a line for standard error.
type Outcome = Result<(), String>;

/// A command: how it is described, and what runs it.
struct Entry {
    describe: fn() -> Command,
    run: fn(&ArgMatches) -> Outcome,
}

const COMMANDS: [Entry; 30] = [
    Entry { describe: dev::describe, run: dev::run },
    Entry { describe: init::describe, run: init::run },
    Entry { describe: serve::describe, run: serve::run },
    Entry { describe: sealing::describe_status, run: sealing::status },
    Entry { describe: sealing::describe_seal, run: sealing::seal },
    Entry { describe: sealing::describe_unseal, run: sealing::unseal },
    Entry { describe: seals::describe_seals, run: seals::run_seals },
    Entry { describe: seals::describe_recover, run: seals::run_recover },
    Entry { describe: config::describe, run: config::run },
    Entry { describe: backup::describe_backup, run: backup::run_backup },
    Entry { describe: backup::describe_restore, run: backup::run_restore },
    Entry { describe: check::describe, run: check::run },
    Entry { describe: clock::describe, run: clock::run },
    Entry { describe: admin::describe, run: admin::run },
    Entry { describe: audit::describe, run: audit::run },
    Entry { describe: why::describe, run: why::run },
    Entry { describe: cost::describe, run: cost::run },
    Entry { describe: fault::describe, run: fault::run },
    Entry { describe: quota::describe, run: quota::run },
    Entry { describe: operations::describe, run: operations::run },
    Entry { describe: policy::describe, run: policy::run },
    Entry { describe: envelope::encrypt::describe, run: envelope::encrypt::run },
    Entry { describe: envelope::decrypt::describe, run: envelope::decrypt::run },
    Entry { describe: envelope::inspect::describe, run: envelope::inspect::run },
    Entry { describe: envelope::branch_key::describe, run: envelope::branch_key::run },
    Entry { describe: envelope::compat::describe, run: envelope::compat::run },
    Entry { describe: xks_proxy::describe, run: xks_proxy::run },
    Entry { describe: manual::describe_completions, run: manual::run_completions },
    Entry { describe: manual::describe_man, run: manual::run_man },
    Entry { describe: helper::describe, run: helper::run },
];

const EXAMPLES: &str = "\
Examples:
  fastness dev                                               a server for a laptop and for tests
  fastness init --data /var/lib/fastness --seal passphrase   a server that others depend on, and then:
  fastness serve --data /var/lib/fastness
  fastness unseal --data /var/lib/fastness

The exit status is 0 if it is done, 1 if not, which one line on standard error explains, and 2 for a command line that is
not understood. FASTNESS_DATA in the environment stands for --data.";

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    primitives::linkage::keep_to_own_look_ups();
    if let Some(Err(problem)) = primitives::fips_module() {
        let _ =
            writeln!(io::stderr(), "fastness: this build is for FIPS 140-3, and nothing is done without it: {problem}");
        return ExitCode::FAILURE;
    }
    let arguments: Vec<_> = std::env::args_os().collect();
    match envelope::compat::arguments(&arguments) {
        // It reads its arguments itself, as the tool that it stands in for.
        Some(arguments) => envelope::compat::main(arguments),
        None => run(arguments),
    }
}

fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match describe().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(told) => {
            let _ = told.print();
            return ExitCode::from(if told.use_stderr() { 2 } else { 0 });
        }
    };
    let Some((name, matches)) = matches.subcommand() else { return ExitCode::from(2) };
    let outcome = COMMANDS.iter().find(|entry| (entry.describe)().get_name() == name).map(|entry| (entry.run)(matches));
    match outcome {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(failure)) => {
            let _ = writeln!(io::stderr(), "fastness {name}: {failure}");
            ExitCode::FAILURE
        }
        None => ExitCode::from(2),
    }
}

fn describe() -> Command {
    over(commands())
}

/// The command line without commands that are hidden, for manuals and completions.
fn describe_shown() -> Command {
    over(commands().filter(|command| !command.is_hide_set()))
}

fn commands() -> impl Iterator<Item = Command> {
    COMMANDS.iter().map(|entry| examples::shared((entry.describe)()))
}

fn over(inner: impl Iterator<Item = Command>) -> Command {
    Command::new("fastness")
        .version(env!("CARGO_PKG_VERSION"))
        .about("The security half of AWS on your own machine: keys, identities, audit, behind AWS's own APIs")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(inner)
}

/// Prints a line of a result. A reader who has gone away is no failure.
fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_are_well_described() {
        describe().debug_assert();
        for entry in COMMANDS {
            let command = (entry.describe)();
            assert!(command.get_about().is_some(), "{}", command.get_name());
            assert!(command.get_after_help().is_some(), "{} has no examples", command.get_name());
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in [
            "fastness",
            "fastness fly",
            "fastness dev --listen",
            "fastness dev --opne",
            "fastness clock",
            "fastness clock advance",
            "fastness config --for nobody",
            "fastness config check --listen 127.0.0.1:1",
            "fastness completions",
            "fastness completions tcsh",
            "fastness man dev --output d",
            "fastness policy check",
            "fastness cost --by colour",
            "fastness cost --metrics --json",
            "fastness fault",
            "fastness fault add",
            "fastness fault add kms --throttle 2",
            "fastness fault remove one",
            "fastness quota",
            "fastness quota approve",
            "fastness seals",
            "fastness seals add --data d",
            "fastness seals remove one --data d",
            "fastness policy check --kind bucket a.json",
            "fastness policy test",
            "fastness xks-proxy",
            "fastness encrypt --key",
            "fastness encrypt -k a --overwrite --resume f",
            "fastness encrypt -k a --unsigned --algorithm AES_256_GCM_HKDF_SHA512_COMMIT_KEY f",
            "fastness encrypt -k a --algorithm ROT13 f",
            "fastness encrypt -k a --cache-messages 5 f",
            "fastness decrypt --account 1 --key a f",
            "fastness decrypt --jobs 0 f",
            "fastness decrypt --branch-key a f",
            "fastness branch-key rotate --branch-key-store f --branch-key-kms-key a",
        ] {
            assert!(describe().try_get_matches_from(line.split(' ')).is_err(), "{line}");
        }
        for line in [
            "fastness dev --listen 127.0.0.1:0 --data d --open --quotas off --log-format json",
            "fastness clock advance 366d --endpoint http://127.0.0.1:1",
            "fastness clock --json show",
            "fastness config --for dev --json",
            "fastness config check --config f --data d --for dev --json",
            "fastness completions zsh",
            "fastness man clock advance",
            "fastness man -o d",
            "fastness audit tail -n 5 --follow",
            "fastness audit --data d tail -n 5000",
            "fastness why --data d 8f14e45f",
            "fastness why",
            "fastness encrypt",
            "fastness encrypt -k alias/a -k b --raw-aes n/m=file:k -c a=b -c c=d -r --resume -j 4 -o out in",
            "fastness encrypt -k a --cache 5m --cache-messages 100 --frame-length 4096 --json a b",
            "fastness decrypt --account 1 --account 2 -b -c a -c b=c --unsigned -",
            "fastness inspect --json a b",
            "fastness branch-key create --branch-key-store f --branch-key-kms-key a --id i -c a=b",
            "fastness encrypt --branch-key a --branch-key-store f --branch-key-kms-key k --raw-ecdh c=file:p --kms-rsa a --kms-ecdh b",
            "fastness aws-encryption-cli -e -S --anything",
            "fastness xks-proxy add --prefix /bank --key a=arn --new-credential --json",
            "fastness xks-proxy remove --prefix /bank --key a --credential B",
            "fastness xks-proxy list",
            "fastness cost --month 2026-01 --by key --json",
            "fastness cost --metrics",
            "fastness fault add kms:Encrypt --throttle 0.3 --principal arn:aws:iam::1:user/* --key k --for 10m",
            "fastness fault list --json",
            "fastness fault remove 1",
            "fastness fault clear",
            "fastness quota requests --json",
            "fastness quota approve ID --value 20",
            "fastness quota deny ID",
            "fastness dev --quota kms:CreateKey=50 --quota kms:L-6E3AF000=7",
            "fastness why 8f14e45f --json",
            "fastness operations --json",
            "fastness policy check --kind trust --strict --json a.json b.json",
            "fastness policy test cases.toml --json",
            "fastness admin create-admin --account 111122223333 --user ops --profile p --json",
        ] {
            assert!(describe().try_get_matches_from(line.split(' ')).is_ok(), "{line}");
        }
    }
}
