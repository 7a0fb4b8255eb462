//! A log as it is copied: while it is written, or as it lies in a directory that nobody uses.
//!
//! Guarantees: a copy ends with a record that is whole, and its mark stands there, so that it opens as a log; what is
//! appended later is not part of it. An outline is read without any key: it says what the files claim, and proves nothing.

use crate::frame::{HEADER, Hash, Head};
use crate::log::lock_directory;
use crate::{Error, mark, segment};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Where strangers' records lie in the log's directory.
pub(crate) const STRANGERS: &str = "strangers";
const MARK: &str = "mark";

/// What a log's directory held at one moment.
pub struct Copy {
    /// Where it stood; absent for a log that has no segment.
    pub head: Option<Head>,
    /// Names below the log's directory, and what belongs there.
    pub files: Vec<(String, Content)>,
    /// Keeps others out of a directory that no log has open.
    #[allow(dead_code, reason = "held, not read")]
    pub(crate) lock: Option<File>,
}

/// What a file of a copy holds.
pub enum Content {
    /// The first so many bytes of a file. The oldest may be gone by the time that they are read.
    Part(PathBuf, u64),
    /// These bytes.
    Bytes(Vec<u8>),
}

impl Copy {
    /// The log in a directory that nobody uses, kept so until this is dropped.
    pub fn of_directory(dir: &Path) -> Result<Self, Error> {
        let lock = lock_directory(dir)?;
        let mut files = Vec::new();
        for (dir, prefix) in [(dir.to_owned(), ""), (dir.join(STRANGERS), "strangers/")] {
            if !dir.exists() {
                continue;
            }
            for first in segment::list(&dir)? {
                let path = segment::path(&dir, first);
                let length = fs::metadata(&path).map_err(|error| Error::io(&path, &error))?.len();
                files.push((format!("{prefix}{}", name(first)), Content::Part(path, length)));
            }
            let path = dir.join(MARK);
            if let Ok(bytes) = fs::read(&path) {
                files.push((format!("{prefix}{MARK}"), Content::Bytes(bytes)));
            }
        }
        Ok(Self { head: outline(dir)?, files, lock: Some(lock) })
    }

    /// Adds a chain: its segments, newest first, and its mark.
    pub(crate) fn add(&mut self, prefix: &str, dir: &Path, segments: Vec<(u64, u64)>, mark: Vec<u8>) {
        for (first, length) in segments.into_iter().rev() {
            let content = Content::Part(segment::path(dir, first), length);
            self.files.push((format!("{prefix}{}", name(first)), content));
        }
        self.files.push((format!("{prefix}{}", mark::NAME), Content::Bytes(mark)));
    }
}

fn name(first: u64) -> String {
    let path = segment::path(Path::new(""), first);
    path.to_string_lossy().into_owned()
}

/// Where the log in a directory says that it ends; `None` when it has no segment.
pub fn outline(dir: &Path) -> Result<Option<Head>, Error> {
    if !dir.exists() {
        return Ok(None);
    }
    let Some(newest) = segment::list(dir)?.pop() else { return Ok(None) };
    let mut head = None;
    walk(&segment::load(dir, newest)?, |next, hash| head = Some(Head { next, hash }));
    Ok(head)
}

/// Whether the log in a directory, as it says itself, once stood there.
pub fn passed(dir: &Path, head: &Head) -> Result<bool, Error> {
    for first in segment::list(dir)?.into_iter().rev().skip_while(|first| *first > head.next) {
        let mut met = false;
        walk(&segment::load(dir, first)?, |next, hash| met |= next == head.next && hash == head.hash);
        if met || first < head.next {
            return Ok(met);
        }
    }
    Ok(false)
}

/// Tells where the chain stands at the beginning of a segment and after each of its records; where the last of them ends.
pub(crate) fn walk(bytes: &[u8], mut each: impl FnMut(u64, Hash)) -> usize {
    let mut whole = 0;
    let _ = follow(bytes, &mut whole, &mut each);
    whole
}

/// Ends with the first thing that is no record.
fn follow(bytes: &[u8], whole: &mut usize, each: &mut impl FnMut(u64, Hash)) -> Option<()> {
    let first = u64::from_be_bytes(*bytes.get(12..20)?.first_chunk()?);
    each(first, *bytes.get(20..52)?.first_chunk()?);
    each(first, *bytes.get(HEADER - 32..HEADER)?.first_chunk()?);
    *whole = HEADER;
    let mut number = first;
    loop {
        let rest = bytes.get(*whole..)?;
        let length = u32::from_be_bytes(*rest.first_chunk()?) as usize;
        let frame = rest.get(4..4 + length)?;
        let (sequence, _) = frame.split_first_chunk()?;
        if u64::from_be_bytes(*sequence) != number {
            return None;
        }
        let hash = *frame.last_chunk()?;
        number += 1;
        *whole += 4 + length;
        each(number, hash);
    }
}
