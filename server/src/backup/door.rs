//! Where a running node is asked for a backup or a check: a socket in its data directory, for its owner only.
//!
//! Guarantees: one request at a time, on a thread of its own, so that calls never wait for it; a client that goes away
//! ends its request; nothing is written that the client did not ask for. A request is one word and a line feed, the answer
//! begins with a line: `ok`, or `error` and why.

use super::{check, make};
use kernel::Kernel;
use std::fs;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::RwLock;

/// The socket's name in a data directory.
pub(crate) const NAME: &str = "backup.sock";
/// How long a client may stop reading before it counts as gone.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a client may take to send its request, in which nobody else is served.
const REQUEST_WITHIN: Duration = Duration::from_secs(5);
/// The longest request.
const REQUEST_MAX: u64 = 64;

type Place = Arc<RwLock<Option<Arc<Kernel>>>>;

/// The open socket; closed and removed when dropped.
pub(crate) struct Door {
    path: PathBuf,
    closing: Arc<AtomicBool>,
    /// Whom the thread serves, so that a client that says nothing holds up no stop.
    served: Arc<Mutex<Option<UnixStream>>>,
    thread: Option<JoinHandle<()>>,
}

impl Door {
    /// Opens it. A node that cannot have one serves all the same.
    pub(crate) fn open(dir: &Path, kernel: Place) -> Option<Self> {
        let path = dir.join(NAME);
        let open = || -> io::Result<Self> {
            // The directory is this process's alone by now, so what is there is a dead one's.
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = UnixListener::bind(&path)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            let closing = Arc::new(AtomicBool::new(false));
            let served = Arc::new(Mutex::new(None));
            let (theirs, current, dir) = (closing.clone(), served.clone(), dir.to_owned());
            let thread = std::thread::Builder::new().name("backup".into()).spawn(move || {
                for stream in listener.incoming() {
                    if let Ok(stream) = &stream {
                        *lock(&current) = stream.try_clone().ok();
                    }
                    if theirs.load(Ordering::Acquire) {
                        return;
                    }
                    if let Ok(stream) = stream {
                        serve(stream, &dir, &kernel, &theirs);
                        *lock(&current) = None;
                    } else {
                        // Out of descriptors, perhaps: no reason to spin.
                        std::thread::sleep(Duration::from_millis(100));
                    }
                }
            })?;
            Ok(Self { path: path.clone(), closing, served, thread: Some(thread) })
        };
        open().inspect_err(|error| tracing::warn!(path = %path.display(), %error, "no backups while this runs")).ok()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Release);
        if let Some(stream) = lock(&self.served).take() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        // Wakes the thread; where that fails it ends with the process.
        if UnixStream::connect(&self.path).is_ok()
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
        let _ = fs::remove_file(&self.path);
    }
}

fn lock(served: &Mutex<Option<UnixStream>>) -> MutexGuard<'_, Option<UnixStream>> {
    served.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(stream: UnixStream, dir: &Path, kernel: &Place, closing: &AtomicBool) {
    let ready = stream.set_read_timeout(Some(REQUEST_WITHIN)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
    let Ok(input) = ready.and_then(|()| stream.try_clone()) else { return };
    let mut request = String::new();
    if BufReader::new(input.take(REQUEST_MAX)).read_line(&mut request).is_err() {
        return;
    }
    let mut out = Stoppable { out: BufWriter::with_capacity(256 << 10, &stream), closing };
    let kernel = kernel.blocking_read().clone();
    let done = match (request.trim(), kernel) {
        (_, None) => Err("the server is not ready".to_owned()),
        ("backup", Some(kernel)) => back_up(dir, &kernel, &mut out),
        ("check", Some(kernel)) => scrub(dir, &kernel, &mut out),
        (other, Some(_)) => Err(format!("there is no request {other:?}")),
    };
    match done {
        Ok(()) => {}
        Err(why) => {
            tracing::warn!(why, request = request.trim(), "a request at the backup socket failed");
            // Where the answer has begun, its end is missing, which its reader notices.
            let _ = writeln!(out, "error {}", why.replace('\n', " "));
        }
    }
    let _ = out.flush();
}

fn back_up(dir: &Path, kernel: &Arc<Kernel>, out: &mut impl Write) -> Result<(), String> {
    let log = kernel.log();
    writeln!(out, "ok").map_err(|error| error.to_string())?;
    let (totals, _) = make::stream(kernel.store().engine().as_ref(), Some(dir), || log.copy(), out)?;
    tracing::info!(entries = totals.entries, files = totals.files, bytes = totals.bytes, "made a backup");
    Ok(())
}

fn scrub(dir: &Path, kernel: &Arc<Kernel>, out: &mut impl Write) -> Result<(), String> {
    let scrub = check::scrub(kernel.store().engine().as_ref(), Some(dir), Some(kernel.crypto()), false)?;
    writeln!(out, "ok\n{}", scrub.told()).map_err(|error| error.to_string())
}

/// Ends a request when the node stops.
struct Stoppable<'a, W> {
    out: W,
    closing: &'a AtomicBool,
}

impl<W: Write> Write for Stoppable<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closing.load(Ordering::Acquire) {
            return Err(io::Error::other("the server is stopping"));
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Asks a running node; `None` where none runs in the directory. What follows the first line of the answer is left to read.
pub(crate) fn ask(dir: &Path, request: &str) -> Result<Option<BufReader<UnixStream>>, String> {
    let failed = |error: io::Error| format!("{}: {error}", dir.join(NAME).display());
    let mut stream = match UnixStream::connect(dir.join(NAME)) {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(failed(error)),
    };
    writeln!(stream, "{request}").map_err(failed)?;
    let mut answer = BufReader::with_capacity(256 << 10, stream);
    let mut line = Vec::new();
    answer.by_ref().take(4096).read_until(b'\n', &mut line).map_err(failed)?;
    let line = String::from_utf8_lossy(&line);
    match line.trim_end() {
        "ok" => Ok(Some(answer)),
        other => Err(other.strip_prefix("error ").unwrap_or("the server went away").to_owned()),
    }
}
