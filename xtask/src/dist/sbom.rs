//! The bill of materials: every crate in the binary, with its licence and the checksum that Cargo verified it by.
//!
//! Guarantees: what stands in `Cargo.lock` and reaches the binary is listed, and nothing that only builds or tests it;
//! the same lock file gives the same bytes. Source: CycloneDX 1.6, JSON.

use super::oci::date;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The crate that the binary is built from.
const ROOT: &str = "fastness-server";

/// The document, for this version of the program as built on a target.
pub(super) fn document(
    root: &Path,
    target: &str,
    version: &str,
    revision: &str,
    epoch: u64,
) -> Result<Vec<u8>, String> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).args(["metadata", "--locked", "--format-version", "1", "--filter-platform", target]);
    let output = command.output().map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata = serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    let lock = root.join("Cargo.lock");
    let lock = std::fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let document = describe(&metadata, &checksums(&lock), version, revision, epoch)?;
    let mut text = serde_json::to_vec_pretty(&document).map_err(|error| error.to_string())?;
    text.push(b'\n');
    Ok(text)
}

fn describe(
    metadata: &Value,
    checksums: &BTreeMap<(String, String), String>,
    version: &str,
    revision: &str,
    epoch: u64,
) -> Result<Value, String> {
    let packages: BTreeMap<&str, &Value> =
        list(metadata, "packages").map(|package| (word(package, "id"), package)).collect();
    let resolve = metadata.get("resolve").unwrap_or(&Value::Null);
    let nodes: BTreeMap<&str, &Value> = list(resolve, "nodes").map(|node| (word(node, "id"), node)).collect();
    let root = packages.iter().find(|(_, package)| word(package, "name") == ROOT).map(|(id, _)| *id);
    let root = root.ok_or_else(|| format!("there is no package {ROOT}"))?;

    let (mut reached, mut waiting) = (BTreeSet::from([root]), vec![root]);
    let mut dependencies = BTreeMap::new();
    while let Some(id) = waiting.pop() {
        let below: BTreeSet<&str> = nodes.get(id).map(|node| in_the_binary(node)).unwrap_or_default();
        waiting.extend(below.iter().filter(|id| reached.insert(id)));
        dependencies.insert(id, below);
    }
    let name = |id: &str| packages.get(id).map(|package| purl(package)).unwrap_or_default();
    let mut components: Vec<Value> = reached
        .iter()
        .filter(|id| **id != root)
        .filter_map(|id| packages.get(id))
        .map(|package| component(package, checksums))
        .collect();
    components.sort_by_key(|component| word(component, "bom-ref").to_owned());
    let mut edges: Vec<Value> = dependencies
        .iter()
        .map(|(id, below)| {
            let below: BTreeSet<String> = below.iter().map(|id| name(id)).collect();
            json!({ "ref": name(id), "dependsOn": below })
        })
        .collect();
    edges.sort_by_key(|edge| word(edge, "ref").to_owned());
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": date(epoch),
            "component": {
                "type": "application",
                "bom-ref": name(root),
                "name": "fastness",
                "version": version,
                "licenses": [{ "expression": "Apache-2.0" }],
                "properties": [{ "name": "fastness:revision", "value": revision }],
            },
        },
        "components": components,
        "dependencies": edges,
    }))
}

/// What a node needs at run time: neither build scripts' needs nor those of tests. Macros run in the compiler, but what
/// they wrote is in the binary, so they count.
fn in_the_binary(node: &Value) -> BTreeSet<&str> {
    let normal =
        |dependency: &&Value| list(dependency, "dep_kinds").any(|kind| kind.get("kind").is_some_and(Value::is_null));
    list(node, "deps").filter(normal).map(|dependency| word(dependency, "pkg")).collect()
}

fn component(package: &Value, checksums: &BTreeMap<(String, String), String>) -> Value {
    let (name, version) = (word(package, "name"), word(package, "version"));
    let mut component = json!({
        "type": "library",
        "bom-ref": purl(package),
        "name": name,
        "version": version,
        "purl": purl(package),
    });
    let Some(fields) = component.as_object_mut() else { return component };
    if let Some(licence) = package.get("license").and_then(Value::as_str) {
        // The old way of writing a choice, which is no SPDX expression.
        fields.insert("licenses".into(), json!([{ "expression": licence.replace('/', " OR ") }]));
    }
    if let Some(checksum) = checksums.get(&(name.to_owned(), version.to_owned())) {
        fields.insert("hashes".into(), json!([{ "alg": "SHA-256", "content": checksum }]));
    }
    component
}

fn purl(package: &Value) -> String {
    format!("pkg:cargo/{}@{}", word(package, "name"), word(package, "version").replace('+', "%2B"))
}

/// The checksums of a lock file by name and version. It is written by Cargo, one field a line.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let field = |block: &str, key: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")));
        line.and_then(|rest| rest.strip_suffix('"')).map(str::to_owned)
    };
    let one = |block: &str| Some(((field(block, "name")?, field(block, "version")?), field(block, "checksum")?));
    lock.split("[[package]]").filter_map(one).collect()
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bill_lists_what_is_linked_with_its_checksum_and_not_what_tests_need() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let write = || document(root, "x86_64-unknown-linux-gnu", "1.2.3", "abc", 0).unwrap();
        let text = write();
        assert_eq!(text, write());
        let bill: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&json!("CycloneDX"), &json!("1.6")));
        let components = bill["components"].as_array().unwrap();
        let named = |name: &str| components.iter().find(|component| component["name"] == name);
        let tls = named("rustls").unwrap();
        assert_eq!(tls["hashes"][0]["alg"], "SHA-256");
        assert_eq!(tls["hashes"][0]["content"].as_str().unwrap().len(), 64);
        assert!(named("fastness-kms").unwrap().get("hashes").is_none());
        assert!(named("aws-lc-sys").is_some() && named("proptest").is_none() && named("cmake").is_none());
        let references: BTreeSet<&str> = components.iter().map(|component| word(component, "bom-ref")).collect();
        assert_eq!(references.len(), components.len(), "references are unique");
        for component in components {
            assert!(component["licenses"][0]["expression"].is_string(), "{component}");
            assert!(
                word(component, "name").starts_with("fastness-") || component["hashes"][0]["content"].is_string(),
                "{component}"
            );
        }
        for edge in bill["dependencies"].as_array().unwrap() {
            for below in edge["dependsOn"].as_array().unwrap() {
                assert!(references.contains(below.as_str().unwrap()), "{below} is described");
            }
        }
    }
}
