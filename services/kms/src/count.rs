//! How many keys an account has in a Region.
//!
//! One counter would make every two CreateKey calls of an account conflict, and counting the keys would read them all.
//! So the count is kept in [`PARTS`] parts, told by the key's id, and a call touches one of them. Guarantees: no key is
//! made when the parts together have reached the quota, unless this key's part is far below its share of it, which at
//! the quota happens about once in a million keys.

use crate::error;
use crate::keyid::KeyId;
use crate::quotas::KEYS;
use crate::records::{CountRecord, Records};
use base::Scope;
use kernel::{Ctx, Result};

/// Parts of the count.
const PARTS: u64 = 256;

/// A part below this share of the quota, in thousandths, leaves no doubt that the quota is not reached: at AWS's quota a
/// part has 391 keys on average, with a standard deviation of 20.
const UNDOUBTED: u64 = 3;

/// Refuses a new key if the quota is used up.
pub(crate) fn check(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId) -> Result<()> {
    let most = ctx.limit_of(scope, &KEYS);
    let CountRecord(mine) = ctx.get(&CountRecord::key(scope, part(id)))?.unwrap_or_default();
    if mine < most * UNDOUBTED / 1_000 {
        return Ok(());
    }
    let parts: Vec<(_, CountRecord)> = ctx.scan(&CountRecord::all(scope), None, PARTS as usize)?;
    let all: u64 = parts.iter().map(|(_, CountRecord(count))| count).sum();
    if all < most {
        return Ok(());
    }
    Err(error::limit_exceeded(format!("You have reached the quota of {most} KMS keys.")).into())
}

/// Counts a new key.
pub(crate) fn add<T: Records>(records: &mut T, scope: Scope, id: &KeyId) -> std::result::Result<(), T::Error> {
    let place = CountRecord::key(scope, part(id));
    let CountRecord(mine) = records.get(&place)?.unwrap_or_default();
    records.put(&place, &CountRecord(mine.saturating_add(1)))
}

/// Counts a key that is gone.
pub(crate) fn subtract(ctx: &mut Ctx<'_>, scope: Scope, id: &KeyId) -> Result<()> {
    let place = CountRecord::key(scope, part(id));
    let CountRecord(mine) = ctx.get(&place)?.unwrap_or_default();
    ctx.put(&place, &CountRecord(mine.saturating_sub(1)))
}

/// FNV-1a over the id: seeded ids need not be random.
fn part(id: &KeyId) -> u64 {
    let hash = id
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    (hash >> 32) % PARTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;

    #[test]
    fn drawn_and_numbered_ids_spread_over_the_parts_well_enough_for_the_doubt_to_be_rare() {
        let rng = SeededRng::new(3);
        let numbered = |n: u64| KeyId::parse(&format!("{n:08x}-0000-4000-8000-000000000000")).unwrap();
        for draw in [&(|_| KeyId::random(&rng)) as &dyn Fn(u64) -> KeyId, &numbered] {
            let mut parts = vec![0_u64; PARTS as usize];
            for n in 0..KEYS.default {
                parts[part(&draw(n)) as usize] += 1;
            }
            assert!(parts.iter().all(|count| *count >= KEYS.default * UNDOUBTED / 1_000), "{:?}", parts.iter().min());
        }
    }
}
