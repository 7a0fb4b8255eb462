//! Reads headers as their bytes arrive.
//!
//! Guarantees: fields are read in order, each checked as soon as its last byte is there, so that what exceeds a limit is
//! refused before more is asked for; every byte is looked at once; nothing is held that has not arrived.

use super::header::{COMMITMENT_LENGTH, ContentType, IV_LENGTH, MessageHeader, TYPE};
use crate::{AlgorithmSuite, EncryptedDataKey, EncryptionContext, Error, Limits, MessageVersion};

/// A header in the making.
pub(crate) struct HeaderParser {
    limits: Limits,
    bytes: Vec<u8>,
    /// Offset of the field that is awaited.
    at: usize,
    /// The field and its length; `None` behind the last.
    next: Option<(Field, usize)>,
    parts: Parts,
}

/// A header that was read whole. Its values are not verified yet.
pub(crate) struct RawHeader {
    pub(crate) header: MessageHeader,
    /// All of its bytes.
    pub(crate) bytes: Vec<u8>,
    /// How many of them are its body.
    pub(crate) body_length: usize,
}

#[derive(Clone, Copy)]
enum Field {
    Version,
    /// What follows an `A`, where a version should stand.
    Base64,
    Type,
    Suite,
    MessageId,
    ContextLength,
    Context,
    KeyCount,
    ProviderIdLength,
    ProviderId,
    ProviderInfoLength,
    ProviderInfo,
    CiphertextLength,
    Ciphertext,
    ContentType,
    Reserved,
    IvLength,
    FrameLength,
    Commitment,
    Iv,
    Tag,
}

/// What was read so far.
struct Parts {
    header: MessageHeader,
    keys_left: u16,
    body_length: usize,
}

impl HeaderParser {
    pub(crate) fn new(limits: Limits) -> Self {
        let header = MessageHeader {
            version: MessageVersion::Two,
            suite: AlgorithmSuite::Aes256GcmHkdfSha512CommitKey,
            message_id: Vec::new(),
            context: EncryptionContext::default(),
            encrypted_data_keys: Vec::new(),
            content_type: ContentType::Framed,
            frame_length: 0,
            commitment: None,
            iv: [0; IV_LENGTH],
            tag: [0; 16],
        };
        let parts = Parts { header, keys_left: 0, body_length: 0 };
        Self { limits, bytes: Vec::new(), at: 0, next: Some((Field::Version, 1)), parts }
    }

    /// Whether the header is complete.
    pub(crate) fn is_complete(&self) -> bool {
        self.next.is_none()
    }

    /// How many bytes it takes at least until more can be said; 0 when complete.
    pub(crate) fn missing(&self) -> usize {
        self.next.map_or(0, |(_, length)| (self.at + length).saturating_sub(self.bytes.len()))
    }

    /// Bytes taken so far.
    pub(crate) fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Takes what belongs to the header from the begin of `input`; tells how many bytes that were.
    pub(crate) fn feed(&mut self, input: &[u8]) -> Result<usize, Error> {
        let mut rest = input;
        while let Some((field, length)) = self.next {
            let missing = self.missing();
            let (taken, left) = rest.split_at(missing.min(rest.len()));
            self.bytes.extend(taken);
            rest = left;
            if taken.len() < missing {
                break;
            }
            let value = self.bytes.get(self.at..).unwrap_or_default();
            let next = self.parts.read(field, value, self.at, &self.limits)?;
            self.at += length;
            if let Some((_, length)) = next
                && self.at + length > self.limits.header_length
            {
                return Err(Error::Limit { what: "the length of the header", limit: self.limits.header_length as u64 });
            }
            self.next = next;
        }
        Ok(input.len() - rest.len())
    }

    /// The header, once it is complete.
    pub(crate) fn finish(self) -> Result<RawHeader, Error> {
        if !self.is_complete() {
            return Err(Error::Truncated { at: self.length() });
        }
        Ok(RawHeader { header: self.parts.header, bytes: self.bytes, body_length: self.parts.body_length })
    }
}

impl Parts {
    /// Takes a field, which begins at `at`; tells the next one and its length.
    fn read(
        &mut self,
        field: Field,
        value: &[u8],
        at: usize,
        limits: &Limits,
    ) -> Result<Option<(Field, usize)>, Error> {
        let malformed = |what: &str| Err(Error::Malformed { at: at as u64, what: what.to_owned() });
        let header = &mut self.header;
        let end = at + value.len();
        let byte = value.first().copied().unwrap_or_default();
        let next = match field {
            Field::Version => match byte {
                1 => {
                    header.version = MessageVersion::One;
                    (Field::Type, 1)
                }
                2 => (Field::Suite, 2),
                b'A' => (Field::Base64, 1),
                other => return malformed(&format!("there is no message version {other}")),
            },
            Field::Base64 => {
                let what = match byte {
                    b'Y' | b'g' => "this looks like a message in Base64; decode it first",
                    _ => "there is no message version 65",
                };
                return Err(Error::Malformed { at: 0, what: what.into() });
            }
            Field::Type if byte != TYPE => return malformed(&format!("there is no message type {byte:#04x}")),
            Field::Type => (Field::Suite, 2),
            Field::Suite => {
                let id = short(value);
                let Some(suite) = AlgorithmSuite::from_id(id) else {
                    return malformed(&format!("there is no algorithm suite {id:04x}"));
                };
                if suite.message_version() != header.version {
                    return malformed(&format!("messages of this version do not use the suite {suite}"));
                }
                header.suite = suite;
                (Field::MessageId, header.version.message_id_length())
            }
            Field::MessageId => {
                header.message_id = value.to_vec();
                (Field::ContextLength, 2)
            }
            Field::ContextLength => {
                let length = usize::from(short(value));
                if length > limits.context_length {
                    let limit = limits.context_length as u64;
                    return Err(Error::Limit { what: "the length of the encryption context", limit });
                }
                if length == 0 { (Field::KeyCount, 2) } else { (Field::Context, length) }
            }
            Field::Context => {
                header.context = read_context(value, at)?;
                (Field::KeyCount, 2)
            }
            Field::KeyCount => {
                self.keys_left = short(value);
                if self.keys_left == 0 {
                    return malformed("there is no encrypted data key");
                }
                if self.keys_left > limits.encrypted_data_keys {
                    let limit = u64::from(limits.encrypted_data_keys);
                    return Err(Error::Limit { what: "the number of encrypted data keys", limit });
                }
                (Field::ProviderIdLength, 2)
            }
            Field::ProviderIdLength => (Field::ProviderId, short(value).into()),
            Field::ProviderId => {
                let Ok(id) = String::from_utf8(value.to_vec()) else {
                    return malformed("the provider id of a data key is not UTF-8");
                };
                header.encrypted_data_keys.push(EncryptedDataKey {
                    provider_id: id,
                    provider_info: Vec::new(),
                    ciphertext: Vec::new(),
                });
                (Field::ProviderInfoLength, 2)
            }
            Field::ProviderInfoLength => (Field::ProviderInfo, short(value).into()),
            Field::ProviderInfo => {
                if let Some(key) = header.encrypted_data_keys.last_mut() {
                    key.provider_info = value.to_vec();
                }
                (Field::CiphertextLength, 2)
            }
            Field::CiphertextLength => (Field::Ciphertext, short(value).into()),
            Field::Ciphertext => {
                if let Some(key) = header.encrypted_data_keys.last_mut() {
                    key.ciphertext = value.to_vec();
                }
                self.keys_left = self.keys_left.saturating_sub(1);
                if self.keys_left > 0 { (Field::ProviderIdLength, 2) } else { (Field::ContentType, 1) }
            }
            Field::ContentType => {
                header.content_type = match byte {
                    1 => ContentType::Unframed,
                    2 => ContentType::Framed,
                    other => return malformed(&format!("there is no content type {other}")),
                };
                match header.version {
                    MessageVersion::One => (Field::Reserved, 4),
                    MessageVersion::Two => (Field::FrameLength, 4),
                }
            }
            Field::Reserved if value != [0; 4] => return malformed("the reserved bytes are not zero"),
            Field::Reserved => (Field::IvLength, 1),
            Field::IvLength if usize::from(byte) != IV_LENGTH => {
                return malformed(&format!("IVs of {byte} bytes instead of {IV_LENGTH}"));
            }
            Field::IvLength => (Field::FrameLength, 4),
            Field::FrameLength => {
                header.frame_length = u32::from_be_bytes(value.try_into().unwrap_or_default());
                match (header.content_type, header.frame_length) {
                    (ContentType::Framed, 0) => return malformed("frames of no length"),
                    (ContentType::Unframed, 1..) => return malformed("a frame length in a message without frames"),
                    (_, length) if u64::from(length) > limits.frame_length => {
                        return Err(Error::Limit { what: "the length of frames", limit: limits.frame_length });
                    }
                    _ => {}
                }
                match header.version {
                    MessageVersion::One => {
                        self.body_length = end;
                        (Field::Iv, IV_LENGTH)
                    }
                    MessageVersion::Two => (Field::Commitment, COMMITMENT_LENGTH),
                }
            }
            Field::Commitment => {
                header.commitment = value.try_into().ok();
                self.body_length = end;
                (Field::Tag, header.tag.len())
            }
            Field::Iv => {
                header.iv = value.try_into().unwrap_or_default();
                (Field::Tag, header.tag.len())
            }
            Field::Tag => {
                header.tag = value.try_into().unwrap_or_default();
                return Ok(None);
            }
        };
        Ok(Some(next))
    }
}

fn short(value: &[u8]) -> u16 {
    value.try_into().map_or(0, u16::from_be_bytes)
}

/// A context that fills `value`, which begins at `at`. Older clients wrote a count of 0 where nothing should stand; the
/// pairs may be in any order, since what was written is what the tag covers.
fn read_context(value: &[u8], at: usize) -> Result<EncryptionContext, Error> {
    let mut context = EncryptionContext::default();
    let mut rest = value;
    let place = |rest: &[u8]| (at + value.len() - rest.len()) as u64;
    let malformed = |at: u64, what: &str| Error::Malformed { at, what: what.to_owned() };
    let overrun = |rest: &[u8]| malformed(place(rest), "the encryption context does not end where it should");

    let count = take(&mut rest, 2).ok_or_else(|| overrun(value)).map(short)?;
    for _ in 0..count {
        let begin = place(rest);
        let mut text = || {
            let length = take(&mut rest, 2).map(short)?;
            take(&mut rest, length.into())
        };
        let (key, value) = (text(), text());
        let (Some(key), Some(value)) = (key, value) else { return Err(overrun(rest)) };
        let (Ok(key), Ok(value)) = (str::from_utf8(key), str::from_utf8(value)) else {
            return Err(malformed(begin, "a pair of the encryption context is not UTF-8"));
        };
        if context.contains(key) {
            return Err(malformed(begin, "a key of the encryption context stands there twice"));
        }
        context.insert(key, value)?;
    }
    if rest.is_empty() { Ok(context) } else { Err(overrun(rest)) }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}
