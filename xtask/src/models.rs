//! `cargo xtask models`: takes the models anew from botocore and tells what changed.
//!
//! The version is in `models/BOTOCORE_VERSION`, and nowhere else. The services are those that have an overlay.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use xtask::source::{self, Source};

/// Downloads the named version, trims its models, prints the differences and writes all that is generated from them.
pub(crate) fn run(root: &Path) -> Result<String, String> {
    let version = fs::read_to_string(root.join("models/BOTOCORE_VERSION")).map_err(|error| error.to_string())?;
    let version = version.trim();
    let scratch = root.join("target/botocore").join(version);
    fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let requirement = format!("botocore=={version}");
    python(
        Command::new("python3")
            .args(["-m", "pip", "download", "--quiet", "--no-deps", &requirement, "--dest"])
            .arg(&scratch),
    )?;
    let files = fs::read_dir(&scratch).map_err(|error| error.to_string())?;
    let mut wheels = files
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "whl"));
    let wheel = wheels.next().ok_or("pip left no wheel")?;

    let services = source::services(root)?;
    let before = read_all(root, &services);
    let trim = include_str!("trim.py");
    python(Command::new("python3").args(["-c", trim]).arg(&wheel).arg(root.join("models")).args(&services))?;
    let mut report = String::new();
    for name in &services {
        let after = Source::read(root, name)?;
        let empty = BTreeMap::new();
        let (operations, shapes) =
            before.get(name).map_or((&empty, &empty), |source| (&source.operations, &source.shapes));
        report += &difference(name, "operation", operations, &after.operations);
        report += &difference(name, "shape", shapes, &after.shapes);
    }
    Ok(if report.is_empty() { format!("botocore {version}: no difference") } else { report })
}

fn python(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("python3: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("python3 ended with {status}")) }
}

/// What could be read; a service that is being added has no model yet.
fn read_all(root: &Path, services: &[String]) -> BTreeMap<String, Source> {
    services.iter().filter_map(|name| Some((name.clone(), Source::read(root, name).ok()?))).collect()
}

/// One line for each thing that came, went or changed, with the keys that changed.
fn difference(service: &str, kind: &str, before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> String {
    let mut lines = Vec::new();
    for (name, new) in after {
        match before.get(name) {
            None => lines.push(format!("+ {service} {kind} {name}")),
            Some(old) if old != new => lines.push(format!("~ {service} {kind} {name}: {}", changed(old, new))),
            Some(_) => {}
        }
    }
    lines.extend(
        before.keys().filter(|name| !after.contains_key(*name)).map(|name| format!("- {service} {kind} {name}")),
    );
    lines.into_iter().map(|line| line + "\n").collect()
}

fn changed(old: &Value, new: &Value) -> String {
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else { return String::new() };
    let mut keys = old.keys().chain(new.keys()).filter(|key| old.get(*key) != new.get(*key)).collect::<Vec<_>>();
    keys.sort();
    keys.dedup();
    let show = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
    keys.iter()
        .map(|key| format!("{key} from {} to {}", show(old.get(*key)), show(new.get(*key))))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn differences_name_what_came_went_and_changed() {
        let before = BTreeMap::from([("A".to_owned(), json!({"max": 1})), ("B".to_owned(), json!({}))]);
        let after = BTreeMap::from([("A".to_owned(), json!({"max": 2})), ("C".to_owned(), json!({}))]);
        let expected = "~ kms shape A: max from 1 to 2\n+ kms shape C\n- kms shape B\n";
        assert_eq!(difference("kms", "shape", &before, &after), expected);
        assert_eq!(difference("kms", "shape", &after, &after), "");
    }
}
