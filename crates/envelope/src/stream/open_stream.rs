//! Decrypting from a reader to a writer on several threads.
//!
//! Guarantees: plaintext goes out in order, a regular frame once its tag verified, the final one of a signed message once
//! the signature did; what is behind a frame that does not verify never goes out; the error is the one that reading
//! from the begin would find first. Memory is a few megabytes whatever goes through; what is short, has no frames or
//! has very long ones sees one thread.

use super::turn::{Size, Turn, in_pieces, lock};
use super::{Buffer, LONG_FRAME, PIECE, SMALL_CHUNK, Summary, read, write_all};
use crate::message::{BodyOpener, FRAME_OVERHEAD, Progress, Verifier};
use crate::{ContentType, Decryptor, EncryptionContext, Error, MessageHeader};
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::sync::Mutex;

/// Decrypts the message that `reader` gives to `writer`.
pub(crate) fn decrypt<R: Read + Send, W: Write + Send>(
    decryptor: &Decryptor,
    reader: R,
    writer: W,
    context: &EncryptionContext,
    max_threads: Option<NonZeroUsize>,
) -> Result<Summary, Error> {
    let mut reader = Fused { reader, at_end: false };
    let mut input = Buffer::new(SMALL_CHUNK);
    let mut parser = decryptor.parser();
    let mut taken = 0;
    while !parser.is_complete() {
        if input.is_empty() {
            let length = read(&mut reader, input.space())?;
            if length == 0 {
                return Err(Error::Truncated { at: taken });
            }
            input.commit(length);
        }
        let length = parser.feed(input.filled())?;
        input.consume(length);
        taken += length as u64;
    }
    let verified = decryptor.verify(parser.finish()?, context)?;
    let (header, context, mut body) = (verified.header, verified.context, verified.body);

    // Short messages are not worth the memory of long ones.
    while !reader.at_end && !input.space().is_empty() {
        let length = read(&mut reader, input.space())?;
        input.commit(length);
    }
    let frame_length = usize::try_from(header.frame_length).unwrap_or(usize::MAX);
    if reader.at_end || header.content_type == ContentType::Unframed || frame_length > LONG_FRAME {
        let mut sink = Sink::new(writer, taken);
        let mut output = Buffer::new(0);
        sink.drain(&mut body, &mut reader, &mut input, &mut output)?;
        return sink.finish(header, context);
    }
    let frames = (PIECE / frame_length).max(1);
    let verifier = body.take_verifier().map(Turn::new);
    let source = Source { reader: Some(reader), body, carry: input, piece: 0 };
    let opening = Opening {
        source: Mutex::new(source),
        verifier,
        sink: Turn::new(Sink::new(writer, taken)),
        message_room: frames * (frame_length + FRAME_OVERHEAD),
        plaintext_room: frames * frame_length,
    };
    opening.run(max_threads);
    opening.sink.into_inner().ok_or_else(super::failed_before)?.finish(header, context)
}

struct Opening<R, W> {
    source: Mutex<Source<R>>,
    /// For signed suites.
    verifier: Option<Turn<Verifier>>,
    sink: Turn<Sink<W>>,
    /// Bytes of message in a piece, whole frames.
    message_room: usize,
    plaintext_room: usize,
}

/// A reader that is not asked again once it was at its end: a terminal would go on.
struct Fused<R> {
    reader: R,
    at_end: bool,
}

impl<R: Read> Read for Fused<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let length = if self.at_end { 0 } else { self.reader.read(space)? };
        self.at_end = length == 0;
        Ok(length)
    }
}

/// What comes, piece by piece.
struct Source<R> {
    /// Away once the last piece has it.
    reader: Option<R>,
    /// Opens what was not read yet.
    body: BodyOpener,
    /// What was read with the header.
    carry: Buffer,
    /// Number of the next piece.
    piece: u64,
}

/// Where it goes, and how it went.
struct Sink<W> {
    writer: W,
    plaintext_length: u64,
    message_length: u64,
    error: Option<Error>,
}

/// The memory of one thread.
struct Buffers {
    message: Buffer,
    plaintext: Buffer,
}

/// A piece that was read.
struct Piece<R> {
    number: u64,
    body: BodyOpener,
    /// How many bytes of it are regular frames.
    regular: usize,
    /// With the last piece, whose end may not have been read yet; an error of the reader otherwise.
    rest: Result<Option<R>, Error>,
}

impl<R: Read + Send, W: Write + Send> Opening<R, W> {
    fn run(&self, max_threads: Option<NonZeroUsize>) {
        let size = Size { plaintext: self.plaintext_room, memory: self.message_room + self.plaintext_room };
        in_pieces(max_threads, &size, || self.buffers(), |buffers| self.step(buffers), || self.stop());
    }

    fn buffers(&self) -> Buffers {
        Buffers { message: Buffer::new(self.message_room), plaintext: Buffer::new(self.plaintext_room) }
    }

    /// Takes one piece all the way; tells whether there may be another.
    fn step(&self, buffers: &mut Buffers) -> bool {
        let Some(piece) = lock(&self.source).next(&mut buffers.message) else { return false };
        let Piece { number, mut body, regular, rest } = piece;
        let opened = self.open(number, &mut body, regular, &rest, buffers);
        if matches!(opened, Ok(false)) {
            return false;
        }
        let Some(mut sink) = self.sink.take(number) else { return false };
        let written = opened.and(rest).and_then(|last| {
            sink.message_length += regular as u64;
            sink.write(&mut buffers.plaintext)?;
            let Some(mut reader) = last else { return Ok(true) };
            sink.drain(&mut body, &mut reader, &mut buffers.message, &mut buffers.plaintext)?;
            Ok(false)
        });
        let goes_on = written.unwrap_or_else(|error| {
            sink.error = Some(error);
            false
        });
        if sink.error.is_some() {
            // Before the turn passes: nothing is written any more.
            self.stop();
        }
        self.sink.pass(sink);
        goes_on
    }

    /// Opens the regular frames of a piece, and hashes them when their turn comes; tells whether it came.
    fn open(
        &self,
        number: u64,
        body: &mut BodyOpener,
        regular: usize,
        rest: &Result<Option<R>, Error>,
        buffers: &mut Buffers,
    ) -> Result<bool, Error> {
        let frames = buffers.message.filled().get(..regular).unwrap_or_default();
        // The room is that of a piece's frames.
        let (taken, progress) = body.open(frames, &mut buffers.plaintext)?;
        if taken != regular || progress == Progress::Full {
            return Err(super::failed_before());
        }
        if let Some(turn) = &self.verifier {
            let Some(mut verifier) = turn.take(number) else { return Ok(false) };
            verifier.update(frames);
            match rest {
                Ok(None) => turn.pass(verifier),
                _ => body.set_verifier(verifier),
            }
        }
        buffers.message.consume(regular);
        Ok(true)
    }

    fn stop(&self) {
        lock(&self.source).reader = None;
        self.verifier.iter().for_each(Turn::stop);
        self.sink.stop();
    }
}

impl<R: Read> Source<R> {
    /// Reads the next piece into `message`; `None` after the last.
    fn next(&mut self, message: &mut Buffer) -> Option<Piece<R>> {
        let mut reader = self.reader.take()?;
        let number = self.piece;
        self.piece += 1;
        let filled = self.fill(&mut reader, message);
        let regular = self.body.regular_frames(message.filled()).len();
        let body = self.body.split(regular);
        let rest = filled.map(|is_full| {
            // Whole frames to the last byte, and none of them the final one: there is more to come.
            if is_full && regular == message.filled().len() {
                self.reader = Some(reader);
                None
            } else {
                Some(reader)
            }
        });
        Some(Piece { number, body, regular, rest })
    }

    /// Tells whether the room was filled before the end came.
    fn fill(&mut self, reader: &mut R, message: &mut Buffer) -> Result<bool, Error> {
        while !message.space().is_empty() {
            if !self.carry.is_empty() {
                let length = super::copy(self.carry.filled(), message.space());
                self.carry.consume(length);
                message.commit(length);
                continue;
            }
            match read(reader, message.space())? {
                0 => return Ok(false),
                length => message.commit(length),
            }
        }
        Ok(true)
    }
}

impl<W: Write> Sink<W> {
    fn new(writer: W, message_length: u64) -> Self {
        Self { writer, plaintext_length: 0, message_length, error: None }
    }

    /// Writes what was released.
    fn write(&mut self, plaintext: &mut Buffer) -> Result<(), Error> {
        let bytes = plaintext.filled();
        write_all(&mut self.writer, bytes)?;
        self.plaintext_length += bytes.len() as u64;
        let length = bytes.len();
        plaintext.consume(length);
        Ok(())
    }

    /// Goes on to the end of the message, and makes sure that there is nothing behind it.
    fn drain(
        &mut self,
        body: &mut BodyOpener,
        reader: &mut impl Read,
        input: &mut Buffer,
        output: &mut Buffer,
    ) -> Result<(), Error> {
        let mut needs = 1;
        loop {
            let (taken, progress) = body.open(input.filled(), output)?;
            input.consume(taken);
            self.message_length += taken as u64;
            self.write(output)?;
            match progress {
                Progress::Full => continue,
                Progress::Needs(more) => needs = more,
                Progress::Done => {}
            }
            input.make_room(needs);
            match read(reader, input.space())? {
                0 => return body.end(input.filled().len()),
                length => input.commit(length),
            }
        }
    }

    fn finish(mut self, header: MessageHeader, context: EncryptionContext) -> Result<Summary, Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        self.writer.flush()?;
        let (plaintext_length, message_length) = (self.plaintext_length, self.message_length);
        Ok(Summary { header, context, plaintext_length, message_length })
    }
}
