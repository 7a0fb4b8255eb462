//! Many small texts in one compressed piece, each to be had without unpacking the others.
//!
//! ```text
//! archive     "FA1\n" [block]
//! block       length:number deflate-stream    number: LEB128
//! ```
//!
//! The first block is the directory: a line for each text, ordered by name, an empty line where the next block begins.
//! A line is the text's name, its length in bytes, and what is to be known without opening it, separated by spaces.
//! The writer is `xtask/src/authorization/pack.rs`; whoever changes the format changes the first four bytes.
//!
//! Guarantees: damaged bytes give `None`, never a panic; a block never unpacks to more than [`MAX_BLOCK`].

use flate2::read::DeflateDecoder;
use std::io::Read;

/// The most that a block holds. The longest text is EC2's, of 230 kB.
const MAX_BLOCK: usize = 1 << 20;

const MAGIC: &[u8] = b"FA1\n";

/// An archive whose directory has been read.
pub(crate) struct Archive {
    /// Ordered by name.
    pub(crate) entries: Vec<Entry>,
    blocks: Vec<&'static [u8]>,
}

/// Where a text is.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    /// What the directory says of it.
    pub(crate) about: &'static str,
    pub(crate) block: usize,
    start: usize,
    length: usize,
}

impl Archive {
    /// Reads the directory, which stays in memory as long as the process lives.
    pub(crate) fn open(packed: &'static [u8]) -> Option<Self> {
        let mut rest = packed.strip_prefix(MAGIC)?;
        let mut blocks = Vec::new();
        while !rest.is_empty() {
            let length = number(&mut rest)?;
            let (block, after) = rest.split_at_checked(length)?;
            blocks.push(block);
            rest = after;
        }
        let directory: &'static str = inflate(blocks.first()?)?.leak();
        let (mut entries, mut block, mut start) = (Vec::new(), 1, 0);
        for line in directory.lines() {
            if line.is_empty() {
                (block, start) = (block + 1, 0);
                continue;
            }
            let (name, line) = line.split_once(' ')?;
            let (length, about) = line.split_once(' ').unwrap_or((line, ""));
            let length = length.parse::<usize>().ok()?;
            entries.push(Entry { name, about, block, start, length });
            start = start.checked_add(length)?;
        }
        Some(Self { entries, blocks })
    }

    /// The place of the text of that name among the entries.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.name.cmp(name)).ok()
    }

    /// Unpacks a block.
    pub(crate) fn block(&self, block: usize) -> Option<String> {
        inflate(self.blocks.get(block)?)
    }
}

impl Entry {
    /// The text, out of its block.
    pub(crate) fn within<'a>(&self, block: &'a str) -> Option<&'a str> {
        block.get(self.start..self.start.checked_add(self.length)?)
    }
}

fn inflate(packed: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut decoder = DeflateDecoder::new(packed).take(MAX_BLOCK as u64 + 1);
    decoder.read_to_string(&mut text).ok()?;
    (text.len() <= MAX_BLOCK).then_some(text)
}

fn number(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..28).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use std::io::Write;

    fn packed(blocks: &[&str]) -> &'static [u8] {
        let mut out = MAGIC.to_vec();
        for block in blocks {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(block.as_bytes()).unwrap();
            let block = encoder.finish().unwrap();
            out.extend([block.len() as u8 | 0x80, (block.len() >> 7) as u8]);
            out.extend(block);
        }
        out.leak()
    }

    #[test]
    fn a_text_is_found_by_its_name_in_its_block() {
        let archive = Archive::open(packed(&["a 3 first\nb 2\n\nc 4 the third\n", "onetw", "four"])).unwrap();
        let text = |name: &str| {
            let entry = &archive.entries[archive.find(name)?];
            Some((entry.within(&archive.block(entry.block)?)?.to_owned(), entry.about))
        };
        assert_eq!(text("a"), Some(("one".to_owned(), "first")));
        assert_eq!(text("b"), Some(("tw".to_owned(), "")));
        assert_eq!(text("c"), Some(("four".to_owned(), "the third")));
        assert_eq!(text("d"), None);
    }

    #[test]
    fn damage_is_noticed() {
        let whole = packed(&["a 3\n", "one"]);
        assert!(Archive::open(whole.get(..whole.len() - 1).unwrap()).is_none());
        assert!(Archive::open(b"FA2\n").is_none());
        assert!(Archive::open(b"FA1\n").is_none());
        assert!(Archive::open(packed(&["a three\n", "one"])).is_none());
        let long = Archive::open(packed(&["a 4\n\nb 1\n", "one"])).unwrap();
        let entry = &long.entries[0];
        assert!(entry.within(&long.block(entry.block).unwrap()).is_none());
        assert!(long.block(long.entries[1].block).is_none());
    }

    #[test]
    fn a_block_that_would_fill_the_memory_is_not_unpacked() {
        let archive = Archive::open(packed(&["a 1\n", &"a".repeat(MAX_BLOCK + 1)])).unwrap();
        assert!(archive.block(1).is_none());
    }
}
