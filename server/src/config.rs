//! What a node is made from: the part of the [settings](crate::settings) that it is concerned with.

use crate::settings::{Program, Settings};
use base::{AccountId, Invalid, Region};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The account of the credentials made without a seed.
pub const ACCOUNT: &str = "000000000000";

/// What a node is made from.
#[derive(Clone)]
pub struct Config {
    /// Directory that keeps state; without one it is in memory.
    pub data: Option<PathBuf>,
    /// PostgreSQL URL.
    pub store: Option<String>,
    /// File that holds the seal's key.
    pub seal: Option<PathBuf>,
    /// The seals of a server, beside those that its store names.
    pub seals: Vec<String>,
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
    /// The PKCS#11 module whose tokens keep keys.
    pub pkcs11_module: Option<PathBuf>,
    /// Where hosts outside are reached, if not where their names lead.
    pub connect_to: BTreeMap<String, std::net::SocketAddr>,
    /// Files of roots that attestation documents are believed under, beside AWS's.
    pub attestation_roots: Vec<PathBuf>,
    /// How the audit log is kept.
    pub audit: audit::Options,
    /// Memory for the embedded store's cache, in bytes.
    pub store_cache: usize,
    /// Whether it is a node of `dev`, which lets faults be set and its clock be moved.
    pub dev: bool,
    /// Whether a clock is refused that cannot be right; `dev` has one that moves.
    pub check_clock: bool,
}

impl Config {
    /// The part of `settings` that a node is concerned with.
    pub fn of(settings: &Settings) -> Result<Self, Invalid> {
        let dev = &settings.dev;
        Ok(Self {
            data: settings.data.clone(),
            store: settings.store.as_ref().map(|url| url.expose().clone()),
            seal: settings.seal.first().and_then(|seal| seal.strip_prefix("file:")).map(PathBuf::from),
            seals: settings.seal.clone(),
            seed: dev.seed.clone(),
            open: dev.open,
            soft: dev.soft,
            account: dev.account.map_or_else(|| ACCOUNT.parse(), Ok)?,
            region: settings.region,
            quotas: settings.quotas,
            quota: settings.quota.clone(),
            pkcs11_module: settings.pkcs11_module.clone(),
            connect_to: settings.connect_to.clone(),
            attestation_roots: settings.attestation_roots.clone(),
            audit: settings.audit,
            store_cache: settings.store_cache,
            dev: settings.program == Program::Dev,
            check_clock: settings.program == Program::Serve && !settings.process.accept_clock,
        })
    }
}
