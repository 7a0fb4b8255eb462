//! Servers as child processes: started, waited for, and gone when dropped.

use crate::load::Target;
use crate::{Failure, requests};
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A million keys take minutes to seed.
const PATIENCE: Duration = Duration::from_secs(900);

/// A running server with a directory of its own: `fastness dev` but where it is said to be `fastness serve`.
pub(crate) struct Fastness {
    process: Child,
    binary: PathBuf,
    directory: PathBuf,
    port: u16,
    /// From the start of the process to the first answer.
    pub(crate) started_in: Duration,
}

/// Whether what a server keeps is on disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// In a fresh data directory, as a server that matters would.
    OnDisk,
    /// In memory.
    InMemory,
}

impl Fastness {
    /// Starts a server with a root user and `keys` seeded keys, and waits for its first answer.
    pub(crate) fn start(binary: &Path, keep: Keep, quotas: &str, keys: u32) -> Result<Self, Failure> {
        Self::seeded(binary, keep, quotas, &seed(keys))
    }

    /// Starts a server with what a seed names, and waits for its first answer.
    pub(crate) fn seeded(binary: &Path, keep: Keep, quotas: &str, seed: &str) -> Result<Self, Failure> {
        // Beside the binary, which is on a disk; the temporary directory may be memory.
        let directory = binary.with_file_name(format!("bench-{}-{}", std::process::id(), free_port()?));
        fs::create_dir_all(&directory)?;
        fs::write(directory.join("seed.toml"), seed)?;
        let mut more = vec!["--quotas".into(), quotas.into(), "--seed".into(), directory.join("seed.toml").into()];
        if keep == Keep::OnDisk {
            more.extend(["--data".into(), directory.join("data").into()]);
        }
        Self::launch(binary, directory, &more)
    }

    /// Starts `fastness serve` over a directory that was made with a key file as its seal, and waits for its first answer.
    pub(crate) fn operated(binary: &Path) -> Result<Self, Failure> {
        let directory = binary.with_file_name(format!("bench-{}-{}", std::process::id(), free_port()?));
        fs::create_dir_all(&directory)?;
        let data = directory.join("data");
        let seal = format!("file:{}", directory.join("seal.key").display());
        let mut init = Command::new(binary);
        init.args(["init", "--json", "--seal", &seal, "--data"]).arg(&data).env("HOME", &directory);
        let made = init.stdin(Stdio::null()).output()?;
        if !made.status.success() {
            return Err(format!("the server was not made: {}", String::from_utf8_lossy(&made.stderr)).into());
        }
        let port = free_port()?;
        let mut command = Command::new(binary);
        // Plain on loopback: the handshake of TLS is not what is measured.
        command.args(["serve", "--listener", &format!("address=127.0.0.1:{port} plain=true"), "--data"]).arg(data);
        Self::wait(command, binary, directory, port)
    }

    /// Ends a server on disk as an operator would, and starts it anew on what it kept, without its seed.
    pub(crate) fn restarted(mut self) -> Result<Self, Failure> {
        let ended = Command::new("kill").arg(self.process.id().to_string()).status()?.success();
        if !ended || !self.process.wait()?.success() {
            return Err("the server did not end well".into());
        }
        let (binary, directory) = (self.binary.clone(), std::mem::take(&mut self.directory));
        let data = directory.join("data").into();
        Self::launch(&binary, directory, &["--quotas".into(), "off".into(), "--data".into(), data])
    }

    fn launch(binary: &Path, directory: PathBuf, more: &[OsString]) -> Result<Self, Failure> {
        let port = free_port()?;
        let mut command = Command::new(binary);
        command.args(["dev", "--listen", &format!("127.0.0.1:{port}")]).args(more);
        Self::wait(command, binary, directory, port)
    }

    fn wait(mut command: Command, binary: &Path, directory: PathBuf, port: u16) -> Result<Self, Failure> {
        let log = fs::File::create(directory.join("log"))?;
        command.env("HOME", &directory).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let began = Instant::now();
        let process = command.spawn().map_err(|error| format!("{}: {error}", binary.display()))?;
        let mut server = Self { process, binary: binary.into(), directory, port, started_in: Duration::ZERO };
        while !is_healthy(port) {
            if began.elapsed() > PATIENCE || server.process.try_wait()?.is_some() {
                let log = fs::read_to_string(server.directory.join("log")).unwrap_or_default();
                return Err(format!("the server did not start:\n{log}").into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        server.started_in = began.elapsed();
        Ok(server)
    }

    /// Bytes of the embedded store on disk.
    pub(crate) fn stored_bytes(&self) -> u64 {
        let files = fs::read_dir(self.directory.join("data")).into_iter().flatten().flatten();
        files.filter_map(|file| file.metadata().ok()).filter(fs::Metadata::is_file).map(|file| file.len()).sum()
    }

    /// Where to send calls.
    pub(crate) fn target(&self, tls: bool) -> Target {
        Target { port: self.port, tls, pid: self.process.id() }
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Fastness {
    fn drop(&mut self) {
        if self.directory.as_os_str().is_empty() {
            return; // A successor has it.
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// The id of the seeded key with that number.
pub(crate) fn key_id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

fn seed(keys: u32) -> String {
    let (id, secret, region) = (requests::ACCESS_KEY, requests::SECRET, requests::REGION);
    let mut text = format!(
        "[[accounts]]\nid = \"000000000000\"\nroot_access_keys = [{{ id = \"{id}\", secret = \"{secret}\" }}]\n"
    );
    for number in 0..keys {
        text += &format!("[[accounts.keys]]\nregion = \"{region}\"\nid = \"{}\"\n", key_id(number));
    }
    text
}

fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn is_healthy(port: u16) -> bool {
    let ask = || -> Result<bool, std::io::Error> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /_fastness/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

/// A running bare server: this same program in another process.
pub(crate) struct Bare {
    process: Child,
    plain: u16,
    tls: u16,
}

impl Bare {
    /// Starts it and reads its ports.
    pub(crate) fn start() -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = command.arg("bare").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let (plain, tls) = line.trim().split_once(' ').ok_or("the bare server named no ports")?;
        Ok(Self { plain: plain.parse()?, tls: tls.parse()?, process })
    }

    /// Where to send calls.
    pub(crate) fn target(&self, tls: bool) -> Target {
        Target { port: if tls { self.tls } else { self.plain }, tls, pid: self.process.id() }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
