//! How many keys an account has in a Region.
//!
//! One counter would make every two CreateKey calls of an account conflict, and counting the keys would read them all.
//! So the count is kept in [`PARTS`] parts, by the last digits of the random key id, and a call touches one of them.
//! Guarantees: no key is made when the parts together have reached the quota, unless this key's part is far below its
//! share of it, which at the quota happens about once in a million keys.

use crate::error;
use crate::keyid::KeyId;
use crate::quotas::MAX_KEYS;
use crate::records::CountRecord;
use base::Scope;
use kernel::{Ctx, Result};

/// Parts of the count: one for each value of the last two digits of an id.
const PARTS: u64 = 256;

/// A part below this leaves no doubt that the quota is not reached: at the quota a part has 391 keys on average, with
/// a standard deviation of 20.
const UNDOUBTED: u64 = 300;

/// Counts a new key, or refuses it if the quota is used up.
pub(crate) fn add(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId) -> Result<()> {
    let place = CountRecord::key(scope, part(id));
    let CountRecord(mine) = ctx.get(&place)?.unwrap_or_default();
    if mine >= UNDOUBTED {
        let parts: Vec<(_, CountRecord)> = ctx.scan(&CountRecord::all(scope), None, PARTS as usize)?;
        if parts.iter().map(|(_, CountRecord(count))| count).sum::<u64>() >= MAX_KEYS {
            return Err(error::limit_exceeded(format!("You have reached the quota of {MAX_KEYS} KMS keys.")).into());
        }
    }
    ctx.put(&place, &CountRecord(mine + 1))
}

/// Counts a key that is gone.
pub(crate) fn subtract(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId) -> Result<()> {
    let place = CountRecord::key(scope, part(id));
    let CountRecord(mine) = ctx.get(&place)?.unwrap_or_default();
    ctx.put(&place, &CountRecord(mine.saturating_sub(1)))
}

/// The part that counts a key.
pub(crate) fn part(id: &KeyId) -> u64 {
    let text = id.as_str();
    let digits = text.len().checked_sub(2).and_then(|start| text.get(start..)).unwrap_or("0");
    u64::from_str_radix(digits, 16).unwrap_or(0) % PARTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;

    #[test]
    fn ids_spread_over_the_parts_well_enough_for_the_doubt_to_be_rare() {
        let rng = SeededRng::new(3);
        let mut parts = vec![0_u64; PARTS as usize];
        for _ in 0..MAX_KEYS {
            parts[part(&KeyId::random(&rng)) as usize] += 1;
        }
        assert!(parts.iter().all(|count| *count >= UNDOUBTED), "{:?}", parts.iter().min());
    }
}
