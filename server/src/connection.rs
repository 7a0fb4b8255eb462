//! One connection from accept to close.
//!
//! Guarantees: the first byte decides between TLS and plain HTTP; a refused client hears why before the connection
//! closes, as far as it listens.

use crate::guard::{Activity, Guard};
use crate::handler::Boxed;
use crate::http2;
use crate::logs::Sluice;
use crate::proxies::Proxies;
use crate::proxy_protocol::{self, Header};
use crate::refusal::{Refusal, TLS_ONLY};
use crate::service::{CutOff, Service, Shared};
use crate::tls::{Agreed, Tls};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use kernel::Connection;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;

/// The first byte of a TLS record that opens a handshake (RFC 8446 §5.1). No HTTP method begins with it.
const TLS_HANDSHAKE: u8 = 0x16;

/// What a connection needs to know of its listener.
pub(crate) struct Entrance {
    pub(crate) shared: Arc<Shared>,
    pub(crate) tls: Tls,
    pub(crate) tls_only: bool,
    pub(crate) proxies: Arc<Proxies>,
    pub(crate) stopping: watch::Receiver<Stage>,
}

/// How far a server has come on its way out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It is not leaving.
    Serving,
    /// It answers what still comes on open connections, and says that they close.
    Leaving,
    /// It finishes the calls under way.
    Closing,
}

/// Lines a second about connections that no request came from.
static REFUSED: Sluice = Sluice::new(1);
static HANDSHAKES: Sluice = Sluice::new(1);

/// Serves a connection until it ends.
pub(crate) async fn serve(mut stream: TcpStream, peer: SocketAddr, entrance: Arc<Entrance>) {
    let limits = entrance.shared.limits;
    let connections = &entrance.shared.watch.connections;
    let _open = connections.open();
    let Ok(local) = stream.local_addr() else { return };
    let _ = stream.set_nodelay(true);
    let source = if entrance.proxies.speak_protocol() {
        match opening(&entrance, announced(&mut stream, peer, &entrance)).await.flatten() {
            Some(source) => source,
            None => return,
        }
    } else {
        peer
    };
    let origin = Origin { peer: source, local, relayed: source != peer };
    let mut first = [0];
    let Some(Ok(1)) = opening(&entrance, stream.peek(&mut first)).await else { return };
    if first == [TLS_HANDSHAKE] {
        match opening(&entrance, entrance.tls.accept_any(stream)).await {
            Some(Ok((stream, agreed))) => {
                connections.handshake(true);
                let Agreed { details, http2, client } = agreed;
                if let Some(client) = &client {
                    tracing::info!(peer = %source, client, "a client has shown its certificate");
                }
                let secured = Some(Secured { details, client });
                if http2 {
                    let service = entrance.service(origin, secured, Activity::default());
                    Box::pin(http2::drive(stream, service, entrance.stopping.clone())).await;
                } else {
                    drive(stream, origin, secured, &entrance).await;
                }
            }
            Some(Err(error)) => {
                connections.handshake(false);
                if let Some(held_back) = HANDSHAKES.pass() {
                    tracing::info!(peer = %source, %error, held_back, "TLS handshake failed");
                }
            }
            None => {
                connections.handshake(false);
                tracing::debug!(peer = %source, "TLS handshake abandoned");
            }
        }
    } else if entrance.tls_only {
        refuse(stream, TLS_ONLY, limits.linger, limits.drain_bytes).await;
    } else {
        drive(stream, origin, None, &entrance).await;
    }
}

/// Where a connection comes from, and by which of the server's addresses.
#[derive(Clone, Copy)]
struct Origin {
    peer: SocketAddr,
    local: SocketAddr,
    /// Whether a proxy speaks for the peer.
    relayed: bool,
}

/// What TLS tells of a connection.
struct Secured {
    details: kernel::Tls,
    /// Whom the client's certificate is for, if it showed one.
    client: Option<String>,
}

impl Entrance {
    fn service(&self, origin: Origin, secured: Option<Secured>, activity: Activity) -> Arc<Service> {
        let Origin { peer, local, relayed } = origin;
        let forwarding = self.proxies.are_at(peer.ip()).then(|| self.proxies.clone());
        let (tls, client) = secured.map(|secured| (secured.details, secured.client)).unzip();
        let (connection, client) = (Connection { peer, tls }, client.flatten());
        Arc::new(Service {
            shared: self.shared.clone(),
            connection,
            client,
            farewell: AtomicBool::new(false),
            local,
            activity,
            relayed,
            forwarding,
        })
    }
}

/// The client that a trusted proxy speaks for, or the proxy itself where it does so for itself.
async fn announced(stream: &mut TcpStream, peer: SocketAddr, entrance: &Entrance) -> Option<SocketAddr> {
    if !entrance.proxies.are_at(peer.ip()) {
        if let Some(held_back) = REFUSED.pass() {
            tracing::warn!(%peer, held_back, "connection refused: it comes from no trusted proxy (proxy.trusted)");
        }
        return None;
    }
    match proxy_protocol::read(stream).await {
        Ok(Header::Client(client)) => Some(client),
        Ok(Header::Local) => Some(peer),
        Err(error) => {
            if let Some(held_back) = REFUSED.pass() {
                tracing::warn!(%peer, %error, held_back, "connection refused: what the proxy announced is of no use");
            }
            None
        }
    }
}

/// Waits for a step before the first request, for a limited time and not while the server closes.
async fn opening<T>(entrance: &Entrance, step: impl Future<Output = T>) -> Option<T> {
    let mut stopping = entrance.stopping.clone();
    tokio::select! {
        biased;
        _ = stopping.wait_for(|stage| *stage == Stage::Closing) => None,
        outcome = timeout(entrance.shared.limits.handshake, step) => outcome.ok(),
    }
}

/// Tells a client that it is refused, then closes.
pub(crate) async fn refuse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    refusal: Refusal,
    linger: Duration,
    drain: usize,
) {
    let _ = timeout(linger, stream.write_all(&refusal.raw())).await;
    close(stream, linger, drain).await;
}

async fn drive<S>(stream: S, origin: Origin, secured: Option<Secured>, entrance: &Entrance)
where
    S: AsyncRead + AsyncWrite + Unpin + Resettable,
{
    let limits = entrance.shared.limits;
    let activity = Activity::default();
    let guard = Guard::new(stream, limits, activity.clone());
    let service = entrance.service(origin, secured, activity);
    // hyper's own head timeout is off: the guard keeps time, for idle connections and bodies too. A client may end its
    // sending side and still read the answer, as a truncated body's sender does.
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .half_close(true)
        .header_read_timeout(None)
        .max_header_size(limits.head_bytes)
        .max_buf_size(limits.head_bytes.max(crate::limits::READ_BUFFER))
        .serve_connection(TokioIo::new(guard), Calls(service.clone()));
    let outcome = run(&mut connection, entrance.stopping.clone()).await;
    let (stream, refusal, at_rest) = connection.into_parts().io.into_inner().into_parts();
    match (outcome, refusal) {
        // A service's own error is that it was cut off.
        (Err(error), _) if error.is_user() => stream.reset(),
        // hyper calls a failed read between requests a clean end, so the outcome does not matter here.
        (_, Some(refusal)) => refuse(stream, refusal, limits.linger, limits.drain_bytes).await,
        // After a farewell, what the client sent meanwhile must not reset the connection under the answer.
        (Ok(()), None) if at_rest && !service.farewell.load(Ordering::Relaxed) => {
            let mut stream = stream;
            let _ = timeout(limits.linger, stream.shutdown()).await;
        }
        _ => close(stream, limits.linger, limits.drain_bytes).await,
    }
}

/// Runs the connection to its end; when the server stops, to the end of the request under way.
async fn run<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut http1::Connection<TokioIo<Guard<S>>, Calls>,
    mut stopping: watch::Receiver<Stage>,
) -> hyper::Result<()> {
    {
        let mut stop = pin!(stopping.wait_for(|stage| *stage == Stage::Closing));
        tokio::select! {
            biased;
            outcome = poll_fn(|cx| connection.poll_without_shutdown(cx)) => return outcome,
            _ = &mut stop => {}
        }
    }
    Pin::new(&mut *connection).graceful_shutdown();
    poll_fn(|cx| connection.poll_without_shutdown(cx)).await
}

/// The service as hyper takes it. Its futures are boxed because hyper gives the stream back only then.
struct Calls(Arc<Service>);

impl hyper::service::Service<Request<Incoming>> for Calls {
    type Response = Response<Full<Bytes>>;
    type Error = CutOff;
    type Future = Boxed<'static, Result<Self::Response, CutOff>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        Box::pin(self.0.clone().serve(request))
    }
}

/// A stream whose connection can be reset.
trait Resettable: Sized {
    /// The connection below.
    fn tcp(&self) -> &TcpStream;

    /// Closes with a reset, as a connection that broke does.
    fn reset(self) {
        let _ = self.tcp().set_zero_linger();
    }
}

impl Resettable for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Resettable for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Closes so that the last answer arrives: a socket closed with unread bytes would reset the connection instead.
async fn close<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, linger: Duration, drain: usize) {
    let lingering = async {
        stream.shutdown().await?;
        let (mut buffer, mut seen) = ([0; 4096], 0);
        while seen < drain {
            match stream.read(&mut buffer).await? {
                0 => break,
                count => seen += count,
            }
        }
        Ok::<_, std::io::Error>(())
    };
    let _ = timeout(linger, lingering).await;
}
