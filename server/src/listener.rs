//! Accepts connections, up to a limit, until told to stop.
//!
//! Guarantees: never more than [`Limits::connections`] at once, of all listeners together; whoever has sent a request when
//! the server is told to stop is answered, within [`Limits::farewell`] and [`Limits::shutdown`]; out of file descriptors,
//! open connections go on, and new ones are accepted again as soon as some close.

use crate::budget::Budget;
use crate::connection::{self, Entrance, Stage};
use crate::control::Control;
use crate::handler::Handler;
use crate::limits::Limits;
use crate::logs::Sluice;
use crate::proxies::Proxies;
use crate::refusal::CONNECTIONS;
use crate::service::Shared;
use crate::tls::Tls;
use crate::watch::Watch;
use socket2::{Domain, Socket, Type};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

/// Lines a second about connections that are refused.
static FULL: Sluice = Sluice::new(1);
/// Lines a second about connections that cannot be accepted.
static ACCEPT: Sluice = Sluice::new(1);
/// Connections that wait to be accepted, as the standard library has it for other sockets.
const BACKLOG: i32 = 128;
/// Pause after a failed accept: out of file descriptors heals only when connections close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A bound socket, not yet accepting.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    door: Door,
    stage: watch::Sender<Stage>,
}

/// Lets connections in, or refuses them.
struct Door {
    entrance: Arc<Entrance>,
    /// One of each connection of this listener is taken: its end is known from them. The budget is what limits.
    places: Arc<Semaphore>,
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
    /// The proxies before it.
    pub proxies: Arc<Proxies>,
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

/// Binds an IPv6 address for IPv6 alone: one that is unspecified would take IPv4 too, and with it another listener's port.
pub(crate) fn bind_v6(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::IPV6, Type::STREAM, None)?;
    socket.set_only_v6(true)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

impl Listener {
    /// Prepares to accept on a bound socket, within a budget that others may share. Must run inside the tokio runtime.
    pub fn new(socket: std::net::TcpListener, options: Options, budget: Arc<Budget>) -> io::Result<Self> {
        let address = socket.local_addr()?;
        let socket = TcpListener::from_std(socket)?;
        let (stage, stopping) = watch::channel(Stage::Serving);
        let places = Arc::new(Semaphore::new(options.limits.connections));
        let shared = Arc::new(Shared::new(options.handler, options.control, options.limits, options.watch, budget));
        let entrance = Arc::new(Entrance {
            shared,
            tls: options.tls,
            tls_only: options.tls_only,
            proxies: options.proxies,
            stopping,
        });
        let door = Door { entrance, places };
        Ok(Self { socket, address, door, stage })
    }

    /// The address in use.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is ready, then finishes what is under way. `false`: some calls had to be abandoned.
    pub async fn run(self, stop: impl Future<Output = ()>) -> bool {
        let limits = self.door.entrance.shared.limits;
        let fresh = tokio::spawn(self.door.entrance.tls.certificates().clone().keep_fresh());
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut stop => break,
                accepted = self.socket.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => self.door.admit(stream, peer),
                // The client has gone already.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    if let Some(held_back) = ACCEPT.pass() {
                        tracing::warn!(%error, held_back, "no connection can be accepted; those that are open go on");
                    }
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        fresh.abort();
        let Self { socket, door, stage, .. } = self;
        // Closing the socket cuts off who has connected and is not accepted. So they are, before anyone is told to
        // connect anew.
        if let Ok(socket) = socket.into_std() {
            while let Ok((stream, peer)) = socket.accept() {
                if stream.set_nonblocking(true).is_ok()
                    && let Ok(stream) = TcpStream::from_std(stream)
                {
                    door.admit(stream, peer);
                }
            }
        }
        door.entrance.shared.leave();
        let _ = stage.send(Stage::Leaving);
        let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
        if timeout(limits.farewell, door.places.acquire_many(all)).await.is_ok() {
            return true;
        }
        let _ = stage.send(Stage::Closing);
        timeout(limits.shutdown, door.places.acquire_many(all)).await.is_ok()
    }
}

impl Door {
    fn admit(&self, stream: TcpStream, peer: SocketAddr) {
        let limits = self.entrance.shared.limits;
        let budget = &self.entrance.shared.budget;
        let places = [&budget.connections, &self.places].map(|places| places.clone().try_acquire_owned());
        if let [Ok(shared), Ok(own)] = places {
            let entrance = self.entrance.clone();
            tokio::spawn(async move {
                connection::serve(stream, peer, entrance).await;
                drop((shared, own));
            });
        } else if let Ok(refusal) = budget.refusals.clone().try_acquire_owned() {
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
}
