//! Leases: one holder at a time, told apart by fencing numbers.
//!
//! Guarantees: at most one holder has an unexpired lease of a name; each new holder gets a greater fence than all before
//! it, so that what the old one still does late can be refused. Times are wall time, as clocks of nodes may differ a
//! little: a holder should stop well before its lease ends.

use crate::{Error, Key, Marker, Record, Space, Store};
use base::{Rng, Timestamp, Uuid};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// Hands out leases that live in the store.
#[derive(Clone)]
pub struct Leases {
    store: Store,
    rng: Arc<dyn Rng>,
}

/// A lease as its holder knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What is leased.
    pub name: String,
    /// Who holds it.
    pub holder: String,
    /// Greater than that of every earlier holder.
    pub fence: u64,
    /// When it ends, unless renewed.
    pub expires: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Held {
    holder: String,
    fence: u64,
    expires_millis: i64,
}

impl Record for Held {
    const VERSION: u8 = 1;
}

impl Leases {
    /// Leases in this store; `rng` draws the ids of the transactions.
    pub fn new(store: Store, rng: Arc<dyn Rng>) -> Self {
        Self { store, rng }
    }

    /// Takes the lease if nobody holds it; a holder that asks again keeps its fence and gets more time.
    pub fn acquire(&self, name: &str, holder: &str, ttl: Duration, now: Timestamp) -> Result<Option<Lease>, Error> {
        self.change(
            name,
            |held| match held {
                Some(held) if held.holder == holder && now.millis() < held.expires_millis => {
                    Some((held.fence, now.plus(ttl)))
                }
                Some(held) if now.millis() < held.expires_millis => None,
                Some(held) => Some((held.fence + 1, now.plus(ttl))),
                None => Some((1, now.plus(ttl))),
            },
            holder,
        )
    }

    /// Gives the holder more time; `None` when the lease has ended or passed to another.
    pub fn renew(&self, lease: &Lease, ttl: Duration, now: Timestamp) -> Result<Option<Lease>, Error> {
        self.change(
            &lease.name,
            |held| {
                held.filter(|held| {
                    held.fence == lease.fence && held.holder == lease.holder && now.millis() < held.expires_millis
                })
                .map(|held| (held.fence, now.plus(ttl)))
            },
            &lease.holder,
        )
    }

    /// Ends the lease, if it is still this holder's. The fence is remembered.
    pub fn release(&self, lease: &Lease) -> Result<(), Error> {
        self.change(
            &lease.name,
            |held| {
                held.filter(|held| held.fence == lease.fence && held.holder == lease.holder)
                    .map(|held| (held.fence, Timestamp::from_millis(i64::MIN)))
            },
            &lease.holder,
        )?;
        Ok(())
    }

    fn change(
        &self,
        name: &str,
        decide: impl Fn(Option<Held>) -> Option<(u64, Timestamp)>,
        holder: &str,
    ) -> Result<Option<Lease>, Error> {
        let key = Key::new(Space::system(), "lease").text(name);
        self.store.transact(Marker(Uuid::random(&*self.rng)), |transaction| {
            let Some((fence, expires)) = decide(transaction.get::<Held>(&key)?) else { return Ok(None) };
            let held = Held { holder: holder.to_owned(), fence, expires_millis: expires.millis() };
            transaction.put(&key, &held)?;
            Ok(Some(Lease { name: name.to_owned(), holder: holder.to_owned(), fence, expires }))
        })
    }
}
