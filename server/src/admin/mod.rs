//! The admin listener: metrics, health and readiness, for machines that watch the server.
//!
//! | path | answer |
//! |---|---|
//! | `GET /health` | 200 while the process lives, sealed or not |
//! | `GET /ready` | 200 if a call would be served durably now, else 503; which check failed is in the JSON |
//! | `GET /metrics` | Prometheus' text, or OpenMetrics |
//! | `GET /metrics/usage` | the same of calls and costs by account, as `fastness cost --metrics` prints them |
//!
//! Guarantees: it changes nothing and tells no secret, but what is called how often is not everybody's business either:
//! beyond loopback it serves HTTPS, unless the operator says that plain HTTP is meant. Web pages are refused.
//! Its connections, their number and their time are limited, and it never waits for the listeners that it watches.

mod exposition;
mod process;
mod running;
mod scrape;
mod source;

pub(crate) use running::Running;
pub use source::{FREE_LIMIT, Source};

use crate::control::{is_loopback, is_own_host};
use crate::settings::Settings;
use crate::tls::Tls;
use bytes::Bytes;
use exposition::Form;
use http::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, ORIGIN};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Connections at once; those who watch are few.
const CONNECTIONS: usize = 32;
/// Scrapes at once; one takes a millisecond.
const SCRAPES: usize = 2;
/// How long a connection may be idle, or take over a request's head.
const PATIENCE: Duration = Duration::from_secs(75);
/// How long a connection may take over its TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// The largest head of a request.
const HEAD_BYTES: usize = 16 << 10;
/// Pause after a failed accept: out of file descriptors heals only when connections close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Where the admin listener listens.
pub struct Options {
    /// Its address.
    pub listen: SocketAddr,
    /// What it serves HTTPS with, if it does.
    pub tls: Option<Tls>,
}

impl Options {
    /// As the settings say: in clear on loopback or where the operator says so, else with `tls`.
    pub(crate) fn of(settings: &Settings, tls: &Tls) -> Option<Self> {
        let listen = settings.watch.admin_listen?;
        let plain = is_loopback(listen.ip()) || settings.watch.admin_plain;
        Some(Self { listen, tls: (!plain).then(|| tls.clone()) })
    }
}

/// A bound admin listener, not yet accepting.
pub struct Admin {
    socket: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    source: Arc<Source>,
    tls: Option<Tls>,
    scrapes: Semaphore,
    local: SocketAddr,
}

impl Admin {
    /// Binds. Must run inside the tokio runtime.
    pub fn bind(options: Options, source: Arc<Source>) -> Result<Self, String> {
        let Options { listen, tls } = options;
        let failed = |error: io::Error| format!("cannot listen on {listen}: {error}");
        let socket = crate::listener::bind(listen).map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        let socket = TcpListener::from_std(socket).map_err(failed)?;
        let shared = Arc::new(Shared { source, tls, scrapes: Semaphore::new(SCRAPES), local: address });
        Ok(Self { socket, address, shared })
    }

    /// The address in use.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL in use.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.shared.tls.is_some() { "https" } else { "http" }, self.address)
    }

    /// Serves until it is dropped; once `stopping` is ready, the server is no longer said to be ready.
    pub async fn run(self, stopping: impl Future<Output = ()>) -> Infallible {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut stopping = std::pin::pin!(stopping);
        let mut is_stopping = false;
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                () = &mut stopping, if !is_stopping => {
                    is_stopping = true;
                    self.shared.source.stop();
                    continue;
                }
            };
            match accepted {
                Ok((stream, _)) => {
                    // A surplus connection is closed without a word.
                    let Ok(place) = places.clone().try_acquire_owned() else { continue };
                    let shared = self.shared.clone();
                    tokio::spawn(async move {
                        match &shared.tls {
                            None => drive(stream, &shared).await,
                            Some(tls) => {
                                if let Ok(Ok((stream, _))) = timeout(HANDSHAKE, tls.accept(stream)).await {
                                    drive(stream, &shared).await;
                                }
                            }
                        }
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection of the admin listener could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

async fn drive<S: AsyncRead + AsyncWrite + Unpin>(stream: S, shared: &Arc<Shared>) {
    let service = service_fn(|request: Request<Incoming>| async move {
        // Nothing here takes a body. One that was sent is not read, and hyper closes the connection after the answer.
        let (head, _) = request.into_parts();
        let is_head = head.method == Method::HEAD;
        let mut response = shared.answer(&Request::from_parts(head, Bytes::new())).await;
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok::<_, Infallible>(response.map(|body| Full::new(if is_head { Bytes::new() } else { body })))
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(HEAD_BYTES);
    // A client that breaks off or speaks something else is no news.
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}

impl Shared {
    async fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        if request.headers().contains_key(ORIGIN) {
            return told(StatusCode::FORBIDDEN, &json!({ "message": "web pages are not answered (Origin header)" }));
        }
        // Against DNS rebinding, as on the control paths. Off loopback, a name is as good as an address.
        if is_loopback(self.local.ip()) && !is_own_host(request, self.local) {
            let message = "only a loopback name or the listen address is answered as Host";
            return told(StatusCode::FORBIDDEN, &json!({ "message": message }));
        }
        let path = request.uri().path();
        if !matches!(path, "/health" | "/ready" | "/metrics" | "/metrics/usage") {
            let message = "there are /health, /ready, /metrics and /metrics/usage";
            return told(StatusCode::NOT_FOUND, &json!({ "message": message }));
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut refusal = told(StatusCode::METHOD_NOT_ALLOWED, &json!({ "message": "GET and HEAD are answered" }));
            refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refusal;
        }
        match path {
            "/health" => self.health(),
            "/ready" => {
                let readiness = self.source.readiness().await;
                let status = if readiness.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
                told(status, &readiness.told())
            }
            "/metrics" => self.metrics(request.headers()).await,
            _ => self.usage().await,
        }
    }

    fn health(&self) -> Response<Bytes> {
        let watch = self.source.watch();
        let up = base::Clock::now(&base::SystemClock).since(watch.began).as_secs();
        let version = env!("CARGO_PKG_VERSION");
        let sealed = self.source.is_sealed();
        told(StatusCode::OK, &json!({ "status": "ok", "version": version, "sealed": sealed, "uptime_seconds": up }))
    }

    async fn metrics(&self, headers: &HeaderMap) -> Response<Bytes> {
        let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        let form = Form::asked_by(accept);
        let Ok(_turn) = self.scrapes.acquire().await else { return busy() };
        let (source, kernel) = (self.source.clone(), self.source.kernel().await);
        let is_ready = source.readiness().await.is_ready();
        let text = tokio::task::spawn_blocking(move || scrape::scrape(&source, kernel.as_ref(), is_ready, form)).await;
        text.map_or_else(|_| busy(), |text| plain(text, form.content_type()))
    }

    async fn usage(&self) -> Response<Bytes> {
        let Some(kernel) = self.source.kernel().await else {
            return told(StatusCode::SERVICE_UNAVAILABLE, &json!({ "message": "no state is open" }));
        };
        let Ok(_turn) = self.scrapes.acquire().await else { return busy() };
        match tokio::task::spawn_blocking(move || kernel.metrics()).await {
            Ok(Ok(text)) => plain(text, Form::Prometheus.content_type()),
            Ok(Err(error)) => told(StatusCode::INTERNAL_SERVER_ERROR, &json!({ "message": error.words() })),
            Err(_) => busy(),
        }
    }
}

fn busy() -> Response<Bytes> {
    told(StatusCode::SERVICE_UNAVAILABLE, &json!({ "message": "the server is too busy to tell, or stopping" }))
}

fn told(status: StatusCode, value: &serde_json::Value) -> Response<Bytes> {
    let mut response = plain(value.to_string(), "application/json");
    *response.status_mut() = status;
    response
}

fn plain(text: String, content_type: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(text));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
