//! What lies where: in the Debian package, and in the image.

use super::deb::{Package, glibc, package as pack};
use super::oci::USER;
use super::tar::{Tree, gzip};
use super::{ARCHITECTURE, oci};
use std::fs;
use std::path::Path;
use std::process::Command;

const ENVIRONMENT: &str = "etc/fastness/environment";

/// What the Debian package is made from.
pub(super) struct Parts<'a> {
    pub(super) root: &'a Path,
    /// The binary; it is run for its manual pages and completions.
    pub(super) program: &'a Path,
    pub(super) bill: &'a [u8],
    pub(super) epoch: u64,
}

/// The Debian package.
pub(super) fn package(parts: &Parts<'_>, version: &str) -> Result<Vec<u8>, String> {
    let program = read(parts.program)?;
    // A binary that asks for no version of it cannot be, so what is not found is an error, not a guess.
    let glibc = glibc(&program).ok_or("the binary names no version of the C library")?;
    let depends = format!("libc6 (>= {glibc}), libgcc-s1");
    let files = files(parts, program, version)?;
    let script = |name: &str| {
        fs::read_to_string(parts.root.join("deploy/debian").join(name)).map_err(|error| format!("{name}: {error}"))
    };
    let scripts = [("postinst", script("postinst")?), ("prerm", script("prerm")?), ("postrm", script("postrm")?)];
    let about = Package {
        name: "fastness",
        version,
        architecture: ARCHITECTURE,
        depends: &depends,
        conffiles: &[&format!("/{ENVIRONMENT}")],
        scripts: &scripts.each_ref().map(|(name, text)| (*name, text.as_str())),
    };
    pack(&about, &files, parts.epoch)
}

fn files(parts: &Parts<'_>, program: Vec<u8>, version: &str) -> Result<Tree, String> {
    let of_source = |path: &str| read(&parts.root.join(path));
    let mut tree = Tree::default();
    tree.file("usr/bin/fastness", 0o755, program);
    tree.file("usr/lib/systemd/system/fastness.service", 0o644, of_source("deploy/systemd/fastness.service")?);
    tree.file("usr/lib/sysusers.d/fastness.conf", 0o644, of_source("deploy/systemd/sysusers.conf")?);
    tree.file("usr/lib/tmpfiles.d/fastness.conf", 0o644, of_source("deploy/systemd/tmpfiles.conf")?);
    // May be given a password or a passphrase.
    tree.file(ENVIRONMENT, 0o600, of_source("deploy/debian/environment")?);

    let documents = "usr/share/doc/fastness";
    tree.file(&format!("{documents}/copyright"), 0o644, of_source("deploy/debian/copyright")?);
    tree.file(&format!("{documents}/NOTICE"), 0o644, of_source("NOTICE")?);
    tree.file(&format!("{documents}/changelog.gz"), 0o644, gzip(&of_source("CHANGELOG.md")?)?);
    let changelog = format!(
        "fastness ({version}) stable; urgency=medium\n\n  * See changelog.gz.\n\n -- The Fastness authors <fastness@localhost>  {}\n",
        oci::mail_date(parts.epoch)
    );
    tree.file(&format!("{documents}/changelog.Debian.gz"), 0o644, gzip(changelog.as_bytes())?);
    tree.file(&format!("{documents}/fastness.cdx.json"), 0o644, parts.bill);

    let says = |words: &[&str]| says(parts.program, words);
    tree.file(&format!("{documents}/examples/fastness.toml"), 0o644, says(&["config"])?);
    for example in ["port.conf", "seal.conf"] {
        let text = of_source(&format!("deploy/systemd/examples/{example}"))?;
        tree.file(&format!("{documents}/examples/{example}"), 0o644, text);
    }
    tree.file("usr/share/bash-completion/completions/fastness", 0o644, says(&["completions", "bash"])?);
    tree.file("usr/share/zsh/vendor-completions/_fastness", 0o644, says(&["completions", "zsh"])?);
    tree.file("usr/share/fish/vendor_completions.d/fastness.fish", 0o644, says(&["completions", "fish"])?);
    manual(&mut tree, parts)?;
    Ok(tree)
}

/// The manual pages, which the program writes into a directory.
fn manual(tree: &mut Tree, parts: &Parts<'_>) -> Result<(), String> {
    let folder = parts.program.with_file_name("fastness-manual");
    let _ = fs::remove_dir_all(&folder);
    says(parts.program, &["man", "--output", &folder.to_string_lossy()])?;
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let page = gzip(&read(&entry.path())?)?;
        tree.file(&format!("usr/share/man/man1/{}.gz", entry.file_name().to_string_lossy()), 0o644, page);
    }
    fs::remove_dir_all(&folder).map_err(failed)
}

/// What the program prints.
fn says(program: &Path, words: &[&str]) -> Result<Vec<u8>, String> {
    let name = || format!("{} {}", program.display(), words.join(" "));
    // Settings of whoever packs are not the defaults.
    let output =
        Command::new(program).args(words).env_clear().output().map_err(|error| format!("{}: {error}", name()))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("{}: {}", name(), String::from_utf8_lossy(&output.stderr).trim()))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The files of the image: the program, who it runs as, and where it keeps its data. Certificate authorities age, so they
/// are mounted from the machine, not packed.
pub(super) fn image(program: &[u8]) -> Tree {
    let mut tree = Tree::default();
    tree.file("usr/bin/fastness", 0o755, program);
    tree.file("etc/passwd", 0o644, format!("root:x:0:0::/:/none\nfastness:x:{USER}:{USER}::/var/lib/fastness:/none\n"));
    tree.file("etc/group", 0o644, format!("root:x:0:\nfastness:x:{USER}:\n"));
    tree.file("etc/nsswitch.conf", 0o644, "hosts: files dns\n");
    tree.directory("tmp", 0o1777, 0);
    tree.directory("var/lib/fastness", 0o700, USER);
    tree
}
