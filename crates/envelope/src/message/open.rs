//! Reads messages: verifies the header with the materials, then frame by frame, then the signature.
//!
//! Guarantees: plaintext is released only after its tag verified, and the final frame of a signed message, and all of an
//! unframed one, only after the signature verified; an end that is no end, and a byte behind it, is an error.

use super::derive::{DerivedKeys, derive, derive_unbound};
use super::frame::{ContentKey, FrameKind, FrameParser, NextFrame};
use super::header::{COMMITMENT_LENGTH, MessageHeader, required_pairs};
use super::parser::RawHeader;
use super::signature::Verifier;
use crate::stream::Buffer;
use crate::{DecryptionMaterials, EncryptionContext, Error, Limits};
use std::sync::Arc;

/// A message whose header is verified.
pub(crate) struct VerifiedMessage {
    pub(crate) header: MessageHeader,
    /// The whole context.
    pub(crate) context: EncryptionContext,
    pub(crate) body: BodyOpener,
}

/// Opens a message's content.
pub(crate) struct BodyOpener {
    key: Arc<ContentKey>,
    frames: FrameParser,
    /// Whether a signature must follow, whoever has the verifier.
    is_signed: bool,
    verifier: Option<Verifier>,
    state: State,
    /// Offset of what is read next.
    at: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Frames,
    Footer,
    Done,
}

/// How far a call got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// More input is needed; so many bytes in all must lie there before anything more can be done.
    Needs(usize),
    /// There is no room for the next frame's plaintext until what was released is taken.
    Full,
    /// The message is complete and verified.
    Done,
}

/// Verifies a header. `retry_net_v4_0_0` also takes what version 4.0.0 of AWS's client for .NET wrote.
pub(crate) fn verify(
    raw: RawHeader,
    materials: &DecryptionMaterials,
    limits: &Limits,
    retry_net_v4_0_0: bool,
) -> Result<VerifiedMessage, Error> {
    let header = &raw.header;
    let suite = header.suite;
    let incomplete = |what: &str| Error::Configuration(format!("the materials manager gave no {what}"));
    if materials.suite != suite {
        return Err(incomplete("materials for the suite of the message"));
    }
    let data_key = materials.data_key().ok_or_else(|| incomplete("data key"))?;

    let keys = derive(suite, data_key, &header.message_id);
    if let Some(commitment) = &keys.commitment
        && !header.commitment.is_some_and(|stored| primitives::equal(&stored, commitment))
    {
        let at = raw.body_length.saturating_sub(COMMITMENT_LENGTH) as u64;
        return Err(Error::Tampered { at, what: "the key commitment" });
    }
    let required = required_pairs(&materials.context, &materials.required_context_keys).serialize();
    let body = raw.bytes.get(..raw.body_length).unwrap_or_default();
    let attempt = |keys: &DerivedKeys, required: &[u8]| {
        let key = ContentKey::new(keys.content_key.expose(), &header.message_id)?;
        let verifies = key.verifies_header(&header.iv, &[body, required].concat(), &header.tag);
        Ok::<_, Error>(verifies.then_some(key))
    };
    let mut key = attempt(&keys, &required)?;
    if key.is_none() && retry_net_v4_0_0 {
        // Its keys were not bound to the message, and to no pairs it gave a count.
        let required = if required.is_empty() { vec![0; 2] } else { required };
        key = attempt(&derive_unbound(suite, data_key, &header.message_id), &required)?;
    }
    let key = key.ok_or(Error::Tampered { at: raw.body_length as u64, what: "the header" })?;

    let mut verifier = match (suite.signature(), &materials.verification_key) {
        (None, _) => None,
        (Some(curve), Some(key)) if key.curve() == curve => Some(Verifier::new(key.clone())),
        (Some(_), _) => return Err(incomplete("verification key for the suite")),
    };
    if let Some(verifier) = &mut verifier {
        verifier.update(&raw.bytes);
    }
    let at = raw.bytes.len() as u64;
    let frames = FrameParser::new(header.content_type, header.frame_length, limits, at);
    let is_signed = verifier.is_some();
    let body = BodyOpener { key: Arc::new(key), frames, is_signed, verifier, state: State::Frames, at };
    Ok(VerifiedMessage { header: raw.header, context: materials.context.clone(), body })
}

impl BodyOpener {
    /// Takes out what verifies the signature. Frames must then be hashed elsewhere, in their order, and it must be back
    /// before the final one is opened.
    pub(crate) fn take_verifier(&mut self) -> Option<Verifier> {
        self.verifier.take()
    }

    /// Puts it back.
    pub(crate) fn set_verifier(&mut self, verifier: Verifier) {
        self.verifier = Some(verifier);
    }

    /// How many of the bytes are regular frames, whole ones, before the final frame or what is no frame at all. Only says
    /// where to cut: nothing is checked.
    pub(crate) fn regular_frames<'a>(&self, input: &'a [u8]) -> &'a [u8] {
        let length = self.frames.regular_length();
        let frames = input.chunks_exact(length).take_while(|frame| !FrameParser::is_final(frame)).count();
        input.get(..frames * length).unwrap_or_default()
    }

    /// Goes past so many bytes of regular frames; what it gives opens just these, or goes on behind them to the end.
    pub(crate) fn split(&mut self, length: usize) -> Self {
        let (frames, at) = (self.frames.clone(), self.at);
        self.frames.skip(length);
        self.at += length as u64;
        let (key, is_signed) = (self.key.clone(), self.is_signed);
        Self { key, frames, is_signed, verifier: None, state: self.state, at }
    }

    /// Opens what `input` begins with, frame by frame, into `out`; tells how many bytes it took. `input` is what follows
    /// the bytes that were taken before.
    pub(crate) fn open(&mut self, input: &[u8], out: &mut Buffer) -> Result<(usize, Progress), Error> {
        let mut rest = input;
        loop {
            let taken = match self.state {
                State::Frames => match self.open_frame(rest, out)? {
                    Ok(taken) => taken,
                    Err(progress) => return Ok((input.len() - rest.len(), progress)),
                },
                State::Footer => match self.check_footer(rest)? {
                    Ok(taken) => {
                        out.release();
                        taken
                    }
                    Err(progress) => return Ok((input.len() - rest.len(), progress)),
                },
                State::Done if rest.is_empty() => return Ok((input.len(), Progress::Done)),
                State::Done => {
                    return Err(Error::Malformed {
                        at: self.at,
                        what: "something follows the end of the message".into(),
                    });
                }
            };
            self.at += taken as u64;
            rest = rest.get(taken..).unwrap_or_default();
        }
    }

    /// What to say when the input ends with so many bytes that were not taken.
    pub(crate) fn end(&self, left: usize) -> Result<(), Error> {
        match self.state {
            State::Done => Ok(()),
            State::Frames | State::Footer => Err(Error::Truncated { at: self.at + left as u64 }),
        }
    }

    fn open_frame(&mut self, input: &[u8], out: &mut Buffer) -> Result<Result<usize, Progress>, Error> {
        let frame = match self.frames.next(input)? {
            NextFrame::Frame(frame) => frame,
            NextFrame::Needs(needs) => return Ok(Err(Progress::Needs(needs))),
        };
        let length = frame.ciphertext.len();
        let Some(room) = out.room(length) else { return Ok(Err(Progress::Full)) };
        let tampered = |_| Error::Tampered { at: frame.at, what: frame.kind.name() };
        self.key.open(&frame, room).map_err(tampered)?;
        self.frames.advance(frame.bytes.len());
        if let Some(verifier) = &mut self.verifier {
            verifier.update(frame.bytes);
        }
        match (frame.kind, self.is_signed) {
            (FrameKind::Regular, _) => out.commit(length),
            (FrameKind::Final | FrameKind::Single, false) => {
                out.commit(length);
                self.state = State::Done;
            }
            (FrameKind::Final | FrameKind::Single, true) => {
                out.hold(length);
                self.state = State::Footer;
            }
        }
        Ok(Ok(frame.bytes.len()))
    }

    fn check_footer(&mut self, input: &[u8]) -> Result<Result<usize, Progress>, Error> {
        let Some((length, rest)) = input.split_first_chunk() else { return Ok(Err(Progress::Needs(2))) };
        let length = usize::from(u16::from_be_bytes(*length));
        let Some(signature) = rest.get(..length) else { return Ok(Err(Progress::Needs(2 + length))) };
        if !self.verifier.take().is_some_and(|verifier| verifier.verifies(signature)) {
            return Err(Error::Tampered { at: self.at, what: "the signature" });
        }
        self.state = State::Done;
        Ok(Ok(2 + length))
    }
}
