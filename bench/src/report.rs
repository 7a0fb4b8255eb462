//! Writes down what came out: a table for people, JSON for programs, and `RESULTS.md` with how to repeat it.

use crate::arguments::Options;
use crate::compare::{Results, Row};
use crate::requests::Operation;
use crate::scale::Scale;
use crate::{Failure, kernel};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;

/// The budget of the design for Encrypt of 4 KiB: CPU time as a multiple of the bare server's.
const ENCRYPT_BUDGET: f64 = 1.7;
const START_BUDGET_MILLIS: f64 = 200.0;
const MEMORY_BUDGET_MIB: f64 = 40.0;
const VERIFICATION_BUDGET_MICROS: f64 = 3.0;
const SCALE_BUDGET: f64 = 2.0;

/// Prints the results and, if a file is named, writes them there.
pub(crate) fn write(options: &Options, results: &Results, scale: Option<&Scale>) -> Result<(), Failure> {
    let text = markdown(options, results, scale)?;
    if let Some(path) = &options.results {
        std::fs::write(path, &text)?;
    }
    let shown = if options.json { format!("{:#}\n", to_json(results, scale)) } else { text };
    std::io::stdout().write_all(shown.as_bytes())?;
    Ok(())
}

fn markdown(options: &Options, results: &Results, scale: Option<&Scale>) -> Result<String, Failure> {
    let mut out = String::new();
    writeln!(out, "# KMS: what a call costs\n")?;
    writeln!(out, "Commit {}, {}, client and servers sharing them.\n", commit(), kernel::machine())?;
    writeln!(
        out,
        "Repeat with `cargo xtask bench kms{}`; `--build` adds the cost of a cold build.\n",
        repeat(options)
    )?;
    writeln!(
        out,
        "*CPU* is the server's user and system time for each call. *Ratio* is that of Fastness, with authentication,\n\
         authorisation, quotas and the audit log on and its data on disk, to that of a bare server which only reads,\n\
         hashes, parses, seals and answers: the median of pairs of turns in the same run, and their range. Ratios travel\n\
         between machines; everything else is this machine's. Encrypt and Decrypt carry 4 KiB.\n"
    )?;
    writeln!(
        out,
        "| Operation | | Connections | CPU µs | bare µs | Ratio | Calls/s | p50 µs | p99 µs | bare calls/s |"
    )?;
    writeln!(out, "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for row in &results.rows {
        writeln!(
            out,
            "| {} | {} | {} | {:.1} | {:.1} | **{:.2}** ({:.2}–{:.2}) | {:.0} | {:.0} | {:.0} | {:.0} |",
            row.operation.name(),
            transport(row.tls),
            row.connections,
            row.fastness.cpu_micros(),
            row.bare.cpu_micros(),
            row.ratio(),
            row.ratios.first().copied().unwrap_or(f64::NAN),
            row.ratios.last().copied().unwrap_or(f64::NAN),
            row.fastness.per_second(),
            row.fastness.percentile_micros(0.5),
            row.fastness.percentile_micros(0.99),
            row.bare.per_second(),
        )?;
    }
    writeln!(out, "\n| Budget | Limit | Measured | |\n|---|--:|--:|---|")?;
    for (name, limit, measured) in budgets(results, scale) {
        let verdict = if measured <= limit { "kept" } else { "**broken**" };
        writeln!(out, "| {name} | {limit} | {measured:.2} | {verdict} |")?;
    }
    writeln!(out, "\nMemory after all this load: {:.1} MiB.", results.loaded_memory)?;
    if let Some(scale) = scale {
        writeln!(out, "\n## 100 keys and 100,000\n")?;
        writeln!(
            out,
            "One connection; calls spread over 2,000 keys. Start with 100,000 keys in the seed: {:.1} s.\n",
            scale.seeded_in.as_secs_f64()
        )?;
        writeln!(
            out,
            "| Operation | p50 µs, 100 | p50 µs, 100,000 | p99 µs, 100 | p99 µs, 100,000 |\n|---|--:|--:|--:|--:|"
        )?;
        for row in &scale.rows {
            let [a, b] = [&row.few, &row.many].map(|w| w.percentile_micros(0.5));
            let [c, d] = [&row.few, &row.many].map(|w| w.percentile_micros(0.99));
            writeln!(out, "| {} | {a:.0} | {b:.0} | {c:.0} | {d:.0} |", row.operation)?;
        }
    }
    Ok(out)
}

/// Each budget's name, limit and measured value.
fn budgets(results: &Results, scale: Option<&Scale>) -> Vec<(String, f64, f64)> {
    let mut budgets = Vec::new();
    for row in results.rows.iter().filter(|row| row.operation.name() == "Encrypt") {
        let name = format!("Encrypt, {}, {} connections: CPU ratio", transport(row.tls), row.connections);
        budgets.push((name, ENCRYPT_BUDGET, row.ratio()));
    }
    let verification = results.verification.as_secs_f64() * 1e6;
    budgets.push(("Verifying a signature, body hash apart: µs".to_owned(), VERIFICATION_BUDGET_MICROS, verification));
    let places = ["in memory", "on disk", "`serve` with a key file"];
    for ((place, start), memory) in places.iter().zip(results.start).zip(results.idle_memory) {
        let start = start.as_secs_f64() * 1e3;
        budgets.push((format!("Start to first answer, {place}: ms"), START_BUDGET_MILLIS, start));
        budgets.push((format!("Idle memory, {place}: MiB"), MEMORY_BUDGET_MIB, memory));
    }
    for row in scale.map(|scale| scale.rows.as_slice()).unwrap_or_default() {
        let ratio = row.many.percentile_micros(0.5) / row.few.percentile_micros(0.5);
        budgets.push((format!("{}, 100,000 keys to 100: ratio of p50", row.operation), SCALE_BUDGET, ratio));
    }
    budgets
}

fn to_json(results: &Results, scale: Option<&Scale>) -> Value {
    let rows: Vec<Value> = results.rows.iter().map(row_json).collect();
    let budgets: Vec<Value> = budgets(results, scale)
        .into_iter()
        .map(|(name, limit, measured)| json!({ "name": name, "limit": limit, "measured": measured }))
        .collect();
    json!({ "commit": commit(), "machine": kernel::machine(), "rows": rows, "budgets": budgets })
}

fn row_json(row: &Row) -> Value {
    json!({
        "operation": row.operation.name(),
        "transport": transport(row.tls),
        "connections": row.connections,
        "cpu_micros": row.fastness.cpu_micros(),
        "bare_cpu_micros": row.bare.cpu_micros(),
        "ratio": row.ratio(),
        "ratios": row.ratios,
        "per_second": row.fastness.per_second(),
        "p50_micros": row.fastness.percentile_micros(0.5),
        "p99_micros": row.fastness.percentile_micros(0.99),
        "bare_per_second": row.bare.per_second(),
    })
}

fn transport(tls: bool) -> &'static str {
    if tls { "TLS" } else { "HTTP" }
}

fn repeat(options: &Options) -> String {
    let names: Vec<_> = options.operations.iter().map(|operation| operation.name()).collect();
    let narrowed = names.len() < Operation::ALL.len();
    let operations = if narrowed { format!(" --operations {}", names.join(",")) } else { String::new() };
    let scale = if options.scale { " --scale" } else { "" };
    format!(" --seconds {}{operations}{scale}", options.duration.as_secs_f64())
}

/// The commit that is checked out, marked when the tree differs from it.
pub(crate) fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    };
    let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) else { return "unknown".to_owned() };
    let is_clean = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|status| status.is_empty());
    format!("`{}`{}", commit.trim(), if is_clean { "" } else { " with changes" })
}
