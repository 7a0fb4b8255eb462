//! Packages for a trial, of a binary that is there already: `e2e/test_packages.py` installs and runs them. The real ones take
//! two more builds, so they are made for a release only.

use super::{Commit, build, image_name, layout, oci, package_name, sbom};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The variable that tells the tests where the packages are: these, or those of a release.
pub(crate) const PACKAGES: &str = "FASTNESS_PACKAGES";

/// Packs this binary, without what only debuggers read; where the packages are then.
pub(crate) fn try_out(root: &Path, program: &Path) -> Result<PathBuf, String> {
    let folder = root.join("target/dist-trial");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let stripped = folder.join("fastness");
    strip(program, &stripped)?;
    let commit = Commit::of(root)?;
    let version = env!("CARGO_PKG_VERSION");
    let bill = sbom::document(root, build::TARGET, version, &commit.revision, commit.epoch)?;
    let parts = layout::Parts { root, program: &stripped, bill: &bill, epoch: commit.epoch };
    let package = layout::package(&parts, version)?;
    if package != layout::package(&parts, version)? {
        return Err("packing twice gives two packages".into());
    }
    save(&folder, &package_name(version), &package)?;
    let program = fs::read(&stripped).map_err(|error| format!("{}: {error}", stripped.display()))?;
    let image = oci::archive(&layout::image(&program), version, &commit.revision, commit.epoch)?;
    save(&folder, &image_name(version), &image)?;
    Ok(folder)
}

/// As the profile `dist` has it done.
fn strip(program: &Path, to: &Path) -> Result<(), String> {
    let status = Command::new("strip").arg("--strip-debug").arg("-o").arg(to).arg(program).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("strip {}: {other:?}", program.display())),
    }
}

fn save(folder: &Path, name: &str, content: &[u8]) -> Result<(), String> {
    let path = folder.join(name);
    fs::write(&path, content).map_err(|error| format!("{}: {error}", path.display()))
}
