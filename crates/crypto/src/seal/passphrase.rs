//! A passphrase, from which Argon2id (RFC 9106) makes the key.
//!
//! Guarantees: salt and cost stand beside what they wrapped, so the cost can be raised for new seals; a cost that no
//! seal of ours has is refused before any memory is taken.
//! Wrapped: mark (8) ‖ memory in KiB (4) ‖ passes (4) ‖ lanes (4) ‖ salt (16) ‖ what the key wrapped.

use super::{RootSeal, SealKey, UnwrapError};
use base::{Rng, Secret};
use primitives::{Argon2Cost as Cost, Argon2Failure as Failure};

pub use primitives::Argon2Cost as PassphraseCost;

const MARK: &[u8; 8] = b"argon2id";
const SALT: usize = 16;

/// The first of RFC 9106's recommendations (§4) is for machines with 2 GiB to spare; a server that starts on a small one
/// takes a quarter of the second's many times over.
const COST: Cost = Cost { memory_kib: 256 << 10, passes: 3, lanes: 4 };
/// The dearest that is believed: more than RFC 9106 recommends to anybody. Who can write a store could name any.
const DEAREST: Cost = Cost { memory_kib: 2 << 20, passes: 16, lanes: 16 };

/// A passphrase.
pub struct PassphraseSeal {
    passphrase: Secret<Vec<u8>>,
    cost: Cost,
}

impl PassphraseSeal {
    /// A passphrase is at least this long, in bytes.
    pub const MIN_BYTES: usize = 12;

    /// Takes a passphrase; `None` if it is too short to keep anything.
    pub fn new(passphrase: Secret<Vec<u8>>) -> Option<Self> {
        (passphrase.expose().len() >= Self::MIN_BYTES).then_some(Self { passphrase, cost: COST })
    }

    /// With another cost of new seals.
    pub fn with_cost(self, cost: PassphraseCost) -> Self {
        Self { cost, ..self }
    }

    fn key(&self, cost: Cost, salt: &[u8; SALT]) -> Result<SealKey, Failure> {
        let mut key = Secret::new([0; 32]);
        primitives::argon2id(self.passphrase.expose(), salt, cost, key.expose_mut())?;
        Ok(SealKey::new(key.expose()))
    }
}

impl RootSeal for PassphraseSeal {
    fn name(&self) -> String {
        "a passphrase".into()
    }

    fn locator(&self) -> String {
        "passphrase".into()
    }

    fn wrap(&self, root: &Secret<[u8; 32]>, rng: &dyn Rng) -> Result<Vec<u8>, String> {
        let mut salt = [0; SALT];
        rng.fill(&mut salt);
        let numbers = [self.cost.memory_kib, self.cost.passes, self.cost.lanes].map(u32::to_be_bytes);
        let key = self.key(self.cost, &salt).map_err(|failure| match failure {
            Failure::Cost => "Argon2id takes no such cost".into(),
            Failure::Memory => short_of(self.cost),
        })?;
        Ok([&MARK[..], numbers.as_flattened(), &salt, &key.wrap(root, rng)].concat())
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, UnwrapError> {
        let rest = wrapped.strip_prefix(MARK).ok_or(UnwrapError::WrongSeal)?;
        let read = || {
            let (numbers, rest) = rest.split_first_chunk::<12>()?;
            let (salt, rest) = rest.split_first_chunk::<SALT>()?;
            let mut numbers = numbers.as_chunks::<4>().0.iter().copied().map(u32::from_be_bytes);
            let cost = Cost { memory_kib: numbers.next()?, passes: numbers.next()?, lanes: numbers.next()? };
            let is_believed =
                cost.memory_kib <= DEAREST.memory_kib && cost.passes <= DEAREST.passes && cost.lanes <= DEAREST.lanes;
            is_believed.then_some((cost, salt, rest))
        };
        let (cost, salt, rest) = read().ok_or(UnwrapError::Damaged)?;
        self.key(cost, salt).map_err(|failure| refused(failure, cost))?.unwrap(rest)
    }
}

fn refused(failure: Failure, cost: Cost) -> UnwrapError {
    match failure {
        Failure::Cost => UnwrapError::Damaged,
        Failure::Memory => UnwrapError::Unavailable(short_of(cost)),
    }
}

fn short_of(cost: Cost) -> String {
    format!("it takes {} MiB of memory, which could not be had", cost.memory_kib.div_ceil(1 << 10))
}

#[cfg(test)]
mod tests {
    use super::*;
    use primitives::SystemRng;

    const CHEAP: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

    fn seal(passphrase: &str) -> PassphraseSeal {
        PassphraseSeal::new(Secret::new(passphrase.as_bytes().to_vec())).unwrap().with_cost(CHEAP)
    }

    #[test]
    fn only_the_same_passphrase_opens_and_damage_is_told_from_it() {
        let wrapped = seal("correct horse battery").wrap(&Secret::new([7; 32]), &SystemRng).unwrap();
        assert!(seal("correct horse battery").unwrap(&wrapped).is_ok_and(|root| *root.expose() == [7; 32]));
        assert_eq!(seal("correct horse batterY").unwrap(&wrapped).err(), Some(UnwrapError::WrongSeal));
        for position in 0..wrapped.len() {
            let mut bad = wrapped.clone();
            bad[position] ^= 1;
            assert!(seal("correct horse battery").unwrap(&bad).is_err(), "byte {position}");
        }
        for length in 0..wrapped.len() {
            assert!(seal("correct horse battery").unwrap(&wrapped[..length]).is_err());
        }
    }

    #[test]
    fn a_cost_beyond_belief_costs_nothing() {
        let mut wrapped = seal("correct horse battery").wrap(&Secret::new([7; 32]), &SystemRng).unwrap();
        for place in [8, 12, 16] {
            let kept = wrapped.clone();
            wrapped[place] = 0xff;
            assert_eq!(seal("correct horse battery").unwrap(&wrapped).err(), Some(UnwrapError::Damaged));
            wrapped = kept;
        }
    }

    #[test]
    fn too_little_memory_is_told_and_not_taken_for_damage() {
        let told = "it takes 256 MiB of memory, which could not be had".to_owned();
        assert_eq!(refused(Failure::Memory, COST), UnwrapError::Unavailable(told));
        assert_eq!(refused(Failure::Cost, COST), UnwrapError::Damaged);
    }

    #[test]
    fn a_short_passphrase_is_none() {
        assert!(PassphraseSeal::new(Secret::new(vec![b'x'; 11])).is_none());
    }
}
