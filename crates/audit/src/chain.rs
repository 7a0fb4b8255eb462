//! A chain of segments in a directory: opening it after whatever happened, and appending to it.
//!
//! Records are staged, many together, and written with one call of the operating system.
//!
//! Guarantees: opening cuts off at most what lies beyond both the mark and the last whole record of the newest segment,
//! the remains of a write that was under way; any other difference is damage, and then nothing is changed. What is
//! staged is with the operating system once [`Chain::flush`] has returned, all of it or nothing; until then the chain
//! says nothing of it. A closed segment is on disk before its successor exists.

use crate::copy::Copy;
use crate::frame::{self, Broken, GENESIS, HEADER, Hash, Head};
use crate::index::Index;
use crate::mark::{self, Mark, MarkFile};
use crate::reserve::Reserve;
use crate::segment::{self, Segment};
use crate::{Error, error};
use base::Uuid;
use primitives::HmacKey;
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Seal;

/// By how much the file grows at once.
const ROOM_BYTES: usize = 32 << 10;

/// How large a chain may grow.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// A segment beyond this is followed by a new one.
    pub(crate) segment_bytes: u64,
    /// The oldest segments go when all together have more than this.
    pub(crate) retain_bytes: u64,
}

pub(crate) struct Chain {
    dir: PathBuf,
    limits: Limits,
    seal: Arc<dyn Seal>,
    key: Arc<HmacKey>,
    reserve: Arc<Reserve>,
    mark: Arc<MarkFile>,
    /// Closed segments, oldest first: first number and bytes.
    closed: VecDeque<(u64, u64)>,
    /// The first number of the segment that is written.
    first: u64,
    file: Arc<File>,
    length: u64,
    /// Where the file ends: with the last record, or behind room for more.
    end: u64,
    next: u64,
    hash: Hash,
    index: Index,
    staged: Staging,
}

/// Records that follow the chain but are not written yet.
#[derive(Default)]
struct Staging {
    frames: Vec<u8>,
    ids: Vec<Uuid>,
    /// The chain's value behind them.
    hash: Hash,
}

/// What is to be synced, taken at one moment.
pub(crate) struct Position {
    file: Arc<File>,
    mark_file: Arc<MarkFile>,
    seal: Arc<dyn Seal>,
    mark: Mark,
}

impl Chain {
    /// Opens the chain in `dir`, or begins one.
    pub(crate) fn open(
        dir: &Path,
        seal: Arc<dyn Seal>,
        key: HmacKey,
        limits: Limits,
        reserve: Arc<Reserve>,
    ) -> Result<Self, Error> {
        fs::create_dir_all(dir).map_err(|error| Error::io(dir, &error))?;
        let mark = mark::read(dir, &*seal)?;
        let mut firsts = segment::list(dir)?;
        if firsts.is_empty() {
            if mark.is_some() {
                return Err(damaged(dir, "all segments are missing"));
            }
            segment::create(dir, &key, 0, &GENESIS)?;
            firsts.push(0);
        }
        let newest = firsts.pop().unwrap_or_default();
        let read = |first| scan(dir, &key, first, mark);
        let before = firsts.last().map(|first| read(*first)).transpose()?;
        let last = read(newest)?;
        check_links(dir, before.as_ref().map(|(before, _)| before), &last.0)?;
        check_mark(dir, mark, newest, before.as_ref(), &last)?;
        let (before, last) = (before.map(|(before, _)| before), last.0);

        let path = segment::path(dir, newest);
        let file = OpenOptions::new().write(true).open(&path).map_err(|error| Error::io(&path, &error))?;
        cut_tail(&file, &path, &last)?;
        let mut index = Index::default();
        before.iter().flat_map(|segment| &segment.ids).for_each(|id| index.insert(*id));
        index.turn();
        last.ids.iter().for_each(|id| index.insert(*id));
        let chain = Self {
            dir: dir.into(),
            limits,
            seal,
            key: Arc::new(key),
            reserve,
            mark: Arc::new(MarkFile::open(dir)?),
            closed: sizes(dir, &firsts)?,
            first: newest,
            file: Arc::new(file),
            length: last.whole,
            end: last.whole,
            next: last.next(),
            hash: last.hash,
            index,
            staged: Staging::default(),
        };
        chain.position().sync_with_mark()?;
        segment::sync_directory(dir).map_err(|error| Error::io(dir, &error))?;
        Ok(chain)
    }

    /// Puts a record behind those that are staged.
    pub(crate) fn stage(&mut self, id: Uuid, sealed: &[u8]) {
        let staged = &mut self.staged;
        let (before, seq) = if staged.ids.is_empty() {
            (self.hash, self.next)
        } else {
            (staged.hash, self.next + staged.ids.len() as u64)
        };
        staged.hash = frame::write(&mut staged.frames, &self.key, &before, seq, id, sealed);
        staged.ids.push(id);
    }

    /// Bytes that are staged.
    pub(crate) fn staged_bytes(&self) -> usize {
        self.staged.frames.len()
    }

    /// Whether the segment is as long as it should become, so that the next record belongs into another.
    pub(crate) fn is_long(&self) -> bool {
        self.length + self.staged.frames.len() as u64 >= self.limits.segment_bytes
    }

    /// Writes what is staged. After [`Error::Full`] the chain is as it was before that; after any other error it must not
    /// be used. Nothing is staged any more in either case.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        if self.staged.ids.is_empty() {
            return Ok(());
        }
        let outcome = self.write_staged();
        if outcome.is_ok() {
            self.length += self.staged.frames.len() as u64;
            self.end = self.end.max(self.length);
            self.hash = self.staged.hash;
            self.next += self.staged.ids.len() as u64;
            self.staged.ids.drain(..).for_each(|id| self.index.insert(id));
        }
        self.staged.ids.clear();
        self.staged.frames.clear();
        outcome
    }

    fn write_staged(&mut self) -> Result<(), Error> {
        self.make_room()?;
        let out = At { file: &self.file, offset: self.length };
        if let Err(error) = write_whole(out, &self.staged.frames, || self.reserve.release()) {
            // Part of it may be there. If that cannot be undone, the next record would follow rubbish.
            let path = segment::path(&self.dir, self.first);
            self.trim().map_err(|undo| Error::Io(format!("{}: {error}, then {undo}", path.display())))?;
            return Err(Error::io(&path, &error));
        }
        Ok(())
    }

    /// Whether the id is among the newest two segments.
    pub(crate) fn contains(&self, id: &Uuid) -> bool {
        self.index.contains(id)
    }

    pub(crate) fn head(&self) -> Head {
        Head { next: self.next, hash: self.hash }
    }

    /// Where the chain stands, to be synced without holding up who appends.
    /// Bytes of all segments that are kept.
    pub(crate) fn bytes(&self) -> u64 {
        self.closed.iter().map(|(_, bytes)| bytes).sum::<u64>() + self.length
    }

    pub(crate) fn position(&self) -> Position {
        Position {
            file: self.file.clone(),
            mark_file: self.mark.clone(),
            seal: self.seal.clone(),
            mark: Mark { segment: self.first, offset: self.length, next: self.next, hash: self.hash },
        }
    }

    /// Adds what is written so far to a copy.
    pub(crate) fn copy(&self, copy: &mut Copy, prefix: &str) -> Result<(), Error> {
        let (dir, _, segments) = self.segments();
        let mark = mark::sealed(&*self.seal, &self.position().mark)?;
        copy.add(prefix, &dir, segments, mark);
        Ok(())
    }

    /// The segments' first numbers and lengths, newest first, with the directory they lie in and the key to read them.
    pub(crate) fn segments(&self) -> (PathBuf, Arc<HmacKey>, Vec<(u64, u64)>) {
        let newest = (self.first, self.length);
        (self.dir.clone(), self.key.clone(), std::iter::once(newest).chain(self.closed.iter().rev().copied()).collect())
    }

    /// Sees to it that what is staged falls on blocks that the file system has at hand: it writes such twice as
    /// fast as a file that grows record by record.
    fn make_room(&mut self) -> Result<(), Error> {
        static ROOM: [u8; ROOM_BYTES] = [0; ROOM_BYTES];
        if self.length + self.staged.frames.len() as u64 <= self.end {
            return Ok(());
        }
        match write_whole(At { file: &self.file, offset: self.end }, &ROOM, || false) {
            Ok(()) => self.end += ROOM_BYTES as u64,
            // It may still fit without.
            Err(_) => self.trim().map_err(|error| Error::io(&segment::path(&self.dir, self.first), &error))?,
        }
        Ok(())
    }

    /// Ends the file with its last record.
    fn trim(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.end = self.length;
        Ok(())
    }

    /// Ends the file with its last record, durably: there will be no more.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        let mut finish = || {
            self.trim()?;
            self.file.sync_all()
        };
        finish().map_err(|error| Error::io(&segment::path(&self.dir, self.first), &error))
    }

    /// Closes the segment, with nothing staged, and begins the next.
    pub(crate) fn turn(&mut self) -> Result<(), Error> {
        self.position().sync()?;
        self.finish()?;
        let (file, header) = match segment::create(&self.dir, &self.key, self.next, &self.hash) {
            // The segment's size is a target, not a limit: while the disk is full the old one is continued.
            Err(Error::Full) => return Ok(()),
            made => made?,
        };
        self.closed.push_back((self.first, self.length));
        self.first = self.next;
        self.file = Arc::new(file);
        self.length = HEADER as u64;
        self.end = self.length;
        self.hash = header.hash;
        self.index.turn();
        self.position().sync()?;
        self.retire();
        Ok(())
    }

    /// Removes the oldest segments beyond what is to be retained; the newest closed one always stays.
    fn retire(&mut self) {
        let mut total: u64 = self.closed.iter().map(|(_, length)| length).sum();
        while total + self.limits.segment_bytes > self.limits.retain_bytes && self.closed.len() > 1 {
            let Some((first, length)) = self.closed.pop_front() else { return };
            total -= length;
            let path = segment::path(&self.dir, first);
            match fs::remove_file(&path) {
                Ok(()) => tracing::info!(path = %path.display(), "removed an audit segment beyond the retained size"),
                Err(error) => tracing::warn!(path = %path.display(), %error, "an audit segment cannot be removed"),
            }
        }
    }
}

impl Position {
    /// Brings everything up to here to disk, then moves the mark. The result is the number of the next record.
    pub(crate) fn sync(&self) -> Result<u64, Error> {
        self.sync_records()?;
        match self.mark_file.write(&*self.seal, &self.mark) {
            // Some file systems need room even to write in place. The records are on disk, and a mark may fall behind.
            Err(Error::Full) => (),
            written => written?,
        }
        Ok(self.mark.next)
    }

    /// As [`Position::sync`], and the mark is moved for certain and durably: for the beginning and an orderly end.
    pub(crate) fn sync_with_mark(&self) -> Result<(), Error> {
        self.sync_records()?;
        self.mark_file.write(&*self.seal, &self.mark)?;
        self.mark_file.sync()
    }

    fn sync_records(&self) -> Result<(), Error> {
        self.file.sync_data().map_err(|error| Error::Io(format!("an audit segment cannot be synced: {error}")))
    }
}

fn damaged(dir: &Path, what: &str) -> Error {
    Error::Damaged(format!("{}: {what}", dir.display()))
}

/// Reads a segment, and notes the place in it that the mark names.
fn scan(dir: &Path, key: &HmacKey, first: u64, mark: Option<Mark>) -> Result<(Segment, Option<Place>), Error> {
    let place = |Broken(what)| damaged(&segment::path(dir, first), what);
    let wanted = mark.filter(|mark| mark.segment == first);
    let (mut offset, mut marked) = (HEADER as u64, None);
    let segment = segment::scan(&segment::load(dir, first)?, key, |frame| {
        offset += frame.size as u64;
        if wanted.is_some_and(|mark| mark.offset == offset) {
            marked = Some((frame.seq + 1, frame.hash));
        }
    });
    let segment = segment.map_err(place)?;
    if segment.header.first != first {
        return Err(place(Broken("it has another segment's name")));
    }
    if wanted.is_some_and(|mark| mark.offset == HEADER as u64) {
        marked = Some((first, segment.header.hash));
    }
    Ok((segment, marked))
}

/// A place between records: the number of the next one and the chain's value there.
type Place = (u64, Hash);

/// The segment before the newest must be whole, and the newest must follow it.
fn check_links(dir: &Path, before: Option<&Segment>, last: &Segment) -> Result<(), Error> {
    let first = last.header.first;
    let Some(before) = before else {
        let begins = first > 0 || last.header.previous == GENESIS;
        return if begins { Ok(()) } else { Err(damaged(&segment::path(dir, first), "it does not begin the chain")) };
    };
    if let Some(Broken(what)) = before.unfinished() {
        return Err(damaged(&segment::path(dir, before.header.first), what));
    }
    if before.next() != first || before.hash != last.header.previous {
        return Err(damaged(&segment::path(dir, first), "it does not follow the segment before it"));
    }
    Ok(())
}

/// What lies before the mark must be there, and be what it was.
fn check_mark(
    dir: &Path,
    mark: Option<Mark>,
    newest: u64,
    before: Option<&(Segment, Option<Place>)>,
    last: &(Segment, Option<Place>),
) -> Result<(), Error> {
    let Some(mark) = mark else {
        // The mark is made right after the first segment, before any record.
        let untouched = newest == 0 && last.0.ids.is_empty();
        return if untouched { Ok(()) } else { Err(damaged(dir, "its mark is missing")) };
    };
    let path = segment::path(dir, mark.segment);
    if mark.segment > newest {
        return Err(damaged(&path, "it is missing"));
    }
    let marked = if mark.segment == newest {
        Some(last)
    } else {
        before.filter(|(segment, _)| segment.header.first == mark.segment)
    };
    match marked {
        Some((segment, _)) if segment.whole < mark.offset => {
            Err(damaged(&path, segment.broken.map_or("records are missing at its end", |Broken(what)| what)))
        }
        Some((_, place)) if *place != Some((mark.next, mark.hash)) => {
            Err(damaged(&path, "its mark names another record"))
        }
        _ => Ok(()),
    }
}

/// Removes what a crash left of a write that was under way.
fn cut_tail(file: &File, path: &Path, last: &Segment) -> Result<(), Error> {
    if last.length == last.whole {
        return Ok(());
    }
    if last.broken.is_some() {
        tracing::warn!(path = %path.display(), bytes = last.length - last.whole, "cut off an unfinished audit record");
    }
    file.set_len(last.whole).map_err(|error| Error::io(path, &error))
}

fn sizes(dir: &Path, firsts: &[u64]) -> Result<VecDeque<(u64, u64)>, Error> {
    let size = |first: &u64| {
        let path = segment::path(dir, *first);
        let metadata = fs::metadata(&path).map_err(|error| Error::io(&path, &error))?;
        Ok((*first, metadata.len()))
    };
    firsts.iter().map(size).collect()
}

/// A place in a file, to write from.
struct At<'a> {
    file: &'a File,
    offset: u64,
}

impl Write for At<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write_at(bytes, self.offset)?;
        self.offset += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes all of `bytes`; when there is no room, calls `release`, and goes on if that freed some.
fn write_whole(mut out: impl Write, mut bytes: &[u8], release: impl Fn() -> bool) -> io::Result<()> {
    while !bytes.is_empty() {
        match out.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            Err(error) if error::is_full(&error) && release() => (),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A disk with room for so many bytes.
    struct Small<'a> {
        room: &'a Cell<usize>,
        written: Vec<u8>,
    }

    impl Write for Small<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let fits = bytes.len().min(self.room.get());
            self.room.set(self.room.get() - fits);
            self.written.extend_from_slice(&bytes[..fits]);
            if fits == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(fits) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Clear;

    impl Seal for Clear {
        fn seal(&self, _: &[u8], value: &[u8]) -> Result<Vec<u8>, store::SealError> {
            Ok(value.to_vec())
        }

        fn open(&self, _: &[u8], sealed: &[u8]) -> Result<base::Secret<Vec<u8>>, store::SealError> {
            Ok(base::Secret::new(sealed.to_vec()))
        }
    }

    #[test]
    fn a_full_disk_keeps_the_mark_behind_but_syncs_the_records() {
        let dir = tempfile::tempdir().unwrap();
        let limits = Limits { segment_bytes: 1 << 20, retain_bytes: 1 << 20 };
        let reserve = Arc::new(Reserve::new(dir.path().join("reserve"), 4096));
        let mut chain = Chain::open(dir.path(), Arc::new(Clear), HmacKey::new(&[1; 32]), limits, reserve).unwrap();
        chain.mark = Arc::new(MarkFile::at(Path::new("/dev/full")).unwrap());
        chain.stage(Uuid([1; 16]), b"sealed");
        chain.flush().unwrap();
        assert_eq!(chain.position().sync().unwrap(), 1);
        assert!(matches!(chain.position().sync_with_mark(), Err(Error::Full)));
    }

    #[test]
    fn a_full_disk_takes_the_reserve_before_a_write_fails() {
        let room = Cell::new(3);
        let held = Cell::new(true);
        let release = || {
            room.set(room.get() + 4);
            held.replace(false)
        };
        let mut disk = Small { room: &room, written: Vec::new() };
        write_whole(&mut disk, b"record", release).unwrap();
        assert_eq!(disk.written, b"record");
        assert!(!held.get());
        let refused = |disk: &mut Small| write_whole(disk, b"another", || false).unwrap_err();
        assert!(error::is_full(&refused(&mut disk)));
    }
}
