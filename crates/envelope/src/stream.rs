//! Messages as streams: readers, writers, and copying from one to the other.

mod buffer;
mod open_stream;
mod opener;
mod reader;
mod seal_stream;
mod sealer;
mod turn;
mod writer;

pub(crate) use buffer::Buffer;
pub(crate) use open_stream::decrypt;
pub(crate) use opener::{Demand, Opener};
pub use reader::{DecryptReader, EncryptReader};
pub(crate) use seal_stream::encrypt;
pub(crate) use sealer::Sealer;
pub use writer::{DecryptWriter, EncryptWriter};

use crate::{EncryptionContext, Error, MessageHeader};
use std::io::{self, ErrorKind, Read, Write};

/// Bytes that are worked on at a time, where frames are not longer: large enough for few system calls, small enough to
/// stay in the cache.
pub(crate) const CHUNK: usize = 256 << 10;

/// Bytes that are worked on at a time until there is more: a short message takes no longer than its bytes do.
pub(crate) const SMALL_CHUNK: usize = 8 << 10;

/// Bytes of plaintext that a thread takes all the way at a time: enough that passing turns costs little beside, and not so
/// many that they leave the core's cache between the steps.
const PIECE: usize = 512 << 10;

/// Bytes of plaintext that one thread takes before others start.
const SINGLE: usize = 1 << 20;

/// Memory of all threads on one stream; longer frames have fewer threads.
const MEMORY: usize = 16 << 20;

/// Bytes of plaintext in the longest frames that are taken piece by piece: longer ones are gathered as they arrive, by one
/// thread, so that memory follows what there is and not what is announced.
const LONG_FRAME: usize = 1 << 20;

/// What went through a stream that came to its good end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The message's header.
    pub header: MessageHeader,
    /// The whole context, with what was authenticated but not stored.
    pub context: EncryptionContext,
    /// Bytes of plaintext.
    pub plaintext_length: u64,
    /// Bytes of the message.
    pub message_length: u64,
}

/// An error as a reader or a writer gives it; [`Error::from`] makes it one of ours again.
pub(crate) fn to_io(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        Error::Truncated { .. } => io::Error::new(io::ErrorKind::UnexpectedEof, error),
        error => io::Error::new(io::ErrorKind::InvalidData, error),
    }
}

/// What a stream says that is used after it failed: its end must not be taken for the end of the data.
pub(crate) fn failed_before() -> Error {
    Error::Io(io::Error::other("this stream failed before"))
}

/// What a stream says that is asked for its summary too early.
pub(crate) fn unfinished() -> Error {
    Error::Io(io::Error::other("the stream was not read to its end"))
}

/// Reads what there is; nothing at the end.
fn read(reader: &mut impl Read, space: &mut [u8]) -> Result<usize, Error> {
    loop {
        match reader.read(space) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return Ok(result?),
        }
    }
}

/// Writes all, but not more at a time than a piece: for a mebibyte at once, Linux may look for memory that lies together so
/// long that it takes five times the time.
fn write_all(writer: &mut impl Write, bytes: &[u8]) -> Result<(), Error> {
    Ok(bytes.chunks(PIECE).try_for_each(|piece| writer.write_all(piece))?)
}

/// Copies as much as there is and fits; tells how much.
pub(crate) fn copy(from: &[u8], to: &mut [u8]) -> usize {
    let length = from.len().min(to.len());
    if let (Some(from), Some(to)) = (from.get(..length), to.get_mut(..length)) {
        to.copy_from_slice(from);
    }
    length
}
