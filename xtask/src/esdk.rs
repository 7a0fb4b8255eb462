//! AWS's own Encryption SDKs, which the end-to-end tests drive: Python's, its command line, JavaScript's, Java's and Go's.
//!
//! Guarantees: each is installed at its pinned version into the checkout (the caches of package managers apart), anew
//! where what pins it has changed. Where one cannot be had, that is told and no failure: its tests are skipped.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// One of the clients: goes to `.tools/esdk-<name>`.
struct Client {
    name: &'static str,
    /// The files that pin it.
    pins: &'static [&'static str],
    /// Installs it into an empty directory.
    install: fn(&Client, root: &Path, folder: &Path) -> Result<(), String>,
    /// What it takes is more than every run should pay: only where this variable is set.
    only_with: Option<&'static str>,
}

const CLIENTS: [Client; 5] = [
    client("python", &["e2e/requirements-esdk.txt"], python),
    client("cli", &["e2e/requirements-esdk-cli.txt"], python),
    client("javascript", &["e2e/esdk/package.json", "e2e/esdk/package-lock.json"], npm),
    client("java", &["e2e/esdk/pom.xml"], maven),
    Client {
        only_with: Some("FASTNESS_TEST_ESDK_GO"),
        ..client("go", &["e2e/esdk/go/go.mod", "e2e/esdk/go/go.sum", "e2e/esdk/go/driver.go"], go)
    },
];

const fn client(
    name: &'static str,
    pins: &'static [&'static str],
    install: fn(&Client, root: &Path, folder: &Path) -> Result<(), String>,
) -> Client {
    Client { name, pins, install, only_with: None }
}

/// What tells, in a client's directory, what it was installed from.
const NOTE: &str = "pins.txt";

/// Installs what is missing, side by side, since most of it is waiting; tells what became of each.
pub(crate) fn install(root: &Path) -> String {
    thread::scope(|scope| {
        let running = CLIENTS.each_ref().map(|client| (client.name, scope.spawn(|| client.provide(root))));
        let told = running.map(|(name, thread)| {
            let outcome = thread.join().unwrap_or_else(|_| Err("the installation panicked".into()));
            format!("{name}: {}", outcome.unwrap_or_else(|problem| format!("its tests are skipped: {problem}")))
        });
        told.join("; ")
    })
}

impl Client {
    fn provide(&self, root: &Path) -> Result<String, String> {
        let folder = root.join(".tools").join(format!("esdk-{}", self.name));
        let wanted = self.pins.iter().map(|pins| read(&root.join(pins))).collect::<Result<String, _>>()?;
        if fs::read_to_string(folder.join(NOTE)).is_ok_and(|present| present == wanted) {
            return Ok("already there".into());
        }
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        if let Some(variable) = self.only_with.filter(|variable| std::env::var_os(variable).is_none()) {
            return Ok(format!("only with {variable}=1"));
        }
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        (self.install)(self, root, &folder)?;
        fs::write(folder.join(NOTE), wanted).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok("installed".into())
    }
}

fn python(client: &Client, root: &Path, folder: &Path) -> Result<(), String> {
    execute(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "--quiet", "--disable-pip-version-check", "install"]);
    client.pins.iter().for_each(|list| {
        pip.arg("--requirement").arg(root.join(list));
    });
    execute(&mut pip)
}

fn npm(client: &Client, root: &Path, folder: &Path) -> Result<(), String> {
    for pins in client.pins.iter().map(Path::new) {
        let name = pins.file_name().unwrap_or_default();
        fs::copy(root.join(pins), folder.join(name)).map_err(|error| format!("{}: {error}", pins.display()))?;
    }
    execute(Command::new("npm").current_dir(folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
}

fn maven(client: &Client, root: &Path, folder: &Path) -> Result<(), String> {
    // The driver is run from its source, which takes the compiler, too.
    execute(Command::new("javac").arg("-version"))?;
    for pom in client.pins {
        let mut maven = Command::new("mvn");
        maven.args(["--quiet", "--batch-mode", "--file"]).arg(root.join(pom)).arg("dependency:copy-dependencies");
        execute(maven.arg("-DincludeScope=runtime").arg(format!("-DoutputDirectory={}", folder.display())))?;
    }
    Ok(())
}

fn go(_: &Client, root: &Path, folder: &Path) -> Result<(), String> {
    let mut go = Command::new("go");
    go.current_dir(root.join("e2e/esdk/go")).args(["build", "-trimpath", "-o"]);
    execute(go.arg(folder.join("driver")).arg("."))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Runs a command without a word; what it would have said is in the error.
fn execute(command: &mut Command) -> Result<(), String> {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let done = command.stdin(Stdio::null()).output().map_err(|error| format!("{program}: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = [done.stdout, done.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    Err(format!("{program} ended with {}: {last}", done.status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_installed_once_and_anew_when_its_pins_change_and_not_believed_when_it_failed() {
        let root = std::env::temp_dir().join(format!("fastness-esdk-{}", std::process::id()));
        fs::create_dir_all(&root).unwrap();
        let works = client("test", &["pins"], |_, _, folder| {
            fs::write(folder.join("made"), "").map_err(|error| error.to_string())
        });
        fs::write(root.join("pins"), "1").unwrap();
        let dear =
            Client { only_with: Some("FASTNESS_TEST_NO_SUCH_VARIABLE"), ..client("test", &["pins"], works.install) };
        assert_eq!(dear.provide(&root).unwrap(), "only with FASTNESS_TEST_NO_SUCH_VARIABLE=1");
        let failing = client("test", &["pins"], |_, _, _| Err("no network".into()));
        assert_eq!(failing.provide(&root), Err("no network".into()));
        assert_eq!(works.provide(&root).unwrap(), "installed");
        assert_eq!(works.provide(&root).unwrap(), "already there");
        fs::write(root.join("pins"), "2").unwrap();
        assert_eq!(works.provide(&root).unwrap(), "installed");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_command_that_fails_tells_its_last_words() {
        let problem = execute(Command::new("sh").args(["-c", "echo first; echo last >&2; echo; exit 3"])).unwrap_err();
        assert_eq!(problem, "sh ended with exit status: 3: last");
        assert!(execute(&mut Command::new("no-such-program")).unwrap_err().starts_with("no-such-program: "));
    }
}
