//! A listener on a free port, and clients that speak raw bytes.

use bytes::Bytes;
use http::{Request, Response};
use kernel::Connection;
use serde_json::Value;
use server::budget::Budget;
use server::ca::Authority;
use server::control::{Command, Control, ControlError};
use server::handler::{Answered, Boxed, Handler};
use server::limits::Limits;
use server::listener::{Listener, Options, bind};
use server::tls::Tls;
use server::watch::Watch;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;

/// Answers with what it got, as `METHOD path length key-exchange`; `/slow` takes a while, `/panic` does.
#[derive(Default)]
pub(crate) struct Echo {
    pub(crate) calls: AtomicUsize,
    pub(crate) finished: AtomicUsize,
    pub(crate) resets: AtomicUsize,
    pub(crate) trouble: Mutex<Option<String>>,
}

impl Handler for Echo {
    fn handle(&self, request: Request<Bytes>, connection: Connection) -> Boxed<'_, Answered> {
        Box::pin(async move {
            self.calls.fetch_add(1, Ordering::SeqCst);
            match request.uri().path() {
                "/slow" => tokio::time::sleep(Duration::from_millis(400)).await,
                "/peer" => return Response::new(Bytes::from(connection.peer.ip().to_string())).into(),
                "/panic" => panic!("as asked"),
                _ => {}
            }
            self.finished.fetch_add(1, Ordering::SeqCst);
            let exchange = connection.tls.and_then(|tls| tls.key_exchange).unwrap_or("plain");
            let (method, uri) = (request.method(), request.uri());
            Response::new(Bytes::from(format!("{method} {uri} {} {exchange}", request.body().len()))).into()
        })
    }
}

impl Control for Echo {
    fn is_sealed(&self) -> bool {
        false
    }

    fn trouble(&self) -> Boxed<'_, Option<String>> {
        Box::pin(async { self.trouble.lock().unwrap().clone() })
    }

    fn reset(&self) -> Boxed<'_, Result<(), ControlError>> {
        self.resets.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(()) })
    }

    fn run(&self, command: Command) -> Boxed<'_, Result<Value, ControlError>> {
        Box::pin(async move {
            match command {
                Command::ClockShow {} => Ok(serde_json::json!({ "now": "2026-01-31T12:00:00Z" })),
                _ => Err(ControlError::Refused("only the clock's time is known here".into())),
            }
        })
    }
}

pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) ca: PathBuf,
    pub(crate) echo: Arc<Echo>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<bool>>,
    _dir: tempfile::TempDir,
}

impl TestServer {
    pub(crate) fn start() -> Self {
        Self::with(|_| {}, false)
    }

    pub(crate) fn with(change: impl FnOnce(&mut Limits), tls_only: bool) -> Self {
        Self::of(|options| {
            options.tls_only = tls_only;
            change(&mut options.limits);
        })
    }

    /// With options that the test changes.
    pub(crate) fn of(change: impl FnOnce(&mut Options)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let socket = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = socket.local_addr().unwrap();
        let authority = Authority::open(dir.path(), base::Clock::now(&base::SystemClock)).unwrap();
        let ca = authority.path().to_owned();
        let tls = Tls::new(authority, address, &[]).unwrap();
        let limits = Limits { linger: Duration::from_millis(500), farewell: Duration::ZERO, ..Limits::default() };
        let echo = Arc::new(Echo::default());
        let (stop, stopped) = oneshot::channel();
        let mut options = Options {
            handler: echo.clone(),
            control: echo.clone(),
            tls,
            proxies: Arc::default(),
            tls_only: false,
            limits,
            watch: Watch::new(&[("unknown", "unknown")]),
        };
        change(&mut options);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let budget = Budget::new(&options.limits);
                let listener = Listener::new(socket, options, budget).unwrap();
                listener.run(async { drop(stopped.await) }).await
            })
        });
        Self { address, ca, echo, stop: Some(stop), thread: Some(thread), _dir: dir }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Sends bytes, ends the sending side, and reads all that comes back.
    pub(crate) fn exchange(&self, request: &[u8]) -> String {
        let mut stream = self.connect();
        // A server that refuses early may stop reading; what it answered counts.
        let _ = stream.write_all(request);
        let _ = stream.shutdown(Shutdown::Write);
        rest(&mut stream)
    }

    pub(crate) fn calls(&self) -> usize {
        self.echo.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn finished(&self) -> usize {
        self.echo.finished.load(Ordering::SeqCst)
    }

    /// Stops the server; whether every call under way was finished.
    pub(crate) fn stop(&mut self) -> bool {
        self.ask_to_stop();
        self.thread.take().unwrap().join().unwrap()
    }

    pub(crate) fn ask_to_stop(&mut self) {
        drop(self.stop.take());
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if self.thread.is_some() {
            self.stop();
        }
    }
}

/// All that still comes from a connection until it closes. A connection that stays open fails the test.
pub(crate) fn rest(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {}
        Err(error) => panic!("the connection hangs: {error}; got {:?}", String::from_utf8_lossy(&bytes)),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads one answer from a connection that may stay open.
pub(crate) fn one(stream: &mut impl Read) -> String {
    let mut text = String::new();
    let mut byte = [0];
    while !text.ends_with("\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        text.push(char::from(byte[0]));
    }
    let length = text
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned))
        .map_or(0, |digits| digits.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    text + &String::from_utf8_lossy(&body)
}

pub(crate) fn status(answer: &str) -> u16 {
    let digits = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
    digits.unwrap_or_else(|| panic!("no answer but {answer:?}")).parse().unwrap()
}
