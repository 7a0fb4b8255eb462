//! Settings, checked and complete, as the rest of the server takes them.

use super::network::Network;
use super::setting::Program;
use crate::limits::Limits;
use base::{AccountId, Invalid, Region, Secret};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Everything that can be set.
pub struct Settings {
    /// The program that these are for.
    pub program: Program,
    /// Where to listen, and how; never empty.
    pub listeners: Vec<ListenerSettings>,
    /// Directory that keeps state; without one (`dev` only) it is in memory.
    pub data: Option<PathBuf>,
    /// PostgreSQL URL, which may hold a password.
    pub store: Option<Secret<String>>,
    /// File that holds the PostgreSQL URL; read into `store` when settings are loaded.
    pub(super) store_file: Option<PathBuf>,
    /// Memory for the embedded store's cache, in bytes.
    pub store_cache: usize,
    /// Locators of what may open the root key, tried in this order.
    pub seal: Vec<String>,
    /// Region that this server is at home in.
    pub region: Region,
    /// Whether AWS's request quotas apply.
    pub quotas: bool,
    /// Quotas by their names, with their values for all accounts; later ones win.
    pub quota: Vec<(String, f64)>,
    /// The PKCS#11 module whose tokens keep keys.
    pub pkcs11_module: Option<PathBuf>,
    /// Where the proxy of external key stores listens, if anywhere.
    pub xks_proxy: Option<SocketAddr>,
    /// Where hosts outside are reached, if not where their names lead.
    pub connect_to: BTreeMap<String, SocketAddr>,
    /// Files of roots that attestation documents are believed under, beside AWS's.
    pub attestation_roots: Vec<PathBuf>,
    /// TLS of all listeners.
    pub tls: TlsSettings,
    /// Proxies whose word about a client's address is believed.
    pub trusted_proxies: Vec<Network>,
    /// How the audit log is kept.
    pub audit: audit::Options,
    /// How much is logged.
    pub log_level: LogLevel,
    /// In which form it is logged.
    pub log_format: LogFormat,
    /// Whether each request is logged.
    pub log_requests: bool,
    /// Requests that take longer are warned of.
    pub log_slow: Duration,
    /// Metrics, health and traces.
    pub watch: WatchSettings,
    /// What clients may take.
    pub limits: Limits,
    /// What the process gives up.
    pub process: ProcessSettings,
    /// What only `dev` has.
    pub dev: DevSettings,
}

/// One address to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenerSettings {
    /// Address and port.
    pub address: SocketAddr,
    /// Plain HTTP instead of TLS; on loopback only.
    pub plain: bool,
    /// Whether each connection begins with a PROXY protocol v2 header, taken from trusted proxies only.
    pub proxy_protocol: bool,
    /// Whether clients show certificates.
    pub client_auth: ClientAuth,
}

impl ListenerSettings {
    /// TLS, without any extras.
    pub fn at(address: SocketAddr) -> Self {
        Self { address, plain: false, proxy_protocol: false, client_auth: ClientAuth::Off }
    }
}

/// Whether clients must show a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClientAuth {
    /// None is asked for.
    #[default]
    Off,
    /// One is asked for; a client without one is let in, one with a wrong one is not.
    Optional,
    /// A client without a good one is not let in.
    Required,
}

/// TLS of all listeners.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// The operator's certificate chain; without one, the server's own authority issues it.
    pub certificate: Option<PathBuf>,
    /// The private key of that certificate; set exactly when it is.
    pub key: Option<PathBuf>,
    /// Authorities that clients' certificates are checked against.
    pub client_ca: Option<PathBuf>,
    /// Revocation lists of those authorities.
    pub client_crl: Option<PathBuf>,
    /// The oldest version that is spoken.
    pub min_version: MinimumTls,
    /// Further names in a certificate of the own authority.
    pub names: Vec<String>,
}

/// The oldest version of TLS that is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MinimumTls {
    /// TLS 1.2, which some SDKs still need.
    #[default]
    Tls12,
    /// TLS 1.3 alone.
    Tls13,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// What should be looked at.
    Warn,
    /// What happened.
    #[default]
    Info,
    /// Why it happened.
    Debug,
    /// Everything.
    Trace,
}

/// In which form it is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Metrics, health and traces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WatchSettings {
    /// Where metrics, health and readiness are served.
    pub admin_listen: Option<SocketAddr>,
    /// Whether in plain HTTP beyond loopback too.
    pub admin_plain: bool,
    /// The OTLP endpoint that traces are sent to.
    pub otlp: Option<String>,
    /// The share of calls that are traced, from 0 to 1.
    pub sampling: f64,
}

/// What the process gives up before it serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessSettings {
    /// The user to become after listening.
    pub user: Option<String>,
    /// The group to become; by default the user's own.
    pub group: Option<String>,
    /// Whether memory is kept out of swap.
    pub mlock: MemoryLock,
    /// Whether system calls are limited to those that are needed.
    pub seccomp: SyscallFilter,
    /// Whether a clock is believed that is far from when the store was last in use.
    pub accept_clock: bool,
}

/// Whether system calls are limited to those that are needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SyscallFilter {
    /// No.
    Off,
    /// What would be refused is done, and written to the kernel's audit log.
    Log,
    /// Yes, where the kernel can.
    #[default]
    On,
}

/// Whether memory is kept out of swap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MemoryLock {
    /// It is not tried.
    Off,
    /// It is tried, and a refusal is logged.
    #[default]
    Try,
    /// A refusal ends the start.
    Require,
}

/// What only `dev` has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DevSettings {
    /// Seed file.
    pub seed: Option<PathBuf>,
    /// Whether any credentials are accepted.
    pub open: bool,
    /// Whether what policies deny is let through and told of.
    pub soft: bool,
    /// Account of the default credentials.
    pub account: Option<AccountId>,
}

/// Where the server listens unless told otherwise: the port that users of other emulators know, and nobody from outside.
pub(super) const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4566);
/// The Region that counts unless told otherwise.
const REGION: &str = "us-east-1";

impl Settings {
    /// The code's own defaults, which the table's are laid over and must agree with: a test compares them.
    pub(super) fn blank(program: Program) -> Result<Self, Invalid> {
        Ok(Self {
            program,
            listeners: vec![ListenerSettings::at(LISTEN)],
            data: None,
            store: None,
            store_file: None,
            store_cache: 16 << 20,
            seal: Vec::new(),
            region: REGION.parse()?,
            quotas: true,
            quota: Vec::new(),
            pkcs11_module: None,
            xks_proxy: None,
            connect_to: BTreeMap::new(),
            attestation_roots: Vec::new(),
            tls: TlsSettings::default(),
            trusted_proxies: Vec::new(),
            audit: audit::Options { sync_window: Duration::from_millis(50), ..audit::Options::default() },
            log_level: LogLevel::default(),
            log_format: LogFormat::default(),
            log_requests: false,
            log_slow: Duration::from_secs(5),
            watch: WatchSettings { sampling: 0.01, ..WatchSettings::default() },
            limits: Limits::default(),
            process: ProcessSettings::default(),
            dev: DevSettings::default(),
        })
    }
}
