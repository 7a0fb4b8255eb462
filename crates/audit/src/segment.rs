//! Segments: the files of a chain, each named by the number of its first record.
//!
//! Guarantees: a segment exists under its name only with its whole header on disk; reading one checks every link.

use crate::Error;
use crate::frame::{self, Broken, Frame, HEADER, Hash, Header};
use base::Uuid;
use primitives::HmacKey;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

const SUFFIX: &str = ".segment";

/// A segment after reading it through.
pub(crate) struct Segment {
    pub(crate) header: Header,
    /// The event ids in order.
    pub(crate) ids: Vec<Uuid>,
    /// The chain's value after the last whole record.
    pub(crate) hash: Hash,
    /// Where the last whole record ends.
    pub(crate) whole: u64,
    /// Bytes of the file.
    pub(crate) length: u64,
    /// Why reading stopped before the end of the file, if it did for another reason than that only room follows.
    pub(crate) broken: Option<Broken>,
}

impl Segment {
    /// The number of the record that comes after this segment's last.
    pub(crate) fn next(&self) -> u64 {
        self.header.first + self.ids.len() as u64
    }

    /// What makes a segment damaged that others follow, and in which nothing may lie behind the last record.
    pub(crate) fn unfinished(&self) -> Option<Broken> {
        let room = (self.whole < self.length).then_some(Broken("something follows its last record"));
        self.broken.or(room)
    }
}

/// The file of the segment that begins with record `first`. Names sort as numbers do.
pub(crate) fn path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:020}{SUFFIX}"))
}

/// The first number that a segment's name tells.
pub(crate) fn first(path: &Path) -> Option<u64> {
    let digits = path.file_name()?.to_str()?.strip_suffix(SUFFIX).filter(|digits| digits.len() == 20)?;
    digits.parse().ok()
}

/// The first numbers of the segments in `dir`, ascending.
pub(crate) fn list(dir: &Path) -> Result<Vec<u64>, Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(|error| Error::io(dir, &error))? {
        found.extend(first(&entry.map_err(|error| Error::io(dir, &error))?.path()));
    }
    found.sort_unstable();
    Ok(found)
}

/// Makes a new segment with its header, durably, and opens it for writing.
pub(crate) fn create(dir: &Path, key: &HmacKey, first: u64, previous: &Hash) -> Result<(File, Header), Error> {
    let (bytes, header) = frame::write_header(key, first, previous);
    let (draft, path) = (dir.join("segment.new"), path(dir, first));
    let make = || {
        let mut file = File::create(&draft)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&draft, &path)
    };
    make().map_err(|error| Error::io(&path, &error))?;
    // Now the segment is there: a failure is none that left everything as it was, even if it is for want of space.
    let open = || {
        sync_directory(dir)?;
        OpenOptions::new().write(true).open(&path)
    };
    let file = open().map_err(|error| Error::Io(format!("{}: {error}", path.display())))?;
    Ok((file, header))
}

/// Makes what was created, renamed or removed in `dir` durable.
pub(crate) fn sync_directory(dir: &Path) -> std::io::Result<()> {
    File::open(dir)?.sync_all()
}

/// The bytes of a segment.
pub(crate) fn load(dir: &Path, first: u64) -> Result<Vec<u8>, Error> {
    let path = path(dir, first);
    fs::read(&path).map_err(|error| Error::io(&path, &error))
}

/// Reads a segment through, up to its end, to the room behind its last record or to what does not continue the chain.
pub(crate) fn scan<'a>(bytes: &'a [u8], key: &HmacKey, mut each: impl FnMut(&Frame<'a>)) -> Result<Segment, Broken> {
    let header = frame::read_header(key, bytes)?;
    let mut segment = Segment {
        header,
        ids: Vec::new(),
        hash: header.hash,
        whole: HEADER as u64,
        length: bytes.len() as u64,
        broken: None,
    };
    let mut rest = bytes.get(HEADER..).unwrap_or_default();
    while !rest.is_empty() {
        match frame::read(rest, key, &segment.hash, segment.next()) {
            Ok(frame) => {
                segment.ids.push(frame.id);
                segment.hash = frame.hash;
                segment.whole += frame.size as u64;
                rest = rest.get(frame.size..).unwrap_or_default();
                each(&frame);
            }
            Err(broken) => {
                segment.broken = Some(broken).filter(|_| rest.iter().any(|byte| *byte != 0));
                break;
            }
        }
    }
    Ok(segment)
}
