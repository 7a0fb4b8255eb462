//! `cargo xtask tidy`: the rules of the house that a program can check.
//!
//! A new rule goes in when the same remark has been made twice. Each finding names the file and says what to do.

mod arrows;
mod lock;
mod sources;

use crate::say;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// Directories that hold nothing of ours.
const SKIPPED: &[&str] = &["target", ".git", ".venv", ".tools", "__pycache__", ".pytest_cache", "corpus", "artifacts"];

/// What the rules found.
#[derive(Default)]
struct Findings {
    errors: Vec<String>,
    warnings: Vec<String>,
}

/// Checks everything; the error lists what breaks a rule.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let mut findings = Findings::default();
    let metadata = metadata(root)?;
    arrows::check(&metadata, &mut findings);
    lock::check(root, &mut findings)?;
    let mut files = Vec::new();
    walk(root, &mut files).map_err(|error| format!("the checkout cannot be read: {error}"))?;
    files.sort();
    for path in &files {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        // What is not text, such as the packed tables, has its own checks.
        if let Ok(text) = fs::read_to_string(path) {
            sources::check(&name, &text, &mut findings);
        }
    }
    for warning in &findings.warnings {
        say(&format!("warning: {warning}"));
    }
    if findings.errors.is_empty() { Ok(()) } else { Err(findings.errors.join("\n")) }
}

/// What cargo knows of the workspace.
fn metadata(root: &Path) -> Result<Value, String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["metadata", "--locked", "--no-deps", "--format-version", "1"])
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let kind = entry.file_type()?;
        if kind.is_dir() && !SKIPPED.iter().any(|skipped| name == *skipped) {
            walk(&entry.path(), found)?;
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(())
}
