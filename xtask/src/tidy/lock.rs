//! What is built: where it comes from, and what must not be among it.

use super::Findings;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Crates that are never built, and why.
const BANNED: &[(&str, &str)] = &[
    ("rsa", "its decryption leaks through timing (RUSTSEC-2023-0071); primitives has RSA from AWS-LC"),
    ("ring", "a second cryptographic library beside AWS-LC, to be reviewed and patched twice"),
    ("openssl", "a library found on the machine is not the one that was reviewed"),
    ("openssl-sys", "a library found on the machine is not the one that was reviewed"),
    ("native-tls", "it takes whatever TLS the machine has; rustls is the one here"),
];

/// Where crates may come from, as the lock file says it.
const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn check(root: &Path, findings: &mut Findings) -> Result<(), String> {
    for built in built(root)? {
        if let Some((name, why)) = BANNED.iter().find(|(name, _)| *name == built) {
            findings.errors.push(format!("{name} would be built: {why}"));
        }
    }
    for lock in ["Cargo.lock", "fuzz/Cargo.lock"] {
        let text = fs::read_to_string(root.join(lock)).map_err(|error| format!("{lock}: {error}"))?;
        for source in foreign_sources(&text) {
            findings.errors.push(format!("{lock}: {source} is not where crates come from"));
        }
    }
    Ok(())
}

/// The names of all crates that are built for this machine. The lock file alone would not do: it also lists what
/// switched-off features would need.
fn built(root: &Path) -> Result<BTreeSet<String>, String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["tree", "--locked", "--workspace", "--prefix", "none", "--format", "{p}"])
        .output()
        .map_err(|error| format!("cargo tree: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

fn foreign_sources(lock: &str) -> Vec<&str> {
    let sources = lock.lines().filter_map(|line| line.strip_prefix("source = "));
    sources.map(|source| source.trim_matches('"')).filter(|source| *source != SOURCE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_from_elsewhere_is_seen() {
        let lock = "[[package]]\nname = \"a\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
                    [[package]]\nname = \"b\"\nsource = \"git+https://example.com/b\"\n";
        assert_eq!(foreign_sources(lock), ["git+https://example.com/b"]);
    }
}
