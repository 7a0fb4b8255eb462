//! The binary under 64 busy connections, of HTTP/1.1 and HTTP/2 alike: reloads, a seal and a stop lose no request.

use authn::{Signer, SigningSecret};
use base::{Clock, Secret, SystemClock};
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustix::process::{Pid, Signal, kill_process};
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{default_provider, kx_group};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, NamedGroup, RootCertStore};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const BINARY: &str = env!("CARGO_BIN_EXE_fastness");
/// Half of them speak HTTP/1.1, half HTTP/2.
const CONNECTIONS: usize = 64;
/// Requests at once on a connection of HTTP/2.
const STREAMS: usize = 3;
const RELOADS: usize = 20;
/// Far more than anything takes, so that a hang is a failure.
const LONG: Duration = Duration::from_secs(60);

/// A server as an operator runs it.
struct Served {
    child: Child,
    address: SocketAddr,
    data: PathBuf,
    key: (String, Arc<SigningSecret>),
    log: Option<std::thread::JoinHandle<String>>,
}

impl Served {
    fn start(home: &Path, flags: &[&str]) -> Self {
        let data = home.join("data");
        let seal = format!("file:{}", home.join("seal.key").display());
        let fastness = |words: &[&str]| {
            let done = Command::new(BINARY).args(words).arg("--data").arg(&data).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            done.stdout
        };
        let made: serde_json::Value = serde_json::from_slice(&fastness(&["init", "--seal", &seal, "--json"])).unwrap();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let key = (text("access_key_id"), Arc::new(SigningSecret::new(Secret::new(text("secret_access_key")))));
        let mut command = Command::new(BINARY);
        // Clients that this machine leaves waiting are no slower than this; a stop takes no longer for it.
        command.env("FASTNESS_LIMITS_FAREWELL_S", "30");
        command.args(["serve", "--listen", "127.0.0.1:0", "--quotas", "off"]).args(flags).arg("--data").arg(&data);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut errors = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = errors.read_to_string(&mut text);
            text
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let endpoint = lines.find_map(|line| line.strip_prefix("export AWS_ENDPOINT_URL=https://").map(str::to_owned));
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address: endpoint.unwrap().parse().unwrap(), data, key, log: Some(log) }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Runs a command over the control socket, while clients go on.
    async fn tell(&self, word: &str) {
        let done = tokio::task::spawn_blocking({
            let (data, word) = (self.data.clone(), word.to_owned());
            move || Command::new(BINARY).arg(word).arg("--data").arg(data).output().unwrap()
        });
        let done = timeout(LONG, done).await.unwrap().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// Its exit status and its log. It was asked to end.
    fn ended(mut self) -> (Option<i32>, String) {
        (self.child.wait().unwrap().code(), self.log.take().unwrap().join().unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What became of the clients' requests.
#[derive(Default)]
struct Tally {
    served: AtomicUsize,
    sealed: AtomicUsize,
    /// Connections that ended while their client was between requests, or said that they would.
    ended: AtomicUsize,
    /// Requests that were sent and had no whole answer, or a wrong one.
    lost: Mutex<Vec<String>>,
    done: AtomicBool,
}

impl Tally {
    fn count(&self, status: StatusCode) {
        match status.as_u16() {
            200 => drop(self.served.fetch_add(1, Ordering::SeqCst)),
            503 => drop(self.sealed.fetch_add(1, Ordering::SeqCst)),
            other => self.lost.lock().unwrap().push(format!("answered {other}")),
        }
    }

    async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !is_so(self) {
                sleep(Duration::from_millis(2)).await;
            }
        };
        assert!(timeout(LONG, waiting).await.is_ok(), "{what}: {:?}", self.lost.lock().unwrap());
    }

    fn served(&self) -> usize {
        self.served.load(Ordering::SeqCst)
    }
}

/// A call of KMS, signed now.
fn call(served: &Served, two: bool) -> Request<Full<Bytes>> {
    const BODY: &[u8] = b"{\"NumberOfBytes\":16}";
    let host = served.address.to_string();
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_str(&host).unwrap());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    let target = HeaderName::from_static("x-amz-target");
    headers.insert(target, HeaderValue::from_static("TrentService.GenerateRandom"));
    headers.insert(CONTENT_LENGTH, BODY.len().into());
    let region = "us-east-1".parse().unwrap();
    let signer = Signer { access_key_id: &served.key.0, secret: &served.key.1, region, service: "kms" };
    let request = authn::Request { method: "POST", path: "/", query: "", headers: &headers, body: BODY };
    let mut headers = authn::sign(&request, &signer, SystemClock.now()).unwrap();
    let uri = if two { format!("https://{host}/") } else { "/".into() };
    if two {
        headers.remove(HOST);
    }
    let mut request = Request::post(uri).body(Full::new(Bytes::from_static(BODY))).unwrap();
    *request.headers_mut() = headers;
    request
}

fn trusting(authority: CertificateDer<'static>, protocol: &[u8]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(authority).unwrap();
    let kx_groups = vec![kx_group::X25519MLKEM768, kx_group::SECP256R1];
    let provider = Arc::new(CryptoProvider { kx_groups, ..default_provider() });
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    Arc::new(config)
}

async fn connect(address: SocketAddr, config: &Arc<ClientConfig>) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(config.clone()).connect("localhost".try_into().unwrap(), stream).await
}

/// Whether a request that failed was never dealt with, because the connection had ended: another server may be asked. After
/// GOAWAY, what it does not cover counts as not sent (RFC 9113 §6.8); that the server saw nothing of it is in its log.
fn is_unsent(error: &hyper::Error) -> bool {
    error.is_canceled() || error.is_closed() || format!("{error:?}").contains("GoAway(b\"\", NO_ERROR, Remote)")
}

/// Asks on one connection of HTTP/1.1 until it ends or the test does.
async fn one(served: Arc<Served>, tally: Arc<Tally>, stream: TlsStream<TcpStream>) {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    while !tally.done.load(Ordering::SeqCst) && sender.ready().await.is_ok() {
        let answered = async {
            let answer = sender.send_request(call(&served, false)).await?;
            let (status, closes) = (answer.status(), answer.headers().contains_key(CONNECTION));
            answer.into_body().collect().await?;
            Ok::<_, hyper::Error>((status, closes))
        };
        match timeout(LONG, answered).await {
            Ok(Ok((status, closes))) => {
                tally.count(status);
                if closes {
                    break;
                }
            }
            Ok(Err(error)) if is_unsent(&error) => break,
            failed => {
                tally.lost.lock().unwrap().push(format!("HTTP/1.1: {failed:?}"));
                break;
            }
        }
    }
    if !tally.done.load(Ordering::SeqCst) {
        tally.ended.fetch_add(1, Ordering::SeqCst);
    }
    drop(sender);
    let _ = timeout(LONG, connection).await;
}

/// Asks on one connection of HTTP/2, several times at once.
async fn two(served: Arc<Served>, tally: Arc<Tally>, stream: TlsStream<TcpStream>) {
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut streams = JoinSet::new();
    for _ in 0..STREAMS {
        let (served, tally, mut sender) = (served.clone(), tally.clone(), sender.clone());
        streams.spawn(async move {
            while !tally.done.load(Ordering::SeqCst) && sender.ready().await.is_ok() {
                let answered = async {
                    let answer = sender.send_request(call(&served, true)).await?;
                    let status = answer.status();
                    answer.into_body().collect().await?;
                    Ok::<_, hyper::Error>(status)
                };
                match timeout(LONG, answered).await {
                    Ok(Ok(status)) => tally.count(status),
                    Ok(Err(error)) if is_unsent(&error) => break,
                    failed => {
                        tally.lost.lock().unwrap().push(format!("HTTP/2: {failed:?}"));
                        break;
                    }
                }
            }
        });
    }
    while streams.join_next().await.is_some() {}
    if !tally.done.load(Ordering::SeqCst) {
        tally.ended.fetch_add(1, Ordering::SeqCst);
    }
    drop(sender);
    let _ = timeout(LONG, connection).await;
}

/// Opens all connections and keeps them busy.
async fn busy(served: &Arc<Served>, authority: &CertificateDer<'static>) -> (Arc<Tally>, JoinSet<()>) {
    let (tally, mut clients) = (Arc::new(Tally::default()), JoinSet::new());
    let configs = [trusting(authority.clone(), b"http/1.1"), trusting(authority.clone(), b"h2")];
    for number in 0..CONNECTIONS {
        let stream = connect(served.address, &configs[number % 2]).await.unwrap();
        let group = stream.get_ref().1.negotiated_key_exchange_group().unwrap().name();
        assert_eq!(group, NamedGroup::X25519MLKEM768);
        let (served, tally) = (served.clone(), tally.clone());
        match number % 2 {
            0 => drop(clients.spawn(one(served, tally, stream))),
            _ => drop(clients.spawn(two(served, tally, stream))),
        }
    }
    tally.until("all are busy", |tally| tally.served() > CONNECTIONS * 4).await;
    (tally, clients)
}

async fn finished(mut clients: JoinSet<()>) {
    while let Some(client) = timeout(LONG, clients.join_next()).await.unwrap() {
        client.unwrap();
    }
}

/// An operator's authority, which the test's clients trust.
struct Operators {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Operators {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// Another certificate in the same files.
    fn renew(&self, certificate: &Path, key: &Path) -> CertificateDer<'static> {
        let pair = KeyPair::generate().unwrap();
        let made = CertificateParams::new(vec!["localhost".into()]).unwrap().signed_by(&pair, &self.issuer).unwrap();
        fs::write(certificate, made.pem()).unwrap();
        fs::write(key, pair.serialize_pem()).unwrap();
        made.der().clone()
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap().block_on(future)
}

#[test]
fn reloads_and_a_stop_lose_no_request_of_busy_connections() {
    let home = tempfile::tempdir().unwrap();
    let [certificate, key] = ["server.pem", "server-key.pem"].map(|name| home.path().join(name));
    let operators = Operators::new();
    operators.renew(&certificate, &key);
    let files = [&certificate, &key].map(|path| path.to_str().unwrap());
    let flags = ["--tls-certificate", files[0], "--tls-key", files[1], "--log-requests"];
    let served = Arc::new(Served::start(home.path(), &flags));
    let answered = run(async {
        let (tally, clients) = busy(&served, &operators.certificate).await;
        let config = trusting(operators.certificate.clone(), b"h2");
        for _ in 0..RELOADS {
            let before = tally.served();
            let fresh = operators.renew(&certificate, &key);
            served.signal(Signal::HUP);
            let shown = async {
                loop {
                    let stream = connect(served.address, &config).await.unwrap();
                    if stream.get_ref().1.peer_certificates().unwrap().first() == Some(&fresh) {
                        break;
                    }
                    sleep(Duration::from_millis(5)).await;
                }
            };
            timeout(LONG, shown).await.unwrap();
            tally.until("they stay busy", |tally| tally.served() > before + CONNECTIONS).await;
        }
        assert_eq!(*tally.lost.lock().unwrap(), Vec::<String>::new());
        assert_eq!(tally.ended.load(Ordering::SeqCst), 0, "a reload ended connections");
        served.signal(Signal::TERM);
        finished(clients).await;
        assert_eq!(*tally.lost.lock().unwrap(), Vec::<String>::new());
        assert_eq!(tally.ended.load(Ordering::SeqCst), CONNECTIONS);
        assert_eq!(tally.sealed.load(Ordering::SeqCst), 0);
        tally.served()
    });
    let (status, log) = Arc::into_inner(served).unwrap().ended();
    assert_eq!(status, Some(0), "{log}");
    assert!(!log.contains("abandoned") && !log.contains("panicked"), "{log}");
    let dealt_with = log.matches("operation=\"GenerateRandom\"").count();
    assert_eq!(dealt_with, answered, "what the server answered and what clients heard");
    let applied = log.matches("settings are reloaded").count();
    assert!((1..=RELOADS).contains(&applied) && !log.contains("not applied"), "{log}");
}

#[test]
fn a_seal_answers_every_request_of_busy_connections_and_unsealing_serves_the_same_ones() {
    let home = tempfile::tempdir().unwrap();
    let served = Arc::new(Served::start(home.path(), &[]));
    let authority = CertificateDer::from_pem_file(served.data.join("ca.pem")).unwrap();
    run(async {
        let (tally, clients) = busy(&served, &authority).await;
        served.tell("seal").await;
        let refused = tally.sealed.load(Ordering::SeqCst);
        tally.until("all hear of it", |t| t.sealed.load(Ordering::SeqCst) > refused + CONNECTIONS * STREAMS).await;
        let before = tally.served();
        served.tell("unseal").await;
        tally.until("all are served again", |tally| tally.served() > before + CONNECTIONS * STREAMS).await;
        assert_eq!(*tally.lost.lock().unwrap(), Vec::<String>::new());
        assert_eq!(tally.ended.load(Ordering::SeqCst), 0, "sealing ended connections");
        tally.done.store(true, Ordering::SeqCst);
        finished(clients).await;
    });
    served.signal(Signal::TERM);
    let (status, log) = Arc::into_inner(served).unwrap().ended();
    assert_eq!(status, Some(0), "{log}");
    assert!(!log.contains("abandoned") && !log.contains("panicked"), "{log}");
}
