//! `control.sock` in the data directory: where a server is sealed, unsealed and asked, by whoever may open the socket.
//!
//! Guarantees: the socket is its owner's alone (mode 0600) from the moment it exists; one process at a time has the
//! directory; what a dead process left is replaced, what a living one uses is not. Requests are those of the control paths,
//! in HTTP/1.1.

use crate::control::{self, Control};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use kernel::Connection;
use rustix::fs::Mode;
use std::convert::Infallible;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;

/// The socket's name in a data directory.
pub(crate) const NAME: &str = "control.sock";
/// The longest path of a socket on Linux, its final zero apart (unix(7)).
pub(crate) const PATH_MAX: usize = 107;
/// The lock's name in a data directory.
pub(crate) const LOCK: &str = "lock";
/// Largest command.
const BODY_MAX: usize = 1 << 20;
/// How long a client may take to send its request.
const PATIENCE: Duration = Duration::from_secs(30);
/// Connections at once; the next wait.
const CONNECTIONS: usize = 16;

/// The data directory is this process's, until it is dropped.
pub(crate) struct Held(#[expect(dead_code, reason = "it is held")] File);

/// Takes the directory for this process, or says who has it.
pub(crate) fn hold(dir: &Path) -> Result<Held, String> {
    let path = dir.join(LOCK);
    let failed = |error: io::Error| format!("{}: {error}", path.display());
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let mut file = options.open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {
            // Only a courtesy to whoever comes second.
            let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
            Ok(Held(file))
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            let who = if holder.is_empty() { "another process".into() } else { format!("process {holder}") };
            Err(format!("{who} runs in {}; stop it first, or choose another data directory", dir.display()))
        }
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// A socket that is bound, and removed when dropped.
pub(crate) struct Socket {
    listener: std::os::unix::net::UnixListener,
    path: PathBuf,
}

impl Socket {
    /// Binds it in a directory that is held. There must be one thread: the mode is set by the process's umask.
    pub(crate) fn bind(dir: &Path, _held: &Held) -> Result<Self, String> {
        let path = dir.join(NAME);
        let failed = |error: io::Error| format!("{}: {error}", path.display());
        if path.as_os_str().len() > PATH_MAX {
            return Err(format!(
                "{}: a socket's path has at most {PATH_MAX} bytes; choose a shorter --data",
                path.display()
            ));
        }
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let before = rustix::process::umask(Mode::from_raw_mode(0o177));
        let bound = std::os::unix::net::UnixListener::bind(&path);
        rustix::process::umask(before);
        let listener = bound.map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        Ok(Self { listener, path })
    }

    /// Answers commands for as long as it is polled.
    pub(crate) async fn run(&self, control: Arc<dyn Control>) -> io::Result<()> {
        let listener = UnixListener::from_std(self.listener.try_clone()?)?;
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return Ok(()) };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let control = control.clone();
                    tokio::spawn(async move {
                        serve(stream, control).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a control connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

async fn serve(stream: UnixStream, control: Arc<dyn Control>) {
    let service = service_fn(|request| answer(control.as_ref(), request));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a control connection failed");
    }
}

async fn answer(control: &dyn Control, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let connection = Connection { peer: here, tls: None };
    let (head, body) = request.into_parts();
    let body = tokio::time::timeout(PATIENCE, Limited::new(body, BODY_MAX).collect()).await;
    let Ok(Ok(body)) = body else {
        let mut refusal = Response::new(Full::new(Bytes::new()));
        *refusal.status_mut() = http::StatusCode::BAD_REQUEST;
        return Ok(refusal);
    };
    let request = Request::from_parts(head, body.to_bytes());
    Ok(control::answer(control, &request, &connection, here).await.map(Full::new))
}
