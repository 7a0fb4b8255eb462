//! A PostgreSQL server of the tests' own, on loopback, gone when they end.
//!
//! `FASTNESS_TEST_POSTGRES` may name an existing server instead: a URL whose user may create databases. Without either
//! the tests fail, for a test that silently passes proves nothing.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A bound for a machine under load, not an expectation.
const START_WITHIN: Duration = Duration::from_secs(60);

/// The URL of a new, empty database.
pub(crate) fn database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = server();
    let name = format!("fastness_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    connect(&format!("{server}/postgres")).batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    format!("{server}/{name}")
}

/// A connection for looking behind the engine's back.
pub(crate) fn connect(url: &str) -> ::postgres::Client {
    ::postgres::Client::connect(url, ::postgres::NoTls).unwrap()
}

/// The URL of the server, without a database.
fn server() -> &'static str {
    static SERVER: OnceLock<Server> = OnceLock::new();
    &SERVER.get_or_init(Server::start).url
}

struct Server {
    url: String,
    /// Its standard input is the server's lease of life: when this process ends, however it ends, the shell that reads
    /// from it stops the server and removes its directory.
    _shell: Option<Child>,
}

impl Server {
    fn start() -> Self {
        if let Ok(url) = std::env::var("FASTNESS_TEST_POSTGRES") {
            return Self { url: url.trim_end_matches('/').to_owned(), _shell: None };
        }
        let Some(binaries) = binaries() else {
            panic!(
                "no PostgreSQL is installed: run `cargo xtask test`, which installs what the tests need, or name a server \
                 in FASTNESS_TEST_POSTGRES"
            );
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        // Made by the user that the server runs as, who can then remove it.
        let directory = std::env::temp_dir().join(format!("fastness-postgres-{}-{port}", std::process::id()));
        let mut shell = unprivileged(&script(&binaries, &directory, port))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("postgres://postgres@127.0.0.1:{port}");
        let started = Instant::now();
        while ::postgres::Client::connect(&format!("{url}/postgres"), ::postgres::NoTls).is_err() {
            let log = || std::fs::read_to_string(directory.join("log")).unwrap_or_default();
            assert!(shell.try_wait().unwrap().is_none(), "PostgreSQL ended: {}", log());
            assert!(started.elapsed() < START_WITHIN, "PostgreSQL does not start: {}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { url, _shell: Some(shell) }
    }
}

fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    versions.sort();
    versions.into_iter().rev().find(|binaries| binaries.join("initdb").exists())
}

/// Makes a cluster, runs it until standard input ends, and leaves nothing behind. It need not survive a crash, so it does
/// not sync.
fn script(binaries: &Path, directory: &Path, port: u16) -> String {
    let (binaries, directory) = (binaries.display(), directory.display());
    format!(
        "mkdir -m 700 {directory} && cd {directory} && {binaries}/initdb -D data -U postgres -A trust --no-sync -E UTF8 --no-locale >log 2>&1 || exit 1
         {binaries}/postgres -D data -p {port} -h 127.0.0.1 -k {directory} -c fsync=off -c max_connections=300 </dev/null >>log 2>&1 &
         server=$!
         cat >/dev/null
         kill -QUIT $server
         wait $server
         cd / && rm -rf {directory}"
    )
}

fn unprivileged(script: &str) -> Command {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !is_root {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        return command;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = if users.lines().any(|line| line.starts_with("postgres:")) { "postgres" } else { "nobody" };
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={user}")).args(["--clear-groups", "sh", "-c", script]);
    command
}
