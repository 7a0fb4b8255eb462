//! `fastness dev`: everything on loopback in one second.

use super::{Outcome, arguments, say};
use crate::ca::{self, Authority};
use crate::config::{Config, Given};
use crate::control::is_loopback;
use crate::limits::{Limits, worker_threads};
use crate::listener::{Listener, Options, bind};
use crate::node::Node;
use crate::process;
use crate::seed::Seed;
use crate::tls::Tls;
use crate::xks_proxy::XksProxy;
use base::{Clock, SystemClock};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tracing::level_filters::LevelFilter;

const EXAMPLES: &str = "\
Examples:
  fastness dev                                     state in memory, credentials test/test
  fastness dev --data ./data                       state kept in a directory
  fastness dev --seed seed.toml --quotas off       accounts and keys from a file, unthrottled
  fastness dev --open                              any credentials are let in, as by emulators
  fastness dev --listen 0.0.0.0:4566 --seed s.toml beyond loopback: TLS only, own credentials

Off loopback --open and --soft are refused. Every option but --config may stand in the configuration file.
The lines it prints make the AWS CLI and SDKs use it; TLS answers on the same port.";

pub(super) fn describe() -> Command {
    let file = |name: &'static str, value: &'static str| {
        Arg::new(name).long(name).value_name(value).value_parser(value_parser!(PathBuf))
    };
    let text = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    Command::new("dev")
        .about("Run a server for development: self-unsealed, with a clock that can be moved")
        .after_help(EXAMPLES)
        .args([
            text("listen", "ADDRESS:PORT").help("Where to listen, HTTP and TLS [default: 127.0.0.1:4566]"),
            file("data", "DIR").help("Keep state in this directory [default: in memory]"),
            text("store", "URL").help("Keep state in PostgreSQL: postgres://… (needs --seal and --data)"),
            text("seal", "file:PATH").help("What protects the root key [default: DIR/dev-seal.key]"),
            file("config", "FILE").help("Configuration file (TOML)"),
            file("seed", "FILE").help("Accounts, users and keys to make (TOML)"),
            flag("open").help("Believe any credentials (loopback only)"),
            flag("soft").help("Let through what policies deny, log and count it, and explain it to `fastness why`"),
            text("account", "ID").help("Account of the default credentials [default: 000000000000]"),
            text("region", "REGION").help("Region of the printed lines [default: us-east-1]"),
            text("quotas", "aws|off").help("Request quotas as AWS has them, or none [default: aws]"),
            file("pkcs11-module", "PATH").help("PKCS#11 module whose tokens keep keys of AWS_CLOUDHSM key stores"),
            text("xks-proxy", "ADDRESS:PORT").help("Where a KMS elsewhere uses keys that are kept here, TLS only"),
            text("connect-to", "HOST=ADDRESS:PORT")
                .action(ArgAction::Append)
                .help("Where a host outside is reached, such as an external key store's proxy"),
            file("attestation-root", "FILE")
                .action(ArgAction::Append)
                .help("Believe attestation documents under this root too (PEM), beside AWS's"),
            text("quota", "SERVICE:NAME=VALUE")
                .action(ArgAction::Append)
                .help("Another value of a quota, by operation, code or name: kms:CreateKey=50, kms:L-C2F1777E=10"),
            text("log-level", "LEVEL")
                .value_parser(["off", "error", "warn", "info", "debug", "trace"])
                .default_value("info")
                .help("What is logged to standard error"),
            text("log-format", "FORMAT").value_parser(["text", "json"]).default_value("text").help("How it is logged"),
        ])
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    log_to_stderr(matches);
    process::prepare();
    let config = config(matches)?;
    let seed = config.seed.as_deref().map(|path| seed(path, &config)).transpose()?;
    let socket = bind(config.listen).map_err(|error| format!("cannot listen on {}: {error}", config.listen))?;
    let address = socket.local_addr().map_err(|error| error.to_string())?;
    let node = Arc::new(Node::open(config.clone(), seed)?);
    let outcome = serve(&config, node.clone(), socket, address);
    node.shut_down();
    outcome
}

fn serve(config: &Config, node: Arc<Node>, socket: std::net::TcpListener, address: SocketAddr) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(worker_threads())
        .thread_name("fastness")
        .enable_all()
        .build()
        .map_err(|error| format!("no threads: {error}"))?;
    let directory = config.data.clone().map_or_else(ca::default_directory, Ok).map_err(|error| error.to_string())?;
    let authority = Authority::open(&directory, SystemClock.now()).map_err(|error| error.to_string())?;
    let ca = fs::canonicalize(authority.path()).map_err(|error| error.to_string())?;
    let tls = Tls::new(authority, address, &config.tls_names).map_err(|error| error.to_string())?;
    let options = Options {
        handler: node.clone(),
        control: node.clone(),
        tls,
        tls_only: !is_loopback(address.ip()),
        limits: Limits::default(),
    };
    let proxy = config.xks_proxy.map(|at| xks_proxy(at, config, &node, &directory)).transpose()?;
    let outcome = runtime.block_on(async {
        let listener = Listener::new(socket, options)?;
        let proxy = proxy.map(|(socket, options)| Listener::new(socket, options)).transpose()?;
        let stop = process::Signals::new()?;
        introduce(config, &node, address, &ca);
        let (stopping, mut stopped) = tokio::sync::watch::channel(());
        let proxy = async {
            let Some(proxy) = proxy else { return true };
            say(&format!("# external keys at https://{}", proxy.address()));
            proxy.run(async move { drop(stopped.changed().await) }).await
        };
        let stopped_by_signal = async {
            stop.asked_to_end().await;
            drop(stopping);
        };
        let main = listener.run(stopped_by_signal);
        let (main, proxy) = tokio::join!(main, proxy);
        Ok::<_, io::Error>(main && proxy)
    });
    if !outcome.map_err(|error| error.to_string())? {
        tracing::warn!("calls that took too long were abandoned");
    }
    Ok(())
}

/// The listener of the proxy of external key stores: TLS only, with the suites of the specification.
fn xks_proxy(
    at: SocketAddr,
    config: &Config,
    node: &Arc<Node>,
    directory: &Path,
) -> Result<(std::net::TcpListener, Options), String> {
    let socket = bind(at).map_err(|error| format!("cannot listen on {at}: {error}"))?;
    let authority = Authority::open(directory, SystemClock.now()).map_err(|error| error.to_string())?;
    let tls = Tls::strict(authority, at, &config.tls_names).map_err(|error| error.to_string())?;
    let proxy = Arc::new(XksProxy::new(node.clone()));
    let limits = Limits::default();
    Ok((socket, Options { handler: proxy.clone(), control: proxy, tls, tls_only: true, limits }))
}

fn log_to_stderr(matches: &ArgMatches) {
    let level = match arguments::text(matches, "log-level") {
        Some("off") => LevelFilter::OFF,
        Some("error") => LevelFilter::ERROR,
        Some("warn") => LevelFilter::WARN,
        Some("debug") => LevelFilter::DEBUG,
        Some("trace") => LevelFilter::TRACE,
        _ => LevelFilter::INFO,
    };
    let logs = tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr);
    if arguments::text(matches, "log-format") == Some("json") {
        logs.json().init();
    } else {
        logs.with_ansi(false).init();
    }
}

fn config(matches: &ArgMatches) -> Result<Config, String> {
    let text = |name: &str| arguments::text(matches, name).map(str::to_owned);
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let flag = |name: &str| matches.get_flag(name).then_some(true);
    let given = Given {
        listen: text("listen"),
        data: path("data"),
        store: text("store"),
        seal: text("seal"),
        seed: path("seed"),
        open: flag("open"),
        soft: flag("soft"),
        account: text("account"),
        region: text("region"),
        quotas: text("quotas"),
        pkcs11_module: path("pkcs11-module"),
        quota: matches.get_many::<String>("quota").into_iter().flatten().cloned().collect(),
        xks_proxy: text("xks-proxy"),
        connect_to: matches.get_many::<String>("connect-to").into_iter().flatten().cloned().collect(),
        attestation_roots: matches.get_many::<PathBuf>("attestation-root").into_iter().flatten().cloned().collect(),
        ..Given::default()
    };
    let file = match path("config") {
        Some(path) => Given::parse(&path.display().to_string(), &read(&path)?).map_err(|error| error.to_string())?,
        None => Given::default(),
    };
    given.over(file).complete().map_err(|error| error.to_string())
}

fn seed(path: &Path, config: &Config) -> Result<Seed, String> {
    let text = base::Secret::new(read(path)?);
    Seed::parse(&path.display().to_string(), text.expose(), config.region).map_err(|error| error.to_string())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Prints what makes clients use this server, in a form that a shell can read.
fn introduce(config: &Config, node: &Node, address: SocketAddr, ca: &Path) {
    let plain = is_loopback(address.ip());
    let place = match (&config.store, &config.data) {
        (Some(_), _) => "in PostgreSQL".to_owned(),
        (None, Some(dir)) => format!("in {}", dir.display()),
        (None, None) => "in memory".to_owned(),
    };
    say(&format!("# Fastness {} listens on {address}, state is {place}", env!("CARGO_PKG_VERSION")));
    let host = if address.ip().is_unspecified() { "localhost".to_owned() } else { address.ip().to_string() };
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let (scheme, port) = (if plain { "http" } else { "https" }, address.port());
    say(&format!("export AWS_ENDPOINT_URL={scheme}://{host}:{port}"));
    say(&format!("export AWS_CA_BUNDLE={}", quoted(&ca.display().to_string())));
    match (node.credentials(), config.open) {
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
    say(&format!("export AWS_REGION={}", config.region));
    say(&format!("export AWS_DEFAULT_REGION={}", config.region));
    if plain {
        say(&format!("# with TLS: export AWS_ENDPOINT_URL=https://localhost:{port}"));
    }
    say("# try: aws kms create-key");
}

/// A word for a shell.
fn quoted(text: &str) -> String {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+:@%".contains(&b));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
