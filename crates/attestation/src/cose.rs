//! COSE_Sign1 (RFC 9052 §4.2), as far as attestation documents use it.
//!
//! Guarantees: tagged or not, the algorithm is ES384 and nothing else, stands in the protected header alone, and no byte
//! is left over. What has no length is not read: AWS writes none, and one value shall have few forms.

use crate::{MAX_DOCUMENT, Refused};
use minicbor::Decoder;
use minicbor::data::{Tag, Type};

/// Longest payload ("Nitro Enclaves Attestation Process" §3.1).
const MAX_PAYLOAD: usize = 16_384;

/// The tag of COSE_Sign1.
const COSE_SIGN1: u64 = 18;
/// The header `alg`, and the algorithm ES384 (RFC 9053 §2.1).
const ALG: i64 = 1;
const ES384: i64 = -35;
/// Two integers of 48 bytes.
const SIGNATURE: usize = 96;

/// A message whose signature nobody has looked at.
pub(crate) struct Signed<'a> {
    protected: &'a [u8],
    pub(crate) payload: &'a [u8],
    pub(crate) signature: &'a [u8],
}

impl<'a> Signed<'a> {
    pub(crate) fn read(document: &'a [u8]) -> Result<Self, Refused> {
        if document.is_empty() || document.len() > MAX_DOCUMENT {
            return Err(Refused::Malformed("it is empty or longer than 262144 bytes"));
        }
        let mut decoder = Decoder::new(document);
        if decoder.datatype()? == Type::Tag && decoder.tag()? != Tag::new(COSE_SIGN1) {
            return Err(SHAPE);
        }
        if decoder.array()? != Some(4) {
            return Err(SHAPE);
        }
        let protected = decoder.bytes()?;
        check_protected(protected)?;
        if decoder.map()? != Some(0) {
            return Err(Refused::Malformed("it has headers that are not protected"));
        }
        let payload = decoder.bytes()?;
        if payload.is_empty() || payload.len() > MAX_PAYLOAD {
            return Err(Refused::Malformed("its payload is empty or longer than 16384 bytes"));
        }
        let signature = decoder.bytes()?;
        if signature.len() != SIGNATURE || decoder.position() != document.len() {
            return Err(SHAPE);
        }
        Ok(Self { protected, payload, signature })
    }

    /// What the signature is over: `Sig_structure` (RFC 9052 §4.4) with the context "Signature1" and nothing external.
    pub(crate) fn to_be_signed(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.payload.len() + 32);
        bytes.extend_from_slice(b"\x84\x6aSignature1");
        byte_string(self.protected, &mut bytes);
        byte_string(&[], &mut bytes);
        byte_string(self.payload, &mut bytes);
        bytes
    }
}

const SHAPE: Refused = Refused::Malformed("it is not a COSE_Sign1 structure with an ES384 signature");

fn check_protected(header: &[u8]) -> Result<(), Refused> {
    let mut decoder = Decoder::new(header);
    let is_es384 = decoder.map()? == Some(1) && decoder.i64()? == ALG && decoder.i64()? == ES384;
    if is_es384 && decoder.position() == header.len() { Ok(()) } else { Err(SHAPE) }
}

/// Appends a byte string in its shortest form, which is the form that is signed. None is longer than a payload.
fn byte_string(content: &[u8], out: &mut Vec<u8>) {
    let length = content.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ 0..=23), _) => out.push(0x40 | length),
        (Ok(length), _) => out.extend_from_slice(&[0x58, length]),
        (_, length) => {
            out.push(0x59);
            out.extend_from_slice(&length.unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    out.extend_from_slice(content);
}
