//! Pages of the log: records from a number on, in order.
//!
//! Guarantees: a page is limited by records and by bytes, and holds at least one record if there is one; every record is
//! checked against the chain before it is shown; who reads page by page sees each record once, and sees where some are gone
//! because they were no longer kept.

use crate::log::open;
use crate::{Error, segment};
use base::Uuid;
use primitives::HmacKey;
use std::path::PathBuf;
use std::sync::Arc;
use store::Seal;

/// Some records of the log, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Page {
    /// The records, JSON each.
    pub records: Vec<String>,
    /// The number of the first record here; beyond what was asked for where older ones are no longer kept.
    pub first: u64,
    /// The number to go on from.
    pub next: u64,
    /// The number that the next record of the log will have.
    pub end: u64,
}

impl Page {
    /// An empty page at `from`, of a log that will go on with `end`.
    pub(crate) fn at(from: u64, end: u64) -> Self {
        Self { records: Vec::new(), first: from, next: from, end }
    }
}

/// How much a page takes.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    pub(crate) records: usize,
    pub(crate) bytes: usize,
}

impl Room {
    /// Adds a record if there is room for it, or if it is the first. `false`: the page is full.
    pub(crate) fn take(
        &mut self,
        page: &mut Page,
        seal: &dyn Seal,
        seq: u64,
        id: &Uuid,
        sealed: &[u8],
    ) -> Result<bool, Error> {
        if self.records == 0 || (self.bytes < sealed.len() && !page.records.is_empty()) {
            return Ok(false);
        }
        self.records -= 1;
        self.bytes = self.bytes.saturating_sub(sealed.len());
        if page.records.is_empty() {
            page.first = seq;
        }
        page.records.push(open(seal, id, sealed)?);
        page.next = seq + 1;
        Ok(true)
    }
}

/// Segments as [`crate::chain::Chain::segments`] tells of them.
pub(crate) type Segments = (PathBuf, Arc<HmacKey>, Vec<(u64, u64)>);

/// Fills a page from segments.
pub(crate) fn read(segments: &Segments, seal: &dyn Seal, mut page: Page, mut room: Room) -> Result<Page, Error> {
    let (dir, key, newest_first) = segments;
    let from = page.next;
    // The segment that `from` lies in, and those after it; the oldest where that one is gone.
    let holds = newest_first.iter().position(|(first, _)| *first <= from).unwrap_or(newest_first.len());
    let wanted = newest_first.get(..=holds).unwrap_or(newest_first);
    for (first, length) in wanted.iter().rev() {
        let bytes = match segment::load(dir, *first) {
            Ok(bytes) => bytes,
            // It grew too old to be kept since the list was made.
            Err(_) if !segment::path(dir, *first).exists() => continue,
            Err(error) => return Err(error),
        };
        // What is being appended right now lies beyond the length that was taken.
        let whole = usize::try_from(*length).ok().and_then(|length| bytes.get(..length)).unwrap_or(&bytes);
        let mut frames = Vec::new();
        segment::scan(whole, key, |frame| frames.push((frame.seq, frame.id, frame.sealed)))
            .map_err(|broken| Error::Damaged(format!("{}: {}", segment::path(dir, *first).display(), broken.0)))?;
        for (seq, id, sealed) in frames.iter().filter(|(seq, ..)| *seq >= from) {
            if !room.take(&mut page, seal, *seq, id, sealed)? {
                return Ok(page);
            }
        }
    }
    Ok(page)
}
