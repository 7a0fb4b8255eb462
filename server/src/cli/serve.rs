//! `fastness serve`: the production server.

use super::begin::begin;
use super::{Outcome, local, say};
use crate::admin;
use crate::authority;
use crate::ca::CaError;
use crate::config::Config;
use crate::confine;
use crate::control::{Command as Order, Control, ControlError};
use crate::front::{self, Front};
use crate::handler::Boxed;
use crate::limits::worker_threads;
use crate::listener::{Listener, Options, bind};
use crate::node::{self, Node};
use crate::notify;
use crate::persistence;
use crate::process;
use crate::reload;
use crate::seals::Locator;
use crate::services;
use crate::settings::{self, ClientAuth, ListenerSettings, Live, Program, Settings};
use crate::socket::{self, Socket};
use crate::tls::Tls;
use crate::watch::Watch;
use crate::xks_proxy::XksProxy;
use base::{Clock, SystemClock};
use clap::{ArgMatches, Command};
use serde_json::Value;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;

const EXAMPLES: &str = "\
Examples:
  fastness serve --data /var/lib/fastness
  fastness serve --data /var/lib/fastness --listen 0.0.0.0:443 --user fastness
  fastness serve --data /var/lib/fastness --store postgres://fastness@db/fastness

`fastness init` makes the directory. A server whose seal needs a person starts sealed: `fastness unseal` opens it.
SIGHUP reads the configuration and the certificates again; SIGTERM finishes what is under way and ends.
`fastness config` prints every setting; each may stand in DIR/fastness.toml or in the environment.";

pub(super) fn describe() -> Command {
    Command::new("serve")
        .about("Run a server: TLS only, sealed when it stands still")
        .after_help(EXAMPLES)
        .args(settings::arguments(Program::Serve))
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let (sources, loaded) = begin(matches, Program::Serve)?;
    let settings = &*loaded.settings.clone();
    let dir = settings.data.as_deref().ok_or("--data DIR is missing: `fastness init` makes one")?;
    let locators = settings.seal.iter().map(|text| Locator::parse(text)).collect::<Result<Vec<_>, _>>()?;
    if let Some(person) = locators.iter().find(|locator| !locator.is_automatic()) {
        return Err(format!("--seal {person} needs a person: start without it, then `fastness unseal`"));
    }
    if !dir.is_dir() {
        return Err(format!("{} is no directory: `fastness init` makes a server", dir.display()));
    }
    let held = socket::hold(dir)?;
    let sockets = front::open(settings)?;
    let bind = |at| bind(at).map_err(|error| format!("cannot listen on {at}: {error}"));
    let proxy = settings.xks_proxy.map(bind).transpose()?;
    let mut seals = locators.into_iter().chain(node::named_seals(dir));
    let programs = settings.pkcs11_module.is_some() || seals.any(|seal| seal.starts_a_program());
    confine::confine(&settings.process, programs)?;
    // By whoever it is now, since its owner alone may use it.
    let control = Socket::bind(dir, &held)?;
    let config = Config::of(settings).map_err(|error| error.to_string())?;
    let node = Arc::new(Node::sealed(config)?);
    let live = Arc::new(Live::new(sources, loaded));
    let front = Front::new(settings, sockets, &dir.join("tls"), SystemClock.now())?;
    let outcome = serve(settings, &live, &node, front, proxy, &control);
    node.shut_down();
    outcome
}

fn serve(
    settings: &Settings,
    live: &Arc<Live>,
    node: &Arc<Node>,
    front: Front,
    proxy: Option<TcpListener>,
    control: &Socket,
) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(worker_threads())
        .thread_name("fastness")
        .enable_all()
        .build()
        .map_err(|error| format!("no threads: {error}"))?;
    if settings.tls.certificate.is_none() {
        node.follow_seal(front.certificates().clone());
    }
    // Caught from here on: by default it would end a server that is still opening its store.
    let hangups = runtime.block_on(async { process::Hangups::new() }).map_err(|error| error.to_string())?;
    let begun = runtime.block_on(persistence::start(node))?;
    let watch = Watch::new(&services::names());
    let proxy = proxy.map(|socket| Ok((socket, xks_proxy(settings, node, &watch, &front)?)));
    let proxy = proxy.transpose().map_err(|error: CaError| error.to_string())?;
    let outcome = runtime.block_on(async {
        let stop = process::Signals::new()?;
        let (stopping, mut stopped) = tokio::sync::watch::channel(());
        let watching = admin::Running::begin(settings, node, &watch, front.tls(), stopped.clone());
        let watching = watching.map_err(io::Error::other)?;
        reload::wire(live, node.clone(), watch.clone());
        front.follow(live);
        tokio::spawn(reload::follow(live.clone(), hangups));
        introduce(settings, node, &front);
        tokio::spawn(persistence::go_on(node.clone(), begun));
        if let Some(url) = watching.url() {
            say(&format!("# metrics, health and readiness at {url}"));
        }
        let beside = |(socket, options)| Listener::new(socket, options, front.budget().clone());
        let proxy = proxy.map(beside).transpose()?;
        let main = front.run(node.clone(), Arc::new(HealthOnly(node.clone())), watch, stopped.clone());
        let main = tokio::spawn(main);
        let proxy = async {
            let Some(proxy) = proxy else { return true };
            say(&format!("# external keys at https://{}", proxy.address()));
            proxy.run(async move { drop(stopped.changed().await) }).await
        };
        let until_asked = async {
            notify::tell(notify::State::Ready);
            tokio::select! {
                () = stop.asked_to_end() => {}
                ended = control.run(node.clone()) => tracing::error!(?ended, "the control socket failed: stopping"),
            }
            notify::tell(notify::State::Stopping);
            drop(stopping);
        };
        let ((), proxy) = tokio::join!(until_asked, proxy);
        let main = main.await.map_err(io::Error::other)??;
        watching.end().await;
        Ok::<_, io::Error>(main && proxy)
    });
    if !outcome.map_err(|error| error.to_string())? {
        tracing::warn!("calls that took too long were abandoned");
    }
    Ok(())
}

/// The proxy of external key stores, which shows the certificate that the other listeners show.
fn xks_proxy(settings: &Settings, node: &Arc<Node>, watch: &Arc<Watch>, front: &Front) -> Result<Options, CaError> {
    let proxy = Arc::new(XksProxy::new(node.clone(), watch.requests.external_keys()));
    Ok(Options {
        handler: proxy.clone(),
        control: proxy,
        tls: Tls::configured_strict(front.certificates().clone())?,
        tls_only: true,
        proxies: Arc::default(),
        limits: settings.limits,
        watch: watch.clone(),
    })
}

/// The control paths of a server's listeners: health, and nothing that changes anything.
struct HealthOnly(Arc<Node>);

impl HealthOnly {
    fn refusal<T>() -> Result<T, ControlError> {
        Err(ControlError::Refused(
            "a server is controlled over control.sock in its data directory: give --data DIR".into(),
        ))
    }
}

impl Control for HealthOnly {
    fn is_sealed(&self) -> bool {
        self.0.is_sealed()
    }

    fn trouble(&self) -> Boxed<'_, Option<String>> {
        // What it is, with its paths and addresses, is told over the control socket and the admin listener.
        let trouble = self.0.trouble();
        Box::pin(async move { trouble.await.map(|_| "`fastness status` tells".to_owned()) })
    }

    fn reset(&self) -> Boxed<'_, Result<(), ControlError>> {
        Box::pin(std::future::ready(Self::refusal()))
    }

    fn run(&self, _command: Order) -> Boxed<'_, Result<Value, ControlError>> {
        Box::pin(std::future::ready(Self::refusal()))
    }
}

/// Prints what makes clients use this server, in a form that a shell can read.
fn introduce(settings: &Settings, node: &Node, front: &Front) {
    let all: Vec<_> = front.addresses().into_iter().zip(&settings.listeners).collect();
    // Clients here have no proxy before them, and no certificate to show.
    let ease = |(_, with): &&(_, &ListenerSettings)| (with.proxy_protocol, with.client_auth, with.plain);
    let (Some((address, with)), Some(dir)) = (all.iter().min_by_key(ease), settings.data.as_deref()) else { return };
    let sealed = if node.is_sealed() { ", sealed" } else { "" };
    say(&format!("# Fastness {} listens on {address}{sealed}", env!("CARGO_PKG_VERSION")));
    let host = if address.ip().is_unspecified() { "localhost".to_owned() } else { address.ip().to_string() };
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let url = format!("{}://{host}:{}", if with.plain { "http" } else { "https" }, address.port());
    say(&format!("export AWS_ENDPOINT_URL={url}"));
    node.listens_at(url);
    if settings.tls.certificate.is_none() {
        say(&format!("export AWS_CA_BUNDLE={}", local::quoted(&authority::path(dir).display().to_string())));
    }
    say(&format!("export AWS_REGION={}", settings.region));
    say(&format!("export AWS_DEFAULT_REGION={}", settings.region));
    for (other, with) in all.iter().filter(|(other, _)| other != address) {
        let proxied = if with.proxy_protocol { ", to proxies that announce clients" } else { "" };
        let asked = match with.client_auth {
            ClientAuth::Off => "",
            ClientAuth::Optional => ", with certificates of clients that have one",
            ClientAuth::Required => ", to clients that show certificates",
        };
        say(&format!("# and on {other}: {}{proxied}{asked}", if with.plain { "plain http" } else { "https" }));
    }
    if node.is_sealed() {
        say(&format!("# open it: fastness unseal --data {}", local::quoted(&dir.display().to_string())));
    }
}
