//! Verification of a log: in a directory where nobody writes it, or as far as a copy of it goes.
//!
//! Guarantees: reads only. A changed, missing, added or exchanged byte in any segment or in the mark is reported, and so
//! are records that do not open; what cannot be seen from the directory alone is that its newest records, and the mark
//! with them, were taken back to an earlier state together.

use crate::copy::STRANGERS;
use crate::frame::{Broken, GENESIS, Hash, Head};
use crate::log::{Keys, open};
use crate::mark::{self, Mark};
use crate::segment::{self, Segment};
use crate::{Content, Copy, Error};
use primitives::HmacKey;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use store::Seal;

/// What a verification found.
#[derive(Debug, Default)]
pub struct Report {
    /// Segments that were read.
    pub segments: usize,
    /// Records that are whole, continue the chain and open.
    pub records: u64,
    /// The number of the oldest record that is kept.
    pub oldest: u64,
    /// Where the chain ends, if there is one.
    pub head: Option<Head>,
    /// What is wrong, in words. Nothing when the log is sound.
    pub problems: Vec<String>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Reads the log in `dir` through, every segment and every record.
pub fn verify(dir: &Path, keys: &Keys) -> Result<Report, Error> {
    whole(dir, &*keys.seal, &keys.chain)
}

/// As [`verify`], of the log of strangers, if there is one.
pub fn verify_strangers(dir: &Path, keys: &Keys) -> Result<Report, Error> {
    let dir = dir.join(STRANGERS);
    if dir.exists() { whole(&dir, &*keys.seal, &keys.strangers) } else { Ok(Report::default()) }
}

/// Reads a copy of a log through, while others may write on: the log, and that of strangers.
pub fn verify_copy(copy: &Copy, keys: &Keys) -> Result<[Report; 2], Error> {
    let prefix = format!("{STRANGERS}/");
    let chain = |key: &HmacKey, is_strangers: bool| {
        let (mut sources, mut mark, mut dir) = (BTreeMap::new(), None, None);
        let own = copy.files.iter().filter(|(name, _)| name.starts_with(&prefix) == is_strangers);
        for (name, content) in own {
            match content {
                Content::Part(path, length) => {
                    dir = dir.or_else(|| path.parent());
                    if let Some(first) = segment::first(path) {
                        sources.insert(first, Some(*length));
                    }
                }
                Content::Bytes(bytes) => mark = Some(mark::opened(Path::new(name), &*keys.seal, bytes)),
            }
        }
        Scan { dir: dir.unwrap_or(Path::new("")), seal: &*keys.seal, key }.run(&sources, mark.transpose())
    };
    Ok([chain(&keys.chain, false)?, chain(&keys.strangers, true)?])
}

fn whole(dir: &Path, seal: &dyn Seal, key: &HmacKey) -> Result<Report, Error> {
    let sources = segment::list(dir)?.into_iter().map(|first| (first, None)).collect();
    Scan { dir, seal, key }.run(&sources, mark::read(dir, seal))
}

/// A chain that is read through.
struct Scan<'a> {
    dir: &'a Path,
    seal: &'a dyn Seal,
    key: &'a HmacKey,
}

impl Scan<'_> {
    /// `sources` are the segments' first numbers, with how much of each counts where that is not all.
    fn run(&self, sources: &BTreeMap<u64, Option<u64>>, mark: Result<Option<Mark>, Error>) -> Result<Report, Error> {
        let mut report = Report::default();
        let mark = mark.unwrap_or_else(|error| {
            report.problems.push(error.to_string());
            None
        });
        report.oldest = sources.keys().next().copied().unwrap_or_default();
        let mut expected: Option<(u64, Hash)> = (report.oldest == 0).then_some((0, GENESIS));
        let newest = sources.keys().next_back();
        for (first, length) in sources {
            let bytes = match self.load(*first, *length) {
                // It grew too old to be kept since the copy was made.
                Err(_) if length.is_some() && !segment::path(self.dir, *first).exists() => {
                    expected = None;
                    continue;
                }
                loaded => loaded?,
            };
            expected = self.check_segment(&mut report, *first, &bytes, expected, mark, Some(first) == newest);
        }
        report.head = expected.map(|(next, hash)| Head { next, hash });
        match mark {
            None => report.problems.push(format!("{}: the mark is missing", self.dir.display())),
            Some(mark) if !sources.contains_key(&mark.segment) => {
                report.problems.push(format!("{}: it is missing", segment::path(self.dir, mark.segment).display()));
            }
            Some(_) => (),
        }
        Ok(report)
    }

    fn load(&self, first: u64, length: Option<u64>) -> Result<Vec<u8>, Error> {
        let Some(length) = length else { return segment::load(self.dir, first) };
        let path = segment::path(self.dir, first);
        let mut bytes = Vec::new();
        let read = std::fs::File::open(&path).and_then(|file| file.take(length).read_to_end(&mut bytes));
        read.map_err(|error| Error::io(&path, &error))?;
        Ok(bytes)
    }

    /// Reads one segment; the result is where the next must continue, if that can be told.
    fn check_segment(
        &self,
        report: &mut Report,
        first: u64,
        bytes: &[u8],
        expected: Option<(u64, Hash)>,
        mark: Option<Mark>,
        is_last: bool,
    ) -> Option<(u64, Hash)> {
        let path = segment::path(self.dir, first);
        report.segments += 1;
        let mut sealed = Vec::new();
        // The chain's value after each record, to compare the mark with.
        let mut marked = None;
        let mut offset = crate::frame::HEADER as u64;
        let scanned = segment::scan(bytes, self.key, |frame| {
            sealed.push((frame.id, frame.sealed));
            offset += frame.size as u64;
            if mark.is_some_and(|mark| mark.segment == first && mark.offset == offset) {
                marked = Some((frame.seq + 1, frame.hash));
            }
        });
        let segment = match scanned {
            Ok(segment) => segment,
            Err(Broken(what)) => {
                report.problems.push(format!("{}: {what}", path.display()));
                return None;
            }
        };
        let mut problem = |what: &str| report.problems.push(format!("{}: {what}", path.display()));
        if segment.header.first != first {
            problem("it has another segment's name");
        }
        if expected.is_some_and(|expected| expected != (first, segment.header.previous)) {
            problem("it does not follow the segment before it");
        }
        let wrong = if is_last { segment.broken } else { segment.unfinished() };
        if let Some(Broken(what)) = wrong {
            problem(&format!("at byte {}: {what}", segment.whole));
        }
        if let Some(mark) = mark.filter(|mark| mark.segment == first) {
            check_mark(&segment, mark, marked, &mut problem);
        }
        for (id, sealed) in sealed {
            match open(self.seal, &id, sealed) {
                Ok(json) if json.contains(&id.to_string()) => report.records += 1,
                Ok(_) => {
                    report.problems.push(format!("{}: the record of event {id} names another event", path.display()));
                }
                Err(error) => report.problems.push(format!("{}: {error}", path.display())),
            }
        }
        (is_last || segment.broken.is_none()).then_some((segment.next(), segment.hash))
    }
}

/// The mark must name a place between records, with the chain's value there.
fn check_mark(segment: &Segment, mark: Mark, marked: Option<(u64, Hash)>, problem: &mut impl FnMut(&str)) {
    let start = (segment.header.first, segment.header.hash);
    let place = if mark.offset == crate::frame::HEADER as u64 { Some(start) } else { marked };
    match place {
        Some(place) if place == (mark.next, mark.hash) => (),
        Some(_) => problem("the mark names another record"),
        None if segment.whole < mark.offset => problem("records that were synced are missing"),
        None => problem("the mark falls within a record"),
    }
}
