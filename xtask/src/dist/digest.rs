//! Digests of what is packed, by the programs that users check them with. This tool links no cryptographic library.

use crate::say;
use std::io::Write;
use std::process::{Command, Stdio};

pub(super) fn sha256(bytes: &[u8]) -> Result<String, String> {
    by("sha256sum", bytes)
}

/// What Debian's packages list their files by.
pub(super) fn md5(bytes: &[u8]) -> Result<String, String> {
    by("md5sum", bytes)
}

fn by(program: &str, bytes: &[u8]) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("{program}: {error}");
    let mut child = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(bytes).map_err(failed)?;
    }
    let output = child.wait_with_output().map_err(failed)?;
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    match words.split_whitespace().next() {
        Some(digest) if output.status.success() => Ok(digest.to_owned()),
        _ => Err(format!("{program} ended with {}", output.status)),
    }
}

/// The lines of `SHA256SUMS` for these files.
pub(super) fn list(artefacts: &[(String, Vec<u8>)]) -> Result<String, String> {
    artefacts.iter().map(|(name, content)| Ok(format!("{}  {name}\n", sha256(content)?))).collect()
}

/// Prints a line for each file: name, size and digest.
pub(super) fn show(artefacts: &[(String, Vec<u8>)]) -> Result<(), String> {
    for (name, content) in artefacts {
        say(&format!("{}  {:>9} KiB  {name}", sha256(content)?, content.len().div_ceil(1024)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        assert_eq!(sha256(b"abc").unwrap(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(md5(b"abc").unwrap(), "900150983cd24fb0d6963f7d28e17f72");
        assert!(list(&[("a".into(), b"abc".to_vec())]).unwrap().ends_with("20015ad  a\n"));
    }
}
