//! Verification of a log that nobody is writing.
//!
//! Guarantees: reads only. A changed, missing, added or exchanged byte in any segment or in the mark is reported, and so
//! are records that do not open; what cannot be seen from the directory alone is that its newest records, and the mark
//! with them, were taken back to an earlier state together.

use crate::Error;
use crate::frame::{Broken, GENESIS, Hash, Head};
use crate::log::{Keys, open};
use crate::mark::{self, Mark};
use crate::segment::{self, Segment};
use std::path::Path;

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
    let mut report = Report::default();
    let mark = mark::read(dir, &*keys.seal).unwrap_or_else(|error| {
        report.problems.push(error.to_string());
        None
    });
    let firsts = segment::list(dir)?;
    report.oldest = firsts.first().copied().unwrap_or_default();
    let mut expected: Option<(u64, Hash)> = (report.oldest == 0).then_some((0, GENESIS));
    for (position, first) in firsts.iter().enumerate() {
        let is_last = position + 1 == firsts.len();
        expected = report.check_segment(dir, *first, expected, mark, is_last, keys)?;
    }
    report.head = expected.map(|(next, hash)| Head { next, hash });
    match mark {
        None => report.problems.push(format!("{}: the mark is missing", dir.display())),
        Some(mark) if !firsts.contains(&mark.segment) => {
            report.problems.push(format!("{}: it is missing", segment::path(dir, mark.segment).display()));
        }
        Some(_) => (),
    }
    Ok(report)
}

impl Report {
    /// Reads one segment; the result is where the next must continue, if that can be told.
    fn check_segment(
        &mut self,
        dir: &Path,
        first: u64,
        expected: Option<(u64, Hash)>,
        mark: Option<Mark>,
        is_last: bool,
        keys: &Keys,
    ) -> Result<Option<(u64, Hash)>, Error> {
        let path = segment::path(dir, first);
        let bytes = segment::load(dir, first)?;
        self.segments += 1;
        let mut sealed = Vec::new();
        // The chain's value after each record, to compare the mark with.
        let mut marked = None;
        let mut offset = crate::frame::HEADER as u64;
        let scanned = segment::scan(&bytes, &keys.chain, |frame| {
            sealed.push((frame.id, frame.sealed));
            offset += frame.size as u64;
            if mark.is_some_and(|mark| mark.segment == first && mark.offset == offset) {
                marked = Some((frame.seq + 1, frame.hash));
            }
        });
        let segment = match scanned {
            Ok(segment) => segment,
            Err(Broken(what)) => {
                self.problems.push(format!("{}: {what}", path.display()));
                return Ok(None);
            }
        };
        let mut problem = |what: &str| self.problems.push(format!("{}: {what}", path.display()));
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
            match open(&*keys.seal, &id, sealed) {
                Ok(json) if json.contains(&id.to_string()) => self.records += 1,
                Ok(_) => {
                    self.problems.push(format!("{}: the record of event {id} names another event", path.display()))
                }
                Err(error) => self.problems.push(format!("{}: {error}", path.display())),
            }
        }
        let next = (segment.next(), segment.hash);
        Ok((is_last || segment.broken.is_none()).then_some(next))
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
