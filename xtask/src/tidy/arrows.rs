//! Who may depend on whom.
//!
//! Arrows point down only, tests included, and crates of one layer never know each other; what must call upward is a
//! trait that the upper crate implements.

use super::Findings;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The layers from the bottom up. `services` and `tools` stand for the crates of those kinds.
const LAYERS: &[&[&str]] = &[
    &["base"],
    &["model", "primitives", "authorization-data"],
    &["wire", "authn", "attestation", "backup", "policy", "store", "xks"],
    &["client", "crypto", "audit", "bus"],
    &["directory", "envelope"],
    &["kernel"],
    &["services"],
    &["server"],
    &["tools"],
];

/// Libraries that only one crate may name, so that what they do is found in one place.
const KEEPERS: &[(&str, &[&str])] = &[
    // Cryptography has one door.
    ("aws-lc-rs", &["primitives"]),
    // Engines stay behind the store's interface.
    // Modules of hardware are loaded where a crash of theirs takes nothing along.
    ("cryptoki", &["server"]),
    ("redb", &["store"]),
    ("postgres", &["store"]),
    ("imbl", &["store"]),
];

pub(super) fn check(metadata: &Value, findings: &mut Findings) {
    for package in list(metadata, "packages") {
        let manifest = Path::new(text(package, "manifest_path"));
        let (name, place) = place(manifest);
        let Some(layer) = layer_of(&place) else {
            findings.errors.push(format!("{name}: it has no layer; give it one in xtask/src/tidy/arrows.rs"));
            continue;
        };
        for dependency in list(package, "dependencies") {
            check_dependency(&name, layer, dependency, findings);
        }
        check_manifest(&name, manifest, findings);
        let is_test = |target: &&Value| list(target, "kind").any(|kind| kind == "test");
        let tests = list(package, "targets").filter(is_test).count();
        if tests > 1 {
            findings
                .errors
                .push(format!("{name}: {tests} test binaries; one is enough, with modules, and links faster"));
        }
    }
}

fn check_dependency(name: &str, layer: usize, dependency: &Value, findings: &mut Findings) {
    let wanted = text(dependency, "name");
    if let Some((_, keepers)) = KEEPERS.iter().find(|(library, _)| *library == wanted)
        && !keepers.contains(&name)
    {
        findings.errors.push(format!("{name}: only {} may depend on {wanted}", keepers.join(", ")));
    }
    let folder = text(dependency, "path");
    if folder.is_empty() {
        return;
    }
    let (target, target_place) = place(&Path::new(folder).join("Cargo.toml"));
    // A crate may name itself to switch on a feature of its own for its tests.
    if target != name && layer_of(&target_place).is_none_or(|below| below >= layer) {
        findings.errors.push(format!("{name} -> {target}: arrows point down only"));
    }
}

fn check_manifest(name: &str, manifest: &Path, findings: &mut Findings) {
    let manifest = fs::read_to_string(manifest).unwrap_or_default();
    if !manifest.contains("[lints]\nworkspace = true\n") {
        findings.errors.push(format!("{name}: its manifest lacks `[lints] workspace = true`"));
    }
}

/// A crate's short name and its place among the layers, from where it lies.
fn place(manifest: &Path) -> (String, String) {
    let folder = manifest.parent().unwrap_or(manifest);
    let part = |folder: &Path| folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = part(folder);
    let place = match (folder.parent().map(part).as_deref(), name.as_str()) {
        (Some("services"), _) => "services".to_owned(),
        (_, "bench" | "xtask") => "tools".to_owned(),
        _ => name.clone(),
    };
    (name, place)
}

fn layer_of(place: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&place))
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn arrow(from: &str, to: &str) -> Vec<String> {
        let package = json!({
            "manifest_path": format!("/checkout/{from}/Cargo.toml"),
            "targets": [],
            "dependencies": [{ "name": "anything", "path": format!("/checkout/{to}") }],
        });
        let mut findings = Findings::default();
        check(&json!({ "packages": [package] }), &mut findings);
        findings.errors.retain(|error| error.contains("->") || error.contains("layer"));
        findings.errors
    }

    #[test]
    fn arrows_point_down_only() {
        assert!(arrow("crates/kernel", "crates/base").is_empty());
        assert!(arrow("services/kms", "crates/kernel").is_empty());
        assert!(arrow("server", "services/kms").is_empty());
        assert!(arrow("bench", "crates/authn").is_empty());
        assert!(arrow("crates/kernel", "crates/kernel").is_empty());
        for (from, to) in [
            ("crates/base", "crates/model"),
            ("crates/wire", "crates/authn"),
            ("crates/audit", "crates/crypto"),
            ("services/kms", "services/sts"),
            ("crates/kernel", "services/kms"),
            ("services/kms", "server"),
            ("server", "xtask"),
            ("server", "crates/unheard-of"),
        ] {
            assert_eq!(arrow(from, to).len(), 1, "{from} -> {to}");
        }
        assert!(arrow("crates/unheard-of", "crates/base").iter().any(|error| error.contains("no layer")));
    }

    #[test]
    fn a_library_with_a_keeper_is_named_by_nobody_else() {
        let errors = |name: &str| {
            let mut findings = Findings::default();
            check_dependency(name, 5, &json!({ "name": "aws-lc-rs" }), &mut findings);
            findings.errors.len()
        };
        assert_eq!((errors("primitives"), errors("crypto")), (0, 1));
    }
}
