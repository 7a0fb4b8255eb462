//! What a kernel is made of: its engine, seal, log and clocks, as the configuration says.
//!
//! Guarantees: what opens a store is tried before a byte of it is changed; whatever fails leaves nothing open.

use super::{AUDIT, STORE};
use crate::backup;
use crate::clock;
use crate::config::Config;
use crate::files;
use crate::making;
use crate::outside::Web;
use crate::seals::Locator;
use crate::seed::Seed;
use crate::services;
use crate::sow::{Credentials, sow};
use attestation::Roots;
use audit::{Keys, Log, Storage};
use base::{Clock, Rng, ServiceClock, SystemClock, Timestamp, Uuid};
use crypto::{EphemeralSeal, FileSeal, Hierarchy, RootKey, RootRecord, RootSeal, root_key_path, root_record, unlock};
use directory::Directory;
use kernel::{Kernel, Parts, Quotas, Registry};
use primitives::SystemRng;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::{
    Engine, Error, KeyRange, MAX_KEY_BYTES, Marker, Memory, Postgres, PostgresOptions, Redb, RedbOptions, Store,
};
use tokio::sync::OwnedRwLockWriteGuard;

/// Audit records kept when there is no data directory.
const MEMORY_LOG_BYTES: usize = 16 << 20;
/// The lock beside the embedded store's file.
const STORE_LOCK: &str = "store.redb.lock";

/// What a kernel is made of, and made of again at a reset.
pub(super) struct Setup {
    pub(super) config: Config,
    seed: Option<Seed>,
    /// What attestation documents are believed under.
    roots: Roots,
    pub(super) rng: Arc<dyn Rng>,
    wall: Arc<dyn Clock>,
    /// The quotas of now, which a reload changes.
    pub(super) quotas: Mutex<QuotaSettings>,
    /// Held by who looks into a store that is not open.
    looking: Mutex<()>,
    /// The record of such a store, for as long as somebody has it open to read it through.
    known: Mutex<Option<Result<RootRecord, String>>>,
}

/// Whether request quotas are enforced, and their values for all accounts.
type QuotaSettings = (bool, Vec<(String, f64)>);

impl Setup {
    pub(super) fn new(config: Config, seed: Option<Seed>) -> Result<Arc<Self>, String> {
        if config.check_clock {
            clock::plausible(SystemClock.now())?;
        }
        let roots = roots(&config.attestation_roots, SystemClock.now())?;
        let quotas = Mutex::new((config.quotas, config.quota.clone()));
        let (rng, wall) = (Arc::new(SystemRng), Arc::new(SystemClock));
        let setup = Arc::new(Self {
            config,
            seed,
            roots,
            rng,
            wall,
            quotas,
            looking: Mutex::default(),
            known: Mutex::default(),
        });
        if let Some(dir) = &setup.config.data {
            files::claim(dir).map_err(|error| format!("cannot use {}: {error}", dir.display()))?;
        }
        Ok(setup)
    }

    /// A node of `dev`: its seal and its store are made where they are missing.
    pub(super) fn build(&self) -> Result<(Arc<Kernel>, Option<Credentials>), String> {
        let seal = self.seal()?;
        self.opened_untouched(&[seal.as_ref()])?;
        let engine = self.engine()?;
        closing_on_failure(&engine, || {
            let fresh = is_unused(engine.as_ref()).map_err(|error| error.to_string())?;
            let crypto = Hierarchy::open(engine.clone(), seal.as_ref(), self.rng.clone());
            let crypto = crypto.map_err(|error| error.to_string())?;
            if fresh {
                self.note_format(engine.as_ref())?;
            }
            let kernel = self.build_over(engine.clone(), crypto)?;
            match sow(&kernel, self.seed.as_ref(), self.config.account, fresh) {
                Ok(credentials) => Ok((kernel, credentials)),
                Err(error) => {
                    kernel.shut_down();
                    Err(error)
                }
            }
        })
    }

    /// A server's node, whose store is there.
    pub(super) fn unseal(&self, root: &RootKey) -> Result<Arc<Kernel>, String> {
        self.refuse_absent_store()?;
        let engine = self.engine()?;
        closing_on_failure(&engine, || {
            self.build_over(engine.clone(), Hierarchy::under(engine.clone(), root, self.rng.clone()))
        })
    }

    /// A server's node, whose store is made.
    pub(super) fn make(&self, seals: &[&dyn RootSeal]) -> Result<Arc<Kernel>, String> {
        if let Some(path) = self.file().filter(|path| path.exists()) {
            return Err(format!(
                "{} is there already: `fastness serve` runs it, and a new server needs another directory",
                path.display()
            ));
        }
        let engine = self.engine()?;
        closing_on_failure(&engine, || {
            let crypto = Hierarchy::make(engine.clone(), seals, self.rng.clone()).map_err(|error| error.to_string())?;
            self.note_format(engine.as_ref())?;
            self.build_over(engine.clone(), crypto)
        })
    }

    /// Marks a store that was just made with the format that it has.
    fn note_format(&self, engine: &dyn Engine) -> Result<(), String> {
        let marker = Marker(Uuid::random(self.rng.as_ref()));
        store::note_format(engine, marker).map_err(|error| error.to_string())
    }

    /// The root key of an embedded store that nobody has open. Opening writes to the file, and one that belongs to another
    /// seal is none of ours to change.
    fn opened_untouched(&self, seals: &[&dyn RootSeal]) -> Result<Option<RootKey>, String> {
        let Some(record) = self.file().and_then(|path| Redb::peek(&path, &root_key_path())) else { return Ok(None) };
        let record = RootRecord::read(&record).map_err(|error| error.to_string())?;
        unlock(seals, &record).map(Some).map_err(|error| error.to_string())
    }

    /// The root key's record of a store that this process has not opened. Opening the file of one writes to it, and one
    /// that belongs to another seal is none of ours to change.
    pub(super) fn closed_record(&self) -> Result<RootRecord, String> {
        // Two who look at once would find the file in use.
        let _alone = lock(&self.looking);
        if let Some(known) = lock(&self.known).clone() {
            return known;
        }
        self.look()
    }

    /// Before a store is opened to read it through: until the result is dropped, its record is known without opening it.
    pub(super) fn look_through(self: Arc<Self>) -> LookedThrough {
        let alone = lock(&self.looking);
        *lock(&self.known) = Some(self.look());
        drop(alone);
        LookedThrough(self)
    }

    fn look(&self) -> Result<RootRecord, String> {
        if let Some(record) = self.file().and_then(|path| Redb::peek(&path, &root_key_path())) {
            return RootRecord::read(&record).map_err(|error| error.to_string());
        }
        self.refuse_absent_store()?;
        let engine = self.engine()?;
        let record = kept_record(engine.as_ref());
        engine.close();
        record
    }

    pub(super) fn refuse_unfinished(&self) -> Result<(), String> {
        self.config.data.as_deref().map_or(Ok(()), making::refuse_unfinished)
    }

    fn refuse_absent_store(&self) -> Result<(), String> {
        match self.file() {
            Some(path) if !path.exists() => Err(NOT_INITIALISED.into()),
            _ => Ok(()),
        }
    }

    /// The embedded store's file, if that is the store.
    fn file(&self) -> Option<PathBuf> {
        self.config.data.as_ref().filter(|_| self.config.store.is_none()).map(|dir| dir.join(STORE))
    }

    fn build_over(&self, engine: Arc<dyn Engine>, crypto: Arc<Hierarchy>) -> Result<Arc<Kernel>, String> {
        let store = Store::new(engine, crypto.clone());
        let time = Kernel::kept_time(&store).map_err(|error| error.to_string())?;
        let clock = Arc::new(ServiceClock::new(self.wall.clone(), time));
        if self.config.check_clock {
            clock::fits(&store, clock.now())?;
        }
        let keys = Keys {
            seal: crypto.audit_seal(),
            chain: crypto.audit_chain("records"),
            strangers: crypto.audit_chain("strangers"),
        };
        let log = Log::open(self.storage(), keys, self.config.audit)
            .map_err(|error| format!("the audit log cannot be opened: {error}"))?;
        let node = self.node()?;
        if let Some(dir) = &self.config.data {
            backup::adopt_if_restored(dir, &store, &log, &node)?;
        }
        let registry = Registry::new(services::all(&self.roots));
        let quotas = Quotas::new(self.wall.clone(), self.config.quotas);
        {
            let current = lock(&self.quotas);
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
            outside: Arc::new(Web::new(
                self.config.dev,
                self.config.connect_to.clone(),
                self.config.pkcs11_module.as_deref(),
            )),
            node,
            home: self.config.region,
            open: self.config.open,
            soft: self.config.soft,
            faults: self.config.dev,
        });
        kernel.start()?;
        Ok(kernel)
    }

    fn engine(&self) -> Result<Arc<dyn Engine>, String> {
        let Config { data, store, store_cache, .. } = &self.config;
        if let Some(dir) = data.as_ref().filter(|dir| dir.join(backup::STAGING).exists()) {
            return Err(format!("{}: a restore has not ended: run `fastness restore` again", dir.display()));
        }
        let engine: Arc<dyn Engine> = match (store, data) {
            (Some(url), _) => Arc::new(Postgres::connect(url, PostgresOptions::default()).map_err(|e| e.to_string())?),
            (None, Some(dir)) => {
                let options = RedbOptions { cache_bytes: *store_cache };
                let path = dir.join(STORE);
                Arc::new(Redb::open(&path, options).map_err(|error| format!("{}: {error}", path.display()))?)
            }
            (None, None) => Arc::new(Memory::new()),
        };
        closing_on_failure(&engine, || store::check_format(engine.as_ref()).map_err(|error| error.to_string()))?;
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

    pub(super) fn reset(&self, mut place: OwnedRwLockWriteGuard<Option<Arc<Kernel>>>) -> Result<(), String> {
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

/// A closed store is being read through.
pub(super) struct LookedThrough(Arc<Setup>);

impl Drop for LookedThrough {
    fn drop(&mut self) {
        *lock(&self.0.known) = None;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Closes the engine if what was to be built over it cannot be.
fn closing_on_failure<T>(engine: &Arc<dyn Engine>, build: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let built = build();
    if built.is_err() {
        engine.close();
    }
    built
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

pub(super) fn kept_record(engine: &dyn Engine) -> Result<RootRecord, String> {
    root_record(engine).map_err(|error| error.to_string())?.ok_or_else(|| NOT_INITIALISED.into())
}

/// The seals that an embedded store's record names, read before anything is opened: which rights the process needs depends
/// on them. None where that cannot be read; its lock file belongs to whoever opens it first, so it is not made here.
pub(crate) fn named_seals(dir: &Path) -> Vec<Locator> {
    let path = dir.join(STORE);
    if !dir.join(STORE_LOCK).exists() {
        return Vec::new();
    }
    let record = Redb::peek(&path, &root_key_path()).and_then(|record| RootRecord::read(&record).ok());
    let slots = record.as_ref().map(RootRecord::slots).unwrap_or_default();
    slots.iter().filter_map(|slot| Locator::parse(&slot.locator).ok()).collect()
}

/// What a store without a root key is told of.
const NOT_INITIALISED: &str = "there is no server here yet: make one with `fastness init`";
