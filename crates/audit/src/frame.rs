//! The bytes of the log: segment headers and frames.
//!
//! ```text
//! header  magic 8 | version 4 | first sequence number 8 | hash before this segment 32 | MAC of all that 32
//! frame   length 4 | sequence number 8 | event id 16 | sealed record | MAC(previous hash ‖ frame so far) 32
//! ```
//!
//! Guarantees: the hash of a frame fixes every byte before it, back to the first header of the first segment: the
//! first frame of a segment continues from the header's hash, and the header from the last frame of the segment before.
//! The hashes are HMAC-SHA256 under a key of the chain, so whoever can only write the files cannot cut a record out and
//! link the rest again. Integers are big-endian; the length counts what follows it. Zeros may stand behind the last frame
//! of the segment that is being written, never in one that another follows: room for frames to come.

use base::Uuid;
use primitives::HmacKey;

/// A link of the chain.
pub(crate) type Hash = [u8; 32];

/// The chain's value before the first segment.
pub(crate) const GENESIS: Hash = [0; 32];

const MAGIC: &[u8; 8] = b"FSTAUDIT";
/// The version of segments.
pub(crate) const VERSION: u32 = 2;
const HASHED_HEADER: usize = 8 + 4 + 8 + 32;

/// Bytes of a segment's header.
pub(crate) const HEADER: usize = HASHED_HEADER + 32;

/// Bytes of a frame besides the sealed record.
pub(crate) const OVERHEAD: usize = 4 + 8 + 16 + 32;

/// The longest record that the log takes.
pub(crate) const MAX_ENTRY: usize = 1 << 20;

/// Larger frames do not exist, so that a damaged length is not believed.
const MAX_FRAME: usize = 2 * MAX_ENTRY;

/// Where the chain stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// The number of the record that comes next, counted from zero.
    pub next: u64,
    /// The hash of the newest record, which fixes all before it.
    pub hash: [u8; 32],
}

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The number of its first frame.
    pub(crate) first: u64,
    /// The chain's value before it.
    pub(crate) previous: Hash,
    /// The chain's value after it.
    pub(crate) hash: Hash,
}

/// One record as it lies in a segment.
pub(crate) struct Frame<'a> {
    pub(crate) seq: u64,
    pub(crate) id: Uuid,
    pub(crate) sealed: &'a [u8],
    /// The chain's value after it.
    pub(crate) hash: Hash,
    /// Bytes that it takes in the segment.
    pub(crate) size: usize,
}

/// Why bytes are not a frame that continues the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken(pub(crate) &'static str);

/// The header of a segment that begins with frame `first` after the chain's value `previous`.
pub(crate) fn write_header(key: &HmacKey, first: u64, previous: &Hash) -> (Vec<u8>, Header) {
    let mut bytes = Vec::with_capacity(HEADER);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_be_bytes());
    bytes.extend_from_slice(&first.to_be_bytes());
    bytes.extend_from_slice(previous);
    let hash = key.sign(&[&bytes]);
    bytes.extend_from_slice(&hash);
    (bytes, Header { first, previous: *previous, hash })
}

/// Reads and checks a segment's header.
pub(crate) fn read_header(key: &HmacKey, bytes: &[u8]) -> Result<Header, Broken> {
    let (hashed, rest) = bytes.split_at_checked(HASHED_HEADER).ok_or(Broken("the header is cut short"))?;
    let hash: Hash = *rest.first_chunk().ok_or(Broken("the header is cut short"))?;
    let (magic, rest) = split::<8>(hashed)?;
    let (version, rest) = split::<4>(rest)?;
    let (first, rest) = split::<8>(rest)?;
    let (previous, _) = split::<32>(rest)?;
    if &magic != MAGIC {
        return Err(Broken("it is not a segment of an audit log"));
    }
    match u32::from_be_bytes(version) {
        VERSION => {}
        newer if newer > VERSION => {
            return Err(Broken(
                "it was written by a newer version of Fastness: downgrade is not possible; restore the backup made before \
                 the upgrade, or use the newer version",
            ));
        }
        _ => return Err(Broken("it was written by another version of this server")),
    }
    if !primitives::equal(&key.sign(&[hashed]), &hash) {
        return Err(Broken("the header is not what was written"));
    }
    Ok(Header { first: u64::from_be_bytes(first), previous, hash })
}

/// Appends a frame to `out`; the result is the chain's value after it.
pub(crate) fn write(out: &mut Vec<u8>, key: &HmacKey, previous: &Hash, seq: u64, id: Uuid, sealed: &[u8]) -> Hash {
    let start = out.len();
    // The caller bounds the record far below 4 GiB.
    let length = (sealed.len() + OVERHEAD - 4) as u32;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&seq.to_be_bytes());
    out.extend_from_slice(&id.0);
    out.extend_from_slice(sealed);
    let hash = link(key, previous, out.get(start..).unwrap_or_default());
    out.extend_from_slice(&hash);
    hash
}

/// Reads the frame at the start of `bytes`, which must be number `seq` and continue the chain from `previous`.
pub(crate) fn read<'a>(bytes: &'a [u8], key: &HmacKey, previous: &Hash, seq: u64) -> Result<Frame<'a>, Broken> {
    const SHORT: Broken = Broken("a record is cut short");
    let length = u32::from_be_bytes(*bytes.first_chunk().ok_or(SHORT)?) as usize;
    if !(OVERHEAD - 4..=MAX_FRAME).contains(&length) {
        return Err(Broken("a record has an impossible length"));
    }
    let size = length + 4;
    let whole = bytes.get(..size).ok_or(SHORT)?;
    let (hashed, hash) = whole.split_last_chunk::<32>().ok_or(SHORT)?;
    if !primitives::equal(&link(key, previous, hashed), hash) {
        return Err(Broken("a record does not continue the chain"));
    }
    let (_, rest) = split::<4>(hashed)?;
    let (number, rest) = split::<8>(rest)?;
    let (id, sealed) = split::<16>(rest)?;
    if u64::from_be_bytes(number) != seq {
        return Err(Broken("a record is out of order"));
    }
    Ok(Frame { seq, id: Uuid(id), sealed, hash: *hash, size })
}

fn link(key: &HmacKey, previous: &Hash, frame: &[u8]) -> Hash {
    key.sign(&[previous, frame])
}

fn split<const N: usize>(bytes: &[u8]) -> Result<([u8; N], &[u8]), Broken> {
    bytes.split_first_chunk().map(|(first, rest)| (*first, rest)).ok_or(Broken("it is cut short"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_reads_back_only_where_it_was_written() {
        let (key, other) = (HmacKey::new(&[1; 32]), HmacKey::new(&[2; 32]));
        let mut bytes = Vec::new();
        let id = Uuid([3; 16]);
        let hash = write(&mut bytes, &key, &GENESIS, 9, id, b"sealed");
        let frame = read(&bytes, &key, &GENESIS, 9).unwrap();
        assert_eq!(
            (frame.seq, frame.id, frame.sealed, frame.hash, frame.size),
            (9, id, &b"sealed"[..], hash, bytes.len())
        );
        assert!(read(&bytes, &key, &GENESIS, 10).is_err());
        assert!(read(&bytes, &key, &[1; 32], 9).is_err());
        assert!(read(&bytes, &other, &GENESIS, 9).is_err());
    }

    #[test]
    fn a_segment_of_a_newer_version_is_refused_with_words() {
        let key = HmacKey::new(&[1; 32]);
        let (mut header, _) = write_header(&key, 5, &[8; 32]);
        header[11] += 1;
        let Broken(why) = read_header(&key, &header).unwrap_err();
        assert!(why.contains("newer version") && why.contains("downgrade is not possible"), "{why}");
    }

    #[test]
    fn every_changed_byte_of_a_frame_and_of_a_header_is_noticed() {
        let key = HmacKey::new(&[1; 32]);
        let mut frame = Vec::new();
        write(&mut frame, &key, &GENESIS, 0, Uuid([3; 16]), b"sealed");
        let (header, _) = write_header(&key, 5, &[8; 32]);
        for bytes in [&frame, &header] {
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] ^= 1;
                assert!(
                    read(&changed, &key, &GENESIS, 0).is_err() && read_header(&key, &changed).is_err(),
                    "byte {at}"
                );
            }
            assert!((0..bytes.len()).all(
                |end| read(&bytes[..end], &key, &GENESIS, 0).is_err() && read_header(&key, &bytes[..end]).is_err()
            ));
        }
        assert_eq!(read_header(&key, &header).unwrap().first, 5);
        assert!(read_header(&HmacKey::new(&[2; 32]), &header).is_err());
    }
}
