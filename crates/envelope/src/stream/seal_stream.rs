//! Encrypting from a reader to a writer on several threads.
//!
//! Guarantees: the message is the same, and written in the same order, as one thread would write it; memory is a few
//! megabytes whatever goes through; what is short or has very long frames sees one thread.

use super::turn::{Size, Turn, in_pieces, lock};
use super::{EncryptReader, LONG_FRAME, PIECE, SMALL_CHUNK, Sealer, Summary, copy, read, write_all};
use crate::Error;
use crate::message::{BegunMessage, BodySealer, FINAL_FRAME_OVERHEAD, FRAME_OVERHEAD, Signer};
use std::io::{BufRead as _, Cursor, Read, Write};
use std::num::NonZeroUsize;
use std::sync::Mutex;

/// Encrypts all that `reader` gives to `writer`.
pub(crate) fn encrypt<R: Read + Send, W: Write + Send>(
    message: BegunMessage,
    mut reader: R,
    writer: W,
    max_threads: Option<NonZeroUsize>,
) -> Result<Summary, Error> {
    let (begin, at_end) = first(&mut reader)?;
    if at_end {
        return encrypt_on_one_thread(message, begin.as_slice(), writer);
    }
    let reader = Cursor::new(begin).chain(reader);
    if message.body.frame_length() > LONG_FRAME {
        return encrypt_on_one_thread(message, reader, writer);
    }
    encrypt_on_threads(message, reader, writer, max_threads)
}

/// What comes first, and whether it is all: short messages are not worth the memory of long ones.
fn first(reader: &mut impl Read) -> Result<(Vec<u8>, bool), Error> {
    let mut begin = vec![0; SMALL_CHUNK];
    let mut filled = 0;
    while let Some(room) = begin.get_mut(filled..).filter(|room| !room.is_empty()) {
        match read(reader, room)? {
            0 => {
                begin.truncate(filled);
                return Ok((begin, true));
            }
            length => filled += length,
        }
    }
    Ok((begin, false))
}

fn encrypt_on_threads<R: Read + Send, W: Write + Send>(
    message: BegunMessage,
    reader: R,
    writer: W,
    max_threads: Option<NonZeroUsize>,
) -> Result<Summary, Error> {
    let BegunMessage { header, context, bytes, mut body } = message;
    let frame_length = body.frame_length();
    let frames = (PIECE / frame_length).max(1);
    let signer = body.take_signer().map(Turn::new);
    let source = Source { reader, body, head: bytes, piece: 0, at_end: false };
    let sink = Sink { writer, held: Vec::with_capacity(PAGE), plaintext_length: 0, message_length: 0, error: None };
    let sealing = Sealing { source: Mutex::new(source), signer, sink: Turn::new(sink), frames, frame_length };
    sealing.run(max_threads);

    let Sink { mut writer, plaintext_length, message_length, error, .. } = match sealing.sink.into_inner() {
        Some(sink) => sink,
        None => return Err(super::failed_before()),
    };
    if let Some(error) = error {
        return Err(error);
    }
    writer.flush()?;
    Ok(Summary { header, context, plaintext_length, message_length })
}

fn encrypt_on_one_thread(message: BegunMessage, reader: impl Read, mut writer: impl Write) -> Result<Summary, Error> {
    let mut reader = EncryptReader::new(reader, Sealer::new(message));
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            break;
        }
        writer.write_all(bytes)?;
        let length = bytes.len();
        reader.consume(length);
    }
    writer.flush()?;
    reader.finish()
}

struct Sealing<R, W> {
    source: Mutex<Source<R>>,
    /// For signed suites.
    signer: Option<Turn<Signer>>,
    sink: Turn<Sink<W>>,
    /// Frames of a piece.
    frames: usize,
    frame_length: usize,
}

/// What comes, piece by piece.
struct Source<R> {
    reader: R,
    /// Seals what was not read yet.
    body: BodySealer,
    /// The header; away once the first piece has it.
    head: Vec<u8>,
    /// Number of the next piece.
    piece: u64,
    at_end: bool,
}

/// Where it goes, and how it went.
struct Sink<W> {
    writer: W,
    /// The end of what came, less than a page, until there is a whole one.
    held: Vec<u8>,
    plaintext_length: u64,
    message_length: u64,
    error: Option<Error>,
}

/// Files are written in whole pages, whose copies begin where a page does: that is up to a sixth cheaper.
const PAGE: usize = 4096;

/// The memory of one thread.
struct Buffers {
    plaintext: Vec<u8>,
    /// Behind a page of room.
    message: Vec<u8>,
    /// How much of `message` is filled, behind the room.
    filled: usize,
}

impl Buffers {
    fn message(&self) -> &[u8] {
        self.message.get(PAGE..PAGE + self.filled).unwrap_or_default()
    }
}

/// A piece that was read.
struct Piece {
    number: u64,
    body: BodySealer,
    /// The header, before the first piece.
    head: Vec<u8>,
    length: usize,
    is_last: bool,
}

impl<R: Read + Send, W: Write + Send> Sealing<R, W> {
    fn run(&self, max_threads: Option<NonZeroUsize>) {
        let plaintext = self.frames * self.frame_length;
        let size = Size { plaintext, memory: plaintext + 1 + self.message_room() };
        in_pieces(max_threads, &size, || self.buffers(), |buffers| self.step(buffers), || self.stop());
    }

    fn buffers(&self) -> Buffers {
        // One byte more tells a full last frame from one that something follows.
        let plaintext = vec![0; self.frames * self.frame_length + 1];
        Buffers { plaintext, message: vec![0; self.message_room()], filled: 0 }
    }

    fn message_room(&self) -> usize {
        PAGE + self.frames * (self.frame_length + FRAME_OVERHEAD) + self.frame_length + FINAL_FRAME_OVERHEAD
    }

    /// Takes one piece all the way; tells whether there may be another.
    fn step(&self, buffers: &mut Buffers) -> bool {
        let (number, piece) = match lock(&self.source).next(self.frames, &mut buffers.plaintext) {
            None => return false,
            Some(Ok(piece)) => (piece.number, Ok(piece)),
            Some(Err((number, error))) => (number, Err(error)),
        };
        let sealed = piece.and_then(|piece| {
            let (length, is_last) = (piece.length, piece.is_last);
            self.seal(piece, buffers).map(|goes_on| goes_on.then_some((length, is_last)))
        });
        if matches!(sealed, Ok(None)) {
            return false;
        }
        let Some(mut sink) = self.sink.take(number) else { return false };
        let written = sealed.and_then(|sealed| {
            let is_last = sealed.is_some_and(|(_, is_last)| is_last);
            sink.write(buffers, is_last)?;
            Ok(sealed)
        });
        let goes_on = match written {
            Ok(piece) => {
                let (length, is_last) = piece.unwrap_or_default();
                sink.plaintext_length += length as u64;
                sink.message_length += buffers.filled as u64;
                !is_last
            }
            Err(error) => {
                sink.error = Some(error);
                false
            }
        };
        if sink.error.is_some() {
            // Before the turn passes: nothing is written any more.
            self.stop();
        }
        self.sink.pass(sink);
        goes_on
    }

    /// Seals a piece, and hashes it when its turn comes; tells whether it came.
    fn seal(&self, piece: Piece, buffers: &mut Buffers) -> Result<bool, Error> {
        let Piece { number, mut body, head, length, is_last } = piece;
        let plaintext = buffers.plaintext.get(..length).unwrap_or_default();
        if !head.is_empty() {
            buffers.message.resize(buffers.message.len() + head.len(), 0);
            copy(&head, buffers.message.get_mut(PAGE..).unwrap_or_default());
        }
        let out = buffers.message.get_mut(PAGE + head.len()..).unwrap_or_default();
        let (taken, mut written) = body.seal_frames(plaintext, out)?;
        let rest = plaintext.get(taken..).unwrap_or_default();
        if is_last {
            written += body.finish(rest, out.get_mut(written..).unwrap_or_default())?;
        } else if !rest.is_empty() {
            return Err(Error::Limit { what: "the number of frames", limit: u32::MAX.into() });
        }
        buffers.filled = head.len() + written;

        if let Some(turn) = &self.signer {
            let Some(mut signer) = turn.take(number) else { return Ok(false) };
            // The header was hashed when it was written.
            signer.update(buffers.message().get(head.len()..).unwrap_or_default());
            if is_last {
                let footer = signer.footer()?;
                buffers.message.truncate(PAGE + buffers.filled);
                buffers.message.extend(&footer);
                buffers.filled += footer.len();
            } else {
                turn.pass(signer);
            }
        }
        Ok(true)
    }

    fn stop(&self) {
        lock(&self.source).at_end = true;
        self.signer.iter().for_each(Turn::stop);
        self.sink.stop();
    }
}

impl<R: Read> Source<R> {
    /// Reads the next piece into `plaintext`; `None` after the last. An error has the place of the piece.
    fn next(&mut self, frames: usize, plaintext: &mut [u8]) -> Option<Result<Piece, (u64, Error)>> {
        if self.at_end {
            return None;
        }
        let number = self.piece;
        self.piece += 1;
        let piece = self.read(number, frames, plaintext);
        self.at_end |= piece.is_err();
        Some(piece.map_err(|error| (number, error)))
    }

    fn read(&mut self, number: u64, frames: usize, plaintext: &mut [u8]) -> Result<Piece, Error> {
        let frame_length = self.body.frame_length();
        // Where no regular frame may follow, the final one takes a whole frame; the byte behind it is one too much.
        let length = match self.body.frames_left().min(frames) {
            0 => frame_length + 1,
            frames => frames * frame_length,
        };
        let room = plaintext.get_mut(..length).unwrap_or_default();
        let mut filled = 0;
        while filled < room.len() {
            match read(&mut self.reader, room.get_mut(filled..).unwrap_or_default())? {
                0 => {
                    self.at_end = true;
                    break;
                }
                length => filled += length,
            }
        }
        let body = self.body.split(filled)?;
        Ok(Piece { number, body, head: std::mem::take(&mut self.head), length: filled, is_last: self.at_end })
    }
}

impl<W: Write> Sink<W> {
    /// Writes a piece, but for a last page that is not whole.
    fn write(&mut self, buffers: &mut Buffers, is_last: bool) -> Result<(), Error> {
        let start = PAGE - self.held.len();
        copy(&self.held, buffers.message.get_mut(start..).unwrap_or_default());
        let bytes = buffers.message.get(start..PAGE + buffers.filled).unwrap_or_default();
        let whole = if is_last { bytes.len() } else { bytes.len() - bytes.len() % PAGE };
        let (now, later) = bytes.split_at_checked(whole).unwrap_or_default();
        write_all(&mut self.writer, now)?;
        self.held.clear();
        self.held.extend_from_slice(later);
        Ok(())
    }
}
