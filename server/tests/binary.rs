//! The binary as a user starts it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Output, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_fastness");

fn fastness(arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).env_remove("AWS_CA_BUNDLE").output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A running `dev`, with the lines that it printed.
struct Dev {
    child: Child,
    printed: Vec<String>,
    home: tempfile::TempDir,
}

impl Dev {
    fn start(flags: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(BINARY);
        command.args(["dev", "--listen", "127.0.0.1:0"]).args(flags);
        command.env("HOME", home.path()).env_remove("XDG_DATA_HOME");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut printed = Vec::new();
        for line in lines {
            let last = line.starts_with("# try:");
            printed.push(line);
            if last {
                break;
            }
        }
        Self { child, printed, home }
    }

    fn exported(&self, name: &str) -> String {
        let start = format!("export {name}=");
        let found = self.printed.iter().find_map(|line| line.strip_prefix(&start));
        found.unwrap_or_else(|| panic!("{name} is not in {:?}", self.printed)).to_owned()
    }

    fn tell(&self, arguments: &[&str]) -> Output {
        let endpoint = self.exported("AWS_ENDPOINT_URL");
        fastness(&[arguments, &["--endpoint", &endpoint]].concat())
    }

    /// Asks it to end; its exit status and what it logged.
    fn end(mut self) -> (Option<i32>, String) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let status = self.child.wait().unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (status.code(), log)
    }
}

#[test]
fn dev_prints_what_clients_need_obeys_commands_and_ends_cleanly() {
    let dev = Dev::start(&["--log-format", "json"]);
    assert_eq!(dev.exported("AWS_ACCESS_KEY_ID"), "test");
    assert_eq!(dev.exported("AWS_REGION"), "us-east-1");
    assert!(dev.exported("AWS_CA_BUNDLE").starts_with(&*dev.home.path().canonicalize().unwrap().to_string_lossy()));

    assert!(said(&dev.tell(&["clock", "set", "2040-01-01T00:00:00Z"])).starts_with("2040-01-01T00:00:0"));
    let frozen = dev.tell(&["clock", "freeze", "--json"]);
    assert!(frozen.status.success() && said(&frozen).contains(r#""frozen":true"#), "{}", said(&frozen));
    let back = dev.tell(&["clock", "set", "2030-01-01T00:00:00Z"]);
    assert!(!back.status.success() && said(&back).contains("forward only"), "{}", said(&back));
    assert!(dev.tell(&["audit", "tail", "-n", "5"]).status.success());

    let tls = dev.exported("AWS_ENDPOINT_URL").replace("http://127.0.0.1", "https://localhost");
    let over_tls = fastness(&["clock", "show", "--endpoint", &tls, "--ca", &dev.exported("AWS_CA_BUNDLE")]);
    assert!(said(&over_tls).starts_with("2040-01-01"), "{}", said(&over_tls));

    let (status, log) = dev.end();
    assert_eq!(status, Some(0), "{log}");
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{log}");
}

#[test]
fn files_of_a_data_directory_are_for_their_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let dev = Dev::start(&["--data", data.to_str().unwrap()]);
    let mut places = vec![data];
    let mut seen = 0;
    while let Some(place) = places.pop() {
        let mode = place.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", place.display());
        seen += 1;
        if place.is_dir() {
            places.extend(std::fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    assert!(seen > 6, "store, log, seal and CA must be there");
    assert_eq!(dev.end().0, Some(0));
}

#[test]
fn a_seeds_secrets_are_neither_printed_nor_logged() {
    let dir = tempfile::tempdir().unwrap();
    let seed = dir.path().join("seed.toml");
    let text =
        "[[accounts]]\nid = \"000000000000\"\nroot_access_keys = [{ id = \"AKIA\", secret = \"planted-secret\" }]\n";
    std::fs::write(&seed, text).unwrap();
    let dev = Dev::start(&["--seed", seed.to_str().unwrap(), "--log-level", "trace"]);
    let printed = dev.printed.join("\n");
    dev.tell(&["clock", "show"]);
    let (status, log) = dev.end();
    assert_eq!(status, Some(0));
    assert!(!printed.contains("planted-secret") && !log.contains("planted-secret"), "{printed}\n{log}");
}

#[test]
fn what_cannot_be_honoured_is_told_in_one_line_before_anything_starts() {
    for (arguments, word) in [
        (&["dev", "--listen", "0.0.0.0:0", "--open"][..], "--open"),
        (&["dev", "--listen", "0.0.0.0:0", "--soft"], "--soft"),
        (&["dev", "--seed", "/nonexistent/seed.toml"], "/nonexistent/seed.toml"),
        (&["dev", "--store", "postgres://localhost/x"], "--seal"),
        (&["clock", "show", "--endpoint", "http://127.0.0.1:1"], "127.0.0.1:1"),
        (&["clock", "show", "--endpoint", "ftp://x"], "--endpoint"),
    ] {
        let output = fastness(arguments);
        let text = said(&output);
        // A build for FIPS 140-3 says which module it runs before all else.
        let lines = text.lines().filter(|line| !line.contains("FIPS 140-3")).count();
        assert!(output.status.code() == Some(1) && text.contains(word) && lines == 1, "{text}");
    }
    assert_eq!(fastness(&["dev", "--opne"]).status.code(), Some(2));
    assert!(said(&fastness(&["--version"])).contains(env!("CARGO_PKG_VERSION")));
    assert!(said(&fastness(&["dev", "--help"])).contains("Examples:"));
}

#[test]
fn operations_are_listed_from_the_registry() {
    let output = fastness(&["operations", "--json"]);
    let listed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let services = listed["services"].as_array().unwrap();
    let named = |name: &str| services.iter().find(|service| service["name"] == name).unwrap();
    let operation = |service: &str, name: &str| {
        let operations = named(service)["operations"].as_array().unwrap();
        operations.iter().find(|operation| operation["name"] == name).unwrap()
    };
    assert_eq!(operation("kms", "Encrypt")["writes"], false);
    assert_eq!(operation("sts", "GetCallerIdentity")["public"], true);
}

#[test]
fn policies_are_checked_and_tested_without_a_server() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:Encript","Resource":"*"}}"#;
    std::fs::write(path("app.json"), policy).unwrap();
    std::fs::write(path("wrong.json"), r#"{"Statement":{}}"#).unwrap();

    let warned = fastness(&["policy", "check", &path("app.json")]);
    assert!(warned.status.success() && said(&warned).contains("app.json:1:64: warning: "), "{}", said(&warned));
    assert_eq!(fastness(&["policy", "check", "--strict", &path("app.json")]).status.code(), Some(1));
    let refused = fastness(&["policy", "check", "--json", &path("app.json"), &path("wrong.json")]);
    assert_eq!(refused.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!((&told["errors"], &told["others"]), (&1.into(), &1.into()));
    assert_eq!(told["files"][0]["findings"][0]["code"], "INVALID_ACTION");
    assert_eq!(told["files"][1]["findings"][0]["severity"], "error");
    assert_eq!(fastness(&["policy", "check", &path("absent.json")]).status.code(), Some(1));

    let cases = "[policies]\napp = 'app.json'\n\
                 [[principals]]\nname = 'app'\narn = 'arn:aws:iam::111122223333:role/app'\nidentity = ['app']\n\
                 [[cases]]\nprincipal = 'app'\naction = ['kms:Encrypt', 'kms:Encript']\nexpect = 'deny'\n";
    std::fs::write(path("cases.toml"), cases).unwrap();
    let decided = fastness(&["policy", "test", "--json", &path("cases.toml")]);
    assert_eq!(decided.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_slice(&decided.stdout).unwrap();
    assert_eq!((&told["passed"], &told["failed"]), (&1.into(), &1.into()));
    assert_eq!(told["cases"][0]["decision"], "implicitDeny");
    let message = told["cases"][0]["message"].as_str().unwrap();
    assert!(message.ends_with("because no identity-based policy allows the kms:Encrypt action"), "{message}");
    assert_eq!((&told["cases"][1]["decision"], &told["cases"][1]["by"]["policy"]), (&"allow".into(), &"app".into()));
    std::fs::write(path("cases.toml"), cases.replace(", 'kms:Encript'", "")).unwrap();
    assert!(fastness(&["policy", "test", &path("cases.toml")]).status.success());
}
