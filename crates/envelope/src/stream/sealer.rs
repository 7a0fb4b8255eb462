//! Plaintext in, message out, without I/O.

use super::{Buffer, CHUNK, SMALL_CHUNK, Summary};
use crate::message::{BegunMessage, BodySealer, FRAME_OVERHEAD};
use crate::{EncryptionContext, Error, MessageHeader};
use std::io;

/// A message that is written while its plaintext arrives.
pub(crate) struct Sealer {
    header: MessageHeader,
    context: EncryptionContext,
    /// `None` once the message is complete.
    body: Option<BodySealer>,
    frame_length: usize,
    /// To which the buffers grow once there is much; `None` when they have.
    capacities: Option<(usize, usize)>,
    /// Whether input filled all the room there was.
    is_busy: bool,
    input: Buffer,
    output: Buffer,
    plaintext_length: u64,
    message_length: u64,
}

impl Sealer {
    pub(crate) fn new(message: BegunMessage) -> Self {
        let BegunMessage { header, context, bytes, body } = message;
        let frame_length = body.frame_length();
        let frames = |chunk: usize| (chunk / frame_length.saturating_add(FRAME_OVERHEAD)).max(1);
        let input = |chunk| frames(chunk).saturating_mul(frame_length).min(chunk);
        let output = |chunk| frames(chunk).saturating_mul(frame_length.saturating_add(FRAME_OVERHEAD)).min(chunk);
        let capacities = (input(CHUNK), output(CHUNK));
        let input = Buffer::new(input(SMALL_CHUNK));
        let mut output = Buffer::new(bytes.len() + output(SMALL_CHUNK));
        if let Some(room) = output.room(bytes.len()) {
            room.copy_from_slice(&bytes);
            output.commit(bytes.len());
        }
        let message_length = bytes.len() as u64;
        let body = Some(body);
        Self {
            header,
            context,
            body,
            frame_length,
            capacities: Some(capacities),
            is_busy: false,
            input,
            output,
            plaintext_length: 0,
            message_length,
        }
    }

    pub(crate) fn header(&self) -> &MessageHeader {
        &self.header
    }

    /// The message so far, as far as it was not consumed.
    pub(crate) fn output(&self) -> &[u8] {
        self.output.filled()
    }

    pub(crate) fn consume(&mut self, length: usize) {
        self.output.consume(length);
    }

    /// Whether nothing will be added to the output.
    pub(crate) fn is_complete(&self) -> bool {
        self.body.is_none()
    }

    /// Room for plaintext, never empty.
    pub(crate) fn space(&mut self) -> &mut [u8] {
        if self.is_busy {
            self.grow();
        }
        self.input.make_room(self.frame_length);
        self.input.space()
    }

    /// Counts plaintext that was put into [`Self::space`].
    pub(crate) fn commit(&mut self, length: usize) {
        self.is_busy |= length == self.input.space().len();
        self.input.commit(length);
        self.plaintext_length += length as u64;
    }

    /// Takes plaintext from where it lies, without copying it where that begins with whole frames; tells how much. There
    /// is no output left.
    pub(crate) fn take(&mut self, plaintext: &[u8]) -> Result<usize, Error> {
        if self.is_complete() {
            return Err(Error::Io(io::Error::new(io::ErrorKind::BrokenPipe, "the message was completed before")));
        }
        if self.input.is_empty() && plaintext.len() >= self.frame_length {
            if plaintext.len() >= SMALL_CHUNK {
                self.grow();
            }
            let taken = seal_frames(&mut self.body, plaintext, &mut self.output, &mut self.message_length)?;
            if taken > 0 {
                self.plaintext_length += taken as u64;
                return Ok(taken);
            }
        }
        // Up to the end of a frame, so that what follows need not be copied.
        let left = self.frame_length.saturating_sub(self.input.filled().len()).max(1);
        let piece = plaintext.get(..left).unwrap_or(plaintext);
        let length = super::copy(piece, self.space());
        self.commit(length);
        self.seal()?;
        Ok(length)
    }

    /// Seals what whole frames there are, as far as there is room for output.
    pub(crate) fn seal(&mut self) -> Result<(), Error> {
        let input = self.input.filled();
        let taken = seal_frames(&mut self.body, input, &mut self.output, &mut self.message_length)?;
        self.input.consume(taken);
        Ok(())
    }

    /// Seals what there is, to the end, as far as there is room for output. To be called until the message is complete.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        self.seal()?;
        let rest = self.input.filled();
        let ready = |body: &mut BodySealer| rest.len() < body.frame_length() || body.is_full();
        if let Some(body) = self.body.take_if(ready) {
            let Some(room) = self.output.room(body.final_length(rest.len())) else {
                self.body = Some(body);
                return Ok(());
            };
            let written = body.finish(rest, room)?;
            self.input.consume(rest.len());
            self.output.commit(written);
            self.message_length += written as u64;
        }
        Ok(())
    }

    /// A short message is not worth the memory of a long one.
    fn grow(&mut self) {
        if self.output.is_empty()
            && let Some((input, output)) = self.capacities.take()
        {
            self.input.set_capacity(input);
            self.output.set_capacity(output);
        }
    }

    /// What went through.
    pub(crate) fn into_summary(self) -> Summary {
        Summary {
            header: self.header,
            context: self.context,
            plaintext_length: self.plaintext_length,
            message_length: self.message_length,
        }
    }
}

/// Seals as many whole frames as there are and as there is room for; tells how much plaintext that took.
fn seal_frames(
    body: &mut Option<BodySealer>,
    plaintext: &[u8],
    output: &mut Buffer,
    message_length: &mut u64,
) -> Result<usize, Error> {
    let Some(body) = body else { return Ok(0) };
    if body.is_full() && plaintext.len() > body.frame_length() {
        return Err(Error::Limit { what: "the number of frames", limit: u32::MAX.into() });
    }
    if plaintext.len() < body.frame_length() || output.room(body.sealed_frame_length()).is_none() {
        return Ok(0);
    }
    let (taken, written) = body.seal_frames(plaintext, output.space())?;
    output.commit(written);
    *message_length += written as u64;
    Ok(taken)
}
