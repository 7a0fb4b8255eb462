//! Values of quotas that are not the default: what an operator approved for an account, or set for all.
//!
//! An approved value is a record, written in the transaction of its approval; every node has all of them in memory and
//! hears of changes as its caches do. Guarantees: an approved value survives a restart; it counts from the next call on,
//! on other nodes within a second.

use crate::control::Kernel;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::listed::{Limit, Quota};
use crate::registry::Service;
use base::{AccountId, Scope};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use store::{Error, Key, Part, Space, Transaction};

/// Values by the names of pools and limits.
#[derive(Default)]
pub(crate) struct Raised(RwLock<Values>);

#[derive(Default)]
struct Values {
    everywhere: HashMap<String, f64>,
    own: HashMap<Scope, HashMap<String, f64>>,
}

impl Raised {
    pub(crate) fn set_everywhere(&self, name: &str, value: f64) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).everywhere.insert(name.to_owned(), value);
    }

    /// Sets the values for all, and gives those of before.
    pub(crate) fn replace_everywhere(&self, values: &[(&'static str, f64)]) -> HashMap<String, f64> {
        let new = values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        std::mem::replace(&mut self.0.write().unwrap_or_else(PoisonError::into_inner).everywhere, new)
    }

    pub(crate) fn set(&self, scope: Scope, name: &str, value: Option<f64>) {
        let mut values = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let own = values.own.entry(scope).or_default();
        match value {
            Some(value) => own.insert(name.to_owned(), value),
            None => own.remove(name),
        };
        if own.is_empty() {
            values.own.remove(&scope);
        }
    }

    pub(crate) fn own(&self, scope: Scope, name: &str) -> Option<f64> {
        let values = self.0.read().unwrap_or_else(PoisonError::into_inner);
        values.own.get(&scope).and_then(|own| own.get(name)).copied()
    }

    pub(crate) fn value(&self, scope: Scope, name: &str) -> Option<f64> {
        let values = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let own = values.own.get(&scope).and_then(|own| own.get(name));
        own.or_else(|| values.everywhere.get(name)).copied()
    }
}

/// A value that an operator approved. Its place names the account, the Region and the quota.
#[derive(Serialize, Deserialize)]
struct RaisedRecord(f64);

impl store::Record for RaisedRecord {
    const VERSION: u8 = 1;
}

/// All approved values: one table for all accounts, since every node knows them all.
fn table() -> Key {
    Key::new(Space::system(), "kernel.quota")
}

fn place(scope: Scope, name: &str) -> Key {
    table().text(scope.account.as_str()).text(scope.region.as_str()).text(name)
}

/// Whose value of which quota is at a place.
fn named(place: &Key) -> Option<(Scope, String)> {
    let mut parts = place.parts().into_iter();
    let mut text = || match parts.next() {
        Some(Part::Text(text)) => Some(text),
        _ => None,
    };
    let account: AccountId = text()?.parse().ok()?;
    let region = text()?.parse().ok()?;
    Some((Scope { account, region }, text()?))
}

/// Values read at once.
const PAGE: usize = 1_000;

impl Kernel {
    /// Reads all approved values.
    pub fn load_quotas(&self) -> std::result::Result<(), Error> {
        let (mut transaction, mut after) = (self.store.begin()?, None);
        loop {
            let page: Vec<(Key, RaisedRecord)> = transaction.scan(&table(), after.as_ref(), PAGE)?;
            for (place, RaisedRecord(value)) in &page {
                if let Some((scope, name)) = named(place) {
                    self.quotas.set(scope, &name, Some(*value));
                }
            }
            match page.into_iter().nth(PAGE - 1) {
                Some((last, _)) => after = Some(last),
                None => return Ok(()),
            }
        }
    }

    /// Hears of changes: reads anew the values among `keys`.
    pub(crate) fn quotas_changed<'k>(&self, keys: impl IntoIterator<Item = &'k [u8]>) {
        let table = table();
        for key in keys.into_iter().filter(|key| key.starts_with(table.as_bytes())) {
            let Some(place) = Key::from_bytes(key) else { continue };
            let Some((scope, name)) = named(&place) else { continue };
            let read = self.store.begin().and_then(|mut transaction| transaction.get::<RaisedRecord>(&place));
            match read {
                Ok(record) => self.quotas.set(scope, &name, record.map(|RaisedRecord(value)| value)),
                Err(error) => tracing::error!(%error, %place, "a quota that was changed could not be read"),
            }
        }
    }

    /// Keeps a value for an account in a Region; once that is committed, [`Kernel::quota_changed`] makes it count.
    pub fn put_quota(
        &self,
        transaction: &mut Transaction,
        scope: Scope,
        quota: &Quota,
        value: f64,
    ) -> std::result::Result<(), Error> {
        transaction.put(&place(scope, quota.key()), &RaisedRecord(value))
    }

    /// Makes the value count that is kept for an account in a Region.
    pub fn quota_changed(&self, scope: Scope, quota: &Quota) -> std::result::Result<(), Error> {
        let record = self.store.begin()?.get::<RaisedRecord>(&place(scope, quota.key()))?;
        self.quotas.set(scope, quota.key(), record.map(|RaisedRecord(value)| value));
        Ok(())
    }

    /// [`Quotas::set_named`] from now on.
    pub fn set_quotas<'n>(&self, enforced: bool, values: &'n [(String, f64)]) -> std::result::Result<(), &'n str> {
        self.quotas.set_named(&self.registry, enforced, values)
    }

    /// The value of a quota for an account in a Region.
    pub fn quota(&self, scope: Scope, quota: &Quota) -> f64 {
        self.quotas.value(scope, quota.key(), quota.default_in(scope.region))
    }
}

impl<'a> Ctx<'a> {
    /// The services, with their quotas.
    pub fn services(&self) -> &'a [Service] {
        self.kernel.registry.services()
    }

    /// The value of a quota for an account in a Region.
    pub fn quota(&self, scope: Scope, quota: &Quota) -> f64 {
        self.kernel.quota(scope, quota)
    }

    /// Whether the value was set for just this account and Region.
    pub fn is_quota_applied(&self, scope: Scope, quota: &Quota) -> bool {
        self.kernel.quotas.own(scope, quota.key()).is_some()
    }

    /// How many there may be of something, for the calling account in the Region called.
    pub fn limit(&self, limit: &Limit) -> u64 {
        self.limit_of(self.scope(), limit)
    }

    /// The same for an account in a Region.
    pub fn limit_of(&self, scope: Scope, limit: &Limit) -> u64 {
        // Limits are whole and far below what a float tells apart.
        (self.kernel.quotas.value(scope, limit.name, limit.default as f64) as u64).min(limit.most)
    }

    /// Sets the value of a quota for an account in a Region, from the commit of this call on.
    pub fn set_quota(&mut self, scope: Scope, quota: &Quota, value: f64) -> Result<()> {
        self.put(&place(scope, quota.key()), &RaisedRecord(value))
    }
}
