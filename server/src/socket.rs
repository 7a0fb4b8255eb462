//! `control.sock` in the data directory: where a server is sealed, unsealed and asked, by whoever may open the socket.
//!
//! Guarantees: the socket is its owner's alone (mode 0600) from the moment it exists; one process at a time has the
//! directory; what a dead process left is replaced, what a living one uses is not. Requests are those of the control paths,
//! in HTTP/1.1, one a connection, and two with long answers, `backup` and `check`, which end where the connection does;
//! whoever stops reading one is given up. A request has a limited size and a limited time to arrive; it is wiped once it is
//! answered, since it may hold a passphrase, and read here for that reason: a general HTTP library keeps what it has read.
//! Whoever opens connections and says nothing does not shut the operator out.

use crate::backup::{Piece, Wanted};
use crate::control::{self, PREFIX};
use crate::exchange::Wiped;
use crate::logs::Sluice;
use crate::node::Node;
use base::Secret;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use kernel::Connection;
use rustix::fs::Mode;
use std::collections::VecDeque;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc::Receiver;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// The socket's name in a data directory.
pub(crate) const NAME: &str = "control.sock";
/// The longest path of a socket on Linux, its final zero apart (unix(7)).
pub(crate) const PATH_MAX: usize = 107;
/// The lock's name in a data directory.
pub(crate) const LOCK: &str = "lock";
/// Largest head of a request.
const HEAD_MAX: usize = 16 << 10;
/// Largest command.
const BODY_MAX: usize = 1 << 20;
/// How much is read at once.
const PIECE: usize = 16 << 10;
/// How long a client may take to send its request, and again to take its answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Connections whose request is not there yet; the next closes the oldest of them, so that nobody shuts the operator out.
const WAITING: usize = 64;
/// Connections at once, those included whose command is carried out or whose answer is sent; the next wait.
const CONNECTIONS: usize = 128;
/// Commands at once; the next wait.
const COMMANDS: usize = 16;
/// Pause after a failed accept: out of file descriptors heals only when connections close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Lines a second about connections that cannot be accepted.
static ACCEPT: Sluice = Sluice::new(1);

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
            // Root may become the directory's owner, and the owner may come next.
            if rustix::process::geteuid().is_root()
                && let Ok(of) = fs::metadata(dir)
            {
                let _ = std::os::unix::fs::fchown(&file, Some(of.uid()), Some(of.gid()));
            }
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
    pub(crate) async fn run(&self, node: Arc<Node>) -> io::Result<()> {
        let listener = UnixListener::from_std(self.listener.try_clone()?)?;
        let desk = Arc::new(Desk { node, commands: Semaphore::new(COMMANDS), waiting: Mutex::default() });
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        for number in 0.. {
            let Ok(place) = places.clone().acquire_owned().await else { break };
            let stream = accept(&listener).await;
            desk.receive(stream, number, place);
        }
        Ok(())
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The next connection; out of file descriptors, it waits for one.
async fn accept(listener: &UnixListener) -> UnixStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                if let Some(held_back) = ACCEPT.pass() {
                    tracing::warn!(%error, held_back, "a control connection could not be accepted");
                }
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Where commands are taken.
struct Desk {
    node: Arc<Node>,
    commands: Semaphore,
    /// Connections whose request is not there yet, the oldest first.
    waiting: Mutex<VecDeque<(u64, AbortHandle)>>,
}

impl Desk {
    fn receive(self: &Arc<Self>, mut stream: UnixStream, number: u64, place: OwnedSemaphorePermit) {
        let desk = self.clone();
        let mut waiting = self.waiting();
        let task = tokio::spawn(async move {
            let request = {
                let _waiting = Waiting { desk: &desk, number };
                timeout(PATIENCE, read(&mut stream)).await.unwrap_or(Err(Unread::Slow))
            };
            match desk.answer(request).await {
                Some(Answer::Whole(answer)) => drop(timeout(PATIENCE, write(&mut stream, answer)).await),
                Some(Answer::Long(first, rest)) => drop(write_long(&mut stream, first, rest).await),
                None => {}
            }
            drop(place);
        });
        waiting.push_back((number, task.abort_handle()));
        let surplus = if waiting.len() > WAITING { waiting.pop_front() } else { None };
        drop(waiting);
        if let Some((_, oldest)) = surplus {
            oldest.abort();
        }
    }

    /// What a request is answered; nothing where nobody is there to read it.
    async fn answer(&self, request: Result<Request<Bytes>, Unread>) -> Option<Answer> {
        let request = match request {
            Ok(request) => request,
            Err(Unread::Gone) => return None,
            Err(why) => return Some(Answer::Whole(why.refusal())),
        };
        if let Some(wanted) = wanted(&request) {
            return Some(self.begin(wanted).await);
        }
        let _turn = self.commands.acquire().await.ok()?;
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let connection = Connection { peer: here, tls: None };
        Some(Answer::Whole(control::answer(&*self.node, &request, &connection, here).await))
    }

    /// What fails before anything was written is told; later, an answer only has no end.
    async fn begin(&self, wanted: Wanted) -> Answer {
        let begun = match self.node.stream(wanted).await {
            Err(why) => Err(why),
            Ok(mut pieces) => match pieces.recv().await {
                Some(Piece::Bytes(first)) => Ok(Answer::Long(first, pieces)),
                Some(Piece::Failed(why)) => Err(why),
                Some(Piece::End) | None => Err("there is no answer".into()),
            },
        };
        begun.unwrap_or_else(|why| Answer::Whole(control::fault(StatusCode::CONFLICT, &why)))
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<(u64, AbortHandle)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Answer {
    /// All of it is at hand.
    Whole(Response<Bytes>),
    /// It is still being made; some of it is there.
    Long(Bytes, Receiver<Piece>),
}

/// Whether a request asks for something that has a long answer.
fn wanted(request: &Request<Bytes>) -> Option<Wanted> {
    match (request.method(), request.uri().path().strip_prefix(PREFIX)?) {
        (&Method::POST, "backup") => Some(Wanted::Backup),
        (&Method::POST, "check") => Some(Wanted::Check),
        _ => None,
    }
}

/// A connection that may be closed for a newer one, until this is dropped.
struct Waiting<'a> {
    desk: &'a Desk,
    number: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.desk.waiting().retain(|(number, _)| *number != self.number);
    }
}

/// Why a request is none.
enum Unread {
    /// The client is gone.
    Gone,
    Slow,
    Large,
    Malformed,
}

impl Unread {
    fn refusal(&self) -> Response<Bytes> {
        let (status, message) = match self {
            Self::Slow => (StatusCode::REQUEST_TIMEOUT, "the request did not arrive in time"),
            Self::Large => (StatusCode::PAYLOAD_TOO_LARGE, "the request is too large"),
            Self::Gone | Self::Malformed => (StatusCode::BAD_REQUEST, "this is no request of HTTP/1.1 with a length"),
        };
        control::fault(status, message)
    }
}

/// Reads one request. Where its bytes were is wiped when the request is dropped.
async fn read(stream: &mut UnixStream) -> Result<Request<Bytes>, Unread> {
    let mut bytes = Secret::new(Vec::new());
    let body_begins = loop {
        if let Some(end) = bytes.expose().windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if bytes.expose().len() > HEAD_MAX {
            return Err(Unread::Large);
        }
        more(stream, &mut bytes).await?;
    };
    let (head, length) = {
        let head = bytes.expose().get(..body_begins).unwrap_or_default();
        parse(head).ok_or(Unread::Malformed)?
    };
    if length > BODY_MAX {
        return Err(Unread::Large);
    }
    while bytes.expose().len() < body_begins + length {
        more(stream, &mut bytes).await?;
    }
    let whole = Bytes::from_owner(Wiped(bytes));
    Ok(Request::from_parts(head, whole.slice(body_begins..body_begins + length)))
}

async fn more(stream: &mut UnixStream, bytes: &mut Secret<Vec<u8>>) -> Result<(), Unread> {
    let mut piece = Secret::new([0; PIECE]);
    let count = stream.read(piece.expose_mut()).await.map_err(|_| Unread::Gone)?;
    let read = piece.expose().get(..count).filter(|read| !read.is_empty()).ok_or(Unread::Gone)?;
    bytes.extend(read.iter().copied());
    Ok(())
}

/// The head of a request, and how long its body is. A body without a length is none.
fn parse(head: &[u8]) -> Option<(Parts, usize)> {
    let mut lines = std::str::from_utf8(head).ok()?.trim_end_matches("\r\n").split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target, version) = (first.next()?, first.next()?, first.next()?);
    if first.next().is_some() || version != "HTTP/1.1" {
        return None;
    }
    let mut request = Request::builder().method(method).uri(target);
    for line in lines {
        let (name, value) = line.split_once(':')?;
        request = request.header(name, value.trim_matches([' ', '\t']));
    }
    let (parts, ()) = request.body(()).ok()?.into_parts();
    let mut lengths = parts.headers.get_all(CONTENT_LENGTH).iter();
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    let length = lengths.next().map_or(Some(0), |length| number(length.to_str().ok()?))?;
    let is_clear = lengths.next().is_none() && !parts.headers.contains_key(TRANSFER_ENCODING);
    is_clear.then_some((parts, length))
}

async fn write(stream: &mut UnixStream, answer: Response<Bytes>) -> io::Result<()> {
    let (parts, body) = answer.into_parts();
    let mut head = format!("HTTP/1.1 {} {}\r\n", parts.status.as_str(), parts.status.canonical_reason().unwrap_or("-"));
    for (name, value) in &parts.headers {
        if let Ok(value) = value.to_str() {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    head.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}

/// Writes an answer while it is made. Whether it is whole, its content tells.
async fn write_long(stream: &mut UnixStream, first: Bytes, mut rest: Receiver<Piece>) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await?;
    let mut piece = Some(Piece::Bytes(first));
    while let Some(Piece::Bytes(bytes)) = piece {
        // In parts, since who reads slowly is not gone.
        for part in bytes.chunks(PIECE) {
            timeout(PATIENCE, stream.write_all(part)).await.map_err(|_| io::ErrorKind::TimedOut)??;
        }
        piece = rest.recv().await;
    }
    stream.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_strictly() {
        let (parts, length) =
            parse(b"POST /_fastness/control HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\n").unwrap();
        assert_eq!((parts.method.as_str(), parts.uri.path(), length), ("POST", "/_fastness/control", 7));
        assert_eq!(parse(b"GET /_fastness/health HTTP/1.1\r\nHost: x\r\n\r\n").unwrap().1, 0);
        for head in [
            &b""[..],
            b"\r\n\r\n",
            b"GET /\r\n\r\n",
            b"GET / HTTP/1.0\r\n\r\n",
            b"GET / HTTP/1.1 x\r\n\r\n",
            b"GET  / HTTP/1.1\r\n\r\n",
            b"G\0T / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length : 1\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n",
        ] {
            assert!(parse(head).is_none(), "{}", String::from_utf8_lossy(head));
        }
    }
}
