//! Frames: pieces of bounded size, each with its place and a check that is chained to the one before.

use primitives::Sha256;

/// How every backup begins.
pub(crate) const MAGIC: &[u8; 16] = b"FASTNESS BACKUP\n";
/// The format that is written; older ones are read.
pub const FORMAT: u32 = 1;
/// The most bytes of a frame's payload: an entry of the largest size and some small ones.
pub const MAX_PAYLOAD: usize = 2 << 20;
/// Magic and format.
pub(crate) const PREFIX: usize = 16 + 4;
/// Length, place and kind.
pub(crate) const HEAD: usize = 4 + 8 + 1;
pub(crate) const CHECK: usize = 32;

pub(crate) const KIND_HEADER: u8 = 1;
pub(crate) const KIND_ENTRIES: u8 = 2;
pub(crate) const KIND_FILE: u8 = 3;
pub(crate) const KIND_BYTES: u8 = 4;
pub(crate) const KIND_END: u8 = 5;

pub(crate) type Check = [u8; CHECK];

/// Magic and format, and the check that the first frame's is chained to.
pub(crate) fn prefix(format: u32) -> (Vec<u8>, Check) {
    let bytes = [&MAGIC[..], &format.to_be_bytes()].concat();
    let check = primitives::sha256(&bytes);
    (bytes, check)
}

/// What stands before a payload.
pub(crate) fn head(length: u32, place: u64, kind: u8) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    let bytes = length.to_be_bytes().into_iter().chain(place.to_be_bytes()).chain([kind]);
    head.iter_mut().zip(bytes).for_each(|(slot, byte)| *slot = byte);
    head
}

/// The check of a frame.
pub(crate) fn check(before: &Check, head: &[u8; HEAD], payload: &[u8]) -> Check {
    let mut hash = Sha256::new();
    [&before[..], head, payload].iter().for_each(|part| hash.update(part));
    hash.finish()
}

/// What a kind is called in errors.
pub(crate) fn name(kind: u8) -> &'static str {
    match kind {
        KIND_HEADER => "the header",
        KIND_ENTRIES => "entries of the store",
        KIND_FILE => "a file's name",
        KIND_BYTES => "bytes of a file",
        KIND_END => "the end",
        _ => "an unknown kind of frame",
    }
}
