//! `cargo xtask bench kms`: builds server and bench with optimisation and measures what a call costs.

use std::path::Path;
use std::process::Command;

/// Builds both programs, runs the bench with `options` and has it write `bench/RESULTS.md`.
pub(crate) fn run(root: &Path, options: &[&str]) -> Result<(), String> {
    let packages = ["--package", "fastness-server", "--package", "fastness-bench"];
    succeed(Command::new(env!("CARGO")).current_dir(root).args(["build", "--release"]).args(packages))?;
    let mut bench = Command::new(env!("CARGO"));
    bench.current_dir(root).args(["run", "--release", "--quiet", "--package", "fastness-bench", "--", "kms"]);
    succeed(bench.args(["--results", "bench/RESULTS.md"]).args(options))
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}
