//! Checksums of bodies, as S3 names them. They find damage; none of them proves who sent something.
//!
//! Sources: S3 User Guide, "Checking object integrity"; the CRC catalogue of Greg Cook (CRC-32/ISO-HDLC, CRC-32/ISCSI,
//! CRC-64/NVME); FIPS 180-4.

use aws_lc_rs::digest;
use crc::{CRC_32_ISCSI, CRC_32_ISO_HDLC, CRC_64_NVME, Crc, Digest, Table};

/// Which checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChecksumAlgorithm {
    /// CRC32.
    Crc32,
    /// CRC32C.
    Crc32C,
    /// CRC64NVME.
    Crc64Nvme,
    /// SHA1.
    Sha1,
    /// SHA256.
    Sha256,
}

impl ChecksumAlgorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Crc32, Self::Crc32C, Self::Crc64Nvme, Self::Sha1, Self::Sha256];

    /// S3's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32C => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }
}

/// A checksum in the making, for data that arrives in parts.
#[derive(Clone)]
pub struct Checksum(State);

#[derive(Clone)]
enum State {
    Crc32(Digest<'static, u32, Table<16>>),
    Crc64(Digest<'static, u64, Table<16>>),
    Sha(digest::Context),
}

static CRC32: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISO_HDLC);
static CRC32C: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISCSI);
static CRC64_NVME: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_NVME);

impl Checksum {
    /// The checksum of nothing so far.
    pub fn new(algorithm: ChecksumAlgorithm) -> Self {
        Self(match algorithm {
            ChecksumAlgorithm::Crc32 => State::Crc32(CRC32.digest()),
            ChecksumAlgorithm::Crc32C => State::Crc32(CRC32C.digest()),
            ChecksumAlgorithm::Crc64Nvme => State::Crc64(CRC64_NVME.digest()),
            ChecksumAlgorithm::Sha1 => State::Sha(digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY)),
            ChecksumAlgorithm::Sha256 => State::Sha(digest::Context::new(&digest::SHA256)),
        })
    }

    /// Appends `data`.
    pub fn update(&mut self, data: &[u8]) {
        match &mut self.0 {
            State::Crc32(digest) => digest.update(data),
            State::Crc64(digest) => digest.update(data),
            State::Sha(context) => context.update(data),
        }
    }

    /// The checksum of all that was appended, as its bytes are written: the most significant first.
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Crc32(digest) => digest.finalize().to_be_bytes().to_vec(),
            State::Crc64(digest) => digest.finalize().to_be_bytes().to_vec(),
            State::Sha(context) => context.finish().as_ref().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogues_check_values_come_out_however_the_data_is_cut() {
        // The catalogue gives each CRC's value for these nine digits; the hashes' are of FIPS 180-4 code.
        let table: [(ChecksumAlgorithm, &str); 5] = [
            (ChecksumAlgorithm::Crc32, "cbf43926"),
            (ChecksumAlgorithm::Crc32C, "e3069283"),
            (ChecksumAlgorithm::Crc64Nvme, "ae8b14860a799888"),
            (ChecksumAlgorithm::Sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
            (ChecksumAlgorithm::Sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
        ];
        for (algorithm, expected) in table {
            for cut in 0..=9 {
                let (one, other) = b"123456789".split_at(cut);
                let mut checksum = Checksum::new(algorithm);
                checksum.update(one);
                checksum.update(other);
                assert_eq!(base::hex(&checksum.finish()), expected, "{}", algorithm.name());
            }
        }
    }
}
