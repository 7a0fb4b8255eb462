//! `cargo xtask timings`: what a cold release build costs, and which crates cost most.
//!
//! Build time is a feature: two cores must suffice. Wall time would depend on what else runs, so CPU time is counted.

use crate::say;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// CPU-seconds that a cold release build may cost.
const BUDGET: f64 = 300.0;
/// Crates that are named.
const NAMED: usize = 12;

/// Prints what a cold release build costs; fails over the budget.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let (cpu, report) = measure(root)?;
    say(&report);
    if cpu <= BUDGET { Ok(()) } else { Err(format!("{cpu:.0} CPU-seconds are over the budget of {BUDGET:.0}")) }
}

/// Builds the server into an empty directory; gives the CPU-seconds that it cost, and a report in Markdown.
pub(crate) fn measure(root: &Path) -> Result<(f64, String), String> {
    let target = root.join("target/timings");
    let _ = fs::remove_dir_all(&target);
    // `times` prints the user and system time of the shell, and below it that of the processes it waited for.
    let script = "\"$1\" build --locked --release --timings --package fastness-server >&2 && times";
    let output = Command::new("sh")
        .current_dir(root)
        .args(["-c", script, "sh", env!("CARGO")])
        .env("CARGO_TARGET_DIR", &target)
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| format!("sh: {error}"))?;
    if !output.status.success() {
        return Err("the build failed".into());
    }
    let times = String::from_utf8_lossy(&output.stdout).into_owned();
    let cpu = times.lines().nth(1).and_then(seconds).ok_or_else(|| format!("`times` said {times:?}"))?;
    let mut text =
        format!("Cold release build: {cpu:.0} CPU-seconds (at most {BUDGET:.0}).\n\n| Crate | Seconds |\n|---|--:|");
    let report = target.join("cargo-timings/cargo-timing.html");
    let report = fs::read_to_string(&report).map_err(|error| format!("{}: {error}", report.display()))?;
    for (name, seconds) in heaviest(&report)? {
        text += &format!("\n| {name} | {seconds:.1} |");
    }
    Ok((cpu, text))
}

/// The sum of times such as `1m2.34s 0m3.45s`.
fn seconds(line: &str) -> Option<f64> {
    let one = |time: &str| {
        let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
    };
    line.split_whitespace().map(one).sum()
}

/// The crates that took longest, from cargo's report: their units together.
fn heaviest(report: &str) -> Result<Vec<(String, f64)>, String> {
    const START: &str = "const UNIT_DATA = ";
    let data = report.split_once(START).and_then(|(_, rest)| rest.split_once(";\n")).map(|(data, _)| data);
    let data = data.ok_or("cargo's report has another form than expected")?;
    let units: Vec<Value> = serde_json::from_str(data).map_err(|error| format!("cargo's report: {error}"))?;
    let mut crates: Vec<(String, f64)> = Vec::new();
    for unit in &units {
        let name = unit.get("name").and_then(Value::as_str).unwrap_or_default();
        let seconds = unit.get("duration").and_then(Value::as_f64).unwrap_or_default();
        match crates.iter_mut().find(|(known, _)| known == name) {
            Some((_, total)) => *total += seconds,
            None => crates.push((name.to_owned(), seconds)),
        }
    }
    crates.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    crates.truncate(NAMED);
    Ok(crates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_times_are_read() {
        assert_eq!(seconds("1m2.5s 0m3.25s"), Some(65.75));
        assert_eq!(seconds("real 1m"), None);
    }

    #[test]
    fn the_units_of_a_crate_count_together() {
        let report = "x\nconst UNIT_DATA = [{\"name\":\"a\",\"duration\":1.5},{\"name\":\"b\",\"duration\":2},\
                      {\"name\":\"a\",\"duration\":1}];\nconst MORE = 1;\n";
        assert_eq!(heaviest(report).unwrap(), [("a".to_owned(), 2.5), ("b".to_owned(), 2.0)]);
    }
}
