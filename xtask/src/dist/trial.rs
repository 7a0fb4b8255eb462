//! A trial of the packages with a binary that is there already: that they can be read, unpacked and run, and that the unit says
//! nothing that systemd does not know. The real ones take two more builds, so they are made for a release only.

use super::{Commit, build, layout, oci, sbom};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Packs this binary, reads the packages with the programs that users have, and runs what comes out.
pub(crate) fn try_out(root: &Path, program: &Path) -> Result<String, String> {
    let folder = root.join("target/dist-trial");
    let _ = fs::remove_dir_all(&folder);
    let make = |name: &str| {
        let path = folder.join(name);
        fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok::<_, String>(path)
    };
    let commit = Commit::of(root)?;
    let version = env!("CARGO_PKG_VERSION");
    let bill = sbom::document(root, build::TARGET, version, &commit.revision, commit.epoch)?;
    let parts = layout::Parts { root, program, bill: &bill, epoch: commit.epoch };
    let package = layout::package(&parts, version)?;
    if package != layout::package(&parts, version)? {
        return Err("packing twice gives two packages".into());
    }
    let mut told = Vec::new();

    let unpacked = make("deb")?;
    let deb = save(&folder, "fastness.deb", &package)?;
    if has("dpkg-deb", "--version") {
        run(Command::new("dpkg-deb").arg("--extract").arg(&deb).arg(&unpacked))?;
        answers(&unpacked.join("usr/bin/fastness"), version)?;
        for path in ["usr/share/man/man1/fastness.1.gz", "usr/share/doc/fastness/copyright", "etc/fastness/environment"]
        {
            if !unpacked.join(path).exists() {
                return Err(format!("the package lacks {path}"));
            }
        }
        told.push("package unpacked and run");
    } else {
        told.push("dpkg-deb is missing");
    }
    told.push(unit(root, &make("unit")?)?);

    let image = oci::archive(
        &layout::image(&fs::read(program).map_err(|error| error.to_string())?),
        version,
        &commit.revision,
        commit.epoch,
    )?;
    let image = save(&folder, "image.tar", &image)?;
    let unpacked = make("image")?;
    run(Command::new("tar").arg("-xf").arg(&image).arg("-C").arg(&unpacked))?;
    told.push("image unpacked");
    let _ = fs::remove_dir_all(&folder);
    Ok(told.join(", "))
}

/// What systemd says of the unit. It wants the program to exist, so the copy that it reads names one that does.
fn unit(root: &Path, folder: &Path) -> Result<&'static str, String> {
    if !has("systemd-analyze", "--version") {
        return Ok("systemd-analyze is missing");
    }
    let text = fs::read_to_string(root.join("deploy/systemd/fastness.service")).map_err(|error| error.to_string())?;
    let text = text.replace("/usr/bin/fastness", "/bin/true");
    let path = save(folder, "fastness.service", text.as_bytes())?;
    let output = Command::new("systemd-analyze").arg("verify").arg("--man=no").arg(&path).output();
    let output = output.map_err(|error| format!("systemd-analyze: {error}"))?;
    // It also tells of other units of the machine, which are no concern of ours.
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("fastness")).collect();
    if ours.is_empty() { Ok("unit verified") } else { Err(ours.join("\n")) }
}

fn answers(program: &Path, version: &str) -> Result<(), String> {
    let output =
        Command::new(program).arg("--version").output().map_err(|error| format!("{}: {error}", program.display()))?;
    if String::from_utf8_lossy(&output.stdout).trim() == format!("fastness {version}") {
        Ok(())
    } else {
        Err(format!("{} does not answer with its version", program.display()))
    }
}

fn save(folder: &Path, name: &str, content: &[u8]) -> Result<PathBuf, String> {
    let path = folder.join(name);
    fs::write(&path, content).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

fn has(program: &str, word: &str) -> bool {
    Command::new(program)
        .arg(word)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}
