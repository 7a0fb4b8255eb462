//! Writes messages: a header from materials, then frames, then the signature.
//!
//! Guarantees: every full frame is a regular one and the rest, empty or not, is the final one, so that the same plaintext
//! is cut the same way however it arrives; a message has at most 2³² − 1 frames; no plaintext beyond the bound that the
//! materials were asked for is sealed.

use super::derive::derive;
use super::frame::{ContentKey, FINAL_FRAME_OVERHEAD, FRAME_OVERHEAD};
use super::header::{ContentType, IV_LENGTH, MessageHeader, required_pairs, stored_pairs};
use super::signature::{MAX_FOOTER_LENGTH, Signer};
use crate::{EncryptionContext, EncryptionMaterials, Error};
use std::num::NonZeroU32;
use std::sync::Arc;

/// A message whose header is written.
pub(crate) struct BegunMessage {
    pub(crate) header: MessageHeader,
    /// The whole context.
    pub(crate) context: EncryptionContext,
    /// The header as it stands in the message.
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: BodySealer,
}

/// Seals a message's content.
pub(crate) struct BodySealer {
    key: Arc<ContentKey>,
    frame_length: usize,
    /// Number of the next frame.
    sequence: u32,
    /// How many bytes of plaintext may still come.
    left: u64,
    bound: u64,
    signer: Option<Signer>,
}

/// The begin of a message. `bound` is the most plaintext that it may have.
pub(crate) fn begin(
    materials: &EncryptionMaterials,
    frame_length: NonZeroU32,
    bound: Option<u64>,
    message_id: Vec<u8>,
) -> Result<BegunMessage, Error> {
    let suite = materials.suite;
    let incomplete = |what: &str| Error::Configuration(format!("the materials manager gave no {what}"));
    let data_key = materials.data_key().ok_or_else(|| incomplete("data key"))?;
    let keys = derive(suite, data_key, &message_id);
    let key = ContentKey::new(keys.content_key.expose(), &message_id)?;
    let mut signer = match (suite.signature(), &materials.signing_key) {
        (None, _) => None,
        (Some(curve), Some(key)) if key.public().curve() == curve => Some(Signer::new(key.clone())),
        (Some(_), _) => return Err(incomplete("signing key for the suite")),
    };
    if materials.encrypted_data_keys.is_empty() {
        return Err(incomplete("encrypted data key"));
    }

    let mut header = MessageHeader {
        version: suite.message_version(),
        suite,
        message_id,
        context: stored_pairs(&materials.context, &materials.required_context_keys),
        encrypted_data_keys: materials.encrypted_data_keys.clone(),
        content_type: ContentType::Framed,
        frame_length: frame_length.get(),
        commitment: keys.commitment,
        iv: [0; IV_LENGTH],
        tag: [0; 16],
    };
    let mut bytes = Vec::with_capacity(1024);
    header.write_body(&mut bytes)?;
    let body_length = bytes.len();
    bytes.extend(required_pairs(&materials.context, &materials.required_context_keys).serialize());
    header.tag = key.authenticate_header(&header.iv, &bytes);
    bytes.truncate(body_length);
    header.write_authentication(&mut bytes);
    if let Some(signer) = &mut signer {
        signer.update(&bytes);
    }

    let frame_length = usize::try_from(frame_length.get())
        .map_err(|_| Error::Configuration("frames of this length do not fit in memory".into()))?;
    let bound = bound.unwrap_or(u64::MAX);
    let body = BodySealer { key: Arc::new(key), frame_length, sequence: 1, left: bound, bound, signer };
    Ok(BegunMessage { header, context: materials.context.clone(), bytes, body })
}

impl BodySealer {
    /// Bytes of plaintext in a full frame.
    pub(crate) fn frame_length(&self) -> usize {
        self.frame_length
    }

    /// Bytes of a full frame.
    pub(crate) fn sealed_frame_length(&self) -> usize {
        self.frame_length + FRAME_OVERHEAD
    }

    /// Most bytes that [`Self::finish`] writes for so many of plaintext.
    pub(crate) fn final_length(&self, rest: usize) -> usize {
        rest + FINAL_FRAME_OVERHEAD + if self.signer.is_some() { MAX_FOOTER_LENGTH } else { 0 }
    }

    /// Seals as many whole frames as `plaintext` has and `out` has room for; tells the bytes taken and written.
    pub(crate) fn seal_frames(&mut self, plaintext: &[u8], out: &mut [u8]) -> Result<(usize, usize), Error> {
        let sealed_length = self.sealed_frame_length();
        let (mut taken, mut written) = (0, 0);
        let frames = plaintext.chunks_exact(self.frame_length).zip(out.chunks_exact_mut(sealed_length));
        for (plaintext, out) in frames {
            // The last number belongs to the final frame.
            if self.sequence == u32::MAX {
                break;
            }
            self.charge(plaintext.len())?;
            self.key.seal_frame(self.sequence, plaintext, out)?;
            if let Some(signer) = &mut self.signer {
                signer.update(out);
            }
            self.sequence += 1;
            taken += plaintext.len();
            written += out.len();
        }
        Ok((taken, written))
    }

    /// Seals what is left as the final frame and signs; tells the bytes written. `out` has [`Self::final_length`].
    pub(crate) fn finish(mut self, rest: &[u8], out: &mut [u8]) -> Result<usize, Error> {
        if rest.len() > self.frame_length {
            return Err(Error::Limit { what: "the number of frames", limit: u32::MAX.into() });
        }
        self.charge(rest.len())?;
        let misfit = || Error::Configuration("a buffer is too short for the final frame".into());
        let (frame, room) = out.split_at_mut_checked(rest.len() + FINAL_FRAME_OVERHEAD).ok_or_else(misfit)?;
        self.key.seal_final_frame(self.sequence, rest, frame)?;
        let mut written = frame.len();
        if let Some(mut signer) = self.signer {
            signer.update(frame);
            let footer = signer.footer()?;
            room.get_mut(..footer.len()).ok_or_else(misfit)?.copy_from_slice(&footer);
            written += footer.len();
        }
        Ok(written)
    }

    /// Takes out what signs. Frames must then be hashed elsewhere, in their order.
    pub(crate) fn take_signer(&mut self) -> Option<Signer> {
        self.signer.take()
    }

    /// Goes past so many bytes of plaintext, whole frames unless they are the last; what it gives seals just these.
    pub(crate) fn split(&mut self, length: usize) -> Result<Self, Error> {
        let (left, sequence) = (length as u64, self.sequence);
        self.charge(length)?;
        let frames = u32::try_from(length / self.frame_length).unwrap_or(u32::MAX);
        self.sequence = sequence.saturating_add(frames);
        Ok(Self {
            key: self.key.clone(),
            frame_length: self.frame_length,
            sequence,
            left,
            bound: self.bound,
            signer: None,
        })
    }

    /// How many regular frames may follow.
    pub(crate) fn frames_left(&self) -> usize {
        usize::try_from(u32::MAX - self.sequence).unwrap_or(usize::MAX)
    }

    /// Whether no regular frame may follow.
    pub(crate) fn is_full(&self) -> bool {
        self.sequence == u32::MAX
    }

    fn charge(&mut self, length: usize) -> Result<(), Error> {
        let exceeded = Error::Limit { what: "the length of the plaintext", limit: self.bound };
        self.left = self.left.checked_sub(length as u64).ok_or(exceeded)?;
        Ok(())
    }

    /// Behaves as if so many frames had been sealed.
    #[cfg(test)]
    pub(crate) fn skip_to(&mut self, sequence: u32) {
        self.sequence = sequence;
    }
}
