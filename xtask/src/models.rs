//! `cargo xtask models [VERSION]`: takes the models anew from botocore, or from another version of it, and tells what
//! changed.
//!
//! The version is in `models/BOTOCORE_VERSION`, and nowhere else. The services are those that have an overlay.
//!
//! Guarantees: nothing is written before every overlay fits the new models; what an overlay names in vain is told for
//! all services at once, after the differences, which say where it went.

mod difference;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::source::{self, Source};

const VERSION: &str = "models/BOTOCORE_VERSION";

/// Takes the models of `version`, or of the version that they are of already: prints the differences, then writes the
/// trimmed models and the version.
pub(crate) fn run(root: &Path, version: Option<&str>, say: fn(&str)) -> Result<(), String> {
    let present = fs::read_to_string(root.join(VERSION)).map_err(|error| format!("{VERSION}: {error}"))?;
    let present = present.trim();
    let version = version.unwrap_or(present);
    if !version.chars().all(|char| char.is_ascii_digit() || char == '.') || version.is_empty() {
        return Err(format!("{version} is no version of botocore"));
    }
    let scratch = root.join("target/botocore").join(version);
    let wheel = wheel(&scratch, version)?;
    let services = source::services(root)?;
    let trimmed = scratch.join("models");
    create(&trimmed)?;
    let script = include_str!("trim.py");
    python(Command::new("python3").args(["-c", script]).arg(&wheel).arg(&trimmed).args(&services))?;

    let models = root.join("models");
    let file = |folder: &Path, name: &str| folder.join(format!("{name}.json"));
    let mut pairs = Vec::new();
    for name in &services {
        // A service that is being added has no model yet.
        let before = source::parse(&file(&models, name)).unwrap_or(Value::Null);
        pairs.push((name.as_str(), before, source::parse(&file(&trimmed, name))?));
    }
    say(&difference::report(present, version, &pairs));
    let misfits = services.iter().filter_map(|name| Source::read_from(&trimmed, &models, name).err());
    let misfits = misfits.collect::<Vec<_>>();
    if !misfits.is_empty() {
        let misfits = misfits.join("\n  ");
        return Err(format!("Nothing was written: mend these overlays and run again.\n  {misfits}"));
    }
    for name in &services {
        copy(&file(&trimmed, name), &file(&models, name))?;
    }
    fs::write(root.join(VERSION), format!("{version}\n")).map_err(|error| format!("{VERSION}: {error}"))
}

/// The wheel of that version, downloaded unless it is there.
fn wheel(folder: &Path, version: &str) -> Result<PathBuf, String> {
    let found = || {
        let files = fs::read_dir(folder).into_iter().flatten().filter_map(|file| Some(file.ok()?.path()));
        files.into_iter().find(|path| path.extension().is_some_and(|end| end == "whl"))
    };
    if let Some(wheel) = found() {
        return Ok(wheel);
    }
    create(folder)?;
    let requirement = format!("botocore=={version}");
    let pip = ["-m", "pip", "download", "--quiet", "--no-deps", &requirement, "--dest"];
    python(Command::new("python3").args(pip).arg(folder))?;
    found().ok_or_else(|| "pip left no wheel".to_owned())
}

fn create(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(|_| ()).map_err(|error| format!("{}: {error}", to.display()))
}

fn python(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("python3: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("python3 ended with {status}")) }
}
