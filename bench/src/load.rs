//! The load generator: many keep-alive connections, each sending its next call when the last is answered.
//!
//! Guarantees: every answer is read whole and must have status 200, or the run fails; connections and handshakes come
//! before the measured window; latencies are those of calls that began within it. One thread drives all connections.

use crate::{Failure, kernel};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Time for caches to fill and the scheduler to settle before counting.
const WARM_UP: Duration = Duration::from_millis(150);

/// Where to send calls, and whose CPU time to read.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    /// The loopback port.
    pub(crate) port: u16,
    /// Whether to speak TLS.
    pub(crate) tls: bool,
    /// The server's process.
    pub(crate) pid: u32,
}

/// What one window of load showed.
#[derive(Default)]
pub(crate) struct Window {
    /// How long it was.
    pub(crate) elapsed: Duration,
    /// The server's CPU time in it.
    pub(crate) cpu: Duration,
    /// The time of each call.
    pub(crate) latencies: Vec<Duration>,
}

impl Window {
    /// The server's CPU time for each call, in microseconds.
    pub(crate) fn cpu_micros(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.latencies.len().max(1) as f64
    }

    /// Calls answered in a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that `share` of the calls did not exceed, in microseconds.
    pub(crate) fn percentile_micros(&self, share: f64) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let index = (sorted.len() as f64 * share) as usize;
        sorted.get(index.min(sorted.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1e6)
    }

    /// This window and another as one.
    pub(crate) fn join(&mut self, other: Self) {
        self.elapsed += other.elapsed;
        self.cpu += other.cpu;
        self.latencies.extend(other.latencies);
    }
}

const WARMING: u8 = 0;
const COUNTING: u8 = 1;
const ENDED: u8 = 2;

/// Loads a server through `connections` connections, which take turns over `requests`.
pub(crate) fn run(
    target: Target,
    requests: &Arc<Vec<Vec<u8>>>,
    connections: usize,
    duration: Duration,
) -> Result<Window, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let phase = Arc::new(AtomicU8::new(WARMING));
        let mut callers = Vec::with_capacity(connections);
        for number in 0..connections {
            let stream = connect(target).await?;
            let caller = Caller { requests: requests.clone(), next: number, phase: phase.clone() };
            callers.push(tokio::spawn(caller.converse(stream)));
        }
        tokio::time::sleep(WARM_UP).await;
        let mut window = Window::default();
        let (began, before) = (Instant::now(), kernel::cpu_time(target.pid)?);
        phase.store(COUNTING, Ordering::Relaxed);
        tokio::time::sleep(duration).await;
        phase.store(ENDED, Ordering::Relaxed);
        window.cpu = kernel::cpu_time(target.pid)?.saturating_sub(before);
        window.elapsed = began.elapsed();
        for caller in callers {
            window.latencies.extend(caller.await??);
        }
        Ok(window)
    })
}

/// One call on a connection of its own, and the body of its answer.
pub(crate) fn call(target: Target, request: &[u8]) -> Result<Vec<u8>, Failure> {
    Ok(Line::open(target)?.call(request)?.0)
}

/// One connection that stays open.
pub(crate) struct Line {
    runtime: tokio::runtime::Runtime,
    stream: Box<dyn Stream>,
}

impl Line {
    /// Connects.
    pub(crate) fn open(target: Target) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let stream = runtime.block_on(connect(target))?;
        Ok(Self { runtime, stream })
    }

    /// One call: the body of its answer, and how long that took.
    pub(crate) fn call(&mut self, request: &[u8]) -> Result<(Vec<u8>, Duration), Failure> {
        self.runtime.block_on(async {
            let mut buffer = Vec::new();
            let began = Instant::now();
            self.stream.write_all(request).await?;
            self.stream.flush().await?;
            let body = read_answer(&mut self.stream, &mut buffer).await?;
            let took = began.elapsed();
            Ok((buffer.get(body..).unwrap_or_default().to_vec(), took))
        })
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn connect(target: Target) -> Result<Box<dyn Stream>, Failure> {
    let stream = TcpStream::connect(("127.0.0.1", target.port)).await?;
    stream.set_nodelay(true)?;
    if !target.tls {
        return Ok(Box::new(stream));
    }
    let connector = tokio_rustls::TlsConnector::from(Arc::new(tls_config()?));
    Ok(Box::new(connector.connect(ServerName::try_from("localhost")?, stream).await?))
}

struct Caller {
    requests: Arc<Vec<Vec<u8>>>,
    next: usize,
    phase: Arc<AtomicU8>,
}

impl Caller {
    async fn converse(mut self, mut stream: Box<dyn Stream>) -> Result<Vec<Duration>, Failure> {
        let mut latencies = Vec::new();
        let mut buffer = Vec::with_capacity(16 * 1024);
        loop {
            let phase = self.phase.load(Ordering::Relaxed);
            if phase == ENDED {
                return Ok(latencies);
            }
            let request = self.requests.get(self.next % self.requests.len()).ok_or("no request to send")?;
            self.next += 1;
            let began = Instant::now();
            stream.write_all(request).await?;
            stream.flush().await?;
            read_answer(&mut stream, &mut buffer).await?;
            if phase == COUNTING {
                latencies.push(began.elapsed());
            }
        }
    }
}

/// Reads one answer into `buffer` and tells where its body begins.
async fn read_answer(stream: &mut Box<dyn Stream>, buffer: &mut Vec<u8>) -> Result<usize, Failure> {
    buffer.clear();
    let mut expected = None;
    loop {
        if let Some((body, length)) = expected
            && buffer.len() >= body + length
        {
            let good = buffer.starts_with(b"HTTP/1.1 200 ");
            return if good { Ok(body) } else { Err(String::from_utf8_lossy(buffer).into()) };
        }
        if stream.read_buf(buffer).await? == 0 {
            return Err("the server closed a connection".into());
        }
        if expected.is_none() {
            expected = head(buffer);
        }
    }
}

/// Where the body begins and how long it is, once the head is there.
fn head(buffer: &[u8]) -> Option<(usize, usize)> {
    let end = buffer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = std::str::from_utf8(buffer.get(..end)?).ok()?;
    let length = text.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok()).flatten()
    });
    Some((end + 4, length.unwrap_or(0)))
}

fn tls_config() -> Result<ClientConfig, Failure> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth())
}

/// Both servers are children of this process on loopback: their certificates prove nothing that matters here.
#[derive(Debug)]
struct AnyCertificate(Arc<rustls::crypto::CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_tells_where_the_body_is() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nx: y\r\n\r\nhello";
        assert_eq!(head(answer), Some((answer.len() - 5, 12)));
        assert_eq!(head(b"HTTP/1.1 200 OK\r\ncontent-le"), None);
    }

    #[test]
    fn percentiles_are_taken_from_the_sorted_calls() {
        let latencies = (0..100).rev().map(Duration::from_micros).collect();
        let window = Window { elapsed: Duration::from_secs(1), cpu: Duration::from_millis(1), latencies };
        assert_eq!(window.percentile_micros(0.5).round(), 50.0);
        assert_eq!(window.percentile_micros(0.99).round(), 99.0);
        assert_eq!(window.cpu_micros().round(), 10.0);
    }
}
