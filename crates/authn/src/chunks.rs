//! Takes `aws-chunked` bodies apart: data in chunks, each perhaps signed, perhaps with a checksum behind them.
//!
//! Guarantees: bytes come out only after the signature of their chunk was verified, where chunks are signed and
//! signatures count; the sum of
//! the chunks is what `x-amz-decoded-content-length` said; there is a final chunk and nothing behind it; memory is
//! bounded by [`MAX_SIGNED_CHUNK`] whatever a chunk says of its size. Where chunks are not signed bytes come out as they
//! arrive. Either way nothing is to be kept of a body before [`Decoder::finish`] has said that it is whole.
//!
//! Source: S3 API Reference, "Transferring payload in multiple chunks (chunked upload)" and "Including trailing headers".

use crate::body::BodyError;
use crate::canonical::hex;
use crate::claim::{Claim, Stamp};
use crate::trailer::Trailer;
use crate::verify::SigningKey;
use crate::{Mismatch, canonical};
use primitives::{ChecksumAlgorithm, sha256};

/// The largest signed chunk, in bytes: it is held until its signature is verified. SDKs send 64 KiB to 1 MiB.
pub const MAX_SIGNED_CHUNK: u64 = 16 << 20;

/// The smallest chunk but the last one, in bytes: S3's rule, so that signatures are not most of the body.
pub const MIN_CHUNK: u64 = 8192;

/// The longest line between chunks; a chunk's has a size and a signature, at most 180 characters.
const MAX_LINE: usize = 1024;

/// A body in chunks whose request was verified; [`Chunked::decoder`] takes it apart.
#[derive(Debug)]
pub struct Chunked {
    /// Chunks carry signatures.
    pub(crate) signed: bool,
    /// What verifies them, unless they are not to be.
    pub(crate) chain: Option<Chain>,
    pub(crate) length: u64,
    pub(crate) trailer: Option<ChecksumAlgorithm>,
}

impl Chunked {
    /// The length of the data, without its chunks, that the request declared.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// What reads the body.
    pub fn decoder(self) -> Decoder {
        let trailer = self.trailer.map(|algorithm| Trailer::new(algorithm, self.signed));
        Decoder {
            signed: self.signed,
            chain: self.chain,
            length: self.length,
            trailer,
            state: State::Size,
            line: Vec::new(),
            chunk: Vec::new(),
            received: 0,
            chunks: 0,
            last_size: None,
        }
    }
}

/// Signatures that follow one another, each covering the one before.
pub(crate) struct Chain {
    key: SigningKey,
    algorithm: &'static str,
    stamp: Stamp,
    scope: String,
    access_key_id: String,
    previous: String,
}

impl std::fmt::Debug for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chain").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl Chain {
    /// The chain that a verified claim begins.
    pub(crate) fn new(key: SigningKey, claim: &Claim<'_>) -> Self {
        Self {
            key,
            algorithm: claim.algorithm(),
            stamp: claim.stamp,
            scope: canonical::scope(claim),
            access_key_id: claim.access_key_id.clone().into_owned(),
            previous: claim.signature.clone().into_owned(),
        }
    }

    fn verify_chunk(&mut self, data: &[u8], signature: &str) -> Result<(), BodyError> {
        let empty = hex(&sha256(b""));
        let hash = hex(&sha256(data));
        self.verify("PAYLOAD", &[&empty, b"\n", &hash], signature)
    }

    pub(crate) fn verify_trailer(&mut self, canonical: &[u8], signature: &str) -> Result<(), BodyError> {
        let hash = hex(&sha256(canonical));
        self.verify("TRAILER", &[&hash], signature)
    }

    fn verify(&mut self, kind: &str, last: &[&[u8]], signature: &str) -> Result<(), BodyError> {
        // Signatures of Signature Version 4a vary in length, so clients pad them.
        let signature = signature.trim_end_matches('*');
        let (stamp, scope, previous) = (self.stamp.as_str(), &self.scope, &self.previous);
        let mut to_sign =
            [self.algorithm, "-", kind, "\n", stamp, "\n", scope, "\n", previous, "\n"].concat().into_bytes();
        to_sign.extend(last.concat());
        if self.key.verifies(&to_sign, signature) {
            signature.clone_into(&mut self.previous);
            return Ok(());
        }
        Err(BodyError::BadSignature(Box::new(Mismatch {
            access_key_id: self.access_key_id.clone(),
            signature: crate::malformed::shorten(signature),
            string_to_sign: to_sign,
            canonical_request: None,
        })))
    }
}

/// Reads a body as it arrives.
pub struct Decoder {
    signed: bool,
    chain: Option<Chain>,
    length: u64,
    trailer: Option<Trailer>,
    state: State,
    /// The line that is arriving.
    line: Vec<u8>,
    /// The signed chunk that is arriving.
    chunk: Vec<u8>,
    received: u64,
    chunks: u64,
    last_size: Option<u64>,
}

/// What comes next.
enum State {
    /// The line that begins a chunk.
    Size,
    /// So many bytes of a chunk's data.
    Data { left: u64, signature: String },
    /// The end of the line behind a chunk's data.
    DataEnd,
    /// Lines behind the final chunk, up to an empty one.
    Trailer,
    /// Nothing.
    End,
}

impl Decoder {
    /// Takes the next bytes of the body, and appends what has been verified of the data to `out`.
    ///
    /// After an error the decoder is of no more use, nor is what came out of it.
    pub fn push(&mut self, mut input: &[u8], out: &mut Vec<u8>) -> Result<(), BodyError> {
        while !input.is_empty() {
            match &mut self.state {
                State::Data { left, .. } => {
                    let take = usize::try_from(*left).unwrap_or(usize::MAX).min(input.len());
                    let (data, rest) = input.split_at(take);
                    *left -= data.len() as u64;
                    let done = *left == 0;
                    input = rest;
                    if self.chain.is_some() {
                        self.chunk.extend_from_slice(data);
                    } else {
                        self.release(data, out);
                    }
                    if done {
                        self.end_chunk(out)?;
                    }
                }
                State::End => return Err(BodyError::Malformed),
                State::Size | State::DataEnd | State::Trailer => {
                    let end = input.iter().position(|byte| *byte == b'\n');
                    let (part, rest) = input.split_at(end.map_or(input.len(), |end| end + 1));
                    input = rest;
                    if self.line.len() + part.len() > MAX_LINE {
                        return Err(BodyError::Malformed);
                    }
                    self.line.extend_from_slice(part);
                    if end.is_some() {
                        let line = std::mem::take(&mut self.line);
                        self.read_line(&line)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Says that the body has ended; an error if it was not whole, or is not what its checksum says.
    pub fn finish(self) -> Result<(), BodyError> {
        match self.state {
            State::End => Ok(()),
            _ => Err(BodyError::Incomplete),
        }
    }

    fn read_line(&mut self, line: &[u8]) -> Result<(), BodyError> {
        match self.state {
            State::Size => {
                let line = line.strip_suffix(b"\r\n").ok_or(BodyError::Malformed)?;
                self.begin_chunk(std::str::from_utf8(line).map_err(|_| BodyError::Malformed)?)
            }
            State::DataEnd if line == b"\r\n" => {
                self.state = State::Size;
                Ok(())
            }
            State::Trailer => {
                let line = line.strip_suffix(b"\n").unwrap_or(line);
                self.read_trailer(line.strip_suffix(b"\r").unwrap_or(line))
            }
            _ => Err(BodyError::Malformed),
        }
    }

    fn begin_chunk(&mut self, line: &str) -> Result<(), BodyError> {
        let (size, signature) = match (self.signed, line.split_once(';')) {
            (false, None) => (line, ""),
            (true, Some((size, extension))) => {
                (size, extension.strip_prefix("chunk-signature=").ok_or(BodyError::Malformed)?)
            }
            _ => return Err(BodyError::Malformed),
        };
        let size = read_size(size).ok_or(BodyError::Malformed)?;
        self.received =
            self.received.checked_add(size).filter(|sum| *sum <= self.length).ok_or(BodyError::Incomplete)?;
        if size > 0
            && let Some(small) = self.last_size.filter(|last| *last < MIN_CHUNK)
        {
            return Err(BodyError::ChunkSize { chunk: self.chunks, size: small });
        }
        self.chunks += 1;
        if self.chain.is_some() && size > MAX_SIGNED_CHUNK {
            return Err(BodyError::ChunkSize { chunk: self.chunks, size });
        }
        self.last_size = Some(size);
        if size > 0 {
            self.state = State::Data { left: size, signature: signature.to_owned() };
            return Ok(());
        }
        if let Some(chain) = &mut self.chain {
            chain.verify_chunk(b"", signature)?;
        }
        if self.received < self.length {
            return Err(BodyError::Incomplete);
        }
        self.state = State::Trailer;
        Ok(())
    }

    /// The data of a chunk is there.
    fn end_chunk(&mut self, out: &mut Vec<u8>) -> Result<(), BodyError> {
        let State::Data { signature, .. } = std::mem::replace(&mut self.state, State::DataEnd) else { return Ok(()) };
        if let Some(chain) = &mut self.chain {
            let chunk = std::mem::take(&mut self.chunk);
            chain.verify_chunk(&chunk, &signature)?;
            self.release(&chunk, out);
        }
        Ok(())
    }

    fn release(&mut self, data: &[u8], out: &mut Vec<u8>) {
        if let Some(trailer) = &mut self.trailer {
            trailer.update(data);
        }
        out.extend_from_slice(data);
    }

    fn read_trailer(&mut self, line: &[u8]) -> Result<(), BodyError> {
        if !line.is_empty() {
            let trailer = self.trailer.as_mut().ok_or(BodyError::Malformed)?;
            return trailer.read(std::str::from_utf8(line).map_err(|_| BodyError::MalformedTrailer)?);
        }
        if let Some(trailer) = self.trailer.take() {
            trailer.check(self.chain.as_mut())?;
        }
        self.state = State::End;
        Ok(())
    }
}

/// Reads a chunk's size: hexadecimal digits and nothing else.
fn read_size(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_hexadecimal_digits_only() {
        for (text, size) in
            [("0", 0), ("1f", 31), ("1F", 31), ("00000000000000ff", 255), ("ffffffffffffffff", u64::MAX)]
        {
            assert_eq!(read_size(text), Some(size), "{text}");
        }
        for text in ["", "-1", "+1", " 1", "1 ", "0x1", "g", "10000000000000000"] {
            assert_eq!(read_size(text), None, "{text}");
        }
    }
}
