//! A node: the kernel over its engine, seal, log and clocks, as the configuration says, and how it is reset and stopped.
//!
//! Layout of a data directory (mode 0700, one process at a time):
//!
//! | name | what |
//! |---|---|
//! | `store.redb` | state, every value sealed; absent with `--store` |
//! | `audit/` | the audit log |
//! | `dev-seal.key` | what protects the root key, mode 0600; elsewhere with `--seal` |
//! | `ca.pem`, `ca-key.pem` | the development CA |
//! | `node` | this node's name, under which its outbox waits |
//!
//! Guarantees: a store that is damaged, in use or sealed with another key is refused with a reason, and nothing of it is
//! changed; a reset waits for the calls under way and holds
//! new ones back until the seed is there again.

use crate::clock;
use crate::config::Config;
use crate::files;
use crate::handler::{Answered, Boxed, Handler};
use crate::outside::Web;
use crate::seed::Seed;
use crate::services;
use crate::sow::{Credentials, sow};
use attestation::Roots;
use audit::{Keys, Log, Options, Storage};
use base::{Clock, Rng, ServiceClock, SystemClock, Timestamp, Uuid};
use bytes::Bytes;
use crypto::{EphemeralSeal, FileSeal, Hierarchy, RootSeal, check_seal, root_key_path};
use directory::Directory;
use http::{Request, Response, StatusCode};
use kernel::{Connection, Kernel, Parts, Quotas, Registry};
use primitives::SystemRng;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Engine, Error, KeyRange, MAX_KEY_BYTES, Memory, Postgres, PostgresOptions, Redb, RedbOptions, Store};
use tokio::sync::{OwnedRwLockWriteGuard, RwLock};

/// Audit records kept when there is no data directory.
const MEMORY_LOG_BYTES: usize = 16 << 20;

/// The embedded store's file in a data directory.
pub(crate) const STORE: &str = "store.redb";
/// The audit log's directory in a data directory.
const AUDIT: &str = "audit";

/// A node, running until it is shut down.
pub struct Node {
    setup: Arc<Setup>,
    /// Empty after a failed reset.
    kernel: Arc<RwLock<Option<Arc<Kernel>>>>,
    credentials: Option<Credentials>,
}

/// What a kernel is made of, and made of again at a reset.
struct Setup {
    config: Config,
    seed: Option<Seed>,
    /// What attestation documents are believed under.
    roots: Roots,
    rng: Arc<dyn Rng>,
    wall: Arc<dyn Clock>,
    /// The quotas of now, which a reload changes.
    quotas: Mutex<QuotaSettings>,
}

/// Whether request quotas are enforced, and their values for all accounts.
type QuotaSettings = (bool, Vec<(String, f64)>);

impl Node {
    /// Opens the store, makes what the seed names, and starts. Waits for disk and network.
    pub fn open(config: Config, seed: Option<Seed>) -> Result<Self, String> {
        if config.check_clock {
            clock::plausible(SystemClock.now())?;
        }
        let roots = roots(&config.attestation_roots, SystemClock.now())?;
        let quotas = Mutex::new((config.quotas, config.quota.clone()));
        let (rng, wall) = (Arc::new(SystemRng), Arc::new(SystemClock));
        let setup = Arc::new(Setup { config, seed, roots, rng, wall, quotas });
        if let Some(dir) = &setup.config.data {
            claim(dir).map_err(|error| format!("cannot use {}: {error}", dir.display()))?;
        }
        let (kernel, credentials) = setup.build()?;
        Ok(Self { setup, kernel: Arc::new(RwLock::new(Some(kernel))), credentials })
    }

    /// The credentials that were made because there was no seed; they may be printed.
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// The kernel, held until the returned value is dropped.
    pub(crate) async fn kernel(&self) -> Option<Arc<Kernel>> {
        self.kernel.read().await.clone()
    }

    /// The Region that this server is at home in.
    pub(crate) fn home(&self) -> base::Region {
        self.setup.config.region
    }

    /// Has other quotas count from the next call on, also after a reset. Waits while the node starts or is reset.
    pub(crate) fn set_quotas(&self, enforced: bool, values: &[(String, f64)]) -> Result<(), String> {
        let kernel = self.kernel.blocking_read();
        if let Some(kernel) = kernel.as_ref() {
            kernel.set_quotas(enforced, values).map_err(|name| format!("there is no quota {name}"))?;
        }
        *self.setup.quotas.lock().unwrap_or_else(PoisonError::into_inner) = (enforced, values.to_vec());
        Ok(())
    }

    /// Back to the seed: a new store and a new log.
    pub(crate) async fn reset(&self) -> Result<(), String> {
        let (setup, place) = (self.setup.clone(), self.kernel.clone().write_owned().await);
        let done = tokio::task::spawn_blocking(move || setup.reset(place)).await;
        done.unwrap_or_else(|_| Err("the reset crashed".into()))
    }

    /// Ends background work and syncs. Waits for the disk.
    pub fn shut_down(&self) {
        if let Some(kernel) = self.kernel.blocking_write().take() {
            kernel.shut_down();
        }
    }
}

impl Handler for Node {
    fn handle(&self, request: Request<Bytes>, connection: Connection) -> Boxed<'_, Answered> {
        Box::pin(async move {
            let kernel = self.kernel.read().await;
            match kernel.as_ref() {
                Some(kernel) => {
                    let (response, told) = kernel.clone().serve(request, connection).await;
                    Answered { response, told }
                }
                None => {
                    let mut response = Response::new(Bytes::new());
                    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                    response.into()
                }
            }
        })
    }
}

impl Setup {
    fn build(&self) -> Result<(Arc<Kernel>, Option<Credentials>), String> {
        let seal = self.seal()?;
        let engine = self.engine(seal.as_ref())?;
        let fresh = is_unused(engine.as_ref()).map_err(|error| error.to_string())?;
        let built = self.build_over(engine.clone(), seal.as_ref(), fresh);
        if built.is_err() {
            engine.close();
        }
        built
    }

    fn build_over(
        &self,
        engine: Arc<dyn Engine>,
        seal: &dyn RootSeal,
        fresh: bool,
    ) -> Result<(Arc<Kernel>, Option<Credentials>), String> {
        let crypto = Hierarchy::open(engine.clone(), seal, self.rng.clone()).map_err(|error| error.to_string())?;
        let store = Store::new(engine, crypto.clone());
        let time = Kernel::kept_time(&store).map_err(|error| error.to_string())?;
        let clock = Arc::new(ServiceClock::new(self.wall.clone(), time));
        if self.config.check_clock {
            clock::fits(&store, clock.now())?;
        }
        let options = Options { sync_window: self.config.audit_sync_window, ..Options::default() };
        let keys = Keys {
            seal: crypto.audit_seal(),
            chain: crypto.audit_chain("records"),
            strangers: crypto.audit_chain("strangers"),
        };
        let log = Log::open(self.storage(), keys, options)
            .map_err(|error| format!("the audit log cannot be opened: {error}"))?;
        let registry = Registry::new(services::all(&self.roots));
        let quotas = Quotas::new(self.wall.clone(), self.config.quotas);
        {
            let current = self.quotas.lock().unwrap_or_else(PoisonError::into_inner);
            let set = quotas.set_named(&registry, current.0, &current.1);
            set.map_err(|name| format!("--quota: there is no quota {name}"))?;
        }
        let kernel = Kernel::new(Parts {
            registry,
            directory: Directory::new(store.clone(), crypto.clone(), self.rng.clone(), clock.clone()),
            store,
            crypto,
            log,
            quotas,
            clock,
            wall: self.wall.clone(),
            rng: self.rng.clone(),
            // In `dev`, an identity provider of a test may be on loopback without TLS.
            outside: Arc::new(Web::new(true, self.config.connect_to.clone(), self.config.pkcs11_module.as_deref())),
            node: self.node()?,
            home: self.config.region,
            open: self.config.open,
            soft: self.config.soft,
            faults: true,
        });
        kernel.start()?;
        match sow(&kernel, self.seed.as_ref(), self.config.account, fresh) {
            Ok(credentials) => Ok((kernel, credentials)),
            Err(error) => {
                kernel.shut_down();
                Err(error)
            }
        }
    }

    fn engine(&self, seal: &dyn RootSeal) -> Result<Arc<dyn Engine>, String> {
        let Config { data, store, store_cache, .. } = &self.config;
        let engine: Arc<dyn Engine> = match (store, data) {
            (Some(url), _) => Arc::new(Postgres::connect(url, PostgresOptions::default()).map_err(|e| e.to_string())?),
            (None, Some(dir)) => {
                let options = RedbOptions { cache_bytes: *store_cache };
                let path = dir.join(STORE);
                // Opening writes to the file, and one that belongs to another seal is none of ours to change.
                if let Some(record) = Redb::peek(&path, &root_key_path()) {
                    check_seal(seal, &record).map_err(|error| error.to_string())?;
                }
                Arc::new(Redb::open(&path, options).map_err(|error| format!("{}: {error}", path.display()))?)
            }
            (None, None) => Arc::new(Memory::new()),
        };
        Ok(engine)
    }

    fn seal(&self) -> Result<Box<dyn RootSeal>, String> {
        let path = match (&self.config.seal, &self.config.data) {
            (Some(path), _) => path.clone(),
            (None, Some(dir)) => dir.join("dev-seal.key"),
            (None, None) => return Ok(Box::new(EphemeralSeal::new(self.rng.as_ref()))),
        };
        Ok(Box::new(FileSeal::open_or_create(&path, self.rng.as_ref()).map_err(|error| error.to_string())?))
    }

    fn storage(&self) -> Storage {
        match &self.config.data {
            Some(dir) => Storage::Directory(dir.join(AUDIT)),
            None => Storage::Memory { max_bytes: MEMORY_LOG_BYTES },
        }
    }

    /// This node's name: drawn once, kept in the data directory.
    fn node(&self) -> Result<String, String> {
        let Some(dir) = &self.config.data else { return Ok("memory".into()) };
        let path = dir.join("node");
        let drawn = Uuid::random(self.rng.as_ref()).to_string();
        let read = files::write_new(&path, drawn.as_bytes(), 0o600).and_then(|_| fs::read_to_string(&path));
        read.map_err(|error| format!("{}: {error}", path.display()))
    }

    fn reset(&self, mut place: OwnedRwLockWriteGuard<Option<Arc<Kernel>>>) -> Result<(), String> {
        if let Some(kernel) = place.take() {
            kernel.abandon_notes();
            let cleared = kernel.store().engine().clear();
            kernel.shut_down();
            cleared.map_err(|error| format!("the store could not be emptied: {error}"))?;
        }
        if let Some(dir) = &self.config.data {
            // The log's records are sealed under the root key that went with the store.
            match fs::remove_dir_all(dir.join(AUDIT)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(format!("the audit log could not be removed: {error}"));
                }
                _ => {}
            }
        }
        let (kernel, _) = self.build()?;
        *place = Some(kernel);
        Ok(())
    }
}

/// Whether nothing was ever kept in the engine.
fn is_unused(engine: &dyn Engine) -> Result<bool, Error> {
    let everything = KeyRange { start: Vec::new(), end: vec![u8::MAX; MAX_KEY_BYTES] };
    Ok(engine.snapshot()?.range(&everything, 1)?.is_empty())
}

/// AWS's roots of attestation, and those in the files.
fn roots(files: &[PathBuf], now: Timestamp) -> Result<Roots, String> {
    let mut roots = Roots::aws();
    for path in files {
        let named = |error: &dyn std::fmt::Display| format!("--attestation-root: {}: {error}", path.display());
        let text = fs::read_to_string(path).map_err(|error| named(&error))?;
        roots.add(&text, now).map_err(|error| named(&error))?;
    }
    Ok(roots)
}

/// Makes the data directory private: a new or empty one. One that others can read is only warned of, since it may be
/// something else entirely.
fn claim(dir: &Path) -> std::io::Result<()> {
    files::private_directory(dir)?;
    let mode = fs::metadata(dir)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    if fs::read_dir(dir)?.next().is_none() {
        return fs::set_permissions(dir, fs::Permissions::from_mode(0o700));
    }
    tracing::warn!(dir = %dir.display(), "other users can read the data directory; chmod 700 it");
    Ok(())
}
