//! `fastness-bench`: what a call costs, beside a bare server that does only what cannot be left out.
//!
//! Guarantees: both servers are measured in one run, turn and turn about, on the same machine with the same client and
//! the same bytes; what is compared is their CPU time, read from the kernel, since client and server share the cores.
//!
//! Rooms: `arguments` reads the command line, `bare` is the bare server, `child` starts and stops servers, `requests`
//! builds signed calls, `load` sends them, `kernel` reads CPU time and memory, `compare` and `scale` are the
//! main experiments, `accounts` does it with a million keys, `signature` times one step alone,
//! `asymmetric` signing and its algorithms, `wire` times the protocols beside serde on the `shapes` of a few
//! operations, `policy` times decisions and weighs policies, `envelope` encrypts files (each a `pass`) beside
//! `envelope_peers`, `report` writes down what came out.

mod accounts;
mod arguments;
mod asymmetric;
mod bare;
mod child;
mod compare;
mod envelope;
mod envelope_peers;
mod kernel;
mod load;
mod pass;
mod policy;
mod report;
mod requests;
mod scale;
mod shapes;
mod signature;
mod wire;

use arguments::Command;
use std::io::Write as _;
use std::process::ExitCode;

/// What went wrong, in words. A benchmark has nobody to handle an error but its reader.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "fastness-bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    match arguments::read(std::env::args().skip(1))? {
        Command::Bare => bare::serve(),
        Command::Asymmetric(results) => {
            let binary = std::env::current_exe()?.with_file_name("fastness");
            asymmetric::run(results.as_deref(), &binary)
        }
        Command::Scale(options) => accounts::run(&options),
        Command::Envelope(options) => envelope::run(&options),
        Command::Pass(pass) => pass.run(),
        Command::Wire(results) => wire::run(results.as_deref()),
        Command::Policy(results) => policy::run(results.as_deref()),
        Command::Kms(options) => {
            let results = compare::run(&options)?;
            let scale = if options.scale { Some(scale::run(&options)?) } else { None };
            report::write(&options, &results, scale.as_ref())
        }
    }
}
