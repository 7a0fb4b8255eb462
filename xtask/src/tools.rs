//! Programs that the end-to-end tests drive and that Python's packages do not have: those that Go builds.
//!
//! Guarantees: each is built once, at its pinned version, into the checkout (Go's own caches apart). Where Go or a module
//! cannot be had, that is told and no failure: the tests that want the program are skipped.

use std::path::Path;
use std::process::Command;

/// A program that `go install` builds.
struct Program {
    name: &'static str,
    module: &'static str,
    version: &'static str,
    /// What a cold build takes is more than every run should pay: only where this variable is set.
    only_with: Option<&'static str>,
}

const PROGRAMS: [Program; 2] = [
    Program { name: "sops", module: "github.com/getsops/sops/v3/cmd/sops", version: "v3.11.0", only_with: None },
    Program {
        name: "cosign",
        module: "github.com/sigstore/cosign/v2/cmd/cosign",
        version: "v2.6.1",
        only_with: Some("FASTNESS_TEST_COSIGN"),
    },
];

/// Builds what is missing; tells what became of each.
pub(crate) fn install(root: &Path) -> String {
    PROGRAMS.iter().map(|program| format!("{}: {}", program.name, program.install(root))).collect::<Vec<_>>().join("; ")
}

impl Program {
    fn install(&self, root: &Path) -> String {
        let folder = root.join(".tools").join(format!("{}@{}", self.name, self.version));
        if folder.join(self.name).exists() {
            return "already there".into();
        }
        if let Some(variable) = self.only_with.filter(|variable| std::env::var_os(variable).is_none()) {
            return format!("only with {variable}=1");
        }
        let mut go = Command::new("go");
        go.arg("install").arg(format!("{}@{}", self.module, self.version)).env("GOBIN", &folder);
        match go.status() {
            Ok(status) if status.success() => "installed".into(),
            Ok(status) => format!("cannot be had (go install: {status})"),
            Err(_) => "Go is not installed".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_built_again_and_what_is_dear_is_built_on_demand() {
        let root = std::env::temp_dir().join(format!("fastness-tools-{}", std::process::id()));
        let present = &PROGRAMS[0];
        let folder = root.join(format!(".tools/{}@{}", present.name, present.version));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(present.name), "").unwrap();
        assert_eq!(present.install(&root), "already there");
        let dear = Program { only_with: Some("FASTNESS_TEST_NO_SUCH_VARIABLE"), ..PROGRAMS[1] };
        assert_eq!(dear.install(&root), "only with FASTNESS_TEST_NO_SUCH_VARIABLE=1");
        std::fs::remove_dir_all(root).unwrap();
    }
}
