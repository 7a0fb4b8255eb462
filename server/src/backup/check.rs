//! Checks of what is stored: a backup's bytes, or a store and its files.
//!
//! Guarantees: nothing is changed; each finding says where it is and what to do; what could not be checked is said.

mod scrub;

pub(crate) use scrub::{Scrub, scrub_directory, scrub_running};

use ::backup::{Header, Item, Reader, Totals};
use base::Timestamp;
use serde_json::{Value, json};
use std::io::Read;

/// What a backup is, once it was read through.
pub(crate) struct Whole {
    pub(crate) header: Header,
    pub(crate) totals: Totals,
    /// Its length.
    pub(crate) bytes: u64,
    /// The check of its end, which fixes every byte.
    pub(crate) check: [u8; 32],
}

impl Whole {
    /// As a result for programs.
    pub(crate) fn told(&self) -> Value {
        let Self { header, totals, bytes, check } = self;
        json!({
            "taken_at": Timestamp::from_millis(header.taken_at_millis).to_seconds_rfc3339(),
            "version": header.product,
            "store_format": header.store_format,
            "engine": header.engine,
            "node": header.node,
            "entries": totals.entries,
            "files": totals.files,
            "bytes": bytes,
            "audit_records": header.audit.as_ref().map(|head| head.next),
            "audit_head": header.audit.as_ref().map(|head| base::hex(&head.hash)),
            "sha256": base::hex(check),
        })
    }
}

/// Reads a backup through; the result is what it is, or the first thing that is wrong with it.
pub(crate) fn check_file(input: impl Read) -> Result<Whole, String> {
    let mut reader = Reader::new(input).map_err(|problem| problem.to_string())?;
    let header = reader.header().clone();
    while let Some(item) = reader.read_item().map_err(|problem| problem.to_string())? {
        if let Item::End(totals, check) = item {
            let bytes = reader.place();
            // Reading on makes sure that nothing follows.
            reader.read_item().map_err(|problem| problem.to_string())?;
            return Ok(Whole { header, totals, bytes, check });
        }
    }
    Err("the backup has no end".into())
}
