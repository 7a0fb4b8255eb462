//! The root key: made once, kept in the engine wrapped by the seal, never stored in clear.
//!
//! Guarantees: whoever opens an empty store first makes the key, and all others who try at the same time get that one;
//! a store that holds anything but has no root key is refused; a wrong seal or a damaged record changes nothing.
//! Layout of the record: mark (12) ‖ layout (1) ‖ length of the seal's name (2) ‖ the name ‖ the wrapped key.

use crate::error::OpenError;
use crate::seal::{RootSeal, UnwrapError};
use base::{Rng, Secret, Uuid};
use std::collections::BTreeMap;
use store::{Batch, Engine, Key, KeyRange, Marker, ReadSet, Space};

/// The beginning of every root key's record.
const MARK: &[u8; 12] = b"fastness key";
const LAYOUT: u8 = 1;

/// How often opening starts again after meeting others who open at the same time.
const MAX_ATTEMPTS: usize = 16;

/// Where the root key's record lies in an engine.
pub fn root_key_path() -> Vec<u8> {
    Key::new(Space::system(), "crypto.root").as_bytes().to_vec()
}

/// Whether `seal` opens a root key's record, for those who can read it before they open the engine for writing.
pub fn check_seal(seal: &dyn RootSeal, record: &[u8]) -> Result<(), OpenError> {
    unwrap(seal, record).map(|_| ())
}

/// Unwraps the root key, or makes it if the store is empty.
pub(crate) fn open(engine: &dyn Engine, seal: &dyn RootSeal, rng: &dyn Rng) -> Result<Secret<[u8; 32]>, OpenError> {
    let path = root_key_path();
    let everything = KeyRange { start: Vec::new(), end: vec![u8::MAX; store::MAX_KEY_BYTES] };
    let mut met = store::Error::Conflict;
    for _ in 0..MAX_ATTEMPTS {
        let mut snapshot = engine.snapshot()?;
        if let Some(record) = snapshot.get(&path)? {
            return unwrap(seal, &record);
        }
        if !snapshot.range(&everything, 1)?.is_empty() {
            return Err(OpenError::NoRootKey);
        }
        let mut root = Secret::new([0; 32]);
        rng.fill_secret(root.expose_mut());
        let batch = Batch {
            reads: ReadSet { points: [path.clone()].into(), ranges: Vec::new() },
            writes: BTreeMap::from([(path.clone(), Some(record(seal, &root, rng)))]),
            marker: Marker(Uuid::random(rng)),
        };
        match snapshot.commit(batch).wait_blocking() {
            Ok(_) => return Ok(root),
            // Someone made it first, or perhaps this did: the next look tells.
            Err(error @ (store::Error::Conflict | store::Error::Ambiguous)) => met = error,
            Err(error) => return Err(error.into()),
        }
    }
    Err(met.into())
}

fn record(seal: &dyn RootSeal, root: &Secret<[u8; 32]>, rng: &dyn Rng) -> Vec<u8> {
    let name: String = seal.name().chars().take(MAX_NAME).collect();
    let length = u16::try_from(name.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&MARK[..], &[LAYOUT], &length, name.as_bytes(), &seal.wrap(root, rng)].concat()
}

/// How much of a seal's name is kept, in characters; at most four bytes each, so that the length fits.
const MAX_NAME: usize = 1024;

fn unwrap(seal: &dyn RootSeal, record: &[u8]) -> Result<Secret<[u8; 32]>, OpenError> {
    let (sealed_by, wrapped) = read(record).ok_or(OpenError::Damaged("its record cannot be read"))?;
    seal.unwrap(wrapped).map_err(|error| match error {
        UnwrapError::WrongSeal => OpenError::WrongSeal { offered: seal.name(), sealed_by: sealed_by.to_owned() },
        UnwrapError::Damaged => OpenError::Damaged("it does not unwrap"),
    })
}

fn read(record: &[u8]) -> Option<(&str, &[u8])> {
    let (layout, rest) = record.strip_prefix(MARK)?.split_first()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (name, wrapped) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    (*layout == LAYOUT).then_some((std::str::from_utf8(name).ok()?, wrapped))
}
