//! `cargo xtask gen [--check]`: packs the tables and generates the typed structs.
//!
//! Everything generated is checked in; `--check` writes nothing and fails where the checked-in file differs, as a test
//! does on every run.

use crate::{api, authorization};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use xtask::pack;
use xtask::source::{self, Source, text};

const SPECIMEN: &str = "crates/model/tests/specimen";

/// Writes all generated files, or only compares them.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), String> {
    let mut stale = Vec::new();
    for (path, content) in generate(root)? {
        let full = root.join(&path);
        if fs::read(&full).is_ok_and(|present| present == content) {
            continue;
        }
        if check {
            stale.push(path.display().to_string());
        } else {
            fs::write(&full, content).map_err(|error| format!("{}: {error}", full.display()))?;
        }
    }
    if stale.is_empty() {
        Ok(())
    } else {
        Err(format!("differs from what `cargo xtask gen` writes: {}", stale.join(", ")))
    }
}

/// Every generated file, relative to the root.
fn generate(root: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>, String> {
    let sources = source::services(root)?.iter().map(|name| Source::read(root, name)).collect::<Result<Vec<_>, _>>()?;
    let mut files = Vec::new();
    for source in &sources {
        let name = &source.name;
        files.push((format!("crates/model/tables/{name}.bin").into(), pack::pack(source)?));
        let list = root.join(format!("services/{name}/ops.list"));
        // A service that only has a table implements nothing yet.
        if !list.exists() {
            continue;
        }
        let operations = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
        let operations = operations.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>();
        let written = rustfmt(root, &api::generate(source, &operations)?)?;
        files.push((format!("services/{name}/src/api.rs").into(), written));
    }
    // The test's own service has every kind of shape; it is in no list of services.
    let specimen = Source::read_model("specimen", &root.join(SPECIMEN).join("model.json"))?;
    files.push((Path::new(SPECIMEN).join("table.bin"), pack::pack(&specimen)?));
    files.extend(authorization::packed(root)?);
    files.push(("crates/model/src/services.rs".into(), rustfmt(root, &entries(&sources)?)?));
    Ok(files)
}

/// The list of tables that the model crate includes.
fn entries(sources: &[Source]) -> Result<String, String> {
    let mut out = String::from("//! The services that have tables. Written by `cargo xtask gen`.\n\n");
    out.push_str("use crate::ProtocolName::{AwsJson10, AwsJson11, Cbor, Ec2Query, Query, RestJson, RestXml};\nuse crate::catalog::Entry;\nuse std::sync::OnceLock;\n\n");
    // Writing to a String cannot fail.
    let _ = writeln!(out, "pub(crate) static ENTRIES: [Entry; {}] = [", sources.len());
    for source in sources {
        let (name, metadata) = (&source.name, &source.metadata);
        let (signing, prefix) = (pack::signing_name(source), text(metadata, "targetPrefix"));
        let signed_as = &source.signed_as;
        let version = text(metadata, "apiVersion").unwrap_or_default();
        let protocols = pack::protocols(metadata)?.join(", ");
        let _ = writeln!(
            out,
            "Entry {{ name: \"{name}\", signing_name: \"{signing}\", signed_as: &{signed_as:?}, \
             target_prefix: {prefix:?}, api_version: \"{version}\", \
             protocols: &[{protocols}], packed: include_bytes!(\"../tables/{name}.bin\"), unpacked: OnceLock::new() }},"
        );
    }
    out.push_str("];\n");
    Ok(out)
}

fn rustfmt(root: &Path, code: &str) -> Result<Vec<u8>, String> {
    let problem = |error: std::io::Error| format!("rustfmt: {error}");
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root.join("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(problem)?;
    // rustfmt reads all of its input before it writes, so this cannot block on a full pipe.
    child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(code.as_bytes())).map_err(problem)?;
    let output = child.wait_with_output().map_err(problem)?;
    if output.status.success() { Ok(output.stdout) } else { Err("rustfmt refused the generated code".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_checked_in_is_what_would_be_generated() {
        run(&crate::root(), true).unwrap();
    }
}
