//! What `fastness dev` is told: by its options, and by a configuration file for those that are not given.
//!
//! Guarantees: unknown keys are refused, mistakes are named with file, line and key, and what cannot be honoured is an
//! error before anything starts.

use crate::control::is_loopback;
use crate::toml_reader::{Source, Table, TomlError};
use base::{AccountId, Region};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

/// Where `dev` listens unless told otherwise: the port that users of other emulators know.
pub const LISTEN: &str = "127.0.0.1:4566";
/// The account of the credentials made without a seed.
pub const ACCOUNT: &str = "000000000000";
/// The Region of the printed lines and of seeded keys that name none.
pub const REGION: &str = "us-east-1";

/// Options as given: all optional, since several sources are laid over each other.
#[derive(Default, Clone)]
pub struct Given {
    /// Address and port to listen on.
    pub listen: Option<String>,
    /// Directory that keeps state.
    pub data: Option<PathBuf>,
    /// PostgreSQL URL.
    pub store: Option<String>,
    /// `file:PATH`.
    pub seal: Option<String>,
    /// Seed file.
    pub seed: Option<PathBuf>,
    /// Whether any credentials are accepted.
    pub open: Option<bool>,
    /// Whether denials are only logged.
    pub soft: Option<bool>,
    /// Account of the default credentials.
    pub account: Option<String>,
    /// Default Region.
    pub region: Option<String>,
    /// `aws` or `off`.
    pub quotas: Option<String>,
    /// Quotas of other values than AWS's: `kms:CreateKey=50`.
    pub quota: Vec<String>,
    /// Further names in the server certificate.
    pub tls_names: Vec<String>,
    /// The PKCS#11 module whose tokens keep keys.
    pub pkcs11_module: Option<PathBuf>,
    /// Address and port of the proxy of external key stores.
    pub xks_proxy: Option<String>,
    /// `HOST=ADDRESS:PORT`: where hosts outside are reached.
    pub connect_to: Vec<String>,
    /// Files of roots that attestation documents are believed under, beside AWS's.
    pub attestation_roots: Vec<PathBuf>,
    /// How long an audit record may wait for its sync, in milliseconds.
    pub audit_sync_window_ms: Option<u64>,
    /// Memory for the embedded store's cache.
    pub store_cache_mib: Option<u64>,
}

/// Options checked and complete.
#[derive(Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Directory that keeps state; without one it is in memory.
    pub data: Option<PathBuf>,
    /// PostgreSQL URL.
    pub store: Option<String>,
    /// File that holds the seal's key.
    pub seal: Option<PathBuf>,
    /// Seed file.
    pub seed: Option<PathBuf>,
    /// Whether any credentials are accepted.
    pub open: bool,
    /// Whether what policies deny is let through and told of.
    pub soft: bool,
    /// Account of the default credentials.
    pub account: AccountId,
    /// Default Region.
    pub region: Region,
    /// Whether AWS's request quotas apply.
    pub quotas: bool,
    /// Quotas by their names, with their values for all accounts.
    pub quota: Vec<(String, f64)>,
    /// Further names in the server certificate.
    pub tls_names: Vec<String>,
    /// The PKCS#11 module whose tokens keep keys.
    pub pkcs11_module: Option<PathBuf>,
    /// Where the proxy of external key stores listens, if anywhere.
    pub xks_proxy: Option<SocketAddr>,
    /// Where hosts outside are reached, if not where their names lead.
    pub connect_to: BTreeMap<String, SocketAddr>,
    /// Files of roots that attestation documents are believed under, beside AWS's.
    pub attestation_roots: Vec<PathBuf>,
    /// How long an audit record may wait for its sync.
    pub audit_sync_window: Duration,
    /// Memory for the embedded store's cache, in bytes.
    pub store_cache: usize,
}

/// Why options cannot be honoured.
#[derive(Debug)]
pub enum ConfigError {
    /// A mistake in the configuration file.
    File(TomlError),
    /// Options that are wrong or do not go together.
    Options(String),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Options(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ConfigError {}

impl Given {
    /// Reads a configuration file; `file` is how errors call it.
    pub fn parse(file: &str, text: &str) -> Result<Self, ConfigError> {
        Self::read(file, text).map_err(ConfigError::File)
    }

    fn read(file: &str, text: &str) -> Result<Self, TomlError> {
        const KNOWN: [&str; 18] = [
            "listen",
            "data",
            "store",
            "seal",
            "seed",
            "open",
            "soft",
            "account",
            "region",
            "quotas",
            "quota",
            "tls_names",
            "pkcs11_module",
            "xks_proxy",
            "connect_to",
            "attestation_roots",
            "audit_sync_window_ms",
            "store_cache_mib",
        ];
        let source = Source::new(file, text);
        let document = source.parse()?;
        let table = Table::new(&source, "", document.get_ref(), 0, &KNOWN)?;
        let owned = |key: &str| Ok(table.text(key)?.map(str::to_owned));
        let path = |key: &str| Ok(table.text(key)?.map(PathBuf::from));
        let given = Self {
            listen: owned("listen")?,
            data: path("data")?,
            store: owned("store")?,
            seal: owned("seal")?,
            seed: path("seed")?,
            open: table.boolean("open")?,
            soft: table.boolean("soft")?,
            account: owned("account")?,
            region: owned("region")?,
            quotas: owned("quotas")?,
            quota: table.texts("quota")?.into_iter().map(str::to_owned).collect(),
            tls_names: table.texts("tls_names")?.into_iter().map(str::to_owned).collect(),
            pkcs11_module: path("pkcs11_module")?,
            xks_proxy: owned("xks_proxy")?,
            connect_to: table.texts("connect_to")?.into_iter().map(str::to_owned).collect(),
            attestation_roots: table.texts("attestation_roots")?.into_iter().map(PathBuf::from).collect(),
            audit_sync_window_ms: table.number("audit_sync_window_ms", 0..=10_000)?,
            store_cache_mib: table.number("store_cache_mib", 1..=65_536)?,
        };
        given.check_values(|key, problem| table.error(key, problem))?;
        Ok(given)
    }

    /// Checks each value for itself, so that a mistake is told of the place where it stands.
    fn check_values<E>(&self, error: impl Fn(&str, String) -> E) -> Result<(), E> {
        let check = |key: &str, problem: Option<String>| problem.map_or(Ok(()), |problem| Err(error(key, problem)));
        check("listen", self.listen.as_deref().and_then(|text| address(text).err()))?;
        check("seal", self.seal.as_deref().and_then(|text| seal(text).err()))?;
        check("store", self.store.as_deref().and_then(store_problem))?;
        check("xks_proxy", self.xks_proxy.as_deref().and_then(|text| address(text).err()))?;
        check("connect_to", routes(&self.connect_to).err())?;
        check("account", self.account.as_deref().and_then(|text| text.parse::<AccountId>().err().map(|e| e.0.into())))?;
        check("region", self.region.as_deref().and_then(|text| text.parse::<Region>().err().map(|e| e.0.into())))?;
        check("quota", self.quota.iter().find_map(|text| quota(text).err()))?;
        check("quotas", self.quotas.as_deref().and_then(|text| quotas(text).err()))
    }

    /// These options, with `file`'s where they say nothing.
    pub fn over(self, file: Self) -> Self {
        Self {
            listen: self.listen.or(file.listen),
            data: self.data.or(file.data),
            store: self.store.or(file.store),
            seal: self.seal.or(file.seal),
            seed: self.seed.or(file.seed),
            open: self.open.or(file.open),
            soft: self.soft.or(file.soft),
            account: self.account.or(file.account),
            region: self.region.or(file.region),
            quotas: self.quotas.or(file.quotas),
            // One after the other, so that those given directly win.
            quota: [file.quota, self.quota].concat(),
            tls_names: if self.tls_names.is_empty() { file.tls_names } else { self.tls_names },
            pkcs11_module: self.pkcs11_module.or(file.pkcs11_module),
            xks_proxy: self.xks_proxy.or(file.xks_proxy),
            connect_to: if self.connect_to.is_empty() { file.connect_to } else { self.connect_to },
            attestation_roots: if self.attestation_roots.is_empty() {
                file.attestation_roots
            } else {
                self.attestation_roots
            },
            audit_sync_window_ms: self.audit_sync_window_ms.or(file.audit_sync_window_ms),
            store_cache_mib: self.store_cache_mib.or(file.store_cache_mib),
        }
    }

    /// Checks everything and fills in the defaults.
    pub fn complete(self) -> Result<Config, ConfigError> {
        self.finish().map_err(ConfigError::Options)
    }

    fn finish(self) -> Result<Config, String> {
        self.check_values(|key, problem| format!("--{key}: {problem}"))?;
        let listen = address(self.listen.as_deref().unwrap_or(LISTEN))?;
        let open = self.open.unwrap_or(false);
        let soft = self.soft.unwrap_or(false);
        if !is_loopback(listen.ip()) {
            let lax = [("--open", open), ("--soft", soft)].into_iter().find(|(_, on)| *on);
            if let Some((option, _)) = lax {
                return Err(format!("{option} is refused when listening beyond loopback ({listen})"));
            }
            if self.seed.is_none() {
                return Err(format!(
                    "listening beyond loopback ({listen}) needs --seed FILE with credentials of your own: \
                     without a seed they would be the well-known test/test"
                ));
            }
        }
        if open && self.account.is_some() {
            return Err("--account has no effect with --open: there the access key names the account".into());
        }
        match (&self.store, &self.seal, &self.data) {
            (Some(_), None, _) => return Err("--store needs --seal file:PATH: what protects the root key".into()),
            (Some(_), _, None) => return Err("--store needs --data DIR for the audit log and the CA".into()),
            (None, Some(_), None) => return Err("--seal needs --data or --store: state in memory has no seal".into()),
            _ => {}
        }
        Ok(Config {
            listen,
            seal: self.seal.as_deref().map(seal).transpose()?,
            data: self.data,
            store: self.store,
            seed: self.seed,
            open,
            soft,
            account: self.account.as_deref().unwrap_or(ACCOUNT).parse().map_err(|e: base::Invalid| e.0)?,
            region: self.region.as_deref().unwrap_or(REGION).parse().map_err(|e: base::Invalid| e.0)?,
            quotas: self.quotas.as_deref().map_or(Ok(true), quotas)?,
            quota: self.quota.iter().map(|text| quota(text)).collect::<Result<_, _>>()?,
            tls_names: self.tls_names,
            pkcs11_module: self.pkcs11_module,
            xks_proxy: self.xks_proxy.as_deref().map(address).transpose()?,
            connect_to: routes(&self.connect_to)?,
            attestation_roots: self.attestation_roots,
            audit_sync_window: self.audit_sync_window_ms.map_or(AUDIT_SYNC_WINDOW, Duration::from_millis),
            store_cache: self.store_cache_mib.map_or(STORE_CACHE, |mib| (mib as usize).saturating_mul(1 << 20)),
        })
    }
}

/// A power cut may take the audit records of this last moment, nothing else.
const AUDIT_SYNC_WINDOW: Duration = Duration::from_millis(50);
/// Keeps idle memory low; the system's page cache holds the rest.
const STORE_CACHE: usize = 16 << 20;

fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().map_err(|_| format!("{text:?} is no address and port such as {LISTEN}"))?;
    found.into_iter().next().ok_or_else(|| format!("{text:?} has no address"))
}

fn routes(texts: &[String]) -> Result<BTreeMap<String, SocketAddr>, String> {
    let route = |text: &String| {
        let (host, place) = text.split_once('=').filter(|(host, _)| !host.is_empty())?;
        Some((host.to_ascii_lowercase(), address(place).ok()?))
    };
    texts.iter().map(|text| route(text).ok_or_else(|| format!("{text:?} is no HOST=ADDRESS:PORT"))).collect()
}

fn seal(text: &str) -> Result<PathBuf, String> {
    match text.strip_prefix("file:") {
        Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => Err("must be file:PATH".into()),
    }
}

/// Tells what is wrong without repeating the URL, which may hold a password.
fn store_problem(text: &str) -> Option<String> {
    let known = text.starts_with("postgres://") || text.starts_with("postgresql://");
    (!known).then(|| "must be a postgres:// URL".into())
}

/// A quota's name, as an operator writes it, and its value.
fn quota(text: &str) -> Result<(String, f64), String> {
    let rule = || format!("{text:?} is not like kms:CreateKey=50");
    let (name, value) = text.split_once('=').ok_or_else(rule)?;
    let value: f64 = value.parse().map_err(|_| rule())?;
    // What is no number is in no range.
    if !name.contains(':') || !(0.0..=MOST).contains(&value) { Err(rule()) } else { Ok((name.to_owned(), value)) }
}

/// The largest value of a quota, as in AWS's API.
const MOST: f64 = 1e10;

fn quotas(text: &str) -> Result<bool, String> {
    match text {
        "aws" => Ok(true),
        "off" => Ok(false),
        _ => Err("must be aws or off".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(change: impl FnOnce(&mut Given)) -> Result<Config, String> {
        let mut given = Given::default();
        change(&mut given);
        given.complete().map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_the_documented_ones() {
        let config = given(|_| {}).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:4566");
        assert_eq!((config.account.as_str(), config.region.as_str()), ("000000000000", "us-east-1"));
        assert!(config.quotas && !config.open && config.data.is_none());
    }

    #[test]
    fn what_cannot_be_honoured_is_an_error_that_names_the_option() {
        let off_loopback = |g: &mut Given| g.listen = Some("0.0.0.0:1".into());
        for (change, word) in [
            (&(|g: &mut Given| (off_loopback(g), g.open = Some(true)).1) as &dyn Fn(&mut Given), "--open"),
            (&|g: &mut Given| (off_loopback(g), g.soft = Some(true)).1, "--soft"),
            (&off_loopback, "--seed"),
            (&|g: &mut Given| g.store = Some("postgres://h/d".into()), "--seal"),
            (&|g: &mut Given| (g.store = Some("postgres://h/d".into()), g.seal = Some("file:s".into())).1, "--data"),
            (&|g: &mut Given| g.store = Some("mysql://h/d".into()), "--store"),
            (&|g: &mut Given| g.seal = Some("file:s".into()), "--seal"),
            (&|g: &mut Given| g.seal = Some("s".into()), "--seal"),
            (&|g: &mut Given| g.account = Some("12".into()), "--account"),
            (&|g: &mut Given| g.region = Some("here".into()), "--region"),
            (&|g: &mut Given| g.quotas = Some("on".into()), "--quotas"),
            (&|g: &mut Given| g.quota = vec!["kms:CreateKey".into()], "--quota"),
            (&|g: &mut Given| g.quota = vec!["CreateKey=5".into()], "--quota"),
            (&|g: &mut Given| g.quota = vec!["kms:CreateKey=-1".into()], "--quota"),
            (&|g: &mut Given| g.listen = Some("4566".into()), "--listen"),
            (&|g: &mut Given| (g.open = Some(true), g.account = Some("111122223333".into())).1, "--account"),
        ] {
            let error = given(change).err().unwrap_or_else(|| panic!("accepted; expected a word on {word}"));
            assert!(error.contains(word), "{error}");
        }
        assert!(given(|g| (g.listen = Some("[::1]:0".into()), g.open = Some(true)).1).is_ok());
        assert!(given(|g| (g.listen = Some("0.0.0.0:0".into()), g.seed = Some("s".into())).1).is_ok());
    }

    #[test]
    fn options_given_directly_win_over_the_file() {
        let file = Given::parse("f.toml", "region = \"eu-west-1\"\nquotas = \"off\"\nstore_cache_mib = 8\n").unwrap();
        let config = Given { quotas: Some("aws".into()), ..Given::default() }.over(file).complete().unwrap();
        assert_eq!(config.region.as_str(), "eu-west-1");
        assert!(config.quotas);
        assert_eq!(config.store_cache, 8 << 20);
        let file = Given::parse("f.toml", "quota = [\"kms:CreateKey=5\"]\n").unwrap();
        let config = Given { quota: vec!["kms:CreateKey=7".into()], ..Given::default() }.over(file).complete().unwrap();
        assert_eq!(config.quota, [("kms:CreateKey".to_owned(), 5.0), ("kms:CreateKey".to_owned(), 7.0)]);
    }

    #[test]
    fn mistakes_in_the_file_are_named_with_line_and_key() {
        for (text, start) in [
            ("\nlisten = \"x\"\n", "f.toml:2: listen: "),
            ("listne = \"x\"\n", "f.toml:1: listne: unknown key"),
            ("open = \"yes\"\n", "f.toml:1: open: "),
            ("audit_sync_window_ms = -1\n", "f.toml:1: audit_sync_window_ms: "),
            ("seal = \"s\"\n", "f.toml:1: seal: "),
            ("connect_to = [\"=127.0.0.1:1\"]\n", "f.toml:1: connect_to: "),
            ("connect_to = [\"a.example\"]\n", "f.toml:1: connect_to: "),
            ("store = \"mysql://user:pw@h\"\n", "f.toml:1: store: must be a postgres"),
            ("open = \n", "f.toml:1: "),
        ] {
            let error = Given::parse("f.toml", text).err().unwrap().to_string();
            assert!(error.starts_with(start) && !error.contains("pw"), "{error}");
        }
    }
}
