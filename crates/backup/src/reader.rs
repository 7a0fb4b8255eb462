//! Reads a backup, and proves it as it goes.
//!
//! Guarantees: what is handed out has passed its frame's check; the order of frames, the order of keys, file names and
//! the totals are as a writer makes them; whatever is not is an error that names the byte, the frame and what lies there.

use crate::frame::{
    self, CHECK, Check, FORMAT, HEAD, KIND_BYTES, KIND_END, KIND_ENTRIES, KIND_FILE, KIND_HEADER, MAGIC, MAX_PAYLOAD,
    PREFIX,
};
use crate::{Entry, Header, Totals};
use std::fmt;
use std::io::{self, Read};

/// The longest name of a file.
const MAX_NAME: usize = 255;

/// Something that a backup holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Item {
    /// Entries of the store, in the order of their keys.
    Entries(Vec<Entry>),
    /// A file begins; its bytes follow.
    File(String),
    /// Bytes of the file that began last.
    Bytes(Vec<u8>),
    /// The backup is whole. The check of its end names it.
    End(Totals, [u8; 32]),
}

/// Why bytes are no whole backup.
#[derive(Debug)]
pub enum Problem {
    /// They cannot be read.
    Io(io::Error),
    /// They do not begin as a backup does.
    NotABackup,
    /// They are in a newer format than this program reads.
    Newer {
        /// Theirs.
        format: u32,
        /// The program that wrote them, if that could be told.
        product: Option<String>,
    },
    /// They are not what was written.
    Damaged {
        /// Where the frame begins.
        at: u64,
        /// Its number, from zero.
        frame: u64,
        /// What it says it is.
        what: &'static str,
        /// What is wrong.
        why: &'static str,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the backup cannot be read: {error}"),
            Self::NotABackup => f.write_str("this is not a backup: its first bytes are wrong (byte 0)"),
            Self::Newer { format, product } => {
                let by = product.as_ref().map_or(String::new(), |product| format!(", written by Fastness {product}"));
                write!(
                    f,
                    "the backup has format {format}{by}, and this is Fastness {} which reads formats up to {FORMAT}: \
                     restore it with the version that wrote it, or a later one",
                    env!("CARGO_PKG_VERSION")
                )
            }
            Self::Damaged { at, frame, what, why } => {
                write!(f, "the backup is damaged at byte {at}, in frame {frame} ({what}): {why}; use another copy")
            }
        }
    }
}

impl std::error::Error for Problem {}

/// A backup that is being read.
pub struct Reader<R> {
    input: R,
    header: Header,
    place: u64,
    frame: u64,
    check: Check,
    last_key: Vec<u8>,
    in_file: bool,
    totals: Totals,
    ended: bool,
}

impl<R: Read> Reader<R> {
    /// Reads what the backup is of.
    pub fn new(input: R) -> Result<Self, Problem> {
        let mut reader = Self {
            input,
            header: Header {
                product: String::new(),
                store_format: 0,
                taken_at_millis: 0,
                engine: String::new(),
                snapshot: 0,
                node: String::new(),
                audit: None,
            },
            place: 0,
            frame: 0,
            check: [0; CHECK],
            last_key: Vec::new(),
            in_file: false,
            totals: Totals::default(),
            ended: false,
        };
        let format = reader.prefix()?;
        let header = reader.next_frame();
        if format > FORMAT {
            // A later format's first frame may still tell who wrote it.
            let product = header.ok().and_then(|(_, payload, ..)| {
                postcard::take_from_bytes::<String>(&payload).ok().map(|(product, _)| product)
            });
            return Err(Problem::Newer { format, product });
        }
        let (kind, payload, at) = header?;
        if kind != KIND_HEADER {
            return Err(reader.damaged(at, kind, "a backup begins with its header"));
        }
        reader.header = postcard::from_bytes(&payload).map_err(|_| reader.damaged(at, kind, "it does not decode"))?;
        Ok(reader)
    }

    /// What the backup is of.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How much was read so far, in bytes.
    pub fn place(&self) -> u64 {
        self.place
    }

    /// The next thing that the backup holds; `None` after its end.
    pub fn read_item(&mut self) -> Result<Option<Item>, Problem> {
        if self.ended {
            return Ok(None);
        }
        let (kind, payload, at) = self.next_frame()?;
        match kind {
            KIND_ENTRIES if self.totals.files == 0 => {
                let entries = self.entries(&payload).map_err(|why| self.damaged(at, kind, why))?;
                Ok(Some(Item::Entries(entries)))
            }
            KIND_FILE => {
                let name = file_name(payload).ok_or_else(|| self.damaged(at, kind, "no file has such a name"))?;
                self.in_file = true;
                self.totals.files += 1;
                Ok(Some(Item::File(name)))
            }
            KIND_BYTES if self.in_file => {
                self.totals.bytes += payload.len() as u64;
                Ok(Some(Item::Bytes(payload)))
            }
            KIND_END => {
                let totals: Totals =
                    postcard::from_bytes(&payload).map_err(|_| self.damaged(at, kind, "it does not decode"))?;
                if totals != self.totals {
                    return Err(self.damaged(at, kind, "it counts otherwise than what came before"));
                }
                if fill(&mut self.input, &mut [0]).map_err(Problem::Io)? > 0 {
                    return Err(Problem::Damaged {
                        at: self.place,
                        frame: self.frame,
                        what: "behind the end",
                        why: "something follows the end",
                    });
                }
                self.ended = true;
                Ok(Some(Item::End(totals, self.check)))
            }
            _ => Err(self.damaged(at, kind, "such a frame cannot come here")),
        }
    }

    fn prefix(&mut self) -> Result<u32, Problem> {
        let mut prefix = [0; PREFIX];
        let count = fill(&mut self.input, &mut prefix).map_err(Problem::Io)?;
        let format = prefix.strip_prefix(MAGIC).and_then(|rest| rest.first_chunk()).map(|b| u32::from_be_bytes(*b));
        let format = format.filter(|_| count == PREFIX).ok_or(Problem::NotABackup)?;
        if format == 0 {
            return Err(Problem::NotABackup);
        }
        self.place = PREFIX as u64;
        self.check = primitives::sha256(&prefix);
        Ok(format)
    }

    /// A frame that has passed its check: its kind, its payload and where it begins.
    fn next_frame(&mut self) -> Result<(u8, Vec<u8>, u64), Problem> {
        let at = self.place;
        let mut head = [0; HEAD];
        if fill(&mut self.input, &mut head).map_err(Problem::Io)? < HEAD {
            return Err(self.cut_short(at));
        }
        let length = head.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes)) as usize;
        let place = head.get(4..12).and_then(|b| b.first_chunk()).map_or(0, |bytes| u64::from_be_bytes(*bytes));
        let kind = head.last().copied().unwrap_or_default();
        if place != at {
            return Err(self.damaged(at, kind, "the frame says that it belongs elsewhere"));
        }
        if length > MAX_PAYLOAD {
            return Err(self.damaged(at, kind, "the frame has an impossible length"));
        }
        let mut payload = vec![0; length];
        let mut check = [0; CHECK];
        if fill(&mut self.input, &mut payload).map_err(Problem::Io)? < length
            || fill(&mut self.input, &mut check).map_err(Problem::Io)? < CHECK
        {
            return Err(self.cut_short(at));
        }
        if frame::check(&self.check, &head, &payload) != check {
            return Err(self.damaged(at, kind, "its check does not match"));
        }
        self.check = check;
        self.place += (HEAD + length + CHECK) as u64;
        self.frame += 1;
        Ok((kind, payload, at))
    }

    fn entries(&mut self, payload: &[u8]) -> Result<Vec<Entry>, &'static str> {
        const SHORT: &str = "an entry is cut short";
        let mut entries = Vec::new();
        let mut rest = payload;
        while !rest.is_empty() {
            let (length, after) = rest.split_first_chunk().ok_or(SHORT)?;
            let (key, after) = after.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(SHORT)?;
            let (length, after) = after.split_first_chunk().ok_or(SHORT)?;
            let (value, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or(SHORT)?;
            if key <= self.last_key.as_slice() {
                return Err("the keys are out of order");
            }
            self.last_key = key.to_vec();
            self.totals.entries += 1;
            self.totals.bytes += (key.len() + value.len()) as u64;
            entries.push((key.to_vec(), value.to_vec()));
            rest = after;
        }
        Ok(entries)
    }

    fn damaged(&self, at: u64, kind: u8, why: &'static str) -> Problem {
        let frame = if at < self.place { self.frame.saturating_sub(1) } else { self.frame };
        Problem::Damaged { at, frame, what: frame::name(kind), why }
    }

    fn cut_short(&self, at: u64) -> Problem {
        Problem::Damaged { at, frame: self.frame, what: "no whole frame", why: "the backup is cut short" }
    }
}

/// A name that lies below a data directory whatever happens: no empty, hidden or upward part.
fn file_name(payload: Vec<u8>) -> Option<String> {
    let name = String::from_utf8(payload).ok().filter(|name| name.len() <= MAX_NAME)?;
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    name.split('/').all(is_plain).then_some(name)
}

/// Reads until the buffer is full or there is no more.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
#[path = "reader/tests.rs"]
mod tests;
