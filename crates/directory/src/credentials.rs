//! Credentials, looked up by access key id and cached.

use authn::SigningSecret;
use policy::Principal;
use quick_cache::sync::Cache;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Credentials kept in memory.
const CAPACITY: usize = 16_384;

/// An access key, ready to verify signatures.
pub struct Credential {
    /// The secret.
    pub secret: SigningSecret,
    /// Whose it is.
    pub principal: Arc<Principal>,
}

pub(crate) struct Credentials {
    cache: Cache<String, Arc<Credential>>,
    /// Counts changes; held locked while something is kept or forgotten, so that neither slips past the other.
    changes: Mutex<()>,
    epoch: AtomicU64,
}

impl Credentials {
    pub(crate) fn new() -> Self {
        Self { cache: Cache::new(CAPACITY), changes: Mutex::new(()), epoch: AtomicU64::new(0) }
    }

    pub(crate) fn get(&self, access_key_id: &str) -> Option<Arc<Credential>> {
        self.cache.get(access_key_id)
    }

    /// To be taken before the snapshot of a load.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// Keeps what was loaded since `epoch`, unless something changed meanwhile.
    pub(crate) fn keep(&self, access_key_id: &str, credential: &Arc<Credential>, epoch: u64) {
        let _changing = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        if self.epoch() == epoch {
            self.cache.insert(access_key_id.to_owned(), credential.clone());
        }
    }

    pub(crate) fn clear(&self) {
        let _changing = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        self.epoch.fetch_add(1, Ordering::SeqCst);
        self.cache.clear();
    }
}
