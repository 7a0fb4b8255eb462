//! HTTP/2 over TLS, with the limits that HTTP/1.1 has.

use crate::harness::TestServer;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const SOON: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(20);

async fn secured(server: &TestServer) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&server.ca).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(server.address).await.unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect("localhost".try_into().unwrap(), stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    stream
}

/// A connection, and what is ready when it ends.
async fn connect(server: &TestServer) -> (SendRequest<Full<Bytes>>, JoinHandle<hyper::Result<()>>) {
    let stream = TokioIo::new(secured(server).await);
    let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    (sender, tokio::spawn(connection))
}

fn request(path: &str, body: &'static [u8]) -> Request<Full<Bytes>> {
    let builder = Request::post(format!("https://localhost{path}"));
    builder.body(Full::new(Bytes::from_static(body))).unwrap()
}

async fn ask(sender: &mut SendRequest<Full<Bytes>>, path: &str, body: &'static [u8]) -> (StatusCode, String) {
    let answer = timeout(LONG, sender.send_request(request(path, body))).await.unwrap().unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn requests_share_a_connection_and_reach_the_handler_as_of_http_1() {
    let server = TestServer::start();
    run(async {
        let (sender, _end) = connect(&server).await;
        let asked: Vec<_> = (0..50)
            .map(|_| {
                let mut sender = sender.clone();
                tokio::spawn(async move { ask(&mut sender, "/slow?a=b", b"body").await })
            })
            .collect();
        for asked in asked {
            let (status, text) = asked.await.unwrap();
            assert!(status == 200 && text.starts_with("POST /slow?a=b 4 "), "{status} {text}");
        }
        assert_eq!(server.calls(), 50);
    });
}

#[test]
fn control_and_limits_are_those_of_http_1() {
    static LARGE: [u8; 5 << 20] = [b'x'; 5 << 20];
    let server = TestServer::with(|limits| limits.header_lines = 20, false);
    run(async {
        let (mut sender, _end) = connect(&server).await;
        let mut health = request("/_fastness/health", b"");
        *health.method_mut() = http::Method::GET;
        assert_eq!(sender.send_request(health).await.unwrap().status(), 200);
        assert_eq!(ask(&mut sender, "/", &LARGE).await.0, 413);
        let mut long = request("/", b"");
        (0..30).for_each(|n| {
            drop(long.headers_mut().insert(
                http::HeaderName::from_bytes(format!("x-{n}").as_bytes()).unwrap(),
                http::HeaderValue::from_static("y"),
            ))
        });
        assert_eq!(sender.send_request(long).await.unwrap().status(), 431);
        let mut two = request("/", b"");
        two.headers_mut().insert("host", http::HeaderValue::from_static("elsewhere"));
        assert_eq!(sender.send_request(two).await.unwrap().status(), 400);
        assert_eq!(server.calls(), 0);
        assert_eq!(ask(&mut sender, "/", b"").await.0, 200);
    });
}

#[test]
fn a_stop_answers_what_is_under_way_and_says_goodbye() {
    let mut server = TestServer::start();
    run(async {
        let (mut busy, busy_end) = connect(&server).await;
        let (_idle, idle_end) = connect(&server).await;
        let asked = tokio::spawn(async move { ask(&mut busy, "/slow", b"").await });
        while server.calls() < 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.ask_to_stop();
        assert_eq!(asked.await.unwrap().0, 200);
        for end in [busy_end, idle_end] {
            timeout(LONG, end).await.unwrap().unwrap().unwrap();
        }
    });
    assert!(server.stop());
}

#[test]
fn silence_ends_a_connection_and_a_long_call_is_no_silence() {
    let server = TestServer::with(|limits| limits.idle = SOON, false);
    run(async {
        let (mut sender, end) = connect(&server).await;
        assert_eq!(ask(&mut sender, "/slow", b"").await.0, 200);
        timeout(LONG, end).await.unwrap().unwrap().unwrap();
    });
}

#[test]
fn a_call_whose_stream_is_reset_is_finished_all_the_same() {
    let server = TestServer::start();
    run(async {
        let (mut sender, _end) = connect(&server).await;
        drop(timeout(SOON / 3, sender.send_request(request("/slow", b""))).await);
        assert_eq!(ask(&mut sender, "/slow", b"").await.0, 200);
        assert_eq!((server.calls(), server.finished()), (2, 2));
    });
}

#[test]
fn floods_slow_heads_and_slow_bodies_are_cut_off() {
    let server =
        TestServer::with(|limits| (limits.head, limits.body_grace, limits.body_rate) = (SOON, SOON, u64::MAX), false);
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    // A header block that does not end, then the same with its end but without a body's.
    let block = b"\x83\x87\x84\x41\x09localhost";
    let head = |flags: u8| [&[0, 0, block.len() as u8, 1, flags, 0, 0, 0, 1][..], block].concat();
    run(async {
        for (name, bytes) in [
            ("pings", [PREFACE, &b"\0\0\x08\x06\0\0\0\0\0abcdefgh".repeat(100_000)].concat()),
            ("settings", [PREFACE, &b"\0\0\0\x04\0\0\0\0\0".repeat(100_000)].concat()),
            ("half a preface", PREFACE[..10].to_vec()),
            ("half a header block", [PREFACE, &head(0)].concat()),
            ("half a frame", [PREFACE, &head(4)[..12]].concat()),
        ] {
            let mut stream = secured(&server).await;
            let _ = timeout(LONG, stream.write_all(&bytes)).await.expect(name);
            let mut told = Vec::new();
            let _ = timeout(LONG, stream.read_to_end(&mut told)).await.expect(name);
        }
        // A body that does not end has an answer, and its connection goes on.
        let mut stream = secured(&server).await;
        stream.write_all(&[PREFACE, &head(4)].concat()).await.unwrap();
        let mut told = Vec::new();
        let answered = async {
            while !told.windows(15).any(|window| window == b"RequestTimeout<") {
                assert!(stream.read_buf(&mut told).await.unwrap() > 0);
            }
        };
        timeout(LONG, answered).await.unwrap();
        assert_eq!(server.calls(), 0);
        let (mut sender, _end) = connect(&server).await;
        assert_eq!(ask(&mut sender, "/", b"").await.0, 200);
    });
}

#[test]
fn what_a_client_still_sends_at_a_stop_does_not_reset_its_connection() {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0abcdefgh";
    const BLOCK: &[u8] = b"\x83\x87\x44\x05/slow\x41\x09localhost";
    let mut server = TestServer::start();
    run(async {
        let (mut from, mut to) = tokio::io::split(secured(&server).await);
        let head = [PREFACE, &[0, 0, BLOCK.len() as u8, 1, 5, 0, 0, 0, 1], BLOCK].concat();
        to.write_all(&head).await.unwrap();
        while server.calls() < 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.ask_to_stop();
        let (mut types, mut head) = (Vec::new(), [0; 9]);
        let ended = loop {
            match timeout(LONG, from.read_exact(&mut head)).await.unwrap() {
                Ok(_) => {}
                Err(end) => break end,
            }
            let mut frame = vec![0; usize::from(u16::from_be_bytes([head[1], head[2]]))];
            from.read_exact(&mut frame).await.unwrap();
            types.push(head[3]);
            if (head[3], head[4]) == (6, 0) {
                // The server's own ping is answered, as every client does.
                let answer = [&[0, 0, 8, 6, 1, 0, 0, 0, 0], &frame[..]].concat();
                let _ = to.write_all(&answer).await;
            }
        };
        assert!(types.contains(&1) && types.contains(&7), "an answer and GOAWAY: {types:?}");
        assert_eq!(ended.kind(), std::io::ErrorKind::UnexpectedEof, "reset: {ended}");
        // What was on its way when the server closed would have reset the connection, and with it a late answer.
        for _ in 0..5 {
            to.write_all(PING).await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(server.stop());
}

/// A body that begins and does not go on.
struct Stalled(Option<Bytes>);

impl hyper::body::Body for Stalled {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        match self.0.take() {
            Some(bytes) => std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(bytes)))),
            None => std::task::Poll::Pending,
        }
    }
}

/// A connection with so many requests on it whose bodies have begun and do not go on; what becomes of each.
async fn stall(server: &TestServer, count: usize, begin: &'static [u8]) -> Vec<JoinHandle<StatusCode>> {
    let stream = TokioIo::new(secured(server).await);
    let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let send = |_| {
        let mut sender = sender.clone();
        tokio::spawn(async move {
            let body = Stalled(Some(Bytes::from_static(begin)));
            sender.send_request(Request::post("https://localhost/").body(body).unwrap()).await.unwrap().status()
        })
    };
    (0..count).map(send).collect()
}

#[test]
fn who_announces_large_bodies_and_sends_none_keeps_nobody_out() {
    static LARGE: [u8; 20_000] = [b'x'; 20_000];
    let server = TestServer::with(
        |limits| {
            limits.large_bodies = 1;
            limits.call_wait = SOON;
        },
        false,
    );
    run(async {
        let stalled = stall(&server, 8, b"x").await;
        tokio::time::sleep(SOON).await;
        let (mut sender, _end) = connect(&server).await;
        assert_eq!(ask(&mut sender, "/", &LARGE).await.0, 200);
        assert!(stalled.iter().all(|stalled| !stalled.is_finished()));
    });
}

#[test]
fn a_body_that_stands_still_on_a_stream_is_given_up_as_on_a_connection() {
    let server = TestServer::with(|limits| limits.body_grace = SOON, false);
    run(async {
        for stalled in stall(&server, 3, b"x").await {
            assert_eq!(timeout(LONG, stalled).await.unwrap().unwrap(), 408);
        }
    });
    assert_eq!(server.calls(), 0);
}

#[test]
fn streams_hold_no_more_requests_that_are_still_arriving_than_connections_could() {
    let server = TestServer::with(|limits| limits.connections = 3, false);
    run(async {
        let mut refused = 0;
        for stalled in stall(&server, 8, b"x").await {
            refused += usize::from(timeout(SOON, stalled).await.is_ok_and(|status| status.unwrap() == 503));
        }
        assert_eq!(refused, 5);
    });
}
