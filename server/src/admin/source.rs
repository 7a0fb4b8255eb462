//! What the admin listener tells about, and the readiness that follows from it.
//!
//! Guarantees: however often it is asked, the store is asked at most once a second, by one thread at a time, and for a
//! limited time; a node is ready only if a call would now be served durably, and stops being ready while there is still
//! space to write.

use crate::control::Control;
use crate::node::Node;
use crate::settings::Settings;
use crate::tls::Tls;
use crate::watch::Watch;
use kernel::Kernel;
use rustix::fs::statvfs;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// Below this much free space where the state is kept, a node is not ready: it still writes, but no longer for sure.
pub const FREE_LIMIT: u64 = 64 << 20;

/// How long an answer about readiness stands.
const FRESH: Duration = Duration::from_secs(1);
/// How long the store may take to answer a read before it counts as out of reach.
const STORE_PATIENCE: Duration = Duration::from_secs(2);

/// The check of the root key's seal.
const SEAL: &str = "seal";

/// What the admin listener tells about.
pub struct Source {
    node: Arc<Node>,
    watch: Arc<Watch>,
    /// `memory`, `redb` or `postgres`.
    engine: &'static str,
    /// Where the state is kept, if on a disk of this machine.
    data: Option<PathBuf>,
    /// What the main listener serves.
    tls: Option<Tls>,
    stopping: AtomicBool,
    readiness: Mutex<Option<(Instant, Readiness)>>,
}

/// Whether calls should be sent here.
#[derive(Clone)]
pub(super) struct Readiness {
    /// Each check by its name, and what it found: nothing if all is well.
    checks: [(&'static str, Option<String>); 5],
}

impl Readiness {
    pub(super) fn is_ready(&self) -> bool {
        self.checks.iter().all(|(_, trouble)| trouble.is_none())
    }

    /// Whether the seal is what it found.
    fn is_sealed(&self) -> bool {
        self.checks.iter().any(|(name, trouble)| *name == SEAL && trouble.is_some())
    }

    pub(super) fn told(&self) -> Value {
        let checks: serde_json::Map<_, _> = self
            .checks
            .iter()
            .map(|(name, trouble)| ((*name).to_owned(), json!(trouble.as_deref().unwrap_or("ok"))))
            .collect();
        json!({ "ready": self.is_ready(), "checks": checks })
    }
}

impl Source {
    /// Of a node, its counters, its settings and the TLS of its main listener.
    pub fn new(node: Arc<Node>, watch: Arc<Watch>, settings: &Settings, tls: Option<Tls>) -> Arc<Self> {
        let engine = match (&settings.store, &settings.data) {
            (Some(_), _) => "postgres",
            (None, Some(_)) => "redb",
            (None, None) => "memory",
        };
        let data = settings.data.clone();
        let (stopping, readiness) = (AtomicBool::new(false), Mutex::new(None));
        Arc::new(Self { node, watch, engine, data, tls, stopping, readiness })
    }

    pub(super) fn watch(&self) -> &Watch {
        &self.watch
    }

    pub(super) fn engine(&self) -> &'static str {
        self.engine
    }

    pub(super) fn data(&self) -> Option<&PathBuf> {
        self.data.as_ref()
    }

    pub(super) fn tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
    }

    pub(super) fn is_sealed(&self) -> bool {
        self.node.is_sealed()
    }

    /// How many seals of each kind open the store, as far as that is known.
    pub(super) fn slots(&self) -> BTreeMap<&'static str, u64> {
        self.node.slots()
    }

    /// The kernel, unless it is sealed away or a reset is under way.
    pub(super) async fn kernel(&self) -> Option<Arc<Kernel>> {
        timeout(STORE_PATIENCE, self.node.kernel()).await.ok().flatten()
    }

    /// From now on no more calls should be sent here.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    /// Free bytes where the state is kept.
    pub(super) fn free(&self) -> Option<u64> {
        let disk = statvfs(self.data.as_ref()?).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    pub(super) async fn readiness(self: &Arc<Self>) -> Readiness {
        // Who comes while it is being found out waits for that, not for a turn of its own.
        let mut known = self.readiness.lock().await;
        let is_stopping = self.stopping.load(Ordering::Acquire);
        let mut readiness = match &*known {
            Some((at, readiness)) if at.elapsed() < FRESH && readiness.is_sealed() == self.is_sealed() => {
                readiness.clone()
            }
            _ => {
                let found = self.find_out().await;
                *known = Some((Instant::now(), found.clone()));
                found
            }
        };
        if let Some((_, trouble)) = readiness.checks.first_mut() {
            *trouble = is_stopping.then(|| "the server is stopping".to_owned());
        }
        readiness
    }

    async fn find_out(self: &Arc<Self>) -> Readiness {
        let mut seal = None;
        let (mut store, mut audit) = (None, None);
        if self.is_sealed() {
            seal = Some("the root key is sealed: `fastness unseal` opens it".to_owned());
        } else if let Some(kernel) = self.kernel().await {
            audit = timeout(STORE_PATIENCE, self.node.trouble()).await.unwrap_or_else(|_| Some("no answer".into()));
            store = store_trouble(kernel).await.or(self.slots_trouble().await);
        } else {
            store = Some("no state is open".to_owned());
        }
        let source = self.clone();
        let free = tokio::task::spawn_blocking(move || source.free()).await.ok().flatten();
        let disk = free.filter(|free| *free < FREE_LIMIT).map(|free| {
            format!("{free} bytes are free where the state is kept; {FREE_LIMIT} are needed to go on safely")
        });
        Readiness { checks: [("running", None), (SEAL, seal), ("store", store), ("audit", audit), ("disk", disk)] }
    }
}

impl Source {
    /// Whether the root key's record is still there; the node keeps in mind which seals it names.
    async fn slots_trouble(&self) -> Option<String> {
        match timeout(STORE_PATIENCE, self.node.record()).await {
            Ok(Ok(_)) => None,
            Ok(Err(why)) => Some(why),
            Err(_) => Some(format!("no answer within {} s", STORE_PATIENCE.as_secs())),
        }
    }
}

/// Whether the store answers a read.
async fn store_trouble(kernel: Arc<Kernel>) -> Option<String> {
    let read = tokio::task::spawn_blocking(move || Kernel::kept_time(kernel.store()).map(|_| ()));
    match timeout(STORE_PATIENCE, read).await {
        Ok(Ok(Ok(()))) => None,
        Ok(Ok(Err(error))) => Some(error.to_string()),
        Ok(Err(_)) => Some("reading crashed".to_owned()),
        Err(_) => Some(format!("no answer within {} s", STORE_PATIENCE.as_secs())),
    }
}
