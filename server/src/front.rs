//! The listeners of `serve`, all of them, as the settings say.
//!
//! Guarantees: plain HTTP is served on loopback only; a listener that asks for clients' certificates serves nothing
//! beside TLS; each of several addresses is bound before anything is served, or none; a reload that is refused leaves
//! certificates, clients' authorities and trusted proxies as they were.

use crate::budget::Budget;
use crate::ca::CaError;
use crate::certificates::{self, Certificates};
use crate::control::{Control, is_loopback};
use crate::handler::Handler;
use crate::limits::Limits;
use crate::listener::{Listener, Options, bind, bind_v6};
use crate::proxies::Proxies;
use crate::settings::{ClientAuth, ListenerSettings, Live, Settings};
use crate::tls::Tls;
use crate::watch::Watch;
use base::{Clock, SystemClock, Timestamp};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Bound listeners that do not serve yet.
pub struct Front {
    certificates: Arc<Certificates>,
    places: Vec<Place>,
    /// For what serves beside the listeners: it asks no client for a certificate.
    tls: Tls,
    limits: Limits,
    budget: Arc<Budget>,
}

struct Place {
    socket: TcpListener,
    address: SocketAddr,
    tls: Tls,
    tls_only: bool,
    proxies: Arc<Proxies>,
}

/// Binds every address of the settings, in their order: all that needs privileges.
pub fn open(settings: &Settings) -> Result<Vec<TcpListener>, String> {
    let open = |listener: &ListenerSettings| {
        let ListenerSettings { address, plain, proxy_protocol, client_auth } = *listener;
        if plain && !is_loopback(address.ip()) {
            return Err(format!(
                "{address}: plain HTTP is served on loopback only; leave out plain, so that clients use https"
            ));
        }
        if plain && client_auth != ClientAuth::Off {
            return Err(format!(
                "{address}: clients show no certificates in plain HTTP; leave out plain or client_auth"
            ));
        }
        if proxy_protocol && settings.trusted_proxies.is_empty() {
            return Err(format!("{address}: proxy_protocol needs proxy.trusted: the addresses of the proxies"));
        }
        let v4 = |other: &ListenerSettings| other.address.is_ipv4() && other.address.port() == address.port();
        let beside_v4 = address.is_ipv6() && settings.listeners.iter().any(v4);
        let bound = if beside_v4 { bind_v6(address) } else { bind(address) };
        bound.map_err(|error| format!("cannot listen on {address}: {error}"))
    };
    settings.listeners.iter().map(open).collect()
}

impl Front {
    /// Reads every file that `settings` name, for the sockets that [`open`] made of them. `keep` is the directory for the
    /// last certificate of the own authority, which is sealed as yet: [`Certificates::unseal`] of
    /// [`Front::certificates`] brings it. Waits for the disk.
    pub fn new(settings: &Settings, sockets: Vec<TcpListener>, keep: &Path, now: Timestamp) -> Result<Self, String> {
        let certificates = Arc::new(shown(settings, keep, now).map_err(|error| error.to_string())?);
        let with = settings.listeners.iter().zip(sockets);
        let places: Result<Vec<_>, _> =
            with.map(|(listener, socket)| Place::new(settings, listener, socket, &certificates)).collect();
        let tls = Tls::configured(certificates.clone(), &settings.tls, ClientAuth::Off).map_err(|e| e.to_string())?;
        Ok(Self { certificates, places: places?, tls, limits: settings.limits, budget: Budget::new(&settings.limits) })
    }

    /// What the listeners show to clients.
    pub fn certificates(&self) -> &Arc<Certificates> {
        &self.certificates
    }

    /// What all of them may hold together, for others that serve beside them.
    pub fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// The addresses in use, in the order of the settings.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.places.iter().map(|place| place.address).collect()
    }

    /// TLS for others that serve beside the listeners, whose clients show no certificates.
    pub fn tls(&self) -> &Tls {
        &self.tls
    }

    /// Has certificates and trusted proxies follow the settings.
    pub fn follow(&self, live: &Live) {
        let certificates = self.certificates.clone();
        live.follow(&["tls.certificate", "tls.key"], move |_, new| {
            match (&new.tls.certificate, &new.tls.key) {
                (Some(certificate), Some(key)) => certificates.reload(certificate, key, SystemClock.now()),
                _ => certificates.stay_own(),
            }
            .map_err(|error| error.to_string())
        });
        let all: Vec<Tls> = self.places.iter().map(|place| &place.tls).chain([&self.tls]).cloned().collect();
        live.follow(&["tls.client_ca", "tls.client_crl", "tls.min_version"], move |_, new| {
            // All are read before any is taken, so that listeners do not differ.
            let ready: Result<Vec<_>, CaError> = all.iter().map(|tls| tls.prepare(&new.tls)).collect();
            ready.map_err(|error| error.to_string())?.into_iter().zip(&all).for_each(|(ready, tls)| tls.take(ready));
            Ok(())
        });
        let all: Vec<Arc<Proxies>> = self.places.iter().map(|place| place.proxies.clone()).collect();
        live.follow(&["proxy.trusted"], move |_, new| {
            all.iter().for_each(|proxies| proxies.trust(new.trusted_proxies.clone()));
            Ok(())
        });
    }

    /// Serves on all addresses until the sender of `stop` is gone, then finishes what is under way. `false`: some calls
    /// had to be abandoned.
    pub async fn run(
        self,
        handler: Arc<dyn Handler>,
        control: Arc<dyn Control>,
        watch: Arc<Watch>,
        stop: watch::Receiver<()>,
    ) -> io::Result<bool> {
        let mut listeners = Vec::new();
        for Place { socket, tls, tls_only, proxies, .. } in self.places {
            let (handler, control, watch) = (handler.clone(), control.clone(), watch.clone());
            let options = Options { handler, control, tls, tls_only, proxies, limits: self.limits, watch };
            listeners.push(Listener::new(socket, options, self.budget.clone())?);
        }
        let mut running = JoinSet::new();
        for listener in listeners {
            let mut stop = stop.clone();
            running.spawn(listener.run(async move { while stop.changed().await.is_ok() {} }));
        }
        let mut finished = true;
        while let Some(outcome) = running.join_next().await {
            finished &= outcome.unwrap_or(false);
        }
        Ok(finished)
    }
}

impl Place {
    fn new(
        settings: &Settings,
        listener: &ListenerSettings,
        socket: TcpListener,
        certificates: &Arc<Certificates>,
    ) -> Result<Self, String> {
        let ListenerSettings { plain, proxy_protocol, client_auth, .. } = *listener;
        let tls = Tls::configured(certificates.clone(), &settings.tls, client_auth).map_err(|e| e.to_string())?;
        let address = socket.local_addr().map_err(|error| error.to_string())?;
        let proxies = Arc::new(Proxies::new(proxy_protocol, settings.trusted_proxies.clone()));
        Ok(Self { socket, address, tls, tls_only: !plain, proxies })
    }
}

fn shown(settings: &Settings, keep: &Path, now: Timestamp) -> Result<Certificates, CaError> {
    match (&settings.tls.certificate, &settings.tls.key) {
        (Some(certificate), Some(key)) => Certificates::from_files(certificate, key, now),
        _ => {
            let addresses: Vec<_> = settings.listeners.iter().map(|listener| listener.address).collect();
            Certificates::sealed(keep.into(), certificates::names(&addresses, &settings.tls.names), now)
        }
    }
}
