//! A file that can be opened as a database without a byte of it changing.
//!
//! Opening repairs what a crash left, so it writes. Guarantees: here everything written stays in memory and is gone with
//! the backend; what is read is what was written, and the file's bytes where nothing was.

use super::medium::{FileMedium, Medium};
use crate::Error;
use ::redb::StorageBackend;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Bytes are kept in blocks of this size.
const BLOCK: usize = 4096;

/// A file as a medium that nothing reaches.
pub(super) struct UntouchedMedium(FileMedium);

impl UntouchedMedium {
    pub(super) fn new(path: &Path) -> Self {
        Self(FileMedium::new(path))
    }
}

impl Medium for UntouchedMedium {
    fn backend(&self) -> Result<Box<dyn StorageBackend>, Error> {
        let (file, length) = self.0.open_to_read()?;
        Ok(Box::new(Untouched { file, changes: Mutex::new(Changes { length, blocks: BTreeMap::new() }) }))
    }

    fn name(&self) -> String {
        self.0.name()
    }
}

#[derive(Debug)]
struct Untouched {
    file: File,
    changes: Mutex<Changes>,
}

#[derive(Debug)]
struct Changes {
    length: u64,
    /// By number. What lies beyond the file's end reads as zeros.
    blocks: BTreeMap<u64, Vec<u8>>,
}

impl Untouched {
    fn with<T>(&self, body: impl FnOnce(&mut Changes) -> T) -> T {
        body(&mut self.changes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The file's own bytes of a block.
    fn original(&self, number: u64) -> io::Result<Vec<u8>> {
        let (mut block, mut filled) = (vec![0; BLOCK], 0);
        while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, number * BLOCK as u64 + filled as u64)? {
                0 => break,
                count => filled += count,
            }
        }
        Ok(block)
    }
}

/// The parts of so many bytes from `offset` on that lie in one block each: its number, and where in it the part begins.
fn parts(offset: u64, length: usize) -> impl Iterator<Item = (u64, usize, usize)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let at = offset + done as u64;
        let start = (at % BLOCK as u64) as usize;
        let count = (length - done).min(BLOCK - start);
        done += count;
        (count > 0).then_some((at / BLOCK as u64, start, count))
    })
}

impl StorageBackend for Untouched {
    fn len(&self) -> io::Result<u64> {
        Ok(self.with(|changes| changes.length))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.with(|changes| {
            if offset + out.len() as u64 > changes.length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let length = out.len();
            let mut rest = out;
            for (number, start, count) in parts(offset, length) {
                let (part, after) = std::mem::take(&mut rest).split_at_mut(count);
                rest = after;
                let original;
                let block = match changes.blocks.get(&number) {
                    Some(block) => block,
                    None => {
                        original = self.original(number)?;
                        &original
                    }
                };
                part.copy_from_slice(block.get(start..start + count).ok_or(io::ErrorKind::UnexpectedEof)?);
            }
            Ok(())
        })
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.with(|changes| {
            // What is cut off must not come back when the file grows again.
            for (number, start, count) in parts(len, changes.length.saturating_sub(len) as usize) {
                self.block(changes, number)?.get_mut(start..start + count).into_iter().for_each(|part| part.fill(0));
            }
            changes.length = len;
            Ok(())
        })
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.with(|changes| {
            let mut rest = data;
            for (number, start, count) in parts(offset, data.len()) {
                let (part, after) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                rest = after;
                if let Some(target) = self.block(changes, number)?.get_mut(start..start + count) {
                    target.copy_from_slice(part);
                }
            }
            Ok(())
        })
    }
}

impl Untouched {
    /// A block, to be changed.
    fn block<'c>(&self, changes: &'c mut Changes, number: u64) -> io::Result<&'c mut Vec<u8>> {
        use std::collections::btree_map::Entry;
        match changes.blocks.entry(number) {
            Entry::Occupied(block) => Ok(block.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(self.original(number)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_the_file_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        let bytes = (0..10_000_u32).map(|number| number as u8).collect::<Vec<_>>();
        std::fs::write(&path, &bytes).unwrap();
        let backend = UntouchedMedium::new(&path).backend().unwrap();
        let read = |offset: usize, length: usize| {
            let mut out = vec![0; length];
            backend.read(offset as u64, &mut out).map(|()| out)
        };
        assert_eq!(read(0, 10_000).unwrap(), bytes);
        backend.write(4_000, &[7; 5_000]).unwrap();
        backend.set_len(20_000).unwrap();
        let mut expected = bytes.clone();
        expected[4_000..9_000].fill(7);
        expected.resize(20_000, 0);
        assert_eq!(read(0, 20_000).unwrap(), expected);
        assert!(read(19_999, 2).is_err());
        backend.set_len(5_000).unwrap();
        backend.set_len(9_000).unwrap();
        assert_eq!(read(4_999, 3).unwrap(), [7, 0, 0], "what was cut off is gone");
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
}
