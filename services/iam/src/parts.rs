//! Texts that are too long for one record: metadata of SAML providers, chains of certificates.
//!
//! Guarantee: a text that is replaced leaves no part behind.

use kernel::{Ctx, Result};
use serde::{Deserialize, Serialize};
use store::{Key, Record};

/// Bytes of a part; a record holds a mebibyte at most.
const PART: usize = 256 << 10;

/// Parts of a text: more than a request can bring.
const MAX_PARTS: usize = 64;

#[derive(Serialize, Deserialize)]
struct Part(String);

impl Record for Part {
    const VERSION: u8 = 1;
}

/// Stores a text below `place`, in the stead of the one that is there.
pub(crate) fn put(ctx: &mut Ctx<'_>, place: &Key, text: &str) -> Result<()> {
    delete(ctx, place)?;
    let mut rest = text;
    for number in 0.. {
        let mut end = rest.len().min(PART);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (part, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        ctx.put(&place.clone().number(number), &Part(part.to_owned()))?;
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    Ok(())
}

/// The text below `place`; empty if there is none.
pub(crate) fn get(ctx: &mut Ctx<'_>, place: &Key) -> Result<String> {
    Ok(all(ctx, place)?.into_iter().map(|(_, Part(part))| part).collect())
}

/// Removes the text below `place`.
pub(crate) fn delete(ctx: &mut Ctx<'_>, place: &Key) -> Result<()> {
    for (part, _) in all(ctx, place)? {
        ctx.delete(&part)?;
    }
    Ok(())
}

fn all(ctx: &mut Ctx<'_>, place: &Key) -> Result<Vec<(Key, Part)>> {
    ctx.scan(place, None, MAX_PARTS)
}
