//! The record that keeps the root key: a slot for each seal that opens it.
//!
//! Guarantees: what does not read is refused whole, what a newer version wrote is told from what is damaged.
//! Layout 2: mark (12) ‖ 2 ‖ number of slots (1) ‖ each slot: locator, name, wrapped key, each after its length (2).
//! Layout 1, of version 0.1 before it could be served: mark (12) ‖ 1 ‖ length (2) ‖ name ‖ wrapped key.

use super::RootKey;
use crate::error::OpenError;
use crate::seal::{RootSeal, UnwrapError};
use base::Rng;

/// The beginning of every root key's record.
const MARK: &[u8; 12] = b"fastness key";
const ONE_SLOT: u8 = 1;
const SLOTS: u8 = 2;

/// The most seals that open one store.
pub(super) const MAX_SLOTS: usize = 16;
/// How much of a locator and of a name is kept, in characters of at most four bytes, so that their lengths fit.
const MAX_TEXT: usize = 4096;

/// The seals of a root key.
#[derive(Clone, Default)]
pub struct RootRecord {
    slots: Vec<Slot>,
}

/// One seal's wrapped root key.
#[derive(Clone, PartialEq, Eq)]
pub struct Slot {
    /// Where the seal is found, as `--seal` takes it; empty if that was not told.
    pub locator: String,
    /// The seal in an operator's words.
    pub name: String,
    wrapped: Vec<u8>,
}

impl Slot {
    pub(crate) fn wrap(seal: &dyn RootSeal, root: &RootKey, rng: &dyn Rng) -> Result<Self, OpenError> {
        let cut = |text: String| text.chars().take(MAX_TEXT).collect();
        let failed = |why| OpenError::Unavailable { seal: seal.name(), why };
        let wrapped = seal.wrap(&root.0, rng).map_err(failed)?;
        Ok(Self { locator: cut(seal.locator()), name: cut(seal.name()), wrapped })
    }

    /// Whether what it wraps begins with the id of this key, as that of keys that are held here does.
    pub(crate) fn is_of(&self, id: &[u8]) -> bool {
        self.wrapped.starts_with(id)
    }

    pub(super) fn unwrap(&self, seal: &dyn RootSeal) -> Result<RootKey, UnwrapError> {
        seal.unwrap(&self.wrapped).map(RootKey)
    }
}

impl RootRecord {
    /// The slots, in the order in which they were added.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Reads a record.
    pub fn read(record: &[u8]) -> Result<Self, OpenError> {
        const DAMAGED: OpenError = OpenError::Damaged("its record cannot be read");
        let (layout, rest) = record.strip_prefix(MARK).and_then(|rest| rest.split_first()).ok_or(DAMAGED)?;
        let slots = match *layout {
            ONE_SLOT => one_slot(rest),
            SLOTS => several(rest),
            0 => None,
            _ => return Err(OpenError::Newer),
        };
        slots.map(|slots| Self { slots }).ok_or(DAMAGED)
    }

    /// A record of one slot.
    pub(super) fn of(slot: Slot) -> Self {
        Self { slots: vec![slot] }
    }

    /// The form in which it is kept.
    pub fn write(&self) -> Vec<u8> {
        let mut out = MARK.to_vec();
        out.push(SLOTS);
        out.push(u8::try_from(self.slots.len()).unwrap_or(u8::MAX));
        for slot in &self.slots {
            for part in [slot.locator.as_bytes(), slot.name.as_bytes(), &slot.wrapped] {
                out.extend(u16::try_from(part.len()).unwrap_or(u16::MAX).to_be_bytes());
                out.extend(part);
            }
        }
        out
    }

    /// Adds a slot, behind those that are there.
    pub fn add(&mut self, slot: Slot) -> Result<(), OpenError> {
        if self.slots.len() >= MAX_SLOTS {
            return Err(OpenError::TooManySeals(MAX_SLOTS));
        }
        if slot.wrapped.len() > usize::from(u16::MAX) {
            return Err(OpenError::Unavailable { seal: slot.name, why: "what it wraps is too long".into() });
        }
        self.slots.push(slot);
        Ok(())
    }

    /// Takes the slot at a place (from 1) away, unless it is the last.
    pub fn remove(&mut self, place: usize) -> Result<Slot, OpenError> {
        match place.checked_sub(1) {
            Some(index) if index < self.slots.len() && self.slots.len() > 1 => Ok(self.slots.remove(index)),
            Some(index) if index < self.slots.len() => Err(OpenError::LastSeal),
            _ => Err(OpenError::NoSuchSeal(place)),
        }
    }
}

fn one_slot(rest: &[u8]) -> Option<Vec<Slot>> {
    let (name, wrapped) = part(rest)?;
    Some(vec![Slot { locator: String::new(), name: shown(name)?, wrapped: wrapped.to_vec() }])
}

/// A text, as it may go to a terminal and into a log: whoever can write the store can write anything here.
fn shown(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some(text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect())
}

fn several(rest: &[u8]) -> Option<Vec<Slot>> {
    let (count, mut rest) = rest.split_first().filter(|(count, _)| usize::from(**count) <= MAX_SLOTS)?;
    let mut slots = Vec::new();
    for _ in 0..*count {
        let mut text = || {
            let (text, after) = part(rest)?;
            rest = after;
            Some(text)
        };
        let (locator, name, wrapped) = (text()?, text()?, text()?);
        slots.push(Slot { locator: shown(locator)?, name: shown(name)?, wrapped: wrapped.to_vec() });
    }
    (rest.is_empty() && !slots.is_empty()).then_some(slots)
}

/// A part after its length, and the rest.
fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_a_newer_layout_is_told_from_a_damaged_one() {
        let newer = [&MARK[..], &[SLOTS + 1], b"whatever follows"].concat();
        let told = RootRecord::read(&newer).err().unwrap();
        assert!(matches!(told, OpenError::Newer));
        assert!(told.to_string().contains("newer version of Fastness"), "{told}");
        for damaged in [&b""[..], b"fastness kex\x02", &[&MARK[..], &[0]].concat(), &[&MARK[..], &[SLOTS, 0]].concat()]
        {
            assert!(matches!(RootRecord::read(damaged).err(), Some(OpenError::Damaged(_))), "{damaged:?}");
        }
    }
}
