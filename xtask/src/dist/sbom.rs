//! The bill of materials: every crate in the binary, with its licence and the checksum that Cargo verified it by.
//!
//! Guarantees: what Cargo links for this target with the features of the server alone is listed, and nothing that only builds or
//! tests it, nor what another member of the workspace asks for; what Cargo says in a form that is not understood is an
//! error, not a gap; the same lock file gives the same bytes. Source: CycloneDX 1.6, JSON; `cargo help tree`.

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
    let tree = linked(root, target, ROOT)?;
    let lock = root.join("Cargo.lock");
    let lock = std::fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let compiler = said(Command::new("rustc").current_dir(root).arg("--version"))?;
    let library = Package::library(&compiler).ok_or_else(|| format!("rustc calls itself {compiler:?}"))?;
    let document = describe(&tree, &library, &checksums(&lock), version, revision, epoch)?;
    let mut text = serde_json::to_vec_pretty(&document).map_err(|error| error.to_string())?;
    text.push(b'\n');
    Ok(text)
}

/// A crate, by what tells it from others.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Package {
    name: String,
    version: String,
    licence: String,
}

impl Package {
    /// From a line of the tree: `name vVERSION (where it is from, or what it is)|LICENCE`, with a mark if it was described before.
    fn read(line: &str) -> Option<Self> {
        let (package, licence) = line.split_once('|')?;
        let mut words = package.split_whitespace();
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        let licence = licence.strip_suffix(" (*)").unwrap_or(licence);
        // The old way of writing a choice, which is no SPDX expression.
        let licence = licence.replace('/', " OR ");
        Some(Self { name: name.into(), version: version.into(), licence })
    }

    /// What is linked into every program besides its crates, of this compiler: `rustc 1.95.0 (… 2026-04-14)`.
    fn library(compiler: &str) -> Option<Self> {
        let version = compiler.split_whitespace().nth(1)?;
        Some(Self { name: "rust-std".into(), version: version.into(), licence: "MIT OR Apache-2.0".into() })
    }

    fn purl(&self) -> String {
        let kind = if self.name == "rust-std" { "generic" } else { "cargo" };
        format!("pkg:{kind}/{}@{}", self.name, self.version.replace('+', "%2B"))
    }
}

/// What each crate of the binary needs, the root first.
struct Tree {
    root: Package,
    needs: BTreeMap<Package, BTreeSet<Package>>,
}

/// What Cargo links into a crate's programs. Macros run in the compiler, but what they wrote is in the binary, so they count.
fn linked(root: &Path, target: &str, package: &str) -> Result<Tree, String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root).args(["tree", "--locked", "--package", package, "--target", target]);
    // Neither build scripts' needs nor those of tests.
    cargo.args(["--edges", "normal", "--prefix", "depth", "--format", "|{p}|{l}"]);
    tree(&said(&mut cargo)?)
}

/// Reads lines that begin with their depth; what is below a line stands behind it, one deeper.
fn tree(text: &str) -> Result<Tree, String> {
    let mut needs: BTreeMap<Package, BTreeSet<Package>> = BTreeMap::new();
    let mut above: Vec<Package> = Vec::new();
    for line in text.lines() {
        let read = line.split_once('|').and_then(|(depth, rest)| Some((depth.parse().ok()?, Package::read(rest)?)));
        let (depth, package): (usize, Package) = read.ok_or_else(|| format!("cargo tree: {line:?}"))?;
        if depth > above.len() {
            return Err(format!("cargo tree: nothing is above {line:?}"));
        }
        above.truncate(depth);
        if let Some(parent) = above.last() {
            needs.entry(parent.clone()).or_default().insert(package.clone());
        }
        needs.entry(package.clone()).or_default();
        above.push(package);
    }
    let root = above.into_iter().next().ok_or("cargo tree said nothing")?;
    Ok(Tree { root, needs })
}

fn said(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn describe(
    tree: &Tree,
    library: &Package,
    checksums: &BTreeMap<(String, String), String>,
    version: &str,
    revision: &str,
    epoch: u64,
) -> Result<Value, String> {
    let mut components = vec![component(library, checksums)?];
    for package in tree.needs.keys().filter(|package| **package != tree.root) {
        components.push(component(package, checksums)?);
    }
    components.sort_by_key(|component| word(component, "bom-ref").to_owned());
    let mut edges: Vec<Value> = tree
        .needs
        .iter()
        .map(|(package, below)| {
            let below: BTreeSet<String> = below.iter().map(Package::purl).collect();
            json!({ "ref": package.purl(), "dependsOn": below })
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
                "bom-ref": tree.root.purl(),
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

/// A crate without a licence is none that may be passed on.
fn component(package: &Package, checksums: &BTreeMap<(String, String), String>) -> Result<Value, String> {
    let Package { name, version, licence } = package;
    if licence.is_empty() {
        return Err(format!("{name} {version} names no licence"));
    }
    let mut component = json!({
        "type": "library",
        "bom-ref": package.purl(),
        "name": name,
        "version": version,
        "purl": package.purl(),
        "licenses": [{ "expression": licence }],
    });
    if let (Some(fields), Some(checksum)) =
        (component.as_object_mut(), checksums.get(&(name.to_owned(), version.to_owned())))
    {
        fields.insert("hashes".into(), json!([{ "alg": "SHA-256", "content": checksum }]));
    }
    Ok(component)
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

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root;

    const TARGET: &str = "x86_64-unknown-linux-gnu";

    fn bill() -> Value {
        let write = || document(&root(), TARGET, "1.2.3", "abc", 0).unwrap();
        let text = write();
        assert_eq!(text, write());
        serde_json::from_slice(&text).unwrap()
    }

    #[test]
    fn the_bill_lists_what_is_linked_with_licence_and_checksum_and_not_what_tests_need() {
        let bill = bill();
        assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&json!("CycloneDX"), &json!("1.6")));
        let components = bill["components"].as_array().unwrap();
        let named = |name: &str| components.iter().find(|component| component["name"] == name);
        assert_eq!(named("rustls").unwrap()["hashes"][0]["content"].as_str().unwrap().len(), 64);
        assert!(named("fastness-kms").unwrap().get("hashes").is_none());
        assert!(named("aws-lc-sys").is_some() && named("rust-std").is_some());
        for foreign in ["proptest", "cmake", "ring", "fastness-bench", "aws-lc-fips-sys"] {
            assert!(named(foreign).is_none(), "{foreign} is not in the binary");
        }
        let references: BTreeSet<&str> = components.iter().map(|component| word(component, "bom-ref")).collect();
        assert_eq!(references.len(), components.len(), "references are unique");
        for component in components {
            let licence = component["licenses"][0]["expression"].as_str().unwrap();
            assert!(!licence.contains('/') && !licence.contains('*'), "{component}");
            let ours = word(component, "name").starts_with("fastness-") || word(component, "name") == "rust-std";
            assert_eq!(component["hashes"][0]["alg"] == "SHA-256", !ours, "{component}");
        }
        for edge in bill["dependencies"].as_array().unwrap() {
            for below in edge["dependsOn"].as_array().unwrap() {
                assert!(references.contains(below.as_str().unwrap()), "{below} is described");
            }
        }
    }

    #[test]
    fn every_crate_that_cargo_links_is_in_the_bill_and_no_other() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(root()).args(["tree", "--locked", "--package", ROOT, "--target", TARGET]);
        cargo.args(["--edges", "normal", "--prefix", "none", "--no-dedupe", "--format", "{p}"]);
        let text = said(&mut cargo).unwrap();
        let crates: BTreeSet<(&str, &str)> = text
            .lines()
            .map(|line| {
                let mut words = line.split_whitespace();
                (words.next().unwrap(), words.next().unwrap().strip_prefix('v').unwrap())
            })
            .filter(|(name, _)| *name != ROOT)
            .collect();
        let bill = bill();
        let listed = bill["components"].as_array().unwrap().iter();
        let listed = listed.map(|component| (word(component, "name"), word(component, "version")));
        assert_eq!(listed.filter(|(name, _)| *name != "rust-std").collect::<BTreeSet<_>>(), crates);
    }

    #[test]
    fn what_is_below_a_crate_is_what_stands_behind_it_one_deeper() {
        let text = "0|a v1 (/here)|ISC\n1|b v2|MIT/X\n2|c v3+x (proc-macro)|ISC\n1|c v3+x (proc-macro)|ISC (*)\n";
        let found = tree(text).unwrap();
        assert_eq!((found.root.name.as_str(), found.needs.len()), ("a", 3));
        let below: Vec<Vec<String>> =
            found.needs.values().map(|below| below.iter().map(Package::purl).collect()).collect();
        assert_eq!(below, [vec!["pkg:cargo/b@2", "pkg:cargo/c@3%2Bx"], vec!["pkg:cargo/c@3%2Bx"], vec![]]);
        assert_eq!(found.needs.keys().nth(1).unwrap().licence, "MIT OR X");
        for strange in ["", "a v1|MIT", "x|a v1|MIT", "0|a|MIT", "0|a v1", "1|a v1|MIT", "0|a v1|M\n2|b v1|M"] {
            assert!(tree(strange).is_err(), "{strange}");
        }
    }

    #[test]
    fn a_crate_without_a_licence_is_refused() {
        let package = Package { name: "a".into(), version: "1".into(), licence: String::new() };
        assert!(component(&package, &BTreeMap::new()).unwrap_err().contains("names no licence"));
    }
}
