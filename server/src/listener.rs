//! Accepts connections, up to a limit, until told to stop.
//!
//! Guarantees: never more than [`Limits::connections`] at once; a stop ends idle connections at once and lets requests
//! under way finish, up to [`Limits::shutdown`].

use crate::connection::{self, Entrance};
use crate::control::Control;
use crate::handler::Handler;
use crate::limits::Limits;
use crate::logs::Sluice;
use crate::refusal::CONNECTIONS;
use crate::service::Shared;
use crate::tls::Tls;
use crate::watch::Watch;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

/// Refusals that may be under way at once; beyond them a surplus connection is closed without a word.
const REFUSALS: usize = 64;
/// Lines a second about connections that are refused.
static FULL: Sluice = Sluice::new(1);
/// Pause after a failed accept: out of file descriptors heals only when connections close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A bound socket, not yet accepting.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    entrance: Arc<Entrance>,
    stop: watch::Sender<bool>,
}

/// What a listener needs.
pub struct Options {
    /// What answers calls.
    pub handler: Arc<dyn Handler>,
    /// What answers `/_fastness/`.
    pub control: Arc<dyn Control>,
    /// TLS on the same port.
    pub tls: Tls,
    /// Whether plain HTTP is refused.
    pub tls_only: bool,
    /// What clients may take.
    pub limits: Limits,
    /// Where it is counted.
    pub watch: Arc<Watch>,
}

/// Binds `address`; port 0 picks a free one.
pub fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = std::net::TcpListener::bind(address)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

impl Listener {
    /// Prepares to accept on a bound socket. Must run inside the tokio runtime.
    pub fn new(socket: std::net::TcpListener, options: Options) -> io::Result<Self> {
        let address = socket.local_addr()?;
        let socket = TcpListener::from_std(socket)?;
        let (stop, stopping) = watch::channel(false);
        let shared = Arc::new(Shared::new(options.handler, options.control, options.limits, options.watch));
        let entrance = Arc::new(Entrance { shared, tls: options.tls, tls_only: options.tls_only, stopping });
        Ok(Self { socket, address, entrance, stop })
    }

    /// The address in use.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is ready, then finishes what is under way. `false`: some calls had to be abandoned.
    pub async fn run(self, stop: impl Future<Output = ()>) -> bool {
        let limits = self.entrance.shared.limits;
        let places = Arc::new(Semaphore::new(limits.connections));
        let refusals = Arc::new(Semaphore::new(REFUSALS));
        let fresh = tokio::spawn(self.entrance.tls.certificates().clone().keep_fresh());
        let mut stop = std::pin::pin!(stop);
        loop {
            let (stream, peer) = tokio::select! {
                biased;
                () = &mut stop => break,
                accepted = self.socket.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                        continue;
                    }
                },
            };
            if let Ok(place) = places.clone().try_acquire_owned() {
                let entrance = self.entrance.clone();
                tokio::spawn(async move {
                    connection::serve(stream, peer, entrance).await;
                    drop(place);
                });
            } else if let Ok(refusal) = refusals.clone().try_acquire_owned() {
                self.entrance.shared.watch.connections.refuse();
                if let Some(held_back) = FULL.pass() {
                    let limit = limits.connections;
                    tracing::warn!(%peer, limit, held_back, "connection refused: too many are open");
                }
                tokio::spawn(async move {
                    connection::refuse(stream, CONNECTIONS, limits.linger, limits.drain_bytes).await;
                    drop(refusal);
                });
            }
        }
        fresh.abort();
        drop(self.socket);
        let _ = self.stop.send(true);
        let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
        timeout(limits.shutdown, places.acquire_many(all)).await.is_ok()
    }
}
