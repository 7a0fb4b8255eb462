//! The header: what a message says of itself.
//!
//! Guarantees: what is written is what [`HeaderParser`](super::HeaderParser) reads; the tag covers every byte of the header's
//! body, and after it the pairs of the context that are required but not stored.

use super::HeaderParser;
use crate::{AlgorithmSuite, EncryptedDataKey, EncryptionContext, Error, Limits, MessageVersion};
use std::collections::BTreeSet;
use std::io::Read;

pub(crate) const IV_LENGTH: usize = 12;
pub(crate) const COMMITMENT_LENGTH: usize = 32;
/// The one type of messages of version 1.
pub(crate) const TYPE: u8 = 0x80;

/// How the content is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentType {
    /// As one block. Read only: older clients wrote it.
    Unframed,
    /// In frames of one length, the last one shorter or not.
    Framed,
}

impl ContentType {
    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::Unframed => 1,
            Self::Framed => 2,
        }
    }
}

/// The header of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageHeader {
    /// The version of the format.
    pub version: MessageVersion,
    /// The suite.
    pub suite: AlgorithmSuite,
    /// Names this message: 16 random bytes in version 1, 32 in version 2.
    pub message_id: Vec<u8>,
    /// The context as it is stored; keys that are required from the reader are not in it.
    pub context: EncryptionContext,
    /// The data key, wrapped once or more.
    pub encrypted_data_keys: Vec<EncryptedDataKey>,
    /// How the content is laid out.
    pub content_type: ContentType,
    /// Bytes of plaintext in a frame; 0 if there are none.
    pub frame_length: u32,
    /// The commitment to the data key, in version 2.
    pub commitment: Option<[u8; COMMITMENT_LENGTH]>,
    /// The IV of the header's tag; zeros, which version 2 does not store.
    pub iv: [u8; IV_LENGTH],
    /// The header's tag.
    pub tag: [u8; 16],
}

impl MessageHeader {
    /// Reads the header of a message, and not one byte beyond it. **Nothing is verified**: that takes the data key.
    /// Reads field by field, so give it a reader with a buffer.
    pub fn read(mut reader: impl Read, limits: &Limits) -> Result<Self, Error> {
        let mut parser = HeaderParser::new(limits.clone());
        let mut chunk = [0; 4096];
        while !parser.is_complete() {
            let length = parser.missing().min(chunk.len());
            let room = chunk.get_mut(..length).unwrap_or_default();
            match reader.read(room) {
                Ok(0) => return Err(Error::Truncated { at: parser.length() }),
                Ok(read) => parser.feed(room.get(..read).unwrap_or_default()).map(drop)?,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(parser.finish()?.header)
    }

    /// Appends the header's body: everything but IV and tag.
    pub(crate) fn write_body(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        match self.version {
            MessageVersion::One => out.extend([1, TYPE]),
            MessageVersion::Two => out.push(2),
        }
        out.extend(self.suite.id().to_be_bytes());
        out.extend(&self.message_id);
        field(out, &self.context.serialize())?;
        out.extend(short(self.encrypted_data_keys.len())?);
        for key in &self.encrypted_data_keys {
            write_data_key(key, out)?;
        }
        out.push(self.content_type.byte());
        match (self.version, &self.commitment) {
            (MessageVersion::One, _) => {
                out.extend([0; 4]);
                out.push(IV_LENGTH as u8);
                out.extend(self.frame_length.to_be_bytes());
            }
            (MessageVersion::Two, commitment) => {
                out.extend(self.frame_length.to_be_bytes());
                out.extend(commitment.iter().flatten());
            }
        }
        Ok(())
    }

    /// Appends IV and tag as this version stores them.
    pub(crate) fn write_authentication(&self, out: &mut Vec<u8>) {
        if self.version == MessageVersion::One {
            out.extend(self.iv);
        }
        out.extend(self.tag);
    }
}

/// Appends an encrypted data key as headers carry it.
pub(crate) fn write_data_key(key: &EncryptedDataKey, out: &mut Vec<u8>) -> Result<(), Error> {
    field(out, key.provider_id.as_bytes())?;
    field(out, &key.provider_info)?;
    field(out, &key.ciphertext)
}

/// The pairs of `context` that are authenticated and not stored.
pub(crate) fn required_pairs(context: &EncryptionContext, required: &BTreeSet<String>) -> EncryptionContext {
    let mut pairs = context.clone();
    for (key, _) in context.iter().filter(|(key, _)| !required.contains(*key)) {
        pairs.remove(key);
    }
    pairs
}

/// The pairs of `context` that are stored.
pub(crate) fn stored_pairs(context: &EncryptionContext, required: &BTreeSet<String>) -> EncryptionContext {
    let mut pairs = context.clone();
    for key in required {
        pairs.remove(key);
    }
    pairs
}

fn field(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Error> {
    out.extend(short(bytes.len())?);
    out.extend(bytes);
    Ok(())
}

fn short(length: usize) -> Result<[u8; 2], Error> {
    let limit = Error::Limit { what: "the length of a field of the header", limit: u64::from(u16::MAX) };
    u16::try_from(length).map(u16::to_be_bytes).map_err(|_| limit)
}
