//! The root key: made once, kept in the engine wrapped by one or more seals, never stored in clear.
//!
//! Guarantees: whoever opens an empty store first makes the key, and all others who try at the same time get that one;
//! a store that holds anything but has no root key is refused; a wrong seal or a damaged record changes nothing; every
//! seal in the record wraps the same key, any of them opens it, and the last is never taken away.

mod record;

use crate::error::OpenError;
use crate::seal::{RootSeal, UnwrapError};
use base::{Rng, Secret, Uuid};
use primitives::equal;
use std::collections::BTreeMap;
use store::{Batch, Engine, Key, KeyRange, Marker, ReadSet, Snapshot, Space};

pub use record::{RootRecord, Slot};

/// The root key in clear, for as long as it takes to derive from it or to wrap it again.
pub struct RootKey(pub(crate) Secret<[u8; 32]>);

/// How often a change starts again after meeting others who change at the same time.
const MAX_ATTEMPTS: usize = 16;

/// Where the root key's record lies: bare, since the store's seal rests on it.
pub fn root_key_place() -> Key {
    Key::new(Space::system(), "crypto.root")
}

/// The same, as engines have it.
pub fn root_key_path() -> Vec<u8> {
    root_key_place().as_bytes().to_vec()
}

/// Unwraps the root key of a record, for those who can read that before they open the engine for writing.
pub fn unlock(seals: &[&dyn RootSeal], record: &RootRecord) -> Result<RootKey, OpenError> {
    unwrap(seals, record)
}

/// The record that an engine keeps, if it has one.
pub fn root_record(engine: &dyn Engine) -> Result<Option<RootRecord>, OpenError> {
    let found = engine.snapshot()?.get(&root_key_path())?;
    found.map(|bytes| RootRecord::read(&bytes)).transpose()
}

/// Unwraps the root key, or makes it if the store is empty.
pub(crate) fn open_or_make(engine: &dyn Engine, seals: &[&dyn RootSeal], rng: &dyn Rng) -> Result<RootKey, OpenError> {
    attempt(engine, rng, |snapshot| {
        if let Some(record) = snapshot.get(&root_key_path())? {
            return unwrap(seals, &RootRecord::read(&record)?).map(|root| (root, None));
        }
        refuse_what_is_kept(snapshot)?;
        fresh(seals, rng)
    })
}

/// Makes the root key of an empty store. One that is not empty is refused.
pub(crate) fn make(engine: &dyn Engine, seals: &[&dyn RootSeal], rng: &dyn Rng) -> Result<RootKey, OpenError> {
    attempt(engine, rng, |snapshot| {
        if snapshot.get(&root_key_path())?.is_some() {
            return Err(OpenError::Initialised);
        }
        refuse_what_is_kept(snapshot)?;
        fresh(seals, rng)
    })
}

/// The slot by which `new` opens the root key of `record`, which one of `seals` opens now. It is given out once `proof`,
/// what the seal will be when it is needed, has opened it.
pub fn new_slot(
    seals: &[&dyn RootSeal],
    record: &RootRecord,
    new: &dyn RootSeal,
    proof: &dyn RootSeal,
    rng: &dyn Rng,
) -> Result<Slot, OpenError> {
    proven_slot(&unwrap(seals, record)?, new, proof, rng)
}

/// The slot of a record that one of `seals` opens.
pub fn opened_slot<'a>(seals: &[&dyn RootSeal], record: &'a RootRecord) -> Result<&'a Slot, OpenError> {
    open(seals, record).map(|(slot, _)| slot)
}

/// Runs `change` in a snapshot and writes the record that it gives, until nobody else came between.
fn attempt<T>(
    engine: &dyn Engine,
    rng: &dyn Rng,
    change: impl Fn(&mut dyn Snapshot) -> Result<(T, Option<Vec<u8>>), OpenError>,
) -> Result<T, OpenError> {
    let path = root_key_path();
    let mut met = store::Error::Conflict;
    for _ in 0..MAX_ATTEMPTS {
        let mut snapshot = engine.snapshot()?;
        let (done, record) = change(snapshot.as_mut())?;
        let Some(record) = record else { return Ok(done) };
        let marker = Marker(Uuid::random(rng));
        let batch = Batch {
            reads: ReadSet { points: [path.clone()].into(), ranges: Vec::new() },
            writes: BTreeMap::from([(path.clone(), Some(record))]),
            marker,
        };
        match snapshot.commit(batch).wait_blocking() {
            Ok(_) => return Ok(done),
            Err(store::Error::Ambiguous) if engine.committed(marker)? => return Ok(done),
            Err(error @ (store::Error::Conflict | store::Error::Ambiguous)) => met = error,
            Err(error) => return Err(error.into()),
        }
    }
    Err(met.into())
}

fn refuse_what_is_kept(snapshot: &mut dyn Snapshot) -> Result<(), OpenError> {
    let everything = KeyRange { start: Vec::new(), end: vec![u8::MAX; store::MAX_KEY_BYTES] };
    if snapshot.range(&everything, 1)?.is_empty() { Ok(()) } else { Err(OpenError::NoRootKey) }
}

fn fresh(seals: &[&dyn RootSeal], rng: &dyn Rng) -> Result<(RootKey, Option<Vec<u8>>), OpenError> {
    let mut root = RootKey(Secret::new([0; 32]));
    rng.fill_secret(root.0.expose_mut());
    let mut record = RootRecord::default();
    for seal in seals {
        record.add(proven_slot(&root, *seal, *seal, rng)?)?;
    }
    if record.slots().is_empty() {
        return Err(OpenError::LastSeal);
    }
    Ok((root, Some(record.write())))
}

/// A seal that does not give back what it was given would lose everything.
fn proven_slot(root: &RootKey, seal: &dyn RootSeal, proof: &dyn RootSeal, rng: &dyn Rng) -> Result<Slot, OpenError> {
    let slot = Slot::wrap(seal, root, rng)?;
    let again = unwrap(&[proof], &RootRecord::of(slot.clone()))?;
    if !equal(again.0.expose(), root.0.expose()) {
        return Err(OpenError::Damaged("a new seal gave another one back"));
    }
    Ok(slot)
}

fn unwrap(seals: &[&dyn RootSeal], record: &RootRecord) -> Result<RootKey, OpenError> {
    open(seals, record).map(|(_, root)| root)
}

/// The root key, and the slot that it was in. Where several seals fail, what may be otherwise the next time is told first.
fn open<'a>(seals: &[&dyn RootSeal], record: &'a RootRecord) -> Result<(&'a Slot, RootKey), OpenError> {
    let (mut unavailable, mut refused, mut damaged) = (None, None, None);
    for seal in seals {
        for slot in record.slots() {
            match slot.unwrap(*seal) {
                Ok(root) => return Ok((slot, root)),
                Err(UnwrapError::WrongSeal) => {}
                Err(UnwrapError::Damaged) => damaged = Some(OpenError::Damaged("it does not unwrap")),
                Err(UnwrapError::Unavailable(why)) => {
                    unavailable = unavailable.or(Some(OpenError::Unavailable { seal: seal.name(), why }));
                }
                Err(UnwrapError::Refused(why)) => {
                    refused = refused.or(Some(OpenError::Refused { seal: seal.name(), why }));
                }
            }
        }
    }
    let names = |names: Vec<String>| names.join(" or ");
    Err(unavailable.or(refused).or(damaged).unwrap_or_else(|| OpenError::WrongSeal {
        offered: names(seals.iter().map(|seal| seal.name()).collect()),
        sealed_by: names(record.slots().iter().map(|slot| slot.name.clone()).collect()),
    }))
}
