//! The fuzz targets, each for a few seconds: guided by coverage where the machine has what that takes, else by the
//! mutations that the tests bring along, in the same run as these.

use crate::say;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// For each target.
const SECONDS: &str = "5";

/// What the environment of the tests is given, so that they fuzz for long where nothing else does.
pub(crate) fn environment(root: &Path) -> Option<(&'static str, &'static str)> {
    (!has_cargo_fuzz(root)).then_some(("FASTNESS_FUZZ_SECONDS", SECONDS))
}

/// Runs every target that the tests have not run already; tells in which way.
pub(crate) fn run(root: &Path) -> Result<String, String> {
    if !has_cargo_fuzz(root) {
        return Ok(format!("{SECONDS} s each, by mutation, among the tests (no nightly toolchain with cargo-fuzz)"));
    }
    let targets = targets(root)?;
    for target in &targets {
        say(&format!("--- {target}"));
        let limit = format!("-max_total_time={SECONDS}");
        succeed(nightly(root).args(["fuzz", "run", target, "--", &limit, "-seed=1", "-verbosity=0"]))?;
    }
    Ok(format!("{} of {SECONDS} s each, by coverage", targets.len()))
}

fn has_cargo_fuzz(root: &Path) -> bool {
    let mut version = nightly(root);
    version.args(["fuzz", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// `cargo +nightly` does not reach the compiler that runs this very program.
fn nightly(root: &Path) -> Command {
    let mut command = Command::new("rustup");
    command.current_dir(root).args(["run", "nightly", "cargo"]);
    command
}

/// The names of all targets, in order.
fn targets(root: &Path) -> Result<Vec<String>, String> {
    let folder = root.join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut targets = names.filter_map(|name| name.strip_suffix(".rs").map(str::to_owned)).collect::<Vec<_>>();
    targets.sort();
    Ok(targets)
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_its_body_and_is_named_in_the_manifest() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let manifest = fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
        let targets = targets(root).unwrap();
        assert!(targets.len() >= 6);
        for target in targets {
            assert!(root.join(format!("fuzz/bodies/{target}.rs")).is_file(), "{target}");
            assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
        }
    }
}
