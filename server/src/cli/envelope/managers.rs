//! The materials manager behind a command: a keyring, and what is put before it.

use super::cache::Cache;
use clap::ArgMatches;
use envelope::{
    CachingLimits, CachingMaterialsManager, DefaultMaterialsManager, Error, Keyring, MaterialsManager,
    RequiredContextMaterialsManager,
};
use std::sync::Arc;
use std::time::Duration;

/// Data keys that are kept where nothing else is said.
const CAPACITY: usize = 100;

/// How data keys are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Caching {
    pub(super) capacity: usize,
    pub(super) max_age: Duration,
    pub(super) max_messages: Option<u64>,
    pub(super) max_bytes: Option<u64>,
}

impl Caching {
    /// As the options `--cache…` have it.
    pub(super) fn of(matches: &ArgMatches) -> Option<Self> {
        let max_age = matches.get_one::<Duration>("cache")?;
        let number = |name| matches.get_one::<u64>(name).copied();
        let capacity = number("cache-capacity").map_or(Ok(CAPACITY), usize::try_from).unwrap_or(usize::MAX);
        Some(Self {
            capacity,
            max_age: *max_age,
            max_messages: number("cache-messages"),
            max_bytes: number("cache-bytes"),
        })
    }

    fn limits(&self) -> Result<CachingLimits, envelope::Error> {
        let mut limits = CachingLimits::new(self.max_age)?;
        if let Some(messages) = self.max_messages {
            limits = limits.max_messages(messages)?;
        }
        if let Some(bytes) = self.max_bytes {
            limits = limits.max_bytes(bytes)?;
        }
        Ok(limits)
    }
}

/// The manager of a command, and the part of it that keeps data keys, if any does.
pub(super) struct Managers {
    pub(super) manager: Arc<dyn MaterialsManager>,
    pub(super) caching: Option<Arc<CachingMaterialsManager>>,
}

/// Puts a manager together. `not_stored`: keys of the context that messages do not carry.
pub(super) fn managers(
    keyring: Arc<dyn Keyring>,
    caching: Option<Caching>,
    not_stored: &[&str],
) -> Result<Managers, String> {
    let says = |error: Error| error.to_string();
    let mut manager: Arc<dyn MaterialsManager> = Arc::new(DefaultMaterialsManager::new(keyring));
    let caching = match caching {
        None => None,
        Some(caching) => {
            let cache = Arc::new(Cache::new(caching.capacity, caching.max_age)?);
            Some(Arc::new(CachingMaterialsManager::new(manager.clone(), cache, caching.limits().map_err(says)?)))
        }
    };
    if let Some(caching) = &caching {
        manager = caching.clone();
    }
    if !not_stored.is_empty() {
        let keys = not_stored.iter().copied();
        manager = Arc::new(RequiredContextMaterialsManager::new(manager, keys).map_err(says)?);
    }
    Ok(Managers { manager, caching })
}
