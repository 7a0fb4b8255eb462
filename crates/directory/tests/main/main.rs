//! The directory from outside: what the identity services rely on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod accesses;
mod authority;
mod records;

use base::{AccountId, Rng, SeededRng, TestClock};
use crypto::{EphemeralSeal, Hierarchy};
use fastness_directory::Directory;
use std::sync::Arc;
use store::{Marker, Memory, Store, Transaction};

/// A directory in memory and the store below it.
pub(crate) struct Here {
    pub(crate) directory: Directory,
    pub(crate) store: Store,
    rng: Arc<dyn Rng>,
}

impl Here {
    /// One with the account [`account`].
    pub(crate) fn new() -> Self {
        let rng: Arc<dyn Rng> = Arc::new(SeededRng::new(1));
        let engine = Arc::new(Memory::new());
        let seal = EphemeralSeal::new(rng.as_ref());
        let crypto = Hierarchy::open(engine.clone(), &seal, rng.clone()).unwrap();
        let store = Store::new(engine, crypto.clone());
        let directory = Directory::new(store.clone(), crypto, rng.clone(), Arc::new(TestClock::default()));
        directory.ensure_account(account()).unwrap();
        Self { directory, store, rng }
    }

    /// Runs `body` in a transaction and has the directory hear of what it changed, as the road does.
    pub(crate) fn change<T>(&self, mut body: impl FnMut(&mut Transaction) -> Result<T, store::Error>) -> T {
        let mut written = Vec::new();
        let marker = Marker(base::Uuid::random(self.rng.as_ref()));
        let answer = self.store.transact(marker, |transaction| {
            let answer = body(transaction)?;
            written = transaction.written_keys().map(<[u8]>::to_vec).collect();
            Ok::<T, store::Error>(answer)
        });
        self.directory.outdate(written.iter().map(Vec::as_slice));
        answer.unwrap()
    }
}

pub(crate) fn account() -> AccountId {
    "111122223333".parse().unwrap()
}
