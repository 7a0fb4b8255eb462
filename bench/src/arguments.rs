//! The command line.

use crate::requests::Operation;
use crate::{Failure, accounts, envelope, pass::Pass};
use std::path::PathBuf;
use std::time::Duration;

const USAGE: &str = "usage: fastness-bench kms [--seconds N] [--operations NAME,NAME,…] [--connections N,N,…] [--scale] [--json] \
     [--results FILE] [--binary FILE]\n       fastness-bench scale [--keys N] [--results FILE] [--binary FILE]\n       \
     fastness-bench envelope [--mebibytes N] [--rounds N] [--results FILE]\n       \
     fastness-bench asymmetric|wire|policy [--results FILE]";

/// What to do.
pub(crate) enum Command {
    /// Measure KMS.
    Kms(Options),
    /// Measure signatures, MACs and key pairs, and write the table to this file.
    Asymmetric(Option<PathBuf>),
    /// Measure a server of a million keys.
    Scale(accounts::Options),
    /// Measure the protocols, and write the table to this file.
    Wire(Option<PathBuf>),
    /// Measure encrypting and decrypting messages.
    Envelope(envelope::Options),
    /// Be one of the processes that do; started by the measuring process only.
    Pass(Pass),
    /// Measure decisions, and write the table to this file.
    Policy(Option<PathBuf>),
    /// Be the bare server; started by the measuring process only.
    Bare,
}

/// How to measure.
pub(crate) struct Options {
    /// How long each server is loaded for each row of the table.
    pub(crate) duration: Duration,
    /// What to call.
    pub(crate) operations: Vec<Operation>,
    /// The numbers of connections to try.
    pub(crate) connections: Vec<usize>,
    /// Whether to compare 100 keys with 100,000.
    pub(crate) scale: bool,
    /// Whether to print JSON instead of a table.
    pub(crate) json: bool,
    /// The file to write the table to.
    pub(crate) results: Option<PathBuf>,
    /// The `fastness` binary.
    pub(crate) binary: PathBuf,
}

/// Reads the arguments behind the program's name.
pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Command, Failure> {
    match arguments.next().as_deref() {
        Some("bare") => return Ok(Command::Bare),
        Some("kms") => {}
        Some("asymmetric") => return Ok(Command::Asymmetric(results(arguments)?)),
        Some("scale") => return scale(arguments),
        Some("envelope") => return envelope(arguments),
        Some("pass") => return Ok(Command::Pass(Pass::read(&arguments.collect::<Vec<_>>())?)),
        Some("wire") => return Ok(Command::Wire(results(arguments)?)),
        Some("policy") => return Ok(Command::Policy(results(arguments)?)),
        _ => return Err(USAGE.into()),
    }
    let own = std::env::current_exe()?;
    let mut options = Options {
        duration: Duration::from_secs(4),
        operations: Operation::ALL.to_vec(),
        connections: vec![1, 16, 64],
        scale: false,
        json: false,
        results: None,
        binary: own.with_file_name("fastness"),
    };
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value; {USAGE}"));
        match name.as_str() {
            "--seconds" => options.duration = Duration::from_secs_f64(value()?.parse()?),
            "--operations" => options.operations = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--connections" => options.connections = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--results" => options.results = Some(value()?.into()),
            "--binary" => options.binary = value()?.into(),
            "--scale" => options.scale = true,
            "--json" => options.json = true,
            _ => return Err(format!("{name} is not known; {USAGE}").into()),
        }
    }
    Ok(Command::Kms(options))
}

fn scale(mut arguments: impl Iterator<Item = String>) -> Result<Command, Failure> {
    let mut options = accounts::Options::new(std::env::current_exe()?.with_file_name("fastness"));
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value; {USAGE}"))?;
        match name.as_str() {
            "--keys" => options.keys = value.parse()?,
            "--results" => options.results = Some(value.into()),
            "--binary" => options.binary = value.into(),
            _ => return Err(format!("{name} is not known; {USAGE}").into()),
        }
    }
    Ok(Command::Scale(options))
}

fn envelope(mut arguments: impl Iterator<Item = String>) -> Result<Command, Failure> {
    let mut options = envelope::Options { mebibytes: 128, rounds: 5, results: None };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value; {USAGE}"))?;
        match name.as_str() {
            "--mebibytes" => options.mebibytes = value.parse()?,
            "--rounds" => options.rounds = value.parse()?,
            "--results" => options.results = Some(value.into()),
            _ => return Err(format!("{name} is not known; {USAGE}").into()),
        }
    }
    Ok(Command::Envelope(options))
}

/// The file that `--results` names, if it is there; nothing else may be.
fn results(mut arguments: impl Iterator<Item = String>) -> Result<Option<PathBuf>, Failure> {
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, ..) => Ok(None),
        (Some("--results"), Some(file), None) => Ok(Some(file.into())),
        _ => Err(USAGE.into()),
    }
}
