//! Sends spans to a collector: OTLP over HTTP, in batches.
//!
//! Guarantees: it holds a batch and no more beside the queue; what a collector does not take after a few attempts is
//! dropped and counted; that a collector is away, and that it is back, is logged once. A collector over HTTPS is believed
//! under the authorities that the system trusts. Source: OpenTelemetry, "OTLP Specification", "OTLP/HTTP".

use super::otlp::encode;
use super::{Counts, Span};
use crate::outside::system_authorities;
use crate::tls::provider;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

/// Spans of requests that are sent at once.
const BATCH: usize = 512;
/// How long a batch that is not full waits for more.
const PERIOD: Duration = Duration::from_secs(1);
/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Attempts at a batch, with pauses between them that double.
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// How much of the collector's answer is read.
const MAX_ANSWER: usize = 64 << 10;
/// Where traces are taken, below a collector's base.
const PATH: &str = "/v1/traces";

/// What sends spans.
pub(crate) struct Exporter {
    collector: Collector,
    spans: mpsc::Receiver<Span>,
    counts: Arc<Counts>,
    is_away: bool,
}

impl Exporter {
    /// Sends to the collector at `url`: its base, or the path that takes traces.
    pub(crate) fn new(url: &str, spans: mpsc::Receiver<Span>, counts: Arc<Counts>) -> Result<Self, String> {
        Ok(Self { collector: Collector::at(url)?, spans, counts, is_away: false })
    }

    /// Sends until `stop`, then what is left, once.
    pub(crate) async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                taken = self.spans.recv_many(&mut batch, BATCH) => if taken == 0 { return },
            }
            let sending = async {
                if batch.len() < BATCH {
                    sleep(PERIOD).await;
                }
                while batch.len() < BATCH
                    && let Ok(span) = self.spans.try_recv()
                {
                    batch.push(span);
                }
                let taken = self.collector.send_patiently(&batch, &mut self.is_away).await;
                count(&self.counts, &batch, taken);
                batch.clear();
            };
            tokio::select! {
                biased;
                () = &mut stop => break,
                () = sending => {}
            }
        }
        while let Ok(span) = self.spans.try_recv() {
            batch.push(span);
        }
        if !batch.is_empty() {
            let taken = self.collector.send(&batch).await.is_ok();
            count(&self.counts, &batch, taken);
        }
    }
}

fn count(counts: &Counts, batch: &[Span], taken: bool) {
    let counter = if taken { &counts.exported } else { &counts.dropped };
    counter.fetch_add(batch.len() as u64, Ordering::Relaxed);
}

/// Why a batch was not taken.
struct Failure {
    words: String,
    /// Whether it may be taken later.
    passing: bool,
}

impl Failure {
    fn passing(error: impl std::fmt::Display) -> Self {
        Self { words: error.to_string(), passing: true }
    }
}

struct Collector {
    /// Absent for plain HTTP.
    tls: Option<(TlsConnector, ServerName<'static>)>,
    host: String,
    port: u16,
    authority: String,
    path: String,
}

impl Collector {
    fn at(url: &str) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|_| format!("{url} is no URL"))?;
        let authority = uri.authority().ok_or_else(|| format!("{url} names no host"))?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let base = uri.path().trim_end_matches('/');
        let path = if base.ends_with(PATH) { base.to_owned() } else { format!("{base}{PATH}") };
        let tls = match uri.scheme_str() {
            Some("http") => None,
            Some("https") => {
                let name = ServerName::try_from(host.clone()).map_err(|_| format!("{host} is no name of a server"))?;
                let verifier = system_authorities().ok_or("the system trusts no certificate authority")?;
                let config = ClientConfig::builder_with_provider(provider())
                    .with_safe_default_protocol_versions()
                    .map_err(|error| error.to_string())?
                    .with_webpki_verifier(verifier)
                    .with_no_client_auth();
                Some((TlsConnector::from(Arc::new(config)), name))
            }
            _ => return Err(format!("{url} is neither http nor https")),
        };
        let port = authority.port_u16().unwrap_or(if tls.is_some() { 443 } else { 80 });
        Ok(Self { tls, host, port, authority: authority.to_string(), path })
    }

    /// Whether the collector took the batch, after a few attempts if need be.
    async fn send_patiently(&self, batch: &[Span], is_away: &mut bool) -> bool {
        let mut pause = FIRST_PAUSE;
        for attempt in 1..=ATTEMPTS {
            match self.send(batch).await {
                Ok(()) => {
                    if std::mem::take(is_away) {
                        tracing::info!(collector = self.authority, "traces are taken again");
                    }
                    return true;
                }
                Err(Failure { words, passing }) => {
                    if !std::mem::replace(is_away, true) {
                        tracing::warn!(collector = self.authority, error = words, "traces are not taken, and dropped");
                    }
                    if !passing || attempt == ATTEMPTS {
                        return false;
                    }
                }
            }
            sleep(pause).await;
            pause *= 2;
        }
        false
    }

    async fn send(&self, batch: &[Span]) -> Result<(), Failure> {
        let attempt = async {
            let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(Failure::passing)?;
            match &self.tls {
                None => self.post(stream, batch).await,
                Some((connector, name)) => {
                    let stream = connector.connect(name.clone(), stream).await.map_err(Failure::passing)?;
                    self.post(stream, batch).await
                }
            }
        };
        timeout(PATIENCE, attempt).await.unwrap_or_else(|_| Err(Failure::passing("no answer in time")))
    }

    async fn post<S>(&self, stream: S, batch: &[Span]) -> Result<(), Failure>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(Failure::passing)?;
        // Ends with this function, whichever way that ends.
        let mut connections = JoinSet::new();
        connections.spawn(connection);
        let request = Request::post(&self.path)
            .header(HOST, &self.authority)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("fastness/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(Bytes::from(encode(batch))))
            .map_err(Failure::passing)?;
        let answer = sender.send_request(request).await.map_err(Failure::passing)?;
        let status = answer.status();
        let _ = Limited::new(answer.into_body(), MAX_ANSWER).collect().await;
        let passing = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        );
        if status.is_success() { Ok(()) } else { Err(Failure { words: status.to_string(), passing }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_named_by_its_base_or_by_the_path_for_traces() {
        for (url, port, path) in [
            ("http://127.0.0.1:4318", 4318, "/v1/traces"),
            ("http://collector/", 80, "/v1/traces"),
            ("http://collector/otlp", 80, "/otlp/v1/traces"),
            ("http://[::1]:4318/v1/traces", 4318, "/v1/traces"),
        ] {
            let collector = Collector::at(url).unwrap();
            assert_eq!((collector.port, collector.path.as_str()), (port, path), "{url}");
        }
        for bad in ["collector:4318", "ftp://collector", "/v1/traces", ""] {
            assert!(Collector::at(bad).is_err(), "{bad}");
        }
    }
}
