//! `cargo xtask bench`: builds with optimisation what is measured, and measures it.

use crate::timings;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where the figures are written.
const RESULTS: &str = "bench/RESULTS.md";
/// The option that is answered here: the others are the bench's own.
const BUILD: &str = "--build";

/// Builds both programs and measures `what` of the server.
pub(crate) fn server(root: &Path, what: &str, results: &str, options: &[&str]) -> Result<(), String> {
    build(root)?;
    let mut bench = Command::new(env!("CARGO"));
    bench.current_dir(root).args(["run", "--release", "--quiet", "--package", "fastness-bench", "--", what]);
    succeed(bench.args(["--results", results]).args(options))
}

/// Builds both programs, runs the bench with `options` and has it write its results; with `--build`, adds what a cold
/// release build costs.
pub(crate) fn run(root: &Path, options: &[&str]) -> Result<(), String> {
    let own: Vec<&str> = options.iter().copied().filter(|option| *option != BUILD).collect();
    server(root, "kms", RESULTS, &own)?;
    if !options.contains(&BUILD) {
        return Ok(());
    }
    let path = root.join(RESULTS);
    let (_, build) = timings::measure(root)?;
    let figures = fs::read_to_string(&path).map_err(|error| format!("{RESULTS}: {error}"))?;
    let text = format!("{figures}\n## Building it\n\n{build}\n");
    fs::write(&path, text).map_err(|error| format!("{RESULTS}: {error}"))
}

/// Builds the bench and has it measure one thing in its own process.
pub(crate) fn one(root: &Path, what: &str, results: &str, options: &[&str]) -> Result<(), String> {
    let mut bench = Command::new(env!("CARGO"));
    bench.current_dir(root).args(["run", "--release", "--quiet", "--package", "fastness-bench", "--", what]);
    succeed(bench.args(["--results", results]).args(options))
}

fn build(root: &Path) -> Result<(), String> {
    let packages = ["--package", "fastness-server", "--package", "fastness-bench"];
    succeed(Command::new(env!("CARGO")).current_dir(root).args(["build", "--release"]).args(packages))
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}
