//! The grants that decisions find: those of one holder on one key.
//!
//! Guarantees: a decision reads the caller's own grants of one key and no others, from memory as long as they do not
//! change; a holder with very many is read in full all the same, from the store. That a holder has none is remembered
//! too: a change of its grants outdates that like any other.

use super::principals::holders;
use super::records::{GrantRecord, HELD, Ring};
use crate::view::KeyView;
use base::Scope;
use kernel::{Lookup, Reader, Result, View};
use std::sync::Arc;
use store::Key;

/// Grants of one holder on one key that are kept in memory: 100 KiB and more only with long constraints.
const MAX_KEPT: usize = 256;

/// Grants read at once of a holder with more.
const PAGE: usize = 500;

/// The first grants of a holder on a key.
pub(crate) struct Held {
    grants: Vec<Arc<policy::Grant>>,
    /// The last of them, if there are more.
    more: Option<String>,
}

impl View for Held {
    const TABLE: &'static str = HELD;

    fn load(reader: &mut Reader<'_>, scope: Scope, id: &str) -> Result<Option<Self>> {
        let mut found: Vec<(Key, GrantRecord)> = reader.scan(&Self::root(scope, id), MAX_KEPT + 1)?;
        let is_cut = found.len() > MAX_KEPT;
        found.truncate(MAX_KEPT);
        let more = found.last().filter(|_| is_cut).map(|(_, grant)| grant.id.clone());
        Ok(Some(Self { grants: found.iter().map(|(_, grant)| Arc::new(grant.compiled())).collect(), more }))
    }

    fn weight(&self) -> u32 {
        let bytes: usize = self.grants.iter().map(|grant| grant.bytes()).sum();
        u32::try_from(bytes / 1024).unwrap_or(u32::MAX).saturating_add(1)
    }
}

/// The grants on a key that may be the caller's for an action.
pub(crate) fn of_caller(lookup: &mut Lookup<'_, '_>, key: &KeyView, action: &str) -> Result<Vec<Arc<policy::Grant>>> {
    let mut grants = Vec::new();
    if !key.granted {
        return Ok(grants);
    }
    let ring = Ring::of(key);
    let caller = lookup.caller().principal.clone();
    for holder in holders(&caller) {
        let Some(held) = lookup.view::<Held>(key.scope, &ring.view_id(holder))? else { continue };
        grants.extend(held.grants.iter().filter(|grant| grant.gives(action)).cloned());
        let mut after = held.more.clone();
        while let Some(last) = after.take() {
            let place = ring.held(holder);
            let page: Vec<(Key, GrantRecord)> = lookup.scan(&place, Some(&place.clone().text(&last)), PAGE)?;
            after = page.last().filter(|_| page.len() == PAGE).map(|(_, grant)| grant.id.clone());
            let compiled = page.iter().map(|(_, grant)| grant.compiled()).filter(|grant| grant.gives(action));
            grants.extend(compiled.map(Arc::new));
        }
    }
    Ok(grants)
}

/// The same as they are stored.
pub(crate) fn records_of_caller(lookup: &mut Lookup<'_, '_>, key: &KeyView) -> Result<Vec<GrantRecord>> {
    let mut grants = Vec::new();
    if !key.granted {
        return Ok(grants);
    }
    let ring = Ring::of(key);
    let caller = lookup.caller().principal.clone();
    for holder in holders(&caller) {
        let place = ring.held(holder);
        let mut after: Option<Key> = None;
        loop {
            let page: Vec<(Key, GrantRecord)> = lookup.scan(&place, after.as_ref(), PAGE)?;
            let is_full = page.len() == PAGE;
            after = page.last().map(|(key, _)| key.clone());
            grants.extend(page.into_iter().map(|(_, grant)| grant));
            if !is_full {
                break;
            }
        }
    }
    Ok(grants)
}
