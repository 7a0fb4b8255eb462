//! `cargo xtask dist`: what is released, made from one commit: a dynamic and a static binary, a Debian package, a container
//! image, a bill of materials, and their checksums.
//!
//! Guarantees: nothing but the commit, the compilers and the C library decides a byte of it (`--check-reproducible` builds
//! twice from two places and compares); no engine and no packaging tool is needed.

mod build;
mod deb;
mod digest;
mod layout;
mod oci;
mod sbom;
mod tar;
mod trial;

use crate::say;
use build::{Kind, Source};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use trial::{PACKAGES, try_out};

/// The only machine that packages are made for so far.
const ARCHITECTURE: &str = "amd64";

/// A file that is released: its name and content.
type Artefact = (String, Vec<u8>);

/// The commit that is built.
struct Commit {
    revision: String,
    /// Its time in seconds since 1970, which everything that is packed carries.
    epoch: u64,
}

/// What the command line asks for.
struct Wanted {
    output: PathBuf,
    kinds: Vec<Kind>,
    twice: bool,
}

pub(crate) fn run(root: &Path, options: &[&str]) -> Result<(), String> {
    let wanted = Wanted::read(root, options)?;
    let commit = Commit::of(root)?;
    let artefacts = if wanted.twice {
        if commit.revision.ends_with(DIRTY) {
            return Err(
                "there are changes that are not committed: commit them, since what is compared is a commit".into()
            );
        }
        build_twice(root, &commit, &wanted.kinds)?
    } else {
        let source = Source { root: root.to_path_buf(), target: root.join("target/dist") };
        make(&source, &commit, &wanted.kinds)?
    };
    write(&wanted.output, &artefacts)
}

impl Wanted {
    fn read(root: &Path, options: &[&str]) -> Result<Self, String> {
        let mut wanted = Self { output: root.join("dist"), kinds: Vec::new(), twice: false };
        let mut words = options.iter();
        while let Some(word) = words.next() {
            match *word {
                "--output" => {
                    wanted.output = words.next().map(PathBuf::from).ok_or("--output needs a directory")?;
                }
                "--static" => wanted.kinds.push(Kind::Static),
                "--dynamic" => wanted.kinds.push(Kind::Dynamic),
                "--check-reproducible" => wanted.twice = true,
                other => return Err(format!("dist has no option {other:?}")),
            }
        }
        if wanted.kinds.is_empty() {
            wanted.kinds = vec![Kind::Dynamic, Kind::Static];
        }
        Ok(wanted)
    }
}

/// What a revision ends with if more than the commit was built.
const DIRTY: &str = "-modified";

impl Commit {
    fn of(root: &Path) -> Result<Self, String> {
        let mut revision = git(root, &["rev-parse", "HEAD"])?;
        if !git(root, &["status", "--porcelain"])?.is_empty() {
            revision += DIRTY;
        }
        let time = git(root, &["log", "-1", "--format=%ct"])?;
        let epoch = time.parse().map_err(|_| format!("git gives {time:?} as the time of the commit"))?;
        Ok(Self { revision, epoch })
    }
}

fn git(root: &Path, words: &[&str]) -> Result<String, String> {
    let output = Command::new("git").current_dir(root).args(words).output().map_err(|error| format!("git: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(format!("git {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
    }
}

/// Builds and packs: the package holds the dynamic binary, which can load PKCS#11 modules; the image the static one.
fn make(source: &Source, commit: &Commit, kinds: &[Kind]) -> Result<Vec<Artefact>, String> {
    let version = env!("CARGO_PKG_VERSION");
    let bill = sbom::document(&source.root, build::TARGET, version, &commit.revision, commit.epoch)?;
    let mut artefacts = Vec::new();
    for kind in kinds {
        let path = source.build(*kind, commit.epoch)?;
        let program = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        match kind {
            Kind::Dynamic => {
                let parts = layout::Parts { root: &source.root, program: &path, bill: &bill, epoch: commit.epoch };
                let package = layout::package(&parts, version)?;
                artefacts.push((package_name(version), package));
                artefacts.push((format!("fastness-{version}-linux-{ARCHITECTURE}"), program));
            }
            Kind::Static => {
                let image = oci::archive(&layout::image(&program), version, &commit.revision, commit.epoch)?;
                artefacts.push((image_name(version), image));
                artefacts.push((format!("fastness-{version}-linux-{ARCHITECTURE}-static"), program));
            }
        }
    }
    artefacts.push((format!("fastness-{version}.cdx.json"), bill));
    artefacts.sort();
    artefacts.push(("SHA256SUMS".into(), digest::list(&artefacts)?.into_bytes()));
    Ok(artefacts)
}

fn package_name(version: &str) -> String {
    format!("fastness_{version}_{ARCHITECTURE}.deb")
}

fn image_name(version: &str) -> String {
    format!("fastness-{version}-oci-{ARCHITECTURE}.tar")
}

/// Two builds of the commit, from two copies of it in places whose names differ in length, into two directories.
fn build_twice(root: &Path, commit: &Commit, kinds: &[Kind]) -> Result<Vec<Artefact>, String> {
    let folder = root.join("target/reproducible");
    let _ = fs::remove_dir_all(&folder);
    let copies = ["one", "another-copy/of-the-source"]
        .map(|name| Source { root: folder.join(name), target: folder.join(format!("{name}-target")) });
    for source in &copies {
        check_out(root, &commit.revision, &source.root)?;
    }
    let build = |source: &Source| {
        let made = make(source, commit, kinds)?;
        say(&format!("\nbuilt in {}:", source.root.display()));
        digest::show(&made)?;
        Ok::<_, String>(made)
    };
    let [one, other] = &copies;
    let (one, other) = (build(one)?, build(other)?);
    compare(&one, &other)?;
    let _ = fs::remove_dir_all(&folder);
    say(&format!("two builds of {} gave the same {} files, bit by bit", commit.revision, one.len()));
    Ok(one)
}

/// A copy of this very commit, whatever the branch is at by now.
fn check_out(root: &Path, revision: &str, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    let script = "git archive \"$1\" | tar -x -C \"$2\"";
    let status = Command::new("sh").current_dir(root).args(["-c", script, "sh", revision]).arg(to).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("the commit cannot be copied to {}: {other:?}", to.display())),
    }
}

/// The error names each file that differs, and where it does first.
fn compare(one: &[Artefact], other: &[Artefact]) -> Result<(), String> {
    let names = |artefacts: &[Artefact]| artefacts.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    if names(one) != names(other) {
        return Err(format!("the builds made other files: {:?} and {:?}", names(one), names(other)));
    }
    let differing: Vec<String> = one
        .iter()
        .zip(other)
        .filter(|((_, left), (_, right))| left != right)
        .map(|((name, left), (_, right))| {
            let at = left.iter().zip(right).take_while(|(left, right)| left == right).count();
            format!("{name} differs from byte {at} on ({} and {} bytes)", left.len(), right.len())
        })
        .collect();
    if differing.is_empty() { Ok(()) } else { Err(differing.join("\n")) }
}

fn write(output: &Path, artefacts: &[Artefact]) -> Result<(), String> {
    fs::create_dir_all(output).map_err(|error| format!("{}: {error}", output.display()))?;
    for (name, content) in artefacts {
        let path = output.join(name);
        fs::write(&path, content).map_err(|error| format!("{}: {error}", path.display()))?;
        if name.starts_with("fastness-") && name.contains("-linux-") {
            make_executable(&path)?;
        }
    }
    say(&format!("\n{}:", output.display()));
    digest::show(artefacts)
}

fn make_executable(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_that_differs_is_named() {
        let artefact = |content: &[u8]| vec![("a.deb".to_owned(), content.to_vec())];
        assert_eq!(compare(&artefact(b"same"), &artefact(b"same")), Ok(()));
        let told = compare(&artefact(b"abcd"), &artefact(b"abXd")).unwrap_err();
        assert_eq!(told, "a.deb differs from byte 2 on (4 and 4 bytes)");
        assert!(compare(&artefact(b""), &[]).unwrap_err().contains("other files"));
    }

    #[test]
    fn options_are_read_and_others_refused() {
        let root = Path::new("/r");
        let wanted = Wanted::read(root, &["--static", "--output", "/o", "--check-reproducible"]).unwrap();
        assert!(wanted.twice && wanted.output == Path::new("/o") && wanted.kinds == [Kind::Static]);
        assert_eq!(Wanted::read(root, &[]).unwrap().kinds, [Kind::Dynamic, Kind::Static]);
        assert!(Wanted::read(root, &["--output"]).is_err() && Wanted::read(root, &["--fast"]).is_err());
    }
}
