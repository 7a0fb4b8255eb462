//! A key that nobody has: drawn, used, split among holders by Shamir's scheme, forgotten.
//!
//! Guarantees: a share says to which seal it belongs, how many are needed and whether it was copied right, so that a
//! wrong one is told before any is combined; what is combined proves itself by unwrapping the root key.
//! A share's text: `fastness-share-1-` and in hexadecimal id of the seal (8) ‖ threshold (1) ‖ place (1) ‖ value (32) ‖
//! the first 4 bytes of SHA-256 over all that.

use super::{ID, RootSeal, SealKey, UnwrapError};
use crate::root::{RootRecord, Slot};
use base::{Rng, Secret, hex};
use primitives::shares::{Share, combine, split};
use std::fmt;

const PREFIX: &str = "fastness-share-1-";
const CHECK: usize = 4;
const BYTES: usize = ID + 2 + 32 + CHECK;

/// A key in shares.
pub struct SharedSeal {
    key: SealKey,
    threshold: u8,
    /// How many there are, where that is known: shares do not tell.
    count: Option<u8>,
}

/// Why shares do not give a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadShares {
    /// A text is no share, or was not copied right; its index among those given.
    Unreadable(usize),
    /// One belongs to another seal than the first.
    OfAnotherSeal(usize),
    /// One belongs to no seal of the store.
    OfAnotherStore(usize),
    /// One was given before.
    Repeated(usize),
    /// There are so many fewer than are needed.
    Missing(u8),
}

impl fmt::Display for BadShares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(index) => {
                write!(f, "share {} is no share, or was not copied right: it begins with {PREFIX}", index + 1)
            }
            Self::OfAnotherSeal(index) => write!(f, "share {} belongs to another seal than the first", index + 1),
            Self::OfAnotherStore(index) => {
                write!(f, "share {} belongs to another seal, and none of this server's", index + 1)
            }
            Self::Repeated(index) => write!(f, "share {} was given before: each holder's counts once", index + 1),
            Self::Missing(1) => f.write_str("one more share is needed"),
            Self::Missing(count) => write!(f, "{count} more shares are needed"),
        }
    }
}

impl std::error::Error for BadShares {}

impl SharedSeal {
    /// Whether a text is meant to be a share.
    pub fn is_share(text: &str) -> bool {
        text.trim().starts_with("fastness-share-")
    }

    /// Draws a key and splits it; the texts of the shares are to be handed out and forgotten. `None` unless
    /// 1 ≤ threshold ≤ count.
    pub fn draw(threshold: u8, count: u8, rng: &dyn Rng) -> Option<(Self, Vec<Secret<String>>)> {
        let mut bytes = Secret::new([0; 32]);
        rng.fill_secret(bytes.expose_mut());
        let shares = split(bytes.expose(), threshold, count, rng)?;
        let key = SealKey::new(bytes.expose());
        let texts = shares.iter().map(|share| text(&key.id, threshold, share)).collect();
        Some((Self { key, threshold, count: Some(count) }, texts))
    }

    /// Refuses shares that say themselves that they open nothing here, before they stand in the way of those that do.
    pub fn check(texts: &[Secret<String>], record: &RootRecord) -> Result<(), BadShares> {
        for (index, text) in texts.iter().enumerate() {
            let (id, threshold, _) = read(text.expose()).ok_or(BadShares::Unreadable(index))?;
            let is_its = |slot: &Slot| slot.is_of(&id) && slot.locator.starts_with(&format!("shamir:{threshold}/"));
            if !record.slots().iter().any(is_its) {
                return Err(BadShares::OfAnotherStore(index));
            }
        }
        Ok(())
    }

    /// The seal that these shares make.
    pub fn combine(texts: &[Secret<String>]) -> Result<Self, BadShares> {
        let mut shares: Vec<Share> = Vec::new();
        let mut of = None;
        for (index, text) in texts.iter().enumerate() {
            let (id, threshold, share) = read(text.expose()).ok_or(BadShares::Unreadable(index))?;
            if *of.get_or_insert((id, threshold)) != (id, threshold) {
                return Err(BadShares::OfAnotherSeal(index));
            }
            if shares.iter().any(|other| other.place == share.place) {
                return Err(BadShares::Repeated(index));
            }
            shares.push(share);
        }
        let (_, threshold) = of.ok_or(BadShares::Missing(1))?;
        let missing = usize::from(threshold).saturating_sub(shares.len());
        if missing > 0 {
            return Err(BadShares::Missing(u8::try_from(missing).unwrap_or(u8::MAX)));
        }
        // Texts that read are whole, and places differ: what is combined is a key, the right one or not.
        let bytes = combine(&shares).ok_or(BadShares::Unreadable(0))?;
        Ok(Self { key: SealKey::new(bytes.expose()), threshold, count: None })
    }
}

impl RootSeal for SharedSeal {
    fn name(&self) -> String {
        format!("{} shares of a key (id {})", self.threshold, hex(&self.key.id))
    }

    fn locator(&self) -> String {
        let count = self.count.map_or_else(|| "?".to_owned(), |count| count.to_string());
        format!("shamir:{}/{count}", self.threshold)
    }

    fn wrap(&self, root: &Secret<[u8; 32]>, rng: &dyn Rng) -> Result<Vec<u8>, String> {
        Ok(self.key.wrap(root, rng))
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
        self.key.unwrap(wrapped)
    }
}

fn text(id: &[u8; ID], threshold: u8, share: &Share) -> Secret<String> {
    let mut bytes = Secret::new(Vec::with_capacity(BYTES));
    let out = bytes.expose_mut();
    out.extend_from_slice(id);
    out.extend_from_slice(&[threshold, share.place]);
    out.extend_from_slice(share.value.expose());
    let check = primitives::sha256(out);
    out.extend(check.iter().take(CHECK));
    let digits = Secret::new(hex(bytes.expose()));
    Secret::new([PREFIX, digits.expose()].concat())
}

fn read(text: &str) -> Option<([u8; ID], u8, Share)> {
    let digits = text.trim().strip_prefix(PREFIX)?;
    let bytes = Secret::new(base::unhex(digits)?);
    let (body, check) = bytes.expose().split_last_chunk::<CHECK>()?;
    if bytes.expose().len() != BYTES || !primitives::sha256(body).starts_with(check) {
        return None;
    }
    let (id, rest) = body.split_first_chunk::<ID>()?;
    let ([threshold, place], value) = rest.split_first_chunk::<2>()?;
    // At place zero stands the secret, and nobody draws a seal that opens without shares.
    if *threshold == 0 || *place == 0 {
        return None;
    }
    Some((*id, *threshold, Share { place: *place, value: Secret::new(value.to_vec()) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use primitives::SystemRng;

    fn copies(texts: &[Secret<String>], places: &[usize]) -> Vec<Secret<String>> {
        places.iter().map(|place| texts[*place].duplicate()).collect()
    }

    #[test]
    fn enough_shares_open_what_was_sealed_when_they_were_drawn() {
        let (seal, texts) = SharedSeal::draw(3, 5, &SystemRng).unwrap();
        let wrapped = seal.wrap(&Secret::new([7; 32]), &SystemRng).unwrap();
        for places in [[0, 1, 2], [4, 2, 0], [1, 3, 4]] {
            let again = SharedSeal::combine(&copies(&texts, &places)).unwrap();
            assert!(again.unwrap(&wrapped).is_ok_and(|root| *root.expose() == [7; 32]));
        }
        assert!(SharedSeal::combine(&texts).unwrap().unwrap(&wrapped).is_ok());
    }

    #[test]
    fn each_way_to_give_wrong_shares_is_told() {
        let (_, texts) = SharedSeal::draw(3, 5, &SystemRng).unwrap();
        let (_, others) = SharedSeal::draw(3, 5, &SystemRng).unwrap();
        let error = |shares: Vec<Secret<String>>| SharedSeal::combine(&shares).err().unwrap();
        assert_eq!(error(vec![]), BadShares::Missing(1));
        assert_eq!(error(copies(&texts, &[0])), BadShares::Missing(2));
        assert_eq!(error(copies(&texts, &[0, 1])), BadShares::Missing(1));
        assert_eq!(error(copies(&texts, &[0, 1, 1])), BadShares::Repeated(2));
        let mixed = vec![texts[0].duplicate(), others[1].duplicate(), texts[2].duplicate()];
        assert_eq!(error(mixed), BadShares::OfAnotherSeal(1));
        let good = texts[1].expose();
        for position in 0..good.len() {
            let mut bad = good.clone().into_bytes();
            bad[position] = if bad[position] == b'0' { b'1' } else { b'0' };
            let bad = Secret::new(String::from_utf8(bad).unwrap());
            assert_eq!(error(vec![texts[0].duplicate(), bad]), BadShares::Unreadable(1), "digit {position}");
        }
        let short = good.get(..good.len() - 2).unwrap().to_owned();
        assert_eq!(error(vec![Secret::new(short)]), BadShares::Unreadable(0));
    }

    /// A share whose check is right and whose content is a lie.
    fn forged(of: &Secret<String>, change: impl FnOnce(&mut [u8])) -> Secret<String> {
        let bytes = base::unhex(of.expose().strip_prefix(PREFIX).unwrap()).unwrap();
        let mut body = bytes[..BYTES - CHECK].to_vec();
        change(&mut body);
        let check = primitives::sha256(&body)[..CHECK].to_vec();
        Secret::new([PREFIX, &hex(&[body, check].concat())].concat())
    }

    #[test]
    fn a_share_at_no_place_or_of_no_threshold_is_none() {
        let (_, texts) = SharedSeal::draw(2, 3, &SystemRng).unwrap();
        for at in [ID, ID + 1] {
            let bad = forged(&texts[0], |body| body[at] = 0);
            assert_eq!(SharedSeal::combine(&[bad]).err().unwrap(), BadShares::Unreadable(0));
        }
    }

    #[test]
    fn a_share_of_another_store_or_of_another_threshold_is_told_by_itself() {
        let (seal, texts) = SharedSeal::draw(2, 3, &SystemRng).unwrap();
        let (_, others) = SharedSeal::draw(2, 3, &SystemRng).unwrap();
        let root = crate::root::RootKey(Secret::new([7; 32]));
        let mut record = RootRecord::default();
        record.add(Slot::wrap(&seal, &root, &SystemRng).unwrap()).unwrap();
        assert_eq!(SharedSeal::check(&texts, &record), Ok(()));
        let more = forged(&texts[1], |body| body[ID] = 200);
        for bad in [others[0].duplicate(), more] {
            assert_eq!(SharedSeal::check(&[texts[0].duplicate(), bad], &record), Err(BadShares::OfAnotherStore(1)));
        }
    }
}
