//! An engine in memory and a hierarchy over it.

use base::{AccountId, Timestamp};
use crypto::{EphemeralSeal, Hierarchy};
use primitives::SystemRng;
use std::sync::Arc;
use store::{Engine, KeyRange, Memory};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

pub(crate) struct House {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) seal: EphemeralSeal,
}

impl House {
    pub(crate) fn new() -> Self {
        Self { engine: Arc::new(Memory::new()), seal: EphemeralSeal::new(&SystemRng) }
    }

    /// A node over this engine, as a start of the server makes one.
    pub(crate) fn node(&self) -> Arc<Hierarchy> {
        Hierarchy::open(self.engine.clone(), &self.seal, Arc::new(SystemRng)).unwrap()
    }

    /// All that a thief of the engine's disk would see.
    pub(crate) fn raw(&self) -> Vec<store::Entry> {
        let everything = KeyRange { start: vec![], end: vec![0xff; 2000] };
        self.engine.snapshot().unwrap().range(&everything, usize::MAX).unwrap()
    }
}

pub(crate) fn account() -> AccountId {
    "111122223333".parse().unwrap()
}

pub(crate) fn other_account() -> AccountId {
    "444455556666".parse().unwrap()
}

/// A node with a keyring for [`account`].
pub(crate) fn ready() -> (House, Arc<Hierarchy>) {
    let house = House::new();
    let node = house.node();
    node.ensure_keyring(account(), NOW).unwrap();
    (house, node)
}
