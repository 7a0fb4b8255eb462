//! The format of a store's content as a whole, and whether it is complete.
//!
//! Guarantees: a store of a newer format is refused with words before anything of it is believed or changed, and so is
//! one whose restoring has not ended. Both notes are readable without a seal, and hold nothing secret.
//!
//! Layout of the format's note: format (4) ‖ the version of the program that wrote it. A store without one is of the
//! first format.

use crate::{Batch, Engine, Error, Key, Marker, ReadSet, Space};
use std::collections::BTreeMap;

/// The format that this program writes.
pub const FORMAT: u32 = 1;

/// Where the format's note lies.
pub fn format_path() -> Vec<u8> {
    Key::new(Space::system(), "store.format").as_bytes().to_vec()
}

/// What lies in a store for as long as it is being restored.
pub fn restoring_path() -> Vec<u8> {
    Key::new(Space::system(), "store.restoring").as_bytes().to_vec()
}

/// Refuses a store that is of a newer format or not whole.
pub fn check_format(engine: &dyn Engine) -> Result<(), Error> {
    let mut snapshot = engine.snapshot()?;
    if snapshot.get(&restoring_path())?.is_some() {
        return Err(Error::Unavailable("a restore into it has not ended: run `fastness restore` again".into()));
    }
    snapshot.get(&format_path())?.map_or(Ok(()), |note| judge_format(&note))
}

/// Refuses a note of a newer format.
pub fn judge_format(note: &[u8]) -> Result<(), Error> {
    let (format, writer) =
        note.split_first_chunk().ok_or_else(|| Error::Damaged("its format cannot be read".into()))?;
    let format = u32::from_be_bytes(*format);
    if (1..=FORMAT).contains(&format) {
        return Ok(());
    }
    Err(Error::Version(format!(
        "written by Fastness {} in format {format}, and this is {}, which knows formats up to {FORMAT}: downgrade is not \
         possible; restore the backup made before the upgrade, or use the newer version",
        String::from_utf8_lossy(writer).escape_default(),
        env!("CARGO_PKG_VERSION")
    )))
}

/// Notes the format in a store that has just been made.
pub fn note_format(engine: &dyn Engine, marker: Marker) -> Result<(), Error> {
    let path = format_path();
    let mut snapshot = engine.snapshot()?;
    if snapshot.get(&path)?.is_some() {
        return Ok(());
    }
    let note = [&FORMAT.to_be_bytes(), env!("CARGO_PKG_VERSION").as_bytes()].concat();
    let reads = ReadSet { points: [path.clone()].into(), ranges: Vec::new() };
    let batch = Batch { reads, writes: BTreeMap::from([(path, Some(note))]), marker };
    match snapshot.commit(batch).wait_blocking() {
        // Another node was first, or this may have been written: absence means the same.
        Ok(_) | Err(Error::Conflict | Error::Ambiguous) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;
    use base::Uuid;

    #[test]
    fn a_newer_format_is_refused_with_words_and_none_is_the_first() {
        let engine = Memory::new();
        assert_eq!(check_format(&engine), Ok(()));
        note_format(&engine, Marker(Uuid([1; 16]))).unwrap();
        assert_eq!(check_format(&engine), Ok(()));
        let note = [&(FORMAT + 1).to_be_bytes()[..], b"9.9.9"].concat();
        let writes = BTreeMap::from([(format_path(), Some(note))]);
        let batch = Batch { reads: ReadSet::default(), writes, marker: Marker(Uuid([2; 16])) };
        engine.snapshot().unwrap().commit(batch).wait_blocking().unwrap();
        let text = check_format(&engine).unwrap_err().to_string();
        assert!(text.contains("9.9.9") && text.contains("downgrade is not possible"), "{text}");
    }
}
