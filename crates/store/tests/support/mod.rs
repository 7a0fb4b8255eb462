//! What the tests share: a toy seal, records, engines, and ways to break them.

pub(crate) mod faults;
pub(crate) mod postgres;
pub(crate) mod proxy;
pub(crate) mod seal;

use base::{AccountId, Region, Scope, Uuid};
use seal::ToySeal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Engine, Key, Marker, Record, Space, Store};

/// A record with something to look for in raw bytes.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub text: String,
    pub count: u64,
}

impl Record for Note {
    const VERSION: u8 = 1;
}

pub(crate) fn note(count: u64) -> Note {
    Note { text: "planted plaintext".into(), count }
}

pub(crate) fn store(engine: Arc<dyn Engine>) -> Store {
    Store::new(engine, Arc::new(ToySeal))
}

/// A marker that no other test has.
pub(crate) fn marker() -> Marker {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes[8..12].copy_from_slice(&std::process::id().to_be_bytes());
    Marker(Uuid(bytes))
}

pub(crate) fn scope() -> Scope {
    Scope { account: account("111122223333"), region: region("us-east-1") }
}

pub(crate) fn account(digits: &str) -> AccountId {
    digits.parse().unwrap()
}

pub(crate) fn region(name: &str) -> Region {
    name.parse().unwrap()
}

pub(crate) fn table() -> Key {
    Key::new(Space::regional(scope()), "test.note")
}

pub(crate) fn at(name: &str) -> Key {
    table().text(name)
}

/// Writes one record in a transaction of its own.
pub(crate) fn put(store: &Store, key: &Key, record: &Note) {
    let mut transaction = store.begin().unwrap();
    transaction.put(key, record).unwrap();
    transaction.commit(marker()).wait_blocking().unwrap();
}

/// Reads one count in a transaction of its own.
pub(crate) fn count(store: &Store, key: &Key) -> Option<u64> {
    store.begin().unwrap().get::<Note>(key).unwrap().map(|note| note.count)
}
