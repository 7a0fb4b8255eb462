//! The mark: how far the chain is known to be on disk.
//!
//! A file beside the segments, sealed, rewritten in place after each sync. What lies before it was synced, so a break
//! there is damage; a break beyond it is what a crash leaves of a write that was under way, and may be cut off.
//!
//! Guarantees: the mark never runs ahead of what was synced. It may fall behind in a power cut, which only widens what
//! is taken for an unfinished tail. It is smaller than a disk's sector, so it is old or new, never torn.

use crate::Error;
use crate::frame::Hash;
use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use store::{Key, Seal, Space};

pub(crate) const NAME: &str = "mark";
const PLAIN: usize = 8 + 8 + 8 + 32;

/// A place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The first number of the segment.
    pub(crate) segment: u64,
    /// Where in the segment the last record before the mark ends.
    pub(crate) offset: u64,
    /// The number of the record that comes next.
    pub(crate) next: u64,
    /// The chain's value here.
    pub(crate) hash: Hash,
}

/// The file that holds the mark.
pub(crate) struct MarkFile {
    file: File,
    path: PathBuf,
}

impl MarkFile {
    /// Makes or opens the file in `dir`.
    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        Self::at(&dir.join(NAME))
    }

    /// Makes or opens the file at `path`.
    pub(crate) fn at(path: &Path) -> Result<Self, Error> {
        let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path);
        Ok(Self { file: file.map_err(|error| Error::io(path, &error))?, path: path.into() })
    }

    /// Writes `mark`, in place.
    pub(crate) fn write(&self, seal: &dyn Seal, mark: &Mark) -> Result<(), Error> {
        let sealed = sealed(seal, mark)?;
        self.file.write_all_at(&sealed, 0).map_err(|error| Error::io(&self.path, &error))
    }

    /// Makes the mark itself durable.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        self.file.sync_all().map_err(|error| Error::io(&self.path, &error))
    }
}

/// A mark as it lies in its file.
pub(crate) fn sealed(seal: &dyn Seal, mark: &Mark) -> Result<Vec<u8>, Error> {
    let mut plain = Vec::with_capacity(PLAIN);
    plain.extend_from_slice(&mark.segment.to_be_bytes());
    plain.extend_from_slice(&mark.offset.to_be_bytes());
    plain.extend_from_slice(&mark.next.to_be_bytes());
    plain.extend_from_slice(&mark.hash);
    seal.seal(seal_key().as_bytes(), &plain).map_err(|error| Error::Seal(error.to_string()))
}

/// Reads the mark in `dir`; `None` if there is no such file or nothing was ever written to it.
pub(crate) fn read(dir: &Path, seal: &dyn Seal) -> Result<Option<Mark>, Error> {
    let path = dir.join(NAME);
    let sealed = match std::fs::read(&path) {
        Ok(sealed) if !sealed.is_empty() => sealed,
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io(&path, &error)),
    };
    opened(&path, seal, &sealed).map(Some)
}

/// The mark in the bytes of a file.
pub(crate) fn opened(path: &Path, seal: &dyn Seal, sealed: &[u8]) -> Result<Mark, Error> {
    let damaged = |what: &str| Error::Damaged(format!("{}: {what}", path.display()));
    let plain = seal.open(seal_key().as_bytes(), sealed).map_err(|_| damaged("it does not open under this seal"))?;
    parse(plain.expose()).ok_or_else(|| damaged("it is not a mark"))
}

fn parse(plain: &[u8]) -> Option<Mark> {
    let (segment, rest) = plain.split_first_chunk()?;
    let (offset, rest) = rest.split_first_chunk()?;
    let (next, rest) = rest.split_first_chunk()?;
    let number = |bytes: &[u8; 8]| u64::from_be_bytes(*bytes);
    Some(Mark { segment: number(segment), offset: number(offset), next: number(next), hash: rest.try_into().ok()? })
}

/// What the mark is sealed to.
fn seal_key() -> Key {
    Key::new(Space::system(), "audit.mark")
}
