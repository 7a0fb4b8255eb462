//! A node: the kernel over its engine, seal, log and clocks, as the configuration says, and how it is reset and stopped.
//!
//! Layout of a data directory (mode 0700, one process at a time):
//!
//! | name | what |
//! |---|---|
//! | `store.redb` | state, every value sealed; absent with `--store` |
//! | `audit/` | the audit log |
//! | `ca.pem` | the CA's certificate |
//! | `backup.sock` | where a running node is asked for backups and checks, mode 0600 |
//! | `backed-up` | when the last backup was begun |
//! | `restoring/`, `restored` | an unfinished restore; from which backup this was restored |
//! | `unfinished` | a server's making has begun and not ended |
//! | `node` | this node's name, under which its outbox waits |
//! | `dev-seal.key`, `ca-key.pem` | of `dev`: what protects the root key, elsewhere with `--seal`, and the CA's key, mode 0600 |
//! | `fastness.toml`, `tls/`, `control.sock`, `lock` | of `serve`: configuration, the last server certificate, where it is controlled, whose the directory is |
//!
//! A node of `dev` opens its seal by itself and makes what is missing. One of `serve` begins sealed, without a root key and
//! with its store closed, until a seal opens it, and can be sealed again.
//!
//! Guarantees: a store that is damaged, in use or sealed with another key is refused with a reason, and nothing of it is
//! changed; a reset waits for the calls under way and holds
//! new ones back until the seed is there again.

use crate::backup::{self, door::Door};
use crate::certificates::Certificates;
use crate::clock;
use crate::config::Config;
use crate::files;
use crate::handler::{Answered, Boxed, Handler};
use crate::making;
use crate::outside::Web;
use crate::refusal::{Form, Refusal};
use crate::seals::{self, Locator};
use crate::seed::Seed;
use crate::services;
use crate::sow::{Credentials, sow};
use crate::unopened::Unopened;
use attestation::Roots;
use audit::{Keys, Log, Storage};
use base::{Clock, Rng, Secret, ServiceClock, SystemClock, Timestamp, Uuid};
use bytes::Bytes;
use crypto::{EphemeralSeal, FileSeal, Hierarchy, RootKey, RootRecord, RootSeal, root_key_path, root_record, unlock};
use directory::Directory;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response};
use kernel::{Connection, Kernel, Parts, Quotas, Registry};
use primitives::SystemRng;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use store::{
    Engine, Error, KeyRange, MAX_KEY_BYTES, Marker, Memory, Postgres, PostgresOptions, Redb, RedbOptions, Store,
};
use tokio::sync::{OwnedRwLockWriteGuard, RwLock, oneshot};

/// Audit records kept when there is no data directory.
const MEMORY_LOG_BYTES: usize = 16 << 20;

/// The embedded store's file in a data directory.
pub(crate) const STORE: &str = "store.redb";
/// The lock beside it.
const STORE_LOCK: &str = "store.redb.lock";
/// The audit log's directory in a data directory.
pub(crate) const AUDIT: &str = "audit";

/// A node, running until it is shut down.
pub struct Node {
    setup: Arc<Setup>,
    /// Empty while it is sealed, and after a failed reset.
    kernel: Arc<RwLock<Option<Arc<Kernel>>>>,
    credentials: Option<Credentials>,
    /// What a server's listeners show, which changes with its seal.
    certificates: OnceLock<Arc<Certificates>>,
    /// Where clients reach a server, once it listens.
    endpoint: OnceLock<String>,
    /// Shares of a seal that were given and are not enough yet.
    shares: Mutex<Vec<Secret<String>>>,
    /// It opens by itself once what keeps its seal can be asked.
    waits: AtomicBool,
    /// How often its operator sealed it: what was being opened before that stays shut.
    sealings: AtomicU64,
    /// Why it is still sealed, after the last attempt to open it.
    unopened: Mutex<Option<String>>,
    /// How many seals of each kind open the store, as its record told the last time.
    slots: Mutex<BTreeMap<&'static str, u64>>,
    /// Where backups are asked for; absent without a data directory.
    door: Mutex<Option<Door>>,
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
    /// Held by who looks into a store that is not open.
    looking: Mutex<()>,
}

/// Whether request quotas are enforced, and their values for all accounts.
type QuotaSettings = (bool, Vec<(String, f64)>);

impl Node {
    /// Opens the store, makes what the seed names, and starts. Waits for disk and network.
    pub fn open(config: Config, seed: Option<Seed>) -> Result<Self, String> {
        let setup = Setup::new(config, seed)?;
        setup.refuse_unfinished()?;
        let (kernel, credentials) = setup.build()?;
        Ok(Self::of(setup, Some(kernel), credentials))
    }

    /// A node whose seal is still closed.
    pub fn sealed(config: Config) -> Result<Self, String> {
        let setup = Setup::new(config, None)?;
        setup.refuse_unfinished()?;
        Ok(Self::of(setup, None, None))
    }

    /// Makes the store of a new server, which any of `seals` opens from then on, and starts. Waits for disk and network.
    pub fn make(config: Config, seals: &[Box<dyn RootSeal>]) -> Result<Self, String> {
        let setup = Setup::new(config, None)?;
        let kernel = setup.make(&by_reference(seals))?;
        Ok(Self::of(setup, Some(kernel), None))
    }

    /// Opens the store by whichever of `seals` fits, and starts. Waits for disk and network, and for what keeps the seals;
    /// for that, nothing is held up.
    pub(crate) async fn unseal(&self, seals: Vec<Box<dyn RootSeal>>) -> Result<(), Unopened> {
        let outcome = self.try_unseal(seals).await;
        let why = outcome.as_ref().err().map(ToString::to_string);
        *self.unopened.lock().unwrap_or_else(PoisonError::into_inner) = why;
        if outcome.is_ok() {
            self.waits.store(false, Ordering::Relaxed);
        }
        outcome
    }

    async fn try_unseal(&self, seals: Vec<Box<dyn RootSeal>>) -> Result<(), Unopened> {
        let sealings = self.sealings.load(Ordering::SeqCst);
        let record = self.record().await.map_err(Unopened::for_good)?;
        let crashed = || Unopened::for_good("opening the store crashed".into());
        let (answer, answered) = oneshot::channel();
        // A thread of its own: what keeps a seal may be silent for long, and a stop waits for all that the runtime runs.
        let asking = std::thread::Builder::new().name("seals".into()).spawn(move || {
            let _ = answer.send(unlock(&by_reference(&seals), &record));
        });
        asking.map_err(|error| Unopened::for_good(format!("no thread: {error}")))?;
        let root = answered.await.map_err(|_| crashed())?.map_err(|error| Unopened::of(&error))?;
        let (setup, mut place) = (self.setup.clone(), self.kernel.clone().write_owned().await);
        if place.is_some() {
            return Err(Unopened::for_good(NOT_SEALED.into()));
        }
        if self.sealings.load(Ordering::SeqCst) != sealings {
            return Err(Unopened::for_good("the server was sealed meanwhile".into()));
        }
        let done = tokio::task::spawn_blocking(move || {
            *place = Some(setup.unseal(&root).map_err(Unopened::for_good)?);
            Ok(())
        });
        done.await.map_err(|_| crashed())?
    }

    /// Lets the calls under way end, stops, and forgets the keys.
    pub(crate) async fn seal(&self) -> Result<(), String> {
        let waited = self.waits.swap(false, Ordering::Relaxed);
        self.sealings.fetch_add(1, Ordering::SeqCst);
        let mut place = self.kernel.clone().write_owned().await;
        let Some(kernel) = place.take() else {
            return if waited { Ok(()) } else { Err("the server is sealed already".into()) };
        };
        let done = tokio::task::spawn_blocking(move || {
            kernel.shut_down();
            drop(place);
        });
        done.await.map_err(|_| "stopping crashed".to_owned())
    }

    /// Has it open by itself once what keeps its seal can be asked.
    pub(crate) fn wait(&self) {
        self.waits.store(true, Ordering::Relaxed);
    }

    /// Whether it opens by itself once it can.
    pub(crate) fn waits(&self) -> bool {
        self.waits.load(Ordering::Relaxed)
    }

    /// Why it is still sealed, if there was an attempt to open it.
    pub(crate) fn unopened(&self) -> Option<String> {
        self.unopened.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The seals that open the store, as its record tells. Waits for disk and network.
    pub(crate) async fn record(&self) -> Result<RootRecord, String> {
        let (setup, place) = (self.setup.clone(), self.kernel.clone().read_owned().await);
        let read = tokio::task::spawn_blocking(move || match place.as_ref() {
            Some(kernel) => kept_record(kernel.store().engine().as_ref()),
            None => setup.closed_record(),
        });
        let record: RootRecord = read.await.unwrap_or_else(|_| Err("reading the store crashed".into()))?;
        let mut slots = BTreeMap::new();
        record.slots().iter().for_each(|slot| *slots.entry(seals::kind(&slot.locator)).or_default() += 1);
        *self.slots.lock().unwrap_or_else(PoisonError::into_inner) = slots;
        Ok(record)
    }

    /// How many seals of each kind open the store, as far as that is known. Reads memory only.
    pub(crate) fn slots(&self) -> BTreeMap<&'static str, u64> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A seal's locator, completed by what the configuration says.
    pub(crate) fn locator(&self, text: &str) -> Result<Locator, String> {
        Ok(Locator::parse(text)?.with_module(self.setup.config.pkcs11_module.as_deref()))
    }

    /// Whether there is no key at hand: calls are refused.
    pub(crate) fn is_sealed(&self) -> bool {
        // While it is being changed it is not open yet, or no more.
        !self.setup.config.dev && self.kernel.try_read().map_or(true, |kernel| kernel.is_none())
    }

    /// Has listeners show certificates that follow the seal.
    pub(crate) fn follow_seal(&self, certificates: Arc<Certificates>) {
        let _ = self.certificates.set(certificates);
    }

    /// What listeners show, where that follows the seal.
    pub(crate) fn certificates(&self) -> Option<&Arc<Certificates>> {
        self.certificates.get()
    }

    /// Tells where clients reach it.
    pub(crate) fn listens_at(&self, url: String) {
        let _ = self.endpoint.set(url);
    }

    /// Where clients reach it, once it listens.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.endpoint.get().map(String::as_str)
    }

    /// Looks at, or changes, the shares that wait for more.
    pub(crate) fn shares<T>(&self, of: impl FnOnce(&mut Vec<Secret<String>>) -> T) -> T {
        of(&mut self.shares.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn of(setup: Arc<Setup>, kernel: Option<Arc<Kernel>>, credentials: Option<Credentials>) -> Self {
        let kernel = Arc::new(RwLock::new(kernel));
        let door = Mutex::new(setup.config.data.as_deref().and_then(|dir| Door::open(dir, kernel.clone())));
        Self {
            setup,
            kernel,
            credentials,
            certificates: OnceLock::new(),
            endpoint: OnceLock::new(),
            shares: Mutex::default(),
            waits: AtomicBool::new(false),
            sealings: AtomicU64::new(0),
            unopened: Mutex::default(),
            slots: Mutex::default(),
            door,
        }
    }

    /// What it was made from.
    pub(crate) fn config(&self) -> &Config {
        &self.setup.config
    }

    /// The credentials that were made because there was no seed; they may be printed.
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// The kernel, held until the returned value is dropped.
    pub(crate) async fn kernel(&self) -> Option<Arc<Kernel>> {
        self.kernel.read().await.clone()
    }

    /// The kernel, if there is one, for those who do not wait in the tokio runtime.
    pub(crate) fn running(&self) -> Option<Arc<Kernel>> {
        self.kernel.blocking_read().clone()
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
        drop(self.door.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(kernel) = self.kernel.blocking_write().take() {
            kernel.shut_down();
        }
    }
}

/// What callers of a sealed server are told.
const SEALED: Refusal = Refusal::new(
    503,
    "ServiceUnavailableException",
    "The server is sealed; its operator opens it with fastness unseal.",
);
/// What callers are told after a reset that failed.
const RESET_FAILED: Refusal =
    Refusal::new(503, "ServiceUnavailableException", "A reset has failed; start this server again.");

impl Node {
    /// An answer that clients know by an id, as any other. Nothing is wrong with the request, so the connection stays.
    fn refuse(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let refusal = if self.setup.config.dev { RESET_FAILED } else { SEALED };
        let mut response = refusal.answer(Form::of(request.headers()));
        response.headers_mut().remove(CONNECTION);
        let id = Uuid::random(self.setup.rng.as_ref()).to_string();
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-amzn-requestid", id);
        }
        response
    }
}

impl Handler for Node {
    fn handle(&self, request: Request<Bytes>, connection: Connection) -> Boxed<'_, Answered> {
        Box::pin(async move {
            // A reset is waited for. A seal that closes or opens is not: it may take as long as the calls under way, or a
            // passphrase.
            let kernel =
                if self.setup.config.dev { Some(self.kernel.read().await) } else { self.kernel.try_read().ok() };
            match kernel.as_ref().and_then(|kernel| kernel.as_ref()) {
                Some(kernel) => {
                    let (response, told) = kernel.clone().serve(request, connection).await;
                    Answered { response, told }
                }
                None => self.refuse(&request).into(),
            }
        })
    }
}

/// What `unseal` answers where there is nothing to do.
const NOT_SEALED: &str = "the server is not sealed";

pub(crate) fn by_reference(seals: &[Box<dyn RootSeal>]) -> Vec<&dyn RootSeal> {
    seals.iter().map(AsRef::as_ref).collect()
}

fn kept_record(engine: &dyn Engine) -> Result<RootRecord, String> {
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

impl Setup {
    fn new(config: Config, seed: Option<Seed>) -> Result<Arc<Self>, String> {
        if config.check_clock {
            clock::plausible(SystemClock.now())?;
        }
        let roots = roots(&config.attestation_roots, SystemClock.now())?;
        let quotas = Mutex::new((config.quotas, config.quota.clone()));
        let (rng, wall) = (Arc::new(SystemRng), Arc::new(SystemClock));
        let setup = Arc::new(Self { config, seed, roots, rng, wall, quotas, looking: Mutex::default() });
        if let Some(dir) = &setup.config.data {
            claim(dir).map_err(|error| format!("cannot use {}: {error}", dir.display()))?;
        }
        Ok(setup)
    }

    /// A node of `dev`: its seal and its store are made where they are missing.
    fn build(&self) -> Result<(Arc<Kernel>, Option<Credentials>), String> {
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
    fn unseal(&self, root: &RootKey) -> Result<Arc<Kernel>, String> {
        self.refuse_absent_store()?;
        let engine = self.engine()?;
        closing_on_failure(&engine, || {
            self.build_over(engine.clone(), Hierarchy::under(engine.clone(), root, self.rng.clone()))
        })
    }

    /// A server's node, whose store is made.
    fn make(&self, seals: &[&dyn RootSeal]) -> Result<Arc<Kernel>, String> {
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
    fn closed_record(&self) -> Result<RootRecord, String> {
        // Two who look at once would find the file in use.
        let _alone = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(record) = self.file().and_then(|path| Redb::peek(&path, &root_key_path())) {
            return RootRecord::read(&record).map_err(|error| error.to_string());
        }
        self.refuse_absent_store()?;
        let engine = self.engine()?;
        let record = kept_record(engine.as_ref());
        engine.close();
        record
    }

    fn refuse_unfinished(&self) -> Result<(), String> {
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
