//! Frames: how content is cut, sealed and opened.
//!
//! Guarantees: frames are numbered 1, 2, 3 … and the number is the IV of what is written, so that no IV comes twice under
//! one key; a frame's place, length and being the last are authenticated with it. Sealing and opening a frame takes nothing
//! but the key, the message id, the number and the bytes, allocates nothing, and may happen on many threads at once.

use super::header::{ContentType, IV_LENGTH};
use crate::{Error, Limits};
use primitives::{AesGcm, BadTag, TAG_LENGTH};

/// Stands where the number of a frame would, before the last.
const END: [u8; 4] = [0xff; 4];
const REGULAR_HEAD: usize = 4 + IV_LENGTH;
const FINAL_HEAD: usize = 4 + 4 + IV_LENGTH + 4;
const SINGLE_HEAD: usize = IV_LENGTH + 8;
/// By how much a regular frame is longer than its plaintext.
pub(crate) const FRAME_OVERHEAD: usize = REGULAR_HEAD + TAG_LENGTH;
/// By how much the final frame is longer than its plaintext.
pub(crate) const FINAL_FRAME_OVERHEAD: usize = FINAL_HEAD + TAG_LENGTH;
/// Most that AES-GCM takes under one IV, in bytes.
const MAX_SINGLE_BLOCK: u64 = (1 << 36) - 32;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameKind {
    Regular,
    Final,
    /// All of the content, of an unframed message.
    Single,
}

impl FrameKind {
    /// As errors call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Regular => "a frame",
            Self::Final => "the final frame",
            Self::Single => "the content",
        }
    }

    fn label(self) -> &'static [u8] {
        match self {
            Self::Regular => b"AWSKMSEncryptionClient Frame",
            Self::Final => b"AWSKMSEncryptionClient Final Frame",
            Self::Single => b"AWSKMSEncryptionClient Single Block",
        }
    }
}

/// What the content of one message is sealed and opened with.
pub(crate) struct ContentKey {
    aead: AesGcm,
    message_id: Vec<u8>,
}

impl ContentKey {
    /// `key` is as long as an AES key.
    pub(crate) fn new(key: &[u8], message_id: &[u8]) -> Result<Self, Error> {
        let unusable = || Error::Configuration("the content key has not the length of an AES key".into());
        Ok(Self { aead: AesGcm::new(key).ok_or_else(unusable)?, message_id: message_id.to_vec() })
    }

    /// The tag of a header.
    pub(crate) fn authenticate_header(&self, iv: &[u8; IV_LENGTH], aad: &[u8]) -> [u8; TAG_LENGTH] {
        let mut tag = [0; TAG_LENGTH];
        self.aead.seal(iv, aad, &[], &mut [], &mut tag);
        tag
    }

    /// Whether a header has this tag.
    pub(crate) fn verifies_header(&self, iv: &[u8; IV_LENGTH], aad: &[u8], tag: &[u8; TAG_LENGTH]) -> bool {
        self.aead.open(iv, aad, &[], tag, &mut []).is_ok()
    }

    /// Writes the regular frame of this number into `out`, which is [`FRAME_OVERHEAD`] longer than the plaintext.
    pub(crate) fn seal_frame(&self, sequence: u32, plaintext: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let (head, rest) = out.split_first_chunk_mut::<REGULAR_HEAD>().ok_or_else(misfit)?;
        let (body, tag) = rest.split_last_chunk_mut::<TAG_LENGTH>().ok_or_else(misfit)?;
        let iv = iv(sequence);
        fill(head, &[&sequence.to_be_bytes(), &iv]);
        self.seal(FrameKind::Regular, sequence, &iv, plaintext, body, tag)
    }

    /// Writes the final frame into `out`, which is [`FINAL_FRAME_OVERHEAD`] longer than the plaintext.
    pub(crate) fn seal_final_frame(&self, sequence: u32, plaintext: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let (head, rest) = out.split_first_chunk_mut::<FINAL_HEAD>().ok_or_else(misfit)?;
        let (body, tag) = rest.split_last_chunk_mut::<TAG_LENGTH>().ok_or_else(misfit)?;
        let iv = iv(sequence);
        let length = u32::try_from(plaintext.len()).map_err(|_| misfit())?;
        fill(head, &[&END, &sequence.to_be_bytes(), &iv, &length.to_be_bytes()]);
        self.seal(FrameKind::Final, sequence, &iv, plaintext, body, tag)
    }

    fn seal(
        &self,
        kind: FrameKind,
        sequence: u32,
        iv: &[u8; IV_LENGTH],
        plaintext: &[u8],
        body: &mut [u8],
        tag: &mut [u8; TAG_LENGTH],
    ) -> Result<(), Error> {
        if body.len() != plaintext.len() {
            return Err(misfit());
        }
        let aad = self.aad(kind, sequence, plaintext.len());
        self.aead.seal(iv, aad.as_bytes(), plaintext, body, tag);
        Ok(())
    }

    /// Content without frames, which nobody writes any more.
    #[cfg(test)]
    pub(crate) fn single_block(&self, plaintext: &[u8]) -> Vec<u8> {
        let mut out = vec![0; SINGLE_HEAD + plaintext.len() + TAG_LENGTH];
        let (head, rest) = out.split_first_chunk_mut::<SINGLE_HEAD>().unwrap();
        let (body, tag) = rest.split_last_chunk_mut().unwrap();
        let iv = iv(1);
        fill(head, &[&iv, &(plaintext.len() as u64).to_be_bytes()]);
        self.seal(FrameKind::Single, 1, &iv, plaintext, body, tag).unwrap();
        out
    }

    /// Writes a frame's plaintext into `out`, which is as long as its ciphertext. On an error `out` holds nothing of worth.
    pub(crate) fn open(&self, frame: &Frame<'_>, out: &mut [u8]) -> Result<(), BadTag> {
        let aad = self.aad(frame.kind, frame.sequence, frame.ciphertext.len());
        self.aead.open(frame.iv, aad.as_bytes(), frame.ciphertext, frame.tag, out)
    }

    fn aad(&self, kind: FrameKind, sequence: u32, length: usize) -> Aad {
        let mut aad = Aad { bytes: [0; MAX_AAD], length: 0 };
        aad.push(&self.message_id);
        aad.push(kind.label());
        aad.push(&sequence.to_be_bytes());
        aad.push(&(length as u64).to_be_bytes());
        aad
    }
}

/// Message id, label, number, length.
const MAX_AAD: usize = 32 + 35 + 4 + 8;

/// What a frame's tag covers besides its ciphertext.
struct Aad {
    bytes: [u8; MAX_AAD],
    length: usize,
}

impl Aad {
    fn push(&mut self, part: &[u8]) {
        let end = self.length + part.len();
        // Message ids have 16 or 32 bytes, so this is always there.
        if let Some(room) = self.bytes.get_mut(self.length..end) {
            room.copy_from_slice(part);
            self.length = end;
        }
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

fn iv(sequence: u32) -> [u8; IV_LENGTH] {
    u128::from(sequence).to_be_bytes().last_chunk().copied().unwrap_or_default()
}

fn fill(out: &mut [u8], parts: &[&[u8]]) {
    for (to, from) in out.iter_mut().zip(parts.iter().copied().flatten()) {
        *to = *from;
    }
}

fn misfit() -> Error {
    Error::Configuration("a buffer has not the length of its frame".into())
}

/// A frame, where it lies.
pub(crate) struct Frame<'a> {
    pub(crate) kind: FrameKind,
    pub(crate) sequence: u32,
    /// As it is stored: early clients did not write the number here.
    pub(crate) iv: &'a [u8; IV_LENGTH],
    pub(crate) ciphertext: &'a [u8],
    pub(crate) tag: &'a [u8; TAG_LENGTH],
    /// All of its bytes.
    pub(crate) bytes: &'a [u8],
    /// Its offset in the message.
    pub(crate) at: u64,
}

/// What the bytes at hand begin with.
pub(crate) enum NextFrame<'a> {
    Frame(Frame<'a>),
    /// A piece of a frame: more cannot be said before there are so many bytes.
    Needs(usize),
}

/// Finds frames, in order, without a key.
#[derive(Clone)]
pub(crate) struct FrameParser {
    content_type: ContentType,
    frame_length: u32,
    limits: Limits,
    /// Number of the next frame.
    sequence: u32,
    /// Offset of the next frame.
    at: u64,
}

impl FrameParser {
    /// For the content that begins at offset `at`.
    pub(crate) fn new(content_type: ContentType, frame_length: u32, limits: &Limits, at: u64) -> Self {
        Self { content_type, frame_length, limits: limits.clone(), sequence: 1, at }
    }

    /// The next frame, which `input` begins with.
    pub(crate) fn next<'a>(&self, input: &'a [u8]) -> Result<NextFrame<'a>, Error> {
        match (self.content_type, input.first_chunk::<4>()) {
            (ContentType::Unframed, _) => self.single(input),
            (ContentType::Framed, None) => Ok(NextFrame::Needs(4)),
            (ContentType::Framed, Some(&END)) => self.last(input),
            (ContentType::Framed, Some(word)) => self.regular(u32::from_be_bytes(*word), input),
        }
    }

    fn regular<'a>(&self, sequence: u32, input: &'a [u8]) -> Result<NextFrame<'a>, Error> {
        self.check_sequence(sequence, 0)?;
        let length = u64::from(self.frame_length);
        let iv = input.get(4..).and_then(|rest| rest.first_chunk());
        self.frame(FrameKind::Regular, input, REGULAR_HEAD, iv, length)
    }

    fn last<'a>(&self, input: &'a [u8]) -> Result<NextFrame<'a>, Error> {
        let word = |at: usize| input.get(at..).and_then(|rest| rest.first_chunk()).copied().map(u32::from_be_bytes);
        let Some(sequence) = word(4) else { return Ok(NextFrame::Needs(8)) };
        self.check_sequence(sequence, 4)?;
        let Some(length) = word(8 + IV_LENGTH) else { return Ok(NextFrame::Needs(FINAL_HEAD)) };
        if length > self.frame_length {
            let what = format!("a final frame of {length} bytes in a message with frames of {}", self.frame_length);
            return Err(Error::Malformed { at: self.at + 8 + IV_LENGTH as u64, what });
        }
        let iv = input.get(8..).and_then(|rest| rest.first_chunk());
        self.frame(FrameKind::Final, input, FINAL_HEAD, iv, length.into())
    }

    fn single<'a>(&self, input: &'a [u8]) -> Result<NextFrame<'a>, Error> {
        let length = input.get(IV_LENGTH..).and_then(|rest| rest.first_chunk()).copied().map(u64::from_be_bytes);
        let Some(length) = length else { return Ok(NextFrame::Needs(SINGLE_HEAD)) };
        if length > MAX_SINGLE_BLOCK {
            let what = format!("content of {length} bytes, which is more than AES-GCM takes");
            return Err(Error::Malformed { at: self.at + IV_LENGTH as u64, what });
        }
        if length > self.limits.frame_length {
            let limit = self.limits.frame_length;
            return Err(Error::Limit { what: "the length of content without frames", limit });
        }
        self.frame(FrameKind::Single, input, SINGLE_HEAD, input.first_chunk(), length)
    }

    fn frame<'a>(
        &self,
        kind: FrameKind,
        input: &'a [u8],
        head: usize,
        iv: Option<&'a [u8; IV_LENGTH]>,
        length: u64,
    ) -> Result<NextFrame<'a>, Error> {
        if length > self.limits.held_length {
            let limit = self.limits.held_length;
            return Err(Error::Limit { what: "the length of what one tag covers", limit });
        }
        let too_long = |_| Error::Limit { what: "the length of frames", limit: usize::MAX as u64 };
        let length = usize::try_from(length).map_err(too_long)?;
        let Some(total) = head.checked_add(length).and_then(|sum| sum.checked_add(TAG_LENGTH)) else {
            return Err(Error::Limit { what: "the length of frames", limit: usize::MAX as u64 });
        };
        let bytes = input.get(..total);
        let split = bytes.and_then(|bytes| bytes.get(head..)).and_then(|rest| rest.split_last_chunk());
        let (Some(bytes), Some(iv), Some((ciphertext, tag))) = (bytes, iv, split) else {
            return Ok(NextFrame::Needs(total));
        };
        Ok(NextFrame::Frame(Frame { kind, sequence: self.sequence, iv, ciphertext, tag, bytes, at: self.at }))
    }

    /// Goes past a frame of so many bytes.
    pub(crate) fn advance(&mut self, length: usize) {
        self.at += length as u64;
        // The last number is written as the mark of the end, so no regular frame has it and nothing follows.
        self.sequence = self.sequence.saturating_add(1);
    }

    /// Goes past so many bytes of regular frames.
    pub(crate) fn skip(&mut self, length: usize) {
        let frames = u32::try_from(length / self.regular_length()).unwrap_or(u32::MAX);
        self.at += length as u64;
        self.sequence = self.sequence.saturating_add(frames);
    }

    /// Bytes of a regular frame.
    pub(crate) fn regular_length(&self) -> usize {
        usize::try_from(self.frame_length).unwrap_or(usize::MAX).saturating_add(FRAME_OVERHEAD)
    }

    /// Whether a frame is marked as the final one.
    pub(crate) fn is_final(frame: &[u8]) -> bool {
        frame.starts_with(&END)
    }

    fn check_sequence(&self, sequence: u32, at: u64) -> Result<(), Error> {
        if sequence == self.sequence {
            return Ok(());
        }
        let what = format!("frame {} where frame {} should follow", sequence, self.sequence);
        Err(Error::Malformed { at: self.at + at, what })
    }

    /// Behaves as if so many frames had passed.
    #[cfg(test)]
    pub(crate) fn skip_to(&mut self, sequence: u32) {
        self.sequence = sequence;
    }
}
