//! A node: the kernel over its engine, seal, log and clocks, as the configuration says, and how it is reset and stopped.
//!
//! Layout of a data directory (mode 0700, one process at a time):
//!
//! | name | what |
//! |---|---|
//! | `store.redb` | state, every value sealed; absent with `--store` |
//! | `audit/` | the audit log |
//! | `ca.pem` | the CA's certificate |
//! | `backed-up` | when the last backup was begun |
//! | `restoring/`, `restored` | an unfinished restore; from which backup this was restored |
//! | `unfinished` | a server's making has begun and not ended |
//! | `node` | this node's name, under which its outbox waits |
//! | `dev-seal.key`, `ca-key.pem` | of `dev`: what protects the root key, elsewhere with `--seal`, and the CA's key, mode 0600 |
//! | `control.sock`, `lock` | where it is controlled and asked for backups, mode 0600; whose the directory is |
//! | `fastness.toml`, `tls/` | of `serve`: configuration, the last server certificate |
//!
//! A node of `dev` opens its seal by itself and makes what is missing. One of `serve` begins sealed, without a root key and
//! with its store closed, until a seal opens it, and can be sealed again.
//!
//! Guarantees: a store that is damaged, in use or sealed with another key is refused with a reason, and nothing of it is
//! changed; a reset waits for the calls under way and holds
//! new ones back until the seed is there again.

mod setup;

use crate::backup::{Piece, Streams, Wanted};
use crate::certificates::Certificates;
use crate::config::Config;
use crate::handler::{Answered, Boxed, Handler};
use crate::refusal::{Form, Refusal};
use crate::seals::{self, Locator};
use crate::seed::Seed;
use crate::sow::Credentials;
use crate::unopened::Unopened;
use base::{Secret, Uuid};
use bytes::Bytes;
use crypto::{RootRecord, RootSeal, unlock};
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response};
use kernel::{Connection, Kernel};
pub(crate) use setup::named_seals;
use setup::{Setup, kept_record};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::mpsc::Receiver;
use tokio::sync::{RwLock, oneshot};

/// The embedded store's file in a data directory.
pub(crate) const STORE: &str = "store.redb";
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
    /// Backups and checks under way.
    streams: Streams,
}

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
        let _ending = self.streams.end();
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
        let _ending = self.streams.end();
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

    /// Whether only seals of the configuration are tried, and not those that the store names. A database is written by others,
    /// too: who put another store in its place, sealed by what anybody has, would see it opened.
    pub(crate) fn is_pinned(&self) -> bool {
        let config = &self.setup.config;
        config.store.is_some() && !config.seals.is_empty()
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
            streams: Streams::default(),
        }
    }

    /// Begins a backup or a check, of a sealed node too. Ends when the node changes as a whole.
    pub(crate) async fn stream(&self, wanted: Wanted) -> Result<Receiver<Piece>, String> {
        let turn = self.streams.turn()?;
        let (setup, place) = (self.setup.clone(), self.kernel.clone().read_owned().await);
        let config = self.config();
        let dir = config.data.clone().ok_or("there is no data directory: its state is in memory")?;
        self.streams.begin(wanted, dir, config.store.clone(), move || setup.look_through(), place, turn)
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
        let _ending = self.streams.end();
        let (setup, place) = (self.setup.clone(), self.kernel.clone().write_owned().await);
        let done = tokio::task::spawn_blocking(move || setup.reset(place)).await;
        done.unwrap_or_else(|_| Err("the reset crashed".into()))
    }

    /// Ends background work and syncs. Waits for the disk.
    pub fn shut_down(&self) {
        let _ending = self.streams.end();
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

#[cfg(test)]
mod tests;
