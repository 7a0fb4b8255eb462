//! The header behind the last chunk of a body: the checksum of its data, perhaps signed.
//!
//! Guarantees: only the trailer that `x-amz-trailer` announced is taken, and it must be there; where chunks are signed it
//! is signed too; the checksum is compared whether anything was signed or not.
//!
//! Source: S3 API Reference, "Signature calculations for trailing headers"; S3 User Guide, "Using trailing checksums".

use crate::body::BodyError;
use crate::chunks::Chain;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use primitives::{Checksum, ChecksumAlgorithm, equal};

/// What is known of the trailer so far.
pub(crate) struct Trailer {
    algorithm: ChecksumAlgorithm,
    checksum: Checksum,
    signed: bool,
    value: Option<String>,
    signature: Option<String>,
}

const SIGNATURE: &str = "x-amz-trailer-signature";

/// The header that carries a checksum.
pub(crate) fn header(algorithm: ChecksumAlgorithm) -> &'static str {
    match algorithm {
        ChecksumAlgorithm::Crc32 => "x-amz-checksum-crc32",
        ChecksumAlgorithm::Crc32C => "x-amz-checksum-crc32c",
        ChecksumAlgorithm::Crc64Nvme => "x-amz-checksum-crc64nvme",
        ChecksumAlgorithm::Sha1 => "x-amz-checksum-sha1",
        ChecksumAlgorithm::Sha256 => "x-amz-checksum-sha256",
    }
}

/// The checksum that `x-amz-trailer` announces; `None` if it announces none, several, or something else.
pub(crate) fn announced(value: &str) -> Option<ChecksumAlgorithm> {
    ChecksumAlgorithm::ALL.into_iter().find(|algorithm| value.trim().eq_ignore_ascii_case(header(*algorithm)))
}

impl Trailer {
    pub(crate) fn new(algorithm: ChecksumAlgorithm, signed: bool) -> Self {
        Self { algorithm, checksum: Checksum::new(algorithm), signed, value: None, signature: None }
    }

    /// Takes more of the data that the checksum is of.
    pub(crate) fn update(&mut self, data: &[u8]) {
        self.checksum.update(data);
    }

    /// Takes a line; the signature is the last one.
    pub(crate) fn read(&mut self, line: &str) -> Result<(), BodyError> {
        let (name, value) = line.split_once(':').ok_or(BodyError::MalformedTrailer)?;
        if self.signature.is_some() {
            return Err(BodyError::MalformedTrailer);
        }
        let slot = if name.eq_ignore_ascii_case(header(self.algorithm)) {
            &mut self.value
        } else if self.signed && name.eq_ignore_ascii_case(SIGNATURE) {
            &mut self.signature
        } else {
            return Err(BodyError::MalformedTrailer);
        };
        match slot.replace(value.trim().to_owned()) {
            None => Ok(()),
            Some(_) => Err(BodyError::MalformedTrailer),
        }
    }

    /// Verifies signature and checksum when all lines are there.
    pub(crate) fn check(self, chain: Option<&mut Chain>) -> Result<(), BodyError> {
        let name = header(self.algorithm);
        let value = self.value.ok_or(BodyError::MalformedTrailer)?;
        if let Some(chain) = chain {
            let signature = self.signature.ok_or(BodyError::MalformedTrailer)?;
            chain.verify_trailer(format!("{name}:{value}\n").as_bytes(), &signature)?;
        }
        let computed = self.checksum.finish();
        let claimed = STANDARD.decode(&value).ok().filter(|claimed| claimed.len() == computed.len());
        let claimed = claimed.ok_or(BodyError::BadChecksum(name))?;
        if equal(&claimed, &computed) { Ok(()) } else { Err(BodyError::WrongChecksum(self.algorithm.name())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_checksum_is_announced() {
        assert_eq!(announced(" X-Amz-Checksum-CRC32C "), Some(ChecksumAlgorithm::Crc32C));
        for bad in ["", "x-amz-checksum-md4", "x-amz-checksum-crc32,x-amz-checksum-sha1", "x-amz-meta-a"] {
            assert_eq!(announced(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_unsigned_trailer_is_the_announced_checksum_and_right() {
        let trailer = |lines: &[&str]| {
            let mut trailer = Trailer::new(ChecksumAlgorithm::Crc32, false);
            trailer.update(b"123456789");
            lines.iter().try_for_each(|line| trailer.read(line))?;
            trailer.check(None)
        };
        let right = "x-amz-checksum-crc32:y/Q5Jg==";
        assert_eq!(trailer(&[right]), Ok(()));
        assert_eq!(trailer(&[]), Err(BodyError::MalformedTrailer));
        assert_eq!(trailer(&[right, right]), Err(BodyError::MalformedTrailer));
        assert_eq!(trailer(&[right, "x-amz-trailer-signature:00"]), Err(BodyError::MalformedTrailer));
        assert_eq!(trailer(&["x-amz-checksum-sha1:y/Q5Jg=="]), Err(BodyError::MalformedTrailer));
        assert_eq!(trailer(&["x-amz-checksum-crc32"]), Err(BodyError::MalformedTrailer));
        assert_eq!(trailer(&["x-amz-checksum-crc32:y/Q5JQ=="]), Err(BodyError::WrongChecksum("CRC32")));
        for bad in ["", "y/Q5", "y/Q5Jg", "!", "y/Q5JgAA"] {
            let line = format!("x-amz-checksum-crc32:{bad}");
            assert_eq!(trailer(&[&line]), Err(BodyError::BadChecksum("x-amz-checksum-crc32")), "{bad}");
        }
    }
}
