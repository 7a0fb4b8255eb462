//! `cargo xtask test`: installs what the tests need and runs every check there is; `cargo xtask test labs`, the labs alone;
//! `cargo xtask test interop`, envelope encryption with AWS's own clients alone; `cargo xtask test fips`, the crates that
//! do cryptography over the FIPS module.
//!
//! Guarantees: every step is run, also after one that failed, unless it needs the result of that one; the table at the
//! end names each; the exit status is zero only if all passed. Nothing is installed outside the checkout (the caches
//! of package managers apart), except, when run as root, Debian's packages of PostgreSQL and of Python's virtual
//! environments where they are missing.

use crate::{dist, esdk, fuzz, r#gen, say, settings, status, tidy, tools};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What became of a step.
struct Outcome {
    name: &'static str,
    /// What to tell of it, or why it failed.
    result: Result<String, String>,
    took: Duration,
}

/// Runs everything; the error says how many steps failed.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let mut steps = Steps::default();
    steps.take("formatting", || cargo(root, &["fmt", "--all", "--check"]));
    steps.take("tidy", || tidy::run(root).map(|()| String::new()));
    steps.take("generated files", || r#gen::run(root, true).map(|()| String::new()));
    steps.take("clippy", || {
        cargo(root, &["clippy", "--locked", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"])
    });
    steps.take("set-up: PostgreSQL", postgresql);
    steps.take("unit, property, vector and store tests", || unit_tests(root));
    steps.take("fuzz targets", || fuzz::run(root));
    let release = steps.release(root);
    let installed = steps.take("set-up: Python", || python(root));
    let packages = release.as_ref().and_then(|release| steps.packages(root, release));
    if let Some(release) = &release {
        steps.take("status page", || status::run(root, Some(release), true).map(|()| String::new()));
        steps.take("page of settings", || settings::run(root, Some(release), true).map(|()| String::new()));
    }
    steps.take("set-up: Go's programs", || Ok(tools::install(root)));
    steps.take("set-up: SoftHSM", || Ok(softhsm()));
    steps.take(ESDK, || Ok(esdk::install(root)));
    for (name, words) in passes(std::env::var(WORKERS).ok().as_deref()) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        steps.take(name, || end_to_end(root, release.as_deref(), packages.as_deref(), installed, &words));
    }
    steps.close()
}

/// Runs the labs alone, against the release build.
pub(crate) fn labs(root: &Path) -> Result<(), String> {
    let mut steps = Steps::default();
    let release = steps.release(root);
    let installed = steps.take("set-up: Python", || python(root));
    steps.take("labs", || end_to_end(root, release.as_deref(), None, installed, &["e2e/test_labs.py"]));
    steps.close()
}

/// Runs the tests of the packages alone, which are made of the release build.
pub(crate) fn packages(root: &Path) -> Result<(), String> {
    let mut steps = Steps::default();
    let release = steps.release(root);
    let installed = steps.take("set-up: Python", || python(root));
    let packages = release.as_ref().and_then(|release| steps.packages(root, release));
    steps.take("packages", || {
        end_to_end(root, release.as_deref(), packages.as_deref(), installed, &["e2e/test_packages.py"])
    });
    steps.close()
}

/// Runs the tests that cross messages with AWS's own clients alone, against the release build.
pub(crate) fn interop(root: &Path) -> Result<(), String> {
    let mut steps = Steps::default();
    steps.take(ESDK, || Ok(esdk::install(root)));
    let release = steps.release(root);
    let installed = steps.take("set-up: Python", || python(root));
    let tests = ["", "_cli", "_data_keys"].map(|part| format!("e2e/test_interop{part}.py"));
    steps.take("interoperation", || {
        end_to_end(root, release.as_deref(), None, installed, &tests.each_ref().map(String::as_str))
    });
    steps.close()
}

/// Runs the tests of what does cryptography over the FIPS module, which takes CMake and Go to build.
pub(crate) fn fips(root: &Path) -> Result<(), String> {
    let mut steps = Steps::default();
    steps.take("algorithms, keys and TLS over the FIPS module", || {
        let packages = ["fastness-primitives", "fastness-crypto", "fastness-server"];
        let mut words = vec!["test", "--locked", "--quiet", "--no-fail-fast", "--features", "fastness-server/fips"];
        words.extend(packages.iter().flat_map(|package| ["--package", package]));
        cargo(root, &words)
    });
    steps.close()
}

/// How many processes run end-to-end tests side by side, if more than one shall.
const WORKERS: &str = "FASTNESS_TEST_WORKERS";

const ESDK: &str = "set-up: AWS's Encryption SDKs";

#[derive(Default)]
struct Steps(Vec<Outcome>);

impl Steps {
    /// Takes a step and notes what became of it; whether it passed.
    fn take(&mut self, name: &'static str, body: impl FnOnce() -> Result<String, String>) -> bool {
        say(&format!("\n=== {name}"));
        let begin = Instant::now();
        let result = body();
        if let Err(problem) = &result {
            say(problem);
        }
        let passed = result.is_ok();
        self.0.push(Outcome { name, result, took: begin.elapsed() });
        passed
    }

    /// Builds the server as users do; where it is then, if it could be built.
    fn release(&mut self, root: &Path) -> Option<PathBuf> {
        let mut release = None;
        self.take("release build", || {
            cargo(root, &["build", "--locked", "--release", "--package", "fastness-server"])?;
            release = Some(target(root)?.join("release/fastness"));
            Ok(String::new())
        });
        release
    }

    /// Packs the release build; where the packages are then.
    fn packages(&mut self, root: &Path, release: &Path) -> Option<PathBuf> {
        let mut packages = None;
        self.take("packing", || {
            packages = Some(dist::try_out(root, release)?);
            Ok(String::new())
        });
        packages
    }

    /// Prints the table; the error says how many steps failed.
    fn close(self) -> Result<(), String> {
        say(&table(&self.0));
        let failed = self.0.iter().filter(|outcome| outcome.result.is_err()).count();
        if failed == 0 { Ok(()) } else { Err(format!("{failed} steps failed")) }
    }
}

fn table(outcomes: &[Outcome]) -> String {
    let mut lines = vec![String::new()];
    for Outcome { name, result, took } in outcomes {
        let (verdict, words) = match result {
            Ok(words) => ("passed", words.as_str()),
            Err(words) => ("FAILED", words.lines().next().unwrap_or_default()),
        };
        lines.push(format!("{verdict}  {:>6.1} s  {name:<40} {words}", took.as_secs_f64()).trim_end().to_owned());
    }
    let total: Duration = outcomes.iter().map(|outcome| outcome.took).sum();
    lines.push(format!("        {:>6.1} s  in all", total.as_secs_f64()));
    lines.join("\n")
}

/// Rust's own tests, the bounded runs of the fuzz targets among them; tells how many passed.
fn unit_tests(root: &Path) -> Result<String, String> {
    let mut passed = 0;
    run_and_watch(
        Command::new(env!("CARGO"))
            .current_dir(root)
            .args(["test", "--locked", "--quiet", "--workspace", "--no-fail-fast"])
            .envs(fuzz::environment(root)),
        |line| passed += passed_tests(line).unwrap_or_default(),
    )?;
    Ok(format!("{passed} passed"))
}

/// The count in `test result: ok. 12 passed; 0 failed; …`.
fn passed_tests(line: &str) -> Option<usize> {
    let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
    rest.split_once(" passed")?.0.parse().ok()
}

/// Drives the release build with the AWS CLI and boto3, and the packages that were made of it, by these tests; tells pytest's
/// closing line.
fn end_to_end(
    root: &Path,
    release: Option<&Path>,
    packages: Option<&Path>,
    installed: bool,
    tests: &[&str],
) -> Result<String, String> {
    let Some(release) = release.filter(|_| installed) else {
        return Err("not run: a step before it failed".into());
    };
    let mut closing = String::new();
    let result = run_and_watch(
        Command::new(environment(root).join("bin/python"))
            .current_dir(root)
            .args(["-m", "pytest", "--color=no"])
            .args(tests)
            .env("FASTNESS_BIN", release)
            .envs(packages.map(|packages| (dist::PACKAGES, packages))),
        |line| {
            if !line.trim().is_empty() {
                closing = line.trim_matches(['=', ' ']).to_owned();
            }
        },
    );
    match result {
        Ok(()) => Ok(closing),
        Err(problem) => Err(format!("{closing} ({problem})")),
    }
}

/// The end-to-end tests in one pass; or side by side, and behind them those that must have the machine for themselves.
fn passes(workers: Option<&str>) -> Vec<(&'static str, Vec<String>)> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match workers {
        None | Some("" | "1") => vec![("end-to-end tests", words(&["e2e"]))],
        Some(workers) => vec![
            ("end-to-end tests", words(&["--numprocesses", workers, "--dist=worksteal", "-m", "not alone", "e2e"])),
            ("end-to-end tests that run alone", words(&["-m", "alone", "e2e"])),
        ],
    }
}

/// The directory of the checkout that holds the tests' Python packages.
fn environment(root: &Path) -> PathBuf {
    root.join(".venv")
}

/// Makes the virtual environment anew unless it was made from these very lists of packages.
fn python(root: &Path) -> Result<String, String> {
    let (requirements, collection) = (root.join("e2e/requirements.txt"), root.join("e2e/collection.txt"));
    let environment = environment(root);
    let wanted = [&requirements, &collection]
        .map(|path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display())));
    let wanted = wanted.into_iter().collect::<Result<String, _>>()?;
    let note = environment.join("packages.txt");
    if fs::read_to_string(&note).is_ok_and(|present| present == wanted) {
        return Ok("already there".into());
    }
    if !succeeds(Command::new("python3").args(["-c", "import ensurepip"])) {
        install(&["python3-venv"])?;
    }
    execute(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    let python = environment.join("bin/python");
    let pip = |words: &[&str]| {
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "--quiet", "--disable-pip-version-check"]).args(words);
        pip
    };
    execute(pip(&["install", "--requirement"]).arg(&requirements))?;
    let wheels = environment.join("wheels");
    execute(pip(&["download", "--no-deps", "--requirement"]).arg(&collection).arg("--dest").arg(&wheels))?;
    execute(Command::new(&python).arg(root.join("e2e/collection.py")).arg(&wheels))?;
    fs::remove_dir_all(&wheels).map_err(|error| format!("{}: {error}", wheels.display()))?;
    fs::write(&note, wanted).map_err(|error| format!("{}: {error}", note.display()))?;
    Ok("installed".into())
}

/// Sees to it that a PostgreSQL server can be started by the tests.
fn postgresql() -> Result<String, String> {
    if std::env::var_os("FASTNESS_TEST_POSTGRES").is_some() {
        return Ok("an existing server is used".into());
    }
    let debian = fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| versions.next().is_some());
    if debian || succeeds(Command::new("initdb").arg("--version")) {
        return Ok("already there".into());
    }
    install(&["postgresql"])?;
    Ok("installed".into())
}

/// Sees to a token for the tests of key stores in hardware. Where it cannot be had, that is told and they are skipped.
fn softhsm() -> String {
    if succeeds(Command::new("softhsm2-util").arg("--version")) {
        return "already there".into();
    }
    match install(&["softhsm2"]) {
        Ok(()) => "installed".into(),
        Err(problem) => format!("its tests are skipped: {problem}"),
    }
}

/// Installs Debian packages, which takes root.
fn install(packages: &[&str]) -> Result<(), String> {
    let wanted = packages.join(" ");
    if !succeeds(Command::new("sh").args(["-c", "test $(id -u) = 0 && command -v apt-get"])) {
        return Err(format!("{wanted} is missing: install it, or run this as root on Debian"));
    }
    // A server for everyone on this machine is not wanted, only the programs.
    let apt = |words: &[&str]| {
        let mut command = Command::new("apt-get");
        execute(command.env("DEBIAN_FRONTEND", "noninteractive").args(["--yes", "--quiet"]).args(words))
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())
}

/// The directory that cargo builds into.
fn target(root: &Path) -> Result<PathBuf, String> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).args(["metadata", "--locked", "--no-deps", "--format-version", "1"]);
    let output = command.output().map_err(|error| format!("cargo metadata: {error}"))?;
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    let folder = metadata.get("target_directory").and_then(serde_json::Value::as_str);
    folder.map(PathBuf::from).ok_or_else(|| "cargo metadata names no target directory".into())
}

fn cargo(root: &Path, words: &[&str]) -> Result<String, String> {
    execute(Command::new(env!("CARGO")).current_dir(root).args(words)).map(|()| String::new())
}

fn execute(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{}: {error}", program(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", program(command))) }
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs a command and shows its output, which `each` sees line by line.
fn run_and_watch(command: &mut Command, mut each: impl FnMut(&str)) -> Result<(), String> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("{}: {error}", program(command)))?;
    for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufReader::lines) {
        // Output that is not text must not end the run.
        let line = line.unwrap_or_default();
        say(&line);
        each(&line);
    }
    let status = child.wait().map_err(|error| format!("{}: {error}", program(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", program(command))) }
}

fn program(command: &Command) -> String {
    let words = command.get_args().take(2).map(|word| word.to_string_lossy().into_owned());
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    std::iter::once(name).chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_to_end_test_is_in_one_pass() {
        assert_eq!(passes(None), passes(Some("1")));
        let two = passes(Some("3"));
        assert_eq!(two[0].1[3..], ["-m", "not alone", "e2e"]);
        assert_eq!(two[1].1, ["-m", "alone", "e2e"]);
    }

    #[test]
    fn passed_tests_are_counted() {
        assert_eq!(passed_tests("test result: ok. 12 passed; 0 failed; 0 ignored"), Some(12));
        assert_eq!(passed_tests("test result: FAILED. 3 passed; 1 failed"), Some(3));
        assert_eq!(passed_tests("running 12 tests"), None);
    }

    #[test]
    fn the_table_names_every_step_and_its_fate() {
        let outcome = |name, result| Outcome { name, result, took: Duration::from_millis(1500) };
        let table = table(&[outcome("clippy", Ok(String::new())), outcome("tidy", Err("a.rs: long\nb.rs".into()))]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[1], "passed     1.5 s  clippy");
        assert!(lines[2].starts_with("FAILED     1.5 s  tidy") && lines[2].ends_with("a.rs: long"));
        assert!(lines[3].contains("3.0 s  in all"));
    }
}
