//! `fastness dev`: everything on loopback in one second.

use super::begin::begin;
use super::{Outcome, local, say};
use crate::admin;
use crate::budget::Budget;
use crate::ca::{self, Authority};
use crate::config::Config;
use crate::control::is_loopback;
use crate::files;
use crate::limits::{Limits, worker_threads};
use crate::listener::{Listener, Options, bind};
use crate::node::Node;
use crate::notify::{self, State};
use crate::process;
use crate::reload;
use crate::seed::Seed;
use crate::services;
use crate::settings::{self, Live, Program, Settings};
use crate::socket::{self, Held, Socket};
use crate::tls::Tls;
use crate::watch::Watch;
use crate::xks_proxy::XksProxy;
use base::{Clock, SystemClock};
use clap::{ArgMatches, Command};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  fastness dev                                      state in memory, credentials test/test
  fastness dev --data ./data                        state kept in a directory
  fastness dev --seed seed.toml --quotas off        accounts and keys from a file, unthrottled
  fastness dev --open                               any credentials are let in, as by emulators
  fastness dev --listen 0.0.0.0:4566 --seed s.toml  beyond loopback: TLS only, own credentials

Off loopback --open and --soft are refused. Every option but --config may stand in the configuration file or in the
environment, and there are more of them: `fastness config --for dev` prints them all.
With a configuration file, SIGHUP reads it again: quotas and logs change without a restart.
The lines it prints make the AWS CLI and SDKs use it; TLS answers on the same port.";

pub(super) fn describe() -> Command {
    Command::new("dev")
        .about("Run a server for development: self-unsealed, with a clock that can be moved")
        .after_help(EXAMPLES)
        .args(settings::arguments(Program::Dev))
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let (sources, loaded) = begin(matches, Program::Dev)?;
    let settings = &*loaded.settings.clone();
    let config = Config::of(settings).map_err(|error| error.to_string())?;
    let seed = config.seed.as_deref().map(|path| seed(path, &config)).transpose()?;
    let [listener, ..] = settings.listeners.as_slice() else { return Err("--listen: names no address".into()) };
    let listen = listener.address;
    let socket = bind(listen).map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let address = socket.local_addr().map_err(|error| error.to_string())?;
    let control = settings.data.as_deref().map(control).transpose()?;
    let node = Arc::new(Node::open(config, seed)?);
    // Without a file there is nothing to read again, and SIGHUP ends it, as of old.
    let live = loaded.file.is_some().then(|| Arc::new(Live::new(sources, loaded)));
    let control = control.as_ref().and_then(|(_, control)| control.as_ref());
    let outcome = serve(settings, live, node.clone(), socket, address, control);
    node.shut_down();
    outcome
}

fn serve(
    settings: &Settings,
    live: Option<Arc<Live>>,
    node: Arc<Node>,
    socket: std::net::TcpListener,
    address: SocketAddr,
    control: Option<&Socket>,
) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(worker_threads())
        .thread_name("fastness")
        .enable_all()
        .build()
        .map_err(|error| format!("no threads: {error}"))?;
    let directory = settings.data.clone().map_or_else(ca::default_directory, Ok).map_err(|error| error.to_string())?;
    let authority = Authority::open(&directory, SystemClock.now()).map_err(|error| error.to_string())?;
    let ca = fs::canonicalize(authority.path()).map_err(|error| error.to_string())?;
    let tls = Tls::new(authority, address, &settings.tls.names).map_err(|error| error.to_string())?;
    let watch = Watch::new(&services::names());
    let served = tls.clone();
    let options = Options {
        handler: node.clone(),
        control: node.clone(),
        tls,
        tls_only: !is_loopback(address.ip()),
        proxies: Arc::default(),
        limits: limits(),
        watch: watch.clone(),
    };
    let proxy = settings.xks_proxy.map(|at| xks_proxy(at, settings, &node, &directory, &watch)).transpose()?;
    let outcome = runtime.block_on(async {
        let budget = Budget::new(&options.limits);
        let listener = Listener::new(socket, options, budget.clone())?;
        let proxy = proxy.map(|(socket, options)| Listener::new(socket, options, budget)).transpose()?;
        let stop = process::Signals::new()?;
        let (stopping, mut stopped) = tokio::sync::watch::channel(());
        let watching = admin::Running::begin(settings, &node, &watch, &served, stopped.clone());
        let watching = watching.map_err(io::Error::other)?;
        if let Some(live) = live {
            reload::wire(&live, node.clone(), watch.clone());
            tokio::spawn(reload::follow(live, process::Hangups::new()?));
        }
        introduce(settings, &node, address, &ca);
        if let Some(url) = watching.url() {
            say(&format!("# metrics, health and readiness at {url}"));
        }
        let proxy = async {
            let Some(proxy) = proxy else { return true };
            say(&format!("# external keys at https://{}", proxy.address()));
            proxy.run(async move { drop(stopped.changed().await) }).await
        };
        let stopped_by_signal = async {
            let controlled = async {
                if let Some(control) = control {
                    let ended = control.run(node.clone()).await;
                    tracing::error!(?ended, "the control socket failed: no more backups while this runs");
                }
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = stop.asked_to_end() => {}
                () = controlled => {}
            }
            notify::tell(State::Stopping);
            drop(stopping);
        };
        notify::tell(State::Ready);
        let main = listener.run(stopped_by_signal);
        let (main, proxy) = tokio::join!(main, proxy);
        watching.end().await;
        Ok::<_, io::Error>(main && proxy)
    });
    if !outcome.map_err(|error| error.to_string())? {
        tracing::warn!("calls that took too long were abandoned");
    }
    Ok(())
}

/// Takes the data directory, and opens its socket. Where that cannot be, the rest works all the same.
fn control(dir: &Path) -> Result<(Held, Option<Socket>), String> {
    files::claim(dir).map_err(|error| format!("cannot use {}: {error}", dir.display()))?;
    let held = socket::hold(dir)?;
    let socket = Socket::bind(dir, &held).inspect_err(|error| tracing::warn!("no backups while this runs: {error}"));
    Ok((held, socket.ok()))
}

/// On a laptop, a stop should not wait for clients that hold connections open and say nothing.
fn limits() -> Limits {
    Limits { farewell: Duration::ZERO, ..Limits::default() }
}

/// The listener of the proxy of external key stores: TLS only, with the suites of the specification.
fn xks_proxy(
    at: SocketAddr,
    settings: &Settings,
    node: &Arc<Node>,
    directory: &Path,
    watch: &Arc<Watch>,
) -> Result<(std::net::TcpListener, Options), String> {
    let socket = bind(at).map_err(|error| format!("cannot listen on {at}: {error}"))?;
    let authority = Authority::open(directory, SystemClock.now()).map_err(|error| error.to_string())?;
    let tls = Tls::strict(authority, at, &settings.tls.names).map_err(|error| error.to_string())?;
    let proxy = Arc::new(XksProxy::new(node.clone(), watch.requests.external_keys()));
    let limits = limits();
    Ok((
        socket,
        Options {
            handler: proxy.clone(),
            control: proxy,
            tls,
            tls_only: true,
            proxies: Arc::default(),
            limits,
            watch: watch.clone(),
        },
    ))
}

fn seed(path: &Path, config: &Config) -> Result<Seed, String> {
    let text = base::Secret::new(read(path)?);
    Seed::parse(&path.display().to_string(), text.expose(), config.region).map_err(|error| error.to_string())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Prints what makes clients use this server, in a form that a shell can read.
fn introduce(settings: &Settings, node: &Node, address: SocketAddr, ca: &Path) {
    let plain = is_loopback(address.ip());
    let place = match (&settings.store, &settings.data) {
        (Some(_), _) => "in PostgreSQL".to_owned(),
        (None, Some(dir)) => format!("in {}", dir.display()),
        (None, None) => "in memory".to_owned(),
    };
    say(&format!("# Fastness {} listens on {address}, state is {place}", env!("CARGO_PKG_VERSION")));
    let host = if address.ip().is_unspecified() { "localhost".to_owned() } else { address.ip().to_string() };
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let (scheme, port) = (if plain { "http" } else { "https" }, address.port());
    say(&format!("export AWS_ENDPOINT_URL={scheme}://{host}:{port}"));
    say(&format!("export AWS_CA_BUNDLE={}", local::quoted(&ca.display().to_string())));
    match (node.credentials(), settings.dev.open) {
        (Some(credentials), _) => {
            say(&format!("export AWS_ACCESS_KEY_ID={}", credentials.id));
            say(&format!("export AWS_SECRET_ACCESS_KEY={}", credentials.secret));
        }
        (None, true) => {
            say("export AWS_ACCESS_KEY_ID=test");
            say("export AWS_SECRET_ACCESS_KEY=test");
        }
        (None, false) => say("# AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: as in your seed"),
    }
    // The CLI's first version and boto3 read the second, the other SDKs the first.
    say(&format!("export AWS_REGION={}", settings.region));
    say(&format!("export AWS_DEFAULT_REGION={}", settings.region));
    if plain {
        say(&format!("# with TLS: export AWS_ENDPOINT_URL=https://localhost:{port}"));
    }
    say("# try: aws kms create-key");
}
