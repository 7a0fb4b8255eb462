//! Message in, plaintext out, without I/O.

use super::{Buffer, CHUNK, SMALL_CHUNK, Summary};
use crate::message::{BodyOpener, FRAME_OVERHEAD, HeaderParser, Progress, RawHeader, VerifiedMessage};
use crate::{EncryptionContext, Error, Limits, MessageHeader};

/// A message that is read while it arrives.
pub(crate) struct Opener {
    stage: Stage,
    verified: Option<(MessageHeader, EncryptionContext)>,
    /// To which the buffers grow once there is much; `None` when they have.
    capacities: Option<(usize, usize)>,
    /// Whether input filled all the room there was.
    is_busy: bool,
    input: Buffer,
    output: Buffer,
    /// Bytes of input that the next step takes.
    needs: usize,
    plaintext_length: u64,
    message_length: u64,
}

enum Stage {
    Header(Box<HeaderParser>),
    /// The header is out for verification.
    Verifying,
    Body(Box<BodyOpener>),
}

/// What it takes to go on.
pub(crate) enum Demand {
    /// More of the message.
    Input,
    /// The header, verified with its materials: [`Opener::verified`].
    Materials(Box<RawHeader>),
    /// That output is taken.
    Output,
    /// Nothing: all is released and was taken. What still comes is too much.
    Nothing,
}

impl Opener {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            stage: Stage::Header(Box::new(HeaderParser::new(limits.clone()))),
            verified: None,
            capacities: None,
            is_busy: false,
            input: Buffer::new(SMALL_CHUNK),
            output: Buffer::new(SMALL_CHUNK),
            needs: 1,
            plaintext_length: 0,
            message_length: 0,
        }
    }

    /// Room for the message's next bytes, never empty.
    pub(crate) fn space(&mut self) -> &mut [u8] {
        if self.is_busy
            && self.output.is_empty()
            && let Some((input, output)) = self.capacities.take()
        {
            self.input.set_capacity(input);
            self.output.set_capacity(output);
        }
        self.input.make_room(self.needs);
        self.input.space()
    }

    /// Counts bytes that were put into [`Self::space`].
    pub(crate) fn commit(&mut self, length: usize) {
        self.is_busy |= length == self.input.space().len();
        self.input.commit(length);
        self.message_length += length as u64;
    }

    /// Plaintext that is released and not consumed.
    pub(crate) fn output(&self) -> &[u8] {
        self.output.filled()
    }

    pub(crate) fn consume(&mut self, length: usize) {
        self.output.consume(length);
        self.plaintext_length += length as u64;
    }

    /// Header and context, once they are verified.
    pub(crate) fn header(&self) -> Option<&(MessageHeader, EncryptionContext)> {
        self.verified.as_ref()
    }

    /// Goes on with the body.
    pub(crate) fn verified(&mut self, message: VerifiedMessage) {
        let frame_length = usize::try_from(message.header.frame_length).unwrap_or(usize::MAX);
        let frame = frame_length.saturating_add(FRAME_OVERHEAD);
        if frame <= CHUNK && frame_length > 0 {
            // Whole frames, and at least what may lie there already.
            let frames = CHUNK.div_ceil(frame);
            self.capacities = Some((frames * frame, frames * frame_length));
        }
        self.stage = Stage::Body(Box::new(message.body));
        self.verified = Some((message.header, message.context));
    }

    /// Does what can be done with the input at hand.
    pub(crate) fn advance(&mut self) -> Result<Demand, Error> {
        match &mut self.stage {
            Stage::Header(parser) => {
                let taken = parser.feed(self.input.filled())?;
                self.input.consume(taken);
                if !parser.is_complete() {
                    return Ok(Demand::Input);
                }
            }
            Stage::Verifying => return Err(super::failed_before()),
            Stage::Body(body) => {
                let (taken, progress) = body.open(self.input.filled(), &mut self.output)?;
                self.input.consume(taken);
                if let Progress::Needs(needs) = progress {
                    self.needs = needs;
                }
                return Ok(match progress {
                    _ if !self.output.is_empty() => Demand::Output,
                    Progress::Needs(_) | Progress::Full => Demand::Input,
                    Progress::Done => Demand::Nothing,
                });
            }
        }
        match std::mem::replace(&mut self.stage, Stage::Verifying) {
            Stage::Header(parser) => Ok(Demand::Materials(Box::new(parser.finish()?))),
            Stage::Verifying | Stage::Body(_) => Err(super::failed_before()),
        }
    }

    /// That the message is at its end: an error unless it is complete.
    pub(crate) fn end(&self) -> Result<(), Error> {
        match &self.stage {
            Stage::Body(body) => body.end(self.input.filled().len()),
            Stage::Header(_) | Stage::Verifying => Err(Error::Truncated { at: self.message_length }),
        }
    }

    /// What went through, once the end was reached.
    pub(crate) fn into_summary(self) -> Result<Summary, Error> {
        let (plaintext_length, message_length) = (self.plaintext_length, self.message_length);
        let (header, context) = self.verified.ok_or(Error::Truncated { at: message_length })?;
        Ok(Summary { header, context, plaintext_length, message_length })
    }
}
