//! Writes a backup as a stream.
//!
//! Guarantees: constant memory; entries must come in the order of their keys, since a reader insists on it.

use crate::frame::{self, Check, FORMAT, KIND_BYTES, KIND_END, KIND_ENTRIES, KIND_FILE, KIND_HEADER, MAX_PAYLOAD};
use crate::{Header, Totals};
use std::io::{self, Read, Write};

/// Entries are gathered into frames of about this size; files are cut into such.
const FULL: usize = 256 << 10;

/// A backup that is being written.
pub struct Writer<W> {
    out: W,
    place: u64,
    check: Check,
    entries: Vec<u8>,
    totals: Totals,
}

impl<W: Write> Writer<W> {
    /// Begins with what the backup is of.
    pub fn new(mut out: W, header: &Header) -> io::Result<Self> {
        let (prefix, check) = frame::prefix(FORMAT);
        out.write_all(&prefix)?;
        let mut writer =
            Self { out, place: prefix.len() as u64, check, entries: Vec::new(), totals: Totals::default() };
        writer.frame(KIND_HEADER, &encoded(header)?)?;
        Ok(writer)
    }

    /// Adds an entry of the store.
    pub fn entry(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        let too_long = |_| io::Error::other("an entry is longer than any can be");
        let (key_length, value_length) =
            (u16::try_from(key.len()).map_err(too_long)?, u32::try_from(value.len()).map_err(too_long)?);
        if !self.entries.is_empty() && self.entries.len() + key.len() + value.len() > FULL {
            self.flush_entries()?;
        }
        self.entries.extend_from_slice(&key_length.to_be_bytes());
        self.entries.extend_from_slice(key);
        self.entries.extend_from_slice(&value_length.to_be_bytes());
        self.entries.extend_from_slice(value);
        self.totals.entries += 1;
        self.totals.bytes += (key.len() + value.len()) as u64;
        Ok(())
    }

    /// Adds a file: its name with `/` between folders, and its bytes to their end.
    pub fn file(&mut self, name: &str, mut content: impl Read) -> io::Result<()> {
        self.flush_entries()?;
        self.frame(KIND_FILE, name.as_bytes())?;
        self.totals.files += 1;
        let mut buffer = vec![0; FULL];
        loop {
            let count = match content.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.frame(KIND_BYTES, buffer.get(..count).unwrap_or_default())?;
            self.totals.bytes += count as u64;
        }
    }

    /// Ends the backup; without this it is none. The check of its end, which fixes every byte, names it; the last part
    /// of the result is its length.
    pub fn finish(mut self) -> io::Result<(Totals, [u8; 32], u64)> {
        self.flush_entries()?;
        self.frame(KIND_END, &encoded(&self.totals)?)?;
        self.out.flush()?;
        Ok((self.totals, self.check, self.place))
    }

    fn flush_entries(&mut self) -> io::Result<()> {
        if self.entries.is_empty() {
            return Ok(());
        }
        let entries = std::mem::take(&mut self.entries);
        self.frame(KIND_ENTRIES, &entries)
    }

    fn frame(&mut self, kind: u8, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).ok().filter(|length| *length as usize <= MAX_PAYLOAD);
        let length = length.ok_or_else(|| io::Error::other("a frame would be longer than any may be"))?;
        let head = frame::head(length, self.place, kind);
        self.check = frame::check(&self.check, &head, payload);
        self.out.write_all(&head)?;
        self.out.write_all(payload)?;
        self.out.write_all(&self.check)?;
        self.place += (head.len() + payload.len() + self.check.len()) as u64;
        Ok(())
    }
}

fn encoded(value: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    postcard::to_allocvec(value).map_err(|error| io::Error::other(error.to_string()))
}
