//! Any bytes from a stranger on the network, before and inside TLS: the server answers or hangs up in time, crashes nowhere,
//! and serves the next one. The first byte of the input says where its rest is sent.

use base::{Clock, SystemClock};
use bytes::Bytes;
use http::{Request, Response};
use kernel::Connection;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use server::budget::Budget;
use server::ca::Authority;
use server::control::{Command, Control, ControlError};
use server::handler::{Answered, Boxed, Handler};
use server::limits::Limits;
use server::listener::{Listener, Options, bind};
use server::tls::Tls;
use server::watch::Watch;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long the server may take to hang up: far more than its own limits, which are short here.
const PATIENCE: Duration = Duration::from_secs(20);

/// After so many inputs an ordinary request must be answered.
const CHECK_EVERY: u64 = 64;

pub(crate) fn run(data: &[u8]) {
    let front = Front::get();
    let Some((way, bytes)) = data.split_first() else { return };
    match way % 4 {
        0 => answered(&front.in_clear(bytes)),
        1 => answered(&front.in_tls(&front.plain, bytes)),
        2 => answered(&front.in_tls(&front.two, bytes)),
        // What follows a handshake on the wire: records that nobody made under the session's keys.
        _ => front.after_handshake(bytes),
    }
    assert!(!CRASHED.load(Ordering::Relaxed), "a connection crashed");
    static INPUTS: AtomicU64 = AtomicU64::new(0);
    if INPUTS.fetch_add(1, Ordering::Relaxed).is_multiple_of(CHECK_EVERY) {
        let request = b"GET /check HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        for answer in [front.in_clear(request), front.in_tls(&front.plain, request)] {
            assert!(answer.starts_with(b"HTTP/1.1 200"), "the server no longer serves");
        }
    }
}

/// Whether a thread of the server's panicked; the runtime keeps that to itself.
static CRASHED: AtomicBool = AtomicBool::new(false);
const THREAD: &str = "front";

fn note_crashes() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() == Some(THREAD) {
            CRASHED.store(true, Ordering::Relaxed);
        }
        usual(info);
    }));
}

/// What a client sends first when it opens a TLS session, for seeds.
#[allow(dead_code, reason = "seeds are made by the tests alone")]
pub(crate) fn client_hello() -> Vec<u8> {
    let front = Front::get();
    let mut hello = Vec::new();
    client(&front.two).write_tls(&mut hello).unwrap();
    hello
}

/// A crash in one call would be told as this.
fn answered(answer: &[u8]) {
    assert!(!answer.windows(12).any(|part| part == b"HTTP/1.1 500"), "a call crashed");
}

/// A listener that lives as long as the process, and two ways to open sessions with it.
struct Front {
    address: SocketAddr,
    plain: Arc<ClientConfig>,
    /// Offers HTTP/2.
    two: Arc<ClientConfig>,
}

impl Front {
    fn get() -> &'static Self {
        static FRONT: OnceLock<Front> = OnceLock::new();
        FRONT.get_or_init(Self::start)
    }

    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("fastness-fuzz-front-{}", std::process::id()));
        let authority = Authority::open(&folder, SystemClock.now()).unwrap();
        let root = CertificateDer::from_pem_file(authority.path()).unwrap();
        let socket = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = socket.local_addr().unwrap();
        let tls = Tls::new(authority, address, &[]).unwrap();
        let _ = std::fs::remove_dir_all(&folder);
        let short = Duration::from_millis(500);
        let limits = Limits {
            handshake: short,
            head: short,
            idle: short,
            body_grace: short,
            linger: Duration::from_millis(50),
            ..Limits::default()
        };
        let (handler, control, watch) = (Arc::new(Echo), Arc::new(Echo), Watch::new(&[("unknown", "unknown")]));
        let options = Options { handler, control, tls, tls_only: false, proxies: Arc::default(), limits, watch };
        note_crashes();
        std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_multi_thread();
            let runtime = runtime.worker_threads(1).thread_name(THREAD).enable_all().build().unwrap();
            let budget = Budget::new(&options.limits);
            runtime
                .block_on(async { Listener::new(socket, options, budget).unwrap().run(std::future::pending()).await });
        });
        let mut roots = RootCertStore::empty();
        roots.add(root).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let plain = config.with_root_certificates(roots).with_no_client_auth();
        let mut two = plain.clone();
        two.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Self { address, plain: Arc::new(plain), two: Arc::new(two) }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn in_clear(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        rest(&mut stream)
    }

    fn in_tls(&self, config: &Arc<ClientConfig>, bytes: &[u8]) -> Vec<u8> {
        let mut stream = StreamOwned::new(client(config), self.connect());
        let _ = stream.write_all(bytes);
        stream.conn.send_close_notify();
        let _ = stream.flush();
        let _ = stream.sock.shutdown(Shutdown::Write);
        rest(&mut stream)
    }

    fn after_handshake(&self, bytes: &[u8]) {
        let mut stream = StreamOwned::new(client(&self.plain), self.connect());
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).unwrap();
        }
        let _ = stream.sock.write_all(bytes);
        let _ = stream.sock.shutdown(Shutdown::Write);
        rest(&mut stream.sock);
    }
}

fn client(config: &Arc<ClientConfig>) -> ClientConnection {
    ClientConnection::new(config.clone(), ServerName::try_from("localhost").unwrap()).unwrap()
}

/// All that comes until the server hangs up; that it does not is a failure.
fn rest(stream: &mut impl Read) -> Vec<u8> {
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert!(!matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "the server does not hang up");
    }
    answer
}

/// Answers everything with what it got of it.
struct Echo;

impl Handler for Echo {
    fn handle(&self, request: Request<Bytes>, _: Connection) -> Boxed<'_, Answered> {
        Box::pin(async move { Response::new(request.into_body()).into() })
    }
}

impl Control for Echo {
    fn is_sealed(&self) -> bool {
        false
    }

    fn trouble(&self) -> Boxed<'_, Option<String>> {
        Box::pin(async { None })
    }

    fn reset(&self) -> Boxed<'_, Result<(), ControlError>> {
        Box::pin(async { Ok(()) })
    }

    fn run(&self, _: Command) -> Boxed<'_, Result<serde_json::Value, ControlError>> {
        Box::pin(async { Err(ControlError::Refused("nothing is controlled here".into())) })
    }
}
